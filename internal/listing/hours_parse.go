package listing

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// errHours says that a text is not in the subset of OpenStreetMap's opening_hours that is understood here.
var errHours = errors.New("opening hours not understood")

// ParseHours reads the common subset of OpenStreetMap's opening_hours (specification at
// https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification): rules of days and hours separated by ";",
// where a later rule takes the place of an earlier one for its days; "24/7"; "PH off"; "by appointment" and other
// comments in quotes; hours past midnight. Anything else is an error: the text is then kept and shown as a text.
func ParseHours(text string) (Hours, error) {
	var h Hours
	if len(text) > 1000 {
		return h, fmt.Errorf("%w: too long", errHours)
	}
	rules, err := splitRules(text)
	if err != nil {
		return h, err
	}
	if len(rules) == 0 {
		return h, fmt.Errorf("%w: empty", errHours)
	}
	for _, rule := range rules {
		if err := h.apply(rule); err != nil {
			return Hours{}, err
		}
	}
	return h, nil
}

// splitRules splits at ";" outside quotes.
func splitRules(text string) ([]string, error) {
	var rules []string
	quoted, start := false, 0
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ';' && !quoted:
			rules = append(rules, text[start:i])
			start = i + 1
		}
	}
	if quoted {
		return nil, fmt.Errorf("%w: a quote is not closed", errHours)
	}
	rules = append(rules, text[start:])
	for i := range rules {
		rules[i] = strings.TrimSpace(rules[i])
	}
	return slices.DeleteFunc(rules, func(r string) bool { return r == "" }), nil
}

func (h *Hours) apply(rule string) error {
	rule, comment, err := cutComment(rule)
	if err != nil {
		return err
	}
	if err := h.comment(comment); err != nil {
		return err
	}
	switch strings.ToLower(strings.Join(strings.Fields(rule), " ")) {
	case "":
		return nil
	case "24/7":
		*h = Hours{Always: true, ByAppointment: h.ByAppointment, Comment: h.Comment}
		return nil
	case "off", "closed":
		h.Days, h.Always = [7][]Span{}, false
		return nil
	}
	days, rest, err := cutDays(rule)
	if err != nil {
		return err
	}
	spans, err := parseSpans(rest)
	if err != nil {
		return err
	}
	return h.set(days, spans)
}

func (h *Hours) set(days daySet, spans []Span) error {
	if h.Always && len(spans) > 0 {
		return fmt.Errorf("%w: hours after 24/7", errHours)
	}
	if days.holidays {
		h.Holidays, h.HolidaySpans = HolidaysOpen, spans
		if len(spans) == 0 {
			h.Holidays = HolidaysClosed
		}
	}
	if h.Always && days.any() {
		return fmt.Errorf("%w: exceptions after 24/7", errHours)
	}
	for wd, in := range days.week {
		if in {
			h.Days[wd] = spans
		}
	}
	return nil
}

// cutComment takes the text in quotes off the end of a rule.
func cutComment(rule string) (before, comment string, err error) {
	before, after, found := strings.Cut(rule, `"`)
	if !found {
		return rule, "", nil
	}
	comment, after, _ = strings.Cut(after, `"`)
	if strings.TrimSpace(after) != "" {
		return "", "", fmt.Errorf("%w: text after a comment", errHours)
	}
	return strings.TrimSpace(before), strings.TrimSpace(comment), nil
}

func (h *Hours) comment(text string) error {
	switch strings.ToLower(text) {
	case "":
		return nil
	case "by appointment", "on appointment", "sur rendez-vous", "sur rdv":
		h.ByAppointment = true
		return nil
	}
	if h.Comment != "" {
		return fmt.Errorf("%w: two comments", errHours)
	}
	h.Comment = text
	return nil
}

type daySet struct {
	week     [7]bool
	holidays bool
}

func (d daySet) any() bool { return slices.Contains(d.week[:], true) }

// cutDays reads the days at the beginning of a rule: "Mo-Fr", "Mo,We,Fr", "Fr-Mo", "PH". Without any, every day.
func cutDays(rule string) (daySet, string, error) {
	var days daySet
	rest := strings.TrimSpace(rule)
	for first := true; ; first = false {
		wd, holidays, after, ok := cutDay(rest)
		if !ok && first {
			days.week = [7]bool{true, true, true, true, true, true, true}
			return days, rest, nil
		}
		if !ok {
			return days, "", fmt.Errorf("%w: day expected in %q", errHours, rule)
		}
		last := wd
		if to, isRange := strings.CutPrefix(after, "-"); isRange {
			var lastHolidays bool
			if last, lastHolidays, after, ok = cutDay(strings.TrimSpace(to)); !ok || holidays || lastHolidays {
				return days, "", fmt.Errorf("%w: range of days in %q", errHours, rule)
			}
		}
		days.holidays = days.holidays || holidays
		for d := wd; !holidays; d = (d + 1) % 7 {
			days.week[d] = true
			if d == last {
				break
			}
		}
		more, isList := strings.CutPrefix(after, ",")
		if !isList {
			return days, strings.TrimPrefix(after, ":"), nil
		}
		rest = strings.TrimSpace(more)
	}
}

// cutDay reads one day or PH; what follows must not be a letter.
func cutDay(s string) (wd time.Weekday, holidays bool, rest string, ok bool) {
	if len(s) < 2 || len(s) > 2 && (s[2] >= 'a' && s[2] <= 'z' || s[2] >= 'A' && s[2] <= 'Z') {
		return 0, false, s, false
	}
	code := strings.ToUpper(s[:2])
	rest = strings.TrimSpace(s[2:])
	if code == "PH" {
		return 0, true, rest, true
	}
	for i, known := range dayCodes() {
		if strings.ToUpper(known) == code {
			return time.Weekday(i), false, rest, true
		}
	}
	return 0, false, s, false
}

// parseSpans reads "08:00-12:00,13:00-17:00", "off" or "closed".
func parseSpans(text string) ([]Span, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "off" || text == "closed" {
		return nil, nil
	}
	var spans []Span
	for part := range strings.SplitSeq(text, ",") {
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-").Replace(part), "-")
		start, ok1 := parseClock(from)
		end, ok2 := parseClock(to)
		if !ok || !ok1 || !ok2 || start >= 24*60 {
			return nil, fmt.Errorf("%w: hours %q", errHours, strings.TrimSpace(part))
		}
		if end <= start {
			end += 24 * 60
		}
		if end > 48*60 || end-start > 24*60 {
			return nil, fmt.Errorf("%w: hours %q", errHours, strings.TrimSpace(part))
		}
		spans = append(spans, Span{start, end})
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Open - b.Open })
	for i := 1; i < len(spans); i++ {
		if spans[i].Open < spans[i-1].Close {
			return nil, fmt.Errorf("%w: %s and %s overlap", errHours, spans[i-1], spans[i])
		}
	}
	return spans, nil
}

// parseClock reads "8:00", "08:00", "24:00" or "26:00" (past midnight) into minutes.
func parseClock(s string) (int, bool) {
	hour, minute, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok || len(hour) < 1 || len(hour) > 2 || len(minute) != 2 {
		return 0, false
	}
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if err1 != nil || err2 != nil || h > 48 || m > 59 {
		return 0, false
	}
	return int(h*60 + m), true
}
