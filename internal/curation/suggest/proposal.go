package suggest

import (
	"net/url"
	"slices"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/taxonomy"
)

// mostCompetences is how many a proposal may name: a card that names all says nothing.
const mostCompetences = 8

// proposal is an organisation that somebody proposes, as the form has it.
type proposal struct {
	Name, Headline, Description string
	Category                    string
	Competences                 []string
	Zone                        string // as typed
	Phone, Mail, Website        string
	Scheme, Number              string
	Mine                        string   // "oui", "non", "" for unanswered
	Natural                     bool     // it is one person
	Seen                        []string // cards that the author has said it is not
}

// The answers of a form.
const (
	yes = "oui"
	no  = "non"
)

// proposalOf reads a form.
func proposalOf(form url.Values) proposal {
	return proposal{
		Name: form.Get("name"), Headline: form.Get("headline"), Description: form.Get("description"), Category: form.Get("category"),
		Competences: form["competences"], Zone: form.Get("zone"), Phone: form.Get("phones"), Mail: form.Get("emails"), Website: form.Get("websites"),
		Scheme: form.Get("scheme"), Number: form.Get("number"), Mine: form.Get("mienne"), Natural: form.Get("personne") == yes, Seen: form["vue"],
	}
}

// content is what the card would say, with the fields that say something. It returns errs.Invalid with the faulty fields of the form.
func (p proposal) content(at place, competences *taxonomy.Taxonomy) (listing.Content, []string, error) {
	c := listing.Content{Category: listing.Category(p.Category)}
	if p.Category == "" {
		c.Category = listing.Company
	}
	var faults []errs.Field
	for field, text := range map[string]string{
		"name": p.Name, "headline": p.Headline, "description": p.Description, "zone": p.Zone, "phones": p.Phone, "emails": p.Mail, "websites": p.Website,
	} {
		if fault := at.put(field, text, &c); fault != nil {
			faults = append(faults, *fault)
		}
	}
	if z, ok := at.Zone(c.Zone); ok {
		c.City = z.Name
	}
	for _, code := range p.Competences {
		if _, known := competences.Term(code); known && !slices.Contains(c.Competences, code) {
			c.Competences = append(c.Competences, code)
		}
	}
	fields := []string{"category"}
	for _, f := range listing.Fields() {
		if f.Name != "category" && !f.Empty(&c) {
			fields = append(fields, f.Name)
		}
	}
	faults = append(faults, at.faults(nil, &c, append(slices.Clone(fields), "name"))...)
	return c, fields, faulty(inOrder(append(faults, p.faults(c)...), formOrder()))
}

// faults are those that only a proposal has.
func (p proposal) faults(c listing.Content) []errs.Field {
	var out []errs.Field
	add := func(bad bool, field, key string, args errs.Args) {
		if bad {
			out = append(out, errs.Field{Name: field, Key: key, Args: args})
		}
	}
	add(c.Headline == "", "headline", "suggest.headline_missing", nil)
	add(len(c.Competences) > mostCompetences, "competences", "suggest.competences_many", errs.Args{"most": mostCompetences})
	add(len(c.Phones)+len(c.Emails)+len(c.Websites) == 0, "phones", "suggest.contact_missing", nil)
	number := p.number()
	add(number.Written != "" && !company.ParseIdentifier(number.Scheme, number.Written).Valid, "number", "suggest.number_wrong", nil)
	add(p.Mine != yes && p.Mine != no, "mienne", "suggest.mine_missing", nil)
	return out
}

// number is the number of the register, the zero value for none.
func (p proposal) number() curation.Number {
	written := oneLine(p.Number)
	if company.IsPlaceholder(written) {
		return curation.Number{}
	}
	return curation.Number{Scheme: p.Scheme, Written: written}
}

// candidate is the proposal as the search for duplicates looks at it.
func (p proposal) candidate(c listing.Content) listing.Candidate {
	l := listing.Listing{Content: c}
	var numbers []company.Identifier
	if n := p.number(); n.Written != "" {
		numbers = append(numbers, company.ParseIdentifier(n.Scheme, n.Written))
	}
	return listing.CandidateOf(l, company.Company{Identifiers: numbers})
}

// formOrder is the order of the questions.
func formOrder() []string {
	return []string{
		"name", "headline", "description", "category", "competences", "zone", "phones", "emails", "websites", "number", "mienne", messageField, "mail", nameField,
	}
}

// inOrder sorts faults as the questions stand, the first of each field.
func inOrder(faults []errs.Field, order []string) []errs.Field {
	slices.SortStableFunc(faults, func(a, b errs.Field) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return slices.CompactFunc(faults, func(a, b errs.Field) bool { return a.Name == b.Name })
}
