package moderate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Batch is what became of cases that were decided at once.
type Batch struct {
	ID      string
	Act     string
	Results []Result
	At      time.Time
}

// Result is what became of one of them.
type Result struct {
	Kind  string    `json:"kind"`
	ID    string    `json:"id"`
	Title string    `json:"title"`
	Key   string    `json:"key,omitempty"` // of the sentence that says why it was left, "" for one that was decided
	Args  errs.Args `json:"args,omitempty"`
	Undo  bool      `json:"undo,omitempty"`
}

// MostAtOnce is how many cases can be decided at once.
const MostAtOnce = 50

// picked is a case that was chosen in the list, with what was shown of it.
type picked struct {
	Kind, ID, Seen, Title string
	Doubtful              bool
}

// value is a picked case as the box beside it holds it; parse reads it back.
func (w waiting) value() string { return w.Kind + " " + w.ID + " " + w.Seen }

func parse(value string) (picked, bool) {
	parts := strings.SplitN(value, " ", 3)
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" {
		return picked{}, false
	}
	return picked{Kind: parts[0], ID: parts[1], Seen: parts[2]}, true
}

// decideAll does one act to many cases, each for itself: what somebody else has decided or changed meanwhile is left, and said. So is what
// an error keeps from being decided, with all that follows; it is returned where nothing was done before. errs.Forbidden where the actor
// decides nothing.
func (s *Service) decideAll(ctx context.Context, by account.Actor, d Decision, cases []picked) (Batch, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Batch{}, err
	}
	b := Batch{ID: db.NewID(), Act: d.Act, At: s.Now()}
	var failed error
	for _, c := range cases {
		result := Result{Kind: c.Kind, ID: c.ID, Title: c.Title, Key: "moderate.left_failed"}
		if failed == nil {
			failed = s.decideOne(ctx, by, d, c, &result)
		}
		b.Results = append(b.Results, result)
	}
	if failed != nil {
		if len(b.left()) == len(b.Results) {
			return Batch{}, failed
		}
		s.Log.ErrorContext(ctx, "not all cases that were picked could be decided", "error", failed)
	}
	return b, s.keep(context.WithoutCancel(ctx), by.Territory, b) // what is done is done, also for who waits no more
}

// decideOne decides one of many cases. The error is one that others would meet too, and leaves the result as it is.
func (s *Service) decideOne(ctx context.Context, by account.Actor, d Decision, c picked, result *Result) error {
	docket, err := s.docket(c.Kind)
	if err != nil {
		return err
	}
	if d.Act == Discard && !c.Doubtful {
		result.Key = "moderate.not_doubtful"
		return nil
	}
	d.All, d.Seen = true, c.Seen
	done, err := docket.Decide(ctx, by, c.ID, d)
	switch e := errs.As(err); {
	case err == nil:
		result.Title, result.Undo, result.Key = done.Title, done.Undo, ""
	case e == nil || e.Kind == errs.Internal || e.Kind == errs.Unavailable || e.Kind == errs.Unauthenticated:
		return err
	default:
		result.Key, result.Args = e.Key, e.Args
		if _, named := e.Args["who"]; named { // the page of the case says who; this record names nobody
			result.Key, result.Args = "moderate.left_decided", nil
		}
		if result.Key == "" && len(e.Fields) > 0 {
			result.Key, result.Args = e.Fields[0].Key, e.Fields[0].Args
		}
	}
	return nil
}

// left gives the results of those that were not decided.
func (b Batch) left() []Result {
	var out []Result
	for _, r := range b.Results {
		if r.Key != "" {
			out = append(out, r)
		}
	}
	return out
}

// keepUndo is for how long the page that says what became of many cases offers to take them back, also where a docket allows it longer.
const keepUndo = 10 * time.Minute

// keepBatches is for how long it can be read again what became of many cases.
const keepBatches = 24 * time.Hour

func (s *Service) keep(ctx context.Context, territory string, b Batch) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM curation_batches WHERE done_at < $1", db.ToMillis(b.At.Add(-keepBatches))); err != nil {
			return fmt.Errorf("moderate: batches: %w", err)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO curation_batches (id, territory, act, results, done_at) VALUES ($1, $2, $3, $4, $5)",
			b.ID, territory, b.Act, db.JSON(&b.Results), db.ToMillis(b.At))
		if err != nil {
			return fmt.Errorf("moderate: batches: %w", err)
		}
		return nil
	})
}

// batch reads what became of many cases; errs.NotFound.
func (s *Service) batch(ctx context.Context, by account.Actor, id string) (Batch, error) {
	if err := by.Require(account.Reader); err != nil {
		return Batch{}, err
	}
	b := Batch{ID: id}
	err := db.Found(s.DB.Read().QueryRowContext(ctx, "SELECT act, results, done_at FROM curation_batches WHERE id = $1 AND territory = $2", id, by.Territory).
		Scan(&b.Act, db.JSON(&b.Results), db.Millis(&b.At)))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "moderate.no_batch", nil)
	}
	return b, err
}
