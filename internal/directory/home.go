package directory

import (
	"net/http"

	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// homePage is the first page of a territory.
type homePage struct {
	ui.Frame
	Tagline string
	Search  ui.SearchBox
	Doors   []doorView
	Groups  []groupView
	Figures []ui.Tile
	Dated   string
	Recent  []doorView
	Listed  ui.Field
	Missing ui.Link
	Welcome *Welcome
}

// Welcome is what stands first on the first page where somebody has something to say there: how to try a demonstration.
type Welcome struct {
	Heading string
	Text    string
	Ways    []Way
}

// Way is one thing to do from a Welcome.
type Way struct{ URL, Icon, Label, Detail string }

// groupView is a heading with links and their counts.
type groupView struct {
	Label string
	URL   string
	Links []countView
}

// mostRecent is how many cards the first page ends with.
const mostRecent = 4

type countView struct {
	URL, Label, Count string
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx, t := r.Context(), territory.Of(r.Context())
	c, frame := p.service.openEarly(t), ui.Of(r)
	c.announce(w, &frame)
	if c.preparing {
		youngest, err := p.service.early(ctx, c, Query{Page: 1}, mostRecent)
		if err != nil {
			return err
		}
		youngest.Total = 0 // not known
		v := shown{Frame: frame, catalogue: c, rooms: p, found: youngest.Found}
		return p.views.Render(w, r, http.StatusOK, "accueil", v.home())
	}
	all, err := c.index.Search(ctx, search.Query{Limit: mostRecent, Sort: search.Newest, Day: c.day(p.service.now())})
	if err != nil {
		return err
	}
	recent, err := p.service.read(ctx, all.Hits)
	if err != nil {
		return err
	}
	v := shown{Frame: frame, catalogue: c, rooms: p, found: Found{Result: all, Hits: recent}}
	return p.views.Render(w, r, http.StatusOK, "accueil", v.home())
}

func (v *shown) home() homePage {
	page := homePage{Frame: v.Frame, Tagline: v.territory.In(v.territory.Tagline, v.Lang), Search: v.rooms.searchBox(v.Frame, v.territory), Doors: v.doors()}
	page.Search.Large = true
	if v.rooms.welcome != nil {
		page.Welcome = v.rooms.welcome(v.Frame)
	}
	page.Listed = ui.Field{
		ID: "listed", Name: "q", Label: v.P.T("directory.home_listed_name"), Type: "search", Autocomplete: "organization",
		Suggest: v.Path("/annuaire/suggestions"), SuggestSend: true,
	}
	page.Missing = v.missingLink()
	if v.found.Total > 0 {
		page.Groups, page.Figures = v.competenceGroups(), v.figures()
		page.Dated = v.P.T("directory.figure_source", "date", v.P.Date(v.rooms.service.now()))
	}
	for _, l := range v.found.Hits {
		page.Recent = append(page.Recent, doorView{
			URL: v.Path("/annuaire/" + l.Slug), Label: l.Name,
			Detail: joined(v.zoneName(l.Zone), l.Headline, v.P.T("directory.updated", "ago", v.P.Ago(l.UpdatedAt, v.rooms.service.now()))),
		})
	}
	page.Title = v.P.T("directory.home_title", "place", v.territory.Name(v.Lang))
	page.Description = v.P.T("directory.description", "place", v.territory.Name(v.Lang), "n", v.index.Len())
	if v.preparing {
		page.Description = page.Tagline
	}
	page.Place("/")
	return page
}

func (v *shown) doors() []doorView {
	return []doorView{
		{URL: v.Path("/annuaire?categorie=entreprise"), Icon: "search", Label: v.P.T("directory.door_provider"), Detail: v.P.T("directory.door_provider_detail")},
		{URL: v.Path("/annuaire?categorie=tiers-lieu"), Icon: "map-pin", Label: v.P.T("directory.door_place"), Detail: v.P.T("directory.door_place_detail")},
		{URL: v.Path("/annuaire?categorie=ecole&categorie=incubateur&categorie=communaute"), Icon: "users", Label: v.P.T("directory.door_help"), Detail: v.P.T("directory.door_help_detail")},
	}
}

// competenceGroups lists the taxonomy with how many cards have each competence.
func (v *shown) competenceGroups() []groupView {
	counts := map[string]int{}
	for _, c := range v.found.Facets[FacetCompetence] {
		counts[c.Code] = c.N
	}
	var groups []groupView
	for _, g := range v.taxonomies.Competences.Groups {
		group := groupView{Label: taxonomy.In(g.Names, v.Lang)}
		for _, term := range v.taxonomies.Competences.InGroup(g.Code) {
			if counts[term.Code] == 0 {
				continue
			}
			group.Links = append(group.Links, countView{
				URL: v.Path("/annuaire?competence=" + term.Slug), Label: term.Name(v.Lang), Count: v.P.Number(counts[term.Code]),
			})
		}
		if len(group.Links) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// figures are what the directory holds, each with the list behind it.
func (v *shown) figures() []ui.Tile {
	places, competences := 0, 0
	for _, c := range v.found.Facets[facetSeat] {
		if v.territory.Tree().IsLeaf(c.Code) && c.N > 0 {
			places++
		}
	}
	for _, c := range v.found.Facets[FacetCompetence] {
		if c.N > 0 {
			competences++
		}
	}
	tile := func(n int, label, path string) ui.Tile {
		return ui.Tile{Value: v.P.Number(n), Label: label, URL: v.Path(path)}
	}
	all := len(v.territory.Tree().Leaves())
	tiles := []ui.Tile{
		tile(v.found.Total, v.P.T("directory.figure_cards", "n", v.found.Total), "/annuaire"),
		tile(places, v.P.T("directory.figure_zones", "n", places, "all", all), "/communes"),
	}
	if competences > 0 {
		all := len(v.taxonomies.Competences.Terms)
		tiles = append(tiles, tile(competences, v.P.T("directory.figure_competences", "n", competences, "all", all), "/competences"))
	}
	return tiles
}
