package directory_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// replay follows the feed from a position to its end, a few cards at a time, into a copy of the directory.
func (h *house) replay(t testing.TB, into map[string]listing.Public, after int64, limit int) int64 {
	t.Helper()
	for {
		feed, err := h.directory.Changes(t.Context(), "nc", after, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(feed.Changes) > limit || feed.Next < after {
			t.Fatalf("after %d: %d changes of at most %d, next %d, more %v", after, len(feed.Changes), limit, feed.Next, feed.More)
		}
		for _, c := range feed.Changes {
			if c.At.IsZero() {
				t.Errorf("%s changed at no time", c.ID)
			}
			if c.Record == nil {
				delete(into, c.ID)
			} else {
				into[c.ID] = listing.PublicOf(*c.Record, "")
			}
		}
		if after = feed.Next; !feed.More {
			return after
		}
	}
}

// published is what the base holds for everybody to see.
func (h *house) published(t testing.TB) map[string]listing.Public {
	t.Helper()
	all := map[string]listing.Public{}
	err := h.store.EachRecord(t.Context(), h.db.Read(), "nc", func(r listing.Record) error {
		if r.Listing.State == listing.Published {
			all[r.Listing.ID] = listing.PublicOf(r, "")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func mustBeSame(t testing.TB, where string, got, want map[string]listing.Public) {
	t.Helper()
	for id := range maps.Keys(want) {
		if !reflect.DeepEqual(got[id], want[id]) {
			t.Errorf("%s: the copy has\n%+v\nthe directory\n%+v", where, got[id], want[id])
		}
	}
	for id := range maps.Keys(got) {
		if _, ok := want[id]; !ok {
			t.Errorf("%s: the copy still has %s", where, got[id].Name)
		}
	}
}

// write is one way to change what the public sees of the cards "a", "b" and "c"; b and c show one company.
type write struct {
	name string
	do   func(h *house, tx *db.Tx, card map[string]*listing.Record) error
}

func writes(t *testing.T) []write {
	ctx := t.Context()
	save := func(h *house, tx *db.Tx, r *listing.Record) error {
		_, err := h.store.SaveBatch(ctx, tx, []listing.Record{*r}, now())
		return err
	}
	inCompany := func(change func(*company.Company)) func(*house, *db.Tx, map[string]*listing.Record) error {
		return func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			change(&card["b"].Company)
			return save(h, tx, card["b"])
		}
	}
	state := func(name string, to listing.State) func(*house, *db.Tx, map[string]*listing.Record) error {
		return func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			card[name].Listing.State = to
			_, err := h.store.SaveListings(ctx, tx, []listing.Record{*card[name]}, now())
			return err
		}
	}
	return []write{
		{"edit", func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			card["a"].Listing.Headline = "Autre chose"
			_, err := h.store.SaveListings(ctx, tx, []listing.Record{*card["a"]}, now())
			return err
		}},
		{"legal name", inCompany(func(c *company.Company) { c.LegalName = "B ET FILS" })},
		{"number", inCompany(func(c *company.Company) {
			c.Identifiers = []company.Identifier{company.ParseIdentifier(company.SchemeRIDET, "0 132 720.001")}
		})},
		{"founded", inCompany(func(c *company.Company) { c.FoundedYear = 1999 })},
		{"size", inCompany(func(c *company.Company) { c.SizeClass = "11" })},
		{"source", inCompany(func(c *company.Company) {
			c.Provenance = company.Provenance{"legal_name": {Kind: company.FromImport, Name: "sirene"}}
		})},
		{"create", func(h *house, tx *db.Tx, _ map[string]*listing.Record) error {
			created := card("D")
			return save(h, tx, &created)
		}},
		{"hide", state("a", listing.Hidden)},
		{"publish", state("a", listing.Published)},
		{"lapse", state("a", listing.Lapsed)},
		{"revive", state("a", listing.Published)},
		{"merge", func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			card["a"].Listing.Phones = nil
			_, err := h.store.JoinCards(ctx, tx, card["a"].Listing.ID, card["c"].Listing.ID, company.Source{Kind: company.FromStaff}, now())
			return err
		}},
		{"split", func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			_, err := h.store.PartCard(ctx, tx, card["c"].Listing.ID, now())
			return err
		}},
		{"delete", func(h *house, tx *db.Tx, card map[string]*listing.Record) error {
			return h.store.Delete(ctx, tx, []string{card["b"].Listing.ID}, now())
		}},
	}
}

// Whoever follows the feed holds after each write what whoever starts anew holds, and both hold what is published.
func TestChangesTellEveryPublicFact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, card("A"), card("B"))
		ids := map[string]string{"a": h.bySlug(t, "a").ID, "b": h.bySlug(t, "b").ID}
		shared, err := h.store.Records(t.Context(), d.Read(), []string{ids["b"]})
		if err != nil {
			t.Fatal(err)
		}
		third := card("C")
		third.Company, third.Listing.Phones = shared[0].Company, []string{"+687271234"}
		ids["c"] = h.save(t, third)[0].Listing.ID

		follower := map[string]listing.Public{}
		at := h.replay(t, follower, 0, 2)
		for _, w := range writes(t) {
			before := h.published(t)
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				cards := map[string]*listing.Record{}
				for name, id := range ids {
					records, err := h.store.Records(t.Context(), tx, []string{id})
					if err != nil {
						return err
					}
					cards[name] = &records[0]
				}
				return w.do(h, tx, cards)
			})
			if err != nil {
				t.Fatalf("%s: %v", w.name, err)
			}
			want := h.published(t)
			if reflect.DeepEqual(before, want) {
				t.Errorf("%s changes nothing that anybody sees", w.name)
			}
			at = h.replay(t, follower, at, 2)
			mustBeSame(t, w.name+", followed", follower, want)
			anew := map[string]listing.Public{}
			h.replay(t, anew, 0, 3)
			mustBeSame(t, w.name+", from zero", anew, want)
		}
	})
}

// A card stands in the feed once, at its latest change; a draft tells nothing but its identifier.
func TestChangesTellEachCardOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, samples()...)
		for range 3 {
			l := h.bySlug(t, "lagon-web")
			if _, err := h.cards.Confirm(t.Context(), listing.Author{}, l.ID, l.Version); err != nil {
				t.Fatal(err)
			}
		}
		feed, err := h.directory.Changes(t.Context(), "nc", 0, 100)
		if err != nil || feed.More {
			t.Fatal(feed, err)
		}
		var live, gone []string
		for _, c := range feed.Changes {
			if c.Record == nil {
				gone = append(gone, c.ID)
			} else {
				live = append(live, c.Record.Listing.Slug)
			}
		}
		if len(live) != 6 || live[5] != "lagon-web" || len(slices.Compact(slices.Sorted(slices.Values(live)))) != 6 {
			t.Errorf("the feed shows %v", live)
		}
		if draft := h.bySlug(t, "brouillon-secret").ID; !slices.Equal(gone, []string{draft}) {
			t.Errorf("gone are %v, the draft is %s", gone, draft)
		}
		if last, err := db.LastChange(t.Context(), d.Read()); err != nil || feed.Next != last {
			t.Errorf("next is %d, the log ends at %d: %v", feed.Next, last, err)
		}
		if other, err := h.directory.Changes(t.Context(), "wf", 0, 100); err != nil || len(other.Changes) != 0 || other.Next != feed.Next {
			t.Errorf("another territory: %+v, %v", other, err)
		}
	})
}

func TestChangesRefuse(t *testing.T) {
	h := sample(t)
	end := h.replay(t, map[string]listing.Public{}, 0, 100)
	for _, after := range []int64{-1, end + 1, 1 << 62} {
		if _, err := h.directory.Changes(t.Context(), "nc", after, 10); !errors.Is(err, directory.ErrAhead) {
			t.Errorf("after %d: %v", after, err)
		}
	}
	for _, limit := range []int{-1, 0, directory.MaxChanges + 1} {
		if _, err := h.directory.Changes(t.Context(), "nc", 0, limit); !errs.Is(err, errs.Usage) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// A call costs few statements, however long the log is; what it did not get to read it leaves for the next.
func TestStatementsPerChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, many(60)...)
		ctx, counter := db.CountStatements(t.Context())
		if _, err := h.directory.Changes(ctx, "nc", 0, 50); err != nil || counter.N() != 4 {
			t.Errorf("%d statements, want 4: %v", counter.N(), err)
		}
		ids := make([]string, 0, 60)
		for id := range h.published(t) {
			ids = append(ids, id)
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range 12_000 { // as a long life leaves behind
				if err := tx.Record(db.Change{Territory: "nc", Kind: listing.ChangeKind, ID: ids[i%len(ids)]}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, counter = db.CountStatements(t.Context())
		feed, err := h.directory.Changes(ctx, "nc", 0, 50)
		if err != nil || len(feed.Changes) != 0 || !feed.More || counter.N() > 12 {
			t.Errorf("%d changes, more %v, %d statements: %v", len(feed.Changes), feed.More, counter.N(), err)
		}
		anew := map[string]listing.Public{}
		h.replay(t, anew, 0, 50)
		mustBeSame(t, "a long log", anew, h.published(t))
	})
}
