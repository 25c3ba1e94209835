package cards

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// The names of what the list is asked for.
const (
	wordsAsk   = "q"
	stateAsk   = "etat"
	zoneAsk    = "zone"
	skillAsk   = "competence"
	filledAsk  = "remplissage"
	ageAsk     = "age"
	flaggedAsk = "signalees"
	orphansAsk = "sans-compte"
	orderAsk   = "tri"
	pageAsk    = "page"
	yes        = "oui"
)

// listPage finds cards.
type listPage struct {
	base
	Views   ui.Tabs
	Action  string
	Words   ui.Field
	Filters int // how many of what follows are set
	Fields  []ui.Field
	Checks  []ui.Check
	Clear   string
	Count   string
	Lines   []cardLine
	None    ui.Empty
	Pager   ui.Pager
}

// cardLine is a card in the list.
type cardLine struct {
	Name, URL, Place string
	State            ui.Badge
	Flags            []ui.Badge
	Filled           string
	Confirmed        ui.Moment
	Owned            bool
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	query, t := r.URL.Query(), territory.Of(r.Context())
	found, err := p.service.Find(r.Context(), by(r), p.filterOf(query, t))
	if err != nil {
		return err
	}
	page := listPage{base: begin(r, Path, ui.Of(r).P.T("cards.title"))}
	words := page.P
	page.Action = page.Path(Path)
	page.Words = ui.Field{ID: "fiches-q", Name: wordsAsk, Type: "search", Label: words.T("cards.words"), Value: query.Get(wordsAsk), Autocomplete: "off", Max: 100}
	page.Fields = p.filterFields(words, t, query)
	page.Checks = []ui.Check{
		{ID: "fiches-signalees", Name: flaggedAsk, Value: yes, Label: words.T("cards.flagged"), Checked: query.Get(flaggedAsk) == yes},
		{ID: "fiches-sans-compte", Name: orphansAsk, Value: yes, Label: words.T("cards.orphans"), Checked: query.Get(orphansAsk) == yes},
	}
	asked := asking(query)
	if len(asked) > 0 {
		page.Clear = page.Path(Path)
	}
	asked.Del(wordsAsk)
	asked.Del(orderAsk)
	page.Filters = len(asked)
	page.Views = views(page.Frame, query)
	page.Count = words.T("cards.count", "n", found.Total)
	page.None = ui.Empty{Icon: "search-x", Title: words.T("cards.none"), Text: words.T("cards.none_text")}
	names := p.names(r)
	for _, line := range found.Lines {
		l := line.Listing
		v := cardLine{
			Name: nameOf(words, l), URL: page.Path(CardPath(l.ID)), Place: cmp.Or(zoneName(names.Zone, l.Zone), l.City), State: stateBadge(words, l),
			Filled: words.Percent(float64(l.Completeness) / 100), Confirmed: ui.NewMoment(words, l.ConfirmedAt, p.service.Now()), Owned: line.Owned,
		}
		for _, f := range line.Flags {
			v.Flags = append(v.Flags, flagBadge(words, f))
		}
		page.Lines = append(page.Lines, v)
	}
	page.Pager = ui.NewPager(found.Page, found.Pages, func(n int) string {
		at := asking(query)
		at.Set(pageAsk, strconv.Itoa(n))
		return page.Path(Path) + "?" + at.Encode()
	})
	return p.views.Render(w, r, http.StatusOK, "fiches", page)
}

func zoneName(name func(string) string, code string) string {
	if code == "" {
		return ""
	}
	return name(code)
}

// asking is what the list is asked for, without the page.
func asking(query url.Values) url.Values {
	kept := url.Values{}
	for _, name := range []string{wordsAsk, stateAsk, zoneAsk, skillAsk, filledAsk, ageAsk, flaggedAsk, orphansAsk, orderAsk} {
		if v := query.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	return kept
}

// filterOf reads what is asked for. What nobody can ask for is as if it had not been.
func (p *Pages) filterOf(query url.Values, t *territory.Territory) Filter {
	f := Filter{
		Words: query.Get(wordsAsk), State: oneOf(listing.State(query.Get(stateAsk)), listing.States()),
		Filled: oneOf(Filled(query.Get(filledAsk)), degrees()), Age: oneOf(listing.Age(query.Get(ageAsk)), ages()),
		Flagged: query.Get(flaggedAsk) == yes, Orphans: query.Get(orphansAsk) == yes, Order: oneOf(Order(query.Get(orderAsk)), orders()),
		Page: max(1, int(min(number(query.Get(pageAsk)), 1_000_000))),
	}
	if z, ok := t.Zone(query.Get(zoneAsk)); ok {
		f.Zones = []string{z.Code}
		for _, below := range t.Tree().Descendants(z.Code) {
			f.Zones = append(f.Zones, below.Code)
		}
	}
	if term, ok := p.service.Taxonomies.Competences.BySlug(query.Get(skillAsk)); ok {
		f.Skill = term.Code
	}
	return f
}

func degrees() []Filled { return []Filled{Bare, Poor, Half, Full} }

func ages() []listing.Age {
	return []listing.Age{listing.Fresh, listing.Ageing, listing.Stale, listing.Unconfirmed, Doubtful}
}

func orders() []Order { return []Order{ByName, ByAge, ByFilled, ByLastWrite} }

func oneOf[T ~string](v T, among []T) T {
	if slices.Contains(among, v) {
		return v
	}
	return ""
}

// filterFields are the choices of the list.
func (pages *Pages) filterFields(p *locale.Printer, t *territory.Territory, query url.Values) []ui.Field {
	field := func(name, label, all string) ui.Field {
		return ui.Field{ID: "fiches-" + name, Name: name, Label: p.T(label), Options: []ui.Option{{Label: p.T(all)}}}
	}
	add := func(f *ui.Field, value, label string) {
		f.Options = append(f.Options, ui.Option{Value: value, Label: label, Selected: value == query.Get(f.Name)})
	}
	state := field(stateAsk, "cards.state", "cards.state_all")
	for _, s := range listing.States() {
		add(&state, string(s), p.T(s.Key()))
	}
	zone := field(zoneAsk, "cards.zone", "cards.zone_all")
	for _, z := range t.Tree().All() {
		indent := ""
		for range t.Tree().Depth(z.Code) {
			indent += "– "
		}
		add(&zone, z.Code, indent+z.NameIn(p.Lang()))
	}
	filled := field(filledAsk, "cards.filled", "cards.filled_all")
	for _, d := range degrees() {
		add(&filled, string(d), p.T("cards.filled_"+string(d)))
	}
	age := field(ageAsk, "cards.age", "cards.age_all")
	for _, a := range ages() {
		key := a.Key()
		if a == Doubtful {
			key = "cards.age_doubtful"
		}
		add(&age, string(a), p.T(key))
	}
	skill := field(skillAsk, "cards.skill", "cards.skill_all")
	for _, term := range pages.service.Taxonomies.Competences.Terms {
		add(&skill, term.Slug, term.Name(p.Lang()))
	}
	order := ui.Field{ID: "fiches-" + orderAsk, Name: orderAsk, Label: p.T("cards.order")}
	for _, o := range orders() {
		add(&order, string(o), p.T("cards.order_"+string(o)))
	}
	return []ui.Field{state, zone, skill, filled, age, order}
}

// views are the questions that the team asks most.
func views(f ui.Frame, query url.Values) ui.Tabs {
	tabs := ui.Tabs{Label: f.P.T("cards.views")}
	asked := asking(query)
	asked.Del(orderAsk)
	for _, v := range []struct {
		label string
		ask   url.Values
	}{
		{"cards.view_all", url.Values{}},
		{"cards.view_flagged", url.Values{flaggedAsk: {yes}}},
		{"cards.view_old", url.Values{stateAsk: {string(listing.Published)}, ageAsk: {string(listing.Stale)}}},
		{"cards.view_lapsed", url.Values{stateAsk: {string(listing.Lapsed)}}},
		{"cards.view_bare", url.Values{stateAsk: {string(listing.Published)}, filledAsk: {string(Bare)}}},
		{"cards.view_orphans", url.Values{orphansAsk: {yes}}},
	} {
		at := f.Path(Path)
		if len(v.ask) > 0 {
			at += "?" + v.ask.Encode()
		}
		tabs.Items = append(tabs.Items, ui.Link{Label: f.P.T(v.label), URL: at, Current: asked.Encode() == v.ask.Encode()})
	}
	return tabs
}

// writes reports whether the reader is shown what changes a card. The service judges what they send.
func writes(r *http.Request) bool { return by(r).Is(account.ProjectManager) }
