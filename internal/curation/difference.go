package curation

import (
	"slices"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Names are what the codes of a card are called for a reader.
type Names struct {
	P                        *locale.Printer
	Country                  string // whose telephone numbers are written as at home
	Competence, Sector, Zone func(code string) string
}

// NamesOf are the names of a territory in the language of a printer.
func NamesOf(t *territory.Territory, tax Taxonomies, p *locale.Printer) Names {
	term := func(tax *taxonomy.Taxonomy) func(string) string {
		return func(code string) string {
			if tax != nil {
				if found, ok := tax.Term(code); ok {
					return found.Name(p.Lang())
				}
			}
			return code
		}
	}
	return Names{P: p, Country: t.Country, Competence: term(tax.Competences), Sector: term(tax.Sectors), Zone: func(code string) string {
		if z, ok := t.Zone(code); ok {
			return z.NameIn(p.Lang())
		}
		return code
	}}
}

// Difference is a field of a card before and after.
type Difference struct {
	Field string // JSON name
	ui.Difference
}

// Differing are the fields in which two contents differ, in the order of listing.Fields.
func Differing(before, after listing.Content) []string {
	return differing(before, after, listing.FieldNames())
}

// Differences shows what fields of a card say before and after, in the order of listing.Fields. A page may add a Check and a Note to
// each, and hands Items of them to a ui.Differences.
func Differences(before, after listing.Content, fields []string, n Names) []Difference {
	var out []Difference
	for _, field := range inOrder(fields) {
		d := Difference{Field: field, Difference: ui.Difference{ID: "champ-" + field, Label: n.P.T(listing.FieldKey(field))}}
		switch field {
		case "name", "headline", "description", "address":
			d.Before, d.After = ui.CompareTexts(n.text(before, field), n.text(after, field))
		case "logo":
			d.Before, d.After = pictures(before.Logo, after.Logo)
		default:
			d.Before, d.After = ui.CompareLists(n.Said(before, field), n.Said(after, field))
		}
		if field == "point" && before.Point != nil && after.Point != nil && *before.Point != *after.Point {
			d.Note = n.P.T("curation.point_moved", "distance", n.P.Distance(1000*geo.Distance(*before.Point, *after.Point)))
		}
		out = append(out, d)
	}
	return out
}

// Items are the differences as the component shows them.
func Items(differences []Difference) []ui.Difference {
	items := make([]ui.Difference, len(differences))
	for i, d := range differences {
		items[i] = d.Difference
	}
	return items
}

// Said is what a field of a card says, a line for each thing; none where it says nothing.
func (n Names) Said(c listing.Content, field string) []string {
	switch field {
	case "competences":
		return each(c.Competences, n.Competence)
	case "sectors":
		return each(c.Sectors, n.Sector)
	case "tags":
		return c.Tags
	case "service_area":
		return n.area(c.ServiceArea)
	case "phones":
		return each(c.Phones, func(number string) string { return listing.DisplayPhone(number, n.Country) })
	case "emails":
		return c.Emails
	case "websites":
		return c.Websites
	case "social":
		return each(c.Social, func(s listing.Social) string {
			return n.word(listing.NetworkKey(s.Network), s.Network) + " – " + s.URL
		})
	case "opening_hours":
		return n.hours(c.OpeningHours)
	case "accessibility":
		return each(c.Accessibility, func(code string) string { return n.word("listing.accessibility."+code, code) })
	case "languages":
		return each(c.Languages, n.language)
	}
	if text := n.text(c, field); text != "" {
		return []string{text}
	}
	return nil
}

// text is what a field says that is one text.
func (n Names) text(c listing.Content, field string) string {
	switch field {
	case "name":
		return c.Name
	case "category":
		return n.word(c.Category.Key(), string(c.Category))
	case "headline":
		return c.Headline
	case "description":
		return c.Description
	case "logo":
		return c.Logo
	case "address":
		return c.Address
	case "postcode":
		return c.Postcode
	case "city":
		return c.City
	case "zone":
		if c.Zone != "" {
			return n.Zone(c.Zone)
		}
	case "point":
		if c.Point != nil {
			return n.P.T("curation.point", "lat", n.P.Decimal(c.Point.Lat, 5), "lon", n.P.Decimal(c.Point.Lon, 5))
		}
	}
	return ""
}

// word is the text of a key, or what stands for it where there is none.
func (n Names) word(key, usual string) string {
	if usual != "" && n.P.Has(key) {
		return n.P.T(key)
	}
	return usual
}

func (n Names) area(a listing.ServiceArea) []string {
	var out []string
	if a.Everywhere {
		out = append(out, n.P.T("curation.area_everywhere"))
	}
	if a.Remote {
		out = append(out, n.P.T("curation.area_remote"))
	}
	return append(out, each(a.Zones, n.Zone)...)
}

func (n Names) language(tag string) string {
	return listing.LanguageName(n.P, tag)
}

// hours is a week in words, a line for days in a row with the same hours; a text that is no week as it is written.
func (n Names) hours(text string) []string {
	if text == "" {
		return nil
	}
	h, err := listing.ParseHours(text)
	if err != nil {
		return []string{text}
	}
	if h.Always {
		return []string{n.P.T("curation.hours_always")}
	}
	var out []string
	days := h.Week()
	if !slices.ContainsFunc(days, func(d listing.Day) bool { return len(d.Spans) > 0 }) {
		days = nil // it says nothing of them
	}
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && slices.Equal(days[last+1].Spans, days[i].Spans) {
			last++
		}
		name := n.P.T(listing.WeekdayKey(int(days[i].Weekday)))
		switch to := n.P.T(listing.WeekdayKey(int(days[last].Weekday))); {
		case last == i+1:
			name = n.P.List([]string{name, to})
		case last > i:
			name = n.P.T("curation.days", "from", name, "to", to)
		}
		out = append(out, n.P.T("curation.day_hours", "day", name, "hours", n.spans(days[i].Spans)))
		i = last + 1
	}
	switch h.Holidays {
	case listing.HolidaysClosed:
		out = append(out, n.P.T("curation.day_hours", "day", n.P.T("curation.holidays"), "hours", n.spans(nil)))
	case listing.HolidaysOpen:
		out = append(out, n.P.T("curation.day_hours", "day", n.P.T("curation.holidays"), "hours", n.spans(h.HolidaySpans)))
	case listing.HolidaysUnsaid:
	}
	switch {
	case h.ByAppointment && len(out) > 0:
		out = append(out, n.P.T("curation.also_by_appointment"))
	case h.ByAppointment:
		out = append(out, n.P.T("curation.by_appointment"))
	}
	if h.Comment != "" {
		out = append(out, h.Comment)
	}
	return out
}

func (n Names) spans(spans []listing.Span) string {
	if len(spans) == 0 {
		return n.P.T("curation.closed")
	}
	clock := func(minutes int) string {
		return n.P.In(time.UTC).Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
	}
	return strings.Join(each(spans, func(s listing.Span) string { return clock(s.Open) + "–" + clock(s.Close) }), ", ")
}

// pictures shows logos that are kept here, and the address of any other: a page asks no one else for them.
func pictures(before, after string) (was, is ui.Side) {
	was, is = ui.CompareLists(each(some(before), written), each(some(after), written))
	for _, side := range []struct {
		ui.Side
		logo string
	}{{was, before}, {is, after}} {
		if len(side.Side) == 1 && strings.HasPrefix(side.logo, "/fichiers/") {
			side.Side[0].Image = side.logo
		}
	}
	return was, is
}

func some(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func written(text string) string { return text }

func each[T any](all []T, f func(T) string) []string {
	var out []string
	for _, one := range all {
		out = append(out, f(one))
	}
	return out
}
