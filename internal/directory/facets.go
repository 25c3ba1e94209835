package directory

import (
	"cmp"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// facets are the filters beside the results.
func (v *shown) facets() ui.Facets {
	f := ui.Facets{
		Action: v.Path("/annuaire"), Send: v.P.T("directory.show_results", "n", v.found.Total),
		Changed: v.P.T("directory.show_changed"), Open: v.P.T("directory.refine"), Hidden: v.facetsHidden(),
	}
	if n := len(v.chosen()); n > 0 {
		f.Open = v.P.T("directory.refine_chosen", "n", n)
		f.Clear = v.Path(v.query.words().Address())
	}
	for _, facet := range Facets() {
		if g := v.facetGroup(facet); len(g.Checks) > 0 {
			f.Groups = append(f.Groups, g)
		}
	}
	return f
}

func (v *shown) facetsHidden() []ui.Pair {
	own := []string{"page"}
	for _, facet := range Facets() {
		own = append(own, param(facet))
	}
	return hidden(v.query, own...)
}

func (v *shown) facetGroup(facet string) ui.FacetGroup {
	if facet == FacetZone {
		return v.zoneGroup()
	}
	counts := v.found.Facets[facet]
	g := ui.FacetGroup{Legend: v.P.T("directory.facet." + facet), Checks: make([]ui.Check, 0, min(len(counts), shownChoices))}
	if more := min(len(counts), mostChoices) - shownChoices; more > 0 {
		g.More = make([]ui.Check, 0, more)
	}
	for i, count := range counts {
		if i >= mostChoices && !count.Chosen {
			continue
		}
		if i < shownChoices || count.Chosen {
			g.Checks = append(g.Checks, v.check(facet, count, 0))
		} else {
			g.More = append(g.More, v.check(facet, count, 0))
		}
	}
	return g
}

func (v *shown) check(facet string, count search.Count, depth int) ui.Check {
	slug := v.slug(facet, count.Code)
	return ui.Check{
		ID: facet + "-" + slug, Name: param(facet), Value: slug, Label: v.label(facet, count.Code),
		Count: v.P.Number(count.N), Checked: count.Chosen, Depth: depth,
	}
}

// zoneGroup shows the top of the tree, the places below a chosen one, and the chosen ones; the rest is a disclosure away,
// in alphabetical order.
func (v *shown) zoneGroup() ui.FacetGroup {
	g := ui.FacetGroup{Legend: v.P.T("directory.facet." + FacetZone)}
	counts := map[string]search.Count{}
	for _, c := range v.found.Facets[v.query.facet(FacetZone)] {
		counts[c.Code] = c
	}
	tree := v.territory.Tree()
	for code, c := range counts {
		if c.Chosen {
			for _, up := range tree.Ancestors(code) {
				counts[up.Code] = cmp.Or(counts[up.Code], search.Count{Code: up.Code})
			}
		}
	}
	fullest := func(zones []territory.Zone) []territory.Zone {
		slices.SortStableFunc(zones, func(a, b territory.Zone) int { return counts[b.Code].N - counts[a.Code].N })
		return zones
	}
	var rest []search.Count
	var down func(zones []territory.Zone, depth int, open bool)
	down = func(zones []territory.Zone, depth int, open bool) {
		for i, z := range zones {
			c, ok := counts[z.Code]
			if !ok {
				continue
			}
			if c.Chosen || open && (depth > 0 || i < shownChoices) {
				g.Checks = append(g.Checks, v.check(FacetZone, c, min(depth, maxDepth)))
			} else {
				rest = append(rest, c)
			}
			down(fullest(tree.Children(z.Code)), depth+1, c.Chosen)
		}
	}
	down(fullest(tree.Roots()), 0, true)
	slices.SortStableFunc(rest, func(a, b search.Count) int { return b.N - a.N })
	rest = rest[:min(len(rest), mostZones)]
	ranks := v.alphabet.of(v.P, v.zones)
	slices.SortStableFunc(rest, func(a, b search.Count) int { return ranks[a.Code] - ranks[b.Code] })
	for _, c := range rest {
		g.More = append(g.More, v.check(FacetZone, c, 0))
	}
	return g
}

// A page stays light in the largest territory: the words and the places that have fewest cards are found by typing them.
const (
	mostChoices = 40
	mostZones   = 100
)

// maxDepth is the deepest indentation of a check.
const maxDepth = 2

// label is a facet's value in the reader's words.
func (v *shown) label(facet, code string) string {
	switch facet {
	case FacetZone:
		return v.zoneName(code)
	case FacetCompetence:
		return v.competenceName(code)
	case FacetSector:
		if term, ok := v.taxonomies.Sectors.Term(code); ok {
			return term.Name(v.Lang)
		}
	case FacetCategory:
		return v.P.T("listing.category." + code)
	case FacetTag:
		return v.notes.spelling(code)
	}
	return code
}

func (v *shown) zoneName(code string) string { return v.zones[code].NameIn(v.Lang) }

func (v *shown) competenceName(code string) string {
	if term, ok := v.taxonomies.Competences.Term(code); ok {
		return term.Name(v.Lang)
	}
	return code
}

// competenceTags are the first of the competences, as links to who has them.
func (v *shown) competenceTags(codes []string, most int) []ui.Tag {
	var tags []ui.Tag
	for _, code := range codes[:min(most, len(codes))] {
		tags = append(tags, ui.Tag{Label: v.competenceName(code), URL: v.Path("/annuaire?competence=" + v.slug(FacetCompetence, code))})
	}
	return tags
}

// servedPlaces says where the organisation works, beyond where it sits.
func (v *shown) servedPlaces(area listing.ServiceArea) string {
	if area.Everywhere {
		return v.P.T("directory.serves_everywhere")
	}
	names := make([]string, 0, len(area.Zones))
	for _, code := range area.Zones {
		if name := v.zoneName(code); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// serves is servedPlaces as a line among other facts.
func (v *shown) serves(area listing.ServiceArea) string {
	var parts []string
	if places := v.servedPlaces(area); area.Everywhere {
		parts = append(parts, places)
	} else if places != "" {
		parts = append(parts, v.P.T("directory.serves_zones", "zones", places))
	}
	if area.Remote {
		parts = append(parts, v.P.T("directory.serves_remote"))
	}
	return joined(parts...)
}
