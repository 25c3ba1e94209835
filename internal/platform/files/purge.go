package files

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/db"
)

// Keep is how long a file stays that nothing names any more: a logo that was taken out by mistake comes back with the history.
const Keep = 30 * 24 * time.Hour

// dismissed is how long a file stays that was put aside before anything public named it, and that nothing names: another window may be
// publishing it in this moment.
const dismissed = time.Hour

// Dismiss says that a file was put aside before anything public named it: the next Purge after an hour deletes it, not the one after
// Keep, unless something names it after all.
func (Store) Dismiss(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE files SET unused_since = $1 WHERE id = $2 AND (unused_since = 0 OR unused_since > $1)",
		db.ToMillis(now.Add(dismissed-Keep)), id)
	if err != nil {
		return fmt.Errorf("files: dismiss: %w", err)
	}
	return nil
}

// Used gives the identifiers of all files that a room names. It reads whole tables: it is to run outside a transaction that writes.
type Used func(ctx context.Context, q db.Querier) (map[string]bool, error)

// MentionedBy finds the files whose path stands in what a query gives: one column of text, JSON or not.
func MentionedBy(query string) Used {
	return func(ctx context.Context, q db.Querier) (map[string]bool, error) {
		rows, err := q.QueryContext(ctx, query)
		if err != nil {
			return nil, fmt.Errorf("files: mentions: %w", err)
		}
		defer rows.Close()
		found := map[string]bool{}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return nil, fmt.Errorf("files: mentions: %w", err)
			}
			for _, path := range pathIn.FindAllString(text, -1) {
				found[path[len(Prefix):]] = true
			}
		}
		return found, db.Found(rows.Err())
	}
}

// pathIn finds the paths of files in a text.
var pathIn = regexp.MustCompile(regexp.QuoteMeta(Prefix) + `[0-9a-f]{32}\.[a-z]{3}`)

// Purge deletes the files that nothing has named for Keep, and gives how many; used are those that something named just before.
// One that was taken up since is not deleted: Put says so of it. It is to run every day.
func Purge(ctx context.Context, tx *db.Tx, now time.Time, used map[string]bool) (deleted int, err error) {
	ids, err := all(ctx, tx)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(ids, atOnce) {
		n, err := settle(ctx, tx, now, some, used)
		if err != nil {
			return 0, err
		}
		deleted += n
	}
	return deleted, nil
}

func all(ctx context.Context, q db.Querier) ([]string, error) {
	rows, err := q.QueryContext(ctx, "SELECT id FROM files ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("files: all: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("files: all: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, db.Found(rows.Err())
}

// settle notes which files are used, and deletes those that have not been for Keep.
func settle(ctx context.Context, tx *db.Tx, now time.Time, ids []string, used map[string]bool) (deleted int, err error) {
	var kept, idle []any
	for _, id := range ids {
		if used[id] {
			kept = append(kept, id)
		} else {
			idle = append(idle, id)
		}
	}
	at := strconv.FormatInt(db.ToMillis(now), 10)
	if len(kept) > 0 {
		if _, err := tx.ExecContext(ctx, "UPDATE files SET unused_since = 0 WHERE unused_since <> 0 AND id IN "+placeholders(len(kept)), kept...); err != nil {
			return 0, fmt.Errorf("files: purge: %w", err)
		}
	}
	if len(idle) == 0 {
		return 0, nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE files SET unused_since = "+at+" WHERE unused_since = 0 AND id IN "+placeholders(len(idle)), idle...); err != nil {
		return 0, fmt.Errorf("files: purge: %w", err)
	}
	last := strconv.FormatInt(db.ToMillis(now.Add(-Keep)), 10)
	result, err := tx.ExecContext(ctx, "DELETE FROM files WHERE unused_since <> 0 AND unused_since <= "+last+" AND id IN "+placeholders(len(idle)), idle...)
	if err != nil {
		return 0, fmt.Errorf("files: purge: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// atOnce is how many identifiers stand in one statement.
const atOnce = 200

func chunks(ids []string) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for some := range slices.Chunk(ids, atOnce) {
			args := make([]any, len(some))
			for i, id := range some {
				args[i] = id
			}
			if !yield(args) {
				return
			}
		}
	}
}

// placeholders is "($1, $2)".
func placeholders(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "$" + strconv.Itoa(i+1)
	}
	return "(" + strings.Join(names, ", ") + ")"
}
