package opendata

import (
	"context"
	"errors"
	"sync"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// origins remember of each territory whether all of its cards hold imported facts, until its cards change.
type origins struct {
	mu    sync.Mutex
	known map[string]origin // by the code of the territory
}

type origin struct {
	at  time.Time
	all bool
}

// errOwn ends the reading of cards at the first that nobody imported.
var errOwn = errors.New("opendata: a card of its own")

// allImported reports whether all cards of a territory, as they last changed then, hold imported facts.
func (p *Pages) allImported(ctx context.Context, t *territory.Territory, at time.Time) (bool, error) {
	p.origins.mu.Lock()
	known, ok := p.origins.known[t.Code]
	p.origins.mu.Unlock()
	if ok && known.at.Equal(at) {
		return known.all, nil
	}
	rows := 0
	err := p.rooms.Cards.Published(ctx, t.Code, func(r listing.Record) error {
		if rows++; len(listing.PublicOf(r, "").Sources) == 0 {
			return errOwn
		}
		return nil
	})
	if err != nil && !errors.Is(err, errOwn) {
		return false, err
	}
	known = origin{at: at, all: err == nil && rows > 0}
	p.origins.mu.Lock()
	defer p.origins.mu.Unlock()
	p.origins.known[t.Code] = known
	return known.all, nil
}

// binding is a source whose licence asks more than that of the directory: what is made of its cards is shared alike.
type binding struct {
	Text    string
	Licence ui.Link
}

// bindings are the sources that ask to share alike; whole says that all cards come from imported sources.
func (d dataset) bindings(whole bool) []binding {
	var all []binding
	for _, s := range d.sources {
		licence, ok := territory.Stricter(s.Licence, d.licence)
		if !ok {
			continue
		}
		key := "opendata.share_alike.some"
		if whole && len(d.sources) == 1 {
			key = "opendata.share_alike.all"
		}
		all = append(all, binding{
			Text:    d.P.T(key, "source", nameOf(s), "licence", licence.Name),
			Licence: ui.Link{Label: licence.Name, URL: webOnly(licence.URL)},
		})
	}
	return all
}

// nameOf is the title of a source, or whom it asks to name.
func nameOf(s directory.Credit) string {
	if s.Title != "" {
		return s.Title
	}
	return orDash(s.Attribution)
}
