package directory_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// observed keeps the statements that name the change log.
type observed struct {
	mu   sync.Mutex
	seen []string
}

func (o *observed) note(query string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if strings.Contains(query, "FROM changes") && strings.Contains(query, "$1") && !slices.Contains(o.seen, query) {
		o.seen = append(o.seen, query)
	}
}

// placeholder is one of a statement's.
var placeholder = regexp.MustCompile(`\$\d+`)

// The log is never shortened: what the feed reads of it depends neither on how often a card was written nor on how much the
// other territories wrote.
func TestTheFeedReadsNoMoreOfALongLog(t *testing.T) {
	const cards, edits, others = 50, 300, 20_000
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		var log observed
		d := dbtest.Open(t, db.Options{URL: fresh(), Migrations: schema.FS, Observe: log.note})
		h := open(t, d, card("A"))
		grow := func(territory string, rows, cards int) {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO changes (territory, kind, id, deleted, at)
					WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
					SELECT '`+territory+`', 'listing', '`+territory+`' || (i % $2), false, 1 FROM n`, rows, cards)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		grow("pf", others, 40)
		grow("wf", cards*edits, cards)
		log.seen = nil
		feed, err := h.directory.Changes(t.Context(), "wf", 0, cards)
		if err != nil || !feed.More {
			t.Fatal(feed, err)
		}
		if len(log.seen) != 2 {
			t.Fatalf("the log is asked %d questions: %q", len(log.seen), log.seen)
		}
		for _, query := range log.seen {
			args := []any{0, "wf", listing.ChangeKind, 2 * cards}
			if strings.Contains(query, "wanted") {
				args = []any{listing.ChangeKind, 2 * cards}
				for i := range len(slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(query, -1))))) - 2 {
					args = append(args, fmt.Sprint("wf", i))
				}
			}
			if d.Engine() == "postgres" {
				if read := rowsRead(t, d, query, args); read > 2*cards {
					t.Errorf("%d rows of the log are read for %d cards by\n%s", read, cards, query)
				}
			} else {
				bySteps(t, d, query, args)
			}
		}
	})
}

// rowsRead is how many rows of the log PostgreSQL reads for a statement, by its own account.
func rowsRead(t *testing.T, d *db.DB, query string, args []any) int {
	t.Helper()
	var text string
	err := d.Read().QueryRowContext(context.Background(), "EXPLAIN (ANALYZE, FORMAT JSON) "+query, args...).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		Relation string  `json:"Relation Name"`
		Rows     float64 `json:"Actual Rows"`
		Loops    float64 `json:"Actual Loops"`
		Filtered float64 `json:"Rows Removed by Filter"`
		Plans    []node
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plans); err != nil || len(plans) != 1 {
		t.Fatal(err, text)
	}
	sum := 0
	var add func(node)
	add = func(n node) {
		if n.Relation == "changes" {
			sum += int((n.Rows + n.Filtered) * n.Loops)
		}
		for _, inner := range n.Plans {
			add(inner)
		}
	}
	add(plans[0].Plan)
	if sum == 0 {
		t.Errorf("nothing of the log is read: %s", text)
	}
	return sum
}

// bySteps fails unless SQLite reads on in the index of a territory's changes, or looks once for each card.
func bySteps(t *testing.T, d *db.DB, query string, args []any) {
	t.Helper()
	rows, err := d.Read().QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(plan, "\n")
	onwards := strings.Contains(text, "changes_feed (territory=? AND kind=? AND seq>?)")
	once := strings.Contains(text, "CORRELATED SCALAR SUBQUERY") && strings.Contains(text, "changes_thing (kind=? AND id=?)")
	if onwards == once || strings.Contains(text, "TEMP B-TREE") {
		t.Errorf("the plan of\n%s\nis\n%s", query, text)
	}
}
