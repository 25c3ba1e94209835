package directory

import (
	"encoding/xml"
	"net/http"
	"time"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// sitemapMost is how many addresses one sitemap may hold, see https://www.sitemaps.org/protocol.html.
const sitemapMost = 50_000

type urlSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// sitemap lists the pages worth finding: the home page, the ways to browse, and the cards.
func (p *Pages) sitemap(w http.ResponseWriter, r *http.Request) error {
	frame, t := ui.Of(r), territory.Of(r.Context())
	c, err := p.service.open(t.Code)
	if err != nil {
		return err
	}
	var set urlSet
	for _, path := range []string{"/", "/annuaire", "/competences", "/communes"} {
		set.URLs = append(set.URLs, sitemapURL{Location: frame.URL(path)})
	}
	for _, term := range c.taxonomies.Competences.Terms {
		set.URLs = append(set.URLs, sitemapURL{Location: frame.URL("/annuaire?competence=" + term.Slug)})
	}
	for _, z := range t.Tree().All() {
		set.URLs = append(set.URLs, sitemapURL{Location: frame.URL("/annuaire?zone=" + z.Slug)})
	}
	c.each(func(n noted) {
		if len(set.URLs) < sitemapMost {
			set.URLs = append(set.URLs, sitemapURL{frame.URL("/annuaire/" + n.slug), n.updated.UTC().Format(time.RFC3339)})
		}
	})
	body, err := xml.Marshal(set)
	if err != nil {
		return err
	}
	return web.Write(w, r, http.StatusOK, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
}
