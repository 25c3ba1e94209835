package curation

import (
	"context"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// Deed is what one proposed and another decided, and a card then said.
type Deed struct {
	At       time.Time
	Kind     Kind
	Taken    []string
	Proposer string // identifier of a person, "" for who has no account
	Name     string // that a proposer without an account gave, "" for none
	Decider  string // identifier of a person
}

// Deeds gives what was taken of the changes of a card. The caller has seen to it that the reader may know.
func (s *Service) Deeds(ctx context.Context, q db.Querier, listingID string) ([]Deed, error) {
	found, err := s.store.find(ctx, q, "listing_id = $1 AND taken <> '' ORDER BY id DESC LIMIT 200", listingID)
	deeds := make([]Deed, len(found))
	for i, c := range found {
		deeds[i] = c.Deed()
	}
	return deeds, err
}

// Deed is what was taken of a change.
func (c Change) Deed() Deed { return Deed{c.DecidedAt, c.Kind, c.Taken, c.Person, c.Name, c.DecidedBy} }

// Made reports whether the deed made a revision of its card.
func (d Deed) Made(r listing.Revision) bool {
	return len(r.Fields) > 0 && d.At.Equal(r.At) && !slices.ContainsFunc(r.Fields, func(f string) bool { return !slices.Contains(d.Taken, f) })
}
