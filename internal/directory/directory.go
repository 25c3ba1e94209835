// Package directory is the public directory of a territory: finding cards by words, place and facets, and
// reading one. It must not know how cards are imported, edited or owned.
package directory

import "grappe/internal/taxonomy"

// The facets of the directory, in the order in which a page shows them. Their names are those of the index and
// of the command line; Params gives the name that each has in an address.
const (
	FacetZone       = "zone"
	FacetCompetence = "competence"
	FacetCategory   = "category"
	FacetSector     = "sector"
	FacetTag        = "tag"
)

// facetSeat counts the cards of a place that sit there, without those that only travel to it. No one chooses by it.
const facetSeat = "seat"

// facetReach tells which other territories' people a card serves: their codes, codes of their zones, or reachesAll. It
// answers for Elsewhere and is never shown.
const facetReach = "reach"

// reachesAll stands for every territory: whoever works at a distance.
const reachesAll = "*"

// Facets lists the facets in their order.
func Facets() []string {
	return []string{FacetCompetence, FacetZone, FacetCategory, FacetSector, FacetTag}
}

// param is the name of a facet in an address.
func param(facet string) string {
	switch facet {
	case FacetCategory:
		return "categorie"
	case FacetSector:
		return "secteur"
	default:
		return facet
	}
}

// PageSize is how many results a page shows.
const PageSize = 20

// Taxonomies are the lists that cards choose from.
type Taxonomies struct {
	Competences *taxonomy.Taxonomy
	Sectors     *taxonomy.Taxonomy
}
