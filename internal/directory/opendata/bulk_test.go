package opendata_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/web"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, opendata.Texts))
}

// files are the addresses of the whole files with what they must say of themselves.
func files() map[string]string {
	return map[string]string{
		"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "json": "application/json", "geojson": "application/geo+json",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
}

func TestFilesHoldWhatThePagesShow(t *testing.T) {
	h := open(t, samples()...)
	for format, mediaType := range files() {
		got := h.get(t, "/donnees/annuaire."+format)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != mediaType {
			t.Fatalf("%s: %d %s %.300s", format, got.Code, got.Header().Get("Content-Type"), got.Body)
		}
		if want := `attachment; filename="annuaire-nc-2026-02-03.` + format + `"`; got.Header().Get("Content-Disposition") != want {
			t.Errorf("%s: %s", format, got.Header().Get("Content-Disposition"))
		}
		if got.Header().Get("Access-Control-Allow-Origin") != "*" || got.Header().Get("Etag") == "" || got.Header().Get("Last-Modified") == "" {
			t.Errorf("%s: headers %v", format, got.Header())
		}
		names := rowsOf(t, got.Body.Bytes(), format)
		if want := []string{"=cmd|' /C calc'!A0", "Drehu Photo", "Lagon Web", "Point Nul", "École & Cie <b>"}; !slices.Equal(names, want) {
			t.Errorf("%s holds %q, want %q", format, names, want)
		}
	}
}

// rowsOf reads a file as an import would, and gives the names in it, sorted.
func rowsOf(t *testing.T, content []byte, format string) []string {
	t.Helper()
	r, err := tabular.Open(t.Context(), "x", bytes.NewReader(content), int64(len(content)), tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if string(r.Format()) != format {
		t.Errorf("a file of %s is taken for %s", format, r.Format())
	}
	var names []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(fmt.Sprint(row.Fields)), "secret") {
			t.Errorf("%s tells a secret: %v", format, row.Fields)
		}
		for _, path := range []string{"Nom", "name", "properties.name"} {
			if v, ok := row.Get(path); ok {
				names = append(names, v.(string))
			}
		}
	}
}

func TestCSVIsForPeople(t *testing.T) {
	h := open(t, samples()...)
	got := h.get(t, "/donnees/annuaire.csv").Body.String()
	head, rest, _ := strings.Cut(got, "\r\n")
	if !strings.HasPrefix(head, "\ufeffIdentifiant,Nom dans l’adresse,Adresse de la fiche,Nom,Type,Type en clair,Accroche,") {
		t.Errorf("the header is %q", head)
	}
	for _, want := range []string{
		`'=cmd|' /C calc'!A0`, `'@SUM(A1)`, "\"WordPress\nsite, vitrine; e-commerce\"", "\"'+687271234\n+687781234\"", ",-22.2711,166.4416,",
		"\"rid:0132720\nridet:0132720001\"", "facebook:https://www.facebook.com/lagonweb", ",Nouméa,98818,Nouméa,", ",2014,02,3 à 5 salariés,carte,2025-11-02T22:30:00Z,",
		"https://grappe.example/nc/annuaire/lagon-web", ",company,Entreprise,", ",tourism,Tourisme et hôtellerie,",
		",\"web-development\ngraphic-design\",\"Développement web\nCréation graphique\",", ",iles,Province des îles Loyauté,",
	} {
		if !strings.Contains(rest, want) {
			t.Errorf("no %q in\n%s", want, rest)
		}
	}
	for address, head := range map[string]string{
		"/en/donnees/annuaire.csv":                  "Identifier,Name in the address,",
		"/donnees/annuaire.csv?delimiter=%3B":       "Identifiant;Nom dans l’adresse;",
		"/donnees/annuaire.csv?delimiter=semicolon": "Identifiant;Nom dans l’adresse;",
		"/donnees/annuaire.csv?delimiter=tab":       "Identifiant\tNom dans l’adresse\t",
	} {
		if got := h.get(t, address).Body.String(); !strings.HasPrefix(got, "\ufeff"+head) {
			t.Errorf("%s begins with %.60q", address, got)
		}
	}
}

func TestWorkbookIsNamed(t *testing.T) {
	h := open(t, samples()...)
	for path, want := range map[string]string{"/donnees/annuaire.xlsx": "Annuaire", "/en/donnees/annuaire.xlsx": "Directory"} {
		content := h.get(t, path).Body.Bytes()
		_, err := tabular.Open(t.Context(), "x", bytes.NewReader(content), int64(len(content)), tabular.Options{Sheet: want})
		if err != nil {
			t.Errorf("%s: no sheet %q: %v", path, want, err)
		}
	}
}

// JSON is the one shape of listing.Public, as the API gives it.
func TestJSONIsPublic(t *testing.T) {
	h := open(t, samples()...)
	var want []string
	err := h.directory.Published(t.Context(), "nc", func(r listing.Record) error {
		line, err := json.Marshal(listing.PublicOf(r, "https://grappe.example/nc/annuaire/"+r.Listing.Slug))
		want = append(want, string(line))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(h.get(t, "/donnees/annuaire.jsonl").Body.String()) {
		var p listing.Public
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(again))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var collection struct {
		Type     string
		Features []struct {
			ID         string
			Geometry   *struct{ Coordinates []float64 }
			Properties listing.Public
		}
	}
	if err := json.Unmarshal(h.get(t, "/donnees/annuaire.geojson").Body.Bytes(), &collection); err != nil {
		t.Fatal(err)
	}
	first := collection.Features[0]
	if len(collection.Features) != 5 || first.ID != first.Properties.ID || !slices.Equal(first.Geometry.Coordinates, []float64{166.4416, -22.2711}) ||
		first.Properties.Lat != nil || collection.Features[4].Geometry != nil {
		t.Errorf("%+v", collection)
	}
}

func TestFilesAreFiltered(t *testing.T) {
	h := open(t, samples()...)
	for query, want := range map[string][]string{
		"competence=developpement-web":             {"Lagon Web"},
		"zone=lifou":                               {"=cmd|' /C calc'!A0", "Drehu Photo", "Lagon Web"},
		"zone=lifou&surplace=1":                    {"Drehu Photo"},
		"ou=Lifou&surplace=1":                      {"Drehu Photo"},
		"categorie=ecole":                          {"École & Cie <b>"},
		"q=photographe":                            {"Drehu Photo"},
		"bbox=166,-23,167,-22":                     {"Lagon Web"},
		"tag=wordpress&tag=nobodys":                {"Lagon Web"},
		"tag=nobodys":                              nil,
		"tri=nom&page=3&vue=carte&fiche=lagon-web": {"=cmd|' /C calc'!A0", "Drehu Photo", "Lagon Web", "Point Nul", "École & Cie <b>"},
	} {
		got := h.get(t, "/donnees/annuaire.csv?"+query)
		if names := rowsOf(t, got.Body.Bytes(), "csv"); got.Code != 200 || !slices.Equal(names, want) {
			t.Errorf("%s: %d %q, want %q", query, got.Code, names, want)
		}
		if whole := strings.Contains(got.Header().Get("Content-Disposition"), "extrait"); !whole {
			t.Errorf("%s: the name of the file does not say that it is a part: %s", query, got.Header().Get("Content-Disposition"))
		}
	}
	for query, param := range map[string]string{
		"zone=atlantide": "zone", "competence=x": "competence", "categorie=y": "categorie", "ou=atlantide": "ou", "delimiter=x": "delimiter",
		"competences=x": "competences", "bbox=1,2": "bbox", "tri=x": "tri", "page=0": "page",
	} {
		got := h.get(t, "/donnees/annuaire.csv?"+query, "Accept", "application/json")
		if got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), `"name":"`+param+`"`) || got.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %s", query, got.Code, got.Body)
		}
	}
}

func TestManyFilesAreTooMany(t *testing.T) {
	h := open(t, samples()...)
	h.heavy = web.Rate{PerSecond: 0.001, Burst: 25}
	h.serve(t, opendata.Rooms{Cards: h.directory, Now: now})
	for n, want := range []int{200, 200, 429} {
		got := h.get(t, "/donnees/annuaire.csv")
		if got.Code != want || want == 429 && got.Header().Get("Retry-After") == "" {
			t.Errorf("file %d: %d, want %d; Retry-After %q", n, got.Code, want, got.Header().Get("Retry-After"))
		}
	}
	if got := h.get(t, "/donnees"); got.Code != http.StatusOK {
		t.Errorf("the page is refused as well: %d", got.Code)
	}
}

func TestFilesThatTheClientHas(t *testing.T) {
	h := open(t, samples()...)
	for _, path := range []string{"/donnees/annuaire.csv", "/donnees/annuaire.jsonl?zone=lifou", "/annuaire.atom", "/donnees/datapackage.json", "/donnees/catalogue.jsonld"} {
		first := h.get(t, path)
		tag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
		if first.Code != 200 || tag == "" || modified == "" {
			t.Fatalf("%s: %d %v", path, first.Code, first.Header())
		}
		for _, headers := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", modified}} {
			if got := h.get(t, path, headers...); got.Code != http.StatusNotModified || got.Body.Len() != 0 {
				t.Errorf("%s with %v: %d, %d bytes", path, headers, got.Code, got.Body.Len())
			}
		}
		if got := h.get(t, path, "If-None-Match", `"other"`, "If-Modified-Since", modified); got.Code != 200 {
			t.Errorf("%s with another tag: %d", path, got.Code)
		}
		if head := h.ask(t, http.MethodHead, path); head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Type") != first.Header().Get("Content-Type") {
			t.Errorf("HEAD %s: %d, %d bytes, %v", path, head.Code, head.Body.Len(), head.Header())
		}
		if other := h.get(t, path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"competence=audiovisuel"); other.Header().Get("Etag") == tag {
			t.Errorf("%s: another search has the same tag", path)
		}
	}
	tag := h.get(t, "/donnees/annuaire.csv").Header().Get("Etag")
	h.save(t, card("Nouvelle venue"))
	h.follow(t)
	if got := h.get(t, "/donnees/annuaire.csv", "If-None-Match", tag); got.Code != 200 || !strings.Contains(got.Body.String(), "Nouvelle venue") {
		t.Errorf("after a change: %d", got.Code)
	}
}

// What is asked from where somebody stands must stay on no disk, and have no tag that tells it again.
func TestFromAPosition(t *testing.T) {
	h := open(t, samples()...)
	for _, path := range []string{"/donnees/annuaire.csv", "/annuaire.atom", "/donnees/datapackage.json", "/donnees/catalogue.jsonld", "/donnees"} {
		got := h.get(t, path+"?pres=-22.27,166.44&rayon=5")
		if got.Code != http.StatusOK || got.Header().Get("Cache-Control") != "no-store" || got.Header().Get("Etag") != "" {
			t.Errorf("%s: %d %v", path, got.Code, got.Header())
		}
	}
}

// What changed in this second may change in it again.
func TestFilesOfThisVerySecond(t *testing.T) {
	h := open(t, samples()...)
	changed := h.directory.Updated("nc").UTC()
	for after, want := range map[time.Duration]time.Time{300 * time.Millisecond: changed.Add(-time.Second), 2 * time.Second: changed} {
		h.serve(t, opendata.Rooms{Cards: h.directory, Now: func() time.Time { return changed.Add(after) }})
		for _, path := range []string{"/donnees/annuaire.jsonl", "/annuaire.atom", "/donnees/datapackage.json"} {
			if got := h.get(t, path).Header().Get("Last-Modified"); got != want.Format(http.TimeFormat) {
				t.Errorf("%s %v after a change: Last-Modified %s, want %s", path, after, got, want.Format(http.TimeFormat))
			}
		}
	}
}

// All that /donnees links to, and the PDF, must come to one person in one go, twice.
func TestAllFilesInOneGo(t *testing.T) {
	h := open(t, samples()...)
	h.heavy = web.Rate{PerSecond: 0.0001, Burst: 200} // that of the server, but for what comes back meanwhile
	h.serve(t, opendata.Rooms{Cards: h.directory, Now: now})
	for range 2 {
		for _, path := range []string{"xlsx", "csv", "csv?delimiter=%3B", "geojson", "jsonl", "json"} {
			if got := h.get(t, "/donnees/annuaire."+path); got.Code != http.StatusOK {
				t.Errorf("%s: %d", path, got.Code)
			}
		}
		for _, path := range []string{"/annuaire.atom", "/donnees/datapackage.json", "/donnees/catalogue.jsonld"} {
			if got := h.get(t, path); got.Code != http.StatusOK {
				t.Errorf("%s: %d", path, got.Code)
			}
		}
	}
}

// An error in the middle must not look like a whole file, and who left is not served further.
func TestFileThatBreaks(t *testing.T) {
	h := open(t)
	fake := &cards{rows: 5000, fail: 3000}
	h.serve(t, opendata.Rooms{Cards: fake, Now: now})
	server := httptest.NewServer(h.handler)
	defer server.Close()
	for _, format := range []string{"csv", "jsonl", "json", "geojson"} {
		response, err := http.Get(server.URL + "/donnees/annuaire." + format) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err == nil {
			t.Errorf("%s: %d bytes came as if they were all", format, len(body))
		}
	}
	if got := h.get(t, "/donnees/annuaire.xlsx"); got.Code != http.StatusInternalServerError || got.Header().Get("Content-Disposition") != "" {
		t.Errorf("xlsx, of which nothing has left: %d %v", got.Code, got.Header())
	}
}

func TestFileLeavesAtOnceAndStopsWithTheClient(t *testing.T) {
	h := open(t)
	fake := &cards{rows: 1_000_000, gate: make(chan struct{}), stopped: make(chan error, 1)}
	h.serve(t, opendata.Rooms{Cards: fake, Now: now})
	server := httptest.NewServer(h.handler)
	defer server.Close()
	response, err := http.Get(server.URL + "/donnees/annuaire.csv") //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(response.Body)
	for n := range 10 { // the header and rows, while the twenty-first is still held back
		if _, err := r.Read(); err != nil {
			t.Fatalf("row %d: %v", n, err)
		}
	}
	response.Body.Close()
	close(fake.gate)
	select {
	case err := <-fake.stopped:
		if err == nil {
			t.Error("all rows were made for a client that had left")
		}
	case <-time.After(20 * time.Second):
		t.Error("the work goes on after the client has left")
	}
}
