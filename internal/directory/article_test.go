package directory

import (
	"html/template"
	"strings"
	"testing"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
)

// hostile are texts that try to leave the place where they stand.
func hostile() []string {
	return []string{
		"", "plain", `<script>alert('x')</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, "a & b &amp; c++", "a\x00b", "\xff\xfe", "{{.X}}", "<!--", "]]>",
		"javascript:alert(1)", "/nc/annuaire?q=é+è&zone=a'b(c)#x", "//evil.example", "data:text/html,<b>", "http://x.example/a b", "L’Îlot\u202f»",
	}
}

// former are the templates that Go now writes in the place of.
func former(t *testing.T, p interface{ Number(int) string }) *template.Template {
	t.Helper()
	var assets *ui.Assets
	base := template.New("former").Funcs(template.FuncMap{"icon": assets.Icon, "number": p.Number})
	base = template.Must(base.Parse(`{{define "tag"}}{{if .URL}}<a class="tag" href="{{.URL}}">{{.Label}}</a>{{else}}<span class="tag">{{.Label}}</span>{{end}}{{end}}
{{define "tags"}}{{with .}}<ul class="tags">{{range .}}<li>{{template "tag" .}}</li>{{end}}</ul>{{end}}{{end}}`))
	return template.Must(base.ParseFiles("testdata/result.html", "testdata/plan.html", "testdata/lines.html"))
}

// What Go writes of a page of results is what the templates of before write, whatever stands on the cards.
func TestWrittenAsTemplates(t *testing.T) {
	p := localetest.Printer(t, "fr")
	templates := former(t, p)
	same := func(name string, data any, got template.HTML, err error) {
		t.Helper()
		var want strings.Builder
		if failed := templates.ExecuteTemplate(&want, name, data); failed != nil {
			t.Fatal(failed)
		}
		if string(got) != want.String() || err != nil {
			t.Errorf("%s of %+v: %v\n got %s\nwant %s", name, data, err, got, want.String())
		}
	}
	for i, s := range hostile() {
		text := marked([]search.Segment{{Text: s}, {Text: s, Marked: true}})
		for _, r := range []resultView{
			{URL: s, Slug: s, Point: s, Name: text, Headline: text, Snippet: text, Lang: s, Category: s, Place: s, Serves: s, Distance: s, Freshness: "x" + s, Why: s, Chosen: true},
			{URL: "/" + s, Slug: s, Name: text, Category: s, Freshness: "x", Competences: []ui.Tag{{Label: s, URL: s}, {Label: s}, {Label: s, URL: "/" + s}}},
			{URL: "/a", Name: "b", Snippet: text, Lang: "fr", Freshness: "x", Serves: s, Why: s},
		} {
			got, err := articles(nil, []resultView{r})
			same("result", r, got, err)
		}
		m := plan{
			Script: s, Style: s, Land: s, World: s, Outlines: s, Names: s, Clusters: s, Cards: s, Results: s, Box: s, Words: s, TilesURL: s, Credit: s, MaxZoom: i,
		}
		got, err := m.html()
		same("plan", m, got, err)
		places := []indexEntry{{URL: s, Label: s, Count: s}, {URL: "/" + s}}
		got, err = placeLines(places)
		same("places", places, got, err)
		group := groupView{Links: []countView{{URL: s, Label: s, Count: s}, {URL: "/" + s}}}
		got, err = group.Lines()
		same("group", group, got, err)
		links := []ui.Link{{Label: s, URL: s, Icon: "map", Current: i%2 == 0, Count: 700 * i}, {Label: "x", URL: "/" + s, Icon: "list"}}
		page := resultsPage{Frame: ui.Frame{P: p}, Panes: links, Sorts: links, Outputs: links}
		got, err = page.PaneLinks()
		same("panes", links, got, err)
		got, err = page.SortLinks()
		same("sorts", links, got, err)
		got, err = page.OutputLines()
		same("outputs", links, got, err)
	}
}

// An address is that of the parameters, and one choice is put into it where it belongs.
func TestAddressesAreOfTheParameters(t *testing.T) {
	const lat = -22.2
	for _, s := range hostile() {
		for _, q := range []Query{
			{Sort: ByRelevance, Page: 1},
			{Text: s, Where: s, Sort: ByName, Page: 3, Card: s, Pane: s, Seated: true, View: &MapView{Lat: lat, Lon: 166, Zoom: 9}},
			{
				Text: "zone=x&zone=" + s, Sort: ByDistance, Page: 1, Near: &geo.Point{Lat: lat, Lon: 1}, RadiusKm: 2.5, Box: &geo.Box{West: 1, South: 2, East: 3, North: 4},
				Choices: map[string][]string{FacetZone: {"b", s, "a"}, FacetTag: {s}, FacetSector: {s, "x"}, FacetCompetence: {"c"}, FacetCategory: {s}},
			},
		} {
			want := "/annuaire"
			if params := q.Values().Encode(); params != "" {
				want += "?" + params
			}
			if got := q.Address(); got != want {
				t.Errorf("%+v\n got %s\nwant %s", q, got, want)
			}
			for _, facet := range Facets() {
				one := q.copyChoices()
				one.Choices[facet] = []string{s}
				if got, want := q.choosing(facet)(s), one.Address(); got != want {
					t.Errorf("%+v\n got %s\nwant %s", q, got, want)
				}
			}
		}
	}
}
