// Package uitest helps the tests of rooms that have pages: a frame to render with, elements by CSS selector, and the rules
// that every page keeps. It must not be imported by production code, and knows no room.
package uitest

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui"
)

// Frame is a frame in the language, under the prefix /nc, that speaks the texts of package ui and of the rooms. It has no
// built assets: every icon is an empty drawing and assets keep their plain names.
func Frame(t testing.TB, lang string, texts ...fs.FS) ui.Frame {
	t.Helper()
	f := ui.Frame{
		Lang: lang, P: localetest.Printer(t, lang, append([]fs.FS{ui.Texts}, texts...)...),
		Base: "/nc", Origin: "https://grappe.example",
		Brand:     ui.Brand{Name: "Nouvelle-Calédonie", Cluster: "Grappe d’essai", Code: "nc"},
		RequestID: "test-request",
	}
	if lang != "fr" {
		f.LangPrefix = "/" + lang
	}
	return f
}

// Request is a GET of the path with the frame in its context.
func Request(t testing.TB, f ui.Frame, path string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	return r.WithContext(ui.With(r.Context(), f))
}

// Get answers the request with a handler that may fail, and gives status and body.
func Get(t testing.TB, f ui.Frame, path string, h func(http.ResponseWriter, *http.Request) error) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := h(w, Request(t, f, path)); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return w.Code, w.Body.String()
}

// Render gives a view as the server would answer it.
func Render(t testing.TB, pages *ui.Pages, name string, data any) string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err := pages.Render(w, r, http.StatusOK, name, data); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

// Parse reads a page.
func Parse(t testing.TB, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Find gives the elements of the page that match the CSS selector.
func Find(t testing.TB, page, selector string) []*html.Node {
	t.Helper()
	return find(t, Parse(t, page), selector)
}

func find(t testing.TB, doc *html.Node, selector string) []*html.Node {
	t.Helper()
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		t.Fatalf("selector %q: %v", selector, err)
	}
	return cascadia.QueryAll(doc, sel)
}

// One gives the only element that matches, and stops the test when there is none or there are several.
func One(t testing.TB, page, selector string) *html.Node {
	t.Helper()
	found := Find(t, page, selector)
	if len(found) != 1 {
		t.Fatalf("%d elements match %q, want one", len(found), selector)
	}
	return found[0]
}

// Count fails the test unless so many elements match.
func Count(t testing.TB, page, selector string, want int) {
	t.Helper()
	if got := len(Find(t, page, selector)); got != want {
		t.Errorf("%d elements match %q, want %d", got, selector, want)
	}
}

// Text is the words of an element and all in it, runs of spaces made one.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	// No-break spaces are part of the words: only what a browser collapses is collapsed.
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return strings.ContainsRune(" \t\r\n\f", r) }), " ")
}

// Texts are the words of each element that matches.
func Texts(t testing.TB, page, selector string) []string {
	t.Helper()
	var texts []string
	for _, n := range Find(t, page, selector) {
		texts = append(texts, Text(n))
	}
	return texts
}

// Attr is the value of an attribute, empty when it is not there.
func Attr(n *html.Node, name string) string {
	value, _ := attr(n, name)
	return value
}

func attr(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}
