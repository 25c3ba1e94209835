package words

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
)

// Little reports whether a folded word is a little word, which takes no place in a text and is asked for only alone.
func Little(word string) bool {
	switch word {
	case "a", "au", "aux", "avec", "ce", "ces", "cette", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les",
		"leur", "leurs", "mes", "mon", "n", "nos", "notre", "ou", "par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses",
		"sur", "un", "une", "vos", "votre", "the", "of", "and",
		// what one writes before saying what one needs
		"je", "j", "nous", "cherche", "cherchons", "voudrais", "veux", "besoin", "faut", "quelqu", "quelquun",
		"trouver", "aider", "ne", "pas", "plus", "est", "fonctionne", "svp", "bonjour", "comment", "contre":
		return true
	}
	return false
}

// Singular brings a folded word to the singular by the plain rules of French plurals.
func Singular(w string) string {
	if len(w) < 3 || hasDigit(w) {
		return w
	}
	switch {
	case w == "travaux" || w == "vitraux" || w == "emaux" || w == "baux" || w == "coraux":
		return w[:len(w)-2] + "il"
	case strings.HasSuffix(w, "eaux"), strings.HasSuffix(w, "yaux"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "aux"):
		return w[:len(w)-2] + "l"
	case hasSuffix(w, "jeux", "lieux", "feux", "voeux", "cheveux", "neveux", "bijoux", "genoux", "choux", "cailloux"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
		return w[:len(w)-1]
	}
	return w
}

func hasSuffix(w string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}

// masculine brings the feminine of who does something to its masculine: programmeuse, formatrice. Adjectives in -ieuse, -reuse and
// -ueuse are those of -eux, which Snowball knows.
func masculine(w string) string {
	switch {
	case strings.HasSuffix(w, "trice"):
		return strings.TrimSuffix(w, "rice") + "eur"
	case strings.HasSuffix(w, "euse") && !hasSuffix(w, "ieuse", "reuse", "ueuse"):
		return strings.TrimSuffix(w, "se") + "r"
	}
	return w
}

// accented gives the feminine participle its accent back, by which Snowball knows it: adaptee, of adaptée.
func accented(w string) string {
	if rest, ok := strings.CutSuffix(w, "ee"); ok {
		return rest + "ée"
	}
	return w
}

// Stem is what the forms of a folded word share. From seven letters it is Snowball's French stem of the singular, unless that
// takes more than four letters off (it would join "commune" with "communication", "informer" with "information"); else
// the singular without a final e. A little word, one of less than five letters or with a digit keeps all its letters.
func Stem(w string) string {
	if Little(w) || hasDigit(w) {
		return w
	}
	s := Singular(w)
	n := utf8.RuneCountInString(s)
	if n < 5 {
		return s
	}
	if n >= 7 {
		env := snowballstem.NewEnv(accented(masculine(s)))
		french.Stem(env)
		if out := env.Current(); n-utf8.RuneCountInString(out) <= 4 {
			return out
		}
	}
	return strings.TrimSuffix(s, "e")
}
