package listing

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"grappe/internal/platform/locale"
)

// LanguageName is a language, by its BCP 47 tag, in the words of a reader: "anglais" for "en" in French. What is no tag stays as it is.
func LanguageName(p *locale.Printer, tag string) string {
	if key := "listing.language." + tag; p.Has(key) {
		return p.T(key) // of these islands, which the tables of the world leave out
	}
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Languages(language.Make(p.Lang())).Name(t); name != "" {
		return name
	}
	return tag
}
