package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/tabular"
)

// unit is the number of a legal unit.
type unit struct{ scheme, value string }

// verdict is what the rows of a file say of one company of the directory.
type verdict struct {
	whole  rows   // about the legal unit
	part   rows   // about its establishments
	number string // of the first row that says that it has ended
}

// rows are what some rows say together.
type rows struct {
	n       [3]int    // how many there are, by state
	last    time.Time // the last day that they give for an end
	undated bool      // one of them gives none
}

// add counts a row; at is the day of the end, zero where it gives none.
func (r *rows) add(says state, at time.Time) {
	r.n[says]++
	switch {
	case says != ended:
	case at.IsZero():
		r.undated = true
	case at.After(r.last):
		r.last = at
	}
}

// state is what the rows say together: a company has ended when nothing of it is active and all that is said of it is clear. at is the
// day of that end, zero where it is not known.
func (v verdict) state() (is state, at time.Time) {
	for _, r := range []rows{v.whole, v.part} {
		switch {
		case r.n[active] > 0:
			return active, at
		case r.n[ended] > 0 && r.n[unclear] == 0:
			if !r.undated {
				at = r.last
			}
			return ended, at
		}
	}
	return unclear, at
}

// said is what a file says of companies of the directory: those that are active, and those that have ended with the number that says
// so, and when where it tells. It is all that is needed of the file.
type said struct {
	Active []string          `json:"active,omitempty"`
	Ended  map[string]string `json:"ended,omitempty"`
	Days   map[string]string `json:"days,omitempty"` // of the end, as 2026-03-12
}

// companies are those of which something is said, in their order.
func (s said) companies() []string {
	ids := slices.Clone(s.Active)
	for id := range s.Ended {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
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

// gathering is a file that is read.
type gathering struct {
	units  map[unit][]string
	day    time.Time // of the data, as dates are read
	report *RegisterReport
	dated  int                 // rows that give the day of an end
	ahead  int                 // of them, those of which it is years after that of the data
	found  map[string]*verdict // by the company
}

// sampled is how many rows tell which columns there are, where the file has no head.
const sampled = 100

// mostNames is how many names are taken from such rows.
const mostNames = 200

// read reads the file once and keeps what it says of the companies of the directory.
func (g *gathering) read(ctx context.Context, r Register) error {
	in, err := tabular.Open(ctx, r.File, r.Input, r.Size, tabular.Options{MaxUnpacked: r.Unpacked})
	if err != nil {
		return err
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
			if len(names) < mostNames && !slices.Contains(names, f.Path) {
				names = append(names, f.Path)
			}
		}
	}
	if end != nil && !errors.Is(end, io.EOF) {
		return end
	}
	if g.report.Columns, err = guess(r.Columns, names); err != nil {
		return err
	}
	for _, row := range head {
		g.take(row)
	}
	for end == nil {
		var row tabular.Row
		if row, end = in.Next(); end == nil {
			g.take(row)
		}
		if r.Progress != nil && g.report.Rows%1000 == 0 {
			done, total := in.Progress()
			r.Progress(int(done>>10), int(total>>10))
		}
	}
	if !errors.Is(end, io.EOF) {
		return end
	}
	if 2*g.ahead > g.dated {
		return fault(FieldDay, "watch.register_day_before", nil) // who has the data knew of the ends
	}
	return nil
}

// farthest is how many years ahead an end is still a day: what lies beyond, as 31/12/9999, stands for none.
const farthest = 10

// tooLate is how many years ahead no register announces an end: a file where most are later is not of that day.
const tooLate = 2

// noYear and those after it stand for no end at all, as 2999 and 9999.
const noYear = 2200

// take reads one row.
func (g *gathering) take(row tabular.Row) {
	r := g.report
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
	says := stateOf(r.Columns, text(r.Columns.State), text(r.Columns.Ended), g.day)
	if says == unclear {
		r.Unclear++
	}
	at, ok := dateOf(text(r.Columns.Dated))
	if ok && at.Year() < noYear {
		g.dated++
		if at.After(g.day.AddDate(tooLate, 0, 0)) {
			g.ahead++
		}
	}
	if !ok || at.After(g.day.AddDate(farthest, 0, 0)) {
		at = time.Time{}
	}
	u, _ := id.Unit()
	for _, c := range g.units[unit{u.Scheme, u.Value}] {
		v := g.found[c]
		if v == nil {
			v = &verdict{}
			g.found[c] = v
		}
		if r.Columns.unit || !company.IsEstablishment(id.Scheme) {
			v.whole.add(says, at)
		} else {
			v.part.add(says, at)
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

// said sums up, and counts, what was found.
func (g *gathering) said() said {
	s := said{Ended: map[string]string{}, Days: map[string]string{}}
	g.report.Known = len(g.found)
	for id, v := range g.found {
		is, at := v.state()
		switch is {
		case active:
			s.Active = append(s.Active, id)
		case ended:
			s.Ended[id] = v.number
			if !at.IsZero() {
				s.Days[id] = dayWords(at)
			}
		case unclear:
		}
	}
	slices.Sort(s.Active)
	g.report.Active, g.report.StruckOff = len(s.Active), len(s.Ended)
	return s
}
