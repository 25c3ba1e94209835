package directory

import (
	"html/template"
	"net/http"

	"grappe/internal/listing"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// Preview is a card as its page shows it, public or not, without what leads on from it: for who edits it. Inside another page its name
// is no heading.
func (p *Pages) Preview(r *http.Request, record listing.Record, inside bool) (template.HTML, error) {
	frame, t := ui.Of(r), territory.Of(r.Context())
	v := card{shown: shown{Frame: frame, catalogue: p.service.openEarly(t), rooms: p}, Record: record}
	page, err := v.page(nil)
	if err != nil {
		return "", err
	}
	page.Crumbs, page.OnMap, page.Map, page.Inside = nil, "", ui.Button{}, inside
	if p.service.locator != nil && record.Listing.Point != nil {
		if page.Locator, err = p.service.locator(r.Context(), t.Code, *record.Listing.Point, frame); err != nil {
			return "", err
		}
	}
	return p.views.Part("fiche", "card", page)
}
