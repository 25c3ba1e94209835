package territory

import (
	"regexp"

	"grappe/internal/platform/spelling"
)

// PlaceCode reports whether a text has the shape of a code of a territory or of a zone of any territory: "pf", "98818",
// "iles-du-vent". What it names need not be known here.
func PlaceCode(code string) bool {
	return regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,31}$`).MatchString(code)
}

// Named gives the code of the territory that a text names, by its code or its name in any of its languages.
func Named(list []*Territory, text string) (string, bool) {
	wanted := spelling.Plain(text)
	for _, t := range list {
		if wanted == t.Code {
			return t.Code, true
		}
		for _, name := range t.Names {
			if wanted == spelling.Plain(name) {
				return t.Code, true
			}
		}
	}
	return "", false
}
