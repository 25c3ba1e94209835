package throttle

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// easier is how many times more a demonstration allows.
const easier = 50

// Named makes the rules of a room from the ends of their names; a demonstration, in which many are one, allows more.
func Named(room string, demo bool) func(name string, most int, per time.Duration) Rule {
	return func(name string, most int, per time.Duration) Rule {
		if demo {
			most *= easier
		}
		return Rule{Name: room + "." + name, Most: most, Per: per}
	}
}

// Act is one act as one rule counts it.
type Act struct {
	rule    Rule
	subject string
}

// By is one act of a subject, as the rule counts it.
func (r Rule) By(subject string) Act { return Act{r, subject} }

// TakeAll counts acts, and returns errs.TooMany at the first that is too often: those after it are not counted, so that who has
// had their share uses up nobody else's. The sentence is the one at key, with the minutes to wait as n.
func TakeAll(ctx context.Context, tx *db.Tx, now time.Time, key string, acts ...Act) error {
	for _, a := range acts {
		wait, err := Take(ctx, tx, a.rule, a.subject, now)
		if err == nil {
			err = tooMany(key, wait)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// PeekAll returns errs.TooMany where one more of the acts would be too often, with the longest time to wait; it counts nothing.
func PeekAll(ctx context.Context, q db.Querier, now time.Time, key string, acts ...Act) error {
	var longest time.Duration
	for _, a := range acts {
		wait, err := Peek(ctx, q, a.rule, a.subject, now)
		if err != nil {
			return err
		}
		longest = max(longest, wait)
	}
	return tooMany(key, longest)
}

func tooMany(key string, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return errs.New(errs.TooMany, key, errs.Args{"n": int((wait + time.Minute - 1) / time.Minute)})
}

// Commits is the error of a transaction that errs.TooMany must not undo: what was counted before is to be kept.
func Commits(err error) error {
	if errs.Is(err, errs.TooMany) {
		return nil
	}
	return err
}
