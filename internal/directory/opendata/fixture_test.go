package opendata_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
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

// rooms are the texts that the pages speak.
func rooms() []fs.FS {
	return []fs.FS{ui.Texts, web.Texts, territory.Texts, taxonomy.Texts, company.Texts, listing.Texts, directory.Texts, opendata.Texts}
}

// house serves the open data of New Caledonia, as behind the stack of the server.
type house struct {
	db        *db.DB
	directory *directory.Service
	territory *territory.Territory
	handler   http.Handler
	store     listing.Store
	followed  int64
	heavy     web.Rate // of whole files; none when it is the zero value
}

// open makes a house over a base with the given cards.
func open(t testing.TB, cards ...listing.Record) *house {
	t.Helper()
	h := &house{db: dbtest.SQLite(t)}
	territories := territory.NewService(h.db, presets.FS)
	var err error
	if h.territory, err = territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	h.save(t, cards...)
	competences, err1 := taxonomy.Load(presets.FS, taxonomy.Competences)
	sectors, err2 := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	h.directory = directory.New(directory.Rooms{
		DB: h.db, Territories: territories, Taxonomies: &directory.Taxonomies{Competences: competences, Sectors: sectors},
		Synonyms: &search.Vocabulary{}, Now: now, Log: slog.New(slog.DiscardHandler),
	})
	if h.followed, err = h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.serve(t, opendata.Rooms{
		Cards: h.directory, Competences: h.directory.Competences(), Now: now,
		Taxonomies: &directory.Taxonomies{Competences: competences, Sectors: sectors},
		Asked: func(f ui.Frame, code string, q directory.Query) ([]directory.Asked, error) {
			words, err := h.directory.Words(f, code)
			return words.Asked(q), err
		},
		Sources: func(_ context.Context, code, lang string) ([]directory.Credit, error) {
			if code != "nc" {
				return nil, fmt.Errorf("sources of %q", code)
			}
			return []directory.Credit{{Title: "Carte " + lang, Attribution: "Région", Licence: "ODbL", URL: "https://source.example"}, {Attribution: "Sans titre", URL: "javascript:alert(1)"}}, nil
		},
	})
	return h
}

// serve puts the pages over the rooms behind the stack of the server.
func (h *house) serve(t testing.TB, r opendata.Rooms) {
	t.Helper()
	pages, err := opendata.NewPages(r)
	if err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter()
	pages.Routes(router)
	frames := map[string]ui.Frame{}
	for _, lang := range locale.Languages() {
		f := uitest.Frame(t, lang, rooms()[1:]...)
		f.Languages = h.territory.Languages
		frames[lang] = f
	}
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := "fr"
		if rest, ok := strings.CutPrefix(r.URL.Path, "/en"); ok {
			lang, r.URL.Path = "en", rest
		}
		router.ServeHTTP(w, r.WithContext(ui.With(territory.With(r.Context(), h.territory), frames[lang])))
	})
	if h.heavy == (web.Rate{}) {
		h.heavy.PerSecond = -1
	}
	h.handler = web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler), Rate: web.Rate{PerSecond: -1}, Heavy: h.heavy,
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return frames["fr"].P }},
	}, inside)
}

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

// get asks for a path; headers come in pairs.
func (h *house) get(t testing.TB, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return h.ask(t, http.MethodGet, path, headers...)
}

func (h *house) ask(t testing.TB, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// printer speaks the texts of the rooms.
func printer(t testing.TB, lang string) *locale.Printer {
	t.Helper()
	return localetest.Printer(t, lang, rooms()...)
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

// samples are five published cards, of which one says all, and three that nobody may see.
func samples() []listing.Record {
	rich := card("Lagon Web", "web-development", "graphic-design")
	rich.Company.LegalName, rich.Company.FoundedYear, rich.Company.SizeClass = "LAGON WEB SARL", 2014, "02"
	rich.Company.Identifiers = []company.Identifier{company.ParseIdentifier("rid", "0132720"), company.ParseIdentifier("ridet", "0132720001")}
	l := &rich.Listing
	l.Headline, l.Description = "Votre site en trois semaines", "Nous créons des **sites**.\n\n- refonte\n- hébergement"
	l.Sectors, l.Tags = []string{"tourism"}, []string{"WordPress", "site, vitrine; e-commerce"}
	l.ServiceArea = listing.ServiceArea{Zones: []string{"iles"}, Remote: true}
	l.Phones, l.Emails = []string{"+687271234", "+687781234"}, []string{"bonjour@lagon-web.example"}
	l.Websites = []string{"https://www.lagon-web.example/", "javascript:alert(document.secret)"}
	l.Social = []listing.Social{{Network: "facebook", URL: "https://www.facebook.com/lagonweb"}, {Network: "x", URL: "javascript:secret"}}
	l.OpeningHours, l.Languages, l.Accessibility = "Mo-Fr 08:00-12:00", []string{"fr", "en"}, []string{"wheelchair"}
	l.Address, l.Postcode, l.Logo = "12 rue de la République\nBâtiment B", "98800", "javascript:secretlogo"
	l.Point = &geo.Point{Lat: -22.2711, Lon: 166.4416}
	l.ConfirmedAt = now().AddDate(0, -3, 0)
	l.Provenance = company.Provenance{"name": {Kind: company.FromImport, Name: "carte", Run: "secretrun", At: now()}, "tags": {Kind: company.FromStaff, Name: "secretperson", At: now()}}

	formula := card("=cmd|' /C calc'!A0", "cybersecurity")
	formula.Listing.Headline, formula.Listing.ServiceArea.Everywhere = "@SUM(A1)", true
	lifou := card("Drehu Photo", "audiovisual")
	lifou.Listing.Zone, lifou.Listing.City, lifou.Listing.Tags = "98814", "Lifou", []string{"photographe"}
	school := card("École & Cie <b>", "training")
	school.Listing.Category = listing.School
	bare := card("Point Nul")
	bare.Listing.Zone, bare.Listing.City = "", ""
	all := []listing.Record{rich, formula, lifou, school, bare}
	for _, state := range []listing.State{listing.Draft, listing.Hidden, listing.Merged} {
		unseen := card("Secret "+string(state), "web-development")
		unseen.Listing.State = state
		all = append(all, unseen)
	}
	return all
}
