package moderate

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// Rooms are what the queue needs of others.
type Rooms struct {
	DB       *db.DB
	Dockets  []Docket // in the order in which their kinds are shown
	Counters []Counter
	Printer  func(ctx context.Context, lang string) *locale.Printer
	Now      func() time.Time
	Log      *slog.Logger
}

// Service gathers what waits from all dockets.
type Service struct{ Rooms }

// NewService makes the service.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Rooms: r}
}

// Entries are the lines of this room in the desk's menu.
func (s *Service) Entries() []office.Entry {
	return []office.Entry{{
		Office: office.Desk, Label: "moderate.menu", Path: Path, Icon: "list-checks", Needs: account.Reader, Rank: 5,
		Count: func(ctx context.Context, by account.Actor) (int, error) {
			if !by.Is(account.ProjectManager) { // nothing there asks for an act of a reader
				return 0, nil
			}
			tallies, _ := s.tallies(ctx, by)
			return total(tallies).N, nil
		},
	}}
}

// Late is how long a case waits before somebody is asked to hurry.
const Late = 7 * 24 * time.Hour

var _ office.Waiter = (*Service)(nil)

// Waiting implements office.Waiter: one line for the whole queue, with the age of what waits longest.
func (s *Service) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	if !by.Is(account.Reader) {
		return nil, nil
	}
	tallies, failed := s.tallies(ctx, by)
	all := total(tallies)
	p := s.Printer(ctx, lang)
	switch {
	case all.N == 0 && all.Doubtful == 0:
		return nil, failed
	case all.N == 0:
		return []office.Waiting{{
			Title: p.T("moderate.doubtful", "n", all.Doubtful), Detail: p.T("moderate.todo_doubtful"), Action: p.T("moderate.todo_do"), Path: Path, Icon: "list-checks",
		}}, failed
	}
	return []office.Waiting{{
		Title: p.T("moderate.todo", "n", all.N), Detail: p.T("moderate.oldest", "n", all.N, "ago", p.Ago(all.Oldest, s.Now())), Action: p.T("moderate.todo_do"),
		Path: Path, Icon: "list-checks", Urgent: s.Now().Sub(all.Oldest) > Late,
	}}, failed
}

// docket gives a docket by its kind; errs.NotFound.
func (s *Service) docket(kind string) (Docket, error) {
	i := slices.IndexFunc(s.Dockets, func(d Docket) bool { return d.Kind() == kind })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	return s.Dockets[i], nil
}

// tallies counts what waits of each kind. What one counter fails to tell is logged, the others are told; failed is the last failure.
func (s *Service) tallies(ctx context.Context, by account.Actor) (tallies map[string]Tally, failed error) {
	tallies = map[string]Tally{}
	for _, count := range s.Counters {
		some, err := count(ctx, by)
		if err != nil {
			s.Log.WarnContext(ctx, "what waits for moderation cannot be counted", "error", err)
			failed = err
			continue
		}
		maps.Copy(tallies, some)
	}
	return tallies, failed
}

func total(tallies map[string]Tally) Tally {
	var all Tally
	for _, t := range tallies {
		all.N += t.N
		all.Doubtful += t.Doubtful
		if t.N > 0 && (all.Oldest.IsZero() || t.Oldest.Before(all.Oldest)) {
			all.Oldest = t.Oldest
		}
	}
	return all
}

// waiting is a case in the queue, with its kind.
type waiting struct {
	Line
	Kind string
}

func (w waiting) key() string { return w.Kind + "/" + w.ID }

// mostWaiting is how many cases of a kind are read at most: whoever has so many before them begins at the top.
const mostWaiting = 500

// queue gives the cases that wait, of a kind or ("") of all: the urgent ones first, then those that wait longest, and
// the doubtful ones behind them all. What waits for long is urgent here and in no docket, so that all are read before the first is known.
func (s *Service) queue(ctx context.Context, by account.Actor, p *locale.Printer, kind string) (all []waiting, failed error) {
	for _, d := range s.Dockets {
		if kind != "" && d.Kind() != kind {
			continue
		}
		lines, err := d.Waiting(ctx, by, p, mostWaiting)
		if err != nil {
			s.Log.WarnContext(ctx, "what waits for moderation cannot be read", "kind", d.Kind(), "error", err)
			failed = err
			continue
		}
		for _, l := range lines {
			l.Urgent = l.Urgent || s.Now().Sub(l.At) > Late
			all = append(all, waiting{l, d.Kind()})
		}
	}
	slices.SortStableFunc(all, func(a, b waiting) int {
		if a.Doubtful != b.Doubtful {
			if b.Doubtful {
				return -1
			}
			return 1
		}
		if a.Urgent != b.Urgent {
			if a.Urgent {
				return -1
			}
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.key(), b.key()))
	})
	return all, failed
}

// following gives the case to go on with after one was decided: of those that are left the first that stood behind it, else the first
// of all; the zero one where none is left but that one.
func following(before, left []waiting, decided string) waiting {
	at := slices.IndexFunc(before, func(w waiting) bool { return w.key() == decided })
	for _, w := range slices.Concat(before[at+1:], left) {
		if w.key() != decided && slices.ContainsFunc(left, func(l waiting) bool { return l.key() == w.key() }) {
			return w
		}
	}
	return waiting{}
}

// around gives the cases before and after one in the queue, the zero ones where there are none, and its place, 0 for a case that does
// not wait there.
func around(all []waiting, key string) (before, after waiting, place int) {
	i := slices.IndexFunc(all, func(w waiting) bool { return w.key() == key })
	if i < 0 {
		if len(all) > 0 {
			after = all[0]
		}
		return before, after, 0
	}
	if i > 0 {
		before = all[i-1]
	}
	if i+1 < len(all) {
		after = all[i+1]
	}
	return before, after, i + 1
}

// ReasonText is a reason as it is mailed: the ready-made one in the language of who reads it, and what the decider adds.
func ReasonText(p *locale.Printer, d Decision) string {
	text := ""
	if d.Ready != "" && p.Has(reasonKey(d.Ready)) {
		text = p.T(reasonKey(d.Ready))
	}
	if text != "" && d.Text != "" {
		text += "\n"
	}
	return text + d.Text
}

func reasonKey(code string) string { return "moderate.reason." + code }
