package apitest

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/web"
)

// notebook notes what a check finds instead of failing.
type notebook struct {
	testing.TB
	faults []string
}

func (n *notebook) Helper()             {}
func (n *notebook) Logf(string, ...any) {}
func (n *notebook) Error(args ...any)   { n.faults = append(n.faults, fmt.Sprint(args...)) }

func (n *notebook) Errorf(f string, args ...any) {
	n.faults = append(n.faults, fmt.Sprintf(f, args...))
}

// expect fails the test unless the check finds what is wanted, or nothing for "".
func expect(t *testing.T, name, want string, check func(testing.TB)) {
	t.Helper()
	n := &notebook{TB: t}
	check(n)
	found := strings.Join(n.faults, "\n")
	if want == "" && found != "" || !strings.Contains(found, want) {
		t.Errorf("%s: found %.2000q, want %q", name, found, want)
	}
}

type pet struct {
	Name string `json:"name"`
	Age  int    `json:"age,omitempty"`
}

// zoo is an API with one operation, whose handler is given.
func zoo(t *testing.T, handle func(http.ResponseWriter, *http.Request, api.Values) error) (*api.API, []byte, http.Handler) {
	t.Helper()
	a, err := api.New(api.Description{
		Version: "1", Keys: api.Keys{Operation: "zoo.op.", Parameter: "zoo.param.", Field: "zoo.field.", Tag: "zoo.tag.", Example: "zoo.example."},
		Types: []api.Type{{Of: pet{}, Name: "Pet"}},
		Operations: []api.Operation{{
			ID: "pets", Path: "/api/v1/pets", Tag: "pets", Answer: pet{}, Handle: handle,
			Params:   []api.Param{{Name: "name", Kind: api.Text}, {Name: "age", Kind: api.Integer, Min: 0, Max: 200}},
			Examples: []api.Example{{Name: "lion", Values: map[string][]string{"name": {"lion"}}}},
		}},
		About: func(*http.Request) (api.About, error) { return api.About{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var texts strings.Builder
	for _, key := range a.TextKeys() {
		fmt.Fprintf(&texts, ",%q: %q", key, "A text.")
	}
	room := fstest.MapFS{}
	for _, name := range []string{"fr.json", "en.json"} {
		room[name] = &fstest.MapFile{Data: []byte("{" + strings.TrimPrefix(texts.String(), ",") + "}")}
	}
	document, err := a.Document(localetest.Printer(t, "en", room, api.Texts), api.About{
		Title: "Zoo", Description: "Animals.", Licence: api.Link{Name: "CC0", URL: "https://creativecommons.org/publicdomain/zero/1.0/"},
		Contact: api.Link{Name: "The keeper", URL: "https://zoo.test/"}, Server: "https://zoo.test",
	})
	if err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter()
	a.Routes(router)
	unlimited := web.Rate{PerSecond: -1}
	return a, document, web.Stack(web.Options{Logger: slog.New(slog.DiscardHandler), Rate: unlimited, Heavy: unlimited}, router)
}

func TestFindsFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		handle          func(http.ResponseWriter, *http.Request, api.Values) error
		replay, hostile string
	}{
		"good": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			return web.JSON(w, r, 200, pet{Name: in.Text("name")})
		}, "", ""},
		"another type": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			return web.JSON(w, r, 200, map[string]any{"name": 3})
		}, "name", ""},
		"more than is announced": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			return web.JSON(w, r, 200, map[string]any{"name": "lion", "secret": true})
		}, "secret", ""},
		"no tag": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			w.Header().Set("Cache-Control", "no-store")
			return web.JSON(w, r, 200, pet{Name: "lion"})
		}, "ETag", ""},
		"fails": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			if strings.ContainsAny(in.Text("name"), "'\"") {
				return fmt.Errorf("near %q: syntax error", in.Text("name"))
			}
			return web.JSON(w, r, 200, pet{Name: "lion"})
		}, "", "500"},
		"names nothing": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			if in.Text("name") != "lion" {
				return errs.New(errs.Usage, "", nil)
			}
			return web.JSON(w, r, 200, pet{Name: "lion"})
		}, "", `does not name "name"`},
		"examples that fail": {func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			return api.Fault(errs.Gone, "name", "web.gone", nil)
		}, "410", ""},
	} {
		a, document, h := zoo(t, tt.handle)
		expect(t, name+", replay", tt.replay, func(tb testing.TB) { Replay(tb, a, document, h, "http://zoo.test") })
		if tt.hostile == "" && tt.replay != "" {
			continue
		}
		expect(t, name+", hostile", tt.hostile, func(tb testing.TB) { Hostile(tb, a, h, "http://zoo.test") })
	}
}

func TestDocumentFindsFaults(t *testing.T) {
	_, document, _ := zoo(t, func(http.ResponseWriter, *http.Request, api.Values) error { return nil })
	expect(t, "good", "", func(tb testing.TB) { Document(tb, document) })
	broken := strings.Replace(string(document), `"3.1.0"`, `"3.0.3"`, 1)
	expect(t, "an older OpenAPI", "kin-openapi", func(tb testing.TB) { Document(tb, []byte(broken)) })
	broken = strings.Replace(string(document), `"#/components/schemas/Pet"`, `"#/components/schemas/Cat"`, 1)
	expect(t, "a reference to nothing", "kin-openapi", func(tb testing.TB) { Document(tb, []byte(broken)) })
	if _, err := program(); err != nil && os.Getenv("CI") != "true" {
		t.Skip("spectral is not there: ", err)
	}
	var loose map[string]any
	if err := json.Unmarshal(document, &loose); err != nil {
		t.Fatal(err)
	}
	delete(loose, "tags")
	text, err := json.Marshal(loose)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "tags that nothing defines", "operation-tag-defined", func(tb testing.TB) { Document(tb, text) })
}

func TestTextFaults(t *testing.T) {
	a, _, _ := zoo(t, func(http.ResponseWriter, *http.Request, api.Values) error { return nil })
	room := fstest.MapFS{}
	for _, name := range []string{"fr.json", "en.json"} {
		room[name] = &fstest.MapFile{Data: []byte(`{"zoo.op.pets.summary": "x", "zoo.op.cats.summary": "x", "zoo.title": "x"}`)}
	}
	expect(t, "missing", "no text for zoo.param.age", func(tb testing.TB) { Texts(tb, a, room) })
	expect(t, "idle", "no use for the text of zoo.op.cats.summary", func(tb testing.TB) { Texts(tb, a, room) })
	for _, fault := range textFaults(a, localetest.Load(t, room)) {
		if strings.Contains(fault, "zoo.title") || strings.Contains(fault, "pets.summary") {
			t.Error(fault)
		}
	}
}

// A value that stands in no address is tried by way of the raw query, so that what is sent is what is meant.
func TestSentAsWritten(t *testing.T) {
	seen := map[string]bool{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen[r.URL.RawQuery] = true
		w.WriteHeader(http.StatusNotFound)
	})
	a, _, _ := zoo(t, func(http.ResponseWriter, *http.Request, api.Values) error { return nil })
	expect(t, "a 404 that is no problem", "is no problem", func(tb testing.TB) { Hostile(tb, a, h, "http://zoo.test") })
	for _, want := range []string{"name=%zz", "age=NaN", "age=%&age=%", "name=lion&age=%00", "colour=1"} {
		if !seen[want] {
			t.Errorf("%s was not tried", want)
		}
	}
}
