package importer

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// Bounds of one row, whatever it holds.
const (
	maxValues       = 1000 // values of a list, before they are read
	maxSameWarnings = 20   // of one kind about one field
)

// boundPlace keeps the parts of the place within the limits of a card.
func (w *work) boundPlace() {
	c := &w.draft.Content
	c.Address = w.cut("address", c.Address, listing.MaxAddress)
	c.City = w.cut("city", c.City, listing.MaxCity)
	c.Postcode = w.leave("postcode", c.Postcode, listing.MaxPostcode)
}

// bound keeps the card within the limits of every card, telling what is cut or left out, so that a person who opens it
// can save it again.
func (w *work) bound() {
	c := &w.draft.Content
	c.Name = w.cut("name", c.Name, listing.MaxName)
	c.Headline = w.cut("headline", c.Headline, listing.MaxHeadline)
	c.Description = w.cut("description", c.Description, listing.MaxDescription)
	c.OpeningHours = w.leave("opening_hours", c.OpeningHours, listing.MaxHours) // half a week is a wrong week
	for _, l := range []struct {
		field string
		items *[]string
	}{
		{"competences", &c.Competences},
		{"sectors", &c.Sectors},
		{"tags", &c.Tags},
		{"phones", &c.Phones},
		{"emails", &c.Emails},
		{"websites", &c.Websites},
		{"accessibility", &c.Accessibility},
		{"languages", &c.Languages},
	} {
		*l.items = slices.DeleteFunc(*l.items, func(v string) bool { return w.leave(l.field, v, listing.MaxItem) == "" })
		*l.items = few(w, l.field, *l.items)
	}
	c.Social = few(w, "social", c.Social)
	if c.Logo != "" && !listing.ValidLogo(c.Logo) {
		w.warn("importer.warn.logo-insecure", "logo", args("value", short(c.Logo)))
		c.Logo = ""
	}
	w.boundCompany()
	w.leaveRefused()
}

func (w *work) boundCompany() {
	co := &w.draft.Company
	co.LegalName = w.cut("legal_name", co.LegalName, listing.MaxName)
	co.Identifiers = slices.DeleteFunc(co.Identifiers, func(id company.Identifier) bool {
		return w.leave("identifiers", id.Value, listing.MaxItem) != id.Value
	})
	co.Identifiers = few(w, "identifiers", co.Identifiers)
	co.Activities = few(w, "activities", co.Activities)
}

// leaveRefused empties what a card may not say for any other reason.
func (w *work) leaveRefused() {
	c := &w.draft.Content
	var e *errs.E
	if !errors.As(c.Validate(), &e) {
		return
	}
	var nothing listing.Content
	for _, f := range listing.Fields() {
		if f.Name != "name" && slices.ContainsFunc(e.Fields, func(refused errs.Field) bool { return refused.Name == f.Name }) {
			f.Copy(c, &nothing)
			w.warn("importer.warn.refused", f.Name, nil)
		}
	}
}

// cut shortens a text to at most so many characters.
func (w *work) cut(field, v string, most int) string {
	if utf8.RuneCountInString(v) <= most {
		return v
	}
	w.warn("importer.warn.too-long", field, errs.Args{"value": short(v), "most": most})
	return strings.TrimSpace(string([]rune(v)[:most-1])) + "…"
}

// leave leaves a text out that has more than so many characters, since half of it would be wrong.
func (w *work) leave(field, v string, most int) string {
	if utf8.RuneCountInString(v) <= most {
		return v
	}
	w.warn("importer.warn.left.too-long", field, errs.Args{"value": short(v), "most": most})
	return ""
}

// few keeps the first elements of a list.
func few[T any](w *work, field string, items []T) []T {
	if len(items) <= listing.MaxItems {
		return items
	}
	w.warn("importer.warn.too-many", field, errs.Args{"most": listing.MaxItems})
	return items[:listing.MaxItems]
}
