// Package site holds the pages that every public site owes its readers: legal notice, personal data, accessibility,
// and the list of territories of an instance. It must not know any feature.
package site

import (
	"cmp"
	"context"
	"embed"
	"html/template"
	"net/http"
	"strings"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Texts holds the sentences of these pages, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Pages are these pages.
type Pages struct {
	views *ui.Pages
	// Licence gives the terms under which the cards of a territory are published, zero where nobody knows them; without
	// it they are the territory's own.
	Licence func(ctx context.Context, t *territory.Territory) territory.Licence
}

// NewPages parses the views; it fails when one does not parse.
func NewPages() (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{views: views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /mentions-legales", web.Kept(p.text("/mentions-legales", "legal")))
	router.Handle("GET /donnees-personnelles", web.Kept(p.text("/donnees-personnelles", "privacy")))
	router.Handle("GET /accessibilite", web.Kept(p.text("/accessibilite", "accessibility")))
}

// textPage is a heading and its text.
type textPage struct {
	ui.Frame
	Heading string
	Body    template.HTML
}

// text shows one of the long texts, which are Markdown in the catalogues.
func (p *Pages) text(path, name string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		t, frame := territory.Of(r.Context()), ui.Of(r)
		origin, calls := strings.TrimPrefix(t.TileOrigin(), "https://"), ""
		switch {
		case name == "legal" && origin == "":
			calls = frame.P.T("site.legal_calls_none")
		case name == "legal":
			calls = frame.P.T("site.legal_calls_tiles", "host", origin)
		case name == "privacy" && origin == "":
			calls = frame.P.T("site.privacy_calls_none")
		case name == "privacy":
			calls = frame.P.T("site.privacy_calls_tiles", "host", origin)
		}
		body := frame.P.T("site."+name+"_body", "cluster", t.In(t.Cluster, frame.Lang), "place", t.Name(frame.Lang), "calls", calls)
		if name == "privacy" && origin != "" {
			body += "\n\n" + frame.P.T("site.tiles", "host", origin)
		}
		if name == "legal" {
			body += "\n\n" + p.data(r.Context(), t, frame) + "\n\n" + maps(t, frame)
		}
		if t.Contact != "" {
			body += "\n\n" + frame.P.T("site.contact", "contact", t.Contact)
		}
		page := textPage{Frame: frame, Heading: frame.P.T("site." + name), Body: underTitle(ui.Markdown(body))}
		page.Title, page.Description = page.Heading, frame.P.T("site."+name+"_description")
		page.Place(path)
		return p.views.Render(w, r, http.StatusOK, "texte", page)
	}
}

// data says on what terms the cards may be reused.
func (p *Pages) data(ctx context.Context, t *territory.Territory, f ui.Frame) string {
	licence := t.DataLicence()
	if p.Licence != nil {
		licence = p.Licence(ctx, t)
	}
	if licence.IsZero() {
		return f.P.T("site.data_unknown", "page", f.Path("/donnees"))
	}
	return f.P.T("site.data", "licence", link(licence), "page", f.Path("/donnees"))
}

// maps credits those whose work the maps of the territory are made from.
func maps(t *territory.Territory, f ui.Frame) string {
	text := f.P.T("site.maps")
	if c := t.OutlineCredit; !c.Licence.IsZero() {
		text += " " + f.P.T("site.maps_outlines_licence", "source", plain(c.Source), "licence", link(c.Licence))
	} else if !c.IsZero() {
		text += " " + f.P.T("site.maps_outlines", "source", plain(c.Source))
	}
	if origin := t.TileOrigin(); origin != "" {
		text += " " + f.P.T("site.maps_tiles", "host", strings.TrimPrefix(origin, "https://"), "attribution", plain(t.Tiles.Attribution))
	}
	return text
}

// link is the name of a licence, which leads to it where it has an address.
func link(l territory.Licence) string {
	name := plain(cmp.Or(l.Name, l.ID))
	if l.URL == "" {
		return name
	}
	return "[" + name + "](<" + l.URL + ">)"
}

// plain keeps what others wrote from being read as Markdown.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// underTitle puts the headings of our own texts, "##" in the catalogues, right under the title of the page: what Markdown
// renders is meant to stand further down.
func underTitle(body template.HTML) template.HTML {
	return template.HTML(strings.NewReplacer("<h4>", "<h2>", "</h4>", "</h2>").Replace(string(body))) //nolint:gosec // sanitised by ui
}

// instancePage lists the territories.
type instancePage struct {
	ui.Frame
	Heading     string
	Intro       string
	Territories []ui.Link
}

// Instance shows the territories of the instance; without any it says how to add one.
func (p *Pages) Instance(w http.ResponseWriter, r *http.Request, frame ui.Frame, territories []*territory.Territory) error {
	page := instancePage{Frame: frame, Heading: frame.P.T("site.instance"), Intro: frame.P.T("site.instance_intro")}
	if len(territories) == 0 {
		page.Heading, page.Intro = frame.P.T("site.instance_empty"), frame.P.T("site.instance_empty_intro")
	}
	for _, t := range territories {
		page.Territories = append(page.Territories, ui.Link{Label: t.Name(frame.Lang), URL: "/" + t.Code})
	}
	page.Title = page.Heading
	return p.views.Render(w, r, http.StatusOK, "instance", page)
}
