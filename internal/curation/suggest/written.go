package suggest

import (
	"crypto/sha256"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// place is where a card stands: how its numbers are written and its zones are called.
type place struct {
	*territory.Territory
	Lang string
}

// written is a field of a card as a form shows it: one line for each thing.
func (p place) written(field string, c *listing.Content) string {
	switch field {
	case "name":
		return c.Name
	case "headline":
		return c.Headline
	case "description":
		return c.Description
	case "phones":
		return strings.Join(p.numbers(c.Phones), "\n")
	case "emails":
		return strings.Join(c.Emails, "\n")
	case "websites":
		return strings.Join(c.Websites, "\n")
	case "address":
		return c.Address
	case "postcode":
		return c.Postcode
	case "city":
		return c.City
	case "zone":
		if z, ok := p.Zone(c.Zone); ok {
			return z.NameIn(p.Lang)
		}
	}
	return ""
}

func (p place) numbers(stored []string) []string {
	out := make([]string, 0, len(stored))
	for _, number := range stored {
		out = append(out, listing.DisplayPhone(number, p.Country))
	}
	return out
}

// put sets a field of a card to what a form brings. What is written as it was shown stays as it is stored. It gives the fault of a
// text that nobody can read as such a field.
func (p place) put(field, text string, c *listing.Content) *errs.Field {
	text = tidy(text)
	switch field {
	case "name":
		c.Name = oneLine(text)
	case "headline":
		c.Headline = oneLine(text)
	case "description":
		c.Description = text
	case "phones":
		c.Phones = p.phones(lines(text), c.Phones)
	case "emails":
		c.Emails = lines(text)
	case "websites":
		c.Websites = sites(lines(text))
	case "address":
		c.Address = text
	case "postcode":
		c.Postcode = oneLine(text)
	case "city":
		c.City = oneLine(text)
	case "zone":
		return p.zone(oneLine(text), c)
	}
	return nil
}

func (p place) phones(typed, stored []string) []string {
	shown := p.numbers(stored)
	out := make([]string, 0, len(typed))
	for _, text := range typed {
		if i := slices.Index(shown, text); i >= 0 {
			out = append(out, stored[i])
			continue
		}
		number, _ := listing.TypedPhone(text, p.Country)
		out = append(out, number)
	}
	return out
}

func sites(typed []string) []string {
	out := make([]string, 0, len(typed))
	for _, text := range typed {
		address, _ := listing.ParseWebsite(text) // what is none is told by the card's own check
		out = append(out, address)
	}
	return out
}

func (p place) zone(name string, c *listing.Content) *errs.Field {
	if name == "" {
		c.Zone = ""
		return nil
	}
	z, kind, ok := p.Match(name, "")
	if !ok || !kind.Sure() {
		return &errs.Field{Name: "zone", Key: "suggest.zone_unknown", Args: errs.Args{"zone": name}}
	}
	c.Zone = z.Code
	return nil
}

// tidy is a text without what nobody sees of it: line ends are one sign, none stands at its ends.
func tidy(text string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// lines are those of a text that say something, each once.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = oneLine(line); line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// paragraphs are the lines of a text that say something.
func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

// mark is what a form remembers of a field as it was shown, so that what the card has become since is not taken for what somebody
// wants to change.
func mark(text string) string {
	sum := sha256.Sum256([]byte(tidy(text)))
	return encode(sum[:6])
}

// edited is what a form says about the fields of a card.
type edited struct {
	Content listing.Content // the card as the author would have it
	Fields  []string        // that differ from what was shown and from what the card says now
	Done    bool            // something was changed, and the card says it already
}

// edit reads the fields of a form that somebody filled in before the card as it stands now. marks are those of the fields as they
// were shown; without a mark, they are taken to have been shown as they are now. It returns errs.Invalid with the faulty fields.
func (p place) edit(now listing.Content, fields []string, typed, marks map[string]string) (edited, error) {
	e := edited{Content: now}
	var faults []errs.Field
	for _, field := range fields {
		shown := p.written(field, &now)
		text, ok := typed[field]
		was := marks[field]
		if was == "" {
			was = mark(shown)
		}
		if !ok || mark(text) == was {
			continue
		}
		if mark(text) == mark(shown) {
			e.Done = true
			continue
		}
		if fault := p.put(field, text, &e.Content); fault != nil {
			faults = append(faults, *fault)
			continue
		}
		e.Fields = append(e.Fields, field)
	}
	return e, faulty(append(faults, p.faults(now.Phones, &e.Content, e.Fields)...))
}

// faults are those of the fields that somebody wrote: what was faulty before, like a number that was there, is not theirs.
func (p place) faults(there []string, c *listing.Content, fields []string) []errs.Field {
	var out []errs.Field
	if e := errs.As(c.Validate()); e != nil {
		for _, f := range e.Fields {
			if slices.Contains(fields, f.Name) {
				out = append(out, f)
			}
		}
	}
	if slices.Contains(fields, "phones") {
		for _, number := range c.Phones {
			if _, ok := listing.TypedPhone(number, p.Country); !ok && !slices.Contains(there, number) {
				out = append(out, errs.Field{Name: "phones", Key: listing.KeyPhoneWrong, Args: errs.Args{"typed": number}})
				break
			}
		}
	}
	return out
}

// faulty is errs.Invalid with those fields, nil for none.
func faulty(fields []errs.Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &errs.E{Kind: errs.Invalid, Fields: fields}
}
