package ui

import (
	"html/template"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/locale/localetest"
)

// hostile are texts that try to leave the place where they stand, and addresses that are none.
func hostile() []string {
	return []string{
		"", "plain", `<script>alert('x')</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, "a&b", "&amp;", "c++", "a\x00b", "\xff\xfe", "é ’ \u202f", "{{.X}}",
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:x", "data:text/html,<b>", "vbscript:x", "x:y/z", "/x:y", "//evil.example/", `\\evil.example`, "mailto:a@b.example?x=y", "HTTPS://x.example/",
		"http://x.example/a b?q=%C3%A9&r=%zz&s=%", "/nc/annuaire?q=é+è&zone=a'b(c)#résultats", "tel:+687", "?a=1&b=2", "#x", "%", "%4", "%41", "[::1]", "a;b,c!d*e$f@g~h", "\u2028", "<!--", "]]>",
	}
}

func written(t testing.TB, tmpl *template.Template, name string, data any) string {
	t.Helper()
	var b strings.Builder
	if err := tmpl.ExecuteTemplate(&b, name, data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// What Markup writes is what a template writes at the same places.
func TestMarkupEscapesAsTemplates(t *testing.T) {
	tmpl := template.Must(template.New("x").Parse(`<a href="{{.}}" title="{{.}}" data-slug="{{.}}">{{.}}</a>`))
	same := func(t testing.TB, s string) {
		t.Helper()
		m := NewMarkup(nil, 0).Raw(`<a href="`).URL(s).Raw(`" title="`).Text(s).Raw(`" data-slug="`).Text(s).Raw(`">`).Text(s).Raw(`</a>`)
		got, err := m.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if want := written(t, tmpl, "x", s); string(got) != want {
			t.Errorf("%q\n got %s\nwant %s", s, got, want)
		}
	}
	for _, s := range hostile() {
		same(t, s)
	}
	rapid.Check(t, func(r *rapid.T) {
		same(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile()), 0, 3).Draw(r, "parts"), ""))
		same(t, rapid.String().Draw(r, "text"))
	})
}

func TestMarkupTellsOfIcons(t *testing.T) {
	assets := &Assets{icons: map[string]template.HTML{"map": "<svg></svg>"}}
	if html, err := NewMarkup(assets, 0).Icon("map").HTML(); html != "<svg></svg>" || err != nil {
		t.Errorf("%q, %v", html, err)
	}
	if html, err := NewMarkup(assets, 0).Icon("map").Icon("nothing").Text("x").HTML(); html != "" || err == nil {
		t.Errorf("an icon that is not there gives %q, %v", html, err)
	}
}

// What Go writes is what the templates of before write.
func TestWrittenAsTemplates(t *testing.T) {
	icons := map[string]template.HTML{"chevron-down": iconOf("<path/>"), "map": iconOf("<circle/>"), "languages": iconOf("<g/>")}
	assets := &Assets{icons: icons}
	for _, lang := range []string{"fr", "en"} {
		p := localetest.Printer(t, lang, Texts)
		tmpl, err := template.New("ui").Funcs(funcs(p, assets)).ParseFS(shared, "components/*.html")
		if err != nil {
			t.Fatal(err)
		}
		if tmpl, err = tmpl.ParseFiles("testdata/written.html"); err != nil {
			t.Fatal(err)
		}
		same := func(name string, data any, got template.HTML, err error) {
			t.Helper()
			if want := written(t, tmpl, name, data); string(got) != want || err != nil {
				t.Errorf("%s of %+v: %v\n got %s\nwant %s", name, data, err, got, want)
			}
		}
		for i, s := range hostile() {
			f := Field{
				ID: s, Name: s + "n", Label: s, Hint: s, Error: s, Value: s, Placeholder: s, Autocomplete: s, InputMode: s, Max: i, Suggest: s,
				Required: i%2 == 0, Disabled: i%3 == 0, ReadOnly: i%5 == 0, SuggestSend: i%2 == 1,
			}
			same("fieldInput", f, fieldInput(p, &f), nil)
			box := SearchBox{ID: s, What: s, WhatName: s, WhatSuggest: s, WhatExample: s, Where: s, WhereName: s, WhereExample: s, WhereSuggest: s, Hidden: []Pair{{s, s}, {"x", s}}}
			same("searchFields", box, searchFields(p, &box), nil)
			boxes := []Check{{ID: s, Name: s, Value: s, Label: s, Count: s, Checked: i%2 == 0, Disabled: i%3 == 0, Depth: i % 3}, {ID: "x" + s, Label: "<b>"}}
			groups := []FacetGroup{{Legend: s, Checks: boxes}, {Legend: "x", More: boxes[1:], Open: i%2 == 0}, {Checks: boxes, More: boxes}}
			got, err := facetGroups(p, assets, groups)
			same("facetGroups", groups, got, err)
			pager := []PagerItem{{Page: 1, URL: s}, {}, {Page: 1000 + i, URL: "/x?page=1&q=" + s, Current: true}}
			same("pagerItems", pager, pagerItems(p, pager), nil)
			links := []Link{{Label: s, URL: s, Icon: "map", Current: i%2 == 0, Count: i * 500}, {Label: "x", URL: "/" + s}}
			frame := Frame{P: p, Assets: assets, Menu: links, Tools: links, Footer: links, Alternates: []Alternate{{Lang: s, URL: s}, {Lang: lang, URL: "/" + s}}}
			got, err = frame.MenuLines()
			same("menuLines", links, got, err)
			got, err = frame.ToolLinks()
			same("toolLinks", links, got, err)
			got, err = frame.FooterLines()
			same("footerLines", links, got, err)
			frame.Lang, frame.Canonical, frame.Skips, frame.Typed = lang, s, links, []TypedAlternate{{Type: s, Title: s, URL: s}, {URL: "/" + s}}
			got, err = frame.HeadLinks()
			same("headLinks", frame, got, err)
			got, err = frame.SkipLinks()
			same("skipLinks", frame, got, err)
			got, err = frame.OtherLinks()
			same("otherLinks", frame, got, err)
		}
	}
}

// Templates write the same whether or not what a language decides was written into them before.
func TestFoldedTemplatesWriteTheSame(t *testing.T) {
	const views = `{{define "all"}}<p title="{{t "ui.skip"}}">{{t "ui.skip"}}{{icon "map"}}</p>{{if .}}{{t "ui.close"}}{{else}}{{icon "nothing"}}{{end}}
{{range .}}<a href="{{asset "app.css"}}">{{.}}{{t "ui.suggest.many" "n" "{n}"}}</a>{{t "ui.facets.more" "n" 3}}{{with .}}{{icon .}}{{end}}{{end}}<title>{{t "ui.close"}}</title>{{end}}`
	assets := &Assets{icons: map[string]template.HTML{"map": iconOf("<circle/>")}, urls: map[string]string{"app.css": "/assets/app.0a.css"}}
	for _, lang := range []string{"fr", "en"} {
		p := localetest.Printer(t, lang, Texts)
		parse := func() *template.Template {
			return template.Must(template.Must(template.New("ui").Funcs(funcs(p, assets)).ParseFS(shared, "components/*.html")).Parse(views))
		}
		before, after := parse(), folded(parse(), p, assets)
		if got, want := written(t, after, "all", []string{"map"}), written(t, before, "all", []string{"map"}); got != want || !strings.Contains(got, "<circle/>") {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
		var b strings.Builder
		if err := after.ExecuteTemplate(&b, "all", nil); err == nil {
			t.Errorf("an icon that is not there gives %s", b.String())
		}
		for _, data := range []struct {
			name string
			of   any
		}{
			{"chips", Chips{Label: "<b>", Items: []Chip{{Label: "'\"", URL: "/a?b&c"}}, Clear: "/x"}},
			{"search", SearchBox{Action: "/a", What: "<", WhereName: "ou"}},
			{"field", Field{Name: "x", Label: "&", Rows: 3, Max: 9}},
			{"summary", Summary{Rows: []SummaryRow{{Name: "+"}}}},
			{"copy", CopyLink{URL: "/a+b"}},
		} {
			assets.icons["search"], assets.icons["x"], assets.icons["link"] = iconOf("<s/>"), iconOf("<x/>"), iconOf("<l/>")
			before, after := parse(), folded(parse(), p, assets)
			if got, want := written(t, after, data.name, data.of), written(t, before, data.name, data.of); got != want {
				t.Errorf("%s\n got %s\nwant %s", data.name, got, want)
			}
		}
	}
}
