package edit

import (
	"maps"
	"strconv"
	"unicode"
	"unicode/utf8"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// voice says what a card says, field by field, in the reader's language.
type voice struct {
	scope
	ui.Frame
	names curation.Names
}

func (s scope) voice(f ui.Frame) voice {
	v := voice{scope: s, Frame: f}
	if s.territory != nil {
		v.names = curation.NamesOf(s.territory, curation.Taxonomies{Competences: s.competences, Sectors: s.sectors}, f.P)
	}
	return v
}

// name is what a field is called.
func (v voice) name(field string) string { return v.P.T(listing.FieldKey(field)) }

// said are the lines of a field, none for one that says nothing.
func (v voice) said(field string, c listing.Content) []string { return v.names.Said(c, field) }

// tongue is a language in the reader's own: "anglais" for "en" in French.
func (v voice) tongue(tag string) string {
	return v.said("languages", listing.Content{Languages: []string{tag}})[0]
}

// access is a code of what a place offers, in words.
func (v voice) access(code string) string {
	return v.said("accessibility", listing.Content{Accessibility: []string{code}})[0]
}

// changes shows fields before and after, none where there are none; at gives the step on which a field is edited, and may be nil.
func (v voice) changes(names []string, was, now listing.Content, at func(field string) string) *ui.Differences {
	if len(names) == 0 {
		return nil
	}
	d := &ui.Differences{}
	for _, one := range curation.Differences(was, now, names, v.names) {
		if at != nil {
			one.Link = ui.Link{Label: v.P.T("ui.summary.change"), URL: v.Path(at(one.Field))}
		}
		d.Items = append(d.Items, one.Difference)
	}
	return d
}

// day is the name of a day of the week, by its number as time.Weekday has it.
func (v voice) day(weekday int) string { return v.P.T(listing.WeekdayKey(weekday)) }

// fault is what is wrong with an input, in words.
func (v voice) fault(f errs.Field) string {
	args := f.Args
	if day, ok := args["day"].(string); ok {
		words := v.P.T("edit.on_holidays")
		if day != holidayKey {
			n, _ := strconv.Atoi(day) // one of ours
			words = v.day(n)
		}
		args = maps.Clone(args)
		args["day"] = words
		for _, end := range []string{"from", "to"} {
			if minutes, ok := args[end].(int); ok {
				args[end] = v.clock(minutes)
			}
		}
	}
	if days, ok := args["days"].([]string); ok {
		names := make([]string, len(days))
		for i, day := range days {
			n, _ := strconv.Atoi(day) // one of ours
			names[i] = v.day(n)
		}
		args = maps.Clone(args)
		args["days"] = v.P.List(names)
	}
	if _, ok := args["territory"]; ok {
		args = errs.Args{"territory": v.territory.Name(v.Lang)}
	}
	return v.P.Text(f.Key, args)
}

// sentence begins a text with a capital.
func sentence(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// listed are fields by their names, in a row.
func (v voice) listed(fields []string) string {
	var out []string
	for _, field := range fields {
		out = append(out, v.name(field))
	}
	return v.P.List(out)
}
