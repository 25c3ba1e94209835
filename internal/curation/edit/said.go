package edit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
)

// voice says what a card says, field by field, in the reader's language.
type voice struct {
	scope
	ui.Frame
}

// name is what a field is called.
func (v voice) name(field string) string { return v.P.T(listing.FieldKey(field)) }

// said are the lines of a field, none for one that says nothing.
func (v voice) said(field string, c *listing.Content) []string {
	switch field {
	case "category":
		return some(v.categoryName(c.Category))
	case "competences":
		return some(strings.Join(named(v.competences, c.Competences, v.Lang), ", "))
	case "sectors":
		return some(strings.Join(named(v.sectors, c.Sectors, v.Lang), ", "))
	case "service_area":
		return v.area(c.ServiceArea)
	case "phones":
		return v.items(c.Phones, showPhone)
	case "social":
		return v.accounts(c.Social)
	case "opening_hours":
		return v.hours(c.OpeningHours)
	case "accessibility":
		return v.items(c.Accessibility, func(_ scope, a string) string { return v.access(a) })
	case "languages":
		return v.items(c.Languages, func(_ scope, tag string) string { return v.tongue(tag) })
	case "zone":
		return some(v.zoneName(c.Zone))
	case "point":
		if c.Point == nil {
			return nil
		}
		return []string{degrees(c.Point.Lat) + ", " + degrees(c.Point.Lon)}
	}
	return v.written(field, c)
}

// written are the lines of a field that is said as it is stored.
func (v voice) written(field string, c *listing.Content) []string {
	switch field {
	case "name":
		return some(c.Name)
	case "headline":
		return some(c.Headline)
	case "description":
		return some(strings.Split(c.Description, "\n")...)
	case "tags":
		return some(strings.Join(c.Tags, ", "))
	case "emails":
		return some(c.Emails...)
	case "websites":
		return some(c.Websites...)
	case "logo":
		return some(c.Logo)
	case "address":
		return some(strings.Split(c.Address, "\n")...)
	case "postcode":
		return some(c.Postcode)
	case "city":
		return some(c.City)
	}
	return nil
}

// some are the texts that say something.
func some(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

func (v voice) items(stored []string, show func(scope, string) string) []string {
	var out []string
	for _, s := range stored {
		out = append(out, show(v.scope, s))
	}
	return some(out...)
}

func (v voice) accounts(all []listing.Social) []string {
	var out []string
	for _, a := range all {
		name := a.Network
		if slices.Contains(listing.Networks(), a.Network) {
			name = v.P.T(listing.NetworkKey(a.Network))
		}
		out = append(out, v.P.T("edit.said.account", "network", name, "address", a.URL))
	}
	return out
}

func (v voice) categoryName(c listing.Category) string {
	if !slices.Contains(listing.Categories(), c) {
		return string(c)
	}
	return v.P.T(c.Key())
}

// named are the terms of some codes in a language; a code that is none stays as it is.
func named(t *taxonomy.Taxonomy, codes []string, lang string) []string {
	var out []string
	for _, code := range codes {
		if term, ok := t.Term(code); ok {
			code = term.Name(lang)
		}
		out = append(out, code)
	}
	return out
}

func (v voice) zoneName(code string) string {
	if z, ok := v.territory.Zone(code); ok {
		return z.NameIn(v.Lang)
	}
	return code
}

func (v voice) area(a listing.ServiceArea) []string {
	var out []string
	if a.Everywhere {
		out = append(out, v.P.T("edit.area_everywhere", "territory", v.territory.Name(v.Lang)))
	} else if len(a.Zones) > 0 {
		names := make([]string, len(a.Zones))
		for i, code := range a.Zones {
			names[i] = v.zoneName(code)
		}
		out = append(out, strings.Join(names, ", "))
	}
	if a.Remote {
		out = append(out, v.P.T("edit.area_remote"))
	}
	return out
}

func (v voice) access(a string) string {
	if slices.Contains(listing.Accessibilities(), a) {
		return v.P.T(listing.AccessibilityKey(a))
	}
	return a
}

// tongue is a language in the reader's own: "anglais" for "en" in French.
func (v voice) tongue(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Languages(language.Make(v.Lang)).Name(t); name != "" {
		return name
	}
	return tag
}

// hours are a week in words, days in a row with the same hours in one line; what is no week is said as it is written.
func (v voice) hours(text string) []string {
	h, err := listing.ParseHours(text)
	if err != nil {
		return some(text)
	}
	if h.Always {
		return []string{v.P.T("edit.hours_always")}
	}
	var lines []string
	if slices.ContainsFunc(h.Days[:], func(s []listing.Span) bool { return len(s) > 0 }) {
		days := h.Week()
		for i := 0; i < len(days); {
			last := i
			for last+1 < len(days) && slices.Equal(days[last+1].Spans, days[i].Spans) {
				last++
			}
			name := v.day(int(days[i].Weekday))
			if last > i {
				name = v.P.T("edit.said.days", "from", name, "to", v.day(int(days[last].Weekday)))
			}
			lines = append(lines, v.P.T("edit.said.hours", "days", name, "hours", v.spans(days[i].Spans)))
			i = last + 1
		}
	}
	switch h.Holidays {
	case listing.HolidaysClosed:
		lines = append(lines, v.P.T("edit.said.holidays_closed"))
	case listing.HolidaysOpen:
		lines = append(lines, v.P.T("edit.said.holidays", "hours", v.spans(h.HolidaySpans)))
	}
	if h.ByAppointment {
		lines = append(lines, v.P.T("edit.said.appointment"))
	}
	return append(lines, some(h.Comment)...)
}

// day is the name of a day of the week, by its number as time.Weekday has it.
func (v voice) day(weekday int) string { return v.P.T(listing.WeekdayKey(weekday)) }

func (v voice) spans(spans []listing.Span) string {
	if len(spans) == 0 {
		return v.P.T("edit.said.closed")
	}
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = v.clock(s.Open) + "–" + v.clock(s.Close)
	}
	return strings.Join(words, ", ")
}

func (v voice) clock(minutes int) string {
	return v.P.In(time.UTC).Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
}

// fault is what is wrong with an input, in words.
func (v voice) fault(f errs.Field) string {
	args := f.Args
	if day, ok := args["day"].(string); ok {
		words := v.P.T("edit.said.on_holidays")
		if day != holidayKey {
			n, _ := strconv.Atoi(day) // one of ours
			words = v.day(n)
		}
		args = errs.Args{"day": words}
	}
	if _, ok := args["territory"]; ok {
		args = errs.Args{"territory": v.territory.Name(v.Lang)}
	}
	return v.P.Text(f.Key, args)
}
