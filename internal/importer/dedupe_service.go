package importer

import (
	"context"
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Card is one of two cards that may be one.
type Card struct {
	ID    string   `json:"id"`
	Slug  string   `json:"slug"`
	Name  string   `json:"name"`
	City  string   `json:"city,omitempty"`
	State string   `json:"state"`
	Refs  []string `json:"refs,omitempty"` // "source:external id" of the records that it came from
}

// Duplicate is a pair of cards that may be one, with the reasons of listing.Judge.
type Duplicate struct {
	A       Card      `json:"a"`
	B       Card      `json:"b"`
	Reasons []string  `json:"reasons"`
	FoundAt time.Time `json:"found_at"`
}

// Duplicates lists the doubtful pairs of a territory that wait for a person, the latest found first.
func (s *Service) Duplicates(ctx context.Context, territory string, limit int) ([]Duplicate, error) {
	return s.duplicates(ctx, territory, "found_at DESC", limit)
}

// Waiting is Duplicates with those first that wait longest.
func (s *Service) Waiting(ctx context.Context, territory string, limit int) ([]Duplicate, error) {
	return s.duplicates(ctx, territory, "found_at", limit)
}

func (s *Service) duplicates(ctx context.Context, territory, order string, limit int) ([]Duplicate, error) {
	q := s.db.Read()
	pairs, err := s.store.suspects(ctx, q, territory, suspectOpen, order, limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range pairs {
		ids = append(ids, p.a, p.b)
	}
	cards, err := s.cards(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Duplicate, 0, len(pairs))
	for _, p := range pairs {
		out = append(out, Duplicate{A: cards[p.a], B: cards[p.b], Reasons: p.reasons, FoundAt: p.foundAt})
	}
	return out, nil
}

func (s *Service) cards(ctx context.Context, q db.Querier, ids []string) (map[string]Card, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := s.listings.ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	refs, err := s.store.refsTo(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Card, len(found))
	for _, l := range found {
		out[l.ID] = Card{ID: l.ID, Slug: l.Slug, Name: l.Name, City: l.City, State: string(l.State), Refs: refs[l.ID]}
	}
	return out, nil
}

// Merge joins the card from into the card into on behalf of by and returns the card that stands for both. Both are named
// by their slug or by "source:external id". errs.NotFound for a card that is not there, errs.Conflict for one that is
// merged already, errs.Usage for the same card twice.
func (s *Service) Merge(ctx context.Context, by company.Source, territory, into, from string) (listing.Listing, error) {
	var merged listing.Listing
	by.At = toMilli(s.now())
	err := s.commit(ctx, func(tx *db.Tx) error {
		tx.Serialize("import", territory)
		a, err := s.find(ctx, tx, territory, into)
		if err != nil {
			return err
		}
		b, err := s.find(ctx, tx, territory, from)
		if err != nil {
			return err
		}
		if a.ID == b.ID {
			return errs.New(errs.Usage, "importer.run.same_card", errs.Args{"slug": a.Slug})
		}
		if merged, err = s.listings.JoinCards(ctx, tx, a.ID, b.ID, by, s.now()); err != nil {
			return err
		}
		return s.settle(ctx, tx, territory, a.ID, b.ID, suspectMerged)
	})
	return merged, err
}

// Dismiss notes that two cards are two: the pair leaves the list.
func (s *Service) Dismiss(ctx context.Context, territory, first, second string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := s.find(ctx, tx, territory, first)
		if err != nil {
			return err
		}
		b, err := s.find(ctx, tx, territory, second)
		if err != nil {
			return err
		}
		if a.ID == b.ID {
			return errs.New(errs.Usage, "importer.run.same_card", errs.Args{"slug": a.Slug})
		}
		return s.settle(ctx, tx, territory, a.ID, b.ID, suspectDismissed)
	})
}

func (s *Service) settle(ctx context.Context, tx *db.Tx, territory, a, b, state string) error {
	pair := pairOf(a, b)
	pair.state = state
	return s.store.saveSuspects(ctx, tx, territory, []suspect{pair}, s.now())
}

// Split parts a card from the one that it was merged into, by an import or by a person, and returns it. It is named by
// its own former slug, by "source:external id", or by the slug of the card that stands for it when that one took in no
// other. errs.Conflict when nothing is merged there, errs.Usage, naming the cards, when there are several.
func (s *Service) Split(ctx context.Context, territory, name string) (listing.Listing, error) {
	var parted listing.Listing
	err := s.commit(ctx, func(tx *db.Tx) error {
		tx.Serialize("import", territory)
		c, err := s.find(ctx, tx, territory, name)
		if err != nil {
			return err
		}
		if c.State != listing.Merged {
			if c, err = s.onlyMerged(ctx, tx, c); err != nil {
				return err
			}
		}
		into := c.MergedInto
		if parted, err = s.listings.PartCard(ctx, tx, c.ID, s.now()); err != nil {
			return err
		}
		return s.settle(ctx, tx, territory, into, c.ID, suspectDismissed)
	})
	return parted, err
}

// onlyMerged is the one card that was merged into another.
func (s *Service) onlyMerged(ctx context.Context, tx *db.Tx, into listing.Listing) (listing.Listing, error) {
	mergings, err := s.listings.MergedInto(ctx, tx, into.ID)
	if err != nil {
		return listing.Listing{}, err
	}
	var ids []string
	for _, m := range mergings {
		ids = append(ids, m.From)
	}
	found, err := s.listings.ByIDs(ctx, tx, ids)
	if err != nil {
		return listing.Listing{}, err
	}
	switch len(found) {
	case 0:
		return listing.Listing{}, errs.New(errs.Conflict, "importer.run.nothing_merged", errs.Args{"slug": into.Slug})
	case 1:
		return found[0], nil
	}
	slugs := make([]string, len(found))
	for i, l := range found {
		slugs[i] = l.Slug
	}
	return listing.Listing{}, errs.New(errs.Usage, "importer.run.several_merged",
		errs.Args{"slug": into.Slug, "slugs": strings.Join(slugs, ", ")})
}

// find reads a card by its slug, also the slug of one that is merged, or by "source:external id".
func (s *Service) find(ctx context.Context, tx *db.Tx, territory, name string) (listing.Listing, error) {
	missing := errs.New(errs.NotFound, "importer.run.no_card", errs.Args{"name": name, "code": territory})
	if source, id, ok := strings.Cut(name, ":"); ok {
		refs, err := s.store.refs(ctx, tx, territory, source, []string{company.Storable(id)})
		if err != nil {
			return listing.Listing{}, err
		}
		r, ok := refs[id]
		if !ok {
			return listing.Listing{}, missing
		}
		return s.listings.ByID(ctx, tx, r.ListingID)
	}
	standing, err := s.listings.BySlug(ctx, tx, territory, name)
	if errs.Is(err, errs.NotFound) {
		return listing.Listing{}, missing
	}
	if err != nil || standing.Slug == name {
		return standing, err
	}
	merged, err := s.mergedBySlug(ctx, tx, standing.ID, name)
	if err != nil || merged.ID != "" {
		return merged, err
	}
	return standing, nil // a former name of the card
}

// mergedBySlug looks among the cards merged into one, and into those.
func (s *Service) mergedBySlug(ctx context.Context, tx *db.Tx, into, slug string) (listing.Listing, error) {
	level := []string{into}
	for depth := 0; len(level) > 0 && depth < maxChain; depth++ {
		mergings, err := s.listings.MergedInto(ctx, tx, level...)
		if err != nil {
			return listing.Listing{}, err
		}
		level = nil
		for _, m := range mergings {
			level = append(level, m.From)
		}
		found, err := s.listings.ByIDs(ctx, tx, level)
		if err != nil {
			return listing.Listing{}, err
		}
		if at := slices.IndexFunc(found, func(l listing.Listing) bool { return l.Slug == slug }); at >= 0 {
			return found[at], nil
		}
	}
	return listing.Listing{}, nil
}
