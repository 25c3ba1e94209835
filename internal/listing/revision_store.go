package listing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

const (
	revisionColumns     = "id, listing_id, territory, version, at, act, source, person, fields, before, state_before, other"
	revisionColumnCount = 12
	revisionsPerInsert  = 32
)

// As is the store of who writes: its revisions name that person. "" is nobody, for imports and schedules.
func (s Store) As(person string) Store {
	s.writing.person = person
	return s
}

// Folded is a store for one attempt of one transaction that writes to cards several times: LeaveFolded, the last thing, tells what
// became of each from before the first write to after the last, and nothing where that is nothing. It is called act where the
// card's state stays and act is not empty.
func (s Store) Folded(act Act, source company.Source) Store {
	s.writing.act, s.writing.source = act, source
	s.writing.fold = &fold{before: map[string]Listing{}, after: map[string]Listing{}, made: map[string]bool{}}
	return s
}

// LeaveFolded writes the revisions of a Folded store.
func (s Store) LeaveFolded(ctx context.Context, tx *db.Tx, now time.Time) error {
	f := s.writing.fold
	var revisions []Revision
	for _, id := range slices.Sorted(maps.Keys(f.after)) {
		before, after := f.before[id], f.after[id]
		if r, ok := s.writing.revision(&before, &after, now); ok {
			revisions = append(revisions, r)
		}
	}
	return insertRevisions(ctx, tx, revisions)
}

// Doing is a store that calls what it writes by name: act, by source where that has a kind.
func (s Store) Doing(act Act, source company.Source) Store { return s.doing(act, source, nil) }

// doing is Doing that knows which cards are joined or parted. A store that folds has its own name for what it does.
func (s Store) doing(act Act, source company.Source, other map[string]string) Store {
	if s.writing.fold == nil {
		s.writing.act, s.writing.other = act, other
		if source.Kind != "" {
			s.writing.source = source
		}
	}
	return s
}

// standing reads how cards stand that are about to be written over; none for a keeper, whose copies have no history.
func (s Store) standing(ctx context.Context, tx *db.Tx, chunk []Record) (map[string]Listing, error) {
	if s.keeper != "" {
		return nil, nil
	}
	f := s.writing.fold
	var ask []string
	for i := range chunk {
		l := &chunk[i].Listing
		switch {
		case l.Version == 0 && f != nil:
			f.made[l.ID] = true
		case l.Version == 0:
		case f == nil:
			ask = append(ask, l.ID)
		default:
			if _, ok := f.before[l.ID]; !ok && !f.made[l.ID] {
				ask = append(ask, l.ID)
			}
		}
	}
	before := make(map[string]Listing, len(ask))
	found, err := s.ByIDs(ctx, tx, ask)
	for _, l := range found {
		before[l.ID] = l
		if f != nil {
			f.before[l.ID] = l
		}
	}
	return before, err
}

// leave writes the revisions of cards that were written over.
func (s Store) leave(ctx context.Context, tx *db.Tx, chunk []Record, before map[string]Listing, now time.Time) error {
	var revisions []Revision
	for i := range chunk {
		after := &chunk[i].Listing
		if f := s.writing.fold; f != nil {
			if !f.made[after.ID] {
				f.after[after.ID] = *after
			}
			continue
		}
		was, ok := before[after.ID]
		if !ok {
			continue
		}
		if r, ok := s.writing.revision(&was, after, now); ok {
			revisions = append(revisions, r)
		}
	}
	return insertRevisions(ctx, tx, revisions)
}

// forgetFolded takes cards that are deleted out of what a fold tells.
func (s Store) forgetFolded(ids []string) {
	if f := s.writing.fold; f != nil {
		for _, id := range ids {
			delete(f.after, id)
		}
	}
}

func insertRevisions(ctx context.Context, tx *db.Tx, revisions []Revision) error {
	for part := range slices.Chunk(revisions, revisionsPerInsert) {
		args := make([]any, 0, len(part)*revisionColumnCount)
		for i := range part {
			r := &part[i]
			args = append(args, db.NewID(), r.Listing, r.Territory, r.Version, db.ToMillis(r.At), string(r.Act), db.JSON(&r.Source), r.Person,
				company.List(&r.Fields), db.JSON(&r.Before), string(r.StateBefore), r.Other)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO listing_revisions ("+revisionColumns+") VALUES "+
			company.ValuesSQL(len(part), revisionColumnCount), args...)
		if err != nil {
			return fmt.Errorf("listing: revisions: %w", err)
		}
	}
	return nil
}

// Revisions reads what became of a card, the latest first, from before a revision on ("" for the first page).
func (Reader) Revisions(ctx context.Context, q db.Querier, listing, before string, limit int) ([]Revision, error) {
	if before == "" {
		return revisions(ctx, q, "WHERE listing_id = $1 ORDER BY version DESC LIMIT $2", listing, limit)
	}
	return revisions(ctx, q, `WHERE listing_id = $1 AND version < (SELECT version FROM listing_revisions WHERE id = $3 AND listing_id = $1)
		ORDER BY version DESC LIMIT $2`, listing, limit, before)
}

// RevisionsSince reads what became of some cards from an instant on, by card, the latest first.
func (Reader) RevisionsSince(ctx context.Context, q db.Querier, listings []string, since time.Time) (map[string][]Revision, error) {
	found := map[string][]Revision{}
	for chunk := range slices.Chunk(listings, 500) {
		part, err := revisions(ctx, q, "WHERE at >= $1 AND listing_id IN "+company.InSQL(2, len(chunk))+" ORDER BY version DESC",
			append([]any{db.ToMillis(since)}, anys(chunk)...)...)
		if err != nil {
			return nil, err
		}
		for i := range part {
			found[part[i].Listing] = append(found[part[i].Listing], part[i])
		}
	}
	return found, nil
}

// Revision reads one; errs.NotFound.
func (Reader) Revision(ctx context.Context, q db.Querier, listing, id string) (Revision, error) {
	found, err := revisions(ctx, q, "WHERE listing_id = $1 AND id = $2", listing, id)
	if err != nil {
		return Revision{}, err
	}
	if len(found) == 0 {
		return Revision{}, errs.New(errs.NotFound, "listing.revision_not_found", nil)
	}
	return found[0], nil
}

func revisions(ctx context.Context, q db.Querier, rest string, args ...any) ([]Revision, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+revisionColumns+" FROM listing_revisions "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("listing: revisions: %w", err)
	}
	defer rows.Close()
	var out []Revision
	for rows.Next() {
		var r Revision
		err := rows.Scan(&r.ID, &r.Listing, &r.Territory, &r.Version, db.Millis(&r.At), &r.Act, db.JSON(&r.Source), &r.Person,
			company.List(&r.Fields), db.JSON(&r.Before), &r.StateBefore, &r.Other)
		if err != nil {
			return nil, fmt.Errorf("listing: revisions: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// ContentAt is what a card said right after a revision; "" is before the first one that is kept. errs.NotFound.
func (r Reader) ContentAt(ctx context.Context, q db.Querier, listing, revision string) (Content, error) {
	// The card first: what is written between the two reads is then taken back without having been read.
	l, err := r.ByID(ctx, q, listing)
	if err != nil {
		return Content{}, err
	}
	var version int64
	if revision != "" {
		err = q.QueryRowContext(ctx, "SELECT version FROM listing_revisions WHERE id = $1 AND listing_id = $2", revision, listing).Scan(&version)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return Content{}, errs.New(errs.NotFound, "listing.revision_not_found", nil)
	}
	if err != nil {
		return Content{}, fmt.Errorf("listing: content then: %w", err)
	}
	later, err := revisions(ctx, q, "WHERE listing_id = $1 AND version > $2 ORDER BY version DESC", listing, version)
	return rewind(l.Content, later), err
}

// ChangedSince names the fields of a card, as it was read, that said something else at a version, as far as the history tells.
func (Reader) ChangedSince(ctx context.Context, q db.Querier, l Listing, version int64) ([]string, error) {
	since, err := revisions(ctx, q, "WHERE listing_id = $1 AND version > $2 AND version <= $3 ORDER BY version DESC", l.ID, version, l.Version)
	if err != nil {
		return nil, err
	}
	then := rewind(l.Content, since)
	return diff(&then, &l.Content), nil
}

// Preceding is the revision before one, "" for the first that is kept: ContentAt it is what the card said before that one.
func (r Reader) Preceding(ctx context.Context, q db.Querier, listing, revision string) (string, error) {
	earlier, err := r.Revisions(ctx, q, listing, revision, 1)
	if err != nil || len(earlier) == 0 {
		return "", err
	}
	return earlier[0].ID, nil
}

// Following is the first revision after a version, nil for none.
func (Reader) Following(ctx context.Context, q db.Querier, listing string, version int64) (*Revision, error) {
	found, err := revisions(ctx, q, "WHERE listing_id = $1 AND version > $2 ORDER BY version LIMIT 1", listing, version)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// RevisionsOf reads the revisions that name a person, the latest first, without what the cards said.
func (Reader) RevisionsOf(ctx context.Context, q db.Querier, person string) ([]Revision, error) {
	if person == "" {
		return nil, nil
	}
	return revisions(ctx, q, "WHERE person = $1 ORDER BY at DESC, id DESC", person)
}

// ForgetPerson takes a person who is erased out of the history of all cards.
func (Store) ForgetPerson(ctx context.Context, tx *db.Tx, person string) error {
	if person == "" {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE listing_revisions SET person = '' WHERE person = $1", person); err != nil {
		return fmt.Errorf("listing: forget a person: %w", err)
	}
	return nil
}

// PurgeRevisions deletes what was done before a time: no card goes back further.
func (Store) PurgeRevisions(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM listing_revisions WHERE at < $1", db.ToMillis(before)); err != nil {
		return fmt.Errorf("listing: purge revisions: %w", err)
	}
	return nil
}
