package ui_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

func TestJSONLD(t *testing.T) {
	hostile := []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `]]>`, `"\`, "\u2028\u2029", "\x00\xff", `&lt;/script&gt;`, `</SCRIPT >`,
	}
	for _, name := range hostile {
		block, err := ui.JSONLD(map[string]any{"@context": "https://schema.org", "name": name})
		if err != nil {
			t.Fatal(err)
		}
		doc := uitest.Parse(t, "<!DOCTYPE html><head>"+string(block)+"</head><body><p>after</p></body>")
		var scripts, paragraphs int
		for n := range doc.Descendants() {
			switch {
			case n.Type == html.ElementNode && n.Data == "script":
				scripts++
				var back map[string]string
				if err := json.Unmarshal([]byte(n.FirstChild.Data), &back); err != nil {
					t.Errorf("%q: %v", name, err)
				}
				if want := strings.ToValidUTF8(name, "\ufffd"); back["name"] != want {
					t.Errorf("%q came back as %q", want, back["name"])
				}
			case n.Type == html.ElementNode && n.Data == "p":
				paragraphs++
			}
		}
		if scripts != 1 || paragraphs != 1 {
			t.Errorf("%q gives %d scripts and %d paragraphs", name, scripts, paragraphs)
		}
	}
	if _, err := ui.JSONLD(math.NaN()); err == nil {
		t.Error("a value without JSON must be an error")
	}
	if two, _ := ui.JSONLD(1, 2); strings.Count(string(two), "<script") != 2 {
		t.Errorf("%s", two)
	}
}

func TestMarkdown(t *testing.T) {
	const rel = `rel="nofollow ugc noopener"`
	for src, want := range map[string]string{
		"# Un\n## Deux\n##### Cinq":              "<h3>Un</h3>\n<h4>Deux</h4>\n<h6>Cinq</h6>",
		"**gras** et *penché* et ~~non~~":        "<p><strong>gras</strong> et <em>penché</em> et <del>non</del></p>",
		"- a\n- b":                               "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"[site](https://example.org/?a=1&b=2)":   `<p><a href="https://example.org/?a=1&amp;b=2" ` + rel + `>site</a></p>`,
		"https://example.org/x":                  `<p><a href="https://example.org/x" ` + rel + ` class="whole">https://example.org/x</a></p>`,
		"[a@example.org](mailto:a@example.org)":  `<p><a href="mailto:a@example.org" ` + rel + ` class="whole">a@example.org</a></p>`,
		"[écrire](mailto:a@example.org)":         `<p><a href="mailto:a@example.org" ` + rel + `>écrire</a></p>`,
		"[appeler](tel:+687251010)":              `<p><a href="tel:+687251010" ` + rel + `>appeler</a></p>`,
		"![logo](https://example.org/a.png)":     `<p><a href="https://example.org/a.png" ` + rel + `>logo</a></p>`,
		"[![l](https://e.org/a)](https://e.org)": `<p><a href="https://e.org" ` + rel + `>l</a></p>`,
		"":                                       "",
	} {
		if got := strings.TrimSpace(string(ui.Markdown(src))); got != want {
			t.Errorf("%q\n got %s\nwant %s", src, got, want)
		}
	}
}

func TestMarkdownIsSafe(t *testing.T) {
	attacks := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<iframe src="https://evil.example"></iframe>`,
		`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, `[x](java&#x09;script:alert(1))`, `[x](data:text/html,<script>alert(1)</script>)`, `[x](vbscript:x)`,
		`<javascript:alert(1)>`, `![x](javascript:alert(1))`, `![x](https://evil.example/track.gif)`, `![" onerror="alert(1)](x)`, `[x](https://e.org "t\" onmouseover=\"alert(1)")`,
		"<style>body{display:none}</style>", `<a href="javascript:alert(1)">x</a>`, `<p style="position:fixed">x</p>`, "# <b onclick=alert(1)>x</b>", "`<script>`", "```html\n<script>alert(1)</script>\n```",
		"<!--\n--><script>alert(1)</script>", "[a]: javascript:alert(1)\n\n[a]", "\x00<script\x00>", `<form action="https://evil.example"><input name=p></form>`, strings.Repeat("[", 5000), strings.Repeat("> ", 200) + "x",
	}
	allowed := map[string]bool{"href": true, "rel": true, "title": true, "class": true, "start": true}
	for _, src := range attacks {
		out := string(ui.Markdown(src))
		for n := range uitest.Parse(t, "<body>"+out).Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			switch n.Data {
			case "script", "style", "img", "svg", "iframe", "form", "input", "object", "h1", "h2":
				t.Errorf("%.60q gives <%s>: %.200s", src, n.Data, out)
			}
			for _, a := range n.Attr {
				scheme, _, found := strings.Cut(strings.ToLower(a.Val), ":")
				if !allowed[a.Key] || a.Key == "href" && found && scheme != "https" && scheme != "http" && scheme != "mailto" && scheme != "tel" {
					t.Errorf("%.60q gives %s=%q", src, a.Key, a.Val)
				}
			}
		}
	}
}
