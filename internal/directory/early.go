package directory

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// What looking through names and cards may take of the machine, which has an index to make: so many at once, each for so long
// at most, and its turn included. The youngest cards need no looking for.
const (
	scansAtOnce = 1
	scanTimeout = 2 * time.Second
)

// mostWords is how many words of a text an early answer looks for.
const mostWords = 8

// earlyPage is what is known of an early answer: its cards, and whether there are more behind them. Nothing is counted.
type earlyPage struct {
	Found
	more bool
}

// early answers a query from the base while the index is being made: words are looked for in names, or all of them are the name of
// a competence; facets filter, places by who sits there; the nearest, the order and the counts have to wait. It returns
// errs.Unavailable where that takes too long.
func (s *Service) early(ctx context.Context, c *catalogue, q Query, limit int) (earlyPage, error) {
	var page earlyPage
	b := c.browse(&q, &page.Found)
	b.Offset, b.Limit = (q.Page-1)*limit, limit+1
	ids, err := s.scan(ctx, b)
	if err != nil {
		return earlyPage{}, err
	}
	if page.more = len(ids) > limit; page.more {
		ids = ids[:limit]
	}
	for _, id := range ids {
		page.Result.Hits = append(page.Result.Hits, search.Hit{ID: id})
	}
	if page.Total = b.Offset + len(ids); page.more {
		page.Total++
	}
	page.Hits, err = s.read(ctx, page.Result.Hits)
	return page, err
}

// scan waits for a turn where the base has to look for what is asked, and for its answer.
func (s *Service) scan(ctx context.Context, b listing.Browse) ([]string, error) {
	if !b.Scans() {
		return s.listings.Browse(ctx, s.db.Read(), b)
	}
	ctx, cancel := context.WithTimeout(ctx, scanTimeout)
	defer cancel()
	select {
	case s.scans <- struct{}{}:
		defer func() { <-s.scans }()
	case <-ctx.Done():
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "directory.not_ready", nil)
	}
	ids, err := s.listings.Browse(ctx, s.db.Read(), b)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, errs.Wrap(err, errs.Unavailable, "directory.not_ready", nil)
	}
	return ids, err
}

// browse is what a query asks of the base.
func (c *catalogue) browse(q *Query, found *Found) listing.Browse {
	filters := c.filters(q, found)
	b := listing.Browse{
		Territory: c.territory.Code, Competences: filters[FacetCompetence], Sectors: filters[FacetSector], Tags: q.Choices[FacetTag], Box: q.Box,
	}
	for _, category := range filters[FacetCategory] {
		b.Categories = append(b.Categories, listing.Category(category))
	}
	for _, zone := range filters[q.facet(FacetZone)] {
		b.Zones = append(b.Zones, zone)
		for _, inside := range c.territory.Tree().Descendants(zone) {
			b.Zones = append(b.Zones, inside.Code)
		}
	}
	term, ok := c.taxonomies.Competences.Match(q.Text)
	switch words := strings.Split(listing.Slug(q.Text), "-"); {
	case q.Text == "":
	case ok && len(b.Competences) == 0:
		b.Competences = []string{term.Code}
	default:
		b.Words = words[:min(len(words), mostWords)]
	}
	return b
}

// found asks the index, or the base where there is none yet; more tells that the total is not known but for being more.
func (p *Pages) found(r *http.Request, c *catalogue, q Query) (_ Found, more bool, err error) {
	if c.preparing {
		page, err := p.service.early(r.Context(), c, q, PageSize)
		return page.Found, page.more, err
	}
	found, err := p.service.Search(r.Context(), c.territory.Code, q, Options{Explain: q.Text != ""})
	return found, false, err
}

// announce tells the readers of a page that the index is being made, and lets nobody keep the page.
func (c *catalogue) announce(w http.ResponseWriter, f *ui.Frame) {
	if !c.preparing {
		return
	}
	web.CacheNever(w)
	f.Notice = strings.TrimSpace(f.P.T("directory.early") + " " + f.Notice)
}

// earlyResults is the page of results without what only the index knows.
func (v *shown) earlyResults(page *resultsPage, more bool) {
	page.Description = page.Heading
	page.Sorts, page.Outputs, page.Seat, page.Typed = nil, nil, ui.Link{}, nil
	if more {
		page.Count = v.P.T("directory.more_than", "n", v.found.Total-1)
	}
	page.Empty = ui.Empty{
		Icon: "search", Title: v.P.T("directory.empty_title"), Text: v.P.T("directory.early"),
		Actions: []ui.Button{{Label: v.P.T("directory.early_again"), URL: v.Path(v.query.Address())}},
	}
}
