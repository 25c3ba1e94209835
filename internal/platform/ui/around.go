package ui

import "html/template"

// What stands around every page is written by Go where it is a list.

// MenuLines are the entries of the menu.
func (f Frame) MenuLines() (template.HTML, error) {
	m := NewMarkup(f.Assets, 400*len(f.Menu))
	for i := range f.Menu {
		l := &f.Menu[i]
		l.face(l.begin(m.Raw("<li><a")))
		if l.Count != 0 {
			m.Raw(` <span class="count">`).Text(f.P.Number(l.Count)).Raw("</span>")
		}
		m.Raw("</a></li>\n")
	}
	return m.HTML()
}

// ToolLinks are the links at the end of the header.
func (f Frame) ToolLinks() (template.HTML, error) {
	m := NewMarkup(f.Assets, 400*len(f.Tools))
	for i := range f.Tools {
		l := &f.Tools[i]
		l.face(l.begin(m.Raw(`<a class="tool"`))).Raw("</a>\n")
	}
	return m.HTML()
}

// FooterLines are the links of the footer.
func (f Frame) FooterLines() (template.HTML, error) {
	m := NewMarkup(f.Assets, 120*len(f.Footer))
	for i := range f.Footer {
		l := &f.Footer[i]
		l.begin(m.Raw("<li><a")).Text(l.Label).Raw("</a></li>\n")
	}
	return m.HTML()
}

// AlternateLinks are the addresses of the page in all languages, for the head.
func (f Frame) AlternateLinks() (template.HTML, error) {
	m := NewMarkup(f.Assets, 160*len(f.Alternates))
	for i := range f.Alternates {
		a := &f.Alternates[i]
		m.Raw(`<link rel="alternate" hreflang="`).Text(a.Lang).Raw(`" href="`).URL(a.URL).Raw("\">\n")
	}
	return m.HTML()
}

// begin writes the address of a link, and ends its tag, which is begun.
func (l *Link) begin(m *Markup) *Markup {
	m.Raw(` href="`).URL(l.URL).Raw(`"`)
	if l.Current {
		m.Raw(` aria-current="page"`)
	}
	return m.Raw(">")
}

// face writes the icon of a link and its label.
func (l *Link) face(m *Markup) *Markup {
	if l.Icon != "" {
		m.Icon(l.Icon)
	}
	return m.Text(l.Label)
}
