package app

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// nthReading stops the reading of the second territory until it opens.
type nthReading struct {
	seen            atomic.Int32
	entered, opened chan struct{}
}

// isReading tells the query with which the reading of all cards of a territory begins.
func isReading(query string) bool {
	return strings.HasPrefix(query, "SELECT id FROM listings WHERE territory") && strings.Contains(query, "OFFSET")
}

func (n *nthReading) observe(query string) {
	if isReading(query) && n.seen.Add(1) == 2 {
		close(n.entered)
		<-n.opened
	}
}

// add stores a published card.
func add(t *testing.T, a *App, territory, name string) listing.Listing {
	t.Helper()
	var saved listing.Record
	err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.Save(t.Context(), tx, listing.Record{
			Company: company.Company{UsualName: name, Status: company.Active},
			Listing: listing.Listing{Territory: territory, State: listing.Published, Content: listing.Content{Name: name, Category: listing.Company}},
		}, today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved.Listing
}

// While a large territory is being read, a small one has its index and follows; what is edited in the large one meanwhile is in
// its index once that is there.
func TestALargeTerritoryDelaysNoSmallOne(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		n, j := &nthReading{entered: make(chan struct{}), opened: make(chan struct{})}, newJournal()
		a := start(t, Options{Database: fresh(), Now: time.Now, Logger: j.logger(), Observe: n.observe})
		for _, code := range []string{"nc", "pf"} {
			if _, err := a.Territories.Add(t.Context(), code); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"Lagon Web", "Drehu Photo", "Rempart"} {
			add(t, a, "nc", name)
		}
		add(t, a, "pf", "Tiare Web")
		s := serve(t, a, j)
		<-n.entered // nc is being read, pf is there
		early := func(got answer) bool { return strings.Contains(got.body, "L’annuaire se prépare") }
		if got := fetch(t.Context(), t, s.url+"/pf/annuaire"); got.status != 200 || early(got) {
			t.Errorf("the small one: %d, %v", got.status, early(got))
		}
		if got := fetch(t.Context(), t, s.url+"/nc/annuaire"); got.status != 200 || !early(got) {
			t.Errorf("the large one: %d, %v", got.status, early(got))
		}
		add(t, a, "pf", "Vahine Studio")
		added := add(t, a, "nc", "Entre Deux Eaux")
		eventually(t, s.url+"/pf/annuaire?q=vahine", func(got answer) bool { return strings.Contains(got.body, "vahine-studio") })
		if got := fetch(t.Context(), t, s.url+"/nc/annuaire/"+added.Slug); got.status != 200 || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("a card: %d %v", got.status, got.header)
		}
		if got := fetch(t.Context(), t, s.url+"/readyz"); got.status != 503 {
			t.Errorf("/readyz: %d", got.status)
		}
		close(n.opened)
		<-s.ready
		got := fetch(t.Context(), t, s.url+"/nc/annuaire?q=entre+eaux")
		if got.status != 200 || early(got) || !strings.Contains(got.body, added.Slug) {
			t.Errorf("what was added meanwhile: %d", got.status)
		}
	})
}
