package embed

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"grappe/internal/directory"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// choicePage is where one chooses what a frame shows, sees it and copies it.
type choicePage struct {
	ui.Frame
	Crumbs  ui.Breadcrumb
	Action  string
	Fields  []ui.Field
	Card    []ui.Pair // the one card to show, carried along
	Send    ui.Button
	Unknown string // the typed place that the territory does not have
	Preview preview
	Script  string // address of the script that gives the preview its height
	Copies  []copyView
}

// preview is the frame itself.
type preview struct{ URL, Title string }

// copyView is one text to copy.
type copyView struct {
	Field ui.Field
	Copy  ui.CopyLink
}

// page answers with the choices and what comes of them.
func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	s, err := parse(r.URL.Query())
	if err != nil {
		return err
	}
	f, t := ui.Of(r), territory.Of(r.Context())
	words, err := p.directory.Words(f, t.Code)
	if err != nil {
		return err
	}
	s.More = ""
	if s.Query.Near != nil { // the code is published: it must not tell where somebody stands
		web.CacheNever(w)
		s.Query.Near, s.Query.RadiusKm = nil, 0
	}
	typed := s.Query.Where
	s.Query = words.InSlugs(s.Query).WithPage(1)
	v := choiceView{Frame: f, territory: t, settings: s, words: words, typed: typed}
	if s.Card != "" {
		record, err := p.directory.Card(r.Context(), t.Code, s.Card)
		if err != nil {
			return err
		}
		v.settings.Card, v.name = record.Listing.Slug, record.Listing.Name
	}
	return p.views.Render(w, r, http.StatusOK, "integrer", v.page())
}

// choiceView is what was chosen, and who chose it.
type choiceView struct {
	ui.Frame
	territory *territory.Territory
	settings  settings
	words     directory.Words
	typed     string // a place
	name      string // of the one card to show
}

func (v *choiceView) page() choicePage {
	page := choicePage{
		Frame: v.Frame, Action: v.Path(pagePath), Fields: v.fields(), Send: ui.Button{Label: v.P.T("embed.show"), Kind: ui.Main, Icon: "eye"},
		Preview: preview{URL: v.Path(v.settings.address()), Title: v.heading()}, Script: v.neutral().Path(scriptPath),
	}
	page.Title = v.P.T("embed.heading")
	page.Description = v.P.T("embed.lead")
	page.Crumbs = ui.Breadcrumb{{Label: v.P.T("directory.title"), URL: v.Path("/annuaire")}, {Label: page.Title, Current: true}}
	if v.settings.Card != "" {
		page.Card = []ui.Pair{{Name: paramCard, Value: v.settings.Card}}
	}
	if v.typed != "" && len(v.settings.Query.Choices[directory.FacetZone]) == 0 {
		page.Unknown = v.P.T("directory.unknown.zone", "value", v.typed)
	}
	if len(v.settings.values()) > 0 {
		page.Robots = "noindex, follow"
	}
	page.Place(pagePath)
	live := v.URL(v.settings.live())
	frame := frameHTML(v.URL(v.settings.address()), v.heading(), "100%", v.settings.height())
	page.Copies = []copyView{
		v.copy("cadre", frame+"\n"+scriptHTML(v.neutral().URL(scriptPath)), 6),
		v.copy("lien", linkHTML(live, v.heading()), 3),
		v.copy("adresse", live, 2),
	}
	return page
}

func (v *choiceView) heading() string {
	if v.name != "" {
		return v.name
	}
	return headingOf(v.P, v.territory.Name(v.Lang), v.words.Asked(v.settings.Query))
}

// neutral is the frame without its language: our script stands at one address for all.
func (v *choiceView) neutral() ui.Frame {
	f := v.Frame
	f.LangPrefix = ""
	return f
}

// copy is a text that a webmaster takes along.
func (v *choiceView) copy(id, text string, rows int) copyView {
	return copyView{
		Field: ui.Field{Name: id, ID: "copie-" + id, Label: v.P.T("embed.copy." + id), Hint: v.P.T("embed.copy_hint." + id), Value: text, Rows: rows, ReadOnly: true},
		Copy:  ui.CopyLink{URL: text, Label: v.P.T("embed.copy")},
	}
}

// fields are the choices. One card leaves no other than its colours.
func (v *choiceView) fields() []ui.Field {
	theme := v.choice(paramTheme, v.P.T("embed.theme"), v.P.T("embed.theme_auto"), []directory.Option{
		{Value: themeLight, Label: v.P.T("embed.theme_light")}, {Value: themeDark, Label: v.P.T("embed.theme_dark")},
	}, v.settings.Theme)
	if v.name != "" {
		return []ui.Field{theme}
	}
	q := v.settings.Query
	one := func(facet string) string {
		if chosen := q.Choices[facet]; len(chosen) > 0 {
			return chosen[0]
		}
		return ""
	}
	place := v.typed
	if zone, ok := v.territory.Tree().BySlug(one(directory.FacetZone)); ok {
		place = zone.NameIn(v.Lang)
	}
	return []ui.Field{
		{Name: "q", Label: v.P.T("embed.words"), Hint: v.P.T("embed.words_hint"), Value: q.Text, Max: 200, Autocomplete: "off", Suggest: v.Path("/annuaire/suggestions")},
		v.choice("competence", v.P.T("directory.facet.competence"), v.P.T("embed.any_competence"), v.words.Options(directory.FacetCompetence), one(directory.FacetCompetence)),
		{Name: "ou", Label: v.P.T("embed.place"), Value: place, Max: 100, Autocomplete: "off", Suggest: v.Path("/annuaire/lieux")},
		v.choice("categorie", v.P.T("directory.facet.category"), v.P.T("embed.any_category"), v.words.Options(directory.FacetCategory), one(directory.FacetCategory)),
		v.choice(paramSize, v.P.T("embed.size"), "", numbers(v), strconv.Itoa(v.settings.Size)),
		v.choice(paramField, v.P.T("embed.field"), "", []directory.Option{{Value: "1", Label: v.P.T("embed.with_field")}, {Value: "0", Label: v.P.T("embed.without_field")}},
			map[bool]string{true: "1", false: "0"}[v.settings.Field]),
		theme,
	}
}

// numbers are how many cards one may choose to show, the number of the address among them.
func numbers(v *choiceView) []directory.Option {
	sizes := []int{5, usual, 20, most}
	if !slices.Contains(sizes, v.settings.Size) {
		sizes = append(sizes, v.settings.Size)
		slices.Sort(sizes)
	}
	options := make([]directory.Option, 0, len(sizes))
	for _, n := range sizes {
		options = append(options, directory.Option{Value: strconv.Itoa(n), Label: v.P.T("embed.count", "n", n)})
	}
	return options
}

// choice is a list; any is the label of choosing nothing, no such choice when empty.
func (v *choiceView) choice(name, label, anyLabel string, options []directory.Option, chosen string) ui.Field {
	field := ui.Field{Name: name, Label: label}
	if anyLabel != "" {
		field.Options = append(field.Options, ui.Option{Label: anyLabel})
	}
	for _, o := range options {
		field.Options = append(field.Options, ui.Option{Value: o.Value, Label: o.Label, Selected: o.Value == chosen})
	}
	return field
}

// frameHTML is the frame as another site writes it. It works without any script: it then has this height, and scrolls.
func frameHTML(address, title, width string, height int) string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="%s" height="%d" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" style="border:0;max-width:100%%"></iframe>`,
		template.HTMLEscapeString(address), template.HTMLEscapeString(title), width, height)
}

func scriptHTML(address string) string {
	return `<script src="` + template.HTMLEscapeString(address) + `" async></script>`
}

func linkHTML(address, label string) string {
	return `<a href="` + template.HTMLEscapeString(address) + `">` + template.HTMLEscapeString(label) + `</a>`
}
