package opendata_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

type tableField struct {
	Name, Type, Format, Description string
	Constraints                     struct {
		Required, Unique bool
		Enum             []string
		Minimum, Maximum *float64
		Pattern          string
	}
}

type dataResource struct {
	Profile, Name, Path, Format, Mediatype, Encoding, Title string
	Rows                                                    int
	Dialect                                                 struct{ Delimiter, QuoteChar, LineTerminator string }
	Schema                                                  *struct {
		Fields        []tableField
		MissingValues []string
		PrimaryKey    string
	}
}

type dataPackage struct {
	Profile, Name, Title, Description, Homepage, Created string
	Licenses                                             []struct{ Name, Path, Title string }
	Sources                                              []struct{ Title, Path string }
	Contributors                                         []struct{ Title, Role, Path, Email string }
	Resources                                            []dataResource
}

func (h *house) dataPackage(t *testing.T, path string) dataPackage {
	t.Helper()
	got := h.get(t, path)
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s %s", got.Code, got.Header().Get("Content-Type"), got.Body)
	}
	var pack dataPackage
	if err := json.Unmarshal(got.Body.Bytes(), &pack); err != nil {
		t.Fatal(err)
	}
	return pack
}

// The rules of https://specs.frictionlessdata.io: names, what must be there, and that each resource is there as it is told.
func TestDataPackageKeepsTheRules(t *testing.T) {
	h := open(t, samples()...)
	for _, prefix := range []string{"", "/en"} {
		pack := h.dataPackage(t, prefix+"/donnees/datapackage.json")
		name := regexp.MustCompile(`^[a-z0-9._-]+$`)
		if !name.MatchString(pack.Name) || pack.Profile != "data-package" || pack.Title == "" || len(pack.Resources) != 5 {
			t.Errorf("%+v", pack)
		}
		if created, err := time.Parse(time.RFC3339, pack.Created); err != nil || created.Location() != time.UTC {
			t.Errorf("created %q: %v", pack.Created, err)
		}
		if len(pack.Licenses) != 1 || pack.Licenses[0].Name != "etalab-2.0" || !isHTTP(pack.Licenses[0].Path) {
			t.Errorf("licences %+v", pack.Licenses)
		}
		if len(pack.Sources) != 2 || pack.Sources[0].Path != "https://source.example" || pack.Sources[1].Path != "" || !strings.Contains(pack.Sources[0].Title, "Région") {
			t.Errorf("sources %+v", pack.Sources)
		}
		if len(pack.Contributors) != 1 || pack.Contributors[0].Role != "publisher" || pack.Contributors[0].Title == "" {
			t.Errorf("contributors %+v", pack.Contributors)
		}
		seen := map[string]bool{}
		for _, r := range pack.Resources {
			if !name.MatchString(r.Name) || seen[r.Name] || r.Mediatype == "" || r.Format == "" || r.Title == "" || r.Rows != 5 || !isHTTP(r.Path) {
				t.Errorf("resource %+v", r)
			}
			seen[r.Name] = true
			got := h.get(t, strings.TrimPrefix(r.Path, "https://grappe.example/nc"))
			if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), r.Mediatype) {
				t.Errorf("%s: %d %s, told as %s", r.Path, got.Code, got.Header().Get("Content-Type"), r.Mediatype)
			}
			if r.Profile == "tabular-data-resource" {
				checkTable(t, r, got.Body.Bytes())
			}
		}
	}
	part := h.dataPackage(t, "/donnees/datapackage.json?zone=lifou&surplace=1")
	if part.Resources[0].Rows != 1 || !strings.HasSuffix(part.Resources[0].Path, "?surplace=1&zone=lifou") {
		t.Errorf("a part: %+v", part.Resources[0])
	}
}

func isHTTP(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && strings.HasPrefix(u.Scheme, "http")
}

// checkTable reads the file by its dialect, and casts every cell as its field says.
func checkTable(t *testing.T, r dataResource, file []byte) {
	t.Helper()
	if r.Encoding != "utf-8" || r.Dialect.QuoteChar != `"` || r.Dialect.LineTerminator != "\r\n" || r.Schema.MissingValues[0] != "" {
		t.Errorf("dialect %+v of %s", r.Dialect, r.Encoding)
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	in.Comma = []rune(r.Dialect.Delimiter)[0]
	header, err := in.Read()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.Schema.Fields {
		names = append(names, f.Name)
		if f.Description == "" {
			t.Errorf("%s is not described", f.Name)
		}
	}
	if !slices.Equal(header, names) || r.Schema.PrimaryKey != names[0] {
		t.Errorf("the header %q is not the schema %q", header, names)
	}
	unique := map[string]bool{}
	for rows := 0; ; rows++ {
		cells, err := in.Read()
		if err == io.EOF {
			if rows != r.Rows {
				t.Errorf("%d rows, told as %d", rows, r.Rows)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range r.Schema.Fields {
			if fault := cast(f, cells[i]); fault != "" {
				t.Errorf("%s: %q is %s", f.Name, cells[i], fault)
			}
			if key := f.Name + "\x00" + cells[i]; f.Constraints.Unique {
				if unique[key] {
					t.Errorf("%s: %q stands twice", f.Name, cells[i])
				}
				unique[key] = true
			}
		}
	}
}

// cast says what is wrong with a cell under the rules of its field, "" for nothing.
func cast(f tableField, cell string) string {
	c := f.Constraints
	if cell == "" {
		if c.Required {
			return "missing"
		}
		return ""
	}
	number, err := 0.0, error(nil)
	switch f.Type {
	case "string":
		if f.Format == "uri" && !isHTTP(cell) {
			return "no address"
		}
	case "number":
		number, err = strconv.ParseFloat(cell, 64)
	case "integer":
		_, err = strconv.Atoi(cell)
	case "boolean":
		if cell != "true" && cell != "false" {
			return "no boolean"
		}
	case "datetime":
		_, err = time.Parse("2006-01-02T15:04:05Z", cell)
	default:
		return "of no type: " + f.Type
	}
	switch {
	case err != nil:
		return err.Error()
	case c.Minimum != nil && number < *c.Minimum, c.Maximum != nil && number > *c.Maximum:
		return "out of range"
	case len(c.Enum) > 0 && !slices.Contains(c.Enum, cell):
		return fmt.Sprintf("none of %q", c.Enum)
	case c.Pattern != "" && !regexp.MustCompile("^("+c.Pattern+")$").MatchString(cell):
		return "not of the pattern " + c.Pattern
	}
	return ""
}

// What DCAT-AP 3 makes mandatory: https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
func TestCatalogueIsHarvested(t *testing.T) {
	h := open(t, samples()...)
	got := h.get(t, "/donnees/catalogue.jsonld")
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/ld+json" || got.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	var catalogue map[string]any
	if err := json.Unmarshal(got.Body.Bytes(), &catalogue); err != nil {
		t.Fatal(err)
	}
	prefixes := catalogue["@context"].(map[string]any)
	var known func(where string, v any)
	known = func(where string, v any) { // every term has a prefix that the context knows
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				prefix, _, _ := strings.Cut(key, ":")
				if _, ok := prefixes[prefix]; !ok && !strings.HasPrefix(key, "@") {
					t.Errorf("%s: %q is of no vocabulary", where, key)
				}
				if id, ok := v["@id"].(string); ok && !isHTTP(id) && !strings.HasPrefix(id, "mailto:") {
					t.Errorf("%s: %q is no IRI", where, id)
				}
				if key != "@context" {
					known(where+"/"+key, inner)
				}
			}
		case []any:
			for _, inner := range v {
				known(where, inner)
			}
		}
	}
	known("", catalogue)
	must(t, "catalogue", catalogue, "dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "dct:language", "dct:modified", "foaf:homepage")
	set := catalogue["dcat:dataset"].([]any)[0].(map[string]any)
	must(t, "dataset", set, "dct:title", "dct:description", "dct:publisher", "dcat:distribution", "dct:spatial", "dcat:contactPoint", "dcat:keyword", "dcat:theme", "dct:modified", "dct:license", "dcat:landingPage", "dct:provenance")
	distributions := set["dcat:distribution"].([]any)
	if len(distributions) != 6 {
		t.Errorf("%d distributions", len(distributions))
	}
	for _, d := range distributions {
		one := d.(map[string]any)
		must(t, "distribution", one, "dcat:accessURL", "dct:license", "dcat:mediaType", "dct:format", "dct:modified", "dct:title")
		if download, ok := one["dcat:downloadURL"].(map[string]any); ok {
			path := strings.TrimPrefix(download["@id"].(string), "https://grappe.example/nc")
			mediaType := strings.TrimPrefix(one["dcat:mediaType"].(map[string]any)["@id"].(string), "https://www.iana.org/assignments/media-types/")
			if file := h.get(t, path); file.Code != http.StatusOK || !strings.HasPrefix(file.Header().Get("Content-Type"), mediaType) {
				t.Errorf("%s: %d %s, told as %s", path, file.Code, file.Header().Get("Content-Type"), mediaType)
			}
		}
	}
}

func must(t *testing.T, where string, node map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if node[key] == nil {
			t.Errorf("the %s has no %s", where, key)
		}
	}
}

func TestOpenDataPage(t *testing.T) {
	h := open(t, samples()...)
	for _, path := range []string{"/donnees", "/en/donnees", "/donnees?competence=developpement-web&zone=lifou", "/en/donnees?q=photographe"} {
		got := h.get(t, path)
		if got.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, got.Code, got.Body)
		}
		page := got.Body.String()
		uitest.CheckPage(t, page)
		uitest.Count(t, page, "script[type='application/ld+json']", 1)
		uitest.Count(t, page, "table", 2)
		uitest.Count(t, page, "link[type='application/atom+xml']", 1)
		uitest.Count(t, page, "a[href^='javascript']", 0)
		_, query, filtered := strings.Cut(path, "?")
		for _, a := range uitest.Find(t, page, "main table th a[href*='/donnees/annuaire.'], main a[href*='annuaire.atom'], main a[href*='integrer'], main a[href*='annuaire.pdf']") {
			if filtered && !strings.Contains(uitest.Attr(a, "href"), strings.Split(query, "&")[0]) {
				t.Errorf("%s: %s forgets the filters", path, uitest.Attr(a, "href"))
			}
		}
		for _, a := range uitest.Find(t, page, "main table th a[href*='/donnees/annuaire.']") {
			link := strings.TrimPrefix(uitest.Attr(a, "href"), "/nc")
			if file := h.get(t, link); file.Code != http.StatusOK {
				t.Errorf("%s leads to %s: %d", path, link, file.Code)
			}
		}
		uitest.Count(t, page, "meta[name=robots]", map[bool]int{true: 1}[filtered])
	}
	page := h.get(t, "/donnees?competence=developpement-web").Body.String()
	for selector, want := range map[string]string{
		".notice":                          "Développement web",
		"table:first-of-type td span":      "Lire, trier",
		".lead":                            "1 fiche",
		"a[rel=license]":                   "Licence Ouverte 2.0",
		"a[href='/nc/donnees']":            "tout l’annuaire",
		"a[href='https://source.example']": "Carte fr",
	} {
		texts := uitest.Texts(t, page, selector)
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("no %q says %q: %q", selector, want, texts)
		}
	}
	if got := h.get(t, "/donnees?zone=atlantide"); got.Code != http.StatusBadRequest {
		t.Errorf("a place that is nowhere: %d", got.Code)
	}
}

func TestLicenceIsTheClusters(t *testing.T) {
	h := open(t, samples()...)
	other := *h.territory
	other.Licence = territory.Licence{ID: "ODbL-1.0"}
	h.territory = &other
	pack := h.dataPackage(t, "/donnees/datapackage.json")
	if l := pack.Licenses[0]; l.Name != "ODbL-1.0" || l.Title != "Open Database License 1.0" || !isHTTP(l.Path) {
		t.Errorf("%+v", l)
	}
	if page := h.get(t, "/donnees").Body.String(); !strings.Contains(page, pack.Licenses[0].Title) || strings.Contains(page, "Licence Ouverte") {
		t.Error("the page speaks of another licence")
	}
}
