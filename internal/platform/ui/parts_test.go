package ui_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

func TestPager(t *testing.T) {
	tests := []struct {
		page, pages int
		want        string
	}{
		{1, 1, "[1]"},
		{1, 2, "[1] 2 >"},
		{2, 2, "< 1 [2]"},
		{1, 4, "[1] 2 3 4 >"},
		{1, 10, "[1] 2 … 10 >"},
		{4, 10, "< 1 2 3 [4] 5 … 10 >"},
		{5, 10, "< 1 … 4 [5] 6 … 10 >"},
		{10, 10, "< 1 … 9 [10]"},
		{3, 5, "< 1 2 [3] 4 5 >"},
		{8, 10, "< 1 … 7 [8] 9 10 >"},
		{0, 0, "[1]"},
		{-5, 3, "[1] 2 3 >"},
		{99, 3, "< 1 2 [3]"},
		{math.MaxInt, 3, "< 1 2 [3]"},
	}
	for _, tt := range tests {
		p := ui.NewPager(tt.page, tt.pages, func(n int) string { return fmt.Sprint("?page=", n) })
		var got []string
		if p.Prev != "" {
			got = append(got, "<")
		}
		for _, item := range p.Items {
			switch {
			case item.Page == 0:
				got = append(got, "…")
			case item.Current:
				got = append(got, fmt.Sprintf("[%d]", item.Page))
			default:
				got = append(got, fmt.Sprint(item.Page))
			}
			if item.Page != 0 && item.URL != fmt.Sprint("?page=", item.Page) {
				t.Errorf("page %d leads to %s", item.Page, item.URL)
			}
		}
		if p.Next != "" {
			got = append(got, ">")
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("page %d of %d: %s, want %s", tt.page, tt.pages, s, tt.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Aloha Numérique": "AN", "Les Ateliers du Lagon": "AL", "écran total": "ÉT", "Ko": "K", "L’Atelier 3D": "A3", "X": "X", "": "", "…": "", "3": "3",
	} {
		if got := (ui.Avatar{Name: name}).Initials(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestChart(t *testing.T) {
	c := ui.Chart{Bars: []ui.Bar{{Value: 200}, {Value: 50}, {Value: -3}, {Value: math.NaN()}, {Value: math.Inf(1)}}}
	var widths []string
	for _, b := range c.Placed() {
		widths = append(widths, b.Width)
	}
	if got := strings.Join(widths, " "); got != "78.00% 19.50% 0.00% 0.00% 0.00%" {
		t.Error(got)
	}
	if c.Height() != 5*46 || (ui.Chart{Bars: []ui.Bar{{}}}).Placed()[0].Width != "0.00%" {
		t.Error(c.Height())
	}
}

func TestCourse(t *testing.T) {
	c := ui.Course{Times: []string{"a", "b", "c"}, Series: []ui.Series{
		{Label: "x", Values: []float64{0, 50, 100}, Texts: []string{"0", "50", "100"}},
		{Label: "y", Values: []float64{-1, math.NaN(), 25}, Texts: []string{"?", "?", "25"}},
	}}
	placed := c.Placed()
	if placed[0].Area != "M0.00 100 V100.00 L50.00 50.00 L100.00 0.00 V100 Z" || placed[0].Last != "100" {
		t.Errorf("%+v", placed[0])
	}
	if placed[1].Area != "M0.00 100 V100.00 L50.00 100.00 L100.00 75.00 V100 Z" { // on the same scale
		t.Errorf("%+v", placed[1])
	}
	c.At = []float64{0, 0.9, 1}
	if got := c.Placed()[0].Area; got != "M0.00 100 V100.00 L90.00 50.00 L100.00 0.00 V100 Z" {
		t.Error(got)
	}
	if table := c.Table(); len(table.Rows) != 3 || table.Rows[0][0].Text != "c" || table.Rows[0][2].Text != "25" {
		t.Errorf("%+v", table)
	}
	single := ui.Course{Times: []string{"a"}, Series: []ui.Series{{Values: []float64{3}, Texts: []string{"3"}}, {}}}
	if placed := single.Placed(); placed[0].Area != "M0.00 100 V0.00 H100 V100 Z" || placed[1].Area != "" || single.First() != "a" || single.Last() != "a" {
		t.Errorf("%+v", placed)
	}
	if none := (ui.Course{}); none.First() != "" || len(none.Placed()) != 0 {
		t.Error("nothing has a course")
	}
}

func TestFormErrors(t *testing.T) {
	p := uitest.Frame(t, "fr").P
	err := fmt.Errorf("save: %w", &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "mail", Key: "ui.gallery.mail_error"}, {Name: "who", Key: "ui.gallery.choice_error"}}})
	form := ui.NewFormErrors(p, err)
	if form.Title != "2 réponses sont à corriger. Rien de ce que vous avez écrit n’est perdu." || len(form.Items) != 2 {
		t.Errorf("%+v", form)
	}
	if form.For("who") != "Choisissez une des réponses" || form.For("name") != "" {
		t.Errorf("%+v", form)
	}
	named := ui.NewFormErrors(p, errs.New(errs.Conflict, "ui.error.text.conflict", nil))
	if !strings.HasPrefix(named.Title, "Ce que vous modifiez a changé") {
		t.Errorf("%+v", named)
	}
	for _, other := range []error{nil, errors.New("x")} {
		if form := ui.NewFormErrors(p, other); form.Title != "" || form.Items != nil {
			t.Errorf("%v: %+v", other, form)
		}
	}
}

// A territory has its own kinds of places: a search box says what it is told, and else what is usual.
func TestSearchBoxWords(t *testing.T) {
	pages, err := parse(t, map[string]string{"a.html": `{{define "main"}}<h1>x</h1>{{template "search" .Search}}{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	words := func(box ui.SearchBox) []string {
		box.Action, box.WhereName = "/a", "ou"
		page := uitest.Render(t, pages, "a", struct {
			ui.Frame
			Search ui.SearchBox
		}{uitest.Frame(t, "fr"), box})
		said := uitest.Texts(t, page, "main label")
		for _, input := range uitest.Find(t, page, "main input[placeholder]") {
			said = append(said, uitest.Attr(input, "placeholder"))
		}
		return said
	}
	if got, want := words(ui.SearchBox{}), []string{"Quoi\u202f?", "Où\u202f?", "site internet, comptabilité…", "commune ou province"}; !slices.Equal(got, want) {
		t.Errorf("as usual: %q, want %q", got, want)
	}
	own := ui.SearchBox{WhatLabel: "Métier", WhatExample: "imprimeur", WhereLabel: "Lieu", WhereExample: "commune ou département"}
	if got, want := words(own), []string{"Métier", "Lieu", "imprimeur", "commune ou département"}; !slices.Equal(got, want) {
		t.Errorf("as told: %q, want %q", got, want)
	}
}

func TestHostileValuesAreText(t *testing.T) {
	const evil = `'"><script>alert(1)</script><img src=x onerror=alert(1)>`
	pages, err := parse(t, map[string]string{"a.html": `{{define "main"}}<h1>x</h1>{{range .Fields}}{{template "field" .}}{{end}}{{template "choices" .Choices}}{{template "table" .Table}}{{template "chips" .Chips}}{{template "chart" .Chart}}{{template "search" .Search}}{{template "facets" .Facets}}{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	data := struct {
		ui.Frame
		Fields  []ui.Field
		Choices ui.Choices
		Table   ui.Table
		Chips   ui.Chips
		Chart   ui.Chart
		Search  ui.SearchBox
		Facets  ui.Facets
	}{
		Frame:   uitest.Frame(t, "fr"),
		Fields:  []ui.Field{{Name: "a", Label: evil, Hint: evil, Error: evil, Value: evil, Placeholder: evil}, {Name: "b", Label: evil, Rows: 3, Value: evil}, {Name: "c", Label: evil, Options: []ui.Option{{Value: evil, Label: evil}}}},
		Choices: ui.Choices{Name: "d", Legend: evil, Options: []ui.Option{{Value: evil, Label: evil, Detail: evil}}},
		Table:   ui.Table{Caption: evil, Columns: []ui.Column{{Label: evil}, {Label: evil}}, Rows: []ui.Row{{{Text: evil}, {Text: evil, URL: "javascript:alert(1)"}, {Text: "beyond"}}, {{Text: "line"}, {Text: "3 févr. 2026", When: "2026-02-03T01:30:00Z"}}}},
		Chips:   ui.Chips{Label: evil, Items: []ui.Chip{{Label: evil, URL: "/x?q=" + evil}}},
		Chart:   ui.Chart{Point: evil, Label: evil, Measure: evil, Bars: []ui.Bar{{Label: evil, Text: evil, Value: 1}}},
		Search:  ui.SearchBox{Action: "/a", What: evil, Where: evil, WhereName: "ou", Hidden: []ui.Pair{{Name: "h", Value: evil}}},
		Facets:  ui.Facets{Action: "/a", Open: evil, Send: evil, Groups: []ui.FacetGroup{{Legend: evil, Checks: []ui.Check{{ID: "f1", Name: "f", Value: evil, Label: evil, Count: evil}}}}},
	}
	data.Title, data.Description, data.Notice, data.Query = evil, evil, evil, evil
	got := uitest.Render(t, pages, "a", data)
	uitest.Count(t, got, "td a[href='#ZgotmplZ']", 1) // what html/template makes of an unsafe address
	for _, fault := range uitest.Faults(t, got) {
		if !strings.Contains(fault, "ZgotmplZ") {
			t.Error(fault)
		}
	}
	uitest.Count(t, got, `td time[datetime="2026-02-03T01:30:00Z"]`, 1)
	uitest.Count(t, got, "img", 0)
	uitest.Count(t, got, "script", 2)
	if v := uitest.Attr(uitest.One(t, got, "#a"), "value"); v != evil {
		t.Errorf("value %q", v)
	}
	if v := uitest.Text(uitest.One(t, got, "#b")); v != evil {
		t.Errorf("text area %q", v)
	}
}
