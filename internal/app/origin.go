package app

import (
	"net/http"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// ParsePublicURL reads the address under which the public reaches the instance: "https://annuaire.example". It returns
// errs.Usage for anything that is not scheme and host alone.
func ParsePublicURL(s string) (string, error) {
	origin, err := web.ParseOrigin(s)
	if err != nil {
		return "", errs.Wrap(err, errs.Usage, "app.bad_public_url", errs.Args{"value": s})
	}
	return origin, nil
}

// origin is scheme and host for absolute addresses of the instance: those that the operator gave, else those of the
// request. The latter are anybody's to choose: a cache or a search engine may be told of an address that is not ours.
func (h *house) origin(r *http.Request) string {
	if public := h.app.options.PublicURL; public != "" {
		return public
	}
	return web.Origin(r)
}

// siteOf is scheme and host for absolute addresses of a territory; atRoot reports that it stands at the root there, on the
// first host that it claims.
func (h *house) siteOf(r *http.Request, t *territory.Territory) (origin string, atRoot bool) {
	if len(t.Hosts) == 0 {
		return h.origin(r), false
	}
	scheme := web.Scheme(r)
	if strings.HasPrefix(h.app.options.PublicURL, "https:") {
		scheme = "https"
	}
	return scheme + "://" + t.Hosts[0], true
}
