package opendata

import (
	"net/http"
	"strings"
	"time"

	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// openPage says what there is to download, and what one may do with it.
type openPage struct {
	ui.Frame
	Crumbs    ui.Breadcrumb
	Heading   string
	Intro     string
	Selection *selected
	Files     ui.Table
	Licence   ui.Link
	Terms     string
	Cite      string
	Bindings  []binding
	FromThem  string // how much of the directory comes from the sources
	Sources   *ui.Table
	Ways      []way
	Reading   []string
}

// selected tells that the page is about a part of the directory.
type selected struct {
	Text  string
	See   ui.Link
	Whole ui.Link
}

// way is another way to the same facts.
type way struct {
	Link ui.Link
	Text string
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	frame, t := ui.Of(r), territory.Of(r.Context())
	chosen, err := p.choose(r.Context(), t, r.URL.Query())
	if err != nil {
		return err
	}
	if chosen.query.Near != nil {
		web.CacheNever(w)
	}
	chosen.query = chosen.query.Filters()
	d, err := p.dataset(r.Context(), frame, t, chosen)
	if err != nil {
		return err
	}
	page := openPage{
		Frame: frame, Heading: d.P.T("opendata.title"), Licence: ui.Link{Label: d.licence.Name, URL: webOnly(d.licence.URL)},
		Cite: d.cite(), Files: d.files(), Ways: d.ways(),
	}
	page.Intro = d.intro()
	page.Crumbs = ui.Breadcrumb{{Label: d.P.T("opendata.directory"), URL: d.Path("/annuaire")}, {Label: page.Heading, Current: true}}
	for _, key := range []string{"opendata.reading.lists", "opendata.reading.formula", "opendata.reading.codes"} {
		page.Reading = append(page.Reading, d.P.T(key))
	}
	if len(d.sources) > 0 {
		all, err := p.allImported(r.Context(), t, chosen.at)
		if err != nil {
			return err
		}
		page.Sources, page.Bindings, page.FromThem = d.sourceTable(), d.bindings(all), d.P.T("opendata.sources_intro")
		if all {
			page.FromThem = d.P.T("opendata.sources_intro_all")
		}
	}
	page.Terms = d.terms(page.Bindings)
	if page.Selection, err = p.selected(d); err != nil {
		return err
	}
	if page.JSONLD, err = ui.JSONLD(d.schemaDataset()); err != nil {
		return err
	}
	page.Title, page.Description = page.Heading, d.description()
	page.Place(pathWith("/donnees", chosen.query))
	if page.Selection != nil {
		page.Robots = "noindex, follow"
	}
	page.Typed = append(page.Typed,
		ui.TypedAlternate{Type: "application/atom+xml", Title: d.P.T("opendata.feed", "place", t.Name(d.Lang)), URL: d.at("/annuaire.atom")},
		ui.TypedAlternate{Type: "application/ld+json", Title: d.P.T("opendata.catalogue", "cluster", d.cluster()), URL: d.at("/donnees/catalogue.jsonld")},
		ui.TypedAlternate{Type: "application/json", Title: d.P.T("opendata.way.datapackage"), URL: d.at("/donnees/datapackage.json")},
	)
	return p.views.Render(w, r, http.StatusOK, "donnees", page)
}

func (d dataset) intro() string {
	if d.selection.at.IsZero() {
		return d.P.T("opendata.intro_undated", "n", d.rows)
	}
	return d.P.T("opendata.intro", "n", d.rows, "date", d.P.Date(d.selection.at))
}

// terms say what the licence allows, in words where we know them and where no source asks more.
func (d dataset) terms(bound []binding) string {
	switch {
	case d.licence.IsZero():
		return d.P.T("opendata.terms.unsaid")
	case d.licence.ID == "etalab-2.0" && len(bound) > 0:
		return d.P.T("opendata.terms.etalab_bound")
	case d.licence.ID == "etalab-2.0":
		return d.P.T("opendata.terms.etalab")
	case d.licence.ShareAlike():
		return d.P.T("opendata.terms.share_alike", "licence", d.licence.Name)
	}
	return d.P.T("opendata.terms.other", "licence", d.licence.Name)
}

func (d dataset) cite() string {
	at := d.selection.at
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	if d.licence.IsZero() {
		return d.P.T("opendata.cite_unsaid", "cluster", d.cluster(), "title", d.title(), "date", d.P.Date(at))
	}
	return d.P.T("opendata.cite", "cluster", d.cluster(), "title", d.title(), "date", d.P.Date(at), "licence", d.licence.Name)
}

// selected is nil for the whole directory.
func (p *Pages) selected(d dataset) (*selected, error) {
	q := d.selection.query
	if len(q.Values()) == 0 {
		return nil, nil
	}
	var words []string
	if p.rooms.Asked != nil {
		asked, err := p.rooms.Asked(d.Frame, d.territory.Code, q)
		if err != nil {
			return nil, err
		}
		for _, a := range asked {
			words = append(words, d.P.List(a.Values))
		}
	}
	s := &selected{
		Text:  d.P.T("opendata.selection", "what", strings.Join(words, " · ")),
		See:   ui.Link{Label: d.P.T("opendata.selection_see"), URL: d.Path(pathWith("/annuaire", q))},
		Whole: ui.Link{Label: d.P.T("opendata.selection_whole"), URL: d.Path("/donnees")},
	}
	return s, nil
}

// files is a table of the formats: the link, who each is for, how many cards.
func (d dataset) files() ui.Table {
	table := ui.Table{Caption: d.P.T("opendata.files_caption"), Columns: []ui.Column{
		{Label: d.P.T("opendata.files_format")}, {Label: d.P.T("opendata.files_for")}, {Label: d.P.T("opendata.files_rows"), Number: true},
	}}
	rows := d.P.Number(d.rows)
	add := func(path, name string) {
		table.Rows = append(table.Rows, ui.Row{
			{Text: d.P.T("opendata.format." + name), URL: d.Path(path)}, {Text: d.P.T("opendata.for." + name)}, {Text: rows},
		})
	}
	for _, f := range formats() {
		path := pathWith(f.path(), d.selection.query)
		add(path, string(f.name))
		if f.name == tabular.CSV {
			add(withParam(path, "delimiter=%3B"), "csv_french")
		}
	}
	return table
}

func withParam(path, param string) string {
	if strings.Contains(path, "?") {
		return path + "&" + param
	}
	return path + "?" + param
}

func (d dataset) sourceTable() *ui.Table {
	table := &ui.Table{Caption: d.P.T("opendata.sources_caption"), Columns: []ui.Column{
		{Label: d.P.T("opendata.sources_title")}, {Label: d.P.T("opendata.sources_credit")}, {Label: d.P.T("opendata.sources_licence")},
	}}
	for _, s := range d.sources {
		table.Rows = append(table.Rows, ui.Row{{Text: nameOf(s), URL: webOnly(s.URL)}, {Text: orDash(s.Attribution)}, {Text: orDash(s.Licence)}})
	}
	return table
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// ways are the other ways to the same cards.
func (d dataset) ways() []way {
	var all []way
	q := d.selection.query
	for _, w := range []struct{ name, path string }{
		{"api", "/api/docs"},
		{"mirror", "/api/docs"},
		{"feed", pathWith("/annuaire.atom", q)},
		{"embed", pathWith("/integrer", q)},
		{"pdf", pathWith("/annuaire.pdf", q)},
		{"datapackage", pathWith("/donnees/datapackage.json", q)},
		{"catalogue", pathWith("/donnees/catalogue.jsonld", q)},
	} {
		all = append(all, way{ui.Link{Label: d.P.T("opendata.way." + w.name), URL: d.Path(w.path)}, d.P.T("opendata.way_about." + w.name)})
	}
	return all
}
