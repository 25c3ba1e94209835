package edit

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// How a card says when it is open.
const (
	hoursNone        = "rien"
	hoursWeek        = "semaine"
	hoursAlways      = "toujours"
	hoursAppointment = "rendez-vous"
	hoursKept        = "texte" // the words that the card has, which the form cannot express
)

const (
	leastSpans   = 2 // of a day, so that there is a lunch break
	mostSpans    = 4
	holidaySpans = 2
)

// The inputs of the opening hours. Those of the days are made by dayInput and spanInput.
const (
	hoursField       = "opening_hours"
	inputMode        = hoursField + "-mode"
	inputAppointment = hoursField + "-rendezvous"
	inputHolidays    = hoursField + "-feries" // "fermes", "ouverts" or none
	inputComment     = hoursField + "-precision"
)

const (
	holidaysClosed = "fermes"
	holidaysOpen   = "ouverts"
	holidayKey     = "f" // in the place of a day's number
)

// week lists the keys of the days, from Monday: their numbers as time.Weekday has them.
func week() []string { return []string{"1", "2", "3", "4", "5", "6", "0"} }

func dayInput(day string) string { return hoursField + "-" + day + "-ferme" }

func spanInput(day string, span int, end string) string {
	return fmt.Sprintf("%s-%s-%s%d", hoursField, day, end, span+1)
}

const (
	spanFrom = "de"
	spanTo   = "a"
)

func hoursQuestion() question {
	return question{
		hoursField, Hours,
		func(_ scope, c *listing.Content) url.Values { return showHours(c.OpeningHours) },
		func(_ scope, v url.Values, was, c *listing.Content) []errs.Field {
			h, kept, faults := readHours(v)
			said, _ := listing.ParseHours(was.OpeningHours) // what is no week says no opening
			if faults = append(faults, unsure(v, said)...); len(faults) == 0 {
				faults = emptied(v, was.OpeningHours, h)
			}
			switch text := h.String(); {
			case kept:
				c.OpeningHours = was.OpeningHours
			case len(faults) == 0 && says(was.OpeningHours, h):
				c.OpeningHours = was.OpeningHours
			default:
				c.OpeningHours = text
			}
			return faults
		},
	}
}

// says reports whether a text says these hours, however it is written.
func says(text string, h listing.Hours) bool {
	held, err := listing.ParseHours(text)
	return err == nil && held.String() == h.String() && expressible(held)
}

// expressible reports whether the form can show the hours and give them back.
func expressible(h listing.Hours) bool {
	if h.Always {
		return !h.ByAppointment && h.Comment == "" && h.Holidays == listing.HolidaysUnsaid
	}
	for _, spans := range h.Days {
		if len(spans) > mostSpans {
			return false
		}
	}
	return len(h.HolidaySpans) <= holidaySpans
}

// spansShown is how many openings of a day the form offers.
func spansShown(v url.Values) int {
	n := leastSpans
	for _, day := range week() {
		for span := range mostSpans {
			if v.Get(spanInput(day, span, spanFrom)) != "" || v.Get(spanInput(day, span, spanTo)) != "" {
				n = max(n, span+1)
			}
		}
	}
	return n
}

// showHours is the form of a text.
func showHours(text string) url.Values {
	v := url.Values{}
	h, err := listing.ParseHours(text)
	switch {
	case strings.TrimSpace(text) == "":
		v.Set(inputMode, hoursNone)
		return v
	case err != nil || !expressible(h):
		v.Set(inputMode, hoursKept)
		return v
	case h.Always:
		v.Set(inputMode, hoursAlways)
		return v
	}
	if h.Comment != "" {
		v.Set(inputComment, line(h.Comment))
	}
	open := slices.ContainsFunc(h.Days[:], func(s []listing.Span) bool { return len(s) > 0 })
	if h.ByAppointment && !open && h.Holidays == listing.HolidaysUnsaid {
		v.Set(inputMode, hoursAppointment)
		return v
	}
	v.Set(inputMode, hoursWeek)
	if h.ByAppointment {
		v.Set(inputAppointment, "oui")
	}
	for _, day := range week() {
		wd, _ := strconv.Atoi(day) // one of ours
		if len(h.Days[wd]) == 0 {
			v.Set(dayInput(day), "oui")
		}
		showSpans(v, day, h.Days[wd])
	}
	switch h.Holidays {
	case listing.HolidaysClosed:
		v.Set(inputHolidays, holidaysClosed)
	case listing.HolidaysOpen:
		v.Set(inputHolidays, holidaysOpen)
		showSpans(v, holidayKey, h.HolidaySpans)
	}
	return v
}

func showSpans(v url.Values, day string, spans []listing.Span) {
	for i, s := range spans {
		v.Set(spanInput(day, i, spanFrom), clock(s.Open))
		v.Set(spanInput(day, i, spanTo), clock(s.Close))
	}
}

// clock writes minutes as an input of type time has them: midnight is 00:00 at both ends of a day.
func clock(minutes int) string {
	minutes %= 24 * 60
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// readHours reads the form. kept says that the words that the card has are to stay.
func readHours(v url.Values) (h listing.Hours, kept bool, faults []errs.Field) {
	mode := v.Get(inputMode)
	comment := strings.ReplaceAll(line(v.Get(inputComment)), `"`, "’")
	switch mode {
	case hoursKept:
		return h, true, nil
	case hoursAlways:
		return listing.Hours{Always: true}, false, nil
	case hoursAppointment:
		return listing.Hours{ByAppointment: true, Comment: comment}, false, nil
	case hoursWeek:
	default:
		return h, false, nil
	}
	h.ByAppointment, h.Comment = v.Get(inputAppointment) != "", comment
	for _, day := range week() {
		if v.Get(dayInput(day)) != "" {
			continue
		}
		spans, wrong := readSpans(v, day, mostSpans)
		wd, _ := strconv.Atoi(day) // one of ours
		h.Days[time.Weekday(wd)] = spans
		faults = append(faults, wrong...)
	}
	switch v.Get(inputHolidays) {
	case holidaysClosed:
		h.Holidays = listing.HolidaysClosed
	case holidaysOpen:
		spans, wrong := readSpans(v, holidayKey, holidaySpans)
		if len(spans) == 0 && len(wrong) == 0 {
			wrong = []errs.Field{fault(spanInput(holidayKey, 0, spanFrom), "edit.hours_holidays", nil)}
		}
		if len(spans) > 0 {
			h.Holidays, h.HolidaySpans = listing.HolidaysOpen, spans
		}
		faults = append(faults, wrong...)
	}
	return h, false, faults
}

// readSpans reads the openings of a day. One that closes at or before the hour at which it opens goes on past midnight.
func readSpans(v url.Values, day string, most int) (spans []listing.Span, faults []errs.Field) {
	for i := range most {
		from, to := v.Get(spanInput(day, i, spanFrom)), v.Get(spanInput(day, i, spanTo))
		if from == "" && to == "" {
			continue
		}
		start, ok1 := readClock(from)
		end, ok2 := readClock(to)
		at := spanInput(day, i, spanFrom)
		switch {
		case from == "" || to == "":
			if to == "" {
				at = spanInput(day, i, spanTo)
			}
			faults = append(faults, fault(at, "edit.hours_half", errs.Args{"day": day}))
			continue
		case !ok1 || !ok2:
			faults = append(faults, fault(at, "edit.hours_clock", errs.Args{"day": day}))
			continue
		}
		if end <= start {
			end += 24 * 60
		}
		spans = append(spans, listing.Span{Open: start, Close: end})
	}
	slices.SortFunc(spans, func(a, b listing.Span) int { return a.Open - b.Open })
	for i := 1; i < len(spans); i++ {
		if spans[i].Open < spans[i-1].Close {
			return nil, append(faults, fault(spanInput(day, i, spanFrom), "edit.hours_overlap", errs.Args{"day": day}))
		}
	}
	return spans, faults
}

// readClock reads "08:00", "8:00" or "8h30" into minutes.
func readClock(typed string) (int, bool) {
	typed = strings.NewReplacer("h", ":", "H", ":", " ", "").Replace(typed)
	hour, minute, ok := strings.Cut(typed, ":")
	if minute == "" {
		minute = "0"
	}
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !ok || err1 != nil || err2 != nil || h > 24 || m > 59 || h == 24 && m > 0 {
		return 0, false
	}
	return int(h*60+m) % (24 * 60), true
}

// copyDay copies the openings of a day to others; what these held goes.
func copyDay(v url.Values, from string, to []string) {
	for _, day := range to {
		if day == from || !slices.Contains(week(), day) || !slices.Contains(week(), from) {
			continue
		}
		v.Del(dayInput(day))
		if closed := v.Get(dayInput(from)); closed != "" {
			v.Set(dayInput(day), closed)
		}
		for i := range mostSpans {
			for _, end := range []string{spanFrom, spanTo} {
				v.Del(spanInput(day, i, end))
				if value := v.Get(spanInput(from, i, end)); value != "" {
					v.Set(spanInput(day, i, end), value)
				}
			}
		}
	}
}

// usualWeek is what many say: mornings and afternoons from Monday to Friday.
func usualWeek(v url.Values) {
	v.Set(inputMode, hoursWeek)
	showSpans(v, "1", []listing.Span{{Open: 8 * 60, Close: 12 * 60}, {Open: 13 * 60, Close: 17 * 60}})
	copyDay(v, "1", week()[1:5])
	for _, day := range week()[5:] {
		v.Set(dayInput(day), "oui")
	}
}
