package directory

import (
	"html/template"

	"grappe/internal/platform/ui"
)

// articles are the results as they stand on the page. Go writes them and not a template, for there are twenty of them with fifteen
// values each; the test beside it holds them to a template.
func articles(assets *ui.Assets, results []resultView) (template.HTML, error) {
	m := ui.NewMarkup(assets, 2000*len(results))
	for i := range results {
		results[i].write(m)
	}
	return m.HTML()
}

func (r *resultView) write(m *ui.Markup) {
	m.Raw("\n<article class=\"result")
	if r.Chosen {
		m.Raw(" result-chosen")
	}
	m.Raw(`" data-slug="`).Text(r.Slug).Raw(`"`)
	if r.Point != "" {
		m.Raw(` data-point="`).Text(r.Point).Raw(`"`)
	}
	m.Raw(">\n<h2 class=\"result-title\"><a href=\"").URL(r.URL).Raw(`">`).Markup(r.Name).Raw("</a></h2>\n")
	if r.Headline != "" {
		r.said(m.Raw("<p"), r.Headline)
	}
	if r.Snippet != "" {
		r.said(m.Raw(`<p class="muted"`), r.Snippet)
	}
	r.facts(m)
	r.competences(m.Raw("\n"))
	m.Raw("\n")
	if r.Why != "" {
		m.Raw(`<p class="result-why">`).Text(r.Why).Raw("</p>\n")
	}
	m.Raw("</article>\n")
}

// said is what the organisation wrote, in its language; the paragraph is begun.
func (r *resultView) said(m *ui.Markup, text template.HTML) {
	if r.Lang != "" {
		m.Raw(` lang="`).Text(r.Lang).Raw(`"`)
	}
	m.Raw(">").Markup(text).Raw("</p>\n")
}

// fact is a line below a result, left out where it has no text.
type fact struct {
	Icon string
	Text string
	End  ui.Constant // after it
}

func (r *resultView) facts(m *ui.Markup) {
	m.Raw(`<p class="result-facts"><span>`).Text(r.Category).Raw("</span>\n")
	for _, f := range [...]fact{
		{Icon: "map-pin", Text: r.Place, End: "\n"},
		{Icon: "ruler", Text: r.Distance, End: "\n"},
		{Icon: "calendar-check", Text: r.Freshness, End: "\n"},
		{Icon: "route", Text: r.Serves},
	} {
		if f.Text != "" {
			m.Raw(`<span>`).Icon(f.Icon).Text(f.Text).Raw(`</span>`).Raw(f.End)
		}
	}
	m.Raw(`</p>`)
}

func (r *resultView) competences(m *ui.Markup) {
	if len(r.Competences) == 0 {
		return
	}
	m.Raw(`<ul class="tags">`)
	for _, tag := range r.Competences {
		if tag.URL != "" {
			m.Raw(`<li><a class="tag" href="`).URL(tag.URL).Raw(`">`).Text(tag.Label).Raw(`</a></li>`)
		} else {
			m.Raw(`<li><span class="tag">`).Text(tag.Label).Raw(`</span></li>`)
		}
	}
	m.Raw(`</ul>`)
}
