package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Register is a file of a register of companies.
type Register struct {
	File     string // its name, for sentences
	Input    io.ReaderAt
	Size     int64
	Unpacked int64 // the most that a workbook may be unpacked; 0 for as much as is read of any
	Columns  Columns
	Day      time.Time // of the data: see DayOf
	DryRun   bool
	All      bool // the report names all cards, not just some
	// Progress is called now and then, nil for nobody.
	Progress func(done, total int)
}

// RegisterReport says what became of a register file.
type RegisterReport struct {
	File       string    `json:"file"`
	Territory  string    `json:"territory"`
	DryRun     bool      `json:"dry_run"`
	Day        time.Time `json:"day"`
	Columns    ReadAs    `json:"columns"`
	Rows       int       `json:"rows"`
	Unreadable int       `json:"unreadable"` // rows without a number that passes its check
	Unclear    int       `json:"unclear"`    // rows that do not say whether the company is active
	Known      int       `json:"known"`      // companies of this directory that the file names
	Active     int       `json:"active"`     // of them, that it says are active
	StruckOff  int       `json:"struck_off"` // of them, that it says have ended
	Changed    int       `json:"changed"`    // whose state in the directory changed
	Kept       int       `json:"kept"`       // whose state was kept, since the owner or the team wrote it
	Flagged    int       `json:"flagged"`    // cards with a new flag
	Cleared    int       `json:"cleared"`    // cards whose flag went
	Struck     []Struck  `json:"struck,omitempty"`
	// Others are cards of the companies whose state was kept, some of them as well.
	Others []Named `json:"others,omitempty"`
	all    bool    // it names each
}

// Named is a card by its name.
type Named struct {
	Card string `json:"card"`
	Name string `json:"name"`
}

// Struck is the card of a company that has ended. A report names some of them.
type Struck struct {
	Card   string `json:"card"`
	Name   string `json:"name"`
	Number string `json:"number"`
	Ended  string `json:"ended,omitempty"` // the day, as 2026-03-12
}

// mostNamed is how many cards of a kind a report names where nobody asks for more.
const mostNamed = 100

// DayOf reads the day of a file's data, today where nothing is written: midnight there. errs.Invalid for what is no day, and for one that
// is still to come.
func DayOf(t *territory.Territory, written string, now time.Time) (time.Time, error) {
	today := midnight(now, t.Location())
	if written == "" {
		return today, nil
	}
	at, ok := dateOf(written)
	if !ok {
		return time.Time{}, fault(FieldDay, "watch.register_day", nil)
	}
	year, month, day := at.Date()
	if at = time.Date(year, month, day, 0, 0, 0, 0, t.Location()); at.After(today) {
		return time.Time{}, fault(FieldDay, "watch.register_day_ahead", nil)
	}
	return at, nil
}

// midnight is the beginning of a day somewhere.
func midnight(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// asRead is a day there as dateOf gives the same day.
func asRead(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// ReadRegister reads a register and notes which of the territory's companies it says are active and which have ended: as the register's
// word, which neither the owner's nor the team's gives way to, and as a flag of their cards. It hides nothing.
//
// A run that was stopped is run again. errs.Invalid, with the field, where columns cannot be found: the argument columns has those that
// there are. errs.Conflict for a file older than one that was read, errs.Forbidden for a copy of another instance, and the errors of tabular.
func (s *Service) ReadRegister(ctx context.Context, by account.Actor, t *territory.Territory, r Register) (RegisterReport, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return RegisterReport{}, err
	}
	defer end()
	report, found, err := s.gather(ctx, by, t, r)
	if err != nil {
		return report, err
	}
	return report, s.write(ctx, by, t, found, &report, nil)
}

// begin waits until no other file is being read by this process: each takes a processor, and what two write at once they write twice.
func (s *Service) begin(ctx context.Context) (end func(), err error) {
	select {
	case s.reading <- struct{}{}:
		return func() { <-s.reading }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// gather reads a file and writes nothing.
func (s *Service) gather(ctx context.Context, by account.Actor, t *territory.Territory, r Register) (RegisterReport, said, error) {
	report := RegisterReport{File: r.File, Territory: t.Code, DryRun: r.DryRun, all: r.All, Day: midnight(r.Day, t.Location())}
	if r.Day.IsZero() {
		report.Day = midnight(s.Now(), t.Location())
	}
	if err := s.mayRead(ctx, by, t.Code); err != nil {
		return report, said{}, err
	}
	units, err := s.units(ctx, t.Code)
	if err != nil {
		return report, said{}, err
	}
	g := gathering{units: units, day: asRead(report.Day, t.Location()), report: &report, found: map[string]*verdict{}}
	if err := g.read(ctx, r); err != nil {
		return report, said{}, err
	}
	found := g.said()
	last, err := s.store.register(ctx, s.DB.Read(), t.Code, registerOf(report.Columns.Scheme))
	if err != nil {
		return report, said{}, err
	}
	return report, found, older(t, last, report.Day)
}

// mayRead returns nil for who may have registers read into a territory.
func (s *Service) mayRead(ctx context.Context, by account.Actor, territory string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.listings.MayWrite(ctx, s.DB.Read(), territory)
}

// older refuses data of a day before that of the last ones.
func older(t *territory.Territory, last, day time.Time) error {
	if last.IsZero() || !midnight(last, t.Location()).After(day) {
		return nil
	}
	e := fault(FieldDay, KeyOlder, errs.Args{"day": last})
	e.Kind = errs.Conflict
	return e
}

// write writes what a file says, some companies at a time, and with the last of it what the caller adds; of a trial it takes all of it
// back. From its beginning on, an older file is refused.
func (s *Service) write(ctx context.Context, by account.Actor, t *territory.Territory, found said, report *RegisterReport, add func(tx *db.Tx) error) error {
	name := registerOf(report.Columns.Scheme)
	report.Changed, report.Kept, report.Flagged, report.Cleared, report.Struck, report.Others = 0, 0, 0, 0, nil, nil
	if !report.DryRun {
		err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.dated(ctx, tx, t, name, report.Day, time.Time{}) })
		if err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(found.companies(), chunkOf) {
		if err := s.applyTo(ctx, t, chunk, found, name, report); err != nil {
			return err
		}
	}
	if report.DryRun {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.dated(ctx, tx, t, name, report.Day, s.Now()); err != nil {
			return err
		}
		if add != nil {
			if err := add(tx); err != nil {
				return err
			}
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Territory: t.Code, Action: "watch.register_read", Kind: "register", Object: name, Detail: map[string]string{
			"rows": fmt.Sprint(report.Rows), "known": fmt.Sprint(report.Known), "struck_off": fmt.Sprint(report.StruckOff),
		}})
	})
}

// dated stores of which day the data of a register are, and when they were read: zero as long as that goes on.
func (s *Service) dated(ctx context.Context, tx *db.Tx, t *territory.Territory, name string, day, read time.Time) error {
	last, err := s.store.register(ctx, tx.Serialize(lock, t.Code), t.Code, name)
	if err != nil {
		return err
	}
	if err := older(t, last, day); err != nil {
		return err
	}
	return s.store.noteRegister(ctx, tx, t.Code, name, day, read)
}

// chunkOf is how many companies one transaction takes; retries is how often some are taken again that somebody has just written.
const (
	chunkOf = 200
	retries = 3
)

func (s *Service) applyTo(ctx context.Context, t *territory.Territory, ids []string, found said, name string, report *RegisterReport) error {
	for n := 1; ; n++ {
		did := *report
		write := func(tx *db.Tx) error {
			did = *report
			return s.applyIn(ctx, tx, t, ids, found, name, &did)
		}
		err := s.DB.Write(ctx, write)
		if errors.Is(err, errDry) {
			err = nil
		}
		if err == nil {
			*report = did
		}
		if err == nil || n == retries || !errs.Is(err, errs.Conflict) || errs.As(err).Key == KeyOlder {
			return err
		}
	}
}

// errDry takes back what a trial has done.
var errDry = errors.New("watch: a trial")

func (s *Service) applyIn(ctx context.Context, tx *db.Tx, t *territory.Territory, ids []string, found said, name string, report *RegisterReport) error {
	last, err := s.store.register(ctx, tx.Serialize(lock, t.Code), t.Code, name)
	if err != nil {
		return err
	}
	if err := older(t, last, report.Day); err != nil { // somebody reads a more recent one meanwhile
		return err
	}
	held, err := company.Store{}.ByIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	source := company.Source{Kind: company.FromRegister, Name: name, At: report.Day}
	var changed []company.Company
	var kept []string
	for _, id := range ids {
		c, ok := held[id]
		if !ok {
			continue
		}
		wanted := company.Active
		if _, over := found.Ended[id]; over {
			wanted = company.Ceased
		}
		merged, fields := company.Merge(c, company.Company{Status: wanted}, []string{"status"}, source)
		switch {
		case len(fields) > 0:
			changed = append(changed, merged)
		case c.Status != wanted:
			kept = append(kept, id)
		}
	}
	if _, err := (company.Store{}).SaveBatch(ctx, tx, changed, s.Now()); err != nil {
		return err
	}
	report.Changed, report.Kept = report.Changed+len(changed), report.Kept+len(kept)
	if err := s.flagIn(ctx, tx, t, ids, kept, found, report); err != nil {
		return err
	}
	if report.DryRun {
		return errDry
	}
	return nil
}
