package directory

import (
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// The text fields of the index, the most telling first. Places and sectors stand behind what one does, so that "photographe
// nouméa" never ranks a trade by its town, and before the description, so that who sits in Lifou stands above who writes
// that he travels there. Related are the words that people use instead of the name of a competence, in any language.
const (
	fieldName = iota
	fieldCompetence
	fieldTag
	fieldHeadline
	fieldPlace
	fieldRelated
	fieldDescription
)

func searchFields() []search.Field {
	return []search.Field{
		fieldName:        {Name: "name", Weight: 100, Suggest: true},
		fieldCompetence:  {Name: "competence", Weight: 60, Suggest: true},
		fieldTag:         {Name: "tag", Weight: 40, Suggest: true},
		fieldHeadline:    {Name: "headline", Weight: 25},
		fieldPlace:       {Name: "place", Weight: 20},
		fieldRelated:     {Name: "related", Weight: 18},
		fieldDescription: {Name: "description", Weight: 12},
	}
}

// facetCount is how many facets facetSpecs says.
const facetCount = 7

// facetSpecs says how the index counts; their order is that of document's facets.
func facetSpecs(t *territory.Territory) []search.FacetSpec {
	parents := make(map[string]string, len(t.Zones))
	codes := make([]string, 0, len(t.Zones))
	for _, z := range t.Zones {
		parents[z.Code] = z.Parent
		codes = append(codes, z.Code)
	}
	parent := func(code string) string { return parents[code] }
	return []search.FacetSpec{
		{Name: FacetZone, Parent: parent, Codes: codes, Served: true},
		{Name: FacetCompetence},
		{Name: FacetCategory},
		{Name: FacetSector},
		{Name: FacetTag},
		{Name: facetSeat, Parent: parent, Codes: codes},
		{Name: facetReach, Silent: true},
	}
}
