// Package embed brings the directory to other sites: a frame that shows a search, the page where one chooses what the frame
// shows, the script that gives it its height, and oEmbed. It must not know how cards are found, nor anything of the sites
// that show them.
package embed

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// The addresses of this room within a territory.
const (
	framePath  = "/integration/annuaire"
	pagePath   = "/integrer"
	scriptPath = "/integrer.js"
)

// Directory is what the frame shows.
type Directory interface {
	// Search answers a query in the directory of a territory.
	Search(ctx context.Context, code string, q directory.Query, o directory.Options) (directory.Found, error)
	// Strict reads the parameters of an address and refuses what names nothing.
	Strict(code string, v url.Values, say func(param, value string) errs.Field) (q directory.Query, nothing bool, err error)
	// Card reads a published card by its address.
	Card(ctx context.Context, code, slug string) (listing.Record, error)
	// Words speaks of queries and cards in the language of a frame.
	Words(f ui.Frame, code string) (directory.Words, error)
}

// Pages answer for what other sites show of a directory. They are safe for concurrent use.
type Pages struct {
	directory Directory
	views     *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(d Directory) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{directory: d, views: views}, nil
}

// Routes answers for the paths of this room within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET "+pagePath, p.page)
	router.Handle("GET "+framePath, web.Kept(p.frame))
	router.Public(scriptPath, p.script)
	router.Public("/oembed", p.oembed)
}

// script answers with what gives frames their height, at an address that never changes.
func (p *Pages) script(w http.ResponseWriter, r *http.Request) error {
	body, ok := ui.Of(r).Assets.File("integrer.js")
	if !ok {
		return errs.New(errs.NotFound, "web.not_found", nil)
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	return web.Write(w, r, http.StatusOK, "text/javascript; charset=utf-8", body)
}
