package directory

import (
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// Words say in a reader's words what a query asks and what cards hold, for the forms of the directory that are none of its
// own pages: on paper, in frames on other sites.
type Words struct{ v card }

// Words speaks the language of the frame, about the directory of a territory. It returns errs.Unavailable while the index is
// being built.
func (s *Service) Words(f ui.Frame, code string) (Words, error) {
	c, err := s.open(code)
	if err != nil {
		return Words{}, err
	}
	return Words{card{shown: shown{Frame: f, catalogue: c, rooms: &Pages{service: s}}}}, nil
}

// Asked is one part of what a query asks: a facet, or one of AskedText, AskedBox and AskedNear, with what was chosen.
type Asked struct {
	Facet  string
	Values []string // in words, one of which has to hold
}

// The parts of a query that are no facets.
const (
	AskedText = "text"
	AskedBox  = "box"
	AskedNear = "near"
)

// Asked tells what narrows the answer to q, words first; choices that mean nothing are left out.
func (w Words) Asked(q Query) []Asked {
	var all []Asked
	if q.Text != "" {
		all = append(all, Asked{AskedText, []string{q.Text}})
	}
	v := w.v.shown
	v.query = q
	for _, facet := range Facets() {
		var values []string
		for _, choice := range q.Choices[facet] {
			if code, ok := v.code(facet, choice); ok {
				values = append(values, v.label(facet, code))
			}
		}
		if facet == FacetZone && q.Where != "" {
			if z, _, ok := v.territory.Match(q.Where, ""); ok {
				values = append(values, z.NameIn(v.Lang))
			}
		}
		if len(values) > 0 {
			all = append(all, Asked{facet, slices.Compact(values)})
		}
	}
	if q.Box != nil {
		all = append(all, Asked{AskedBox, []string{v.P.T("directory.chip_box")}})
	}
	if q.Near != nil && q.RadiusKm > 0 {
		all = append(all, Asked{AskedNear, []string{v.nearLabel()}})
	}
	return all
}

// Age is how far a card can be trusted today.
func (w Words) Age(l listing.Listing) listing.Age { return w.v.age(&l) }

// Kind is the sort of organisation and its place: "Entreprise · Nouméa".
func (w Words) Kind(l listing.Listing) string {
	v := w.v
	v.Listing = l
	return v.kind()
}

// Address gives the lines of the postal address, the last with the town.
func (w Words) Address(l listing.Listing) []string {
	v := w.v
	v.Listing = l
	return v.address()
}

// Serves says where the organisation works beyond where it sits, "" where it does not say.
func (w Words) Serves(area listing.ServiceArea) string { return w.v.serves(area) }

// Hours are the lines of a week and what else the text says of the opening; a text that is no week comes back as written.
func (w Words) Hours(text string) (week []ui.SummaryRow, note string) {
	if text == "" {
		return nil, ""
	}
	var page cardPage
	v := w.v
	v.Listing.OpeningHours = text
	v.fillHours(&page)
	return page.Hours.Rows, page.HoursText
}

// Option is one choice of a facet as a form offers it.
type Option struct{ Value, Label string }

// Options are all that one may choose of a facet: competences and kinds by name, none of the other facets,
// whose choices are too many for a list.
func (w Words) Options(facet string) []Option {
	v := w.v.shown
	var codes []string
	switch facet {
	case FacetCompetence:
		codes = v.taxonomies.Competences.Codes()
	case FacetCategory:
		for _, category := range categories() {
			codes = append(codes, string(category))
		}
	}
	options := make([]Option, 0, len(codes))
	for _, code := range codes {
		options = append(options, Option{Value: v.slug(facet, code), Label: v.label(facet, code)})
	}
	locale.CollateBy(v.P, options, func(o Option) string { return o.Label })
	return options
}

// InSlugs is the query with its known choices written as addresses write them, a typed place among them, and without those
// that mean nothing.
func (w Words) InSlugs(q Query) Query {
	known := q.copyChoices()
	known.Page, known.Where, known.Choices = q.Page, "", map[string][]string{}
	for facet, choices := range q.Choices {
		for _, choice := range choices {
			if _, ok := w.v.code(facet, choice); ok {
				known.Choices[facet] = append(known.Choices[facet], choice)
			}
		}
	}
	if q.Where != "" {
		if z, _, ok := w.v.catalogue.territory.Match(q.Where, ""); ok {
			known.Choices[FacetZone] = []string{z.Slug}
		}
	}
	return w.v.inSlugs(known)
}

// Competences names the first of what an organisation can do.
func (w Words) Competences(l listing.Listing, most int) []string {
	names := make([]string, 0, most)
	for _, code := range l.Competences[:min(most, len(l.Competences))] {
		names = append(names, w.v.competenceName(code))
	}
	return names
}

// quotes are the marks that may be around a quotation of a query.
const quotes = "\"«»“”"

// unquoted is a query without its marks where it is one quotation, for where it stands between marks anyway.
func unquoted(text string) string {
	inner := strings.Trim(text, quotes+" \u00a0\u202f")
	if inner == "" || strings.ContainsAny(inner, quotes) {
		return text
	}
	return inner
}

// age is how far the card can be trusted today.
func (v *shown) age(l *listing.Listing) listing.Age {
	return v.rooms.service.Ages(v.territory).Of(l.ConfirmedAt, v.rooms.service.now())
}
