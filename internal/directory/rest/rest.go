// Package rest is the directory as programs read it: the operations of /api/v1, their parameters, their answers and their
// cursors. What is public on a page is public here, and nothing else. It must not hold a rule of the directory, nor know how
// requests are checked and described: that is platform/api's.
package rest

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/platform/live"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Texts holds what the API says, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Version is that of the API's description. Its first number is in the paths: what breaks a reader raises both.
const Version = "1.0.0"

// Rooms are what the API stands on.
type Rooms struct {
	Directory   *directory.Service
	Taxonomies  *directory.Taxonomies
	Territories func() []*territory.Territory                        // of the instance
	Address     func(r *http.Request, t *territory.Territory) string // where a territory stands, absolute
	More        func(r *http.Request) []ui.Link                      // where readers of the documentation go on; nil for nowhere
	// Licence is the one under which the cards of a territory are published, the zero value where that is not known, as
	// for the copy of a source that says none; nil for the territory's own.
	Licence func(ctx context.Context, t *territory.Territory) territory.Licence
	Keys    Keys
	Live    *live.Hub // is told of the changes of cards, by LiveTopic
	Now     func() time.Time
}

// licenceOf is the licence under which the cards of a territory are published.
func (r Rooms) licenceOf(ctx context.Context, t *territory.Territory) territory.Licence {
	if r.Licence == nil {
		return t.DataLicence()
	}
	return r.Licence(ctx, t)
}

// API answers below /api within the territories. Its methods may be called concurrently.
type API struct {
	rooms Rooms

	mu    sync.Mutex
	desks map[string]*desk // by code of the territory
}

// desk is the API of one territory: its examples ask for what is there.
type desk struct {
	sample
	territory *territory.Territory
	api       *api.API
	router    *web.Router
}

// New makes the API; it fails when its description is faulty.
func New(rooms Rooms) (*API, error) {
	a := &API{rooms: rooms, desks: map[string]*desk{}}
	_, err := a.describe(sampleOf(&territory.Territory{}, ""))
	return a, err
}

// ServeHTTP answers for a path below /api of the territory in the context of the request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := territory.Of(r.Context())
	d, err := a.desk(t)
	if err == nil && !strings.HasPrefix(r.URL.Path, "/api/v1/") {
		d, err = a.current(r.Context(), d)
	}
	if err != nil {
		web.RenderError(w, r, err)
		return
	}
	d.router.ServeHTTP(w, r)
}

// Of is the API of a territory, with examples that can be asked for now. It returns errs.Unavailable while the index is
// being built.
func (a *API) Of(ctx context.Context, t *territory.Territory) (*api.API, error) {
	d, err := a.desk(t)
	if err != nil {
		return nil, err
	}
	d, err = a.current(ctx, d)
	if err != nil {
		return nil, err
	}
	return d.api, nil
}

// desk is that of a territory as it was last described.
func (a *API) desk(t *territory.Territory) (*desk, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d := a.desks[t.Code]; d != nil && d.territory == t {
		return d, nil
	}
	return a.furnish(t, "")
}

// current is the desk with an example of a card that is there, for whoever reads the documentation.
func (a *API) current(ctx context.Context, d *desk) (*desk, error) {
	found, err := a.rooms.Directory.Search(ctx, d.territory.Code, directory.Query{Sort: directory.ByName, Page: 1},
		directory.Options{Limit: 1, FacetLimit: -1})
	if err != nil {
		return nil, err
	}
	slug := ""
	if len(found.Hits) > 0 {
		slug = found.Hits[0].Slug
	}
	if slug == d.slug {
		return d, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.furnish(d.territory, slug)
}

// furnish describes the API of a territory anew. The caller holds the lock.
func (a *API) furnish(t *territory.Territory, slug string) (*desk, error) {
	d := &desk{sample: sampleOf(t, slug), territory: t, router: web.NewRouter()}
	var err error
	if d.api, err = a.describe(d.sample); err != nil {
		return nil, err
	}
	d.api.Routes(d.router)
	aside(d.router, d.api)
	a.desks[t.Code] = d
	return d, nil
}

func (a *API) describe(s sample) (*api.API, error) {
	h := &rest{a.rooms, cursors{a.rooms.Keys}, s}
	return api.New(api.Description{
		Version: Version,
		Keys:    api.Keys{Operation: "rest.op.", Parameter: "rest.param.", Field: "rest.field.", Tag: "rest.tag.", Example: "rest.example."},
		Operations: []api.Operation{
			h.listings(), h.listing(), h.suggestions(), h.changes(), h.changesLive(),
			h.zones(), h.competences(), h.sectors(), h.territories(), h.clusters(),
		},
		Types: []api.Type{
			{Of: Card{}, Sparse: true},
			{Of: Aged{}, Name: "ListingToday"},
			{Of: listing.Age(""), Values: ages()},
			{Of: listing.Public{}, Name: "Listing"},
			{Of: listing.PublicNumber{}, Name: "Identifier"},
			{Of: listing.Category(""), Values: categories()},
			{Of: Kind(""), Values: kinds()},
			{Of: directory.MapAnswer{}, Name: "Clusters"},
			{Of: directory.MapCluster{}, Name: "Cluster"},
		},
		About: h.about,
	})
}

// Instance answers the operation that needs no territory, on the instance itself.
func (a *API) Instance(w http.ResponseWriter, r *http.Request) error {
	h := &rest{a.rooms, cursors{a.rooms.Keys}, sampleOf(&territory.Territory{}, "")}
	op := h.territories()
	in, err := op.Read(r)
	if err != nil {
		return err
	}
	return op.Handle(w, r, in)
}

// rest answers the operations.
type rest struct {
	Rooms
	cursors cursors
	sample  sample
}

// The tags under which readers find the operations, in alphabetical order as in the document.
const (
	tagCards = "cards"
	tagCopy  = "copy"
	tagLists = "lists"
	tagMap   = "map"
)

// about is what stands around the operations of a territory.
func (a *rest) about(r *http.Request) (api.About, error) {
	f, t := ui.Of(r), territory.Of(r.Context())
	licence := a.licenceOf(r.Context(), t)
	about := api.About{
		Title: f.P.T("rest.title", "place", t.Name(f.Lang)), Description: f.P.T("rest.about", "cluster", t.In(t.Cluster, f.Lang)),
		Server: strings.TrimSuffix(f.URL("/"), "/"), Licence: api.Link{Name: licence.Name, URL: licence.URL},
	}
	if t.Contact != "" {
		about.Contact = api.Link{Name: t.In(t.Cluster, f.Lang), URL: "mailto:" + t.Contact}
	}
	if a.More != nil {
		about.More = a.More(r)
	}
	return about, nil
}

// publicCache lets anybody keep an answer, as long as they ask each time whether it still holds.
const publicCache = "public, no-cache"

// answer writes an answer that may be kept unless it was said before that it may not. Either way, who has it already is
// told no more than that.
func answer(w http.ResponseWriter, r *http.Request, body any) error {
	return answerAs(w, r, "application/json", body)
}

func answerAs(w http.ResponseWriter, r *http.Request, mediaType string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("rest: answer: %w", err)
	}
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", publicCache)
	}
	if web.NotModified(w, r, web.ETag(text)) {
		return nil
	}
	return web.Write(w, r, http.StatusOK, mediaType, text)
}

// unmodified says when a territory's directory last changed, and answers 304 to who asks by date and has it. The order of
// the day changes at midnight, there.
func (a *rest) unmodified(w http.ResponseWriter, r *http.Request, t *territory.Territory) bool {
	updated, there := a.Directory.Updated(t.Code), a.Now().In(t.Location())
	if midnight := time.Date(there.Year(), there.Month(), there.Day(), 0, 0, 0, 0, there.Location()); midnight.After(updated) {
		updated = midnight
	}
	return web.Unchanged(w, r, "", updated, a.Now())
}

// linkNext names the next page in a header as well (RFC 8288).
func linkNext(w http.ResponseWriter, r *http.Request, cursor string) {
	v := r.URL.Query()
	v.Del("page")
	v.Set(cursorParam, cursor)
	w.Header().Add("Link", "<"+ui.Of(r).URL(r.URL.Path+"?"+v.Encode())+`>; rel="next"`)
}
