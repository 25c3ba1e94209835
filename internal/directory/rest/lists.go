package rest

import (
	"cmp"
	"net/http"
	"slices"

	"grappe/internal/directory"
	"grappe/internal/platform/api"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Suggestions are what completes the words that somebody types.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions"`
}

// Suggestion is one of them.
type Suggestion struct {
	Text     string `json:"text"`
	Kind     Kind   `json:"kind"`
	Code     string `json:"code,omitempty"`
	Listings int    `json:"listings"`
}

// Kind is what a suggestion is.
type Kind string

// kinds are all there are: the fields of the index that suggest.
func kinds() []string { return []string{"name", "competence", "tag"} }

// Names are a name by language.
type Names = map[string]string

// Zones is the tree of places of a territory.
type Zones struct {
	Territory string  `json:"territory"`
	Levels    []Level `json:"levels"`
	Zones     []Zone  `json:"zones"`
}

// Level is one level of the tree.
type Level struct {
	Code  string `json:"code"`
	Names Names  `json:"names"`
}

// Zone is one place.
type Zone struct {
	Code       string   `json:"code"`
	Slug       string   `json:"slug"`
	Names      Names    `json:"names"`
	Level      string   `json:"level"`
	Parent     string   `json:"parent,omitempty"`
	Postcodes  []string `json:"postcodes,omitempty"`
	Lat        *float64 `json:"lat,omitempty"`
	Lon        *float64 `json:"lon,omitempty"`
	Population int      `json:"population,omitempty"`
	Listings   int      `json:"listings"`
}

// Terms is a list that cards choose from.
type Terms struct {
	Groups []Group `json:"groups,omitempty"`
	Terms  []Term  `json:"terms"`
}

// Group is a heading under which terms stand.
type Group struct {
	Code  string `json:"code"`
	Names Names  `json:"names"`
}

// Term is one competence or sector.
type Term struct {
	Code         string `json:"code"`
	Slug         string `json:"slug"`
	Group        string `json:"group,omitempty"`
	Names        Names  `json:"names"`
	Descriptions Names  `json:"descriptions,omitempty"`
	Listings     int    `json:"listings"`
}

func (a *rest) suggestions() api.Operation {
	return api.Operation{
		ID: "suggestions", Path: "/api/v1/suggestions", Tag: tagCards,
		Params: []api.Param{
			{Name: "q", Kind: api.Text, MaxLength: 60, Required: true, Text: "typed"},
			{Name: "limit", Kind: api.Integer, Min: 1, Max: 20, Default: "8", Text: "suggestions_limit"},
		},
		Answer: a.sample.suggestions(), Modified: true, Examples: a.sample.suggestionsExamples(),
		Handle: a.answerSuggestions,
	}
}

func (a *rest) answerSuggestions(w http.ResponseWriter, r *http.Request, in api.Values) error {
	t := territory.Of(r.Context())
	if a.unmodified(w, r, t) {
		return nil
	}
	limit := in.Int("limit")
	found, err := a.Directory.Suggest(t.Code, in.Text("q"), 2*limit)
	if err != nil {
		return err
	}
	body, lang := Suggestions{Suggestions: []Suggestion{}}, ui.Of(r).Lang
	for _, s := range found {
		line := a.suggestion(s, lang)
		twice := slices.ContainsFunc(body.Suggestions, func(l Suggestion) bool { return l.Text == line.Text && l.Kind == line.Kind })
		if !twice && len(body.Suggestions) < limit {
			body.Suggestions = append(body.Suggestions, line)
		}
	}
	return answer(w, r, body)
}

// suggestion is a competence by its name in the reader's language, whatever the one that was typed, or else what was found.
func (a *rest) suggestion(s search.Suggestion, lang string) Suggestion {
	line := Suggestion{Text: s.Text, Kind: Kind(s.Field), Listings: s.N}
	if s.Field == directory.FacetCompetence {
		if term, ok := a.Taxonomies.Competences.Match(s.Text); ok {
			line.Text, line.Code = term.Name(lang), term.Code
		}
	}
	return line
}

func (a *rest) zones() api.Operation {
	return api.Operation{
		ID: "zones", Path: "/api/v1/zones", Tag: tagLists,
		Answer: a.sample.zones(), Modified: true, Examples: []api.Example{{Name: "all"}}, Handle: a.answerZones,
	}
}

func (a *rest) answerZones(w http.ResponseWriter, r *http.Request, _ api.Values) error {
	t := territory.Of(r.Context())
	if a.unmodified(w, r, t) {
		return nil
	}
	counts, err := a.Directory.Counts(r.Context(), t.Code, "")
	if err != nil {
		return err
	}
	body := Zones{Territory: t.Code, Levels: make([]Level, len(t.Levels)), Zones: make([]Zone, len(t.Zones))}
	for i, l := range t.Levels {
		body.Levels[i] = Level{l.Code, l.Names}
	}
	for i, z := range t.Zones {
		body.Zones[i] = zoneOf(t, z, counts.Zones[z.Code])
	}
	return answer(w, r, body)
}

func zoneOf(t *territory.Territory, z territory.Zone, listings int) Zone {
	out := Zone{
		Code: z.Code, Slug: z.Slug, Names: Names{}, Level: z.Level, Parent: z.Parent, Postcodes: z.Postcodes,
		Population: z.Population, Listings: listings,
	}
	for _, lang := range t.Languages {
		out.Names[lang] = z.NameIn(lang)
	}
	if z.Centre != (geo.Point{}) {
		out.Lat, out.Lon = &z.Centre.Lat, &z.Centre.Lon
	}
	return out
}

func (a *rest) competences() api.Operation {
	return a.terms("competences", directory.FacetCompetence, a.Taxonomies.Competences)
}

func (a *rest) sectors() api.Operation {
	return a.terms("sectors", directory.FacetSector, a.Taxonomies.Sectors)
}

// terms tells of a list, and how many cards chose each.
func (a *rest) terms(id, facet string, list *taxonomy.Taxonomy) api.Operation {
	return api.Operation{
		ID: id, Path: "/api/v1/" + id, Tag: tagLists, Answer: a.sample.terms(list), Modified: true, Examples: []api.Example{{Name: "all"}},
		Handle: func(w http.ResponseWriter, r *http.Request, _ api.Values) error {
			t := territory.Of(r.Context())
			if a.unmodified(w, r, t) {
				return nil
			}
			all := directory.Query{Sort: directory.ByName, Page: 1}
			found, err := a.Directory.Search(r.Context(), t.Code, all, directory.Options{Limit: 1})
			if err != nil {
				return err
			}
			counts := map[string]int{}
			for _, c := range found.Facets[facet] {
				counts[c.Code] = c.N
			}
			return answer(w, r, termsOf(list, counts))
		},
	}
}

func termsOf(list *taxonomy.Taxonomy, counts map[string]int) Terms {
	body := Terms{Terms: make([]Term, len(list.Terms))}
	for _, g := range list.Groups {
		body.Groups = append(body.Groups, Group{g.Code, g.Names})
	}
	for i, term := range list.Terms {
		body.Terms[i] = Term{term.Code, term.Slug, term.Group, term.Names, term.Descriptions, counts[term.Code]}
	}
	return body
}

// Territories are those of the instance.
type Territories struct {
	Current     string      `json:"current,omitempty"`
	Territories []Territory `json:"territories"`
}

// Territory is a place with a directory of its own.
type Territory struct {
	Code      string   `json:"code"`
	Names     Names    `json:"names"`
	Cluster   Names    `json:"cluster"`
	URL       string   `json:"url"`
	API       string   `json:"api"`
	Languages []string `json:"languages"`
	TimeZone  string   `json:"time_zone"`
	Currency  string   `json:"currency"`
	Country   string   `json:"country,omitempty"`
	Box       Box      `json:"bbox"`
	Licence   Licence  `json:"licence"`
}

// Box is a rectangle on the map in degrees: west, south, east, north.
type Box [4]float64

// Licence are the terms under which the cards may be used.
type Licence struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

func (a *rest) territories() api.Operation {
	return api.Operation{
		ID: "territories", Path: "/api/v1/territories", Tag: tagLists,
		Answer: a.sample.territories(), Examples: []api.Example{{Name: "all"}}, Handle: a.answerTerritories,
	}
}

func (a *rest) answerTerritories(w http.ResponseWriter, r *http.Request, _ api.Values) error {
	body := Territories{Territories: []Territory{}}
	if t := territory.Of(r.Context()); t != nil {
		body.Current = t.Code
	}
	for _, t := range a.Territories() {
		address, licence := a.Address(r, t), a.licenceOf(r.Context(), t)
		body.Territories = append(body.Territories, Territory{
			Code: t.Code, Names: t.Names, Cluster: t.Cluster, URL: address, API: address + "/api/v1", Languages: t.Languages,
			TimeZone: t.TimeZone, Currency: t.Currency, Country: t.Country, Box: Box{t.Box.West, t.Box.South, t.Box.East, t.Box.North},
			Licence: Licence{licence.ID, licence.Name, licence.URL},
		})
	}
	slices.SortFunc(body.Territories, func(a, b Territory) int { return cmp.Compare(a.Code, b.Code) })
	return answer(w, r, body)
}
