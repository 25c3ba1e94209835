package edit

import (
	"net/url"
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// scope is where a card is edited: what its codes mean there, and how people write their phones.
type scope struct {
	territory   *territory.Territory
	competences *taxonomy.Taxonomy
	sectors     *taxonomy.Taxonomy
	outlines    *territory.Outlines // nil where none were loaded
}

// question is how the form asks for one field of the card.
type question struct {
	field string // its JSON name
	step  Step
	// show is the form of what a card says; read puts what was typed into a card, as far as it is understood, with what the card said
	// before at hand: what is still written as it was shown is not read anew.
	show func(s scope, c *listing.Content) url.Values
	read func(s scope, v url.Values, was, c *listing.Content) []errs.Field
}

// shown is the form of what a card says, as it comes back from a browser that changes nothing.
func (q question) shown(s scope, c *listing.Content) url.Values { return own(q.show(s, c), q.field) }

// questions lists the questions in the order in which they are asked.
func questions() []question {
	return []question{
		line1("name", Essential, func(c *listing.Content) *string { return &c.Name }),
		categoryQuestion(),
		line1("headline", Essential, func(c *listing.Content) *string { return &c.Headline }),
		text("description", Essential, func(c *listing.Content) *string { return &c.Description }),

		codes("competences", Activity, func(c *listing.Content) *[]string { return &c.Competences }, func(s scope) []string { return s.competences.Codes() }),
		codes("sectors", Activity, func(c *listing.Content) *[]string { return &c.Sectors }, func(s scope) []string { return s.sectors.Codes() }),
		tagsQuestion(),

		text("address", Place, func(c *listing.Content) *string { return &c.Address }),
		postcodeQuestion(),
		line1("city", Place, func(c *listing.Content) *string { return &c.City }),
		zoneQuestion(),
		pointQuestion(),
		areaQuestion(),

		items("phones", Contact, func(c *listing.Content) *[]string { return &c.Phones }, showPhone, readPhone),
		items("emails", Contact, func(c *listing.Content) *[]string { return &c.Emails }, asItIs, readEmail),
		items("websites", Contact, func(c *listing.Content) *[]string { return &c.Websites }, asItIs, readWebsite),
		socialQuestion(),

		hoursQuestion(),
		accessQuestion(),
		codes("languages", Hours, func(c *listing.Content) *[]string { return &c.Languages }, func(scope) []string { return spoken() }),

		logoQuestion(),
	}
}

// asked are the questions of a step.
func asked(step Step) []question {
	return slices.DeleteFunc(questions(), func(q question) bool { return q.step != step })
}

// fault is one faulty input.
func fault(name, key string, args errs.Args) errs.Field {
	return errs.Field{Name: name, Key: key, Args: args}
}

// fields are those of a card, by their names.
func fields() map[string]company.Field[listing.Content] {
	out := map[string]company.Field[listing.Content]{}
	for _, f := range listing.Fields() {
		out[f.Name] = f
	}
	return out
}

// centre is the place that stands for a zone: where people wrote it, else the middle of its outline.
func (s scope) centre(code string) (geo.Point, bool) {
	z, ok := s.territory.Zone(code)
	if !ok {
		return geo.Point{}, false
	}
	if !z.Centre.IsZero() {
		return z.Centre, true
	}
	if s.outlines == nil {
		return geo.Point{}, false
	}
	o := s.outlines.Outline(code)
	if o.IsEmpty() {
		return geo.Point{}, false
	}
	return o.Middle(), true
}
