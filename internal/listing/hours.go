package listing

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Span is an opening from Open to Close, in minutes after midnight of its day. Close is greater than Open, and
// greater than 1440 for an opening that lasts past midnight.
type Span struct {
	Open, Close int
}

// String writes "08:00-12:00".
func (s Span) String() string {
	end := s.Close
	if end > 24*60 {
		end -= 24 * 60
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.Open/60, s.Open%60, end/60, end%60)
}

// Holidays says what happens on public holidays.
type Holidays uint8

// The rules for public holidays. Unsaid means that the text says nothing: the day counts as any other, and the page
// says so.
const (
	HolidaysUnsaid Holidays = iota
	HolidaysClosed
	HolidaysOpen // with Hours.HolidaySpans
)

// Hours is a week of openings.
type Hours struct {
	Days          [7][]Span // by time.Weekday, Sunday first
	Always        bool      // "24/7"
	ByAppointment bool      // visits by appointment, in the hours said if any are
	Holidays      Holidays
	HolidaySpans  []Span
	Comment       string // a text in quotes that is not "by appointment"
}

// Day is one day of a week as shown.
type Day struct {
	Weekday time.Weekday
	Spans   []Span
}

// Week lists the days from Monday to Sunday, as French weeks go.
func (h Hours) Week() []Day {
	days := make([]Day, 0, 7)
	for i := range 7 {
		wd := time.Weekday((i + 1) % 7)
		spans := h.Days[wd]
		if h.Always {
			spans = []Span{{0, 24 * 60}}
		}
		days = append(days, Day{wd, spans})
	}
	return days
}

// Empty reports whether no opening and nothing else is said.
func (h Hours) Empty() bool {
	return !h.Always && !h.ByAppointment && h.Comment == "" && h.Holidays == HolidaysUnsaid && !h.anyDay()
}

func (h Hours) anyDay() bool {
	return slices.ContainsFunc(h.Days[:], func(s []Span) bool { return len(s) > 0 })
}

// OpenAt reports whether the place is open at t, read in t's own time zone. The second result is false when the text
// does not say: it names no hours, or the caller knows the day for a public holiday and the text does not mention
// them. isHoliday may be nil.
func (h Hours) OpenAt(t time.Time, isHoliday func(time.Time) bool) (open, known bool) {
	if h.Always {
		return true, true
	}
	if !h.anyDay() && h.Holidays != HolidaysOpen {
		return false, false
	}
	minute := t.Hour()*60 + t.Minute()
	if within(h.spansOn(t.AddDate(0, 0, -1), isHoliday), minute+24*60) {
		return true, true
	}
	if isHoliday != nil && isHoliday(t) && h.Holidays == HolidaysUnsaid {
		return false, false
	}
	return within(h.spansOn(t, isHoliday), minute), true
}

func (h Hours) spansOn(day time.Time, isHoliday func(time.Time) bool) []Span {
	if isHoliday != nil && isHoliday(day) && h.Holidays != HolidaysUnsaid {
		return h.HolidaySpans
	}
	return h.Days[day.Weekday()]
}

func within(spans []Span, minute int) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return minute >= s.Open && minute < s.Close })
}

// dayCodes are OpenStreetMap's names of the days, by time.Weekday.
func dayCodes() [7]string { return [7]string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"} }

// String writes the week in OpenStreetMap's syntax, days with the same hours joined: "Mo-Fr 08:00-12:00,13:00-17:00;
// Sa 09:00-12:00; PH off". It is empty for Empty hours, and ParseHours reads it back.
func (h Hours) String() string {
	if h.Always {
		return "24/7"
	}
	var rules []string
	week := h.Week()
	for i := 0; i < len(week); {
		j := i + 1
		for j < len(week) && slices.Equal(week[i].Spans, week[j].Spans) {
			j++
		}
		if len(week[i].Spans) > 0 {
			rules = append(rules, daysText(week[i].Weekday, week[j-1].Weekday)+" "+spansText(week[i].Spans))
		}
		i = j
	}
	switch h.Holidays {
	case HolidaysClosed:
		rules = append(rules, "PH off")
	case HolidaysOpen:
		rules = append(rules, "PH "+spansText(h.HolidaySpans))
	}
	if h.ByAppointment {
		rules = append(rules, `"by appointment"`)
	}
	if h.Comment != "" {
		rules = append(rules, `"`+strings.ReplaceAll(h.Comment, `"`, "’")+`"`)
	}
	return strings.Join(rules, "; ")
}

func daysText(first, last time.Weekday) string {
	codes := dayCodes()
	if first == last {
		return codes[first]
	}
	return codes[first] + "-" + codes[last]
}

func spansText(spans []Span) string {
	texts := make([]string, len(spans))
	for i, s := range spans {
		texts[i] = s.String()
	}
	return strings.Join(texts, ",")
}
