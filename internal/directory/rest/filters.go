package rest

import (
	"errors"
	"net/http"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
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

// query is what the parameters ask of the directory; nothing reports that no card can be found by it. It returns errs.Usage,
// with the parameter, for a choice that names nothing: left out, it would answer another question.
func (a *rest) query(r *http.Request, in api.Values) (q directory.Query, nothing bool, err error) {
	t, f := territory.Of(r.Context()), ui.Of(r)
	return a.Directory.Strict(t.Code, in.Given(), func(param, value string) errs.Field {
		return errs.Field{Name: param, Key: "rest.unknown." + param, Args: errs.Args{"value": value, "list": listOf(f, param)}}
	})
}

// listOf is the address of the list that the values of a parameter come from, "" where there is none.
func listOf(f ui.Frame, param string) string {
	switch param {
	case "zone", "ou":
		return f.URL("/api/v1/zones")
	case "competence":
		return f.URL("/api/v1/competences")
	case "secteur":
		return f.URL("/api/v1/sectors")
	}
	return ""
}

// categories are all there are.
func categories() []string {
	var all []string
	for _, c := range listing.Categories() {
		all = append(all, string(c))
	}
	return all
}

func ages() []string {
	var all []string
	for _, a := range listing.AllAges() {
		all = append(all, string(a))
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
