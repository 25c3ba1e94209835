package app

import (
	"net/http"

	"grappe/internal/directory/rest"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// programs is what the territories answer to programs.
func (h *house) programs() (*rest.API, error) {
	keys := &keyring{db: h.app.DB}
	return rest.New(rest.Rooms{
		Directory: h.app.Directory, Taxonomies: h.app.Taxonomies, Territories: h.registry.all, Address: h.addressOf,
		More: func(r *http.Request) []ui.Link {
			f := ui.Of(r)
			return []ui.Link{{Label: f.P.T("app.footer_open_data"), URL: f.Path("/donnees")}}
		},
		Licence: h.app.licenceOf, Keys: keys.Keys, Live: h.app.live, Now: h.app.now,
	})
}

// addressOf is where a territory stands, without a slash at the end.
func (h *house) addressOf(r *http.Request, t *territory.Territory) string {
	origin, atRoot := h.siteOf(r, t)
	if atRoot {
		return origin
	}
	return origin + "/" + t.Code
}
