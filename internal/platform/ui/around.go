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

// HeadLinks are the addresses of the page in the head: its own, those in all languages, those in other forms.
func (f Frame) HeadLinks() (template.HTML, error) {
	m := NewMarkup(f.Assets, 1000)
	if f.Canonical != "" {
		m.Raw(`<link rel="canonical" href="`).URL(f.Canonical).Raw("\">\n")
	}
	for i := range f.Alternates {
		a := &f.Alternates[i]
		m.Raw(`<link rel="alternate" hreflang="`).Text(a.Lang).Raw(`" href="`).URL(a.URL).Raw("\">\n")
	}
	if address := f.DefaultURL(); address != "" {
		m.Raw(`<link rel="alternate" hreflang="x-default" href="`).URL(address).Raw("\">\n")
	}
	for i := range f.Typed {
		t := &f.Typed[i]
		m.Raw(`<link rel="alternate" type="`).Text(t.Type).Raw(`" title="`).Text(t.Title).Raw(`" href="`).URL(t.URL).Raw("\">\n")
	}
	return m.HTML()
}

// SkipLinks lead past what stands before the parts of the page.
func (f Frame) SkipLinks() (template.HTML, error) {
	m := NewMarkup(f.Assets, 100*len(f.Skips))
	for i := range f.Skips {
		l := &f.Skips[i]
		m.Raw(`<a class="skip" href="`).URL(l.URL).Raw(`">`).Text(l.Label).Raw("</a>\n")
	}
	return m.HTML()
}

// OtherLinks lead to the page in other languages.
func (f Frame) OtherLinks() (template.HTML, error) {
	m := NewMarkup(f.Assets, 600)
	for _, a := range f.Others() {
		face := Link{Label: a.Name(), Icon: "languages"}
		m.Raw(`<a class="tool" href="`).URL(a.Link()).Raw(`" hreflang="`).Text(a.Lang).Raw(`" lang="`).Text(a.Lang).Raw(`">`)
		face.face(m).Raw("</a>\n")
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
