package directory

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// shownChoices is how many values of a facet are shown at once; the others are a disclosure away.
const shownChoices = 8

// resultsPage is the directory's page of results, with or without words and choices.
type resultsPage struct {
	ui.Frame
	Crumbs    ui.Breadcrumb
	Heading   string
	Intro     string
	Search    ui.SearchBox
	Near      string // address that the position is added to
	Notices   []ui.Notice
	Facets    ui.Facets
	Chips     ui.Chips
	Count     string
	Seat      ui.Link // to only who sits in the chosen places, or back
	Sorts     []ui.Link
	Results   []resultView
	Articles  template.HTML // the results, written
	Filters   string        // of the answer, for the API: without box, order and page
	Pager     ui.Pager
	Empty     ui.Empty
	Pane      string // what a narrow window shows: the map, or else the list
	Panes     []ui.Link
	Map       mapPane
	Elsewhere []elsewhereView
	Outputs   []ui.Link
	Missing   ui.Link
}

// resultView is one listing in a list of results.
type resultView struct {
	URL         string
	Slug        string
	Point       string // latitude,longitude; none where the card says no place
	Chosen      bool   // on the map
	Name        template.HTML
	Headline    template.HTML
	Snippet     template.HTML
	Lang        string // of what the organisation wrote, where it is not the page's
	Category    string
	Place       string
	Serves      string
	Distance    string
	Freshness   string
	Competences []ui.Tag
	Why         string
}

// shown is a query, its answer and whom they are shown to.
type shown struct {
	ui.Frame
	*catalogue
	query Query
	found Found
	rooms *Pages

	matched map[string]bool // by competence: whether a word of the query is in its name, as far as somebody asked
}

func (p *Pages) results(w http.ResponseWriter, r *http.Request) error {
	q, err := ParseQuery(r.URL.Query())
	if err != nil {
		return err
	}
	t := territory.Of(r.Context())
	c, frame := p.service.openEarly(t), ui.Of(r)
	found, more, err := p.found(r, c, q)
	if err != nil {
		return err
	}
	if q.Near != nil {
		web.CacheNever(w) // the address holds where somebody was
	}
	c.announce(w, &frame)
	if found.Where != nil {
		where := q.Without(FacetZone, "")
		where.Choices[FacetZone], where.Where = []string{found.Where.Slug}, ""
		http.Redirect(w, r, frame.Path(where.Address()), http.StatusSeeOther)
		return nil
	}
	v := shown{Frame: frame, catalogue: c, query: c.inSlugs(q), found: found, rooms: p, matched: map[string]bool{}}
	page, err := v.page()
	if err != nil {
		return err
	}
	if c.preparing {
		v.earlyResults(&page, more)
	} else if page.Elsewhere, err = v.elsewhere(r); err != nil {
		return err
	}
	if origin := t.TileOrigin(); origin != "" && page.Map.Shown {
		if err := web.AllowImages(w, origin); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if len(found.Hits) == 0 && q.Page > 1 {
		status = http.StatusNotFound
	}
	return p.views.Render(w, r, status, "annuaire", &page)
}

func (v *shown) page() (resultsPage, error) {
	page := resultsPage{
		Frame: v.Frame, Heading: v.P.T("directory.title"), Search: v.searchBox(), Notices: v.notices(), Facets: v.facets(), Chips: v.chips(),
		Count: v.P.T("directory.count", "n", v.found.Total), Sorts: v.sorts(),
		Pager: ui.NewPager(v.query.Page, pages(v.found.Total), func(n int) string { return v.Path(v.query.WithPage(n).Address()) }),
		Empty: v.empty(), Near: v.nearAddress(), Pane: v.query.Pane, Panes: v.panes(), Outputs: v.outputs(),
	}
	page.Wide, page.Filters, page.Skips, page.Missing = true, v.mapFilters(), v.skips(), v.missingLink()
	page.Title = page.Heading
	page.Description = v.P.T("directory.description", "place", v.territory.Name(v.Lang), "n", v.index.Len())
	if heading, intro, ok := v.single(); ok {
		page.Heading, page.Intro, page.Title = heading, intro, heading
		page.Crumbs = ui.Breadcrumb{{Label: v.P.T("directory.title"), URL: v.Path("/annuaire")}, {Label: heading, Current: true}}
		page.Description = intro
	} else if v.query.Text != "" {
		page.Heading = v.P.T("directory.title_words", "words", unquoted(v.query.Text))
		page.Title = page.Heading
	}
	if len(v.query.Choices[FacetZone]) > 0 {
		page.Seat = v.seatLink()
	}
	if v.query.Page > 1 {
		page.Title = v.P.T("directory.title_page", "title", page.Title, "n", v.query.Page)
	}
	canonical := v.canonical()
	if canonical.Text != "" || canonical.Page > 1 || len(v.chosen()) > 1 || canonical.Box != nil || canonical.Near != nil || len(v.found.Unknown) > 0 {
		page.Robots = "noindex, follow"
	}
	page.Place(canonical.Address())
	if page.Robots == "" || canonical.Near == nil {
		page.Typed = v.typed(canonical)
	}
	page.Results = make([]resultView, len(v.found.Hits))
	for i := range v.found.Hits {
		page.Results[i] = v.result(&v.found.Hits[i])
	}
	var err error
	if page.Articles, err = articles(v.Assets, page.Results); err != nil {
		return page, err
	}
	page.Map, err = v.mapPane()
	return page, err
}

// skips lead past the filters.
func (v *shown) skips() []ui.Link {
	links := []ui.Link{{Label: v.P.T("directory.skip_results"), URL: "#resultats"}}
	if v.index.Len() > 0 {
		links = append(links, ui.Link{Label: v.P.T("directory.skip_map"), URL: "#carte"})
	}
	return links
}

// seatLink narrows the answer to who sits in the chosen places, or widens it again.
func (v *shown) seatLink() ui.Link {
	q := v.query.WithPage(1)
	q.Seated = !q.Seated
	if v.query.Seated {
		return ui.Link{Label: v.P.T("directory.seat_all"), URL: v.Path(q.Address())}
	}
	return ui.Link{Label: v.P.T("directory.seat_only"), URL: v.Path(q.Address())}
}

// canonical is the query without what does not change what is found: its order, choices that mean nothing, and the other
// names of those that do.
func (v *shown) canonical() Query {
	q := v.query.WithPage(v.query.Page)
	q.Choices, q.Sort, q.Where = map[string][]string{}, ByRelevance, ""
	q.View, q.Card, q.Pane = nil, "", ""
	for _, c := range v.chosen() {
		q.Choices[c.Facet] = append(q.Choices[c.Facet], v.slug(c.Facet, c.Value))
	}
	return q
}

// single is the heading of a page that shows all of one competence or zone, and nothing else.
func (v *shown) single() (heading, intro string, ok bool) {
	chosen := v.chosen()
	if len(chosen) != 1 || v.query.Text != "" || v.query.Box != nil || v.query.Near != nil {
		return "", "", false
	}
	switch c := chosen[0]; c.Facet {
	case FacetCompetence:
		term, _ := v.taxonomies.Competences.Term(c.Value)
		return term.Name(v.Lang), term.Description(v.Lang), true
	case FacetZone:
		name := v.zoneName(c.Value)
		return v.P.T("directory.title_zone", "zone", name), v.P.T("directory.intro_zone", "zone", name), true
	}
	return "", "", false
}

// chosen are the known choices, as codes, in the order of the facets.
func (v *shown) chosen() []Choice {
	var out []Choice
	for _, facet := range Facets() {
		for _, value := range v.query.Choices[facet] {
			if code, ok := v.code(facet, value); ok {
				out = append(out, Choice{facet, code})
			}
		}
	}
	return out
}

func (v *shown) searchBox() ui.SearchBox {
	box := v.rooms.searchBox(v.Frame, v.territory)
	box.What, box.Where = v.query.Text, v.query.Where
	own := []string{"q", "ou", "page"}
	if zones := v.query.Choices[FacetZone]; len(zones) == 1 && box.Where == "" {
		if code, ok := v.code(FacetZone, zones[0]); ok {
			box.Where, own = v.zoneName(code), append(own, param(FacetZone))
		}
	}
	box.Hidden = hidden(v.query, own...)
	return box
}

// hidden are the parameters of a query that a form carries along, without those that its own fields hold.
func hidden(q Query, own ...string) []ui.Pair {
	var pairs []ui.Pair
	values := q.Values()
	for _, name := range slices.Sorted(keysOf(values)) {
		if !slices.Contains(own, name) {
			for _, value := range values[name] {
				pairs = append(pairs, ui.Pair{Name: name, Value: value})
			}
		}
	}
	return pairs
}

func keysOf(v url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range v {
			if !yield(k) {
				return
			}
		}
	}
}

// nearAddress is the page that the reader's position is added to, the nearest first.
func (v *shown) nearAddress() string {
	q := v.query.WithPage(1)
	q.Near, q.RadiusKm, q.View, q.Box, q.Sort = nil, 0, nil, nil, ByDistance
	return v.Path(q.Address())
}

// notices say what was changed in the question to answer it.
func (v *shown) notices() []ui.Notice {
	var out []ui.Notice
	add := func(key string, pairs ...any) {
		out = append(out, ui.Notice{Tone: ui.Info, Text: v.P.T(key, pairs...)})
	}
	if v.query.TextCut || v.found.Cut {
		add("directory.cut")
	}
	for _, c := range v.found.Unknown {
		add("directory.unknown."+c.Facet, "value", c.Value)
	}
	if len(v.found.Dropped) > 0 && v.found.Total > 0 {
		add("directory.dropped", "n", len(v.found.Dropped), "words", v.P.List(quoted(v.found.Dropped, v.Lang)))
	}
	if v.found.DidYouMean != "" {
		link := v.query.WithText(v.found.DidYouMean)
		out = append(out, ui.Notice{Tone: ui.Info, Text: v.P.T("directory.did_you_mean"), Body: anchor(v.Path(link.Address()), v.found.DidYouMean)})
	}
	return out
}

func quoted(words []string, lang string) []string {
	open, end := "«"+locale.NarrowSpace, locale.NarrowSpace+"»"
	if lang == locale.English {
		open, end = "“", "”"
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = open + w + end
	}
	return out
}

func (v *shown) sorts() []ui.Link {
	orders := []Sort{ByRelevance, ByName, ByFreshness}
	if v.query.Near != nil {
		orders = append(orders, ByDistance)
	}
	links := make([]ui.Link, 0, len(orders))
	for _, o := range orders {
		q := v.query.WithPage(1)
		q.Sort = o
		links = append(links, ui.Link{Label: v.P.T("directory.sort." + string(o)), URL: v.Path(q.Address()), Current: v.query.Sort == o})
	}
	return links
}

func (v *shown) chips() ui.Chips {
	chips := ui.Chips{Label: v.P.T("directory.chosen")}
	for _, facet := range Facets() {
		for _, value := range v.query.Choices[facet] {
			if code, ok := v.code(facet, value); ok {
				chips.Items = append(chips.Items, ui.Chip{Label: v.label(facet, code), URL: v.Path(v.query.Without(facet, value).Address())})
			}
		}
	}
	q := v.query.WithPage(1)
	if v.query.Box != nil {
		q.Box = nil
		chips.Items = append(chips.Items, ui.Chip{Label: v.P.T("directory.chip_box"), URL: v.Path(q.Address())})
	}
	if v.query.Near != nil {
		q = v.query.WithPage(1)
		q.Near, q.RadiusKm, q.Sort = nil, 0, ByRelevance
		chips.Items = append(chips.Items, ui.Chip{Label: v.nearLabel(), URL: v.Path(q.Address())})
	}
	if len(chips.Items) > 1 {
		chips.Clear = v.Path(v.query.words().Address())
	}
	return chips
}

func (v *shown) nearLabel() string {
	if v.query.RadiusKm > 0 {
		return v.P.T("directory.chip_radius", "distance", v.P.Distance(v.query.RadiusKm*1000))
	}
	return v.P.T("directory.chip_near")
}

func (v *shown) result(hit *FoundListing) resultView {
	marks := v.found.Marks
	view := resultView{
		URL: v.Path("/annuaire/" + hit.Slug), Name: marked(marks.Highlight(hit.Name)), Headline: marked(marks.Highlight(hit.Headline)),
		Lang: v.contentLang(), Category: v.P.T("listing.category." + string(hit.Category)), Place: v.zoneName(hit.Zone), Freshness: v.freshness(&hit.Listing),
		Competences: v.competenceTags(hit.Competences, 3), Why: v.why(hit),
	}
	if view.Place == "" {
		view.Place = hit.City
	}
	view.Slug, view.Chosen = hit.Slug, hit.Slug == v.query.Card
	if hit.Point != nil {
		view.Point = fmt.Sprintf("%.5f,%.5f", hit.Point.Lat, hit.Point.Lon)
	}
	if hit.Headline == "" || v.query.Text != "" {
		view.Snippet = marked(marks.Snippet(hit.plain, 180))
	}
	if hit.Hit.ServedOnly || hit.ServiceArea.Everywhere || hit.ServiceArea.Remote {
		view.Serves = v.serves(hit.ServiceArea)
	}
	if hit.Hit.DistanceKm != nil {
		view.Distance = v.P.Distance(*hit.Hit.DistanceKm * 1000)
	}
	return view
}

// contentLang is the language of what organisations write, "" where the page is in it.
func (v *shown) contentLang() string {
	if lang := v.territory.Languages[0]; lang != v.Lang {
		return lang
	}
	return ""
}

// freshness says when somebody last vouched for the card; of what nobody did, how old the imported data is.
func (v *shown) freshness(l *listing.Listing) string {
	source, ok := l.Provenance["name"]
	switch age := v.age(l); {
	case age == listing.Stale:
		return v.P.T("directory.stale", "ago", v.P.Ago(l.ConfirmedAt, v.rooms.service.now()))
	case age != listing.Unconfirmed:
		return v.P.T("directory.confirmed", "ago", v.P.Ago(l.ConfirmedAt, v.rooms.service.now()))
	case ok && source.Kind == company.FromImport && !source.At.IsZero():
		return v.P.T("directory.data_of", "month", v.P.Month(source.At))
	default:
		return v.P.T("directory.unconfirmed")
	}
}

func pages(total int) int { return min((total+PageSize-1)/PageSize, MaxPage) }
