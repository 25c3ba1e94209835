// Package opendata gives the directory to other programs as whole files: the cards of any search in the formats that people
// and tools read, what describes them for readers and for harvesters, feeds of what is new, and the sitemap. It is made of
// listing.Public and of nothing else. It must not know how cards are stored, found or shown one by one.
package opendata

import (
	"context"
	"embed"
	"net/url"
	"sync"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Cards are the published cards of the territories; *directory.Service has them. IDs, Strict and Addresses return
// errs.Unavailable while the index is being built.
type Cards interface {
	// Published calls f with all cards, in the order of their ids.
	Published(ctx context.Context, code string, f func(listing.Record) error) error
	// IDs are those of all cards that a query finds, in its order.
	IDs(ctx context.Context, code string, q directory.Query) ([]string, error)
	// Records calls f with the cards of the ids that are still published, in their order.
	Records(ctx context.Context, code string, ids []string, f func(listing.Record) error) error
	// Strict reads the parameters of an address and refuses what names nothing.
	Strict(code string, v url.Values, say func(param, value string) errs.Field) (q directory.Query, nothing bool, err error)
	// Addresses calls f with the slug of each card and when it changed, in a stable order.
	Addresses(code string, f func(slug string, updated time.Time)) error
	// Updated is when the cards of a territory last changed.
	Updated(code string) time.Time
}

// Rooms are what the pages stand on.
type Rooms struct {
	Cards Cards
	// Taxonomies name competences and sectors in the tables; nil names none.
	Taxonomies *directory.Taxonomies
	// Asked says in the words of the frame what a query asks for; nil says nothing.
	Asked func(f ui.Frame, code string, q directory.Query) ([]directory.Asked, error)
	// Competences are the slugs of the pages by competence, for the sitemap.
	Competences []string
	// Sources are the imported sources whose facts the cards of a territory hold, in a reader's language; nil knows none.
	Sources func(ctx context.Context, code, lang string) ([]directory.Credit, error)
	// Licence is the one under which the cards of a territory are published, the zero value where that is not known, as
	// for the copy of a source that says none; nil for the territory's own.
	Licence func(ctx context.Context, t *territory.Territory) territory.Licence
	Now     func() time.Time
}

// licenceOf is the licence under which the cards of a territory are published.
func (r Rooms) licenceOf(ctx context.Context, t *territory.Territory) territory.Licence {
	if r.Licence == nil {
		return t.DataLicence()
	}
	return r.Licence(ctx, t)
}

// Pages answer for the open data of a territory.
type Pages struct {
	rooms   Rooms
	views   *ui.Pages
	program func() string // which version makes the answers
	origins *origins
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(r Rooms) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{rooms: r, views: views, program: sync.OnceValue(web.Program), origins: &origins{known: map[string]origin{}}}, nil
}

// What a whole file takes of a client's budget for heavy answers (web.Cost): a workbook is packed before it leaves. A feed is
// asked for again and again, and holds few cards.
const (
	costOfFile     = 10
	costOfWorkbook = 20
	costOfFeed     = 1
	costOfSitemap  = 2
)

// Routes answers for the paths of the open data within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /donnees", p.page)
	for _, f := range formats() {
		cost := costOfFile
		if f.buffered {
			cost = costOfWorkbook
		}
		router.Public(f.path(), web.Cost(p.file(f), cost))
	}
	router.Public("/donnees/datapackage.json", p.dataPackage)
	router.Public("/donnees/catalogue.jsonld", p.catalogue)
	router.Public("/annuaire.atom", web.Cost(p.feed, costOfFeed))
	router.Handle("GET /sitemap.xml", web.Cost(p.sitemap, costOfSitemap))
	for n := 1; n <= sitemapParts; n++ {
		router.Handle("GET "+sitemapPath(n), web.Cost(p.sitemapPart(n), costOfSitemap))
	}
}
