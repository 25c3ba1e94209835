package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// How much is written while somebody follows the feed.
const (
	randomEdits = 10_000
	racedEdits  = 1000 // under the race detector, which is many times slower
	randomSeed  = 20_260_203
	editors     = 4
)

// editor changes cards at random, many in one transaction.
type editor struct {
	app   *App
	rnd   *rand.Rand
	n     int           // edits tried
	done  *atomic.Int64 // edits committed, by all editors
	kinds *sync.Map     // what was done at all
}

// work writes until enough was written by all.
func (e *editor) work(ctx context.Context) error {
	most := int64(randomEdits)
	if raced {
		most = racedEdits
	}
	for e.done.Load() < most && ctx.Err() == nil {
		edits, kinds := 0, []string(nil)
		err := e.app.DB.Write(ctx, func(tx *db.Tx) (err error) {
			edits, kinds, err = e.transaction(ctx, tx)
			return err
		})
		switch {
		case err == nil:
			e.done.Add(int64(edits))
			for _, k := range kinds {
				e.kinds.Store(k, true)
			}
		case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound), errs.Is(err, errs.Unavailable):
			// another was faster: nothing of this transaction took place
		default:
			return err
		}
	}
	return ctx.Err()
}

// transaction writes to some cards of one shelf picked at random, adds some, and joins, parts or deletes others. One
// transaction at a time is at a shelf, but the companies of its cards are shown on others as well.
func (e *editor) transaction(ctx context.Context, tx *db.Tx) (edits int, kinds []string, err error) {
	store := listing.Store{}
	shelf := fmt.Sprintf("%x", e.rnd.IntN(16))
	ids, err := e.pick(ctx, tx.Serialize("shelf", shelf), shelf, 30)
	if err != nil {
		return 0, nil, err
	}
	records, err := store.Records(ctx, tx, ids)
	if err != nil {
		return 0, nil, err
	}
	written := records[:max(0, len(records)-3)]
	for i := range written {
		kinds = append(kinds, e.change(&written[i]))
	}
	for range 4 {
		kinds, written = append(kinds, "create"), append(slices.Clip(written), e.create(written))
	}
	if _, err = store.SaveBatch(ctx, tx, written, today()); err != nil {
		return 0, nil, err
	}
	edits = len(written)
	if len(records) < 3 {
		return edits, kinds, nil
	}
	a, b, c := records[len(records)-3].Listing, records[len(records)-2].Listing, records[len(records)-1].Listing
	for _, step := range []struct {
		kind string
		do   bool
		run  func() error
	}{
		{"merge", a.State != listing.Merged && b.State != listing.Merged, func() error {
			_, err := store.JoinCards(ctx, tx, a.ID, b.ID, company.Source{Kind: company.FromStaff}, today())
			return err
		}},
		{"split", b.State == listing.Merged, func() error {
			_, err := store.PartCard(ctx, tx, b.ID, today())
			return err
		}},
		{"delete", e.rnd.IntN(2) == 0, func() error { return store.Delete(ctx, tx, []string{c.ID}, today()) }},
	} {
		if !step.do {
			continue
		}
		if err := step.run(); err != nil {
			return 0, nil, err
		}
		edits, kinds = edits+1, append(kinds, step.kind)
	}
	return edits, kinds, nil
}

// pick gives n cards at random, in any state, of those on a shelf: the last digit of their identifiers.
func (e *editor) pick(ctx context.Context, tx *db.Tx, shelf string, n int) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM listings WHERE territory = 'nc' AND id LIKE '%'||$1 ORDER BY id", shelf)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	e.rnd.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:min(n, len(ids))], rows.Err()
}

// change does one thing to a card or its company, and says what.
func (e *editor) change(r *listing.Record) string {
	e.n++
	word := fmt.Sprint(e.n, " ", e.rnd.IntN(1000))
	l, c := &r.Listing, &r.Company
	switch e.rnd.IntN(12) {
	case 0, 1:
		l.Name, l.Slug = "Atelier "+word, ""
		return "rename"
	case 2:
		l.Tags, l.Phones = []string{"mot " + word, "x"}, []string{"+687" + fmt.Sprint(200_000+e.rnd.IntN(99_999))}
	case 3:
		l.Headline, l.Description = "Ligne "+word, "**Gras** "+word
	case 4:
		l.Point = &geo.Point{Lat: -22 - e.rnd.Float64(), Lon: 166 + e.rnd.Float64()}
	case 5:
		l.Point, l.Websites = nil, []string{"https://x.example/" + fmt.Sprint(e.n), "javascript:alert(1)"}
	case 6:
		l.State = hiddenUnlessMerged(l.State)
		return "hide"
	case 7, 8:
		if l.State != listing.Merged {
			l.State = listing.Published
		}
		return "publish"
	case 9:
		c.LegalName, c.FoundedYear = "SARL "+word, 1950+e.rnd.IntN(70)
		return "company"
	case 10:
		c.Identifiers = []company.Identifier{company.ParseIdentifier(company.SchemeRIDET, fmt.Sprintf("%07d.001", e.rnd.IntN(9_999_999)))}
		return "company"
	default:
		c.SizeClass = fmt.Sprintf("%02d", e.rnd.IntN(4))
		c.Provenance = company.Provenance{"size_class": {Kind: company.FromImport, Name: "source-" + fmt.Sprint(e.rnd.IntN(5))}}
		return "company"
	}
	return "edit"
}

func hiddenUnlessMerged(s listing.State) listing.State {
	if s == listing.Merged {
		return s
	}
	return listing.Hidden
}

// create makes a card, a draft now and then, of a company of its own or of one that has a card already.
func (e *editor) create(beside []listing.Record) listing.Record {
	e.n++
	name := fmt.Sprint("Neuve ", e.n, " ", e.rnd.IntN(1000))
	r := listing.Record{
		Company: company.Company{UsualName: name, Status: company.Active},
		Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{
			Name: name, Category: listing.Company, Zone: "98818", Competences: []string{"drones"},
		}},
	}
	if len(beside) > 0 && e.rnd.IntN(3) == 0 {
		r.Company = beside[e.rnd.IntN(len(beside))].Company
	}
	if e.rnd.IntN(6) == 0 {
		r.Listing.State = listing.Draft
	}
	return r
}

// copied is a directory as it was read by the API: the cards by identifier, each as its JSON says.
type copied map[string]map[string]any

type feedPage struct {
	Changes []struct {
		ID      string
		Deleted bool
		At      time.Time
		Listing map[string]any
	}
	Next string
	More bool
}

// follow reads the feed from a cursor on, so many pages or to its end for now, and gives the next cursor.
func (m copied) follow(f *front, t testing.TB, cursor string, limit, pages int) (string, error) {
	for range pages {
		got := f.get(t, fmt.Sprintf("http://annuaire.test/nc/api/v1/changes?limit=%d&cursor=%s", limit, cursor))
		var page feedPage
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != 200 || page.Next == "" || len(page.Changes) > limit {
			return cursor, fmt.Errorf("%d, %w: %.200s", got.status, errors.Join(err, errors.New("no page of the feed")), got.body)
		}
		for _, c := range page.Changes {
			switch {
			case c.Deleted && c.Listing != nil, !c.Deleted && c.Listing["id"] != c.ID, c.At.IsZero():
				return cursor, fmt.Errorf("a change that contradicts itself: %+v", c)
			case c.Deleted:
				delete(m, c.ID)
			default:
				m[c.ID] = c.Listing
			}
		}
		if cursor = page.Next; !page.More {
			return cursor, nil
		}
	}
	return cursor, nil
}

// servedCards is what /api/v1/listings gives, page by page.
func servedCards(f *front, t testing.TB) copied {
	t.Helper()
	all, cursor, total := copied{}, "", 0
	for {
		got := decoded[struct {
			Total    int
			Listings []map[string]any
			Next     string
		}](t, f.get(t, "http://annuaire.test/nc/api/v1/listings?limit=200&tri=nom&cursor="+cursor))
		for _, card := range got.Listings {
			id, _ := card["id"].(string)
			if all[id] != nil {
				t.Errorf("%s is served twice", id)
			}
			all[id] = card
		}
		if total, cursor = got.Total, got.Next; cursor == "" {
			break
		}
	}
	if len(all) != total || total < 50 {
		t.Errorf("%d cards are served, of %d", len(all), total)
	}
	return all
}

func mustBeSame(t testing.TB, what string, got, want copied) {
	t.Helper()
	faults := 0
	for id, card := range want {
		if card["age"] == nil {
			t.Errorf("%s: no age of %s", what, id)
		}
		card = maps.Clone(card)
		delete(card, "age") // is of the day of the answer, not of the card
		if !reflect.DeepEqual(got[id], card) && faults < 5 {
			faults++
			t.Errorf("%s: the copy has\n%v\nand /api/v1/listings\n%v", what, got[id], card)
		}
	}
	for id, card := range got {
		if want[id] == nil && faults < 5 {
			faults++
			t.Errorf("%s: the copy still has %v", what, card)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d cards, want %d", what, len(got), len(want))
	}
}

// Whoever follows the feed while ten thousand random edits are made, by several at once, holds in the end what the API
// serves, card by card and field by field; so does whoever starts from zero afterwards.
func TestChangesRebuildTheDirectory(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		a := start(t, Options{Database: fresh()})
		if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := newFront(t, a)
		var done atomic.Int64
		var kinds sync.Map
		var wg sync.WaitGroup
		for i := range editors {
			e := &editor{app: a, rnd: rand.New(rand.NewPCG(randomSeed, uint64(i))), done: &done, kinds: &kinds} //nolint:gosec // a test
			wg.Go(func() {
				if err := e.work(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		watching, stop := context.WithCancel(t.Context())
		go func() { wg.Wait(); stop() }()

		follower, cursor, rounds := copied{}, "", 0
		for wakes := a.DB.Watch(watching); watching.Err() == nil; rounds++ {
			<-wakes
			var err error
			if cursor, err = follower.follow(f, t, cursor, min(1+rounds, 90), 20); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := follower.follow(f, t, cursor, 90, math.MaxInt); err != nil {
			t.Fatal(err)
		}
		if _, err := a.catchUp(t.Context(), f.registry, 0, a.Directory.Load); err != nil {
			t.Fatal(err)
		}
		want := servedCards(f, t)
		mustBeSame(t, "followed", follower, want)
		anew := copied{}
		if _, err := anew.follow(f, t, "", 500, math.MaxInt); err != nil {
			t.Fatal(err)
		}
		mustBeSame(t, "from zero", anew, want)
		for _, kind := range []string{"create", "rename", "edit", "hide", "publish", "company", "merge", "split", "delete"} {
			if _, ok := kinds.Load(kind); !ok {
				t.Errorf("nothing was done of the kind %s", kind)
			}
		}
		t.Logf("%d edits, followed in %d rounds, %d cards", done.Load(), rounds, len(want))
	})
}

// A transaction that begins first and commits last is not missed by who asks whether anything changed: the whole files and
// the API hang on the time of the last change.
func TestALateCommitIsToldToCaches(t *testing.T) {
	a := stocked(t, Options{Database: demoBase.Postgres(t)})
	at, err := a.Directory.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var two []listing.Record
	err = a.Listings.EachRecord(t.Context(), a.DB.Read(), demoTerritory, func(r listing.Record) error {
		if r.Listing.State == listing.Published && len(two) < 2 {
			two = append(two, r)
		}
		return nil
	})
	if err != nil || len(two) != 2 {
		t.Fatal(len(two), err)
	}
	save := func(r listing.Record, headline string, then func()) error {
		r.Listing.Headline = headline
		return a.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := listing.Store{}.SaveListings(t.Context(), tx, []listing.Record{r}, time.Now())
			then()
			return err
		})
	}
	follow := func() {
		changes, err := a.DB.Changes(t.Context(), at, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Directory.Apply(t.Context(), changes); err != nil {
			t.Fatal(err)
		}
		at = changes[len(changes)-1].Seq
	}
	f := newFront(t, a)
	begun, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- save(two[0], "TARDIF-TARDIF", func() { close(begun); <-goOn })
	}()
	<-begun
	if err := save(two[1], "PREMIER", func() {}); err != nil {
		t.Fatal(err)
	}
	follow()
	file := "http://annuaire.test/nc/donnees/annuaire.jsonl"
	before := f.get(t, file)
	close(goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	follow()
	if got := f.get(t, file, "If-None-Match", before.header.Get("Etag")); got.status != http.StatusOK || !strings.Contains(got.body, "TARDIF-TARDIF") {
		t.Errorf("the file is still what it was: %d", got.status)
	}
}
