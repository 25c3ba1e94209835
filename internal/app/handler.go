package app

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"grappe/internal/account"
	"grappe/internal/atlas"
	"grappe/internal/curation/edit"
	"grappe/internal/curation/moderate"
	"grappe/internal/curation/suggest"
	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
	"grappe/internal/site"
	"grappe/internal/territory"
)

// house is the HTTP side of the instance.
type house struct {
	app      *App
	registry *registry
	shelf    *shelf
	own      *ui.Own
	inside   *web.Router // within a territory
	outside  *web.Router // on the instance itself
	entries  []office.Entry
	toClaim  listing.Listing // a card of the demonstration that nobody holds, zero for none
	moderate *moderate.Service
	shown    *directory.Pages
	editing  *edit.Pages
}

func newHouse(a *App, g *registry) (*house, error) {
	h := &house{app: a, registry: g, shelf: &shelf{}, inside: web.NewRouter(), outside: web.NewRouter()}
	if err := h.shelf.fill(g.all()); err != nil {
		return nil, err
	}
	g.reloaded = h.shelf.fill
	var err error
	if h.own, err = ui.NewOwn(); err != nil {
		return nil, err
	}
	directoryPages, err := directory.NewPages(a.Directory)
	if err != nil {
		return nil, err
	}
	openPages, err := opendata.NewPages(a.openData())
	if err != nil {
		return nil, err
	}
	sitePages, err := site.NewPages()
	if err != nil {
		return nil, err
	}
	sitePages.Licence = a.licenceOf
	directoryPages.Addressed(h.addressOf)
	directoryPages.Welcoming(h.welcome)
	directoryPages.Missing(h.missing)
	directoryPages.Doors(h.doors)
	directoryPages.Routes(h.inside)
	h.shown = directoryPages
	openPages.Routes(h.inside)
	sitePages.Routes(h.inside)
	programs, err := h.programs()
	if err != nil {
		return nil, err
	}
	h.inside.Mount("/api", programs)
	h.inside.Mount("/api/", programs)
	h.outside.Public("/api/v1/territories", programs.Instance)
	if err := h.forms(); err != nil {
		return nil, err
	}
	if err := h.maps(); err != nil {
		return nil, err
	}
	if err := h.people(); err != nil {
		return nil, err
	}
	if err := h.claims(); err != nil {
		return nil, err
	}
	if a.options.Fictional {
		h.inside.Handle("GET /composants", h.own.Components)
	}
	h.outside.Mount("GET "+ui.AssetPrefix, h.shelf)
	h.outside.Handle("GET "+files.Path("{id}"), files.Handler(a.DB, h.mayRead))
	h.outside.Handle("GET /robots.txt", h.robots)
	h.outside.Handle("GET /{$}", h.instance(sitePages))
	return h, nil
}

// ServeHTTP finds the territory and language of a request, prepares the frame of its page, and hands it to the rooms with
// the path as they know it.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, ui.AssetPrefix) || strings.HasPrefix(r.URL.Path, files.Prefix) || r.URL.Path == "/robots.txt" {
		h.outside.ServeHTTP(w, r)
		return
	}
	p, ok := h.registry.find(r.Host, r.URL.Path)
	if !ok {
		h.outside.ServeHTTP(w, r)
		return
	}
	if clean := path.Clean(r.URL.Path); clean != r.URL.Path {
		// The rooms' mux would clean the path as well, and forget the prefix.
		status := http.StatusMovedPermanently
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			status = http.StatusPermanentRedirect // the method and the body go along
		}
		http.Redirect(w, r, (&url.URL{Path: clean, RawQuery: r.URL.RawQuery}).String(), status)
		return
	}
	frame := h.frame(r, p)
	ctx, err := h.who(r, p, &frame)
	if err != nil {
		web.RenderError(w, r, err)
		return
	}
	if account.Of(ctx).SignedIn() {
		web.CacheRevalidate(w) // its header is theirs alone; a room may be stricter
	}
	inner := r.WithContext(ui.With(territory.With(ctx, p.territory), frame))
	inner.URL = &url.URL{Path: p.path, RawQuery: r.URL.RawQuery}
	h.inside.ServeHTTP(w, inner)
}

// frame is what surrounds every page of a territory.
func (h *house) frame(r *http.Request, p place) ui.Frame {
	t := p.territory
	printer := h.app.texts.Printer(p.lang, t.Location(), t.Currency)
	f := ui.Frame{
		Lang: p.lang, P: printer, Base: p.base, LangPrefix: p.prefix, Languages: t.Languages, Assets: h.shelf.assets(),
		Brand: ui.Brand{Name: t.Name(p.lang), Cluster: t.In(t.Cluster, p.lang), Code: t.Code}, RequestID: web.RequestID(r.Context()),
	}
	f.Origin, f.AtRoot = h.siteOf(r, t)
	link := func(key, path string) ui.Link {
		current := p.path == path || (path != "/" && strings.HasPrefix(p.path, path+"/"))
		return ui.Link{Label: printer.T(key), URL: f.Path(path), Current: current}
	}
	f.Menu = []ui.Link{link("app.menu_directory", "/annuaire"), link("app.menu_competences", "/competences"), link("app.menu_zones", "/communes")}
	if link := h.missing(f, ""); link.URL != "" {
		link.Icon, link.Current = "", p.path == suggest.ProposePath
		f.Footer = append(f.Footer, link)
	}
	f.Footer = append(f.Footer,
		link("app.footer_map", atlas.Path), link("app.footer_open_data", "/donnees"), link("app.footer_legal", "/mentions-legales"), link("app.footer_privacy", "/donnees-personnelles"),
		link("app.footer_accessibility", "/accessibilite"),
	)
	if m, ok := h.app.copies.of(r.Context(), t.Code); ok {
		f.Robots, f.Notice = "noindex", mirrorNotice(printer, m, h.app.now())
	}
	if h.app.options.Fictional {
		f.Notice = strings.TrimSpace(printer.T("app.fictional") + " " + f.Notice)
		f.Footer = append(f.Footer, link("app.footer_components", "/composants"))
	}
	return f
}

// instance leads to the territories: to the only one at once, else by a list.
func (h *house) instance(pages *site.Pages) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		list := h.registry.all()
		if len(list) == 1 {
			http.Redirect(w, r, "/"+list[0].Code, http.StatusFound)
			return nil
		}
		frame := h.bareFrame(r)
		return pages.Instance(w, r, frame, list)
	}
}

// bareFrame is the frame of a page outside any territory.
func (h *house) bareFrame(r *http.Request) ui.Frame {
	lang := web.Language(r, "fr", "en")
	printer := h.app.texts.Printer(lang, nil, "")
	return ui.Frame{
		Lang: lang, P: printer, Origin: h.origin(r), Assets: h.shelf.assets(), RequestID: web.RequestID(r.Context()),
		Brand: ui.Brand{Name: "Grappe", Cluster: "Grappe"}, Robots: "noindex",
	}
}

// errorPage shows an error within the territory that the request was for, where there is one.
func (h *house) errorPage(w http.ResponseWriter, r *http.Request, err error) error {
	if h.leadOn(w, r, err) {
		return nil
	}
	frame := ui.Of(r)
	if frame.P == nil {
		frame = h.bareFrame(r)
		if p, ok := h.registry.find(r.Host, r.URL.Path); ok {
			frame = h.frame(r, p)
		}
	}
	if frame.Base != "" || frame.Brand.Code != "" {
		frame.SearchAction = frame.Path("/annuaire")
	}
	if by, e := account.Of(r.Context()), errs.As(err); e != nil && e.Key == account.KeyNotYours && by.SignedIn() && r.Method == http.MethodGet {
		if next := signin.LocalPath(r.URL.RequestURI()); next != "" {
			frame.Other = ui.OtherAccount{Mail: by.Mail, Leave: frame.Path("/deconnexion"), Next: next}
		}
	}
	return h.own.Error(w, r.WithContext(ui.With(r.Context(), frame)), web.FailureOf(r.Context(), err).Status, err)
}

func (h *house) robots(w http.ResponseWriter, r *http.Request) error {
	text := "User-agent: *\nDisallow: /*?*q=\n"
	if h.app.options.Fictional {
		text = "User-agent: *\nDisallow: /\n"
	} else {
		for _, t := range h.registry.sitesOn(r.Host) {
			if _, copied := h.app.copies.of(r.Context(), t.Code); copied {
				continue // its pages are those of another site
			}
			origin, atRoot := h.siteOf(r, t)
			if !atRoot {
				origin += "/" + t.Code
			}
			if strings.HasPrefix(origin, "http") {
				text += "Sitemap: " + origin + "/sitemap.xml\n"
			}
		}
	}
	return web.Write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
