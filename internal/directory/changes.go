package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Feed is a part of what changed in a territory's directory, in the order of the commits. Whoever replays the parts from
// position zero, each from the Next of the one before, holds exactly the published cards when More is false.
type Feed struct {
	Changes []Changed
	Next    int64 // the position to go on from
	More    bool  // there is more beyond Next already
}

// Changed is a card that was written or deleted, as it is now: once, however often it changed.
type Changed struct {
	ID     string
	At     time.Time       // of its latest change
	Record *listing.Record // nil for a card that is not public: deleted, hidden, merged, or not yet published
}

// MaxChanges is the most that one call of Changes gives.
const MaxChanges = 1000

// ErrAhead tells that a position lies beyond the end of the change log: it comes from another base, or from this one
// before a backup was restored.
var ErrAhead = errors.New("directory: a position beyond the end of the change log")

// Changes gives what changed in the directory of a territory after a position of the change log, 0 for its beginning: at
// most limit cards, all read from one snapshot. There may be fewer, even none, and More all the same: one call reads so much
// of the log and no more. It returns ErrAhead, and errs.Usage for a limit out of range.
func (s *Service) Changes(ctx context.Context, code string, after int64, limit int) (Feed, error) {
	if limit < 1 || limit > MaxChanges {
		return Feed{}, invalid("limit", "directory.bad_limit", errs.Args{"max": MaxChanges})
	}
	var feed Feed
	err := s.db.View(ctx, func(tx *db.Tx) error {
		last, err := db.LastChange(ctx, tx)
		if err != nil {
			return err
		}
		if after < 0 || after > last {
			return ErrAhead
		}
		log := logReader{q: tx, code: code, at: after, last: last}
		latest, err := log.latest(ctx, limit)
		if err != nil {
			return err
		}
		feed.Next, feed.More = log.at, log.at < last
		feed.Changes, err = s.asTheyAre(ctx, tx, latest)
		return err
	})
	if err != nil && !errors.Is(err, ErrAhead) {
		return Feed{}, fmt.Errorf("directory: changes: %w", err)
	}
	return feed, err
}

// How much of the log one call reads: rows for twice the changes that are wanted, and four times as many each time that they
// were too few, as far as so many at once and so often.
const (
	fewestRows = 50
	mostRows   = 2000
	logTimes   = 5
)

// logReader reads the changes of a territory's cards that no later change of the same card follows. It asks two plain
// questions, and not one that joins the log with itself: PostgreSQL keeps the plan that it made while the log was short, and
// would then read the whole log for each row.
type logReader struct {
	q    db.Querier
	code string
	at   int64 // what was read
	last int64 // the end of the log
}

// latest reads on until it has so many changes, or read enough for once.
func (r *logReader) latest(ctx context.Context, limit int) ([]db.Change, error) {
	var latest []db.Change
	most := max(2*limit, fewestRows)
	for range logTimes {
		most = min(most, mostRows)
		rows, err := r.rows(ctx, most)
		if err != nil {
			return nil, err
		}
		end := r.last
		if len(rows) == most {
			end = rows[len(rows)-1].Seq
		}
		for part := range slices.Chunk(lastOfEach(rows), idsAtOnce) {
			later, err := r.changedAfter(ctx, part, end)
			if err != nil {
				return nil, err
			}
			for _, c := range part {
				if later[c.ID] {
					continue
				}
				latest, r.at = append(latest, c), c.Seq
				if len(latest) == limit {
					return latest, nil
				}
			}
		}
		if r.at = end; end == r.last {
			break
		}
		most *= 4
	}
	return latest, nil
}

// rows reads the next changes of the territory's cards, at most so many.
func (r *logReader) rows(ctx context.Context, most int) ([]db.Change, error) {
	rows, err := r.q.QueryContext(ctx, `SELECT seq, id, at FROM changes
		WHERE seq > $1 AND territory = $2 AND kind = $3 ORDER BY seq LIMIT $4`, r.at, r.code, listing.ChangeKind, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []db.Change
	for rows.Next() {
		var c db.Change
		if err := rows.Scan(&c.Seq, &c.ID, db.Millis(&c.At)); err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, rows.Err()
}

// lastOfEach keeps the last change of each card.
func lastOfEach(changes []db.Change) []db.Change {
	last := make(map[string]int64, len(changes))
	for _, c := range changes {
		last[c.ID] = c.Seq
	}
	return slices.DeleteFunc(changes, func(c db.Change) bool { return last[c.ID] != c.Seq })
}

// idsAtOnce is how many cards one statement asks about.
const idsAtOnce = 500

// changedAfter tells which of the cards changed again after a position. The index changes_thing answers it by one look for
// each card, however often the card changed: the log is never shortened.
func (r *logReader) changedAfter(ctx context.Context, changes []db.Change, after int64) (map[string]bool, error) {
	changed := map[string]bool{}
	if after == r.last {
		return changed, nil
	}
	args := []any{listing.ChangeKind, after}
	var wanted strings.Builder
	for i, c := range changes {
		args = append(args, c.ID)
		fmt.Fprintf(&wanted, ",($%d)", i+3)
	}
	rows, err := r.q.QueryContext(ctx, `WITH wanted (id) AS (VALUES `+wanted.String()[1:]+`) SELECT id FROM wanted
		WHERE (SELECT max(c.seq) FROM changes c WHERE c.kind = $1 AND c.id = wanted.id) > $2`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		changed[id] = true
	}
	return changed, rows.Err()
}

// asTheyAre reads the cards that changed, in two statements.
func (s *Service) asTheyAre(ctx context.Context, q db.Querier, latest []db.Change) ([]Changed, error) {
	ids := make([]string, len(latest))
	for i, c := range latest {
		ids[i] = c.ID
	}
	records, err := s.listings.Records(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	public := make(map[string]*listing.Record, len(records))
	for i := range records {
		if records[i].Listing.State == listing.Published {
			public[records[i].Listing.ID] = &records[i]
		}
	}
	changed := make([]Changed, len(latest))
	for i, c := range latest {
		changed[i] = Changed{ID: c.ID, At: c.At, Record: public[c.ID]}
	}
	return changed, nil
}
