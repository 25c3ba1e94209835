package directory

import (
	"html/template"

	"grappe/internal/platform/ui"
)

// Lists of links of the page of results, written by Go as the results are.

// placeLines are the places that the map names, as the lines of a list: there are sixty of them.
func placeLines(places []indexEntry) (template.HTML, error) {
	m := ui.NewMarkup(nil, 160*len(places))
	for _, p := range places {
		m.Raw(`<li><a href="`).URL(p.URL).Raw(`"><span class="index-name">`).Text(p.Label)
		m.Raw(`</span> <span class="index-count">`).Text(p.Count).Raw("</span></a></li>\n")
	}
	return m.HTML()
}

// PaneLinks are the links between list and map.
func (p *resultsPage) PaneLinks() (template.HTML, error) {
	m := ui.NewMarkup(p.Assets, 600*len(p.Panes))
	for i := range p.Panes {
		l := &p.Panes[i]
		m.Raw(`<a class="pane" href="`).URL(l.URL).Raw(`"`)
		if l.Current {
			m.Raw(` aria-current="page"`)
		}
		m.Raw(">").Icon(l.Icon).Text(l.Label)
		if l.Count != 0 {
			m.Raw(` <span class="pane-count">`).Text(p.P.Number(l.Count)).Raw(`</span>`)
		}
		m.Raw("</a>\n")
	}
	return m.HTML()
}

// SortLinks are the orders of the results.
func (p *resultsPage) SortLinks() (template.HTML, error) {
	m := ui.NewMarkup(p.Assets, 160*len(p.Sorts))
	for i := range p.Sorts {
		l := &p.Sorts[i]
		m.Raw(`<a class="sort" href="`).URL(l.URL).Raw(`"`)
		if l.Current {
			m.Raw(` aria-current="true"`)
		}
		m.Raw(">").Text(l.Label).Raw("</a>\n")
	}
	return m.HTML()
}

// OutputLines are the links to the answer in other forms.
func (p *resultsPage) OutputLines() (template.HTML, error) {
	m := ui.NewMarkup(p.Assets, 600*len(p.Outputs))
	for i := range p.Outputs {
		l := &p.Outputs[i]
		m.Raw(`<li><a href="`).URL(l.URL).Raw(`">`).Icon(l.Icon).Text(l.Label).Raw("</a></li>\n")
	}
	return m.HTML()
}

// Lines are the links of a group of the first page.
func (g groupView) Lines() (template.HTML, error) {
	m := ui.NewMarkup(nil, 160*len(g.Links))
	for _, l := range g.Links {
		m.Raw(`<li><a class="tag" href="`).URL(l.URL).Raw(`">`).Text(l.Label).Raw(`&nbsp;<span class="muted">`).Text(l.Count).Raw(`</span></a></li>`)
	}
	return m.HTML()
}
