package importer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// doubted is a bench with two offices of one number, which wait for a person, and who that is.
func doubted(t *testing.T, d *db.DB) (*testBench, importer.Duplicate, listing.Author) {
	t.Helper()
	b := newBench(t, d)
	var s sheet
	for _, town := range []string{"Nouméa", "Bourail"} {
		s = append(s, map[string]string{"id": town, "nom": "Blue Office de " + town, "ville": town, "siret": "73282932000074", "site": "blue-office.example.org"})
	}
	b.load("a", s)
	waiting, err := b.service.Waiting(t.Context(), "nc", 10)
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	return b, waiting[0], listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: "lise"}
}

func noNote(*db.Tx) error { return nil }

// settling is a decision of somebody who sees the cards as they stand.
func settling(t *testing.T, b *testBench, x, y, into string) importer.Settling {
	t.Helper()
	seen := map[string]int64{}
	for _, r := range b.records() {
		seen[r.Listing.ID] = r.Listing.Version
	}
	return importer.Settling{A: x, B: y, Into: into, Seen: seen}
}

// What was written of either card since it was compared is not hidden unseen.
func TestSettlePairThatWasWrittenSince(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, pair, lise := doubted(t, d)
		ctx := t.Context()
		for _, one := range []string{pair.A.ID, pair.B.ID} {
			shown := settling(t, b, pair.A.ID, pair.B.ID, pair.A.ID)
			err := d.Write(ctx, func(tx *db.Tx) error {
				found, err := listing.Reader{}.Records(ctx, tx, []string{one})
				if err != nil {
					return err
				}
				found[0].Listing.Phones = []string{"+687251010"}
				_, err = listing.Store{}.Save(ctx, tx, found[0], time.UnixMilli(b.clock.Load()))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			kindOf(t, b.service.SettlePair(ctx, lise, "nc", shown, noNote), errs.Conflict, "importer.run.pair_changed")
			if p, err := b.service.Pair(ctx, "nc", pair.A.ID, pair.B.ID); err != nil || !p.Open {
				t.Errorf("%+v, %v", p, err)
			}
		}
		blind := importer.Settling{A: pair.A.ID, B: pair.B.ID, Into: pair.A.ID}
		kindOf(t, b.service.SettlePair(ctx, lise, "nc", blind, noNote), errs.Conflict, "importer.run.pair_changed")
		blind.Into = "" // of two that are two nothing is lost
		if err := b.service.SettlePair(ctx, lise, "nc", blind, noNote); err != nil {
			t.Error(err)
		}
	})
}

// A pair is settled once, in one way or the other, and that is taken back.
func TestSettlePair(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, pair, lise := doubted(t, d)
		ctx := t.Context()
		if n, oldest, err := b.service.CountWaiting(ctx, "nc"); err != nil || n != 1 || !oldest.Equal(pair.FoundAt) {
			t.Fatal(n, oldest, err)
		}
		for _, into := range []string{"", pair.A.ID, pair.B.ID} {
			if err := b.service.SettlePair(ctx, lise, "nc", settling(t, b, pair.A.ID, pair.B.ID, into), noNote); err != nil {
				t.Fatal(err)
			}
			p, err := b.service.Pair(ctx, "nc", pair.B.ID, pair.A.ID)
			if err != nil || p.Open || into != "" && p.A.Listing.State != listing.Merged && p.B.Listing.State != listing.Merged {
				t.Fatalf("%q: %+v, %v", into, p, err)
			}
			if n, _, err := b.service.CountWaiting(ctx, "nc"); err != nil || n != 0 {
				t.Error(n, err)
			}
			kindOf(t, b.service.SettlePair(ctx, lise, "nc", settling(t, b, pair.A.ID, pair.B.ID, ""), noNote), errs.Conflict, "importer.run.pair_settled")
			if into != "" {
				revisions, err := listing.Reader{}.Revisions(ctx, d.Read(), into, "", 1)
				if err != nil || len(revisions) != 1 || revisions[0].Person != "lise" {
					t.Errorf("the history does not say who: %+v, %v", revisions, err)
				}
			}
			if err := b.service.ReopenPair(ctx, lise, "nc", pair.A.ID, pair.B.ID, noNote); err != nil {
				t.Fatal(err)
			}
			if into != "" {
				revisions, err := listing.Reader{}.Revisions(ctx, d.Read(), into, "", 1)
				if err != nil || len(revisions) != 1 || revisions[0].Act != listing.Parted || revisions[0].Source.Kind != company.FromStaff {
					t.Errorf("the history does not say that the team parted them: %+v, %v", revisions, err)
				}
			}
			if p, err := b.service.Pair(ctx, "nc", pair.A.ID, pair.B.ID); err != nil || !p.Open {
				t.Fatalf("%+v, %v", p, err)
			}
		}
		kindOf(t, b.service.ReopenPair(ctx, lise, "nc", pair.A.ID, pair.B.ID, noNote), errs.Conflict, "importer.run.pair_waits")
		kindOf(t, b.service.SettlePair(ctx, lise, "nc", settling(t, b, pair.A.ID, "x", ""), noNote), errs.NotFound, "importer.run.no_pair")
		kindOf(t, b.service.SettlePair(ctx, lise, "nc", settling(t, b, pair.A.ID, pair.B.ID, "x"), noNote), errs.NotFound, "importer.run.no_pair")
		kindOf(t, b.service.SettlePair(ctx, lise, "wf", settling(t, b, pair.A.ID, pair.B.ID, ""), noNote), errs.NotFound, "importer.run.no_pair")
	})
}

// Of many who settle one pair at once, one does.
func TestSettlePairAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, pair, lise := doubted(t, d)
		results := make([]error, 6)
		var wait sync.WaitGroup
		for i := range results {
			one := settling(t, b, pair.A.ID, pair.B.ID, []string{"", pair.A.ID, pair.B.ID}[i%3])
			wait.Go(func() {
				results[i] = b.service.SettlePair(context.WithoutCancel(t.Context()), lise, "nc", one, noNote)
			})
		}
		wait.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d settled it", done)
		}
	})
}
