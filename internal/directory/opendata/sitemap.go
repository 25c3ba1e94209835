package opendata

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// The limits of https://www.sitemaps.org/protocol.html: so many addresses and 50 MB in a sitemap, which an address of ours
// keeps by far. A directory of more than sitemapParts times as many addresses leaves the rest out.
const (
	sitemapMost  = 50_000
	sitemapParts = 40
)

type urlSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []sitemapURL `xml:"sitemap"`
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// sitemapPath is where a part stands: beside the pages that it names, as the protocol asks.
func sitemapPath(part int) string { return fmt.Sprintf("/sitemap-%d.xml", part) }

// sitemap lists the pages worth finding: the home page, the ways to browse, and the cards. When they are too many for one
// file, it lists the parts.
func (p *Pages) sitemap(w http.ResponseWriter, r *http.Request) error {
	all, err := p.addresses(r)
	if err != nil {
		return err
	}
	if len(all) <= sitemapMost {
		return sendXML(w, r, urlSet{URLs: all})
	}
	frame := ui.Of(r)
	var index sitemapIndex
	for n := 1; n <= min(sitemapParts, (len(all)+sitemapMost-1)/sitemapMost); n++ {
		index.Parts = append(index.Parts, sitemapURL{frame.URL(sitemapPath(n)), latest(part(all, n))})
	}
	return sendXML(w, r, index)
}

// sitemapPart lists one part of the pages.
func (p *Pages) sitemapPart(n int) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		all, err := p.addresses(r)
		if err != nil {
			return err
		}
		mine := part(all, n)
		if len(mine) == 0 || len(all) <= sitemapMost {
			return errs.New(errs.NotFound, "web.not_found", nil)
		}
		return sendXML(w, r, urlSet{URLs: mine})
	}
}

func part(all []sitemapURL, n int) []sitemapURL {
	return all[min(len(all), (n-1)*sitemapMost):min(len(all), n*sitemapMost)]
}

// latest is the last change of any of the pages; dates of one form compare as texts.
func latest(urls []sitemapURL) string {
	last := ""
	for _, u := range urls {
		last = max(last, u.Modified)
	}
	return last
}

// addresses are those of all pages, in a stable order.
func (p *Pages) addresses(r *http.Request) ([]sitemapURL, error) {
	frame, t := ui.Of(r), territory.Of(r.Context())
	var all []sitemapURL
	for _, path := range []string{"/", "/annuaire", "/competences", "/communes", "/donnees"} {
		all = append(all, sitemapURL{Location: frame.URL(path)})
	}
	for _, slug := range p.rooms.Competences {
		all = append(all, sitemapURL{Location: frame.URL("/annuaire?competence=" + slug)})
	}
	for _, z := range t.Tree().All() {
		all = append(all, sitemapURL{Location: frame.URL("/annuaire?zone=" + z.Slug)})
	}
	err := p.rooms.Cards.Addresses(t.Code, func(slug string, updated time.Time) {
		all = append(all, sitemapURL{frame.URL("/annuaire/" + slug), updated.UTC().Format(time.RFC3339)})
	})
	return all, err
}

func sendXML(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	return web.Write(w, r, http.StatusOK, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
}
