package territory

import (
	"regexp"
	"slices"
	"strings"

	"grappe/internal/platform/spelling"
)

// written is a place as somebody wrote it, taken apart.
type written struct {
	tokens   []string // the name, in comparable words
	postcode string   // five digits found within the name
	cedex    string   // the number after CEDEX, without leading zeros
}

// patterns of writing that must be read before punctuation is lost.
type patterns struct{ plural, aside, under, upon, line *regexp.Regexp }

func newPatterns() patterns {
	return patterns{
		plural: regexp.MustCompile(`(\pL)\((\pL{1,2})\)`), // Bouloupari(s)
		aside:  regexp.MustCompile(`\([^()]*\)`),          // Nouméa (Nouvelle-Calédonie)
		under:  regexp.MustCompile(`(?i)\bs/s\b`),         // Fontenay s/s Bois
		upon:   regexp.MustCompile(`(?i)\bs/\s*`),         // Ivry s/ Seine
		line:   regexp.MustCompile(`\b\d{5}\b.*$`),        // rue du Temple 75004 Paris
	}
}

// read takes a name apart.
func (p patterns) read(name string) written {
	if strings.ContainsRune(name, '(') {
		name = p.plural.ReplaceAllString(name, "$1$2")
		if bare := p.aside.ReplaceAllString(name, " "); spelling.Plain(bare) != "" {
			name = bare
		}
	}
	if strings.ContainsRune(name, '/') {
		name = p.upon.ReplaceAllString(p.under.ReplaceAllString(name, " sous "), " sur ")
	}
	name = strings.ReplaceAll(name, "&", " et ")
	var w written
	in := strings.Fields(spelling.Plain(name))
	for i := 0; i < len(in); i++ {
		tok := in[i]
		next := ""
		if i+1 < len(in) {
			next = in[i+1]
		}
		switch {
		case digits(tok, 5):
			w.keepPostcode(tok)
		case digits(tok, 2) && digits(next, 3):
			w.keepPostcode(tok + next)
			i++
		case tok == "cedex":
			if number(next) {
				w.cedex = strings.TrimLeft(next, "0")
				i++
			}
		case (tok == "bp" || tok == "cs") && next != "" && allDigits(next):
			i++
		case (tok == "f" || tok == "fr") && digits(next, 5):
		default:
			w.tokens = append(w.tokens, usual(tok))
		}
	}
	w.tokens = ordinals(w.tokens)
	return w
}

func (w *written) keepPostcode(p string) {
	if w.postcode == "" {
		w.postcode = p
	}
}

// usual spells out the abbreviations of French place names.
func usual(tok string) string {
	switch tok {
	case "st":
		return "saint"
	case "ste":
		return "sainte"
	case "sts":
		return "saints"
	case "stes":
		return "saintes"
	case "mt":
		return "mont"
	case "lez":
		return "les"
	case "arrondissements", "arrdt", "ardt", "arr", "arrond":
		return "arrondissement"
	}
	return tok
}

// ordinals turns "11e", "11eme", "11 eme", "01er" into "11" and "1", and drops the word arrondissement unless
// nothing but the number is left to say what is meant.
func ordinals(tokens []string) []string {
	out := make([]string, 0, len(tokens))
	said := false
	for _, tok := range tokens {
		switch {
		case tok == "arrondissement":
			said = true
			continue
		case len(out) > 0 && number(out[len(out)-1]) && ordinalEnding(tok):
			continue
		}
		if n := len(tok) - len(strings.TrimLeft(tok, "0123456789")); n > 0 && n <= 2 && ordinalEnding(tok[n:]) {
			tok = tok[:n]
		}
		if number(tok) && tok != "0" && tok != "00" {
			tok = strings.TrimLeft(tok, "0")
		}
		out = append(out, tok)
	}
	if said && len(out) == 1 && number(out[0]) {
		out = append(out, "arrondissement")
	}
	return out
}

func ordinalEnding(s string) bool {
	switch s {
	case "e", "er", "eme", "ieme", "re", "nd", "nde", "th", "st":
		return true
	}
	return false
}

// number reports one or two digits.
func number(s string) bool { return digits(s, 1) || digits(s, 2) }

func digits(s string, n int) bool { return len(s) == n && allDigits(s) }

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// strict is the comparable form of the whole name.
func strict(tokens []string) string { return strings.Join(tokens, " ") }

// loose is strict without a leading article.
func loose(tokens []string) string {
	if len(tokens) > 1 && slices.Contains([]string{"le", "la", "les", "l"}, tokens[0]) {
		tokens = tokens[1:]
	}
	return strict(tokens)
}

// compact is loose without spaces.
func compact(tokens []string) string { return strings.ReplaceAll(loose(tokens), " ", "") }

// cleanPostcode is a postcode as digits: without spaces, without the ".0" that spreadsheets append, and with the
// leading zero that they take away. It is empty for what cannot be a French postcode.
func cleanPostcode(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".0")
	s = strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(s), "FR-"), "F-")
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s)
	if digits(s, 4) {
		s = "0" + s
	}
	if !digits(s, 5) {
		return ""
	}
	return s
}
