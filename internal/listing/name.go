package listing

import (
	"strings"
	"unicode"

	"grappe/internal/platform/spelling"
)

// NormalizeName is the form in which two spellings of one name are equal: folded, without legal forms (SARL, SAS,
// EURL…), articles and punctuation, initials joined ("S.A.R.L.", "I.B.M."), words separated by one space. A name
// made of nothing else keeps its words.
func NormalizeName(name string) string {
	all := joinInitials(strings.Fields(spelling.Plain(spellSigns(name))))
	kept := make([]string, 0, len(all))
	for _, w := range all {
		if !isLegalForm(w) && !isArticle(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = all
	}
	return strings.Join(kept, " ")
}

// spellSigns writes the signs that carry meaning as words, and joins what an apostrophe separates unless it is an
// elision: "Incuba'School" is one word, "l'école" two.
func spellSigns(name string) string {
	name = strings.ToLower(name)
	if !strings.ContainsAny(name, "&+#@'’‘ʼ`´") {
		return name
	}
	var b strings.Builder
	word := 0 // letters since the last separator
	for _, r := range name {
		switch {
		case strings.ContainsRune("'’‘ʼ`´", r) && word > 2 && !strings.HasSuffix(b.String(), "qu"):
			continue
		case r == '&':
			b.WriteString(" et ")
			word = 0
			continue
		case r == '+':
			b.WriteString("plus")
		case r == '#':
			b.WriteString("sharp")
		case r == '@':
			b.WriteString("a")
		default:
			b.WriteRune(r)
		}
		if word++; !unicode.IsLetter(r) {
			word = 0
		}
	}
	return b.String()
}

// joinInitials joins runs of single letters: "s a r l" is "sarl". A lone letter stays.
func joinInitials(in []string) []string {
	var out []string
	for i := 0; i < len(in); {
		j := i
		for j < len(in) && len(in[j]) == 1 && in[j][0] >= 'a' && in[j][0] <= 'z' {
			j++
		}
		if j-i >= 2 {
			out = append(out, strings.Join(in[i:j], ""))
			i = j
			continue
		}
		out = append(out, in[i])
		i++
	}
	return out
}

func isLegalForm(word string) bool {
	switch word {
	case "sarl", "sas", "sasu", "sa", "eurl", "eirl", "ei", "snc", "sci", "scp", "scop", "scic", "scm", "selarl",
		"selas", "gie", "gip", "epic", "saem", "saeml", "sem", "sarlu", "sca", "scs", "association", "asso", "ltd",
		"llc", "inc", "gmbh", "plc", "limited", "societe", "ste", "ets", "etablissements", "entreprise", "cie",
		"compagnie":
		return true
	}
	return false
}

func isArticle(word string) bool {
	switch word {
	case "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "the", "of", "and", "en", "au", "aux":
		return true
	}
	return false
}

// Slug is the readable last part of a card's address: "L’Atelier du Cœur & Cie" is "l-atelier-du-coeur-et-cie". It
// holds only a-z, 0-9 and single hyphens, at most 80, and is never empty; the store makes it unique.
func Slug(name string) string {
	slug := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return ' '
	}, spelling.Slug(strings.ReplaceAll(name, "&", " et ")))
	slug = strings.Join(strings.Fields(slug), "-")
	if len(slug) > 80 {
		slug = slug[:80]
		if cut := strings.LastIndexByte(slug, '-'); cut > 40 {
			slug = slug[:cut]
		}
		slug = strings.Trim(slug, "-")
	}
	switch slug {
	case "":
		return "fiche"
	case "recherche", "suggestions", "lieux", "imprimer", "carte", "competences", "communes", "export", "exports", "nouveau",
		"nouvelle", "atom", "rss", "api":
		return slug + "-fiche" // addresses that the directory keeps for itself
	}
	return slug
}
