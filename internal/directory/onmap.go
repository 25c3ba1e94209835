package directory

import (
	"html/template"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/ui"
)

// mostPlaces is how many places the map names where there is no script to draw it.
const mostPlaces = 60

// mapPane is the map beside the results. Without scripts it is a list of places; a script draws it.
type mapPane struct {
	Shown  bool
	Plan   template.HTML // the map's element, begun
	Places template.HTML // lines of a list
	All    string        // address of the list of all places
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
	m := mapPane{Shown: true, All: v.Path("/communes")}
	var err error
	if m.Plan, err = v.plans.of(&v.Frame, v.territory); err != nil {
		return m, err
	}
	m.Places, err = placeLines(v.places())
	return m, err
}

// mapFilters are what narrows the answer, but for the box, which is that of the map, and for choices that mean nothing.
func (v *shown) mapFilters() string {
	q := v.canonical().Filters()
	q.Box = nil
	return q.Values().Encode()
}

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
