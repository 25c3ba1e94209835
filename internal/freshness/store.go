package freshness

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// store is the SQL of policies, cards and refusals.
type store struct{}

// never is when a card is looked at that nobody has to look at: the end of the year 9999.
const never int64 = 253_402_300_799_000

// adoptedAll says that all cards of a territory were taken over.
const adoptedAll = "all"

// kept is a policy with how far its work has come.
type kept struct {
	Policy
	worked  string // the last day that is done
	adopted string // the card up to which all were taken over
}

const policyColumns = "territory, active, reminders, unconfirmed, lapse, signer, began_at, worked, adopted, version"

func (k *kept) columns() []any {
	return []any{&k.Territory, &k.Active, db.JSON(&k.Reminders), &k.Unconfirmed, &k.Lapse, &k.Signer, db.Millis(&k.BeganAt), &k.worked, &k.adopted, &k.Version}
}

// policy reads that of a territory, the usual one where there is none.
func (store) policy(ctx context.Context, q db.Querier, t *territory.Territory) (kept, error) {
	var k kept
	err := db.Found(q.QueryRowContext(ctx, "SELECT "+policyColumns+" FROM freshness_policies WHERE territory = $1", t.Code).Scan(k.columns()...))
	if errs.Is(err, errs.NotFound) {
		return kept{Policy: Usual(t.Code, t.Location())}, nil
	}
	k.Zone = t.Location()
	return k, err
}

// policies reads those of all territories that have one.
func (store) policies(ctx context.Context, q db.Querier) (map[string]Policy, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+policyColumns+" FROM freshness_policies")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]Policy{}
	for rows.Next() {
		var k kept
		if err := rows.Scan(k.columns()...); err != nil {
			return nil, err
		}
		found[k.Territory] = k.Policy
	}
	return found, rows.Err()
}

// save writes a policy and how far its work has come.
func (store) save(ctx context.Context, tx *db.Tx, k kept) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO freshness_policies ("+policyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (territory) DO UPDATE SET active = excluded.active, reminders = excluded.reminders, unconfirmed = excluded.unconfirmed,
		lapse = excluded.lapse, signer = excluded.signer, began_at = excluded.began_at, worked = excluded.worked, adopted = excluded.adopted,
		version = excluded.version`,
		k.Territory, k.Active, db.JSON(k.Reminders), k.Unconfirmed, k.Lapse, k.Signer, db.ToMillis(k.BeganAt), k.worked, k.adopted, k.Version)
	return err
}

// followed gives the position up to which the change log was followed; ok is false where nobody has begun.
func (store) followed(ctx context.Context, q db.Querier) (position int64, ok bool, err error) {
	err = db.Found(q.QueryRowContext(ctx, "SELECT position FROM freshness_followed WHERE id = 1").Scan(&position))
	if errs.Is(err, errs.NotFound) {
		return 0, false, nil
	}
	return position, err == nil, err
}

func (store) follow(ctx context.Context, tx *db.Tx, position int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO freshness_followed (id, position) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET position = excluded.position`, position)
	return err
}

// row is a card as this room keeps it.
type row struct {
	listing, territory          string
	round, begun, letter, since time.Time
	sent                        int
	next                        int64
}

// cardsPerInsert keeps statements short.
const cardsPerInsert = 50

// mark has cards looked at again, those as well that nobody has looked at yet.
func (s store) mark(ctx context.Context, tx *db.Tx, territory string, ids []string) error {
	rows := make([]row, len(ids))
	for i, id := range ids {
		rows[i] = row{listing: id, territory: territory}
	}
	return s.put(ctx, tx, rows, "next_at = 0")
}

// keep writes where cards stand.
func (s store) keep(ctx context.Context, tx *db.Tx, rows []row) error {
	return s.put(ctx, tx, rows, `anchor = excluded.anchor, begun_at = excluded.begun_at, sent = excluded.sent, letter_at = excluded.letter_at,
		since_at = excluded.since_at, next_at = excluded.next_at`)
}

func (store) put(ctx context.Context, tx *db.Tx, rows []row, update string) error {
	for len(rows) > 0 {
		n := min(len(rows), cardsPerInsert)
		args := make([]any, 0, rowColumnCount*n)
		for _, r := range rows[:n] {
			args = append(args, r.listing, r.territory, db.ToMillis(r.round), db.ToMillis(r.begun), r.sent, db.ToMillis(r.letter), db.ToMillis(r.since), r.next)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO freshness_cards ("+rowColumns+") VALUES "+company.ValuesSQL(n, rowColumnCount)+
			" ON CONFLICT (listing_id) DO UPDATE SET "+update, args...)
		if err != nil {
			return fmt.Errorf("freshness: cards: %w", err)
		}
		rows = rows[n:]
	}
	return nil
}

// markAll has all cards of a territory looked at again.
func (store) markAll(ctx context.Context, tx *db.Tx, territory string) error {
	_, err := tx.ExecContext(ctx, "UPDATE freshness_cards SET next_at = 0 WHERE territory = $1", territory)
	return err
}

const (
	rowColumns     = "listing_id, territory, anchor, begun_at, sent, letter_at, since_at, next_at"
	rowColumnCount = 8
)

func (r *row) columns() []any {
	return []any{&r.listing, &r.territory, db.Millis(&r.round), db.Millis(&r.begun), &r.sent, db.Millis(&r.letter), db.Millis(&r.since), &r.next}
}

// due reads the cards of a territory that have to be looked at by a moment, the longest due first.
func (store) due(ctx context.Context, q db.Querier, territory string, now time.Time, limit int) ([]row, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+rowColumns+` FROM freshness_cards WHERE territory = $1 AND next_at <= $2
		ORDER BY next_at, listing_id LIMIT $3`, territory, db.ToMillis(now), limit)
	return scanRows(rows, err)
}

// all reads the cards of a territory by their ids.
func (store) all(ctx context.Context, q db.Querier, territory string) (map[string]row, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+rowColumns+" FROM freshness_cards WHERE territory = $1", territory)
	list, err := scanRows(rows, err)
	found := make(map[string]row, len(list))
	for _, r := range list {
		found[r.listing] = r
	}
	return found, err
}

func scanRows(rows *sql.Rows, err error) ([]row, error) {
	if err != nil {
		return nil, fmt.Errorf("freshness: cards: %w", err)
	}
	defer rows.Close()
	var list []row
	for rows.Next() {
		var r row
		if err := rows.Scan(r.columns()...); err != nil {
			return nil, fmt.Errorf("freshness: cards: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// refuse notes that an address without an account wants no letters on a topic, or wants them again. No refusal ends by itself.
func (store) refuse(ctx context.Context, tx *db.Tx, address, topic string, refused bool) error {
	if !refused {
		_, err := tx.ExecContext(ctx, "DELETE FROM freshness_refusals WHERE address = $1 AND topic = $2", address, topic)
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO freshness_refusals (address, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING", address, topic)
	return err
}

// refused reads the addresses without an account that want no letters on a topic, as they are kept.
func (store) refused(ctx context.Context, q db.Querier, topic string) (map[string]bool, error) {
	found := map[string]bool{}
	rows, err := q.QueryContext(ctx, "SELECT address FROM freshness_refusals WHERE topic = $1", topic)
	return found, addressesOf(rows, err, found)
}

// refusedAmong reads those among some addresses, as they are kept.
func (store) refusedAmong(ctx context.Context, q db.Querier, topic string, addresses []string) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk := range slices.Chunk(addresses, 500) {
		args := []any{topic}
		for _, address := range chunk {
			args = append(args, address)
		}
		rows, err := q.QueryContext(ctx, "SELECT address FROM freshness_refusals WHERE topic = $1 AND address IN "+company.InSQL(2, len(chunk)), args...)
		if err := addressesOf(rows, err, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func addressesOf(rows *sql.Rows, err error, found map[string]bool) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var address string
		if err := rows.Scan(&address); err != nil {
			return err
		}
		found[address] = true
	}
	return rows.Err()
}

func (store) refuses(ctx context.Context, q db.Querier, address, topic string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM freshness_refusals WHERE address = $1 AND topic = $2", address, topic).Scan(&n)
	return n > 0, err
}
