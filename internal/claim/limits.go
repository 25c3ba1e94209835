package claim

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
)

// limits are how often things may be done: so that no company's mailbox is filled, no code is guessed, and the team's queue is not
// either.
type limits struct {
	codePerson, codeMail, codeMailDay throttle.Rule
	wrongPerson, wrongCompany         throttle.Rule
	askPerson, askCompany             throttle.Rule
	takePerson, takeCompany           throttle.Rule
	told                              throttle.Rule // the addresses of a card, of one person
	document                          throttle.Rule
}

// easier is how many times more a demonstration allows.
const easier = 50

func newLimits(demo bool) limits {
	rule := func(name string, most int, per time.Duration) throttle.Rule {
		if demo {
			most *= easier
		}
		return throttle.Rule{Name: "claim." + name, Most: most, Per: per}
	}
	return limits{
		codePerson:   rule("code_person", 8, time.Hour),
		codeMail:     rule("code_mail", 4, time.Hour),
		codeMailDay:  rule("code_mail_day", 10, 24*time.Hour),
		wrongPerson:  rule("wrong_person", 15, 24*time.Hour),
		wrongCompany: rule("wrong_company", 30, 24*time.Hour),
		askPerson:    rule("ask_person", 5, 24*time.Hour),
		askCompany:   rule("ask_company", 10, 24*time.Hour),
		takePerson:   rule("take_person", 5, 24*time.Hour),
		takeCompany:  rule("take_company", 3, 24*time.Hour),
		told:         rule("told", 1, 24*time.Hour),
		document:     rule("document", 20, time.Hour),
	}
}

// counted is one rule and whom it counts.
type counted struct {
	rule    throttle.Rule
	subject string
}

// take counts one act for each, and returns errs.TooMany at the first that was too often. What was counted holds once the
// transaction is committed.
func (s *Service) take(ctx context.Context, tx *db.Tx, acts ...counted) error {
	for _, a := range acts {
		wait, err := throttle.Take(ctx, tx, a.rule, a.subject, s.Now())
		if err != nil {
			return err
		}
		if wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

// peek returns errs.TooMany where one more act would be too often.
func (s *Service) peek(ctx context.Context, tx *db.Tx, acts ...counted) error {
	for _, a := range acts {
		wait, err := throttle.Peek(ctx, tx, a.rule, a.subject, s.Now())
		if err != nil {
			return err
		}
		if wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

func tooMany(wait time.Duration) error {
	return errs.New(errs.TooMany, "claim.too_many", errs.Args{"n": int((wait + time.Minute - 1) / time.Minute)})
}

// notTooMany is the error of a transaction that is to be committed where errs.TooMany refuses.
func notTooMany(err error) error {
	if errs.Is(err, errs.TooMany) {
		return nil
	}
	return err
}
