package directory

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// Limits of what a person can ask: beyond them a query is cut or refused, never slow.
const (
	MaxText     = 300 // runes of text that are read; the rest is dropped and said
	MaxPage     = 500
	maxChoices  = 50
	maxRadiusKm = 2000
)

// Sort is the order of the results.
type Sort string

// The orders, as they stand in an address.
const (
	ByRelevance Sort = "pertinence"
	ByName      Sort = "nom"
	ByFreshness Sort = "recents"
	ByDistance  Sort = "distance"
)

// Query is everything that a results page depends on; it reads from an address and writes back to one.
type Query struct {
	Text     string
	TextCut  bool                // the text was longer than MaxText and was cut
	Where    string              // a place as typed, before it is matched to a zone
	Choices  map[string][]string // by facet: codes or slugs as in the address
	Seated   bool                // of the chosen places, only who sits there, and not who travels there
	Box      *geo.Box
	Near     *geo.Point
	RadiusKm float64
	Sort     Sort
	Page     int // from 1

	// What the reader looks at: it filters nothing, and another reader's answer is the same.
	View *MapView // of the map; nil where it shows the whole answer
	Card string   // slug of the chosen card
	Pane string   // what a narrow window shows: PaneMap, "" for the list
}

// singles are the parameters that may stand once in an address.
func singles() []string {
	return []string{"q", "ou", "surplace", "bbox", "pres", "rayon", "tri", "page", "carte", "fiche", "vue"}
}

// ParseQuery reads an address's parameters. It returns errs.Usage, with the field, for a number that is none or
// out of range, for a box that is none on the map, and for a parameter given twice that only one can have; a text that is too
// long is cut and marked. An empty parameter is none. What else stands in the address is not looked at.
func ParseQuery(v url.Values) (Query, error) {
	q := Query{Choices: map[string][]string{}, Sort: ByRelevance, Page: 1}
	for _, name := range singles() {
		if len(v[name]) > 1 {
			return q, repeated(name)
		}
	}
	q.Text, q.TextCut = cut(clean(v.Get("q")), MaxText)
	q.Where, _ = cut(clean(v.Get("ou")), 100)
	for _, facet := range Facets() {
		for _, choice := range v[param(facet)] {
			choice, _ = cut(clean(choice), 100)
			if choice != "" && !slices.Contains(q.Choices[facet], choice) && len(q.Choices[facet]) < maxChoices {
				q.Choices[facet] = append(q.Choices[facet], choice)
			}
		}
	}
	for _, read := range []func(*Query, url.Values) error{readSeated, readPage, readSort, readBox, readNear, readView} {
		if err := read(&q, v); err != nil {
			return q, err
		}
	}
	return q, nil
}

func readSeated(q *Query, v url.Values) error {
	switch s := v.Get("surplace"); s {
	case "", "0":
	case "1":
		q.Seated = true
	default:
		return invalid("surplace", "directory.bad_seated", errs.Args{"value": short(s)})
	}
	return nil
}

func readPage(q *Query, v url.Values) error {
	s := v.Get("page")
	if s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > MaxPage {
		return invalid("page", "directory.bad_page", errs.Args{"value": short(s), "max": MaxPage})
	}
	q.Page = n
	return nil
}

func readSort(q *Query, v url.Values) error {
	switch s := Sort(v.Get("tri")); s {
	case "":
	case ByRelevance, ByName, ByFreshness, ByDistance:
		q.Sort = s
	default:
		return invalid("tri", "directory.bad_sort", errs.Args{"value": short(string(s))})
	}
	return nil
}

func readBox(q *Query, v url.Values) error {
	s := v.Get("bbox")
	if s == "" {
		return nil
	}
	b, err := geo.ParseBox(s)
	switch {
	case errors.Is(err, geo.ErrOutside):
		return invalid("bbox", "directory.box_outside", errs.Args{"value": short(s)})
	case errors.Is(err, geo.ErrFlat):
		return invalid("bbox", "directory.box_inverted", errs.Args{"value": short(s)})
	case err != nil:
		return invalid("bbox", "directory.bad_box", errs.Args{"value": short(s)})
	}
	q.Box = &b
	return nil
}

func readNear(q *Query, v url.Values) error {
	s := v.Get("pres")
	if s == "" {
		if v.Get("rayon") != "" {
			return invalid("rayon", "directory.radius_alone", nil)
		}
		if q.Sort == ByDistance {
			q.Sort = ByRelevance
		}
		return nil
	}
	p, err := geo.ParsePoint(s)
	if err != nil {
		return invalid("pres", "directory.bad_near", errs.Args{"value": short(s)})
	}
	q.Near = &p
	if s = v.Get("rayon"); s != "" {
		km, ok := numbers(s, 1)
		if !ok || km[0] <= 0 || km[0] > maxRadiusKm {
			return invalid("rayon", "directory.bad_radius", errs.Args{"value": short(s), "max": maxRadiusKm})
		}
		q.RadiusKm = km[0]
	}
	return nil
}

// Values writes the query as an address's parameters, in a stable order and without what is the default.
func (q Query) Values() url.Values {
	v := url.Values{}
	q.each(func(name, value string) { v[name] = append(v[name], value) })
	return v
}

// each gives the parameters of q in the alphabetical order of their names.
func (q *Query) each(put func(name, value string)) {
	set := func(name, value string) {
		if value != "" {
			put(name, value)
		}
	}
	if q.Box != nil {
		put("bbox", boxText(*q.Box))
	}
	if q.View != nil {
		set("carte", q.View.String())
	}
	q.eachChoice(FacetCategory, put)
	q.eachChoice(FacetCompetence, put)
	set("fiche", q.Card)
	set("ou", q.Where)
	if q.Page > 1 {
		put("page", strconv.Itoa(q.Page))
	}
	if q.Near != nil {
		put("pres", fmt.Sprintf("%g,%g", q.Near.Lat, q.Near.Lon))
	}
	set("q", q.Text)
	if q.Near != nil && q.RadiusKm > 0 {
		put("rayon", fmt.Sprintf("%g", q.RadiusKm))
	}
	q.eachChoice(FacetSector, put)
	if q.Seated {
		put("surplace", "1")
	}
	q.eachChoice(FacetTag, put)
	if q.Sort != ByRelevance {
		set("tri", string(q.Sort))
	}
	set("vue", q.Pane)
	q.eachChoice(FacetZone, put)
}

func (q *Query) eachChoice(facet string, put func(name, value string)) {
	choices := q.Choices[facet]
	if !slices.IsSorted(choices) {
		choices = slices.Sorted(slices.Values(choices))
	}
	for _, c := range choices {
		put(param(facet), c)
	}
}

// Address is the path and parameters of the results page of q.
func (q Query) Address() string {
	b := append(make([]byte, 0, 96), "/annuaire"...)
	between := byte('?')
	q.each(func(name, value string) {
		b = append(append(append(b, between), name...), '=')
		b = append(b, url.QueryEscape(value)...)
		between = '&'
	})
	return string(b)
}

// choosing gives the addresses of q, back at its first page, with one choice of a facet and no other of it: written once, for all
// choices that a page offers.
func (q Query) choosing(facet string) func(choice string) string {
	q = q.copyChoices()
	q.Choices[facet] = []string{""}
	address := q.Address() // in which =, & and ? stand nowhere but between parameters
	name := param(facet) + "="
	end := len("/annuaire?") + len(name)
	if !strings.HasPrefix(address[len("/annuaire?"):], name) {
		end = strings.Index(address, "&"+name) + 1 + len(name)
	}
	return func(choice string) string { return address[:end] + url.QueryEscape(choice) + address[end:] }
}

// WithPage is q at another page.
func (q Query) WithPage(n int) Query {
	q.Page = n
	return q
}

// With is q, back at its first page, with the choice added; Without with it taken away.
func (q Query) With(facet, choice string) Query {
	q = q.copyChoices()
	if !slices.Contains(q.Choices[facet], choice) {
		q.Choices[facet] = append(q.Choices[facet], choice)
	}
	return q
}

// Without is q, back at its first page, with the choice taken away.
func (q Query) Without(facet, choice string) Query {
	q = q.copyChoices()
	q.Choices[facet] = slices.DeleteFunc(q.Choices[facet], func(c string) bool { return c == choice })
	return q
}

// WithText is q, back at its first page, with other words.
func (q Query) WithText(text string) Query {
	q = q.copyChoices()
	q.Text, q.TextCut = text, false
	return q
}

// Filtered reports whether anything but words narrows the results.
func (q Query) Filtered() bool {
	for _, c := range q.Choices {
		if len(c) > 0 {
			return true
		}
	}
	return q.Box != nil || q.RadiusKm > 0
}

func (q Query) copyChoices() Query {
	c := make(map[string][]string, len(q.Choices))
	for facet, choices := range q.Choices {
		c[facet] = slices.Clone(choices)
	}
	q.Choices, q.Page = c, 1
	return q
}

func invalid(field, key string, args errs.Args) error {
	return &errs.E{Kind: errs.Usage, Key: key, Args: args, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
}

func repeated(field string) error {
	return invalid(field, "directory.repeated", errs.Args{"name": field})
}

// numbers reads decimal numbers parted by commas.
func numbers(s string, want int) ([]float64, bool) { return geo.ParseNumbers(s, want) }

// clean makes typed text valid UTF-8 on one line, without control characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func cut(s string, runes int) (string, bool) {
	if utf8.RuneCountInString(s) <= runes {
		return s, false
	}
	return strings.TrimSpace(string([]rune(s)[:runes])), true
}

func short(s string) string {
	s, _ = cut(clean(s), 60)
	return s
}
