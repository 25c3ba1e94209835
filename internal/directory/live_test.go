package directory_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestTheIndexFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, samples()...)
		mustFind := func(when, text string, want ...string) {
			t.Helper()
			h.follow(t)
			got := h.ask(t, text)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s, %q finds %v, want %v", when, text, got, want)
			}
		}
		owner := company.Source{Kind: company.FromOwner}
		mustFind("at first", "brouillon")
		mustFind("at first", `"lagon web"`, "lagon-web")

		l := h.bySlug(t, "lagon-web")
		l.Headline, l.Tags = "Des maquettes de pirogues", []string{"pirogue"}
		edited, changed, err := h.cards.Edit(t.Context(), listing.Author{Source: owner}, l.ID, l.Version, l.Content, []string{"headline", "tags"})
		if err != nil || len(changed) != 2 {
			t.Fatal(changed, err)
		}
		if got := h.ask(t, "pirogue"); len(got) != 0 {
			t.Errorf("before it follows the log the index finds %v", got)
		}
		mustFind("edited", "pirogue", "lagon-web")
		mustFind("edited", `"trois semaines"`)

		draft := h.bySlug(t, "brouillon-secret")
		if _, err := h.cards.Publish(t.Context(), listing.Author{}, draft.ID, draft.Version); err != nil {
			t.Fatal(err)
		}
		mustFind("published", "brouillon", "brouillon-secret")
		hidden, err := h.cards.Hide(t.Context(), listing.Author{}, edited.ID, edited.Version)
		if err != nil {
			t.Fatal(err)
		}
		mustFind("hidden", "pirogue")
		if _, err := h.cards.Publish(t.Context(), listing.Author{}, hidden.ID, hidden.Version); err != nil {
			t.Fatal(err)
		}
		mustFind("published again", "pirogue", "lagon-web")

		into, from := h.bySlug(t, "rempart-securite"), h.bySlug(t, "drehu-photo")
		if _, err := h.cards.Merge(t.Context(), listing.Author{Source: owner}, into.ID, from.ID); err != nil {
			t.Fatal(err)
		}
		mustFind("merged", "drehu")
		if _, err := h.cards.Split(t.Context(), listing.Author{}, from.ID); err != nil {
			t.Fatal(err)
		}
		mustFind("split", "drehu", "drehu-photo")

		h.save(t, many(30)...)
		h.follow(t)
		if got := h.ask(t, `"un atelier, le numéro"`); len(got) != 30 {
			t.Errorf("%d of 30 imported cards are found", len(got))
		}
		ids := []string{h.bySlug(t, "atelier-03").ID, h.bySlug(t, "atelier-04").ID, into.ID}
		err = d.Write(t.Context(), func(tx *db.Tx) error { return h.store.Delete(t.Context(), tx, ids, now()) })
		if err != nil {
			t.Fatal(err)
		}
		mustFind("deleted", `"atelier 03"`)
		mustFind("deleted", "rempart")
		mustFind("deleted, the rest", `"atelier 05"`, "atelier-05")
		sameAsLoaded(t, h)
	})
}

// sameAsLoaded fails unless the index that followed answers like one that was just read.
func sameAsLoaded(t *testing.T, h *house) {
	t.Helper()
	ask := func(values url.Values) string {
		q, err := directory.ParseQuery(values)
		if err != nil {
			t.Fatal(err)
		}
		found, err := h.directory.Search(t.Context(), "nc", q, directory.Options{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var hits []string
		for _, hit := range found.Hits {
			hits = append(hits, fmt.Sprint(hit.Slug, hit.Hit.Score))
		}
		return fmt.Sprint(found.Total, hits, found.Facets, found.Unknown)
	}
	questions := []url.Values{
		{}, {"q": {"atelier"}}, {"q": {"site"}}, {"tag": {"wordpress"}}, {"tag": {"photographe"}}, {"tag": {"pirogue"}}, {"zone": {"lifou"}, "q": {"photo"}}, {"tri": {"nom"}},
	}
	var followed []string
	for _, v := range questions {
		followed = append(followed, ask(v))
	}
	if _, err := h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, v := range questions {
		if loaded := ask(v); loaded != followed[i] {
			t.Errorf("%v: the index that followed says\n%.1500s\none that was just read says\n%.1500s", v, followed[i], loaded)
		}
	}
}

func TestChangesOfOthersAreLeftAlone(t *testing.T) {
	h := sample(t)
	l := h.bySlug(t, "lagon-web")
	for _, changes := range [][]db.Change{
		nil,
		{{Territory: "elsewhere", Kind: listing.ChangeKind, ID: l.ID}},
		{{Territory: "nc", Kind: "something", ID: l.ID, Deleted: true}},
		{{Territory: "nc", Kind: listing.ChangeKind, ID: "00000000-0000-7000-8000-000000000000"}},
		{{Territory: "nc", Kind: listing.ChangeKind, ID: l.ID}, {Territory: "nc", Kind: listing.ChangeKind, ID: l.ID}},
	} {
		if err := h.directory.Apply(t.Context(), changes); err != nil {
			t.Fatal(err)
		}
		if got := h.ask(t, ""); len(got) != 6 {
			t.Errorf("after %v %d cards are left, want 6", changes, len(got))
		}
	}
}

func TestNotReadyBeforeLoad(t *testing.T) {
	h := sample(t)
	if _, err := h.directory.Search(t.Context(), "pf", directory.Query{}, directory.Options{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a territory that was never read: %v", err)
	}
	if _, err := h.directory.Suggest("pf", "a", 5); !errs.Is(err, errs.Unavailable) {
		t.Errorf("its suggestions: %v", err)
	}
	for _, limit := range []int{-1, directory.MaxLimit + 1} {
		_, err := h.directory.Search(t.Context(), "nc", directory.Query{Page: 1}, directory.Options{Limit: limit})
		if e := errs.As(err); e == nil || e.Kind != errs.Usage || e.Key != "directory.bad_limit" {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// A card that was hidden in the base is shown to nobody, even before the index hears of it.
func TestAHiddenCardIsGoneAtOnce(t *testing.T) {
	h := sample(t)
	l := h.bySlug(t, "lagon-web")
	if _, err := h.cards.Hide(t.Context(), listing.Author{}, l.ID, l.Version); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/annuaire", "/annuaire?q=lagon"} {
		if got := h.get(t, path); got.status != 200 || strings.Contains(got.body, "/annuaire/lagon-web") {
			t.Errorf("%s still shows it: %d", path, got.status)
		}
	}
	if got := h.ask(t, "lagon"); slices.Contains(got, "lagon-web") {
		t.Errorf("the search gives %v", got)
	}
}

// While cards are written, the map never shows one without saying who it is: its note is there before the index has it, and
// one that has left is not shown.
func TestLonePinsSayWhoTheyAre(t *testing.T) {
	h := open(t, dbtest.SQLite(t), spread(40)...)
	var changes []db.Change
	for id := range h.published(t) {
		changes = append(changes, db.Change{Territory: "nc", Kind: listing.ChangeKind, ID: id})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 200 {
			if err := h.directory.Apply(t.Context(), changes); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	defer func() { <-done }()
	for {
		answer, err := h.directory.Clusters(t.Context(), "nc", directory.Query{Page: 1}, 22)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range answer.Clusters {
			if c.Count == 1 && (c.Slug == "" || c.Name == "") {
				t.Fatalf("%+v says not who it is", c)
			}
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
