package directory_test

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
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

// house is the directory of New Caledonia over a base of its own.
type house struct {
	db        *db.DB
	store     listing.Store
	cards     *listing.Service
	directory *directory.Service
	territory *territory.Territory
	frames    map[string]ui.Frame
	router    *web.Router
	followed  int64 // the last change that the index has seen

	territories *territory.Service
	log         errorLog
}

// errorLog keeps what is logged at level error.
type errorLog struct {
	mu    sync.Mutex
	lines []string
}

// Enabled implements slog.Handler.
func (*errorLog) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

// WithAttrs implements slog.Handler.
func (l *errorLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *errorLog) WithGroup(string) slog.Handler { return l }

// Handle implements slog.Handler.
func (l *errorLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	l.lines = append(l.lines, line)
	return nil
}

// texts are the catalogues that the pages of the directory speak.
func texts() []fs.FS {
	return []fs.FS{web.Texts, territory.Texts, taxonomy.Texts, company.Texts, listing.Texts, directory.Texts}
}

// open makes a house on an empty base with the given cards, and loads the index.
func open(t testing.TB, d *db.DB, cards ...listing.Record) *house {
	t.Helper()
	h := early(t, d, cards...)
	var err error
	if h.followed, err = h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// early is a house whose index is not loaded.
func early(t testing.TB, d *db.DB, cards ...listing.Record) *house {
	t.Helper()
	h := &house{db: d, cards: listing.NewService(d, now), frames: map[string]ui.Frame{}, router: web.NewRouter()}
	territories := territory.NewService(d, presets.FS)
	var err error
	if h.territory, err = territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	h.save(t, cards...)
	h.directory = directory.New(directory.Rooms{
		DB: d, Territories: territories, Taxonomies: taxonomies(t), Synonyms: vocabulary(t), Now: now, Log: slog.New(&h.log),
	})
	h.territories = territories
	pages, err := directory.NewPages(h.directory)
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(h.router)
	for _, lang := range h.territory.Languages {
		f := uitest.Frame(t, lang, texts()...)
		f.Languages = h.territory.Languages
		h.frames[lang] = f
	}
	return h
}

// sample is a house on SQLite with the cards of samples.
func sample(t testing.TB) *house {
	t.Helper()
	return open(t, dbtest.SQLite(t), samples()...)
}

func taxonomies(t testing.TB) *directory.Taxonomies {
	t.Helper()
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		t.Fatal(err)
	}
	return &directory.Taxonomies{Competences: competences, Sectors: sectors}
}

func vocabulary(t testing.TB) *search.Vocabulary {
	t.Helper()
	data, err := fs.ReadFile(presets.FS, "vocabulary/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v, err := search.ReadVocabulary(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// save stores cards as an import would: what they say is kept as it is.
func (h *house) save(t testing.TB, cards ...listing.Record) []listing.Record {
	t.Helper()
	var saved []listing.Record
	err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = h.store.SaveBatch(t.Context(), tx, cards, now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// follow brings the index up to the change log.
func (h *house) follow(t testing.TB) {
	t.Helper()
	changes, err := h.db.Changes(t.Context(), h.followed, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.directory.Apply(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
	if len(changes) > 0 {
		h.followed = changes[len(changes)-1].Seq
	}
}

// bySlug reads a card by its address.
func (h *house) bySlug(t testing.TB, slug string) listing.Listing {
	t.Helper()
	l, err := h.store.BySlug(t.Context(), h.db.Read(), "nc", slug)
	if err != nil {
		t.Fatalf("card %q: %v", slug, err)
	}
	return l
}

// answer is what a page answered.
type answer struct {
	status int
	header http.Header
	body   string
}

// get asks for a page in French.
func (h *house) get(t testing.TB, path string) answer {
	t.Helper()
	return h.in(t.Context(), t, "fr", path)
}

// in asks for a page in a language, under a context.
func (h *house) in(ctx context.Context, t testing.TB, lang, path string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r = r.WithContext(ui.With(territory.With(r.Context(), h.territory), h.frames[lang]))
	w := httptest.NewRecorder()
	h.router.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// ask asks the service, and gives the slugs of the hits.
func (h *house) ask(t testing.TB, text string) []string {
	t.Helper()
	q, err := directory.ParseQuery(url.Values{"q": {text}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := h.directory.Search(t.Context(), "nc", q, directory.Options{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var slugs []string
	for _, hit := range found.Hits {
		slugs = append(slugs, hit.Slug)
	}
	return slugs
}

// card is a published card of a company in Nouméa.
func card(name string, competences ...string) listing.Record {
	return listing.Record{
		Company: company.Company{UsualName: name, Status: company.Active},
		Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{
			Name: name, Category: listing.Company, Competences: competences, Zone: "98818", City: "Nouméa",
		}},
	}
}

// samples are seven cards: one that says all, one that says its name only, and what lies between.
func samples() []listing.Record {
	rich := card("Lagon Web", "web-development", "graphic-design")
	rich.Company.LegalName, rich.Company.FoundedYear, rich.Company.SizeClass = "LAGON WEB SARL", 2014, "02"
	rich.Company.Identifiers = []company.Identifier{{Scheme: "rid", Value: "0123455", Written: "0123455", Valid: false}}
	l := &rich.Listing
	l.Headline = "Votre site vitrine en trois semaines"
	l.Description = "Nous créons des **sites internet** pour les hôtels.\n\n- refonte\n- hébergement"
	l.Sectors, l.Tags = []string{"tourism", "retail"}, []string{"WordPress", "site vitrine"}
	l.ServiceArea = listing.ServiceArea{Zones: []string{"iles"}, Remote: true}
	l.Phones, l.Emails = []string{"+687271234"}, []string{"bonjour@lagon-web.example"}
	l.Websites = []string{"https://www.lagon-web.example/"}
	l.Social = []listing.Social{{Network: "facebook", URL: "https://www.facebook.com/lagonweb"}}
	l.OpeningHours, l.Languages, l.Accessibility = `Mo-Fr 08:00-12:00,13:00-17:00; PH off; "by appointment"`, []string{"fr", "en"}, []string{"wheelchair"}
	l.Address, l.Postcode = "12 rue de la République", "98800"
	l.Point = &geo.Point{Lat: -22.2711, Lon: 166.4416}
	l.ConfirmedAt = now().AddDate(0, -3, 0)
	l.Provenance = company.Provenance{"name": {Kind: company.FromOwner, At: now().AddDate(0, -3, 0)}}

	bare := card("Point Nul")
	bare.Listing.Zone, bare.Listing.City = "", ""
	lifou := card("Drehu Photo", "audiovisual")
	lifou.Listing.Zone, lifou.Listing.City, lifou.Listing.Tags = "98814", "Lifou", []string{"photographe", "Wordpress", "Photographes"}
	lifou.Company.SizeClass = "NN"
	cyber := card("Rempart Sécurité", "cybersecurity")
	cyber.Listing.Headline, cyber.Listing.ServiceArea.Everywhere = "La sécurité informatique des petites structures", true
	school := card("École du Code du Mont-Dore", "training")
	school.Listing.Category, school.Listing.Zone, school.Listing.City = listing.School, "98817", "Le Mont-Dore"
	school.Listing.Tags = []string{"WordPress"}
	place := card("Tiers-lieu de Koné")
	place.Listing.Category, place.Listing.Zone, place.Listing.Address = listing.ThirdPlace, "98811", "Route du Nord"
	place.Listing.City = ""
	draft := card("Brouillon Secret", "web-development")
	draft.Listing.State = listing.Draft
	return []listing.Record{rich, bare, lifou, cyber, school, place, draft}
}

// mustNotHold fails if the text holds one of the parts.
func mustNotHold(t testing.TB, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s holds %q", where, part)
		}
	}
}
