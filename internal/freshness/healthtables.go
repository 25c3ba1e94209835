package freshness

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// healthView writes what is known of the directory for its reader.
type healthView struct {
	Health
	ui.Frame
	territory   *territory.Territory
	competences *taxonomy.Taxonomy
}

// point is what the page has to say, in a sentence.
func (v healthView) point() string {
	c := v.All
	key := "freshness.point_mixed"
	switch fresh := share(c.Fresh, c.Cards); {
	case c.Cards == 0:
		key = "freshness.point_none"
	case fresh >= 0.75:
		key = "freshness.point_good"
	case fresh < 0.25:
		key = "freshness.point_poor"
	}
	return v.P.T(key, "n", c.Fresh, "all", v.P.Number(c.Cards), "share", v.P.Percent(share(c.Fresh, c.Cards)), "months", v.Policy.Ages().Ageing)
}

// detail is what to do about it.
func (v healthView) detail() string {
	switch c := v.All; {
	case c.Cards == 0:
		return ""
	case c.Unconfirmed > 0:
		return v.P.T("freshness.detail_unconfirmed", "n", c.Unconfirmed)
	case c.Ageing > 0:
		return v.P.T("freshness.detail_ageing", "n", c.Ageing)
	}
	return v.P.T("freshness.detail_fresh")
}

func (v healthView) tiles() []ui.Tile {
	c, ages := v.All, v.Policy.Ages()
	tile := func(n int, label, source string, pairs ...string) ui.Tile {
		return ui.Tile{Value: v.P.Number(n), Label: v.P.T(label), Source: source, URL: cardsAt(v.Frame, pairs...)}
	}
	orphaned := v.P.T("freshness.orphaned_what")
	if v.Unreachable > 0 {
		orphaned = v.P.T("freshness.orphaned_unreachable", "n", v.Unreachable)
	}
	tiles := []ui.Tile{
		tile(c.Fresh, "freshness.fresh", v.P.T("freshness.fresh_what", "n", ages.Ageing), askAge, string(listing.Fresh)),
		tile(c.Ageing, "freshness.ageing", v.P.T("freshness.ageing_what", "from", ages.Ageing, "to", ages.Stale), askAge, string(listing.Ageing)),
		tile(c.Unconfirmed, "freshness.unconfirmed", v.P.T("freshness.unconfirmed_what", "n", ages.Stale), askAge, ageUnconfirmed),
		tile(c.Orphaned, "freshness.orphaned", orphaned, askOwnerless, answerYes),
		tile(c.Incomplete, "freshness.incomplete", v.P.T("freshness.incomplete_what", "n", listing.Incomplete), askComplete, incomplete),
		tile(c.Flagged, "freshness.flagged", v.P.T("freshness.flagged_what"), askFlagged, answerYes),
	}
	if v.Lapsed > 0 {
		tiles = append(tiles, tile(v.Lapsed, "freshness.lapsed", v.P.T("freshness.lapsed_what", "n", v.Policy.Lapse), askState, string(listing.Lapsed)))
	}
	return tiles
}

func (v healthView) ages() ui.Chart {
	bar := func(label string, n int, quiet bool) ui.Bar {
		name := v.P.T("freshness.bar", "name", v.P.T(label), "share", v.P.Percent(share(n, v.All.Cards)))
		return ui.Bar{Label: name, Value: float64(n), Text: v.P.Number(n), Quiet: quiet}
	}
	return ui.Chart{
		Point: v.P.T("freshness.ages"), Label: v.P.T("freshness.age"), Measure: v.P.T("freshness.cards"),
		Bars: []ui.Bar{
			bar("freshness.fresh", v.All.Fresh, false), bar("freshness.ageing", v.All.Ageing, true), bar("freshness.unconfirmed", v.All.Unconfirmed, true),
		},
	}
}

// part is a line of a table: a commune, a competence. ask is what the list of cards is asked for it, "" where it cannot be.
type part struct {
	name, ask string
	Counts
}

// parts are those of a kind that have cards, by their names.
func (v healthView) parts(by string) []part {
	counts, none := v.ByZone, v.P.T("freshness.zone_none")
	if by == exportCompetences {
		counts, none = v.ByCompetence, ""
	}
	var list []part
	for code, c := range counts {
		one := part{name: none, Counts: c}
		if by == exportCompetences {
			if term, ok := v.competences.Term(code); ok {
				one.name, one.ask = term.Name(v.Lang), term.Slug
			}
		} else if z, ok := v.territory.Zone(code); ok {
			one.name = z.NameIn(v.Lang)
			if v.territory.Tree().IsLeaf(code) { // the list has the cards of all places within another
				one.ask = code
			}
		}
		if one.name != "" {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	locale.CollateBy(v.P, list, func(p part) string { return p.name })
	return list
}

// partsView is the directory by its parts of a kind.
type partsView struct {
	ID, Heading, Worst string
	See                ui.Details
	Table              ui.Table
	Export             string
}

// mostWorst is how many parts are named with the most unconfirmed cards.
const mostWorst = 3

// shown is the directory by its parts of a kind: those that need most, and all in a table.
func (v healthView) shown(by, heading, ask string) partsView {
	parts := v.parts(by)
	named := 0 // what the list of cards can be asked for: neither those without a commune nor a whole province is one
	for _, one := range parts {
		if one.ask != "" {
			named++
		}
	}
	view := partsView{
		ID: "par-" + by, Heading: v.P.T(heading), Worst: v.P.T("freshness.worst_none"), See: ui.Details{Label: v.P.T("freshness.see."+by, "n", named)},
		Table: v.table(parts, by, ask), Export: exportAt(v.Frame, by),
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.Unconfirmed, a.Unconfirmed) })
	var worst []string
	for _, one := range parts[:min(mostWorst, len(parts))] {
		if one.Unconfirmed > 0 {
			worst = append(worst, v.P.T("freshness.worst_part", "name", one.name, "n", one.Unconfirmed))
		}
	}
	if len(worst) > 0 {
		view.Worst = v.P.T("freshness.worst", "list", v.P.List(worst))
	}
	return view
}

// table shows the parts of a kind; each number leads to its cards.
func (v healthView) table(parts []part, by, ask string) ui.Table {
	t := ui.Table{Caption: v.P.T("freshness.caption." + by), Dense: true, Empty: v.P.T("freshness.table_none"), Columns: []ui.Column{{Label: v.P.T("freshness.part." + by)}}}
	for _, key := range countKeys() {
		t.Columns = append(t.Columns, ui.Column{Label: v.P.T(key), Number: true})
	}
	for _, one := range parts {
		at := func(n int, pairs ...string) ui.Cell {
			c := ui.Cell{Text: v.P.Number(n)}
			if n > 0 && one.ask != "" {
				c.URL = cardsAt(v.Frame, append([]string{ask, one.ask}, pairs...)...)
			}
			return c
		}
		name := at(one.Cards)
		name.Text = one.name
		t.Rows = append(t.Rows, ui.Row{
			name,
			{Text: v.P.Number(one.Cards)},
			at(one.Fresh, askAge, string(listing.Fresh)), at(one.Ageing, askAge, string(listing.Ageing)),
			at(one.Unconfirmed, askAge, ageUnconfirmed), at(one.Orphaned, askOwnerless, answerYes), at(one.Incomplete, askComplete, incomplete),
			at(one.Flagged, askFlagged, answerYes),
		})
	}
	return t
}

func countKeys() []string {
	return []string{
		"freshness.cards", "freshness.fresh", "freshness.ageing", "freshness.unconfirmed", "freshness.orphaned", "freshness.incomplete", "freshness.flagged",
	}
}

func (c Counts) cells() []any {
	return []any{c.Cards, c.Fresh, c.Ageing, c.Unconfirmed, c.Orphaned, c.Incomplete, c.Flagged}
}

// What a file has its lines by.
const (
	exportBy          = "par"
	exportZones       = "commune"
	exportCompetences = "competence"
	exportDays        = "jour"
)

// exportAt is the address of a file.
func exportAt(f ui.Frame, by string) string {
	return f.Path(ExportPath) + "?" + url.Values{exportBy: {by}}.Encode()
}

func exports() []string { return []string{exportZones, exportCompetences, exportDays} }

// export writes the numbers of the page as a table for a spreadsheet.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	t, f := territory.Of(r.Context()), ui.Of(r)
	h, err := p.service.Health(r.Context(), account.Of(r.Context()), t)
	if err != nil {
		return err
	}
	by := cmp.Or(r.URL.Query().Get(exportBy), exportZones)
	if !slices.Contains(exports(), by) {
		return errs.New(errs.Usage, "freshness.export_unknown", nil)
	}
	v := healthView{Health: h, Frame: f, territory: t, competences: p.service.Competences}
	columns := []tabular.Column{{Key: by, Title: f.P.T("freshness.part." + by)}}
	keys := countKeys()
	if by == exportDays {
		keys = append(keys, "freshness.letters", "freshness.confirmed", "freshness.left")
	}
	for _, key := range keys {
		columns = append(columns, tabular.Column{Key: key, Title: f.P.T(key)})
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.P.T("freshness.file")+"-"+by+"-"+h.At.In(t.Location()).Format(time.DateOnly)+`.csv"`)
	out, err := tabular.NewSheetWriter(f.Lang, w, columns)
	if err != nil {
		return err
	}
	return errors.Join(v.lines(by, out), out.Close())
}

func (v healthView) lines(by string, out tabular.Writer) error {
	if by == exportDays {
		for _, d := range v.Days {
			if err := out.Write(append(append([]any{d.Day}, d.cells()...), d.Letters, d.Confirmed, d.Lapsed)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, one := range v.parts(by) {
		if err := out.Write(append([]any{one.name}, one.cells()...)); err != nil {
			return err
		}
	}
	return nil
}
