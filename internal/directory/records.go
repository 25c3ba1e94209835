package directory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// recordsAtOnce is how many cards Records reads at a time.
const recordsAtOnce = 500

// IDs gives all that a query finds, in its order, whatever its page. It returns errs.Unavailable while the index is being
// built.
func (s *Service) IDs(ctx context.Context, code string, q Query) ([]string, error) {
	c, err := s.open(code)
	if err != nil {
		return nil, err
	}
	var found Found
	iq := c.indexQuery(&q, &found)
	iq.Day = c.day(s.now())
	iq.Current = s.current(c, iq.Day)
	return c.index.IDs(ctx, iq)
}

// Records calls f with the published cards of the ids, in their order, and their companies. It reads page by page, so that
// memory does not grow; one that was hidden or deleted since the ids were found is left out.
func (s *Service) Records(ctx context.Context, code string, ids []string, f func(listing.Record) error) error {
	for page := range slices.Chunk(ids, recordsAtOnce) {
		records, err := s.listings.Records(ctx, s.db.Read(), page)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Listing.State != listing.Published || r.Listing.Territory != code {
				continue
			}
			if err := f(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Updated is when the cards of a territory last changed, or the territory itself, as far as the index has followed the
// change log: it never goes back. It is the zero time before Load.
func (s *Service) Updated(code string) time.Time {
	if c := s.catalogueOf(code); c != nil {
		return c.notes.updatedAt()
	}
	return time.Time{}
}

// lastChanged is the time of the latest change of a territory and its cards in the log.
func lastChanged(ctx context.Context, q db.Querier, code string) (time.Time, error) {
	var at time.Time
	// Times grow with numbers, so that the last row has the latest; two indexes lead to it, however long the log is.
	err := q.QueryRowContext(ctx, `SELECT coalesce(max(at), 0) FROM changes WHERE seq IN (
		(SELECT max(seq) FROM changes WHERE territory = $1 AND kind = $2), (SELECT max(seq) FROM changes WHERE kind = $3 AND id = $1))`,
		code, listing.ChangeKind, territory.ChangeKind).Scan(db.Millis(&at))
	if err != nil {
		return time.Time{}, fmt.Errorf("directory: last change: %w", err)
	}
	return at, nil
}
