package ui

import (
	"cmp"
	"html/template"
	"strconv"

	"grappe/internal/platform/locale"
)

// Parts of components of which a page has many, or which have many attributes: what templates of the components call. A test holds
// each to the template that it stands for.

// searchFields are the fields of a search box, with what it carries along.
func searchFields(p *locale.Printer, s *SearchBox) template.HTML {
	m := NewMarkup(nil, 1500)
	for _, h := range s.Hidden {
		m.Raw(`<input type="hidden" name="`).Text(h.Name).Raw(`" value="`).Text(h.Value).Raw(`">`)
	}
	what := s.WhatField(p.T("ui.search.what"), p.T("ui.search.what_example"))
	what.write(m.Raw("\n"), p)
	m.Raw("\n")
	if s.WhereName != "" {
		where := s.WhereField(p.T("ui.search.where"), p.T("ui.search.where_example"))
		where.write(m, p)
	}
	return m.html()
}

// write writes a field that has an input, and neither hint nor error.
func (f *Field) write(m *Markup, p *locale.Printer) {
	m.Raw(`<div class="`).Text(f.Class()).Raw("\">\n<label class=\"field-label\" for=\"").Text(f.HTMLID()).Raw(`">`).Text(f.Label)
	m.Raw("</label>\n\n").Markup(fieldInput(p, f)).Raw("\n</div>")
}

// fieldInput is the input of a field.
func fieldInput(p *locale.Printer, f *Field) template.HTML {
	m := NewMarkup(nil, 500)
	m.Raw(`<input class="field-input" type="`).Text(f.InputType()).Raw(`" id="`).Text(f.HTMLID()).Raw(`" name="`).Text(f.Name)
	m.Raw(`" value="`).Text(f.Value).Raw(`"`)
	if f.Max != 0 {
		m.Raw(` maxlength="`).Text(strconv.Itoa(f.Max)).Raw(`"`)
	}
	for _, a := range [...]struct {
		begin Constant
		value string
	}{
		{` placeholder="`, f.Placeholder},
		{` autocomplete="`, f.Autocomplete},
		{` inputmode="`, f.InputMode},
		{` aria-describedby="`, f.DescribedBy()},
	} {
		if a.value != "" {
			m.Raw(a.begin).Text(a.value).Raw(`"`)
		}
	}
	for _, a := range [...]struct {
		is   bool
		name Constant
	}{{f.Error != "", ` aria-invalid="true"`}, {f.Required, ` required`}, {f.Disabled, ` disabled`}, {f.ReadOnly, ` readonly`}} {
		if a.is {
			m.Raw(a.name)
		}
	}
	if f.Suggest != "" {
		m.Raw(` data-suggest="`).Text(f.Suggest).Raw(`" data-say-none="`).Text(cmp.Or(f.SuggestNone, p.T("ui.suggest.none")))
		m.Raw(`" data-say-one="`).Text(p.T("ui.suggest.one")).Raw(`" data-say-many="`).Text(p.T("ui.suggest.many", "n", "{n}")).Raw(`"`)
		if f.SuggestSend {
			m.Raw(` data-suggest-submit`)
		}
		if f.SuggestNone != "" {
			m.Raw(` data-say-none-shown`)
		}
	}
	return m.Raw(">").html()
}

// facetGroups are the facets, each with its boxes.
func facetGroups(p *locale.Printer, assets *Assets, groups []FacetGroup) (template.HTML, error) {
	boxes := 0
	for i := range groups {
		boxes += len(groups[i].Checks) + len(groups[i].More)
	}
	m := NewMarkup(assets, 500*len(groups)+250*boxes)
	for i := range groups {
		g := &groups[i]
		m.Raw("<fieldset class=\"facet\">\n<legend class=\"facet-legend\">").Text(g.Legend).Raw("</legend>\n<div>")
		g.write(m, g.Checks)
		m.Raw("</div>\n")
		if len(g.More) > 0 {
			g.more(m, p)
		}
		m.Raw("\n</fieldset>\n")
	}
	return m.HTML()
}

// more are the boxes behind the disclosure.
func (g *FacetGroup) more(m *Markup, p *locale.Printer) {
	m.Raw(`<details class="facet-more"`)
	if g.Open {
		m.Raw(" open")
	}
	m.Raw("><summary>").Icon(disclosure().Icon).Text(p.T("ui.facets.more", "n", len(g.More))).Raw("</summary>\n")
	g.write(m, g.More)
	m.Raw("</details>")
}

func (*FacetGroup) write(m *Markup, checks []Check) {
	for i := range checks {
		checks[i].write(m)
		m.Raw("\n")
	}
}

// disclosure is the sign of what opens.
func disclosure() Link { return Link{Icon: "chevron-down"} }

// pagerItems are the numbers of the pages and the gaps between them.
func pagerItems(p *locale.Printer, items []PagerItem) template.HTML {
	m := NewMarkup(nil, 160*len(items))
	for i := range items {
		item := &items[i]
		if item.Page == 0 {
			m.Raw(`<li class="pager-dots"><span class="pager-gap" aria-hidden="true">…</span></li>` + "\n")
			continue
		}
		m.Raw(`<li class="pager-number"><a href="`).URL(item.URL).Raw(`"`)
		if item.Current {
			m.Raw(` aria-current="page"`)
		}
		m.Raw(`><span class="visually-hidden">`).Text(p.T("ui.pager.page")).Raw(` </span>`).Text(p.Number(item.Page)).Raw("</a></li>\n")
	}
	return m.html()
}
