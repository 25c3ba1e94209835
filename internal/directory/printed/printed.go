// Package printed is the directory on paper: any search as a PDF to print, and as a page of the same content for those who
// read it otherwise. It must not know how cards are found or stored, nor how a PDF is written.
package printed

import (
	"cmp"
	"context"
	"embed"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// MaxCards is how many cards one document holds: the first by name where a search finds more.
const MaxCards = 5000

// Directory is what the paper is made from.
type Directory interface {
	// Strict reads the parameters of an address and refuses what names nothing.
	Strict(code string, v url.Values, say func(param, value string) errs.Field) (q directory.Query, nothing bool, err error)
	// IDs gives all that a query finds, in its order.
	IDs(ctx context.Context, code string, q directory.Query) ([]string, error)
	// Records calls f with the published cards of the ids, in their order.
	Records(ctx context.Context, code string, ids []string, f func(listing.Record) error) error
	// Updated is when the cards of a territory last changed.
	Updated(code string) time.Time
	// Words speaks of queries and cards in the language of a frame.
	Words(f ui.Frame, code string) (directory.Words, error)
}

// Rooms are what the paper stands on.
type Rooms struct {
	Directory  Directory
	Taxonomies *directory.Taxonomies
	// Credit names a source of imported cards; nil names none.
	Credit func(ctx context.Context, source, lang string) (directory.Credit, error)
	// Licence is the one under which the cards of a territory are published, the zero value where that is not known, as
	// for the copy of a source that says none; nil for the territory's own.
	Licence func(ctx context.Context, t *territory.Territory) territory.Licence
	Now     func() time.Time
	Most    int // cards in one document; MaxCards when 0
}

// licenceOf is the licence under which the cards of a territory are published.
func (r Rooms) licenceOf(ctx context.Context, t *territory.Territory) territory.Licence {
	if r.Licence == nil {
		return t.DataLicence()
	}
	return r.Licence(ctx, t)
}

// Pages answer with the directory on paper. They are safe for concurrent use.
type Pages struct {
	Rooms
	views   *ui.Pages
	press   *press
	program func() string // which version lays out the documents
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(r Rooms) (*Pages, error) {
	r.Most = cmp.Or(r.Most, MaxCards)
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{Rooms: r, views: views, press: newPress(r.Now), program: sync.OnceValue(web.Program)}, nil
}

// What a document and a page take of a client's budget for heavy answers. A page reads as many cards as a document, whichever
// part of them it shows.
const (
	costOfPDF  = 10
	costOfPage = 4
)

// Routes answers for the paths of the paper within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /annuaire.pdf", web.Cost(p.pdf, costOfPDF))
	router.Handle("GET /annuaire/imprimer", web.Cost(p.page, costOfPage))
}

// asked is a request for paper.
type asked struct {
	frame     ui.Frame
	territory *territory.Territory
	query     directory.Query
	nothing   bool      // no card can be found
	day       time.Time // of the cover
	updated   time.Time // of what is printed: the cards, or the day of the cover
}

func (p *Pages) asked(r *http.Request, v url.Values) (asked, error) {
	a := asked{frame: ui.Of(r), territory: territory.Of(r.Context())}
	q, nothing, err := p.strict(a.territory.Code, v)
	if err != nil {
		return asked{}, err
	}
	page := q.Page
	q = q.Filters()
	q.Sort, q.Page = directory.ByName, page
	a.query, a.nothing = q, nothing
	if a.updated = p.Directory.Updated(a.territory.Code); a.updated.IsZero() {
		return a, errs.New(errs.Unavailable, "directory.not_ready", nil)
	}
	now := p.Now().In(a.territory.Location())
	a.day = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	if a.day.After(a.updated) {
		a.updated = a.day
	}
	a.updated = a.updated.UTC()
	return a, nil
}

// strict reads the filters of an address, and refuses what it does not know: paper cannot tell what was left out.
func (p *Pages) strict(code string, v url.Values) (q directory.Query, nothing bool, err error) {
	known := directory.Parameters()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !slices.Contains(known, name) {
			if r := []rune(strings.ToValidUTF8(name, "")); len(r) > 60 {
				name = string(r[:59]) + "…"
			}
			return q, false, refusal(errs.Field{Name: name, Key: "printed.unknown_parameter", Args: errs.Args{"name": name}})
		}
	}
	return p.Directory.Strict(code, v, func(param, value string) errs.Field {
		return errs.Field{Name: param, Key: "printed.unknown_choice", Args: errs.Args{"value": value}}
	})
}

func refusal(f errs.Field) error {
	return &errs.E{Kind: errs.Usage, Key: f.Key, Args: f.Args, Fields: []errs.Field{f}}
}

// search is the path and parameters of the live search.
func (a asked) search() string { return a.on("/annuaire") }

// on is the path of another form of the same search.
func (a asked) on(path string) string {
	q := a.query.Filters()
	if parameters := q.Values().Encode(); parameters != "" {
		return path + "?" + parameters
	}
	return path
}
