package directory

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/platform/ui"
)

// mostElsewhere is how many cards of another territory stand under the results.
const mostElsewhere = 3

// elsewhereView is what another territory offers to the readers of this one.
type elsewhereView struct {
	Heading string
	Count   string
	Cards   []doorView
	All     ui.Link
}

// elsewhere are cards of the instance's other territories that answer the same question from afar; none beyond the first
// page of results.
func (v *shown) elsewhere(r *http.Request) ([]elsewhereView, error) {
	if v.query.Page > 1 {
		return nil, nil
	}
	found, err := v.rooms.service.Elsewhere(r.Context(), v.territory.Code, v.query, mostElsewhere)
	if err != nil {
		return nil, err
	}
	var out []elsewhereView
	for _, e := range found {
		if view, ok := v.elsewhereView(r, e); ok {
			out = append(out, view)
		}
	}
	return out, nil
}

// oembed is the address that describes this page to who embeds it.
func (v *shown) oembed(path string) ui.TypedAlternate {
	at := url.Values{"url": {v.URL(path)}, "format": {"json"}}
	home := v.Frame
	home.LangPrefix = ""
	return ui.TypedAlternate{Type: "application/json+oembed", Title: v.P.T("directory.title"), URL: home.URL("/oembed?" + at.Encode())}
}

// elsewhereView leads to the cards of the other territory: beside this one under the same host, or else where the instance
// says that it stands; it is nothing where no address is known to lead there.
func (v *shown) elsewhereView(r *http.Request, e Elsewhere) (elsewhereView, bool) {
	there := v.Frame
	switch {
	case v.Base != "":
		there.Base = "/" + e.Territory.Code
	case v.rooms.address != nil && len(e.Territory.Hosts) > 0:
		there.Base = v.rooms.address(r, e.Territory)
	default:
		return elsewhereView{}, false
	}
	there.LangPrefix = ""
	if slices.Index(e.Territory.Languages, v.Lang) > 0 {
		there.LangPrefix = "/" + v.Lang
	}
	q := v.query.Filters().copyChoices()
	delete(q.Choices, FacetZone)
	q.Where, q.Seated, q.Box, q.Near, q.RadiusKm = "", false, nil, nil, 0
	view := elsewhereView{
		Heading: e.Territory.Name(v.Lang), Count: v.P.T("directory.count", "n", e.Total),
		All: ui.Link{Label: v.P.T("directory.elsewhere_all"), URL: there.Path(q.Address())},
	}
	for _, hit := range e.Hits {
		view.Cards = append(view.Cards, doorView{URL: there.Path("/annuaire/" + hit.Slug), Label: hit.Name, Detail: hit.Headline})
	}
	return view, true
}
