package rest

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Listings is a page of the cards that a query finds.
type Listings struct {
	Total      int      `json:"total"`
	Listings   []Card   `json:"listings"`
	Next       string   `json:"next,omitempty"`
	Dropped    []string `json:"dropped,omitempty"`
	DidYouMean string   `json:"did_you_mean,omitempty"`
}

// Aged is a card, with how far it can be trusted on the day of the answer.
type Aged struct {
	listing.Public
	Age listing.Age `json:"age"`
}

// Card is a card of a page, with how far it is from the point that was asked for.
type Card struct {
	Aged
	DistanceKm *float64 `json:"distance_km,omitempty"`
}

// The sizes of a page of cards.
const (
	mostListings  = 200
	usualListings = "20"
)

// oldestRanking is how long a search can be gone on with: each day has its own order, which its cursors keep.
const oldestRanking = 4 * 24 * time.Hour

func (a *rest) listings() api.Operation {
	order := []string{string(directory.ByRelevance), string(directory.ByName), string(directory.ByFreshness), string(directory.ByDistance)}
	params := append(filters(),
		api.Param{Name: "tri", Kind: api.Choice, Enum: order, Default: string(directory.ByRelevance)},
		api.Param{Name: "fields", Kind: api.List, Enum: cardFields(), MaxItems: len(cardFields())},
		api.Param{Name: "limit", Kind: api.Integer, Min: 1, Max: mostListings, Default: usualListings, Text: "listings_limit"},
		api.Param{Name: cursorParam, Kind: api.Text, MaxLength: 1000},
		api.Param{Name: "page", Kind: api.Integer, Min: 1, Max: directory.MaxPage, Default: "1"},
	)
	return api.Operation{
		ID: "listings", Path: "/api/v1/listings", Tag: tagCards, Params: append(params, pageState()...),
		Answer: a.sample.listings(), Modified: true, Errors: []int{http.StatusGone}, Examples: a.sample.listingsExamples(),
		Handle: a.answerListings,
	}
}

func (a *rest) answerListings(w http.ResponseWriter, r *http.Request, in api.Values) error {
	t := territory.Of(r.Context())
	if in.Text("tri") == string(directory.ByDistance) && !in.Has("pres") {
		return api.Fault(errs.Usage, "tri", "rest.distance_alone", nil) // a page takes another order, and shows which
	}
	q, nothing, err := a.query(r, in)
	if err != nil {
		return err
	}
	if q.Near != nil {
		web.CacheNever(w) // the address holds where somebody is
	}
	s := scope{"listings", t.Code, filtersOf(q)}
	o := directory.Options{Limit: in.Int("limit"), FacetLimit: -1}
	if o.After, err = a.position(r.Context(), s, in, q); err != nil {
		return err
	}
	if a.unmodified(w, r, t) {
		return nil
	}
	if nothing {
		return answer(w, r, Listings{Listings: []Card{}})
	}
	page, next, err := a.page(r, t, q, o)
	if err != nil {
		return err
	}
	if next != nil {
		if page.Next, err = a.cursors.make(r.Context(), s, next); err != nil {
			return err
		}
		linkNext(w, r, page.Next)
	}
	if fields := in.Texts("fields"); len(fields) > 0 {
		sparse, err := page.sparse(fields)
		if err != nil {
			return err
		}
		return answer(w, r, sparse)
	}
	return answer(w, r, page)
}

// position is where a cursor goes on, nil without one.
func (a *rest) position(ctx context.Context, s scope, in api.Values, q directory.Query) (*search.Position, error) {
	if !in.Has(cursorParam) {
		return nil, nil
	}
	if q.Page > 1 {
		return nil, api.Fault(errs.Usage, "page", "rest.page_and_cursor", nil)
	}
	var p search.Position
	if err := a.cursors.read(ctx, s, in.Text(cursorParam), &p); err != nil {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, p.Day)
	if err != nil || a.Now().Sub(day) > oldestRanking {
		return nil, staleCursor()
	}
	return &p, nil
}

// page reads the cards of a page, and gives where the next one begins, nil behind the last.
func (a *rest) page(r *http.Request, t *territory.Territory, q directory.Query, o directory.Options) (Listings, *search.Position, error) {
	limit, before := o.Limit, (q.Page-1)*o.Limit
	if o.After != nil {
		o.Limit++ // how many stand behind a position is not told
	}
	found, err := a.Directory.Search(r.Context(), t.Code, q, o)
	if err != nil {
		return Listings{}, nil, err
	}
	hits, cards := found.Result.Hits, found.Hits
	more := o.After == nil && before+len(hits) < found.Total
	if len(hits) > limit {
		hits, more = hits[:limit], true
		cards = slices.DeleteFunc(cards, func(c directory.FoundListing) bool { return c.ID == found.Result.Hits[limit].ID })
	}
	var next *search.Position
	if more && len(hits) > 0 {
		next = &hits[len(hits)-1].Position
	}
	records, err := a.Directory.WithCompanies(r.Context(), cards)
	if err != nil {
		return Listings{}, nil, err
	}
	far := make(map[string]*float64, len(hits))
	for _, h := range hits {
		far[h.ID] = h.DistanceKm
	}
	frame := ui.Of(r)
	page := Listings{Total: found.Total, Listings: make([]Card, 0, len(records)), Dropped: found.Dropped, DidYouMean: found.DidYouMean}
	for _, record := range records {
		page.Listings = append(page.Listings, Card{a.aged(frame, t, record), far[record.Listing.ID]})
	}
	return page, next, nil
}

func (a *rest) listing() api.Operation {
	return api.Operation{
		ID: "listing", Path: "/api/v1/listings/{id}", Tag: tagCards,
		Params: []api.Param{
			{Name: "id", Path: true, Kind: api.Text},
			{Name: "format", Kind: api.Choice, Enum: []string{formJSON, formLinked}},
		},
		Answer: a.sample.listing(), Others: []api.Form{{MediaType: mediaLinked, Answer: a.sample.linked()}},
		Modified: true, Moved: true, Errors: []int{http.StatusNotFound, http.StatusGone}, Examples: a.sample.listingExamples(),
		Handle: a.answerListing,
	}
}

// identifier is a UUID as RFC 9562 writes it.
var identifier = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (a *rest) answerListing(w http.ResponseWriter, r *http.Request, in api.Values) error {
	t, frame, asked := territory.Of(r.Context()), ui.Of(r), in.Text("id")
	byID := identifier.MatchString(asked)
	record, err := a.card(r.Context(), t, asked)
	if err != nil {
		return err
	}
	if asked != record.Listing.Slug && asked != record.Listing.ID {
		now := record.Listing.Slug
		if byID {
			now = record.Listing.ID
		}
		to := "/api/v1/listings/" + now
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, frame.Path(to), http.StatusPermanentRedirect)
		return nil
	}
	w.Header().Add("Vary", "Accept")
	updated := record.Listing.UpdatedAt
	if record.Company.UpdatedAt.After(updated) {
		updated = record.Company.UpdatedAt
	}
	if since := a.Directory.Ages(t).Since(record.Listing.ConfirmedAt, a.Now()); since.After(updated) {
		updated = since
	}
	if web.Unchanged(w, r, "", updated, a.Now()) {
		return nil
	}
	if in.Text("format") == formLinked || !in.Has("format") && prefersLinked(r.Header.Values("Accept")) {
		linked, err := a.Directory.Linked(frame, t.Code, record)
		if err != nil {
			return err
		}
		return answerAs(w, r, mediaLinked, linked)
	}
	return answer(w, r, a.aged(frame, t, record))
}

func (a *rest) aged(f ui.Frame, t *territory.Territory, r listing.Record) Aged {
	return Aged{directory.PublicOf(f, r), a.Directory.Ages(t).Of(r.Listing.ConfirmedAt, a.Now())}
}

func (a *rest) card(ctx context.Context, t *territory.Territory, asked string) (listing.Record, error) {
	if identifier.MatchString(asked) {
		return a.Directory.CardByID(ctx, t.Code, strings.ToLower(asked))
	}
	return a.Directory.Card(ctx, t.Code, asked)
}
