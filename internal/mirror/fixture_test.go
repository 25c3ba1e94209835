package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
}

// clock is the moment of the tests; it moves when they say so.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// source is another Grappe, as far as a mirror sees it: its change feed, and what it says of its territories.
type source struct {
	url string

	mu      sync.Mutex
	epoch   string // of its base: cursors of another are refused
	log     []entry
	cursors []string // that were asked for
	spoil   func(w http.ResponseWriter, r *http.Request) (done bool)
}

type entry struct {
	id   string
	card *listing.Public // nil for a card that is no longer public
}

func newSource(t testing.TB) *source {
	t.Helper()
	s := &source{epoch: "a"}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// ServeHTTP implements http.Handler.
func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	spoil := s.spoil
	if strings.HasSuffix(r.URL.Path, changesPath) {
		s.cursors = append(s.cursors, r.URL.Query().Get("cursor"))
	}
	s.mu.Unlock()
	if spoil != nil && spoil(w, r) {
		return
	}
	switch r.URL.Path {
	case "/pf" + changesPath:
		s.changes(w, r)
	case "/pf" + territoriesPath:
		fmt.Fprint(w, `{"territories":[{"code":"nc","name":"Ailleurs"},{"code":"pf","names":{"fr":"Polynésie française","en":"French Polynesia"},
			"cluster":"OPEN","licence":{"id":"etalab-2.0","name":"Licence Ouverte 2.0"}}]}`)
	default:
		http.NotFound(w, r)
	}
}

func (s *source) changes(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	after := 0
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		epoch, n, _ := strings.Cut(cursor, "-")
		var err error
		if after, err = strconv.Atoi(n); err != nil || epoch != s.epoch {
			w.WriteHeader(http.StatusGone)
			return
		}
	}
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	last := map[string]int{}
	for i, e := range s.log {
		last[e.id] = i
	}
	changes, next, more := []map[string]any{}, len(s.log), false
	for i := after; i < len(s.log); i++ {
		if len(changes) == limit {
			next, more = i, true
			break
		}
		e := s.log[i]
		if last[e.id] > i {
			continue
		}
		change := map[string]any{"id": e.id, "deleted": e.card == nil, "at": time.Now()}
		if e.card != nil {
			change["listing"] = e.card
		}
		changes = append(changes, change)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]any{ // the client may be gone
		"territory": "pf", "changes": changes, "next": s.epoch + "-" + strconv.Itoa(next), "more": more,
	})
}

// set publishes cards, or says something new of them.
func (s *source) set(cards ...*listing.Public) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range cards {
		said := *c
		s.log = append(s.log, entry{id: c.ID, card: &said})
	}
}

// gone takes a card from the public.
func (s *source) gone(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, entry{id: id})
}

// restore is the source after a backup was restored: its cursors are new, and it only knows these cards.
func (s *source) restore(epoch string, cards ...*listing.Public) {
	s.mu.Lock()
	s.epoch, s.log = epoch, nil
	s.mu.Unlock()
	s.set(cards...)
}

func (s *source) spoilt(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoil = f
}

// asked gives the cursors that were asked for since the last call.
func (s *source) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.cursors = nil }()
	return s.cursors
}

// public is what the source shows now, by identifier.
func (s *source) public() map[string]listing.Public {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]listing.Public{}
	for _, e := range s.log {
		delete(out, e.id)
		if e.card != nil {
			out[e.id] = *e.card
		}
	}
	return out
}

func card(name string) *listing.Public {
	id := uuid.NewString()
	at := time.Date(2025, 5, 6, 7, 8, 9, 10_000_000, time.UTC)
	lat, lon := -17.5516, -149.5585
	return &listing.Public{
		ID: id, Slug: listing.Slug(name), URL: "https://annuaire.example.pf/annuaire/" + listing.Slug(name), Name: name, Category: listing.Company,
		Headline: "Depuis Papeete", Description: "Nous **faisons** des sites.\n", Competences: []string{"web-development"}, Tags: []string{"web", "C++"},
		ServiceArea: listing.ServiceArea{Everywhere: true, Remote: true}, Phones: []string{"+68940508100"}, Emails: []string{"contact@example.pf"},
		Websites: []string{"https://example.pf"}, Social: []listing.Social{{Network: "linkedin", URL: "https://www.linkedin.com/company/x"}},
		OpeningHours: "Mo-Fr 08:00-16:00", Accessibility: []string{"ramp"}, Languages: []string{"fr", "ty"}, Logo: "https://example.pf/logo.png",
		Address: "1 rue des Remparts", Postcode: "98714", City: "Papeete", Lat: &lat, Lon: &lon, LegalName: name + " SARL",
		Identifiers: []listing.PublicNumber{{Scheme: "tahiti", Value: "G33972"}}, FoundedYear: 2009, SizeClass: "11",
		ConfirmedAt: at, CreatedAt: at, UpdatedAt: at,
	}
}

// place is this instance, with a clock of its own.
type place struct {
	*Service
	clock *clock
}

func newPlace(t testing.TB, d *db.DB) *place {
	t.Helper()
	pf, err := territory.Load(presets.FS, "pf")
	if err != nil {
		t.Fatal(err)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	return &place{clock: c, Service: New(Rooms{
		DB: d, Competences: competences, Sectors: sectors, Now: c.Now, Client: client(fetch.Options{}),
		Territory: func(context.Context, string) (*territory.Territory, error) { return pf, nil },
	})}
}

// client reaches the servers of the tests and nothing else.
func client(o fetch.Options) *fetch.Client {
	o.Private = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	return fetch.New(o)
}

// follow registers the source and copies it.
func (p *place) follow(t testing.TB, s *source) Report {
	t.Helper()
	found, err := Probe(t.Context(), p.rooms.Client, s.url, "pf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Add(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	return p.sync(t)
}

func (p *place) sync(t testing.TB) Report {
	t.Helper()
	report, err := p.Sync(t.Context(), "pf", nil)
	if err != nil {
		t.Fatalf("%v, caused by %v", err, errs.As(err))
	}
	return report
}

// syncDue brings the mirrors up to date whose time has come, one after the other, and gives the number of those that are.
func (p *place) syncDue(t testing.TB) int {
	t.Helper()
	done := 0
	for _, m := range p.due(t.Context()) {
		if p.syncInTime(t.Context(), m.Territory) {
			done++
		}
	}
	return done
}

// counted fails unless a report says so many created, updated, removed and unchanged cards.
func counted(t testing.TB, r Report, created, updated, removed, unchanged int) {
	t.Helper()
	if r.Created != created || r.Updated != updated || r.Removed != removed || r.Unchanged != unchanged {
		t.Errorf("created %d, updated %d, removed %d, unchanged %d; not %d, %d, %d, %d",
			r.Created, r.Updated, r.Removed, r.Unchanged, created, updated, removed, unchanged)
	}
}

// equal fails unless the mirror shows what the source shows, apart from what belongs to the instance: identifiers, the
// address of the page, the date of writing, and the name of where it comes from.
func (p *place) equal(t testing.TB, s *source) {
	t.Helper()
	want := s.public()
	got := map[string]listing.Public{}
	refs := map[string]string{}
	rows, err := p.db.Read().QueryContext(t.Context(), "SELECT listing_id, remote_id FROM mirror_cards WHERE territory = 'pf'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var here, there string
		if err := rows.Scan(&here, &there); err != nil {
			t.Fatal(err)
		}
		refs[here] = there
	}
	err = listing.Reader{}.EachRecord(t.Context(), p.db.Read(), "pf", func(r listing.Record) error {
		original, err := p.Original(t.Context(), r.Listing.ID)
		if err != nil {
			return err
		}
		public := listing.PublicOf(r, original)
		if r.Listing.State != listing.Published || !slices.Equal(public.Sources, []string{"grappe:" + strings.TrimPrefix(s.url, "http://") + "/pf"}) {
			t.Errorf("%s is %s, from %v", public.Name, r.Listing.State, public.Sources)
		}
		public.ID = refs[public.ID]
		public.UpdatedAt, public.Sources = want[public.ID].UpdatedAt, want[public.ID].Sources
		got[public.ID] = public
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := text(t, got), text(t, want); a != b {
		t.Errorf("the mirror shows\n%s\nnot\n%s", a, b)
	}
	m, err := p.Get(t.Context(), "pf")
	if err != nil || m.Cards != len(want) {
		t.Errorf("the state says %d cards of %d, %v", m.Cards, len(want), err)
	}
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
