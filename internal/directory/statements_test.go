package directory_test

import (
	"fmt"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// A page asks the base the same few questions, whether the directory holds ten cards or many pages of them.
func TestStatementsPerPage(t *testing.T) {
	small, large := open(t, dbtest.SQLite(t), many(10)...), open(t, dbtest.SQLite(t), many(120)...)
	for path, most := range map[string]int64{
		"/": 1, "/annuaire": 1, "/annuaire?q=atelier": 1, "/annuaire?q=atelier&zone=noumea&tri=nom": 1, "/annuaire?q=zzzz": 0,
		"/annuaire/atelier-03": 5, "/competences": 0, "/communes": 0, "/annuaire/suggestions?q=at": 0, "/annuaire/lieux?q=no": 0,
	} {
		var counts [2]int64
		for i, h := range []*house{small, large} {
			for _, more := range []int64{1, 0} { // cards that are not held yet take one more
				ctx, counter := db.CountStatements(t.Context())
				if got := h.in(ctx, t, "fr", path); got.status != 200 {
					t.Fatalf("%s answers %d", path, got.status)
				}
				if counts[i] = counter.N(); counts[i] > most+more {
					t.Errorf("%s: %d statements, want at most %d", path, counts[i], most+more)
				}
			}
		}
		if counts[0] != counts[1] || counts[1] > most {
			t.Errorf("%s: %d statements over 10 cards, %d over 120, want at most %d", path, counts[0], counts[1], most)
		}
	}
}

// Applying changes takes as many statements for one card as for fifty.
func TestStatementsPerApply(t *testing.T) {
	h := open(t, dbtest.SQLite(t), many(60)...)
	var counts []int64
	for _, n := range []int{1, 50} {
		var changes []db.Change
		for i := range n {
			changes = append(changes, db.Change{Territory: "nc", Kind: "listing", ID: h.bySlug(t, fmt.Sprintf("atelier-%02d", i)).ID})
		}
		ctx, counter := db.CountStatements(t.Context())
		if err := h.directory.Apply(ctx, changes); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, counter.N())
	}
	if counts[0] != 1 || counts[1] != 1 {
		t.Errorf("%d statements for one card, %d for fifty, want one", counts[0], counts[1])
	}
}
