package importer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"grappe/internal/listing"
)

// weekdays are the codes of the days in OpenStreetMap's opening_hours, from Monday.
func weekdays() []string { return []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"} }

// frenchDay names a day in a comment about it: comments stay in the language of the source.
func frenchDay(i int) string {
	return []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}[i]
}

// dayHours is what a source says of one day.
type dayHours struct {
	spans   string // "07:30-11:30,12:15-16:00", "off", or empty
	comment string // what could not be read as hours
	guessed bool   // minutes were missing: "8:-11:"
}

// parseDay reads the hours of one day as people write them: "07:30-11:30, 12:15-16:00", "7h30 à 11h30 et 13h à 16h",
// "8: - 12: / 13:-15:", "8:30 11:30; 13:00 17:00", "Fermé". Words that stand beside hours become a comment; where the
// hours do not come in pairs that follow each other, the whole text does.
func parseDay(text string) dayHours {
	text = strings.Join(strings.Fields(text), " ")
	switch strings.ToLower(strings.Trim(text, " .-–")) {
	case "":
		return dayHours{}
	case "fermé", "ferme", "fermée", "closed", "off", "fermeture":
		return dayHours{spans: "off"}
	}
	clocks, words, guessed, ok := readClocks(text)
	if !ok || len(clocks) == 0 || len(clocks)%2 != 0 {
		return dayHours{comment: text}
	}
	var spans []string
	for i := 0; i < len(clocks); i += 2 {
		from, to := clocks[i], clocks[i+1]
		late := i+2 == len(clocks) && from >= 17*60 && to <= 6*60 // a bar closes after midnight
		if to <= from && !late || i > 0 && from < clocks[i-1] {
			return dayHours{comment: text}
		}
		spans = append(spans, fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60))
	}
	return dayHours{spans: strings.Join(spans, ","), comment: words, guessed: guessed}
}

// readClocks gives the times of day in the text, in minutes, and the words that are neither times nor what stands
// between them. It is not ok when there are digits that are no time.
func readClocks(text string) (clocks []int, words string, guessed, ok bool) {
	r := []rune(text)
	var rest strings.Builder
	for i := 0; i < len(r); {
		if !unicode.IsDigit(r[i]) {
			rest.WriteRune(r[i])
			i++
			continue
		}
		hour, next := digitsAt(r, i)
		mark := skipSpaces(r, next)
		if len(hour) > 2 || mark == len(r) || r[mark] != ':' && unicode.ToLower(r[mark]) != 'h' {
			return nil, "", false, false
		}
		minute, after := digitsAt(r, skipSpaces(r, mark+1))
		// "8: - 12:": the digits after the blank are the next hour's when a mark follows them
		if len(minute) > 0 && skipSpaces(r, mark+1) > mark+1 && followedByMark(r, after) {
			minute = ""
		}
		if minute == "" {
			after = mark + 1
			guessed = guessed || r[mark] == ':'
			minute = "00"
		}
		clock := number(hour)*60 + number(minute)
		if len(minute) != 2 || number(minute) > 59 || clock > 24*60 || after < len(r) && r[after] == ':' {
			return nil, "", false, false
		}
		clocks = append(clocks, clock)
		rest.WriteRune(' ')
		i = after
	}
	return clocks, remainingWords(rest.String()), guessed, true
}

func digitsAt(r []rune, i int) (string, int) {
	from := i
	for i < len(r) && r[i] >= '0' && r[i] <= '9' {
		i++
	}
	return string(r[from:i]), i
}

func skipSpaces(r []rune, i int) int {
	for i < len(r) && r[i] == ' ' {
		i++
	}
	return i
}

func followedByMark(r []rune, i int) bool {
	i = skipSpaces(r, i)
	return i < len(r) && (r[i] == ':' || unicode.ToLower(r[i]) == 'h')
}

func number(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

// remainingWords drops what only links hours.
func remainingWords(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;/()-–—:.&", r) })
	linking := func(w string) bool {
		return slices.Contains([]string{"à", "a", "au", "de", "des", "et", "puis", "to", "and", "from"}, strings.ToLower(w))
	}
	for len(words) > 0 && linking(words[0]) {
		words = words[1:]
	}
	if len(words) == 0 || strings.EqualFold(strings.Join(words, " "), "en continu") ||
		!slices.ContainsFunc(words, func(w string) bool { return !linking(w) }) {
		return ""
	}
	s = strings.TrimLeft(strings.Join(strings.Fields(s), " "), " ,;/-–—:.&")
	for {
		first, rest, more := strings.Cut(s, " ")
		if !more || !linking(first) {
			break
		}
		s = strings.TrimLeft(rest, " ,;/-–—:.&")
	}
	return strings.Trim(s, " ,;/()-–—:.&")
}

// week writes the days in OpenStreetMap's syntax, equal days together, comments in one text at the end.
func week(days [7]dayHours) string {
	var rules, comments []string
	done := [7]bool{}
	for i, d := range days {
		if done[i] || d.spans == "" {
			continue
		}
		var same []int
		for j := i; j < 7; j++ {
			if days[j].spans == d.spans {
				same, done[j] = append(same, j), true
			}
		}
		rules = append(rules, dayRange(same)+" "+d.spans)
	}
	told := [7]bool{}
	for i, d := range days {
		if told[i] || d.comment == "" {
			continue
		}
		var names []string
		for j := i; j < 7; j++ {
			if days[j].comment == d.comment {
				names, told[j] = append(names, frenchDay(j)), true
			}
		}
		comments = append(comments, strings.Join(names, ", ")+"\u202f: "+strings.ReplaceAll(d.comment, `"`, "’"))
	}
	if len(comments) > 0 {
		rules = append(rules, `"`+strings.Join(comments, " ; ")+`"`)
	}
	return strings.Join(rules, "; ")
}

// dayRange writes days that may not follow each other: "Mo-Fr", "Mo,We", "Mo-We,Fr".
func dayRange(days []int) string {
	codes := weekdays()
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, codes[days[i]])
		case j == i+1:
			parts = append(parts, codes[days[i]], codes[days[j]])
		default:
			parts = append(parts, codes[days[i]]+"-"+codes[days[j]])
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// setHours fills the opening hours, from one value in OpenStreetMap's syntax or from one column per day.
func (w *work) setHours(r Rule) {
	const field = "opening_hours"
	if r.Days == nil {
		text := w.one(r, false)
		if _, err := listing.ParseHours(text); text != "" && err != nil {
			w.warn("importer.warn.hours-unread", field, args("value", short(text)))
		}
		w.draft.Content.OpeningHours = text
		return
	}
	var days [7]dayHours
	for i, code := range weekdays() {
		text := w.clean(field, strings.Join(w.values(r, []string{r.Days[code]}), " "), false)
		if w.isEmpty(text) {
			continue
		}
		days[i] = parseDay(text)
		switch {
		case days[i].comment != "":
			w.warn("importer.warn.hours-unread", field, args("value", short(text)))
		case days[i].guessed:
			w.warn("importer.warn.hours-guessed", field, args("value", short(text), "read", days[i].spans))
		}
	}
	w.draft.Content.OpeningHours = week(days)
}
