package locale

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const narrow, noBreak = '\u202f', '\u00a0'

// CheckTypography finds what a printer of the language would correct: straight apostrophes and quotes, "...", double or
// outer spaces and, in French, missing narrow no-break spaces. Code between backquotes, addresses and options are left
// alone. Each fault is one sentence that quotes the place.
func CheckTypography(lang, text string) []string {
	text = withoutCode(text)
	faults := checkCommon(text)
	runes := []rune(text)
	for i, r := range runes {
		var fault string
		if lang == French {
			fault = checkFrench(r, around(runes, i-1), around(runes, i+1))
		} else {
			fault = checkEnglish(r, around(runes, i-1), around(runes, i+1))
		}
		if fault != "" {
			faults = append(faults, fmt.Sprintf("%s in %q", fault, quote(runes, i)))
		}
	}
	return faults
}

// withoutCode replaces what is no prose by one letter for each stretch.
func withoutCode(text string) string {
	for _, pattern := range []string{"`[^`]*`", `[a-zA-Z]+://\S+`, `\{\{|\}\}`} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, "x")
	}
	return text
}

func checkCommon(text string) []string {
	var faults []string
	for _, wrong := range []struct{ sign, say string }{
		{"'", "straight apostrophe (write ’)"},
		{`"`, "straight quote (write « » or “ ”)"},
		{"...", "three dots (write …)"},
		{"  ", "two spaces"},
	} {
		if at := strings.Index(text, wrong.sign); at >= 0 {
			faults = append(faults, fmt.Sprintf("%s in %q", wrong.say, quote([]rune(text), len([]rune(text[:at])))))
		}
	}
	if strings.TrimSpace(text) != text {
		faults = append(faults, fmt.Sprintf("space at an end of %q", text))
	}
	return faults
}

// checkFrench judges one sign by its neighbours, 0 for an end of the text.
func checkFrench(r, before, after rune) string {
	inWord := after != 0 && !unicode.IsSpace(after) && !strings.ContainsRune(")]»”!?…,.", after)
	switch r {
	case ';', '!', '?':
		if before == narrow || inWord && before != ' ' || strings.ContainsRune("!?(", before) {
			return ""
		}
		return fmt.Sprintf("missing narrow no-break space before %c", r)
	case ':':
		if before == narrow || before == noBreak || inWord && before != ' ' || before == 0 {
			return ""
		}
		return "missing narrow no-break space before :"
	case '»':
		if before != narrow && before != noBreak {
			return "missing narrow no-break space before »"
		}
	case '«':
		if after != narrow && after != noBreak {
			return "missing narrow no-break space after «"
		}
	case '%', '€':
		if before == ' ' || unicode.IsDigit(before) || before == '}' {
			return fmt.Sprintf("missing narrow no-break space before %c", r)
		}
	case ' ':
		if unicode.IsDigit(before) && unicode.IsDigit(after) {
			return "plain space inside a number"
		}
	}
	return ""
}

func checkEnglish(r, before, _ rune) string {
	if strings.ContainsRune(";:!?%", r) && before != 0 && unicode.IsSpace(before) {
		return fmt.Sprintf("space before %c", r)
	}
	return ""
}

func around(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

// quote is the neighbourhood of a rune, for a message.
func quote(runes []rune, i int) string {
	return string(runes[max(0, i-12):min(len(runes), i+13)])
}

// elides reports whether the words "de" and "que" at the end of a French text lose their e before what follows: they do before a vowel,
// not before a silent h, which nothing shows, nor before the few words that are said as if they began otherwise.
func elides(text, next string) bool {
	word := ""
	for _, w := range []string{"de ", "De ", "que ", "Que "} {
		if strings.HasSuffix(text, w) {
			word = w
		}
	}
	if before, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(text, word)); word == "" || unicode.IsLetter(before) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(next)
	if !strings.ContainsRune("aeiouàâäæéèêëîïôöœùûü", unicode.ToLower(first)) {
		return false
	}
	lead, _, _ := strings.Cut(strings.ToLower(next), " ")
	return !slices.Contains([]string{"oui", "onze", "onzième", "ouistiti", "yaourt"}, lead)
}
