package importer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// CountWaiting counts the pairs of a territory that wait for a person, and tells since when the oldest does.
func (s *Service) CountWaiting(ctx context.Context, territory string) (n int, oldest time.Time, err error) {
	err = s.db.Read().QueryRowContext(ctx, `SELECT count(*), coalesce(min(found_at), 0) FROM duplicate_suspects s
		JOIN listings a ON a.id = listing_a AND a.state <> $3 JOIN listings b ON b.id = listing_b AND b.state <> $3
		WHERE s.territory = $1 AND s.state = $2`, territory, suspectOpen, string(listing.Merged)).Scan(&n, db.Millis(&oldest))
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("importer: suspects: %w", err)
	}
	return n, oldest, nil
}

// Pair is two cards that may be one, with all that they say.
type Pair struct {
	A, B    listing.Record
	Reasons []string
	FoundAt time.Time
	Open    bool // a person may still settle it
}

// Pair reads a pair by the identifiers of its cards; errs.NotFound for one that was never doubted.
func (s *Service) Pair(ctx context.Context, territory, a, b string) (Pair, error) {
	return s.pair(ctx, s.db.Read(), territory, a, b)
}

func (s *Service) pair(ctx context.Context, q db.Querier, territory, x, y string) (Pair, error) {
	key, absent := pairOf(x, y), errs.New(errs.NotFound, "importer.run.no_pair", nil)
	var p Pair
	err := q.QueryRowContext(ctx, "SELECT reasons, state, found_at FROM duplicate_suspects WHERE territory = $1 AND listing_a = $2 AND listing_b = $3",
		territory, key.a, key.b).Scan(company.List(&p.Reasons), &key.state, db.Millis(&p.FoundAt))
	if errors.Is(err, sql.ErrNoRows) {
		return Pair{}, absent
	}
	if err != nil {
		return Pair{}, fmt.Errorf("importer: pair: %w", err)
	}
	records, err := s.listings.Records(ctx, q, []string{key.a, key.b})
	if err != nil {
		return Pair{}, err
	}
	if len(records) < 2 {
		return Pair{}, absent
	}
	p.A, p.B = records[0], records[1]
	p.Open = key.state == suspectOpen && p.A.Listing.State != listing.Merged && p.B.Listing.State != listing.Merged
	return p, nil
}

// Settling is what somebody decides about a pair: its cards are two, or one of them.
type Settling struct {
	A, B string
	Into string           // the one that stays, "" where they are two
	Seen map[string]int64 // the versions that were compared, by the card; asked for where one of them goes
}

// SettlePair joins the two cards of a pair that waits, or notes that they are two. Whatever the caller has to note goes into the same
// transaction. errs.Conflict where the pair does not wait any more, or where a card that would be joined was written since it was seen.
func (s *Service) SettlePair(ctx context.Context, by listing.Author, territory string, d Settling, note func(tx *db.Tx) error) error {
	by.Source.At = toMilli(s.now())
	return s.commit(ctx, func(tx *db.Tx) error {
		key := pairOf(d.A, d.B)
		tx.Serialize("import", territory).Serialize(listing.ChangeKind, key.a).Serialize(listing.ChangeKind, key.b)
		p, err := s.pair(ctx, tx, territory, d.A, d.B)
		if err != nil {
			return err
		}
		a, b := p.A.Listing, p.B.Listing
		switch {
		case !p.Open:
			return errs.New(errs.Conflict, "importer.run.pair_settled", nil)
		case d.Into != "" && (d.Seen[a.ID] != a.Version || d.Seen[b.ID] != b.Version):
			return errs.New(errs.Conflict, "importer.run.pair_changed", nil)
		}
		state, from := suspectDismissed, a.ID
		switch d.Into {
		case "":
		case a.ID, b.ID:
			if state = suspectMerged; d.Into == from {
				from = b.ID
			}
			if _, err := s.listings.As(by.Person).JoinCards(ctx, tx, d.Into, from, by.Source, s.now()); err != nil {
				return err
			}
		default:
			return errs.New(errs.NotFound, "importer.run.no_pair", nil)
		}
		if err := s.settle(ctx, tx, territory, a.ID, b.ID, state); err != nil {
			return err
		}
		return note(tx)
	})
}

// ReopenPair takes SettlePair back: cards that it joined are parted, and the pair waits again. errs.Conflict where it waits already.
func (s *Service) ReopenPair(ctx context.Context, by listing.Author, territory, a, b string, note func(tx *db.Tx) error) error {
	return s.commit(ctx, func(tx *db.Tx) error {
		tx.Serialize("import", territory)
		p, err := s.pair(ctx, tx, territory, a, b)
		if err != nil {
			return err
		}
		if p.Open {
			return errs.New(errs.Conflict, "importer.run.pair_waits", nil)
		}
		for l, other := range map[*listing.Listing]string{&p.A.Listing: p.B.Listing.ID, &p.B.Listing: p.A.Listing.ID} {
			if l.State != listing.Merged {
				continue
			}
			if l.MergedInto != other { // it is part of a third one since
				return errs.New(errs.Conflict, "importer.run.pair_settled", nil)
			}
			tx.Serialize(listing.ChangeKind, l.ID)
			if _, err := s.listings.As(by.Person).Doing(listing.Parted, by.Source).PartCard(ctx, tx, l.ID, s.now()); err != nil {
				return err
			}
		}
		if err := s.settle(ctx, tx, territory, a, b, suspectOpen); err != nil {
			return err
		}
		return note(tx)
	})
}
