package embed_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/directory/embed"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

func now() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

// site is the directory of New Caledonia as other sites see it, behind the whole stack of middleware.
type site struct {
	territory *territory.Territory
	handler   http.Handler
}

func texts() []fs.FS {
	return []fs.FS{web.Texts, territory.Texts, taxonomy.Texts, company.Texts, listing.Texts, directory.Texts, embed.Texts}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// open makes a site; the directory has read its cards only if loaded.
func open(t testing.TB, loaded bool, cards ...listing.Record) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	territories := territory.NewService(d, presets.FS)
	s := &site{territory: must[*territory.Territory](t)(territories.Add(t.Context(), "nc"))}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(t.Context(), tx, cards, now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	service := directory.New(directory.Rooms{
		DB: d, Territories: territories, Now: now, Log: slog.New(slog.DiscardHandler),
		Taxonomies: &directory.Taxonomies{
			Competences: must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Competences)),
			Sectors:     must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Sectors)),
		},
		Synonyms: must[*search.Vocabulary](t)(search.ReadVocabulary(must[[]byte](t)(fs.ReadFile(presets.FS, "vocabulary/fr.yaml")))),
	})
	if loaded {
		must[int64](t)(service.Load(t.Context()))
	}
	router := web.NewRouter()
	must[*embed.Pages](t)(embed.NewPages(service)).Routes(router)
	must[*directory.Pages](t)(directory.NewPages(service)).Routes(router)
	frames := map[string]ui.Frame{}
	for _, lang := range s.territory.Languages {
		f := uitest.Frame(t, lang, texts()...)
		f.Languages = s.territory.Languages
		frames[lang] = f
	}
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := "fr"
		if r.Header.Get("Test-Language") != "" {
			lang = r.Header.Get("Test-Language")
		}
		router.ServeHTTP(w, r.WithContext(ui.With(territory.With(r.Context(), s.territory), frames[lang])))
	})
	s.handler = web.Stack(web.Options{Logger: slog.New(slog.DiscardHandler)}, inside)
	return s
}

func (s *site) get(t testing.TB, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// cards are n of them: every second one can make web sites, every third sits in Lifou.
func cards(n int) []listing.Record {
	all := make([]listing.Record, 0, n)
	for i := range n {
		name := "Atelier " + strconv.Itoa(i)
		c := listing.Record{
			Company: company.Company{UsualName: name, Status: company.Active},
			Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{
				Name: name, Category: listing.Company, Headline: "Photo & vidéo <b>", Zone: "98818", City: "Nouméa",
				Phones: []string{"+687271234"}, Emails: []string{"a@atelier.example"}, Websites: []string{"https://www.atelier.example/"},
			}},
		}
		if i%2 == 0 {
			c.Listing.Competences = []string{"web-development"}
		}
		if i%3 == 0 {
			c.Listing.Zone, c.Listing.City = "98814", "Lifou"
		}
		all = append(all, c)
	}
	return all
}
