package app

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/mirror"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/web"
)

// twins are one instance behind two doors: one gives pages that were kept, the other makes each anew.
type twins struct {
	*App
	registry    *registry
	kept, fresh http.Handler
	followed    int64
	now         time.Time
	mirrors     []mirror.Mirror
	hits, asked int
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	w := &twins{now: today(), registry: &registry{}}
	w.App = stocked(t, Options{PageCache: 4 << 20, Now: func() time.Time { return w.now }})
	w.copies.list = func(context.Context) ([]mirror.Mirror, error) { return w.mirrors, nil }
	for _, code := range []string{"pf", "wf"} {
		if _, err := w.Territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Territories.SetHosts(t.Context(), "wf", []string{"uvea.example"}); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.followed, err = w.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.registry.reload(t.Context(), w.Territories, w.log); err != nil {
		t.Fatal(err)
	}
	h, err := newHouse(w.App, w.registry)
	if err != nil {
		t.Fatal(err)
	}
	o := web.Options{Logger: slog.New(slog.DiscardHandler), Rate: web.Rate{PerSecond: -1}, Heavy: web.Rate{PerSecond: -1}}
	w.kept = web.Stack(h.stack(o), h)
	w.options.PageCache = 0
	w.fresh = web.Stack(h.stack(o), h)
	w.versions.begin()
	return w
}

// follow brings the indexes up to the change log.
func (w *twins) follow(t *testing.T) {
	t.Helper()
	var err error
	if w.followed, err = w.catchUp(t.Context(), w.registry, w.followed, w.Directory.Load); err != nil {
		t.Fatal(err)
	}
}

// said is an answer without what belongs to one request, and to how it was sent.
func said(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var body io.Reader = w.Body
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		body, err = gzip.NewReader(w.Body)
	case "zstd":
		body, err = zstd.NewReader(w.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	var header strings.Builder
	err = w.Header().WriteSubset(&header, map[string]bool{
		"X-Request-Id": true, "Content-Length": true, "Content-Encoding": true, "Etag": true, "Cache-Control": true, "Vary": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	if w.Code >= 400 {
		page = "" // it names the request
	}
	return fmt.Sprint(w.Code, "\n", header.String(), page)
}

// compare asks both doors, and fails where they do not say the same.
func (w *twins) compare(t *testing.T, when, address, accept string) {
	t.Helper()
	ask := func(h http.Handler) (string, int64) {
		ctx, counter := db.CountStatements(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		r.Header.Set("Accept-Encoding", accept)
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		return said(t, answer), counter.N()
	}
	got, statements := ask(w.kept)
	want, needed := ask(w.fresh)
	w.asked++
	if statements == 0 && needed > 0 {
		w.hits++
	}
	if got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Fatalf("%s: %s: the page that was kept says\n…%.200s…\nand a fresh one\n…%.200s…", when, address,
			got[max(0, at-80):], want[max(0, at-80):])
	}
}

// addresses are pages of the instance: some of each kind, and cards with opening hours.
func (w *twins) addresses(t *testing.T) []string {
	t.Helper()
	var pages []string
	for _, prefix := range []string{"/nc", "/nc/en", "/pf", "/wf"} {
		for _, page := range []string{
			"", "/annuaire", "/annuaire?q=drone", "/annuaire?q=atelier&tri=nom", "/annuaire?zone=noumea", "/annuaire?page=2", "/annuaire?pres=-22.27,166.44",
			"/annuaire?competence=developpement-web", "/annuaire?page=999", "/annuaire?page=0", "/competences", "/communes", "/mentions-legales",
			"/donnees-personnelles", "/accessibilite", "/repartition", "/integration/annuaire", "/donnees", "/nulle-part", "/api/v1/zones", "/annuaire/suggestions?q=si",
		} {
			pages = append(pages, prefix+page)
		}
	}
	return append(pages, "/", "http://uvea.example/", "http://uvea.example/annuaire", "http://annuaire.example/nc/annuaire?q=drone")
}

// cards are the addresses of the first cards, those with opening hours above all.
func (w *twins) cards(t *testing.T) []string {
	t.Helper()
	var with, without []string
	err := w.Listings.Each(t.Context(), w.DB.Read(), "nc", func(l listing.Listing) error {
		if l.State == listing.Published && l.OpeningHours != "" {
			with = append(with, l.Slug)
		} else if l.State == listing.Published {
			without = append(without, l.Slug)
		}
		return nil
	})
	if err != nil || len(with) < 8 || len(without) < 8 {
		t.Fatalf("%d cards with opening hours, %d without, %v", len(with), len(without), err)
	}
	return append(with[:8], without[:8]...)
}

// change does one thing to the instance, and says what.
func (w *twins) change(t *testing.T, rnd *rand.Rand, n int, slug string) string {
	t.Helper()
	var err error
	what := ""
	switch rnd.IntN(14) {
	case 0, 1:
		what, err = "an edit", write(t.Context(), w.App, rnd, 0, n)
	case 2, 3:
		what, err = "an edit of the card that is looked at", w.editCard(t.Context(), slug, n)
	case 4:
		what, err = "a card of another territory", w.addAbroad(t.Context(), n)
	case 5:
		what, err = "a contact", w.Territories.SetContact(t.Context(), "nc", fmt.Sprintf("equipe%d@example.org", n))
	case 6:
		what, err = "a host", w.Territories.SetHosts(t.Context(), "wf", []string{"uvea.example", fmt.Sprintf("h%d.example", n)})
	case 7, 8:
		what, w.now = "half an hour passes", w.now.Add(30*time.Minute)
	case 9:
		what, w.now = "hours pass", w.now.Add(7*time.Hour)
	case 10:
		what, w.now = "days pass", w.now.Add(time.Duration(rnd.IntN(200))*24*time.Hour)
	case 11:
		what, w.now = "the clock is set back", w.now.Add(-time.Duration(rnd.IntN(100))*time.Hour)
	case 12:
		what, w.now = "a mirror", w.now.Add(rememberCopies)
		w.mirrors = []mirror.Mirror{{Territory: "pf", Source: "https://annuaire.example.pf", Complete: true, LastOKAt: w.now.Add(-24*time.Hour + 10*time.Minute), Failures: 1, FailingSince: w.now}}
	default:
		what, w.mirrors = "no mirror", nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return what
}

// editCard changes what a card says of itself.
func (w *twins) editCard(ctx context.Context, slug string, n int) error {
	l, err := w.Listings.BySlug(ctx, w.DB.Read(), "nc", slug)
	if err != nil {
		return err
	}
	l.Headline, l.OpeningHours = fmt.Sprintf("Titre numéro %d", n), "Mo-Fr 08:00-12:00"
	_, _, err = listing.NewService(w.DB, func() time.Time { return w.now }).Edit(ctx, listing.Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, l.Content,
		[]string{"headline", "opening_hours"})
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) {
		return nil // it was merged or deleted
	}
	return err
}

// addAbroad publishes a card in French Polynesia that serves New Caledonia.
func (w *twins) addAbroad(ctx context.Context, n int) error {
	name := fmt.Sprintf("Fenua Drone %d", n)
	r := listing.Record{Company: company.Company{UsualName: name, Status: company.Active}, Listing: listing.Listing{
		Territory: "pf", State: listing.Published,
		Content: listing.Content{Name: name, Category: listing.Company, ServiceArea: listing.ServiceArea{Remote: true}, Competences: []string{"drones"}},
	}}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(ctx, tx, []listing.Record{r}, w.now)
		return err
	})
}

// A page that was kept is the one that would be made now, byte for byte: whatever was changed, here or in another territory, followed
// by the indexes or not yet, at whatever time.
func TestKeptPagesAreExact(t *testing.T) {
	w := newTwins(t)
	pages, cards := w.addresses(t), w.cards(t)
	rnd := rand.New(rand.NewPCG(1853, 0))
	rounds := 150
	if raced {
		rounds = 8 // all of them run without the detector
	}
	accepts := []string{"", "gzip", "gzip, deflate, br, zstd"}
	for n := range rounds {
		slug := cards[rnd.IntN(len(cards))]
		looked := []string{"/nc/annuaire/" + slug, "/nc/annuaire?q=drone", "/pf", pages[rnd.IntN(len(pages))], pages[rnd.IntN(len(pages))]}
		look := func(when string) {
			for _, page := range looked {
				w.compare(t, fmt.Sprintf("round %d, %s", n, when), page, accepts[rnd.IntN(3)])
			}
		}
		look("before")
		what := w.change(t, rnd, n, slug)
		look("after " + what)
		look("again after " + what)
		w.follow(t)
		look(what + " followed")
		look(what + " followed, again")
		w.compareHead(t, looked[rnd.IntN(len(looked))])
	}
	if w.hits*4 < w.asked {
		t.Errorf("of %d pages, %d were kept ones: this proves nothing", w.asked, w.hits)
	}
	t.Logf("of %d pages, %d were kept ones", w.asked, w.hits)
}

// compareHead fails where HEAD says another status than GET.
func (w *twins) compareHead(t *testing.T, address string) {
	t.Helper()
	status := func(method string) int {
		r := httptest.NewRequestWithContext(t.Context(), method, address, nil)
		answer := httptest.NewRecorder()
		w.kept.ServeHTTP(answer, r)
		return answer.Code
	}
	if head, get := status(http.MethodHead), status(http.MethodGet); head != get {
		t.Errorf("HEAD %s answers %d, GET %d", address, head, get)
	}
}
