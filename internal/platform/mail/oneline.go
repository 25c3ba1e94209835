package mail

import (
	"strings"
	"unicode"
)

const longestShown = 60

// OneLine is a name as a letter shows it: on one line, without signs that turn the direction of what follows, not too long.
func OneLine(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	runes := []rune(strings.Join(strings.Fields(clean), " "))
	if len(runes) > longestShown {
		return strings.TrimSpace(string(runes[:longestShown-1])) + "…"
	}
	return string(runes)
}
