package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

func parse(t *testing.T, files map[string]string) (*ui.Pages, error) {
	t.Helper()
	views := fstest.MapFS{}
	for name, text := range files {
		views["view/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return ui.Parse(views, "view")
}

type page struct {
	ui.Frame
	Value string
}

func TestRender(t *testing.T) {
	pages, err := parse(t, map[string]string{
		"a.html":     `{{define "head"}}<meta name="x" content="y">{{end}}{{define "main"}}<h1>{{t "ui.close"}}</h1>{{template "part" .Value}}<p><a href="{{.Path "/b"}}">{{number 12000}}</a></p>{{end}}`,
		"b.html":     `{{define "main"}}<h1>B</h1>{{template "button" (new "Button" "Label" .Value "Kind" "main")}}{{end}}`,
		"_part.html": `{{define "part"}}<em>{{.}}</em>{{end}}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages.Names()) != 2 {
		t.Errorf("views %v", pages.Names())
	}
	fr, en := uitest.Frame(t, "fr"), uitest.Frame(t, "en")
	fr.Title, fr.Description, fr.Canonical, fr.Robots = "Titre", "D", "https://grappe.example/nc/a", "noindex"
	fr.Alternates = []ui.Alternate{{Lang: "fr", URL: "https://grappe.example/nc/a"}, {Lang: "en", URL: "https://grappe.example/nc/en/a"}}
	hostile := `"><script>alert(1)</script>`
	got := uitest.Render(t, pages, "a", page{fr, hostile})
	uitest.CheckPage(t, got)
	for selector, want := range map[string]string{
		"h1": "Fermer", "main em": hostile, "main a[href='/nc/b']": "12\u202f000", "title": "Titre – Grappe d’essai", "a[hreflang=en][lang=en]": "English",
	} {
		if text := uitest.Text(uitest.One(t, got, selector)); text != want {
			t.Errorf("%s: %q, want %q", selector, text, want)
		}
	}
	for _, selector := range []string{
		"meta[name=x]", "meta[name=robots][content=noindex]", "meta[name=description][content=D]", "link[rel=canonical]", "link[hreflang=x-default][href='https://grappe.example/nc/a']",
		"link[rel=alternate][hreflang=en]", "link[rel=stylesheet][href='/assets/app.css']", "script[src='/assets/theme.js']:not([defer])",
	} {
		uitest.Count(t, got, selector, 1)
	}
	if text := uitest.Text(uitest.One(t, uitest.Render(t, pages, "a", page{en, ""}), "h1")); text != "Close" {
		t.Errorf("English: %q", text)
	}
	uitest.Count(t, uitest.Render(t, pages, "b", page{fr, "Trouver"}), "main button.button-main", 1)
}

func TestRenderIsAllOrNothing(t *testing.T) {
	pages, err := parse(t, map[string]string{
		"index.html": `{{define "main"}}<h1>x</h1>{{index .Value 99}}{{end}}`,
		"field.html": `{{define "main"}}{{template "button" (new "Button" "Colour" "red")}}{{end}}`,
		"type.html":  `{{define "main"}}{{template "button" (new "Button" "Disabled" "yes")}}{{end}}`,
		"html.html":  `{{define "main"}}{{template "notice" (new "Notice" "Body" .Value)}}{{end}}`,
		"name.html":  `{{define "main"}}{{new "Nothing"}}{{end}}`,
		"odd.html":   `{{define "main"}}{{new "Button" "Label"}}{{end}}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	f := uitest.Frame(t, "fr")
	tests := []struct {
		view string
		data any
		want string
	}{
		{"index", page{f, "short"}, "out of range"},
		{"field", page{f, ""}, "has no field Colour"},
		{"type", page{f, ""}, "takes a bool"},
		{"html", page{f, "<script>"}, "takes a template.HTML"},
		{"name", page{f, ""}, `no component "Nothing"`},
		{"odd", page{f, ""}, "pairs"},
		{"absent", page{f, ""}, `no view "absent"`},
		{"index", struct{}{}, "embeds no ui.Frame"},
		{"index", page{}, "has no printer"},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		err := pages.Render(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), 200, tt.view, tt.data)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.view, err, tt.want)
		}
		if w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("%s: wrote %v %q", tt.view, w.Header(), w.Body)
		}
	}
}

func TestRenderHeadersAndHead(t *testing.T) {
	pages, err := parse(t, map[string]string{"a.html": `{{define "main"}}<h1>A</h1>{{end}}{{define "row"}}<li>{{.Value}}</li>{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	data := page{uitest.Frame(t, "en"), "<b>"}
	w := httptest.NewRecorder()
	w.Header().Set("ETag", `"1"`)
	if err := pages.Render(w, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/", nil), http.StatusAccepted, "a", data); err != nil {
		t.Fatal(err)
	}
	h := w.Header()
	if w.Code != http.StatusAccepted || w.Body.Len() != 0 || h.Get("ETag") != `"1"` || h.Get("Content-Language") != "en" || h.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %v %q", w.Code, h, w.Body)
	}
	w = httptest.NewRecorder()
	if err := pages.Fragment(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), 200, "a", "row", data); err != nil {
		t.Fatal(err)
	}
	if w.Body.String() != "<li>&lt;b&gt;</li>" {
		t.Errorf("fragment %q", w.Body)
	}
}

func TestParseRefuses(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"no view":             {"_p.html": `{{define "p"}}{{end}}`},
		`does not define`:     {"a.html": `<h1>x</h1>`},
		`function "nonsense"`: {"a.html": `{{define "main"}}{{nonsense}}{{end}}`},
		"unclosed action":     {"_p.html": `{{define "p"}}{{end`, "a.html": `{{define "main"}}{{end}}`},
	} {
		if _, err := parse(t, files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", files, err, want)
		}
	}
}

func TestRenderConcurrently(t *testing.T) {
	pages, err := parse(t, map[string]string{"a.html": `{{define "main"}}<h1>{{t "ui.close"}} {{.Value}}</h1>{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"fr": "Fermer x", "en": "Close x"}
	frames := map[string]ui.Frame{"fr": uitest.Frame(t, "fr"), "en": uitest.Frame(t, "en")}
	var wg sync.WaitGroup
	for range 8 {
		for lang := range want {
			wg.Go(func() {
				w := httptest.NewRecorder()
				if err := pages.Render(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), 200, "a", page{frames[lang], "x"}); err != nil {
					t.Error(err)
				}
				if !strings.Contains(w.Body.String(), "<h1>"+want[lang]+"</h1>") {
					t.Errorf("%s: %s", lang, w.Body)
				}
			})
		}
	}
	wg.Wait()
}
