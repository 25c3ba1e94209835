package api_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

// The shelf of a shop, in every way that an answer can be written.
type (
	kind  string
	maker struct {
		Name string   `json:"name"`
		Also []string `json:"also,omitempty"`
	}
	thing struct {
		ID     string         `json:"id"`
		Kind   kind           `json:"kind"`
		Maker  *maker         `json:"maker"`
		Price  float64        `json:"price"`
		Count  int            `json:"count,omitempty"`
		Lat    *float64       `json:"lat,omitempty"`
		Rate   *float64       `json:"rate"`
		Made   time.Time      `json:"made"`
		Words  map[string]int `json:"words,omitempty"`
		Inside []thing        `json:"inside,omitempty"`
		Secret string         `json:"-"`
		hidden string
	}
	found struct {
		thing
		Distance float64 `json:"distance_km,omitempty"`
	}
	answer struct {
		Total  int     `json:"total"`
		Things []found `json:"things"`
		Next   string  `json:"next,omitempty"`
	}
)

func one(id string) thing {
	return thing{ID: id, Kind: "old", Maker: &maker{Name: "Léa"}, Price: 1.5, Made: time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC), hidden: "x"}
}

func sample() api.Description {
	return api.Description{
		Version: "1.0.0",
		Keys:    api.Keys{Operation: "shop.op.", Parameter: "shop.param.", Field: "shop.field.", Tag: "shop.tag.", Example: "shop.example."},
		Types: []api.Type{
			{Of: kind(""), Values: []string{"new", "old"}},
			{Of: thing{}, Name: "Thing"},
			{Of: maker{}, Name: "Maker"},
			{Of: found{}, Name: "Found", Sparse: true},
			{Of: answer{}, Name: "Things"},
		},
		Operations: []api.Operation{things(), {
			ID: "thing", Path: "/api/v1/things/{id}", Tag: "shelf", Params: []api.Param{{Name: "id", Path: true, Kind: api.Text, MaxLength: 20}},
			Answer: thing{}, Others: []api.Form{{MediaType: "application/ld+json", Answer: map[string]any(nil)}}, Moved: true, Errors: []int{404, 410}, Cost: 5, Examples: []api.Example{{Name: "one", Values: map[string][]string{"id": {"a b/c"}}}, {Name: "linked", Values: map[string][]string{"id": {"linked"}}}},
			Handle: func(w http.ResponseWriter, r *http.Request, in api.Values) error {
				switch in.Text("id") {
				case "none":
					return errs.New(errs.NotFound, "", nil)
				case "linked":
					return web.Write(w, r, http.StatusOK, "application/ld+json", []byte(`{"@type": "Product"}`))
				case "old":
					return api.Fault(errs.Gone, "id", "web.gone", nil)
				}
				return web.JSON(w, r, http.StatusOK, one(in.Text("id")))
			},
		}, {
			ID: "kinds", Path: "/api/v1/kinds", Tag: "words", Answer: []kind(nil), Examples: []api.Example{{Name: "all"}},
			Handle: func(w http.ResponseWriter, r *http.Request, _ api.Values) error {
				return web.JSON(w, r, http.StatusOK, []kind{"new", "old"})
			},
		}},
		About: func(r *http.Request) (api.About, error) {
			return api.About{
				Title: "API de la boutique", Description: "Tout ce qui est en rayon.", Licence: api.Link{Name: "ODbL 1.0", URL: "https://opendatacommons.org/licenses/odbl/"},
				Contact: api.Link{Name: "La boutique", URL: "https://shop.example/"}, Server: "https://grappe.example/nc",
				More: []ui.Link{{Label: "Fichiers", URL: ui.Of(r).Path("/donnees")}},
			}, nil
		},
	}
}

func things() api.Operation {
	return api.Operation{
		ID: "things", Path: "/api/v1/things", Tag: "shelf", Modified: true, Errors: []int{410},
		Params: []api.Param{
			{Name: "q", Kind: api.Text, MaxLength: 30},
			{Name: "kind", Kind: api.Choice, Enum: []string{"new", "old"}, Many: true, MaxItems: 3},
			{Name: "bbox", Kind: api.Box},
			{Name: "near", Kind: api.Point},
			{Name: "radius", Kind: api.Number, Min: 0.5, Max: 2000},
			{Name: "cheap", Kind: api.Flag},
			{Name: "order", Kind: api.Choice, Enum: []string{"name", "price"}, Default: "name"},
			{Name: "fields", Kind: api.List, Enum: []string{"id", "kind", "price"}, MaxItems: 3},
			{Name: "limit", Kind: api.Integer, Min: 1, Max: 500, Default: "20"},
			{Name: "cursor", Kind: api.Text, MaxLength: 100},
		},
		Answer: answer{Total: 1, Things: []found{{thing: one("a"), Distance: 1.2}}},
		Examples: []api.Example{
			{Name: "words", Values: map[string][]string{"q": {"vélo & tôle"}, "kind": {"new", "old"}, "limit": {"2"}}},
			{Name: "box", Values: map[string][]string{"bbox": {"170,-25,-170,-10"}, "near": {"-22.27,166.44"}, "radius": {"12.5"}, "cheap": {"1"}, "fields": {"id,price"}}},
		},
		Handle: func(w http.ResponseWriter, r *http.Request, in api.Values) error {
			if in.Has("cursor") {
				return api.Fault(errs.Gone, "cursor", "web.gone", nil)
			}
			if web.Unchanged(w, r, "", time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC), time.Now()) {
				return nil
			}
			return web.JSON(w, r, http.StatusOK, answer{Total: in.Int("limit"), Things: []found{{thing: one("a")}}})
		},
	}
}

// shopTexts are the texts of the sample in both languages.
func shopTexts(t testing.TB, a *api.API) fs.FS {
	t.Helper()
	text := "{"
	for i, key := range a.TextKeys() {
		if i > 0 {
			text += ","
		}
		text += `"` + key + `": "Text of ` + key + `"`
	}
	return fstest.MapFS{"texts/fr.json": {Data: []byte(text + "}")}, "texts/en.json": {Data: []byte(text + "}")}}
}

func shop(t testing.TB) (*api.API, fs.FS) {
	t.Helper()
	a, err := api.New(sample())
	if err != nil {
		t.Fatal(err)
	}
	return a, shopTexts(t, a)
}

// serve is the sample behind the whole stack, in the language.
func serve(t testing.TB, lang string) (*api.API, http.Handler) {
	t.Helper()
	a, texts := shop(t)
	router := web.NewRouter()
	a.Routes(router)
	frame := uitest.Frame(t, lang, api.Texts, web.Texts, texts)
	frame.Languages = []string{"fr", "en"}
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		router.ServeHTTP(w, r.WithContext(ui.With(r.Context(), frame)))
	})
	plenty := web.Rate{PerSecond: 1e6, Burst: 1e6}
	return a, web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler), Rate: plenty, Heavy: plenty,
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return frame.P }},
	}, inner)
}
