package desk

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
)

// Rooms are what the desk needs of others.
type Rooms struct {
	DB        *db.DB
	Accounts  *account.Service
	Queue     *queue.Queue
	Outbox    *mail.Outbox
	Companies Companies
	Index     Index
	Backups   Backups
	Storage   Storage
	Waiters   func() []office.Waiter // features that have things wait for the team
	Now       func() time.Time
	Log       *slog.Logger
}

// Service is what the team does at its desk. Each method checks what the actor may do; the actor's territory is the desk's.
type Service struct{ Rooms }

// NewService makes the service.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Waiters == nil {
		r.Waiters = func() []office.Waiter { return nil }
	}
	return &Service{Rooms: r}
}

// Today gives what waits for the team, the urgent things first. What one feature fails to tell is logged, and the rest is shown:
// unknown reports that something is missing.
func (s *Service) Today(ctx context.Context, by account.Actor, lang string) (waiting []office.Waiting, unknown bool, err error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, false, err
	}
	for _, w := range s.Waiters() {
		some, err := w.Waiting(ctx, by, lang)
		if err != nil {
			s.Log.WarnContext(ctx, "what waits for the team cannot be told", "error", err)
			unknown = true
			continue
		}
		waiting = append(waiting, some...)
	}
	return urgentFirst(waiting), unknown, nil
}

func urgentFirst(lines []office.Waiting) []office.Waiting {
	slices.SortStableFunc(lines, func(a, b office.Waiting) int {
		switch {
		case a.Urgent == b.Urgent:
			return 0
		case a.Urgent:
			return -1
		}
		return 1
	})
	return lines
}

// mostFound is how many companies or people a search gives.
const mostFound = 50

// longestAsked is how much of a question is read.
const longestAsked = 100

// FindCompanies gives the companies whose name matches, none for an empty question.
func (s *Service) FindCompanies(ctx context.Context, by account.Actor, name string) ([]Company, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	if name = asked(name); name == "" {
		return nil, nil
	}
	return s.Companies.FindCompanies(ctx, by.Territory, name, mostFound)
}

// Company gives one company, errs.NotFound for one of no or of another territory.
func (s *Service) Company(ctx context.Context, by account.Actor, id string) (Company, error) {
	if err := by.Require(account.Reader); err != nil {
		return Company{}, err
	}
	return s.Rooms.Companies.Company(ctx, by.Territory, id)
}

// asked is a question as it is searched: without spaces around it, and not endless.
func asked(q string) string {
	q = strings.Join(strings.Fields(strings.ToValidUTF8(q, "")), " ")
	if r := []rune(q); len(r) > longestAsked {
		q = string(r[:longestAsked])
	}
	return q
}

// RetryJob lets a dead letter be tried again. Only an administrator may, for the jobs of the territory; those of the whole
// instance may be tried again too, for that is what they are there for.
func (s *Service) RetryJob(ctx context.Context, by account.Actor, id string) error {
	return s.onDead(ctx, by, id, "desk.job_retried", func(d queue.DeadJob) bool { return true }, s.Queue.RetryTx)
}

// DiscardJob gives a dead letter up for good. Only an administrator may, for the jobs of the territory alone.
func (s *Service) DiscardJob(ctx context.Context, by account.Actor, id string) error {
	return s.onDead(ctx, by, id, "desk.job_discarded", func(d queue.DeadJob) bool { return d.Territory == by.Territory }, s.Queue.DiscardTx)
}

func (s *Service) onDead(ctx context.Context, by account.Actor, id, action string, may func(queue.DeadJob) bool, do func(context.Context, *db.Tx, string) error) error {
	if err := by.Require(account.Administrator); err != nil {
		return err
	}
	dead, err := s.dead(ctx, by.Territory)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(dead, func(d queue.DeadJob) bool { return d.ID == id && may(d) })
	if i < 0 {
		return errs.New(errs.NotFound, "desk.job_absent", nil)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := do(ctx, tx, id); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Action: action, Kind: "job", Object: id, Detail: map[string]string{"job": dead[i].Kind}})
	})
}

// mostDead is how many dead letters are looked at, of the territory and of the instance.
const mostDead = 500

// dead gives the dead letters that a territory's team sees: its own, then those of the whole instance.
func (s *Service) dead(ctx context.Context, territory string) ([]queue.DeadJob, error) {
	own, err := s.Queue.Dead(ctx, territory, mostDead)
	if err != nil {
		return nil, err
	}
	all, err := s.Queue.Dead(ctx, "", mostDead)
	if err != nil {
		return nil, err
	}
	return append(own, slices.DeleteFunc(all, func(d queue.DeadJob) bool { return d.Territory != "" })...), nil
}

// Resend sends a mail of the territory again, whose address refused it. Only an administrator may.
func (s *Service) Resend(ctx context.Context, by account.Actor, id string) error {
	if err := by.Require(account.Administrator); err != nil {
		return err
	}
	m, err := s.Outbox.Get(ctx, id)
	if err == nil && m.Territory != by.Territory {
		err = errs.New(errs.NotFound, "desk.mail_absent", nil)
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Outbox.ResendTx(ctx, tx, id); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Action: "desk.mail_resent", Kind: "mail", Object: id, Detail: map[string]string{"mail": m.Kind}})
	})
}
