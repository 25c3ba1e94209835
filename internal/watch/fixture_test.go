package watch

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/territory"
	"grappe/presets"
)

// house is the service on a base, with sites that the test makes and a clock that it moves.
type house struct {
	t        *testing.T
	db       *db.DB
	s        *Service
	nc       *territory.Territory
	clock    time.Time
	refusing map[string]bool

	mu     sync.Mutex
	status map[string]int // what addresses answer: 0 for nobody there
	asked  []string
	ask    func(address string) // before each answer
}

// Glance implements Asker.
func (h *house) Glance(ctx context.Context, address, _ string) (fetch.Answer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ask != nil {
		h.ask(address)
	}
	if err := ctx.Err(); err != nil {
		return fetch.Answer{}, err
	}
	h.asked = append(h.asked, address)
	status, there := h.status[address]
	switch {
	case there && status == 0:
		return fetch.Answer{}, errs.New(errs.Unavailable, "fetch.unreachable", nil)
	case !there:
		status = http.StatusOK
	}
	return fetch.Answer{Status: status, Header: http.Header{}}, nil
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newHouse(t, d)) })
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: on(0), refusing: map[string]bool{}, status: map[string]int{}}
	territories := territory.NewService(d, presets.FS)
	var err error
	if h.nc, err = territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	p := localetest.Printer(t, "fr", Texts, company.Texts)
	now := func() time.Time { return h.clock }
	h.s = New(Rooms{
		DB: d, Accounts: account.NewService(account.Rooms{DB: d, Now: now}), Territories: territories, Sites: h, Now: now,
		Printer:  func(*territory.Territory) *locale.Printer { return p },
		Refusing: func(context.Context, db.Querier) (map[string]bool, error) { return h.refusing, nil },
		Wait:     func(context.Context, time.Duration) error { return nil },
	})
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// card is a published card of a company with a number.
func (h *house) card(name string, content listing.Content, numbers ...company.Identifier) listing.Listing {
	h.t.Helper()
	content.Name, content.Category = name, listing.Company
	source := company.Source{Kind: company.FromImport, Name: "test", At: on(-90)}
	l, _ := listing.Merge(listing.Listing{Territory: "nc", State: listing.Published}, content, nil, source)
	var saved listing.Record
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.Save(h.t.Context(), tx, listing.Record{Listing: l, Company: company.Company{UsualName: name, Identifiers: numbers}}, on(-90))
		return err
	}))
	return saved.Listing
}

// edit changes what a card shows.
func (h *house) edit(l listing.Listing, content listing.Content, fields ...string) {
	h.t.Helper()
	held, err := listing.Reader{}.ByID(h.t.Context(), h.db.Read(), l.ID)
	h.must(err)
	by := listing.Author{Source: company.Source{Kind: company.FromOwner}}
	_, _, err = listing.NewService(h.db, func() time.Time { return h.clock }).Edit(h.t.Context(), by, l.ID, held.Version, content, fields)
	h.must(err)
}

// flag is the detail of a card's flag of a kind, "" for none.
func (h *house) flag(l listing.Listing, kind listing.FlagKind) string {
	h.t.Helper()
	flags, err := listing.Reader{}.Flags(h.t.Context(), h.db.Read(), []string{l.ID})
	h.must(err)
	for _, f := range flags[l.ID] {
		if f.Kind == kind {
			return f.Detail
		}
	}
	return ""
}

// settle is what the team does who has looked at a flag.
func (h *house) settle(l listing.Listing, kind listing.FlagKind) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error { return listing.Store{}.ClearFlag(h.t.Context(), tx, l.ID, kind) }))
}

// nights lets nights pass, of which every third is worked in where there are many, and gives what was asked.
func (h *house) nights(n int) []string {
	h.t.Helper()
	h.asked = nil
	step := 1
	if n > 3 {
		step = 3
	}
	for range n / step {
		h.clock = h.clock.AddDate(0, 0, step)
		h.must(h.s.Reconcile(h.t.Context()))
		h.must(h.s.Round(h.t.Context()))
	}
	slices.Sort(h.asked)
	return h.asked
}
