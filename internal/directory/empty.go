package directory

import (
	"cmp"
	"net/url"
	"slices"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// empty says why nothing was found and leads on: fewer choices, nearby zones, the whole directory, a way to ask.
func (v *shown) empty() ui.Empty {
	e := ui.Empty{Icon: "search", Title: v.P.T("directory.empty_title"), Text: v.P.T("directory.empty_text")}
	way := func(label string, q Query) {
		e.Actions = append(e.Actions, ui.Button{Label: label, URL: v.Path(q.Address())})
	}
	if v.query.Page > 1 && v.found.Total > 0 {
		e.Title, e.Text = v.P.T("directory.empty_page"), v.P.T("directory.empty_page_text", "n", pages(v.found.Total))
		way(v.P.T("directory.empty_last_page"), v.query.WithPage(pages(v.found.Total)))
		return e
	}
	if v.index.Len() == 0 {
		e.Title, e.Text = v.P.T("directory.empty_directory"), v.P.T("directory.empty_directory_text")
		e.Actions = append(v.propose(), v.ask()...)
		return e
	}
	if n := len(v.found.Dropped); n > 0 && !v.query.Filtered() {
		e.Text = v.P.T("directory.empty_words", "n", n, "words", v.P.List(quoted(v.found.Dropped, v.Lang)))
	}
	if v.query.Filtered() && v.query.Text != "" {
		way(v.P.T("directory.empty_without_choices", "words", v.query.Text), Query{Text: v.query.Text, Sort: ByRelevance, Page: 1})
	}
	nearby := v.nearbyZones(3)
	if len(nearby) > 0 && len(v.found.Dropped) == 0 {
		e.Text = v.P.T("directory.empty_text_nearby")
	}
	for _, z := range nearby {
		q := v.query
		q = q.copyChoices()
		q.Choices[FacetZone], q.View = []string{z.slug}, nil // the map goes there
		way(v.P.T("directory.empty_nearby", "zone", z.name, "n", z.count), q)
	}
	way(v.P.T("directory.empty_all"), Query{Sort: ByRelevance, Page: 1})
	if v.query.Text != "" {
		e.Actions = append(e.Actions, v.propose()...)
	}
	e.Actions = append(e.Actions, ui.Button{Label: v.P.T("directory.empty_browse"), URL: v.Path("/competences")})
	e.Actions = append(e.Actions, v.ask()...)
	return e
}

// propose is the way to have added what was looked for.
func (v *shown) propose() []ui.Button {
	link := v.missingLink()
	if link.URL == "" {
		return nil
	}
	return []ui.Button{{Label: link.Label, Icon: link.Icon, URL: link.URL}}
}

// ask is the way to write to the cluster, where it gave an address.
func (v *shown) ask() []ui.Button {
	if v.territory.Contact == "" {
		return nil
	}
	subject := v.query.Text
	if subject == "" {
		subject = v.P.T("directory.title")
	}
	return []ui.Button{{
		Label: v.P.T("directory.empty_ask", "cluster", v.Brand.Cluster), Icon: "mail", URL: v.mailto(subject),
	}}
}

// mailto writes to the cluster about a subject.
func (v *shown) mailto(subject string) string {
	return "mailto:" + url.PathEscape(v.territory.Contact) + "?subject=" + url.PathEscape(subject)
}

type nearbyZone struct {
	slug, name string
	count      int
}

// nearbyZones are other zones that have answers to the same question. The counts of a facet ignore its own choices, so
// that they stand in the answer already; the nearest to the chosen zone come first.
func (v *shown) nearbyZones(most int) []nearbyZone {
	if len(v.query.Choices[FacetZone]) == 0 {
		return nil
	}
	code, ok := v.code(FacetZone, v.query.Choices[FacetZone][0])
	if !ok {
		return nil
	}
	counts := map[string]int{}
	for _, c := range v.found.Facets[FacetZone] {
		counts[c.Code] = c.N
	}
	var out []nearbyZone
	leaves := v.territory.Tree().Leaves()
	centre := v.zones[code].Centre
	if centre.IsZero() {
		leaves = v.territory.Tree().Ancestors(code)
	}
	slices.SortStableFunc(leaves, func(a, b territory.Zone) int {
		return cmp.Compare(geo.Distance(centre, a.Centre), geo.Distance(centre, b.Centre))
	})
	for _, z := range leaves {
		if n := counts[z.Code]; n > 0 && len(out) < most {
			out = append(out, nearbyZone{z.Slug, z.NameIn(v.Lang), n})
		}
	}
	return out
}
