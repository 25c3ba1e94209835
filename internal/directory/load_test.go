package directory_test

import (
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Edits while the cards are being read are neither lost nor doubled, whether the reading saw them or not.
func TestEditsWhileLoading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := early(t, d, many(300)...)
		stop := make(chan struct{})
		var writing sync.WaitGroup
		for who := range 3 {
			writing.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					if err := h.scribble(t, who, n); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var err error
		for range 8 {
			if h.followed, err = h.directory.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		close(stop)
		writing.Wait()
		h.follow(t)
		published := h.published(t)
		found := map[string]bool{}
		for page := 1; page == 1 || len(found) > 0 && len(found)%500 == 0; page++ {
			got, err := h.directory.Search(t.Context(), "nc", directory.Query{Page: page}, directory.Options{Limit: 500})
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != len(published) {
				t.Errorf("the index counts %d cards, the base %d", got.Total, len(published))
			}
			if len(got.Hits) == 0 {
				break
			}
			for _, hit := range got.Hits {
				if found[hit.ID] {
					t.Errorf("%s is found twice", hit.Name)
				}
				found[hit.ID] = true
			}
		}
		if len(found) != len(published) {
			t.Errorf("%d cards are found of %d", len(found), len(published))
		}
		sameAsLoaded(t, h)
	})
}

// scribble adds, edits, hides or deletes a card.
func (h *house) scribble(t *testing.T, who, n int) error {
	ctx, owner := t.Context(), company.Source{Kind: company.FromOwner}
	target := fmt.Sprintf("atelier-%02d", (who*97+n*31)%300)
	l, err := h.store.BySlug(ctx, h.db.Read(), "nc", target)
	if err == nil {
		switch n % 4 {
		case 0:
			l.Name = fmt.Sprintf("Site refait %d %d", who, n)
			_, _, err = h.cards.Edit(ctx, listing.Author{Source: owner}, l.ID, l.Version, l.Content, []string{"name"})
		case 1:
			_, err = h.cards.Hide(ctx, listing.Author{}, l.ID, l.Version)
		case 2:
			err = h.db.Write(ctx, func(tx *db.Tx) error { return h.store.Delete(ctx, tx, []string{l.ID}, now()) })
		default:
			err = h.db.Write(ctx, func(tx *db.Tx) error {
				_, err := h.store.Save(ctx, tx, card(fmt.Sprintf("Site neuf %d %d", who, n)), now())
				return err
			})
		}
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// A card that cannot be read is left out, said once, and keeps no other from being found; mended, it is there.
func TestAFaultyCardIsLeftOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := early(t, d, samples()...)
		spoilt := func(slug, column, value string) string {
			l := h.bySlugRaw(t, slug)
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				if _, err := tx.ExecContext(t.Context(), "UPDATE listings SET "+column+" = $1 WHERE id = $2", value, l); err != nil {
					return err
				}
				return tx.Record(db.Change{Territory: "nc", Kind: listing.ChangeKind, ID: l})
			})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		id := spoilt("drehu-photo", "tags", "no JSON")
		if _, err := h.directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if lines := h.log.lines; len(lines) != 1 || !strings.Contains(lines[0], id) || !strings.Contains(lines[0], "territory=nc") {
			t.Errorf("the log says %q", lines)
		}
		if got := h.ask(t, ""); len(got) != 5 || slices.Contains(got, "drehu-photo") {
			t.Errorf("found are %v", got)
		}
		spoilt("lagon-web", "sectors", "{") // one that was there
		h.follow(t)
		if got := h.ask(t, ""); len(got) != 4 || slices.Contains(got, "lagon-web") || len(h.log.lines) != 2 {
			t.Errorf("found are %v; the log says %q", got, h.log.lines)
		}
		// What the index does not read may be spoilt as well: the pages pass over the card.
		spoilt("rempart-securite", "phones", "[")
		h.follow(t)
		if got := h.get(t, "/annuaire"); got.status != 200 || len(slugsOn(got.body)) != 3 {
			t.Errorf("a page with a card that cannot be read: %d, %v", got.status, slugsOn(got.body))
		}
		spoilt("drehu-photo", "tags", `["photographe"]`)
		h.follow(t)
		if got := h.ask(t, "photographe"); !slices.Contains(got, "drehu-photo") {
			t.Errorf("mended, it is not found: %v", got)
		}
	})
}

// bySlugRaw is the id behind an address.
func (h *house) bySlugRaw(t *testing.T, slug string) string {
	t.Helper()
	var id string
	if err := h.db.Read().QueryRowContext(t.Context(), "SELECT id FROM listings WHERE slug = $1", slug).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// A change of a territory that concerns no card reads none; one that does is read beside, while the former index follows on.
func TestATerritoryThatChanges(t *testing.T) {
	h := open(t, dbtest.SQLite(t), samples()...)
	follow := func() []string {
		t.Helper()
		changes, err := h.db.Changes(t.Context(), h.followed, 1000)
		if err != nil {
			t.Fatal(err)
		}
		h.followed = changes[len(changes)-1].Seq
		ctx, counter := db.CountStatements(t.Context())
		unread, err := h.directory.Follow(ctx, changes)
		if err != nil || counter.N() > 2 {
			t.Errorf("%d statements, %v", counter.N(), err)
		}
		return unread
	}
	before := h.directory.Updated("nc")
	if err := h.territories.SetContact(t.Context(), "nc", "equipe@example.org"); err != nil {
		t.Fatal(err)
	}
	if unread := follow(); len(unread) > 0 {
		t.Errorf("another address to write to reads %v", unread)
	}
	if !h.directory.Updated("nc").After(before) {
		t.Error("it is no change of the directory")
	}
	mustHold(t, "the page of a search without an answer", h.get(t, "/annuaire?q=zzzz").body, "equipe@example.org")

	source, err := h.territories.Source(t.Context(), "nc")
	if err != nil {
		t.Fatal(err)
	}
	renamed := strings.Replace(string(source), "name: Nouméa", "name: Ville Haute", 1)
	if renamed == string(source) {
		t.Fatal("the preset has no Nouméa")
	}
	if _, err := h.territories.AddYAML(t.Context(), []byte(renamed)); err != nil {
		t.Fatal(err)
	}
	if unread := follow(); !slices.Equal(unread, []string{"nc"}) {
		t.Fatalf("another name of a place reads %v", unread)
	}
	h.save(t, card("Entre-temps"))
	if unread := follow(); len(unread) > 0 || !slices.Equal(h.ask(t, "entre-temps"), []string{"entre-temps"}) {
		t.Errorf("the former index does not follow: %v", unread)
	}
	if _, err := h.directory.Load(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	if got := h.ask(t, `"ville haute"`); len(got) != 3 {
		t.Errorf("by the new name of the place %v are found", got)
	}
	err = h.directory.Apply(t.Context(), []db.Change{{Kind: territory.ChangeKind, ID: "nowhere"}})
	if err != nil {
		t.Errorf("a territory that is not there: %v", err)
	}
}

// Reading cards into the index takes a fixed number of statements for each 5,000, and few allocations for each card beside
// those of the index.
func TestWorkOfLoading(t *testing.T) {
	h := early(t, dbtest.SQLite(t), many(1000)...)
	ctx, counter := db.CountStatements(t.Context())
	if _, err := h.directory.Load(ctx); err != nil {
		t.Fatal(err)
	}
	if counter.N() > 14 {
		t.Errorf("%d statements for 1,000 cards", counter.N())
	}
	var store listing.Store
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found, _, err := store.Outlines(t.Context(), h.db.Read(), "nc", listing.Range{Most: 1000})
	runtime.ReadMemStats(&after)
	if each := float64(after.Mallocs-before.Mallocs) / 1000; err != nil || len(found) != 1000 || each > 10 {
		t.Errorf("%.1f allocations for each of %d cards, %v", each, len(found), err)
	}
}

// A territory without a card has an index, and an early page of it no card.
func TestNoCardAtAll(t *testing.T) {
	h := early(t, dbtest.SQLite(t))
	if got := h.get(t, "/annuaire"); got.status != 200 || len(slugsOn(got.body)) > 0 {
		t.Errorf("early: %d", got.status)
	}
	if _, err := h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	q, err := directory.ParseQuery(url.Values{"q": {"site"}})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := h.directory.Search(t.Context(), "nc", q, directory.Options{}); err != nil || found.Total != 0 {
		t.Errorf("%d cards, %v", found.Total, err)
	}
}
