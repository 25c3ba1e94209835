package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Register is a file of a register of companies.
type Register struct {
	File    string // its name, for sentences
	Input   io.ReaderAt
	Size    int64
	Columns Columns
	Day     time.Time // of the data; zero for today
	DryRun  bool
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
}

// unit is the number of a legal unit.
type unit struct{ scheme, value string }

// verdict is what a file says of one company of the directory.
type verdict struct {
	whole  [3]int // rows about the legal unit, by state
	part   [3]int // rows about its establishments, by state
	number string // of the first row that says that it has ended
}

// state is what the rows say together: a company has ended when nothing of it is active and all that is said of it is clear.
func (v verdict) state() state {
	for _, rows := range [][3]int{v.whole, v.part} {
		switch {
		case rows[active] > 0:
			return active
		case rows[ended] > 0 && rows[unclear] == 0:
			return ended
		}
	}
	return unclear
}

// chunkOf is how many companies one transaction takes.
const chunkOf = 200

// ReadRegister reads a register and notes which of the territory's companies it says are active and which have ended: as the register's
// word, which neither the owner's nor the team's gives way to, and as a flag of their cards. It hides nothing.
//
// A run that was stopped is run again. errs.Usage where columns cannot be found, errs.Conflict for a file older than one that was
// read, errs.Forbidden for a copy of another instance, and the errors of tabular.
func (s *Service) ReadRegister(ctx context.Context, by account.Actor, t *territory.Territory, r Register) (RegisterReport, error) {
	report := RegisterReport{File: r.File, Territory: t.Code, DryRun: r.DryRun, Day: r.Day}
	if report.Day.IsZero() {
		report.Day = s.Now()
	}
	if err := by.Require(account.ProjectManager); err != nil {
		return report, err
	}
	if err := s.listings.MayWrite(ctx, s.DB.Read(), t.Code); err != nil {
		return report, err
	}
	units, err := s.units(ctx, t.Code)
	if err != nil {
		return report, err
	}
	found, err := s.gather(ctx, r, units, &report)
	if err != nil {
		return report, err
	}
	name := registerOf(report.Columns.Scheme)
	last, err := s.store.register(ctx, s.DB.Read(), t.Code, name)
	if err != nil {
		return report, err
	}
	if last.After(report.Day) {
		return report, errs.New(errs.Conflict, "watch.register_older", errs.Args{"day": last.In(t.Location()).Format(time.DateOnly)})
	}
	if err := s.apply(ctx, t, found, name, &report); err != nil || r.DryRun {
		return report, err
	}
	return report, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.noteRegister(ctx, tx, t.Code, name, report.Day, s.Now()); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Territory: t.Code, Action: "watch.register_read", Kind: "register", Object: name, Detail: map[string]string{
			"rows": fmt.Sprint(report.Rows), "known": fmt.Sprint(report.Known), "struck_off": fmt.Sprint(report.StruckOff),
		}})
	})
}

// registerOf names the register that gave the numbers of a scheme: that of the legal units.
func registerOf(scheme string) string {
	switch scheme {
	case company.SchemeRIDET:
		return company.SchemeRID
	case company.SchemeSIRET:
		return company.SchemeSIREN
	case company.SchemeTAHITIITI:
		return company.SchemeTAHITI
	}
	return scheme
}

// units are the legal units of a territory's companies, with the companies that have their number or one of their establishments'.
func (s *Service) units(ctx context.Context, territory string) (map[unit][]string, error) {
	units := map[unit][]string{}
	err := s.store.numbers(ctx, s.DB.Read(), territory, func(scheme, value, id string) {
		u, ok := company.Identifier{Scheme: scheme, Value: value, Written: value, Valid: true}.Unit()
		if key := (unit{u.Scheme, u.Value}); ok && !slices.Contains(units[key], id) {
			units[key] = append(units[key], id)
		}
	})
	return units, err
}

// sampled is how many rows tell which columns there are, where the file has no head.
const sampled = 100

// gather reads the file once and keeps what it says of the companies of the directory, by the company.
func (s *Service) gather(ctx context.Context, r Register, units map[unit][]string, report *RegisterReport) (map[string]*verdict, error) {
	in, err := tabular.Open(ctx, r.File, r.Input, r.Size, tabular.Options{})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var head []tabular.Row
	names := slices.Clone(in.Columns())
	var end error
	for end == nil && len(head) < sampled {
		var row tabular.Row
		if row, end = in.Next(); end != nil {
			break
		}
		head = append(head, row)
		for _, f := range row.Fields {
			if len(names) < 200 && !slices.Contains(names, f.Path) {
				names = append(names, f.Path)
			}
		}
	}
	if end != nil && !errors.Is(end, io.EOF) {
		return nil, end
	}
	if report.Columns, err = guess(r.Columns, names); err != nil {
		return nil, err
	}
	found := map[string]*verdict{}
	for _, row := range head {
		report.take(row, units, found)
	}
	for end == nil {
		var row tabular.Row
		if row, end = in.Next(); end == nil {
			report.take(row, units, found)
		}
		if r.Progress != nil && report.Rows%1000 == 0 {
			done, total := in.Progress()
			r.Progress(int(done>>10), int(total>>10))
		}
	}
	if !errors.Is(end, io.EOF) {
		return nil, end
	}
	return found, nil
}

// take reads one row.
func (r *RegisterReport) take(row tabular.Row, units map[unit][]string, found map[string]*verdict) {
	r.Rows++
	text := func(column string) string {
		if v, ok := row.Get(column); ok && column != "" && v != nil {
			return strings.TrimSpace(fmt.Sprint(v))
		}
		return ""
	}
	id, ok := numberOf(r.Columns.Scheme, text(r.Columns.Number))
	if !ok {
		r.Unreadable++
		return
	}
	says := stateOf(r.Columns, text(r.Columns.State), text(r.Columns.Ended), r.Day)
	if says == unclear {
		r.Unclear++
	}
	u, _ := id.Unit()
	for _, c := range units[unit{u.Scheme, u.Value}] {
		v := found[c]
		if v == nil {
			v = &verdict{}
			found[c] = v
		}
		if r.Columns.unit || !company.IsEstablishment(id.Scheme) {
			v.whole[says]++
		} else {
			v.part[says]++
		}
		if says == ended && v.number == "" {
			v.number = company.Format(u)
		}
	}
}

// numberOf reads a number of a scheme, or of the legal units or establishments of the same register: columns hold both.
func numberOf(scheme, written string) (company.Identifier, bool) {
	for _, s := range append([]string{scheme}, company.Schemes()...) {
		if s != scheme && registerOf(s) != registerOf(scheme) {
			continue
		}
		if id := company.ParseIdentifier(s, written); id.Valid {
			return id, true
		}
	}
	return company.Identifier{}, false
}

// apply writes what was found, some companies at a time.
func (s *Service) apply(ctx context.Context, t *territory.Territory, found map[string]*verdict, name string, report *RegisterReport) error {
	report.Known = len(found)
	var ids []string
	for id, v := range found {
		switch v.state() {
		case active:
			report.Active++
		case ended:
			report.StruckOff++
		default:
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for chunk := range slices.Chunk(ids, chunkOf) {
		if err := s.applyTo(ctx, t, chunk, found, name, report); err != nil {
			return err
		}
	}
	return nil
}

// retries is how often some companies are taken again that somebody has just written.
const retries = 3

func (s *Service) applyTo(ctx context.Context, t *territory.Territory, ids []string, found map[string]*verdict, name string, report *RegisterReport) error {
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
		if err == nil || n == retries || !errs.Is(err, errs.Conflict) {
			return err
		}
	}
}

// errDry takes back what a trial has done.
var errDry = errors.New("watch: a trial")

func (s *Service) applyIn(
	ctx context.Context, tx *db.Tx, t *territory.Territory, ids []string, found map[string]*verdict, name string, report *RegisterReport,
) error {
	held, err := company.Store{}.ByIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	source := company.Source{Kind: company.FromRegister, Name: name, At: report.Day}
	var changed []company.Company
	for _, id := range ids {
		c, ok := held[id]
		if !ok {
			continue
		}
		wanted := company.Active
		if found[id].state() == ended {
			wanted = company.Ceased
		}
		merged, fields := company.Merge(c, company.Company{Status: wanted}, []string{"status"}, source)
		switch {
		case len(fields) > 0:
			changed = append(changed, merged)
		case c.Status != wanted:
			report.Kept++
		}
	}
	if _, err := (company.Store{}).SaveBatch(ctx, tx, changed, s.Now()); err != nil {
		return err
	}
	report.Changed += len(changed)
	cards, err := s.listings.OfCompanies(ctx, tx, ids)
	if err != nil {
		return err
	}
	struck, live := map[string]finding{}, map[string]bool{}
	for id, card := range cards {
		if v := found[id]; v.state() == ended {
			struck[card.ID] = finding{subject: v.number, detail: v.number + " (" + report.Day.In(t.Location()).Format(time.DateOnly) + ")"}
		} else {
			live[card.ID] = true
		}
	}
	did, err := s.settle(ctx, tx, t.Code, listing.StruckOff, struck, func(card string) bool { return live[card] })
	if err != nil {
		return err
	}
	report.Flagged, report.Cleared = report.Flagged+did.raised, report.Cleared+did.cleared
	if report.DryRun {
		return errDry
	}
	return nil
}
