package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// writers is how many write at once, each so many times.
const (
	writers        = 4
	writesOfWriter = 25
)

// write does one of the things that change a directory: it adds, edits, hides, publishes, merges or deletes cards.
func write(ctx context.Context, a *App, rnd *rand.Rand, who, n int) error {
	service, store := listing.NewService(a.DB, today), listing.Store{}
	var all []listing.Listing
	err := a.Listings.Each(ctx, a.DB.Read(), "nc", func(l listing.Listing) error {
		all = append(all, l)
		return nil
	})
	if err != nil {
		return err
	}
	what := rnd.IntN(10)
	if len(all) < 4 || what < 4 {
		records := make([]listing.Record, 0, 3)
		for i := range 3 {
			name := fmt.Sprintf("Atelier %d %d %d", who, n, i)
			records = append(records, listing.Record{
				Company: company.Company{UsualName: name, Status: company.Active},
				Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{
					Name: name, Category: listing.Company, Zone: "98818", Competences: []string{"drones"}, Tags: []string{fmt.Sprint("mot ", i)},
				}},
			})
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := store.SaveBatch(ctx, tx, records, today())
			return err
		})
	}
	owner := company.Source{Kind: company.FromOwner}
	l, other := all[rnd.IntN(len(all))], all[rnd.IntN(len(all))]
	switch what {
	case 4, 5:
		l.Name, l.Tags = fmt.Sprintf("Rebaptisée %d %d", who, n), []string{"nouveau mot"}
		_, _, err = service.Edit(ctx, listing.Author{Source: owner}, l.ID, l.Version, l.Content, []string{"name", "tags"})
	case 6:
		_, err = service.Hide(ctx, listing.Author{}, l.ID, l.Version)
	case 7:
		_, err = service.Publish(ctx, listing.Author{}, l.ID, l.Version)
	case 8:
		if l.ID != other.ID {
			_, err = service.Merge(ctx, listing.Author{Source: owner}, l.ID, other.ID)
		}
	default:
		err = a.DB.Write(ctx, func(tx *db.Tx) error { return store.Delete(ctx, tx, []string{l.ID}, today()) })
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) {
		return nil // another was faster: as it should be
	}
	return err
}

// The index that follows while many write holds in the end exactly what the base holds.
func TestCatchUpMissesNothing(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		a := start(t, Options{Database: fresh()})
		if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		g := &registry{}
		after, err := a.Directory.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		following, stop := context.WithCancel(t.Context())
		defer stop()
		followed := make(chan error, 1)
		go func() {
			for range a.DB.Watch(following) {
				if after, err = a.catchUp(following, g, after, a.Directory.Load); err != nil && following.Err() == nil {
					followed <- err
					return
				}
			}
			followed <- nil
		}()
		failures := make([]error, writers)
		var running sync.WaitGroup
		for who := range writers {
			running.Go(func() {
				rnd := rand.New(rand.NewPCG(1853, uint64(who)))
				for n := range writesOfWriter {
					failures[who] = errors.Join(failures[who], write(t.Context(), a, rnd, who, n))
				}
			})
		}
		running.Wait()
		stop()
		if err := errors.Join(append(failures, <-followed)...); err != nil {
			t.Fatal(err)
		}
		if after, err = a.catchUp(t.Context(), g, after, a.Directory.Load); err != nil {
			t.Fatal(err)
		}
		if last, err := db.LastChange(t.Context(), a.DB.Read()); err != nil || last != after {
			t.Errorf("it followed up to %d of %d, %v", after, last, err)
		}
		mustMirror(t, a)
	})
}

// mustMirror fails unless the index holds what the base holds, and answers like one that has just been read.
func mustMirror(t *testing.T, a *App) {
	t.Helper()
	var published []string
	err := a.Listings.Each(t.Context(), a.DB.Read(), "nc", func(l listing.Listing) error {
		if l.State == listing.Published {
			published = append(published, l.ID+" "+l.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(published)
	hits, facets := answers(t, a.Directory)
	if !slices.Equal(hits, published) {
		t.Errorf("%d cards are published, the index finds %d", len(published), len(hits))
	}
	synonyms, err := vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	anew := directory.New(directory.Rooms{
		DB: a.DB, Territories: a.Territories, Taxonomies: a.Taxonomies, Synonyms: synonyms, Now: today, Log: slog.New(slog.DiscardHandler),
	})
	if _, err := anew.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if freshHits, freshFacets := answers(t, anew); !slices.Equal(hits, freshHits) || facets != freshFacets {
		t.Errorf("the index that followed counts %s, one that was just read %s", facets, freshFacets)
	}
	if len(published) < 20 {
		t.Errorf("only %d cards are left: the test proves little", len(published))
	}
}

// answers are all cards that an index finds, and how it counts them; words, states and facets must agree.
func answers(t *testing.T, s *directory.Service) (hits []string, facets string) {
	t.Helper()
	seen := map[string]bool{}
	for _, text := range []string{"", "atelier", "rebaptisée"} {
		found, err := s.Search(t.Context(), "nc", directory.Query{Text: text, Page: 1}, directory.Options{Limit: directory.MaxLimit})
		if err != nil {
			t.Fatal(err)
		}
		if found.Total != len(found.Hits) {
			t.Errorf("%q: %d hits, %d of which the base has", text, found.Total, len(found.Hits))
		}
		for _, hit := range found.Hits {
			if id := hit.ID + " " + hit.Name; !seen[id] {
				seen[id] = true
				hits = append(hits, id)
			}
		}
		facets += fmt.Sprint(found.Total, found.Facets)
	}
	slices.Sort(hits)
	return hits, facets
}
