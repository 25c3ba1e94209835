package curation

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Limits of what somebody may write, in characters; MaxContent is for all that a change says of a card, in bytes of JSON.
const (
	MaxMessage = 2_000
	MaxReason  = 2_000
	MaxContent = 64 << 10
	maxNumber  = 40
)

// Taxonomies are the codes that cards use.
type Taxonomies struct {
	Competences *taxonomy.Taxonomy
	Sectors     *taxonomy.Taxonomy
}

// faults collects the faults of a form, the first of each field.
type faults []errs.Field

func (f *faults) must(ok bool, name, key string, args errs.Args) {
	if ok || slices.ContainsFunc(*f, func(e errs.Field) bool { return e.Name == name }) {
		return
	}
	*f = append(*f, errs.Field{Name: name, Key: key, Args: args})
}

func (f *faults) length(name, text string, most int) {
	f.must(utf8.RuneCountInString(text) <= most, name, "curation.too_long", errs.Args{"most": most})
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &errs.E{Kind: errs.Invalid, Key: "curation.invalid", Args: errs.Args{"n": len(f)}, Fields: f}
}

// knownFields returns errs.Invalid where one of the names is no field of a card, or there are none.
func knownFields(fields []string, needed bool) error {
	var f faults
	for _, name := range fields {
		f.must(slices.Contains(listing.FieldNames(), name), "fields", "curation.field_unknown", nil)
	}
	f.must(len(fields) <= len(listing.FieldNames()), "fields", "curation.field_unknown", nil)
	f.must(!needed || len(fields) > 0, "fields", "curation.field_none", nil)
	return f.err()
}

// checkContent judges what is to stand in some fields of a card that says all the rest already: only these fields are blamed.
func checkContent(t *territory.Territory, tax Taxonomies, c listing.Content, fields []string) faults {
	var f faults
	if e := errs.As(c.Validate()); e != nil {
		for _, fault := range e.Fields {
			if slices.Contains(fields, fault.Name) {
				f = append(f, fault)
			}
		}
	}
	if slices.Contains(fields, "phones") {
		for _, number := range c.Phones {
			f.must(listing.MayBePhone(number), "phones", listing.KeyPhoneWrong, errs.Args{"typed": number})
		}
	}
	for name, codes := range map[string]struct {
		list []string
		in   *taxonomy.Taxonomy
	}{"competences": {c.Competences, tax.Competences}, "sectors": {c.Sectors, tax.Sectors}} {
		for _, code := range codes.list {
			_, known := codes.in.Term(code)
			f.must(known || !slices.Contains(fields, name), name, "curation.code_unknown", nil)
		}
	}
	if slices.Contains(fields, "zone") && c.Zone != "" {
		_, known := t.Zone(c.Zone)
		f.must(known, "zone", "curation.zone_unknown", nil)
	}
	if slices.Contains(fields, "service_area") {
		for _, zone := range c.ServiceArea.Zones {
			_, known := t.Zone(zone)
			f.must(known || territory.PlaceCode(zone), "service_area", "curation.zone_unknown", nil)
		}
	}
	text, _ := json.Marshal(only(c, fields))
	f.must(len(text) <= MaxContent, heaviest(c, fields), "curation.too_much", nil)
	slices.SortStableFunc(f, func(a, b errs.Field) int {
		return slices.Index(listing.FieldNames(), a.Name) - slices.Index(listing.FieldNames(), b.Name)
	})
	return f
}

// heaviest is the field that says most.
func heaviest(c listing.Content, fields []string) string {
	best, most := "description", 0
	for _, name := range fields {
		if text, _ := json.Marshal(only(c, []string{name})); len(text) > most {
			best, most = name, len(text)
		}
	}
	return best
}

// checkAuthor judges what a change says beside the card, and brings it into the form that is stored.
func checkAuthor(c *Change) faults {
	var f faults
	for _, text := range []*string{&c.Name, &c.Message, &c.Number.Written} {
		*text = strings.TrimSpace(company.Storable(*text))
	}
	if c.Person == "" {
		mail, err := account.ParseMail(c.Mail)
		if e := errs.As(err); e != nil {
			f.must(false, "mail", mailFault(e), nil)
		}
		c.Mail = mail
	}
	f.length("name", c.Name, listing.MaxName)
	f.length("message", c.Message, MaxMessage)
	f.length("number", c.Number.Written, maxNumber)
	f.must(c.Number.Written == "" || company.KnownScheme(c.Number.Scheme), "number", "curation.number_unknown", nil)
	f.must(c.About == "" || slices.Contains(Abouts(), c.About), "about", "curation.about_unknown", nil)
	return f
}

// mailFault is the key of the sentence about an address that is none.
func mailFault(e *errs.E) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Key
	}
	return e.Key
}
