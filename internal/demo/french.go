package demo

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// locative is "à" with the name of a place: "à Koné", "au Mont-Dore", "à La Foa", "à L’Île-des-Pins".
func locative(place string) string {
	if rest, ok := strings.CutPrefix(place, "Le "); ok {
		return "au " + rest
	}
	return "à " + typographic(place)
}

// typographic writes the French apostrophe.
func typographic(s string) string { return strings.ReplaceAll(s, "'", "’") }

// capital writes the first letter as a capital.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// elides reports whether "de" loses its vowel before the word. An h is taken as mute: the banks avoid the others.
func elides(word string) bool {
	r, _ := utf8.DecodeRuneInString(strings.ToLower(word))
	return strings.ContainsRune("aàâeéèêëiîïoôuùûœhy", r)
}

// article is the indefinite article.
func article(feminine bool) string {
	if feminine {
		return "une"
	}
	return "un"
}

// ofThe is "de" with the definite article before a noun: "du Creek", "de la Houle", "de l’Araucaria".
func ofThe(noun string, feminine bool) string {
	switch {
	case elides(noun):
		return "de l’" + noun
	case feminine:
		return "de la " + noun
	}
	return "du " + noun
}

// fill writes the values into the {slots} of a frame, with "d’" for "de" before a vowel.
func fill(frame string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(frame, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(frame)
			return b.String()
		}
		value := values[name]
		if short, isDe := strings.CutSuffix(before, "de "); isDe && endsWord(short) && elides(value) {
			before = short + "d’"
		}
		b.WriteString(before + value)
		frame = after
	}
}

// endsWord reports whether what follows s begins a word.
func endsWord(s string) bool { return s == "" || strings.HasSuffix(s, " ") }
