package directory

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui"
)

// mostPlaces is how many places the map names where there is no script to draw it.
const mostPlaces = 60

// mapPane is the map beside the results. Without scripts it is a list of places; a script, fetched only when the map is
// to be seen, draws it from the addresses and words that are written here.
type mapPane struct {
	Shown    bool
	Script   string // addresses
	Style    string
	Land     string
	World    string // the land of the rest of the world
	Outlines string
	Names    string
	Clusters string
	Cards    string // of the API: what stands on one spot
	Results  string // path of this page
	Box      string // of the territory: west,south,east,north
	Words    string // JSON
	TilesURL string
	Credit   string // of the tiles
	MaxZoom  int
	Places   template.HTML // lines of a list
	All      string        // address of the list of all places
}

// panes are the links between list and map, for windows that show one of them.
func (v *shown) panes() []ui.Link {
	list := v.query
	if len(v.found.Hits) == 0 {
		list.Page = 1 // a page that is not there leads to one that is
	}
	plan := list
	list.Pane, plan.Pane = "", PaneMap
	onMap := v.query.Pane == PaneMap
	return []ui.Link{
		{Label: v.P.T("directory.pane_list"), Icon: "list", URL: v.Path(list.Address()) + "#vues", Current: !onMap, Count: v.found.Total},
		{Label: v.P.T("directory.pane_map"), Icon: "map", URL: v.Path(plan.Address()) + "#vues", Current: onMap},
	}
}

// mapPane is empty where the directory has no card.
func (v *shown) mapPane() (mapPane, error) {
	if v.index.Len() == 0 {
		return mapPane{}, nil
	}
	m := mapPane{
		Shown: true, Outlines: v.Path("/carte/contours.json"), Names: v.Path("/carte/lieux.json"), Clusters: v.Path("/api/v1/clusters"),
		Cards: v.Path("/api/v1/listings"), Results: v.Path("/annuaire"), Box: boxText(v.territory.Box),
		All: v.Path("/communes"),
	}
	if t := v.territory.Tiles; t.URL != "" {
		m.TilesURL, m.Credit, m.MaxZoom = t.URL, t.Attribution, t.Zooms()
	}
	var err error
	if m.Places, err = placeLines(v.places()); err != nil {
		return m, err
	}
	if m.Script, err = v.Assets.URL("map.js"); err != nil {
		return m, err
	}
	if m.Style, err = v.Assets.URL("map.css"); err != nil {
		return m, err
	}
	if m.World, err = v.Assets.URL("basemap-world.json"); err != nil {
		return m, err
	}
	if m.Land, err = v.Assets.URL("basemap-" + v.territory.Code + ".json"); err != nil {
		m.Land = m.World // a territory that the instance made itself
	}
	m.Words, err = v.mapWords()
	return m, err
}

// mapFilters are what narrows the answer, but for the box, which is that of the map, and for choices that mean nothing.
func (v *shown) mapFilters() string {
	q := v.canonical().Filters()
	q.Box = nil
	return q.Values().Encode()
}

func boxText(b geo.Box) string { return fmt.Sprintf("%g,%g,%g,%g", b.West, b.South, b.East, b.North) }

// places are where the cards of the answer sit, the fullest first; each leads to its own cards under the same filters.
func (v *shown) places() []indexEntry {
	tree := v.territory.Tree()
	counts := v.found.Facets[facetSeat] // the fullest first
	out := make([]indexEntry, 0, min(len(counts), mostPlaces))
	seated := v.query
	seated.Seated, seated.Pane = true, ""
	inZone := seated.choosing(FacetZone)
	for _, c := range counts {
		if c.N == 0 || !tree.IsLeaf(c.Code) || len(out) == mostPlaces {
			continue
		}
		out = append(out, indexEntry{URL: v.Path(inZone(v.slug(FacetZone, c.Code))), Label: v.zoneName(c.Code), Count: v.P.Number(c.N)})
	}
	return out
}

// mapWords are the sentences of the map, by the names that its script knows them by.
func (v *shown) mapWords() (string, error) {
	// The script fills in what stands between braces.
	n := []any{"n", "{n}", "place", "{place}", "name", "{name}", "category", "{category}"}
	words := map[string]string{
		"place":    v.territory.Name(v.Lang),
		"map":      v.P.T("directory.map.label", "place", v.territory.Name(v.Lang)),
		"help":     v.P.T("directory.map.help"),
		"zoomIn":   v.P.T("directory.map.zoom_in"),
		"zoomOut":  v.P.T("directory.map.zoom_out"),
		"search":   v.P.T("directory.map.search_here"),
		"follow":   v.P.T("directory.map.follow"),
		"cluster":  v.P.T("directory.map.cluster", n...),
		"spot":     v.P.T("directory.map.spot", n...),
		"one":      v.P.T("directory.map.one", n...),
		"shows":    v.P.T("directory.map.shows"),
		"total":    v.P.T("directory.map.total", n...),
		"totalOne": v.P.T("directory.map.total_one"),
		"none":     v.P.T("directory.map.none"),
		"unplaced": v.P.T("directory.map.unplaced", n...),
		"alone":    v.P.T("directory.map.unplaced_one"),
		"more":     v.P.T("directory.map.more", n...),
		"close":    v.P.T("ui.close"),
		"failed":   v.P.T("directory.map.failed"),
		"noTiles":  v.P.T("directory.map.no_tiles"),
		"here":     v.P.T("directory.map.here"),
		"whole":    v.P.T("directory.map.whole"),
		"offered":  v.P.T("directory.map.search_offered"),
		"chosen":   v.P.T("directory.map.chosen", n...),
		"retry":    v.P.T("directory.map.retry"),
		"credit":   v.P.T("directory.map.credit"),
	}
	if credit := v.territory.OutlineCredit; !credit.IsZero() {
		words["outlines"] = v.P.T("directory.map.outlines", "source", credit.Text())
	}
	for _, category := range categories() {
		words["category."+string(category)] = v.P.T("listing.category." + string(category))
	}
	text, err := json.Marshal(words)
	return string(text), err
}

// categories are those that have an address, in alphabetical order.
func categories() []listing.Category {
	var all []listing.Category
	for category := range categorySlugs() {
		all = append(all, category)
	}
	slices.Sort(all)
	return all
}

// onMap leads from a card to its place on the map of the directory.
func (v *shown) onMap(l listing.Listing) string {
	if l.Point == nil {
		return ""
	}
	q := Query{Sort: ByRelevance, Page: 1, Card: l.Slug, Pane: PaneMap, View: &MapView{Lat: l.Point.Lat, Lon: l.Point.Lon, Zoom: 15}}
	return v.Path(q.Address()) + "#vues"
}

// outputs are the same answer in other forms, which refuse choices that mean nothing; none is told where the reader is.
func (v *shown) outputs() []ui.Link {
	q := v.canonical().Filters()
	q.Near, q.RadiusKm = nil, 0
	filters := q.Address()
	as := func(path string) string { return v.Path(strings.Replace(filters, "/annuaire", path, 1)) }
	return []ui.Link{
		{Label: v.P.T("directory.output_feed"), Icon: "rss", URL: as("/annuaire.atom")},
		{Label: v.P.T("directory.output_data"), Icon: "database", URL: as("/donnees")},
		{Label: v.P.T("directory.output_pdf"), Icon: "printer", URL: as("/annuaire/imprimer")},
		{Label: v.P.T("directory.output_embed"), Icon: "code", URL: as("/integrer")},
	}
}

// typed are those forms that programs look for in the head of the page.
func (v *shown) typed(canonical Query) []ui.TypedAlternate {
	filters := canonical.Filters().Address()
	title := v.P.T("directory.output_feed_of", "place", v.territory.Name(v.Lang))
	return []ui.TypedAlternate{
		{Type: "application/atom+xml", Title: title, URL: v.URL(strings.Replace(filters, "/annuaire", "/annuaire.atom", 1))},
		v.oembed(filters),
	}
}
