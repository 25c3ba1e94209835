package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// ref says which card a record of a source became.
type ref struct {
	ListingID string `json:"listing"`
	Hash      string `json:"hash"` // of what the record said
	Run       string `json:"run"`  // that wrote the ref last
}

// refs reads the refs of records, by external id.
func (store) refs(ctx context.Context, q db.Querier, territory, source string, ids []string) (map[string]ref, error) {
	found := make(map[string]ref, len(ids))
	for chunk := range slices.Chunk(ids, 1000) {
		rows, err := q.QueryContext(ctx, `SELECT external_id, listing_id, hash, run FROM import_refs
			WHERE territory = $1 AND source = $2 AND external_id IN `+company.InSQL(3, len(chunk)),
			append([]any{territory, source}, anyOf(chunk)...)...)
		if err != nil {
			return nil, fmt.Errorf("importer: refs: %w", err)
		}
		for rows.Next() {
			var id string
			var r ref
			if err := rows.Scan(&id, &r.ListingID, &r.Hash, &r.Run); err != nil {
				rows.Close()
				return nil, fmt.Errorf("importer: refs: %w", err)
			}
			found[id] = r
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("importer: refs: %w", err)
		}
	}
	return found, nil
}

// saveRefs writes refs, by external id.
func (store) saveRefs(ctx context.Context, q db.Querier, territory, source string, refs map[string]ref) error {
	args := make([]any, 0, 6*len(refs))
	for _, id := range sortedKeys(refs) {
		r := refs[id]
		args = append(args, territory, source, id, r.ListingID, r.Hash, r.Run)
	}
	for part := range slices.Chunk(args, 6*1000) {
		_, err := q.ExecContext(ctx, "INSERT INTO import_refs (territory, source, external_id, listing_id, hash, run) VALUES "+
			company.ValuesSQL(len(part)/6, 6)+` ON CONFLICT (territory, source, external_id) DO UPDATE SET
			listing_id = excluded.listing_id, hash = excluded.hash, run = excluded.run`, part...)
		if err != nil {
			return fmt.Errorf("importer: save refs: %w", err)
		}
	}
	return nil
}

func (store) deleteRefs(ctx context.Context, q db.Querier, territory, source string, ids []string) error {
	for chunk := range slices.Chunk(ids, 1000) {
		_, err := q.ExecContext(ctx, "DELETE FROM import_refs WHERE territory = $1 AND source = $2 AND external_id IN "+
			company.InSQL(3, len(chunk)), append([]any{territory, source}, anyOf(chunk)...)...)
		if err != nil {
			return fmt.Errorf("importer: delete refs: %w", err)
		}
	}
	return nil
}

// forget deletes what is known of cards that are gone.
func (store) forget(ctx context.Context, q db.Querier, listings []string) error {
	for chunk := range slices.Chunk(listings, 1000) {
		for _, t := range [][2]string{
			{"import_refs", "listing_id"}, {"duplicate_suspects", "listing_a"}, {"duplicate_suspects", "listing_b"},
		} {
			query := "DELETE FROM " + t[0] + " WHERE " + t[1] + " IN " + company.InSQL(1, len(chunk))
			if _, err := q.ExecContext(ctx, query, anyOf(chunk)...); err != nil {
				return fmt.Errorf("importer: forget cards: %w", err)
			}
		}
	}
	return nil
}

// refsTo reads which records of which sources became the cards: "source:external id", by card.
func (store) refsTo(ctx context.Context, q db.Querier, listings []string) (map[string][]string, error) {
	found := map[string][]string{}
	for chunk := range slices.Chunk(listings, 1000) {
		rows, err := q.QueryContext(ctx, "SELECT listing_id, source, external_id FROM import_refs WHERE listing_id IN "+
			company.InSQL(1, len(chunk))+" ORDER BY source, external_id", anyOf(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("importer: refs of cards: %w", err)
		}
		for rows.Next() {
			var card, source, id string
			if err := rows.Scan(&card, &source, &id); err != nil {
				rows.Close()
				return nil, fmt.Errorf("importer: refs of cards: %w", err)
			}
			found[card] = append(found[card], source+":"+id)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("importer: refs of cards: %w", err)
		}
	}
	return found, nil
}

// storedEffect is a row of import_effects.
type storedEffect struct {
	run, listing, externalID string
	seq                      int64
	effect                   effect
}

func (s store) insertEffects(ctx context.Context, q db.Querier, effects []storedEffect) error {
	return s.writeEffects(ctx, q, effects, "")
}

func (store) writeEffects(ctx context.Context, q db.Querier, effects []storedEffect, known string) error {
	for chunk := range slices.Chunk(effects, 500) {
		args := make([]any, 0, 5*len(chunk))
		for i := range chunk {
			args = append(args, chunk[i].run, chunk[i].seq, chunk[i].listing, chunk[i].externalID, db.JSON(&chunk[i].effect))
		}
		_, err := q.ExecContext(ctx, "INSERT INTO import_effects (run, seq, listing_id, external_id, effect) VALUES "+
			company.ValuesSQL(len(chunk), 5)+known, args...)
		if err != nil {
			return fmt.Errorf("importer: effects: %w", err)
		}
	}
	return nil
}

// effects reads the effects that the rest of a query asks for.
func (store) effects(ctx context.Context, q db.Querier, rest string, args ...any) ([]storedEffect, error) {
	rows, err := q.QueryContext(ctx, "SELECT run, seq, listing_id, external_id, effect FROM import_effects "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("importer: effects: %w", err)
	}
	defer rows.Close()
	var out []storedEffect
	for rows.Next() {
		var e storedEffect
		if err := rows.Scan(&e.run, &e.seq, &e.listing, &e.externalID, db.JSON(&e.effect)); err != nil {
			return nil, fmt.Errorf("importer: effects: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// laterEffects reads what other runs than this one did to some cards ("listing_id") or records ("external_id").
func (s store) laterEffects(ctx context.Context, q db.Querier, run, column string, ids []string) ([]storedEffect, error) {
	var out []storedEffect
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for chunk := range slices.Chunk(slices.Compact(ids), 500) {
		found, err := s.effects(ctx, q, "WHERE run <> $1 AND "+column+" IN "+company.InSQL(2, len(chunk)),
			append([]any{run}, anyOf(chunk)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// saveEffects writes effects that are stored already.
func (s store) saveEffects(ctx context.Context, q db.Querier, effects []storedEffect) error {
	return s.writeEffects(ctx, q, effects, " ON CONFLICT (run, seq) DO UPDATE SET effect = excluded.effect")
}

func (store) deleteEffects(ctx context.Context, q db.Querier, run string, from int64) error {
	_, err := q.ExecContext(ctx, "DELETE FROM import_effects WHERE run = $1 AND seq >= $2", run, from)
	if err != nil {
		return fmt.Errorf("importer: delete effects: %w", err)
	}
	return nil
}

func (store) insertBatch(ctx context.Context, q db.Querier, run string, seq int64, outcomes []Outcome) error {
	_, err := q.ExecContext(ctx, "INSERT INTO import_batches (run, seq, outcomes) VALUES ($1,$2,$3)", run, seq, db.JSON(&outcomes))
	if err != nil {
		return fmt.Errorf("importer: outcomes: %w", err)
	}
	return nil
}

// eachOutcome calls f with the outcomes of a run in the order of its rows, holding one batch at a time.
func (store) eachOutcome(ctx context.Context, q db.Querier, run string, f func(Outcome) error) error {
	for seq := int64(-1); ; {
		var text string
		rows, err := q.QueryContext(ctx, "SELECT seq, outcomes FROM import_batches WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT 1", run, seq)
		if err != nil {
			return fmt.Errorf("importer: outcomes: %w", err)
		}
		more := rows.Next()
		if more {
			err = rows.Scan(&seq, &text)
		}
		rows.Close()
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			return fmt.Errorf("importer: outcomes: %w", err)
		}
		if !more {
			return nil
		}
		var batch []Outcome
		if err := json.Unmarshal([]byte(text), &batch); err != nil {
			return fmt.Errorf("importer: outcomes: %w", err)
		}
		for _, o := range batch {
			if err := f(o); err != nil {
				return err
			}
		}
	}
}

// suspect is a pair of cards that may be one; a < b.
type suspect struct {
	a, b    string
	reasons []string
	state   string
	foundAt time.Time
}

// The states of a pair.
const (
	suspectOpen      = "open"
	suspectMerged    = "merged"
	suspectDismissed = "dismissed"
)

func pairOf(x, y string) suspect { return suspect{a: min(x, y), b: max(x, y)} }

// saveSuspects writes pairs. A pair that is known already keeps its reasons and takes the state.
func (store) saveSuspects(ctx context.Context, q db.Querier, territory string, suspects []suspect, now time.Time) error {
	for chunk := range slices.Chunk(suspects, 500) {
		args := make([]any, 0, 6*len(chunk))
		for i := range chunk {
			args = append(args, territory, chunk[i].a, chunk[i].b, company.List(&chunk[i].reasons), chunk[i].state, db.ToMillis(now))
		}
		_, err := q.ExecContext(ctx, "INSERT INTO duplicate_suspects (territory, listing_a, listing_b, reasons, state, found_at) VALUES "+
			company.ValuesSQL(len(chunk), 6)+" ON CONFLICT (territory, listing_a, listing_b) DO UPDATE SET state = excluded.state", args...)
		if err != nil {
			return fmt.Errorf("importer: suspects: %w", err)
		}
	}
	return nil
}

// suspects reads the pairs of a territory in a state whose cards both stand for themselves, in the order of an ORDER BY. A
// pair of which one card was merged is settled another way, until that card is split off again.
func (store) suspects(ctx context.Context, q db.Querier, territory, state, order string, limit int) ([]suspect, error) {
	rows, err := q.QueryContext(ctx, `SELECT listing_a, listing_b, reasons, s.state, found_at FROM duplicate_suspects s
		JOIN listings a ON a.id = listing_a AND a.state <> $4 JOIN listings b ON b.id = listing_b AND b.state <> $4
		WHERE s.territory = $1 AND s.state = $2 ORDER BY `+order+`, listing_a, listing_b LIMIT $3`,
		territory, state, limit, string(listing.Merged))
	if err != nil {
		return nil, fmt.Errorf("importer: suspects: %w", err)
	}
	defer rows.Close()
	var out []suspect
	for rows.Next() {
		var p suspect
		if err := rows.Scan(&p.a, &p.b, company.List(&p.reasons), &p.state, db.Millis(&p.foundAt)); err != nil {
			return nil, fmt.Errorf("importer: suspects: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
