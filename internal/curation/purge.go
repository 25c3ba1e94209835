package curation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// How long changes are kept.
const (
	KeepUnconfirmed = 7 * 24 * time.Hour  // whose author does not confirm the address
	KeepOffered     = 60 * 24 * time.Hour // for the owner's answer
	KeepNamed       = 12                  // months after the decision: from then on a change names nobody; and for a decision
	KeepDecided     = 24                  // months after the decision
)

// Purge deletes what is past its time, and takes the names out of what is decided long since: a daily schedule calls it.
func (s *Service) Purge(ctx context.Context) error {
	now := s.Now()
	if err := s.endOffers(ctx, now.Add(-KeepOffered)); err != nil {
		return err
	}
	if err := s.expire(ctx, now.AddDate(0, -KeepNamed, 0)); err != nil {
		return err
	}
	open := fmt.Sprintf("state NOT IN ('%s', '%s', '%s', '%s')", Unconfirmed, Waiting, Joined, Offered)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []struct {
			query string
			args  []any
		}{
			{"DELETE FROM curation_changes WHERE state = $1 AND created_at < $2", []any{string(Unconfirmed), db.ToMillis(now.Add(-KeepUnconfirmed))}},
			{"DELETE FROM curation_changes WHERE " + open + " AND decided_at < $1", []any{db.ToMillis(now.AddDate(0, -KeepDecided, 0))}},
			{
				"UPDATE curation_changes SET " + nameless() + " WHERE " + open + " AND decided_at < $1",
				[]any{db.ToMillis(now.AddDate(0, -KeepNamed, 0))},
			},
			{"UPDATE curation_changes SET undo = '' WHERE undo <> '' AND decided_at < $1", []any{db.ToMillis(now.Add(-24 * time.Hour))}},
			{"DELETE FROM curation_hidings WHERE NOT EXISTS (SELECT 1 FROM listings l WHERE l.id = listing_id AND l.state = $1)", []any{string(listing.Hidden)}},
			{"DELETE FROM curation_batches WHERE done_at < $1", []any{db.ToMillis(now.Add(-24 * time.Hour))}},
			{"DELETE FROM curation_seen WHERE seen_at < $1", []any{db.ToMillis(now.AddDate(0, -KeepDecided, 0))}},
		} {
			if _, err := tx.ExecContext(ctx, statement.query, statement.args...); err != nil {
				return fmt.Errorf("curation: purge: %w", err)
			}
		}
		return nil
	})
}

// endOffers ends what was passed on to owners until then and nobody has answered, each in a transaction of its own. Who proposed
// it is told, unless they were when the team took a part of it.
func (s *Service) endOffers(ctx context.Context, until time.Time) error {
	old, err := s.store.find(ctx, s.DB.Read(), "state = $1 AND decided_at < $2 ORDER BY id", string(Offered), db.ToMillis(until))
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.endOffer(ctx, tx, o.ID) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) endOffer(ctx context.Context, tx *db.Tx, id string) error {
	c, err := s.store.byID(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := lock(ctx, tx, c.Change); err != nil {
		return err
	}
	if c, err = s.store.byID(ctx, tx, id); err != nil || c.State != Offered { // answered meanwhile
		return err
	}
	if err := s.author(ctx, tx, &c); err != nil {
		return err
	}
	c.State = Expired
	if len(c.Taken) > 0 {
		c.State = Partly
	}
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.settleJoined(ctx, tx, c.Change, false); err != nil || c.State == Partly {
		return err
	}
	return s.tell(ctx, tx, c.Change, "")
}

// expire ends what has waited since then and nobody has decided, each in a transaction of its own: those that say what another one says
// first, so that none of them takes its place. Who proposed it is told, once.
func (s *Service) expire(ctx context.Context, until time.Time) error {
	old, err := s.store.find(ctx, s.DB.Read(), "state IN ($1, $2) AND confirmed_at < $3 ORDER BY CASE WHEN state = $2 THEN 0 ELSE 1 END, id",
		string(Waiting), string(Joined), db.ToMillis(until))
	if err != nil {
		return err
	}
	var told []Change
	for _, o := range old {
		again := slices.ContainsFunc(told, func(t Change) bool { return t.Of(o.Change) && t.says(o.Change) })
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.expireOne(ctx, tx, o.Change, again) }); err != nil {
			return err
		}
		told = append(told, o.Change)
	}
	return nil
}

func (s *Service) expireOne(ctx context.Context, tx *db.Tx, was Change, told bool) error {
	if _, err := lock(ctx, tx, was); err != nil {
		return err
	}
	c, err := s.store.byID(ctx, tx, was.ID)
	if err == nil && c.State == was.State {
		err = s.author(ctx, tx, &c)
	}
	if errs.Is(err, errs.NotFound) || err == nil && c.State != was.State { // erased, decided or promoted meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	c.State, c.DecidedAt = Expired, s.Now()
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.promote(ctx, tx, c.ID); err != nil || told || c.Suspicious() {
		return err
	}
	return s.tell(ctx, tx, c.Change, "")
}
