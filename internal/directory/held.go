package directory

import (
	"context"
	"sync"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// mostHeld is how many cards are held as they were read: about 20 MB of them.
const mostHeld = 5000

// heldCards remembers cards as they were read, for to read one out of its row costs more than to ask whether it is still the same.
// What it gives is shared: nobody writes to it.
type heldCards struct {
	mu    sync.Mutex
	cards map[string]*heldCard
}

// heldCard is a card with what lists quote from it.
type heldCard struct {
	listing.Listing
	stamp listing.Stamp
	plain string // the description, without its signs
}

// get reads the cards of the ids that exist: in one statement where all of them are held as they are, else in two.
func (h *heldCards) get(
	ctx context.Context, q db.Querier, ids []string, read func(context.Context, []string) ([]listing.Listing, error),
) (map[string]*heldCard, error) {
	found := make(map[string]*heldCard, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	stamps, err := listing.Reader{}.Stamps(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var missing []string
	h.mu.Lock()
	for id, stamp := range stamps {
		if c, ok := h.cards[id]; ok && c.stamp == stamp {
			found[id] = c
		} else {
			missing = append(missing, id)
		}
	}
	h.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	cards, err := read(ctx, missing)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range cards {
		c := &heldCard{Listing: l, stamp: listing.StampOf(l), plain: listing.PlainText(l.Description)}
		found[l.ID] = c
		h.put(c)
	}
	return found, nil
}

// put holds a card in the place of any other where there is no more room. The caller holds the lock.
func (h *heldCards) put(c *heldCard) {
	if h.cards == nil {
		h.cards = map[string]*heldCard{}
	}
	for id := range h.cards {
		if len(h.cards) < mostHeld {
			break
		}
		delete(h.cards, id)
	}
	h.cards[c.ID] = c
}

// forget lets go of cards that changed.
func (h *heldCards) forget(ids []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		delete(h.cards, id)
	}
}
