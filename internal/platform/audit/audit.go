// Package audit keeps who did what, when and on whose behalf, written by the transaction that did it. Entries are only added:
// no other room changes or deletes them, and this one only takes out a name (Anonymise) and what is past its time (Purge). It
// must not know what the actions mean, nor who may read them.
package audit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/db"
)

// Entry is one act. Detail holds identifiers, codes and states, before and after, never what people wrote nor their names: it
// stays when a person is erased.
type Entry struct {
	ID        string // grows with time; one is made where it is empty
	At        time.Time
	Territory string // code; "" for the whole instance
	Actor     string // identifier of a person; "" for the platform itself
	ActorName string // as it was then; goes when the person is erased
	OnBehalf  string // identifier of the company that they acted for
	Action    string // dotted name: "account.role_granted"
	Kind      string // of what it was done to: "person"
	Object    string // its identifier
	Detail    map[string]string
	Request   string // number of the request in the log
}

const columns = "id, at, territory, actor, actor_name, on_behalf, action, kind, object, detail, request"

// Write adds an entry. It stands when the transaction is committed.
func Write(ctx context.Context, tx *db.Tx, e Entry) error {
	if e.Action == "" {
		return errors.New("audit: an entry without an action")
	}
	if e.ID == "" {
		e.ID = db.NewID()
	}
	if e.At.IsZero() {
		e.At = time.Now()
	}
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO audit_entries ("+columns+") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
		e.ID, db.ToMillis(e.At), e.Territory, e.Actor, e.ActorName, e.OnBehalf, e.Action, e.Kind, e.Object, db.JSON(e.Detail), e.Request)
	if err != nil {
		return fmt.Errorf("audit: write: %w", err)
	}
	return nil
}

// usualLimit is how many entries are read where the filter says nothing.
const usualLimit = 100

// Filter says which entries to read. Empty fields let all pass, so that an empty Territory reads those of all: whoever may see one
// territory only must fill it in.
type Filter struct {
	Territory, Actor, Action, Kind, Object string
	From, To                               time.Time // from From on, before To
	After                                  string    // identifier of the last entry that was read: those written before it
	Limit                                  int       // 0: 100
}

// where writes the conditions of the filter with their arguments.
func (f Filter) where() (string, []any) {
	var conditions []string
	var args []any
	add := func(set bool, condition string, value any) {
		if set {
			args = append(args, value)
			conditions = append(conditions, condition+" $"+strconv.Itoa(len(args)))
		}
	}
	add(f.Territory != "", "territory =", f.Territory)
	add(f.Actor != "", "actor =", f.Actor)
	add(f.Action != "", "action =", f.Action)
	add(f.Kind != "", "kind =", f.Kind)
	add(f.Object != "", "object =", f.Object)
	add(!f.From.IsZero(), "at >=", db.ToMillis(f.From))
	add(!f.To.IsZero(), "at <", db.ToMillis(f.To))
	add(f.After != "", "id <", f.After)
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// Read gives the entries of a filter, the one written last first. To read on, give the identifier of the last as After.
func Read(ctx context.Context, q db.Querier, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = usualLimit
	}
	where, args := f.where()
	args = append(args, f.Limit)
	rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM audit_entries"+where+" ORDER BY id DESC LIMIT $"+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("audit: read: %w", err)
	}
	defer rows.Close()
	var all []Entry
	for rows.Next() {
		var e Entry
		err := rows.Scan(&e.ID, db.Millis(&e.At), &e.Territory, &e.Actor, &e.ActorName, &e.OnBehalf, &e.Action, &e.Kind, &e.Object,
			db.JSON(&e.Detail), &e.Request)
		if err != nil {
			return nil, fmt.Errorf("audit: read: %w", db.Found(err))
		}
		all = append(all, e)
	}
	return all, db.Found(rows.Err())
}

// Purge deletes the entries of before a time.
func Purge(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM audit_entries WHERE at < $1", db.ToMillis(before)); err != nil {
		return fmt.Errorf("audit: purge: %w", err)
	}
	return nil
}

// Anonymise takes the name of a person who is erased out of their entries. The identifier stays: the acts remain those of one
// person, whom nothing names any more.
func Anonymise(ctx context.Context, tx *db.Tx, actor string) error {
	if actor == "" {
		return nil // those of the platform itself name nobody
	}
	if _, err := tx.ExecContext(ctx, "UPDATE audit_entries SET actor_name = '' WHERE actor = $1 AND actor_name <> ''", actor); err != nil {
		return fmt.Errorf("audit: anonymise: %w", err)
	}
	return nil
}
