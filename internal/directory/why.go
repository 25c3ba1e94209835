package directory

import (
	"html/template"
	"slices"
	"strings"

	"grappe/internal/platform/search"
)

// why says in one line what made the listing an answer, where the words of its card do not show it.
func (v *shown) why(hit *FoundListing) string {
	var parts []string
	if hit.Hit.ServedOnly {
		parts = append(parts, v.P.T("directory.why_serves"))
	}
	if hit.Hit.Explain == nil {
		return strings.Join(parts, " ")
	}
	in := map[string][]string{}
	for _, m := range hit.Hit.Explain.Words {
		switch m.How {
		case search.Synonym:
			parts = append(parts, v.P.T("directory.why_synonym", "word", m.Word, "matched", m.Matched))
		case search.Typo:
			parts = append(parts, v.P.T("directory.why_typo", "word", m.Word, "matched", m.Matched))
		case search.Exact, search.Stem, search.Prefix:
			in[m.Field] = append(in[m.Field], m.Word)
		}
	}
	if len(in["competence"])+len(in["related"]) > 0 {
		if names := v.matchedCompetences(hit.Competences); len(names) > 0 {
			parts = append(parts, v.P.T("directory.why_competence", "names", v.P.List(names)))
		}
	}
	if words := in["tag"]; len(words) > 0 {
		parts = append(parts, v.P.T("directory.why_tag", "words", v.P.List(words)))
	}
	return strings.Join(parts, " ")
}

// matchedCompetences names the competences of which the name or a synonym has a word of the query.
func (v *shown) matchedCompetences(codes []string) []string {
	var names []string
	for _, code := range codes {
		matched, known := v.matched[code]
		if !known { // the cards of a page have few competences, and those often
			matched = v.matches(code)
			v.matched[code] = matched
		}
		if matched {
			names = append(names, v.competenceName(code))
		}
	}
	return names
}

// matches reports whether the name of a competence or a synonym has a word of the query.
func (v *shown) matches(code string) bool {
	term, ok := v.taxonomies.Competences.Term(code)
	if !ok {
		return false
	}
	texts := append([]string{term.Name(v.Lang), term.Name(v.territory.Languages[0])}, term.Synonyms...)
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(v.found.Marks.Highlight(text), func(s search.Segment) bool { return s.Marked })
	})
}

// marked is a text with what the query found in it set off. It is made here and not by a template, for there are sixty of them on a
// page, of several pieces each.
func marked(segments []search.Segment) template.HTML {
	var b strings.Builder
	for _, s := range segments {
		if s.Marked {
			b.WriteString("<mark>")
		}
		b.WriteString(template.HTMLEscapeString(s.Text))
		if s.Marked {
			b.WriteString("</mark>")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // each piece is escaped
}
