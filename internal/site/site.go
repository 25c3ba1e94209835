// Package site holds the pages that every public site owes its readers: legal notice, personal data, accessibility,
// and the list of territories of an instance. It must not know any feature.
package site

import (
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
type Pages struct{ views *ui.Pages }

// NewPages parses the views; it fails when one does not parse.
func NewPages() (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /mentions-legales", p.text("/mentions-legales", "legal"))
	router.Handle("GET /donnees-personnelles", p.text("/donnees-personnelles", "privacy"))
	router.Handle("GET /accessibilite", p.text("/accessibilite", "accessibility"))
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
		body := frame.P.T("site."+name+"_body", "cluster", t.In(t.Cluster, frame.Lang), "place", t.Name(frame.Lang))
		if origin := t.TileOrigin(); name == "privacy" && origin != "" {
			body += "\n\n" + frame.P.T("site.tiles", "host", strings.TrimPrefix(origin, "https://"))
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
