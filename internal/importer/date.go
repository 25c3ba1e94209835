package importer

import (
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/spelling"
)

// dateText reads a date for the date step and writes it as RFC 3339. Form is "millis", "seconds", "excel" (days since
// 1900), "iso", "fr", or empty for whatever can be recognised.
func (w *work) dateText(field, v, form string) string {
	t, ok := parseDate(v, form, w.env.Territory.Location())
	if !ok {
		w.warn("importer.warn.date-none", field, args("value", short(v)))
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// parseDate reads a date in the time zone of the territory, where it names none.
func parseDate(v, form string, zone *time.Location) (time.Time, bool) {
	v = strings.TrimSpace(v)
	if digits, undone, _ := wholeNumber(v); undone && form != "excel" {
		v = digits
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		return numericDate(n, v, form)
	}
	if form == "millis" || form == "seconds" || form == "excel" {
		return time.Time{}, false
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
		"2006/01/02", "02/01/2006 15:04:05", "02/01/2006 15:04", "02/01/2006", "2/1/2006", "02-01-2006", "02.01.2006",
		"2006-01",
	} {
		if t, err := time.ParseInLocation(layout, v, zone); err == nil {
			return plausible(t)
		}
	}
	return frenchDate(v, zone)
}

// numericDate reads a bare number: milliseconds or seconds since 1970, days of a spreadsheet, or a year.
func numericDate(n float64, v, form string) (time.Time, bool) {
	switch {
	case form == "millis" || form == "" && n >= 1e11:
		return plausible(time.UnixMilli(int64(n)))
	case form == "seconds" || form == "" && n >= 1e8 && n < 1e11:
		return plausible(time.Unix(int64(n), 0))
	case form == "excel":
		day := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
		return plausible(day.Add(time.Duration(n * 24 * float64(time.Hour))))
	case len(v) == 4 && n >= 1800 && n <= 2200:
		return time.Date(int(n), time.January, 1, 0, 0, 0, 0, time.UTC), true
	}
	return time.Time{}, false
}

// plausible keeps years that records are made of.
func plausible(t time.Time) (time.Time, bool) {
	return t, t.Year() >= 1800 && t.Year() <= 2200
}

// frenchDate reads "5 novembre 2023", "1er mai 2020", "lundi 3 févr. 2014".
func frenchDate(v string, zone *time.Location) (time.Time, bool) {
	words := strings.Fields(spelling.Plain(v))
	if len(words) == 4 {
		words = words[1:] // the day of the week
	}
	if len(words) != 3 {
		return time.Time{}, false
	}
	day, err1 := strconv.Atoi(strings.TrimSuffix(words[0], "er"))
	year, err2 := strconv.Atoi(words[2])
	month := frenchMonth(words[1])
	if err1 != nil || err2 != nil || month == 0 {
		return time.Time{}, false
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if t.Day() != day {
		return time.Time{}, false
	}
	return plausible(t)
}

func frenchMonth(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	for i, name := range []string{
		"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
		"decembre",
	} {
		if strings.HasPrefix(name, word) && (len(word) > 3 || word != "jui") {
			return time.Month(i + 1)
		}
	}
	return 0
}
