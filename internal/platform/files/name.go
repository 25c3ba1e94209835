package files

import (
	"strings"
	"unicode"
)

// longestName is how long the name of a file may be, in letters.
const longestName = 120

// CleanName is the name of a file as somebody gave it, without folders, what cannot be shown, what turns the direction of the text
// around it, and what no system takes in a name; cut where it is too long. "" where nothing is left.
func CleanName(name string) string {
	name = strings.TrimRight(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"), "/")
	name = strings.Map(func(r rune) rune {
		space := r == '\u202f' || r == '\u00a0'
		if !unicode.IsPrint(r) && !space || r == unicode.ReplacementChar || strings.ContainsRune(`"<>:|?*`, r) {
			return -1
		}
		return r
	}, name[strings.LastIndexByte(name, '/')+1:])
	if name = strings.TrimSpace(name); name == "." {
		return ""
	}
	if letters := []rune(name); len(letters) > longestName {
		name = string(letters[:longestName-1]) + "…"
	}
	return name
}
