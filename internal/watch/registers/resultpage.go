package registers

import (
	"net/http"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/watch"
)

// resultPage tells what became of a file.
type resultPage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Errors  ui.FormErrors
	State   ui.Notice // whether it is stored
	Lead    string
	Point   string
	Tiles   []ui.Tile
	Empty   *ui.Empty
	Remarks []string
	ReadAs  ui.Summary
	Struck  []struckLine
	More    string
	Others  []ui.Link // cards of companies whose state was kept
	Rest    string    // that there are more of them
	Action  string    // where a trial is stored, "" for none
	Kept    string
	Flags   string // where the flagged cards are, "" where none is
	Another string
}

// struckLine is the card of a company that has ended.
type struckLine struct{ Name, URL, Number, Ended string }

func (p *Pages) result(w http.ResponseWriter, r *http.Request) error {
	read, err := p.Watch.Reading(r.Context(), account.Of(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.showResult(w, r, read, nil)
}

func (p *Pages) showResult(w http.ResponseWriter, r *http.Request, read watch.Reading, fault *errs.E) error {
	c := read.Report
	title := "registers.done"
	if c.DryRun {
		title = "registers.trial"
	}
	f := ui.Private(r, ui.Of(r).P.T(title), resultPath(read.ID))
	say := f.P.T
	page := resultPage{
		Frame: f, Another: f.Path(Path), Lead: say("registers.lead", "file", c.File, "day", c.Day), ReadAs: readAs(f.P, c),
		Trail: ui.Breadcrumb{{Label: say("registers.health"), URL: f.Path(healthPath)}, {Label: say("registers.title"), URL: f.Path(Path)}, {Label: f.Title, Current: true}},
		Tiles: tiles(f.P, c), Remarks: remarks(f.P, c), Point: point(f.P, c),
		State: ui.Notice{Tone: ui.OK, Title: say("registers.stored"), Text: say("registers.stored_text")},
	}
	if c.DryRun {
		page.State = ui.Notice{Tone: ui.Info, Title: say("registers.nothing_stored"), Text: say("registers.nothing_stored_text")}
	}
	switch {
	case c.Known == 0:
		page.Empty = &ui.Empty{
			Icon: "search-x", Title: say("registers.nobody"), Text: say("registers.nobody_text", "scheme", say(company.SchemeKey(c.Columns.Scheme))),
			Actions: []ui.Button{{Label: say("registers.another"), URL: page.Another, Kind: ui.Main}},
		}
	case c.DryRun:
		page.Action, page.Kept = f.Path(resultPath(read.ID)), say("registers.kept_until", "time", f.P.DateTime(read.At.Add(watch.KeptFor)))
	case c.StruckOff > 0:
		page.Flags = f.Path(p.Flags)
	}
	p.names(f, c, &page)
	status := http.StatusOK
	if fault != nil {
		status = fault.Kind.Status()
		page.Errors = ui.FormErrors{Title: say("registers.not_stored"), Items: []ui.FormError{{Text: f.P.Text(fault.Key, fault.Args)}}}
	}
	return p.views.Render(w, r, status, "resultat", page)
}

// names leads to the cards that a report names.
func (p *Pages) names(f ui.Frame, c watch.RegisterReport, page *resultPage) {
	say := f.P.T
	for _, s := range c.Struck {
		line := struckLine{Name: s.Name, URL: f.Path(p.Card(s.Card)), Number: strings.ReplaceAll(s.Number, " ", "\u00a0")}
		if day, ahead := s.Day(c.Day.In(f.P.Zone())); ahead {
			line.Ended = say("registers.ended_ahead", "day", f.P.Date(day))
		} else if !day.IsZero() {
			line.Ended = say("registers.ended_on", "day", f.P.Date(day))
		}
		page.Struck = append(page.Struck, line)
	}
	locale.CollateBy(f.P, page.Struck, func(s struckLine) string { return s.Name })
	if more := c.StruckOff - len(c.Struck); more > 0 && len(c.Struck) > 0 {
		page.More = say("registers.struck_more", "n", more)
	}
	for _, o := range c.Others {
		page.Others = append(page.Others, ui.Link{Label: o.Name, URL: f.Path(p.Card(o.Card))})
	}
	locale.CollateBy(f.P, page.Others, func(l ui.Link) string { return l.Label })
	if more := c.Kept - len(c.Others); more > 0 && len(c.Others) > 0 {
		page.Rest = say("registers.struck_more", "n", more)
	}
}

// point is what a file says, in a sentence.
func point(p *locale.Printer, c watch.RegisterReport) string {
	switch {
	case c.Known == 0:
		return ""
	case c.StruckOff == 0:
		return p.T("registers.point_well", "n", c.Known)
	}
	return p.T("registers.point_struck", "n", c.StruckOff, "known", c.Known)
}

// tiles are the counts of a file; those of a trial say what would become of cards.
func tiles(p *locale.Printer, c watch.RegisterReport) []ui.Tile {
	tense := "registers.tile."
	if c.DryRun {
		tense = "registers.would."
	}
	var out []ui.Tile
	for _, t := range []struct {
		key    string
		n      int
		always bool
	}{
		{"registers.tile.rows", c.Rows, true},
		{"registers.tile.known", c.Known, true},
		{"registers.tile.active", c.Active, c.Known > 0},
		{"registers.tile.struck", c.StruckOff, c.Known > 0},
		{tense + "flagged", c.Flagged, c.Known > 0},
		{tense + "cleared", c.Cleared, false},
	} {
		if t.n > 0 || t.always {
			out = append(out, ui.Tile{Value: p.Number(t.n), Label: p.T(t.key, "n", t.n)})
		}
	}
	return out
}

// remarks are what else there is to say, the rows first.
func remarks(p *locale.Printer, c watch.RegisterReport) []string {
	var out []string
	for _, r := range []struct {
		key string
		n   int
	}{
		{"registers.unreadable", c.Unreadable},
		{"registers.unclear", c.Unclear},
		{"registers.undecided", c.Known - c.Active - c.StruckOff},
		{"registers.kept", c.Kept},
	} {
		if r.n > 0 {
			out = append(out, p.T(r.key, "n", r.n))
		}
	}
	if c.Known > 0 && c.Changed+c.Flagged+c.Cleared == 0 {
		out = append(out, p.T("registers.no_change"))
	}
	return out
}

// readAs says how the columns were understood.
func readAs(p *locale.Printer, c watch.RegisterReport) ui.Summary {
	as := c.Columns
	s := ui.Summary{Rows: []ui.SummaryRow{
		{Name: p.T("registers.number"), Value: as.Number}, {Name: p.T("registers.scheme"), Value: p.T(company.SchemeKey(as.Scheme))},
	}}
	for _, column := range []struct{ label, name string }{{"registers.state", as.State}, {"registers.ended", as.Ended}} {
		if column.name != "" {
			s.Rows = append(s.Rows, ui.SummaryRow{Name: p.T(column.label), Value: column.name})
		}
	}
	if as.Dated != "" && as.Dated != as.Ended {
		s.Rows = append(s.Rows, ui.SummaryRow{Name: p.T("registers.dated"), Value: as.Dated})
	}
	if as.Closed {
		s.Rows = append(s.Rows, ui.SummaryRow{Name: p.T("registers.all_rows"), Value: p.T("registers.all_ended")})
	}
	return s
}
