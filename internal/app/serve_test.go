package app

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

// gate stops the statements that hold a text until it opens.
type gate struct {
	text    atomic.Pointer[string]
	pings   atomic.Int32 // how often the base was asked whether it answers
	entered chan struct{}
	opened  chan struct{}
}

func newGate() *gate {
	return &gate{entered: make(chan struct{}, 100), opened: make(chan struct{}, 100)}
}

func (g *gate) shut(text string) { g.text.Store(&text) }

func (g *gate) observe(query string) {
	if query == "SELECT 1" {
		g.pings.Add(1)
	}
	if text := g.text.Load(); text != nil && strings.Contains(query, *text) {
		g.text.Store(nil)
		g.entered <- struct{}{}
		<-g.opened
	}
}

// journal is a log that tests read: the address at which the instance listens, and what goes wrong.
type journal struct {
	urls   chan string
	errors chan string
}

func newJournal() *journal {
	return &journal{urls: make(chan string, 1), errors: make(chan string, 1000)}
}

func (j *journal) logger() *slog.Logger { return slog.New(j) }

// Enabled implements slog.Handler.
func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs implements slog.Handler.
func (j *journal) WithAttrs([]slog.Attr) slog.Handler { return j }

// WithGroup implements slog.Handler.
func (j *journal) WithGroup(string) slog.Handler { return j }

// Handle implements slog.Handler.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if r.Message == "listening" && a.Key == "url" {
			j.urls <- a.Value.String()
		}
		line += " " + a.String()
		return true
	})
	if r.Level >= slog.LevelError {
		j.errors <- line
	}
	return nil
}

// served is an instance that listens.
type served struct {
	url, admin string
	ready      chan string // the address, when it is told to the operator
	stop       context.CancelFunc
	done       chan error
}

// serve starts the instance on free ports; its log must be the journal's.
func serve(t *testing.T, a *App, j *journal) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &served{stop: cancel, done: make(chan error, 1), ready: make(chan string, 1)}
	admins := make(chan string, 1)
	go func() {
		s.done <- a.Serve(ctx, web.ServeOptions{
			Addr: "127.0.0.1:0", AdminAddr: "127.0.0.1:0", ShutdownTimeout: 20 * time.Second, Logger: slog.New(slog.DiscardHandler),
			OnReady: func(u string) { s.ready <- u }, OnAdminReady: func(u string) { admins <- u },
		}, nil)
	}()
	select {
	case s.url = <-j.urls:
		s.admin = <-admins
	case err := <-s.done:
		t.Fatalf("it does not serve: %v", err)
	case <-time.After(30 * time.Second):
		t.Fatal("it never says that it serves")
	}
	t.Cleanup(cancel)
	return s
}

// eventually asks until the answer is as wanted, and gives how long that took.
func eventually(t *testing.T, address string, as func(answer) bool) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	begun := time.Now()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for ctx.Err() == nil {
		if as(fetch(ctx, t, address)) {
			return time.Since(begun)
		}
		<-again.C
	}
	t.Fatalf("%s never answers as it should", address)
	return 0
}

func TestServe(t *testing.T) {
	g := newGate()
	j := newJournal()
	a := stocked(t, Options{Observe: g.observe, Now: time.Now, Logger: j.logger()})
	g.shut("LIMIT 1 OFFSET")
	s := serve(t, a, j)
	<-g.entered // the listings are being read, and will be until the gate opens

	for address, want := range map[string]int{
		"/healthz": 200, "/readyz": 503, "/nc": 200, "/nc/annuaire": 200, "/nc/en/annuaire?q=web": 200, "/nc/mentions-legales": 200, "/metrics": 404, "/": 302,
		"/nc/api/v1/listings": 503, "/nc/api/v1/clusters?zoom=3": 503, "/nc/api/v1/changes": 200, "/nc/competences": 200,
	} {
		if got := fetch(t.Context(), t, s.url+address); got.status != want {
			t.Errorf("%s while it gets ready: %d %.200s, want %d", address, got.status, got.body, want)
		}
		if got := fetch(t.Context(), t, s.url+address); got.status == 503 && address != "/readyz" && got.header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come back", address)
		}
	}
	mustHold(t, "/readyz", fetch(t.Context(), t, s.url+"/readyz").body, "index")
	if len(s.ready) > 0 {
		t.Error("it says that it is ready before it is")
	}
	g.opened <- struct{}{}
	if url := <-s.ready; url != s.url || fetch(t.Context(), t, url+"/nc/annuaire").status != 200 {
		t.Errorf("it says that it is ready on %s, and is not", url)
	}
	eventually(t, s.url+"/readyz", func(got answer) bool { return got.status == 200 })
	for address, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/nc/annuaire": 200, "/metrics": 404, "/nc/metrics": 404, "/nulle-part": 404,
	} {
		if got := fetch(t.Context(), t, s.url+address); got.status != want {
			t.Errorf("%s when it is ready: %d, want %d", address, got.status, want)
		}
	}
	mustSparePings(t, g, s)
	metrics := fetch(t.Context(), t, s.admin+"/metrics")
	mustHold(t, "the metrics", metrics.body, `http_request_duration_seconds_count{method="GET",route="GET /annuaire",status="200"}`, "go_goroutines")
	if metrics.status != 200 || fetch(t.Context(), t, s.admin+"/readyz").status != 200 || fetch(t.Context(), t, s.admin+"/nc").status != 404 {
		t.Errorf("the admin's address: metrics %d", metrics.status)
	}

	edited := rename(t, a, "Pirogues et Pixels")
	took := eventually(t, s.url+"/nc/annuaire?q=pirogues+pixels", func(got answer) bool { return strings.Contains(got.body, "/nc/annuaire/"+edited.Slug+`"`) })
	if took > time.Second {
		t.Errorf("an edit shows after %v, want within a second", took)
	}
	if _, err := a.Territories.Add(t.Context(), "wf"); err != nil {
		t.Fatal(err)
	}
	eventually(t, s.url+"/wf/annuaire", func(got answer) bool { return got.status == 200 })
	mustHaveAccents(t, s.url+"/nc", "nc", "wf")

	stopGracefully(t, g, s, "/nc/annuaire/"+edited.Slug)
}

// mustSparePings fails when asking /readyz often asks the base as often.
func mustSparePings(t *testing.T, g *gate, s *served) {
	t.Helper()
	before, begun := g.pings.Load(), time.Now()
	const asked = 100
	for range asked {
		if got := fetch(t.Context(), t, s.url+"/readyz"); got.status != 200 {
			t.Fatalf("/readyz: %d", got.status)
		}
	}
	most := int32(time.Since(begun)/rememberPing) + 2
	if pings := g.pings.Load() - before; pings > most || before == 0 {
		t.Errorf("%d times /readyz asked the base %d times, after %d before, want at most %d", asked, pings, before, most)
	}
}

// mustHaveAccents fails unless the stylesheet of the accents that the page names holds those of the territories.
func mustHaveAccents(t *testing.T, page string, codes ...string) {
	t.Helper()
	address := ""
	for _, n := range uitest.Find(t, fetch(t.Context(), t, page).body, "link[rel=stylesheet]") {
		if href := uitest.Attr(n, "href"); strings.Contains(href, "accents") {
			address = href
		}
	}
	base := page[:strings.LastIndex(page, "/")]
	css := fetch(t.Context(), t, base+address)
	for _, code := range codes {
		mustHold(t, address, css.body, `"`+code+`"`)
	}
}

// rename renames the first card of the territory as its owner.
func rename(t *testing.T, a *App, name string) listing.Listing {
	t.Helper()
	var first *listing.Listing
	err := a.Listings.Each(t.Context(), a.DB.Read(), "nc", func(l listing.Listing) error {
		if first == nil {
			first = &l
		}
		return nil
	})
	if err != nil || first == nil {
		t.Fatal(err)
	}
	first.Name = name
	edited, _, err := listing.NewService(a.DB, time.Now).Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, first.ID, first.Version, first.Content, []string{"name"})
	if err != nil {
		t.Fatal(err)
	}
	return edited
}

// stopGracefully stops the server while a request is being answered: it is answered whole, and Serve then ends well.
func stopGracefully(t *testing.T, g *gate, s *served, path string) {
	t.Helper()
	g.shut("FROM listing_slugs")
	late := make(chan answer, 1)
	go func() { late <- fetch(context.WithoutCancel(t.Context()), t, s.url+path) }()
	<-g.entered
	s.stop()
	eventually(t, s.admin+"/readyz", func(got answer) bool { return got.status != 200 })
	g.opened <- struct{}{}
	if got := <-late; got.status != 200 || !strings.HasSuffix(strings.TrimSpace(got.body), "</html>") {
		t.Errorf("the request that was being answered: %d %.200s", got.status, got.body)
	}
	select {
	case err := <-s.done:
		if err != nil {
			t.Errorf("it stops with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not stop")
	}
	if got := fetch(context.WithoutCancel(t.Context()), t, s.url+"/healthz"); got.status != 0 {
		t.Errorf("it still answers: %d", got.status)
	}
}
