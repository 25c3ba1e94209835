package rest

import (
	"errors"
	"slices"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// filters are the parameters that the pages of the directory have as well, under the same names: the address of a page
// becomes that of its data by its path alone. What the page remembers of the map is read and does nothing.
func filters() []api.Param {
	facet := func(name string) api.Param { return api.Param{Name: name, Kind: api.Text, Many: true, MaxLength: 100} }
	return []api.Param{
		{Name: "q", Kind: api.Text, MaxLength: directory.MaxText},
		{Name: "ou", Kind: api.Text, MaxLength: 100},
		facet("competence"), facet("zone"), facet("categorie"), facet("secteur"), facet("tag"),
		{Name: "surplace", Kind: api.Flag},
		{Name: "bbox", Kind: api.Box},
		{Name: "pres", Kind: api.Point},
		{Name: "rayon", Kind: api.Number, Min: 0.001, Max: 2000},
	}
}

// pageState are the parameters of a page's address that filter nothing, and others that the operation has no use for.
func pageState(others ...string) []api.Param {
	var params []api.Param
	for _, name := range append([]string{"carte", "fiche", "vue"}, others...) {
		params = append(params, api.Param{Name: name, Kind: api.Text, Text: "page_state"})
	}
	return params
}

// query is what the parameters ask of the directory; nothing reports that no card can be found by it, since nobody uses the
// tags any more that it asks for. It returns errs.Usage, with the parameter, for a choice that names nothing: left out, it
// would answer another question.
func (a *rest) query(t *territory.Territory, in api.Values) (q directory.Query, nothing bool, err error) {
	if q, err = directory.ParseQuery(in.Given()); err != nil {
		return q, false, err
	}
	unknown, err := a.Directory.Unknown(t.Code, q)
	if err != nil {
		return q, false, err
	}
	var faults []errs.Field
	tags := 0
	for _, c := range unknown {
		if c.Facet == directory.FacetTag {
			tags++
			continue
		}
		name := paramOf(c, q)
		faults = append(faults, errs.Field{Name: name, Key: "rest.unknown." + name})
	}
	if len(faults) > 0 {
		return q, false, &errs.E{Kind: errs.Usage, Key: faults[0].Key, Fields: faults}
	}
	return q, tags > 0 && tags == len(q.Choices[directory.FacetTag]), nil
}

// paramOf is the parameter that a choice was made by.
func paramOf(c directory.Choice, q directory.Query) string {
	switch {
	case c.Facet == directory.FacetZone && c.Value == q.Where && !slices.Contains(q.Choices[c.Facet], c.Value):
		return "ou"
	case c.Facet == directory.FacetCategory:
		return "categorie"
	case c.Facet == directory.FacetSector:
		return "secteur"
	}
	return c.Facet
}

// categories are all there are.
func categories() []string {
	var all []string
	for _, c := range []listing.Category{
		listing.Company, listing.ThirdPlace, listing.Incubator, listing.School, listing.Investor, listing.Community, listing.PublicBody,
	} {
		all = append(all, string(c))
	}
	return all
}

// filtersOf are the filters and the order of a query as a cursor is bound to them.
func filtersOf(q directory.Query) string {
	only := q.Filters()
	only.Sort = q.Sort
	return only.Values().Encode()
}

// ahead makes of a position beyond the log what a reader is told.
func ahead(err error) error {
	if errors.Is(err, directory.ErrAhead) {
		return staleCursor()
	}
	return err
}
