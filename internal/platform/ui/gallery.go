package ui

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// The addresses of the gallery, for the app to mount Components and Suggestions.
const (
	ComponentsPath  = "/composants"
	SuggestionsPath = "/composants/suggestions"
)

var errNoFrame = errors.New("ui: no middleware prepared the frame of the gallery")

// Components answers with the gallery: every component in every state, to look at first and to test.
func (o *Own) Components(w http.ResponseWriter, r *http.Request) error {
	frame := Of(r)
	if frame.P == nil {
		return errNoFrame
	}
	return o.pages.Render(w, r, http.StatusOK, "components", newGallery(frame))
}

// Suggestions answers the combobox of the gallery, as any Suggest address does.
func (o *Own) Suggestions(w http.ResponseWriter, r *http.Request) error {
	frame := Of(r)
	if frame.P == nil {
		return errNoFrame
	}
	found := []Suggestion{}
	asked := strings.ToLower(strings.TrimSpace(r.URL.Query().Get("q")))
	for i, word := range sampleTrades(frame.P) {
		if strings.Contains(strings.ToLower(word), asked) {
			found = append(found, Suggestion{Value: word, Detail: frame.P.T("ui.gallery.cards", "n", 40-3*i)})
		}
	}
	body, err := json.Marshal(found)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body) // the reader left
	return nil
}

func sampleTrades(p *locale.Printer) []string {
	return strings.Split(p.T("ui.gallery.trades"), "\n")
}

// gallery is the page of components.
type gallery struct {
	Frame
	Trail      Breadcrumb
	Buttons    []Button
	Fields     []Field
	Suggest    Field
	Radios     Choices
	Boxes      Choices
	BadChoice  Choices
	Search     SearchBox
	Refused    FormErrors
	Chips      Chips
	Tags       []Tag
	Badges     []Badge
	Notices    []Notice
	Summary    Summary
	Hours      Summary
	Index      []Link
	Table      Table
	NoRows     Table
	Pagers     []Pager
	Tabs       Tabs
	Desk       Office
	Stepper    Stepper
	StepLinks  StepLinks
	Timeline   Timeline
	Facets     Facets
	Empty      Empty
	Tiles      []Tile
	Chart      Chart
	Course     Course
	Avatars    []Avatar
	Dialog     Dialog
	Diffs      Differences
	Results    []sampleResult
	Doors      []sampleDoor
	ProseParts string
}

type sampleResult struct {
	Name, Headline, Place, Fresh, Why string
	Tags                              []Tag
	Avatar                            Avatar
}

type sampleDoor struct{ Link, Detail, Icon string }

// sampler writes the samples of the gallery in one language.
type sampler struct {
	p    *locale.Printer
	here string // address of the gallery
}

func (s sampler) t(name string, pairs ...any) string { return s.p.T("ui.gallery."+name, pairs...) }

func newGallery(frame Frame) gallery {
	s := sampler{frame.P, frame.Path(ComponentsPath)}
	frame.Place(ComponentsPath)
	g := gallery{
		Frame: frame, Trail: s.trail(frame), Buttons: s.buttons(), Fields: s.fields(), Suggest: s.suggest(frame),
		Radios: s.radios(), Boxes: s.boxes(), BadChoice: s.badChoice(), Refused: s.refused(), Chips: s.chips(), Tags: s.tags(),
		Badges: s.badges(), Notices: s.notices(), Summary: s.summary(), Hours: s.hours(), Index: s.index(), Table: s.table(), Tabs: s.tabs(), Desk: s.desk(), Stepper: s.stepper(), StepLinks: s.stepLinks(),
		Timeline: s.timeline(), Facets: s.facets(), Empty: s.empty(), Tiles: s.tiles(), Chart: s.chart(), Course: s.course(),
		Avatars: []Avatar{{Name: "Aloha Numérique"}, {Name: "Ko"}, {Name: "Les Ateliers du Lagon", Large: true}},
		Diffs:   s.differences(),
		Dialog:  Dialog{ID: "sample-dialog", Title: s.t("dialog_title")}, Results: s.results(), Doors: s.doors(), ProseParts: s.t("prose"),
	}
	g.Title, g.Robots = s.t("title"), "noindex"
	g.Search = SearchBox{
		ID: "sample", Action: s.here, WhatSuggest: frame.Path(SuggestionsPath), WhereName: "ou", WhereSuggest: frame.Path(SuggestionsPath), Large: true,
	}
	g.NoRows = Table{Caption: g.Table.Caption, Columns: g.Table.Columns, Empty: s.t("table_empty")}
	for _, at := range [][2]int{{1, 4}, {7, 24}, {3, 3}} {
		pager := NewPager(at[0], at[1], func(n int) string { return s.here + "?page=" + strconv.Itoa(n) })
		pager.Label = s.t("pager", "page", at[0], "pages", at[1])
		g.Pagers = append(g.Pagers, pager)
	}
	return g
}

func (s sampler) trail(frame Frame) Breadcrumb {
	return Breadcrumb{{Label: s.t("home"), URL: frame.Path("/")}, {Label: s.t("directory"), URL: s.here}, {Label: s.t("title"), Current: true}}
}

// refused is what a form says on top when it comes back, from an error as a service makes it.
func (s sampler) refused() FormErrors {
	f := NewFormErrors(s.p, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{
		{Name: "sample-mail", Key: "ui.gallery.mail_error"}, {Name: "sample-kind", Key: "ui.gallery.choice_error"},
	}})
	f.Sample = true
	return f
}
