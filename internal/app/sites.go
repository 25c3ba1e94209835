package app

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// sites are the territories as letters show them.
type sites struct{ app *App }

var _ account.Sites = sites{}

// Site implements account.Sites.
func (s sites) Site(ctx context.Context, code, lang string) (account.Site, error) {
	t, err := s.app.Territories.Get(ctx, code)
	if err != nil {
		return account.Site{}, err
	}
	if !slices.Contains(t.Languages, lang) {
		lang = t.Languages[0]
	}
	return account.Site{
		P: s.app.texts.Printer(lang, t.Location(), t.Currency), Cluster: t.In(t.Cluster, lang), Accent: t.Accent.Light, Contact: t.Contact,
		Base: s.app.base(t, lang),
	}, nil
}

// base is the absolute address of a territory's pages in a language, for letters that no request has asked for: where the
// operator says that it is. A demonstration is where it listens. It is "" where nobody said it.
func (a *App) base(t *territory.Territory, lang string) string {
	prefix := ""
	if lang != t.Languages[0] {
		prefix = "/" + lang
	}
	public := a.options.PublicURL
	switch {
	case len(t.Hosts) > 0 && strings.HasPrefix(public, "http:"):
		return "http://" + t.Hosts[0] + prefix
	case len(t.Hosts) > 0:
		return "https://" + t.Hosts[0] + prefix
	case public == "" && a.options.Fictional:
		if public, _ = a.listens.Load().(string); public == "" {
			public = a.options.Listens
		}
	}
	if public == "" {
		return ""
	}
	return public + "/" + t.Code + prefix
}

// address is the absolute address of a page as letters may name it to whoever makes the request: on the host of the request
// where we know it to be ours, so that the browser's cookies go along; else where the territory stands. Any other host could
// be that of somebody who wants to read what the letter's link holds.
func (h *house) address(r *http.Request, path string) string {
	t, f := territory.Of(r.Context()), ui.Of(r)
	host := strings.ToLower(r.Host)
	public, _ := url.Parse(h.app.options.PublicURL)
	ours := h.registry.held.Load().claims(host) != nil || public != nil && public.Host != "" && strings.EqualFold(public.Host, host) ||
		h.app.options.Fictional && isLoopback(host)
	if origin := web.Origin(r); ours && origin != "" {
		return origin + f.Path(path)
	}
	if base := h.app.base(t, f.Lang); base != "" {
		return base + path
	}
	return ""
}

// isLoopback reports whether a host, with its port or without, is this machine itself.
func isLoopback(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
}
