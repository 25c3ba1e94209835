package atlas

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// perInhabitants is the measure of density: cards for so many people.
const perInhabitants = 10_000

// density is how many cards a zone has for perInhabitants, negative where nobody knows how many people live there.
func (v *view) density(z territory.Zone) float64 {
	if z.Population == 0 {
		return -1
	}
	return float64(v.counts.Zones[z.Code]) * perInhabitants / float64(z.Population)
}

// listURL leads to the cards of a zone.
func (v *view) listURL(z territory.Zone) string {
	address := "/annuaire?zone=" + z.Slug + "&surplace=1"
	if v.chosen {
		address += "&competence=" + v.term.Slug
	}
	return v.Path(address)
}

// listed are the zones of the table. Where there are many, those without any card are left out.
func (v *view) listed() []territory.Zone {
	zones := v.sorted()
	if v.many() {
		zones = slices.DeleteFunc(zones, func(z territory.Zone) bool { return v.counts.Zones[z.Code] == 0 })
	}
	return zones
}

// sorted are the zones in the order that was asked for.
func (v *view) sorted() []territory.Zone {
	zones := slices.Clone(v.zones)
	locale.CollateBy(v.P, zones, func(z territory.Zone) string { return z.NameIn(v.Lang) })
	switch v.sort {
	case byCount:
		slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(v.counts.Zones[b.Code], v.counts.Zones[a.Code]) })
	case byDensity:
		slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(v.density(b), v.density(a)) })
	}
	return zones
}

// placesTable is what the map shows, as a table.
func (v *view) placesTable() ui.Table {
	column := func(label, order, way string, number bool) ui.Column {
		c := ui.Column{Label: label, Number: number, Sort: v.address(func(a *asked) { a.sort = order }) + "#tableau"}
		if v.sort == order {
			c.Sorted = way
		}
		return c
	}
	t := ui.Table{
		Caption: v.P.T("atlas.places_caption", "n", v.seated()), Dense: true, Empty: v.P.T("atlas.point_none"),
		Columns: []ui.Column{
			column(capitalised(v.territory.LevelName(v.level, v.Lang)), byName, "ascending", false),
			column(v.P.T("atlas.column_cards"), byCount, "descending", true),
			{Label: v.P.T("atlas.column_share"), Number: true},
			column(v.P.T("atlas.column_density"), byDensity, "descending", true),
		},
	}
	for _, z := range v.listed() {
		n := v.counts.Zones[z.Code]
		row := ui.Row{{Text: z.NameIn(v.Lang)}, {Text: v.P.Number(n)}, {Text: v.share(n)}, {Text: "–"}}
		if n > 0 {
			row[0].URL = v.listURL(z)
		}
		if d := v.density(z); d >= 0 {
			row[3].Text = v.P.Decimal(d, 1)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// share is a part of the cards that sit somewhere, with one decimal in every row.
func (v *view) share(n int) string {
	seated := v.seated()
	switch {
	case seated == 0:
		return "–"
	case n > 0 && 2000*n < seated:
		return v.P.T("atlas.share_least")
	}
	return v.P.T("atlas.share", "share", v.P.Decimal(100*float64(n)/float64(seated), 1))
}

// seated is how many cards are on the map and in the table.
func (v *view) seated() int { return v.counts.Total - max(0, v.counts.Unseated) }

// skillsTable counts the cards of each competence.
func (v *view) skillsTable(list *taxonomy.Taxonomy) ui.Table {
	t := ui.Table{
		Caption: v.P.T("atlas.skills_caption"), Dense: true,
		Columns: []ui.Column{{Label: v.P.T("atlas.competence")}, {Label: v.P.T("atlas.column_cards"), Number: true}, {Label: v.P.T("atlas.column_map")}},
	}
	for _, term := range v.inUse(list) {
		t.Rows = append(t.Rows, ui.Row{
			{Text: term.Name(v.Lang), URL: v.Path("/annuaire?competence=" + term.Slug)},
			{Text: v.P.Number(v.counts.Competences[term.Code])},
			{Text: v.P.T("atlas.show_map"), URL: v.address(func(a *asked) { a.competence = term.Slug })},
		})
	}
	return t
}

// inUse are the competences that some card has, the most frequent first.
func (v *view) inUse(list *taxonomy.Taxonomy) []taxonomy.Term {
	terms := slices.DeleteFunc(slices.Clone(list.Terms), func(t taxonomy.Term) bool { return v.counts.Competences[t.Code] == 0 })
	locale.CollateBy(v.P, terms, func(t taxonomy.Term) string { return t.Name(v.Lang) })
	slices.SortStableFunc(terms, func(a, b taxonomy.Term) int {
		return cmp.Compare(v.counts.Competences[b.Code], v.counts.Competences[a.Code])
	})
	return terms
}

// competenceField is the choice of a competence, those in use by name with their numbers.
func (v *view) competenceField(list *taxonomy.Taxonomy) ui.Field {
	f := ui.Field{Name: paramCompetence, Label: v.P.T("atlas.competence"), Options: []ui.Option{{Label: v.P.T("atlas.all_competences"), Selected: !v.chosen}}}
	terms := v.inUse(list)
	if v.chosen && v.counts.Competences[v.term.Code] == 0 {
		terms = append(terms, v.term)
	}
	locale.CollateBy(v.P, terms, func(t taxonomy.Term) string { return t.Name(v.Lang) })
	for _, term := range terms {
		f.Options = append(f.Options, ui.Option{
			Value: term.Slug, Selected: v.chosen && term.Code == v.term.Code,
			Label: v.P.T("atlas.competence_option", "name", term.Name(v.Lang), "count", v.counts.Competences[term.Code]),
		})
	}
	return f
}

func capitalised(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(unicode.ToUpper(r))) + s[size:]
}
