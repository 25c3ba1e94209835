package edit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// inputSure confirms openings that look like a slip, by their hours: "08:00-06:00".
const inputSure = hoursField + "-confirme"

// inputBlank brings back the days that were asked about because they were left blank: "6 0".
const inputBlank = hoursField + "-vides"

const (
	longSpan = 14 * 60       // an opening that lasts longer is asked about
	tillDawn = (24 + 5) * 60 // so is one that lasts longer into the night: bars close before
)

// odd reports whether an opening looks like a slip. A whole day, from midnight to midnight, is none.
func odd(s listing.Span) bool {
	if s.Open == 0 && s.Close == 24*60 {
		return false
	}
	return s.Close-s.Open > longSpan || s.Close > tillDawn
}

// unsure asks once about each opening that looks like a slip, unless somebody has confirmed it or the card says it already; and once
// about days that were left blank.
func unsure(v url.Values, was listing.Hours) []errs.Field {
	if v.Get(inputMode) != hoursWeek {
		return nil
	}
	var faults []errs.Field
	sure := slices.Clone(v[inputSure])
	days := week()
	if v.Get(inputHolidays) == holidaysOpen {
		days = append(days, holidayKey)
	}
	for _, day := range days {
		if v.Get(dayInput(day)) != "" {
			continue
		}
		for i := range mostSpans {
			s, ok := spanOf(v, day, i)
			if !ok || !odd(s) || slices.Contains(sure, s.String()) || slices.Contains(spansOf(was, day), s) {
				continue
			}
			key := keyLong
			if s.Close > 24*60 {
				key = keyNight
			}
			sure = append(sure, s.String())
			faults = append(faults, fault(spanInput(day, i, spanTo), key, errs.Args{"day": day, "from": s.Open, "to": s.Close}))
		}
	}
	if days := unasked(v, was); len(days) > 0 {
		faults = append(faults, fault(spanInput(days[0], 0, spanFrom), keyBlank, errs.Args{"n": len(days), "days": days}))
	}
	return faults
}

// wholeWeek stands among the days that were asked about for that no hours are left at all.
const wholeWeek = "7"

// emptied asks once whether hours that a card has are to go, where a week was chosen and nothing was entered.
func emptied(v url.Values, was string, h listing.Hours) []errs.Field {
	hours := slices.ContainsFunc(h.Days[:], func(s []listing.Span) bool { return len(s) > 0 })
	if v.Get(inputMode) != hoursWeek || was == "" || hours || h.ByAppointment || slices.Contains(strings.Fields(v.Get(inputBlank)), wholeWeek) {
		return nil
	}
	return []errs.Field{fault(spanInput("1", 0, spanFrom), keyEmptied, nil)}
}

// blank are the days that hold neither hours nor that they are closed, in a week in which some day holds hours.
func blank(v url.Values) []string {
	var empty []string
	some := false
	for _, day := range week() {
		hours := false
		for i := range mostSpans {
			hours = hours || v.Get(spanInput(day, i, spanFrom)) != "" || v.Get(spanInput(day, i, spanTo)) != ""
		}
		some = some || hours
		if !hours && v.Get(dayInput(day)) == "" {
			empty = append(empty, day)
		}
	}
	if !some {
		return nil
	}
	return empty
}

// unasked are the blank days to ask about: not those that were asked about before, nor those on which the card says already that it is
// closed, nor Sunday alone, on which nearly everybody is.
func unasked(v url.Values, was listing.Hours) []string {
	said := slices.ContainsFunc(was.Days[:], func(s []listing.Span) bool { return len(s) > 0 })
	asked := strings.Fields(v.Get(inputBlank))
	days := slices.DeleteFunc(blank(v), func(day string) bool {
		return slices.Contains(asked, day) || said && len(spansOf(was, day)) == 0
	})
	if slices.Equal(days, []string{"0"}) {
		return nil
	}
	return days
}

// spanOf is an opening as it was typed; ok is false for none, and for one that was not understood.
func spanOf(v url.Values, day string, i int) (s listing.Span, ok bool) {
	start, ok1 := readClock(v.Get(spanInput(day, i, spanFrom)))
	end, ok2 := readClock(v.Get(spanInput(day, i, spanTo)))
	if end <= start {
		end += 24 * 60
	}
	return listing.Span{Open: start, Close: end}, ok1 && ok2
}

// spansOf are the openings of a day, by its key.
func spansOf(h listing.Hours, day string) []listing.Span {
	if day == holidayKey {
		return h.HolidaySpans
	}
	wd, _ := strconv.Atoi(day) // one of ours
	return h.Days[time.Weekday(wd)]
}

// askedBlank are the days that have been asked about once the page is shown.
func (s *screen) askedBlank(v url.Values) string {
	asked := strings.Fields(v.Get(inputBlank))
	for _, f := range s.sheet.Faults {
		if days, ok := f.Args["days"].([]string); ok && f.Key == keyBlank {
			asked = append(asked, days...)
		}
		if f.Key == keyEmptied {
			asked = append(asked, wholeWeek)
		}
	}
	slices.Sort(asked)
	return strings.Join(slices.Compact(asked), " ")
}

// askSure adds to the days the boxes that confirm what was asked about, and those that were ticked.
func (s *screen) askSure(h *hoursView, v url.Values) {
	days := make([]*dayView, 0, len(h.Days)+1)
	for i := range h.Days {
		days = append(days, &h.Days[i])
	}
	var asked []string
	for _, d := range append(days, &h.Open) {
		for i := range d.Spans {
			span, ok := spanOf(v, d.Key, i)
			ticked := slices.Contains(v[inputSure], span.String())
			if !ok || !odd(span) || slices.Contains(asked, span.String()) || !ticked && !d.Spans[i].Asked {
				continue
			}
			asked = append(asked, span.String())
			d.Sure = append(d.Sure, ui.Check{
				ID: inputSure + "-" + d.Key + "-" + strconv.Itoa(i), Name: inputSure, Value: span.String(), Checked: ticked,
				Label: s.P.T("edit.hours_sure", "from", s.clock(span.Open), "to", s.clock(span.Close)),
			})
		}
	}
}

// clock is an hour of the day by its minutes, as people say it.
func (v voice) clock(minutes int) string {
	return v.P.In(time.UTC).Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
}
