package directory

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Texts holds the sentences of the directory, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Pages are the directory's pages over its service.
type Pages struct {
	service *Service
	views   *ui.Pages
	address func(r *http.Request, t *territory.Territory) string // nil where territories are told apart by prefix alone
	welcome func(f ui.Frame) *Welcome                            // nil for nothing
	missing func(f ui.Frame, name string) ui.Link                // nil for nothing
	doors   func(r *http.Request, l listing.Listing) []ui.Link   // nil for nothing
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{service: s, views: views}, nil
}

// Addressed hands in where a territory of the instance stands, as seen from a request: an absolute address without a slash at
// its end. It is called before the first request; without it, pages lead to no territory on another host.
func (p *Pages) Addressed(address func(r *http.Request, t *territory.Territory) string) {
	p.address = address
}

// Welcoming hands in what stands first on the first page of a territory, nil for nothing. It is called before the first request.
func (p *Pages) Welcoming(welcome func(f ui.Frame) *Welcome) { p.welcome = welcome }

// Missing hands in what somebody does who does not find an organisation: the name is the one that they looked for, "" for none. A
// link without an address is none. It is called before the first request.
func (p *Pages) Missing(link func(f ui.Frame, name string) ui.Link) { p.missing = link }

// Doors hands in what somebody can do about a card who stands before it, the same for everybody who has not signed in. It is called
// before the first request.
func (p *Pages) Doors(links func(r *http.Request, l listing.Listing) []ui.Link) { p.doors = links }

// missingLink is what to do about an organisation that is not there.
func (v *shown) missingLink() ui.Link {
	if v.rooms.missing == nil {
		return ui.Link{}
	}
	return v.rooms.missing(v.Frame, v.query.Text)
}

// Routes answers for the paths of the directory within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /{$}", web.Kept(p.home))
	router.Handle("GET /annuaire", web.KeptWide(p.results))
	router.Handle("GET /annuaire/suggestions", p.suggestions)
	router.Handle("GET /annuaire/lieux", p.places)
	router.Handle("GET /annuaire/{slug}", web.Kept(p.card))
	router.Handle("GET /competences", web.Kept(p.competences))
	router.Handle("GET /communes", web.Kept(p.zonesPage))
}

// searchBox is the person's question, the largest thing on a page.
func (p *Pages) searchBox(f ui.Frame, t *territory.Territory) ui.SearchBox {
	return ui.SearchBox{
		Action: f.Path("/annuaire"), WhatSuggest: f.Path("/annuaire/suggestions"),
		WhereName: "ou", WhereSuggest: f.Path("/annuaire/lieux"), WhereExample: commonLevel(t, f.Lang),
	}
}

// commonLevel is what most places of the territory are called, "commune": a hint that fits into a narrow field.
func commonLevel(t *territory.Territory, lang string) string {
	zones := map[string]int{}
	for _, z := range t.Zones {
		zones[z.Level]++
	}
	var most territory.Level
	for _, l := range t.Levels {
		if most.Code == "" || zones[l.Code] > zones[most.Code] {
			most = l
		}
	}
	return t.LevelName(most.Code, lang)
}

// suggestions completes what is typed in the first field, as JSON for the combobox.
func (p *Pages) suggestions(w http.ResponseWriter, r *http.Request) error {
	t := territory.Of(r.Context())
	if p.service.openEarly(t).preparing {
		web.CacheNever(w)
		return web.JSON(w, r, http.StatusOK, []ui.Suggestion{})
	}
	found, err := p.service.Suggest(t.Code, r.URL.Query().Get("q"), 8)
	if err != nil {
		return err
	}
	frame := ui.Of(r)
	lines := make([]ui.Suggestion, 0, len(found))
	for _, s := range found {
		line := p.suggestion(frame, s)
		if !slices.ContainsFunc(lines, func(l ui.Suggestion) bool { return l.Value == line.Value }) {
			lines = append(lines, line)
		}
	}
	return web.JSON(w, r, http.StatusOK, lines)
}

// suggestion is a line for the reader: a competence by its name in the reader's language, whatever the one that was typed.
func (p *Pages) suggestion(f ui.Frame, s search.Suggestion) ui.Suggestion {
	if s.Field == "competence" {
		if term, ok := p.service.taxonomies.Competences.Match(s.Text); ok {
			s.Text = term.Name(f.Lang)
		}
	}
	return ui.Suggestion{Value: s.Text, Detail: f.P.T("directory.suggest." + s.Field)}
}

// places completes what is typed in the second field with names of places.
func (p *Pages) places(w http.ResponseWriter, r *http.Request) error {
	t, frame := territory.Of(r.Context()), ui.Of(r)
	typed, _ := cut(clean(r.URL.Query().Get("q")), 60)
	lines := []ui.Suggestion{}
	for _, z := range t.Tree().Suggest(typed, 8) {
		lines = append(lines, ui.Suggestion{Value: z.NameIn(frame.Lang), Detail: t.LevelName(z.Level, frame.Lang)})
	}
	return web.JSON(w, r, http.StatusOK, lines)
}

// anchor is a link on its own, as trusted HTML.
func anchor(address, label string) template.HTML {
	return template.HTML(fmt.Sprintf(`<p><a href="%s">%s</a></p>`, //nolint:gosec // both parts are escaped
		template.HTMLEscapeString(address), template.HTMLEscapeString(label)))
}

// mapURL opens a point on OpenStreetMap; the request is the reader's own, made by clicking.
func mapURL(lat, lon float64) string {
	v := url.Values{"mlat": {fmt.Sprintf("%.5f", lat)}, "mlon": {fmt.Sprintf("%.5f", lon)}}
	return "https://www.openstreetmap.org/?" + v.Encode() + fmt.Sprintf("#map=17/%.5f/%.5f", lat, lon)
}

// joined puts a dot between the parts that say something.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}
