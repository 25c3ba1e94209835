package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/web"
)

// today is the moment of every test that needs one: a Tuesday, 9:30 in Nouméa.
func today() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

// demoSeed is the seed that `grappe demo` takes when none is named.
const demoSeed = 1853

// allTexts are read once for all tests.
var allTexts = sync.OnceValues(func() (*locale.Catalogues, error) { return Catalogues() })

// start opens an instance that is closed when the test ends, on SQLite in a folder of its own unless o names a base.
func start(t testing.TB, o Options) *App {
	t.Helper()
	if o.Data == "" {
		o.Data = t.TempDir()
		if o.Database == "" {
			o.Database = dbtest.SQLiteURL(t)
		}
	}
	if o.Now == nil {
		o.Now = today
	}
	var err error
	if o.Texts, err = allTexts(); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// demoBase is a base with the fictional New Caledonia.
var demoBase = dbtest.NewTemplate(func(url string) error { return fillDemo(url, nil) })

// fewBase is one that has few of its cards left, for tests in which many prove no more.
var fewBase = dbtest.NewTemplate(func(url string) error {
	return fillDemo(url, func(a *App) error {
		var ids []string
		err := a.Listings.Each(context.Background(), a.DB.Read(), demoTerritory, func(l listing.Listing) error {
			ids = append(ids, l.ID)
			return nil
		})
		return errors.Join(err, a.DB.Write(context.Background(), func(tx *db.Tx) error {
			return listing.Store{}.Delete(context.Background(), tx, ids[min(few, len(ids)):], today())
		}))
	})
})

const few = 60

// fillDemo fills a base with the fictional New Caledonia, and changes it where there is something to change.
func fillDemo(url string, change func(a *App) error) error {
	dir, err := os.MkdirTemp("", "grappe-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, err := Open(context.Background(), Options{Data: dir, Database: url, Now: today, Fictional: true})
	if err != nil {
		return err
	}
	err = a.FillDemo(context.Background(), demoSeed)
	if err == nil && change != nil {
		err = change(a)
	}
	return errors.Join(err, a.Close())
}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := errors.Join(demoBase.Drop(), fewBase.Drop()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// stocked is an instance with the fictional New Caledonia, whose index nobody has read yet: on SQLite unless o names a
// copy of demoBase or fewBase.
func stocked(t testing.TB, o Options) *App {
	t.Helper()
	if o.Database == "" {
		o.Database = demoBase.SQLite(t)
	}
	o.Fictional = true
	return start(t, o)
}

// filled is the fictional New Caledonia with its index.
func filled(t testing.TB) *App {
	t.Helper()
	a := stocked(t, Options{})
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// empty is a fictional territory that nobody is listed in yet, with its index.
func empty(t testing.TB) *App {
	t.Helper()
	a := start(t, Options{Fictional: true})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// front is the instance as HTTP sees it, without a listener.
type front struct {
	*house
	handler http.Handler
	clock   *clock // nil for one that stands still
}

func newFront(t testing.TB, a *App) *front {
	t.Helper()
	g := &registry{}
	if err := g.reload(t.Context(), a.Territories, a.log); err != nil {
		t.Fatal(err)
	}
	h, err := newHouse(a, g)
	if err != nil {
		t.Fatal(err)
	}
	return &front{house: h, handler: web.Stack(web.Options{
		Errors: web.Errors{Page: h.errorPage, Printer: h.printer}, Logger: slog.New(slog.DiscardHandler), Rate: web.Rate{PerSecond: -1}, Heavy: web.Rate{PerSecond: -1},
	}, h)}
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers come in pairs, "Host" among them.
func (f *front) ask(t testing.TB, method, address string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	ctx, enough := context.WithCancel(r.Context())
	defer enough()
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(&beginning{w, enough}, r.WithContext(ctx))
	return answer{w.Code, w.Header(), w.Body.String()}
}

// beginning leaves once something of an answer was sent before its end: an endless one has no end to wait for.
type beginning struct {
	*httptest.ResponseRecorder
	enough context.CancelFunc
}

func (b *beginning) Flush() {
	b.ResponseRecorder.Flush()
	b.enough()
}

func (f *front) get(t testing.TB, address string, headers ...string) answer {
	t.Helper()
	return f.ask(t, http.MethodGet, address, headers...)
}

// fetch asks over the network.
func fetch(ctx context.Context, t testing.TB, address string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	response, err := client.Do(r)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// mustHold fails unless the text holds all the parts.
func mustHold(t testing.TB, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not hold %q:\n%.400s", where, part, text)
		}
	}
}
