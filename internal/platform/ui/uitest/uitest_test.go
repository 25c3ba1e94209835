package uitest_test

import (
	"strings"
	"testing"

	"grappe/internal/platform/ui/uitest"
)

const good = `<!DOCTYPE html><html lang="fr" dir="ltr"><head><title>T</title></head><body><a class="skip" href="#main">Aller</a>
<main id="main"><h1>Un</h1><h2>Deux</h2><label for="a">A</label><input id="a" aria-describedby="b"><p id="b">12` + "\u202f" + `000
fiches</p></main></body></html>`

func TestCheckPageFindsFaults(t *testing.T) {
	if faults := uitest.Faults(t, good); faults != nil {
		t.Fatal(faults)
	}
	for _, tt := range []struct{ from, to, want string }{
		{`<h1>Un`, `<h1 style="x">Un`, `has style="x"`},
		{`<h1>Un`, `<h1 onclick="x">Un`, `has onclick="x"`},
		{`<p id`, `<script>x()</script><p id`, "inline <script>"},
		{`<p id`, `<style>x</style><p id`, "<style> in the page"},
		{`<p id`, `<a href="javascript:x()">x</a><p id`, "leads to"},
		{`<h2>`, `<h4>`, "after a heading of level 1"},
		{`<h2>`, `<h1>x</h1><h2>`, `2 elements match "h1"`},
		{` lang="fr"`, ``, `0 elements match "html[lang]"`},
		{`id="b"`, `id="a"`, `id "a" stands twice`},
		{`describedby="b"`, `describedby="c"`, `aria-describedby="c"`},
		{`for="a"`, `for="main"`, `has no label`},
		{`<p id`, `<img src="x"><p id`, "no alternative text"},
		{`<p id`, `<button> </button><p id`, "<button class=\"\"> has no words"},
		{`<p id`, `<a href="#no">x</a><p id`, "leads to #no"},
		{`<p id`, `&lt;no value><p id`, ""},
		{`<p id`, `<no value><p id`, "a template or a format went wrong"},
	} {
		page := strings.Replace(good, tt.from, tt.to, 1)
		if tt.from == "<h2>" && tt.to == "<h4>" {
			page = strings.Replace(page, "</h2>", "</h4>", 1)
		}
		got := strings.Join(uitest.Faults(t, page), "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s → %s: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestFind(t *testing.T) {
	if got := uitest.Text(uitest.One(t, good, "main > p")); got != "12\u202f000 fiches" {
		t.Errorf("%q", got)
	}
	if got := uitest.Attr(uitest.One(t, good, "input"), "id"); got != "a" {
		t.Errorf("%q", got)
	}
	if got := uitest.Texts(t, good, "h1, h2"); len(got) != 2 || got[1] != "Deux" {
		t.Errorf("%q", got)
	}
	uitest.Count(t, good, "table", 0)
}
