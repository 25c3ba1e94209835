package watch

import (
	"context"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
	"grappe/internal/territory"
)

// LastRead says which data of a register were read last.
type LastRead struct {
	Register string    // the scheme of its legal units
	Data     time.Time // of which day they are
	Read     time.Time // zero while they are read, and where that was stopped
	By       string    // who read them, "" for the command line, and where nobody knows any more
}

// Schemes are those of the numbers that the register gives.
func (r LastRead) Schemes() []string {
	return slices.DeleteFunc(company.Schemes(), func(scheme string) bool { return registerOf(scheme) != r.Register })
}

// Registers are those of which the actor's territory has read a file. The errors are those of ReadRegister for who may not.
func (s *Service) Registers(ctx context.Context, by account.Actor) ([]LastRead, error) {
	if err := s.mayRead(ctx, by, by.Territory); err != nil {
		return nil, err
	}
	last, err := s.store.registers(ctx, s.DB.Read(), by.Territory)
	if err != nil || len(last) == 0 {
		return last, err
	}
	entries, err := audit.Read(ctx, s.DB.Read(), audit.Filter{Territory: by.Territory, Action: "watch.register_read", Limit: mostReadings})
	for i := range last {
		at := slices.IndexFunc(entries, func(e audit.Entry) bool { return e.Object == last[i].Register })
		if at >= 0 && !last[i].Read.IsZero() {
			last[i].By = entries[at].ActorName
		}
	}
	return last, err
}

// mostReadings is among how many readings the last of each register is looked for.
const mostReadings = 50

// KeptFor is how long what a file said is kept after it was read in the browser.
const KeptFor = 24 * time.Hour

// Reading is a register file that was read in the browser: what became of it, and of a trial what it said of the territory's companies,
// so that it can be stored without the file.
type Reading struct {
	ID, Territory string
	Report        RegisterReport
	At            time.Time
	said          said
}

func noReading() error { return errs.New(errs.Gone, "watch.no_reading", nil) }

// rule is how many files one person gives.
func rule() throttle.Rule { return throttle.Rule{Name: "watch.register", Most: 60, Per: time.Hour} }

// Admit counts a file that somebody is about to give, before it is taken in: errs.TooMany where they gave many, and the errors of
// ReadRegister for who may not.
func (s *Service) Admit(ctx context.Context, by account.Actor) error {
	if err := s.mayRead(ctx, by, by.Territory); err != nil {
		return err
	}
	var wait time.Duration
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		wait, err = throttle.Take(ctx, tx, rule(), by.Territory+" "+by.Person, s.Now())
		return err
	})
	if err == nil && wait > 0 {
		err = errs.New(errs.TooMany, "watch.too_many", errs.Args{"n": int((wait + time.Minute - 1) / time.Minute)})
	}
	return err
}

// Take is ReadRegister, and keeps for KeptFor what came of it.
func (s *Service) Take(ctx context.Context, by account.Actor, t *territory.Territory, r Register) (Reading, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return Reading{}, err
	}
	defer end()
	report, found, err := s.gather(ctx, by, t, r)
	if err != nil {
		return Reading{}, err
	}
	kept := Reading{ID: db.NewID(), Territory: t.Code, At: s.Now()}
	add := func(tx *db.Tx) error {
		kept.Report = report
		return s.store.addReading(ctx, tx, kept)
	}
	if err := s.write(ctx, by, t, found, &report, add); err != nil || !r.DryRun {
		return kept, err
	}
	kept.said = found
	return kept, s.DB.Write(ctx, add)
}

// Reading gives a file that was read in the actor's territory: errs.Gone where it is not kept any more.
func (s *Service) Reading(ctx context.Context, by account.Actor, id string) (Reading, error) {
	if err := s.mayRead(ctx, by, by.Territory); err != nil {
		return Reading{}, err
	}
	r, err := s.store.readingOf(ctx, s.DB.Read(), by.Territory, id)
	if err == nil && s.Now().Sub(r.At) > KeptFor {
		err = noReading()
	}
	return r, err
}

// Store writes what a trial told, without its file. What was stored already stays as it is.
func (s *Service) Store(ctx context.Context, by account.Actor, t *territory.Territory, id string) (Reading, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return Reading{}, err
	}
	defer end()
	r, err := s.Reading(ctx, by, id)
	if err != nil || !r.Report.DryRun {
		return r, err
	}
	report := r.Report
	report.DryRun = false
	err = s.write(ctx, by, t, r.said, &report, func(tx *db.Tx) error {
		return s.store.saveReading(ctx, tx, Reading{ID: r.ID, Report: report})
	})
	if err != nil {
		return r, err
	}
	r.Report, r.said = report, said{}
	return r, nil
}
