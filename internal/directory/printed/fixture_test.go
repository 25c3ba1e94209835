package printed_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/directory/printed"
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

// now is the moment of every test: a Tuesday, 9:30 in Nouméa.
func now() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

// mostInTests is how many cards a document of the tests holds.
const mostInTests = 310

// shop is New Caledonia's directory and its press.
type shop struct {
	printed.Directory
	territory *territory.Territory
	frames    map[string]ui.Frame
	router    *web.Router
}

func texts() []fs.FS {
	return []fs.FS{web.Texts, territory.Texts, taxonomy.Texts, company.Texts, listing.Texts, directory.Texts, printed.Texts}
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

// open makes a shop over the given cards; change replaces its directory by another one.
func open(t testing.TB, change func(printed.Directory) printed.Directory, cards ...listing.Record) *shop {
	t.Helper()
	d := dbtest.SQLite(t)
	territories := territory.NewService(d, presets.FS)
	s := &shop{frames: map[string]ui.Frame{}, router: web.NewRouter()}
	s.territory = must[*territory.Territory](t)(territories.Add(t.Context(), "nc"))
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(t.Context(), tx, cards, now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	taxonomies := &directory.Taxonomies{
		Competences: must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Competences)),
		Sectors:     must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Sectors)),
	}
	words := must[*search.Vocabulary](t)(search.ReadVocabulary(must[[]byte](t)(fs.ReadFile(presets.FS, "vocabulary/fr.yaml"))))
	service := directory.New(directory.Rooms{
		DB: d, Territories: territories, Taxonomies: taxonomies, Synonyms: words, Now: now, Log: slog.New(slog.DiscardHandler),
	})
	must[int64](t)(service.Load(t.Context()))
	s.Directory = service
	if change != nil {
		s.Directory = change(service)
	}
	pages := must[*printed.Pages](t)(printed.NewPages(printed.Rooms{
		Directory: s.Directory, Taxonomies: taxonomies, Now: now, Most: mostInTests,
		Credit: func(_ context.Context, source, _ string) (directory.Credit, error) {
			return directory.Credit{Title: "Fichier " + source, Licence: "Licence Ouverte 2.0", URL: "https://data.example/" + source}, nil
		},
	}))
	pages.Routes(s.router)
	for _, lang := range s.territory.Languages {
		f := uitest.Frame(t, lang, texts()...)
		f.Languages = s.territory.Languages
		s.frames[lang] = f
	}
	return s
}

func (s *shop) get(ctx context.Context, lang, path string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	r = r.WithContext(ui.With(territory.With(r.Context(), s.territory), s.frames[lang]))
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

// card is a published card with an address of mail of its own, so that a document can be asked for it.
func card(n int, name string, competences ...string) listing.Record {
	return listing.Record{
		Company: company.Company{UsualName: name, Status: company.Active},
		Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{
			Name: name, Category: listing.Company, Competences: competences, Zone: "98818", City: "Nouméa",
			Emails: []string{fmt.Sprintf("m%d@cartes.example", n)},
		}, Provenance: company.Provenance{"name": {Kind: company.FromImport, Name: "essai", At: now().AddDate(-2, 0, 0)}}},
	}
}

// cards are n of them with all sorts of names, lengths and competences.
func cards(t testing.TB, n int) []listing.Record {
	t.Helper()
	codes := must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Competences)).Codes()
	names := []string{"Œuvre & Cie", "L’Atelier du Cœur", "ʻUvea Numérique", "Éclair Côté Sud", "zébulon", "3D Pacifique", "Āina Studio", "Tjibaou « Web »"}
	all := make([]listing.Record, 0, n)
	for i := range n {
		c := card(i, fmt.Sprintf("%s %03d", names[i%len(names)], i))
		for j := range i % 4 {
			c.Listing.Competences = append(c.Listing.Competences, codes[(i*7+j*5)%len(codes)])
		}
		if i%3 == 0 {
			c.Listing.Headline = "Des sites, des applications et des images pour les entreprises de l’archipel, en trois semaines et sans jargon"
			c.Listing.OpeningHours = "Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00"
			c.Listing.Address, c.Listing.Postcode = "12 rue de la République", "98800"
		}
		if i%5 == 0 {
			c.Listing.Phones, c.Listing.Websites = []string{"+687271234", "+687785634"}, []string{"https://www.un-tres-long-nom-de-domaine.example/une/page"}
			c.Listing.ServiceArea = listing.ServiceArea{Zones: []string{"iles", "nord"}, Remote: true}
		}
		all = append(all, c)
	}
	return all
}
