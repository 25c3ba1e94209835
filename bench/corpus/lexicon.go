package corpus

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/search"
)

//go:embed words.txt
var wordList string

// word is one word with its forms; which of them a kind has is the kind's matter.
type word struct {
	kind  string
	forms []string // singular, plural; an adjective and an agent: masculine, feminine, masculine plural, feminine plural
}

// lexicon is the words that texts are made of.
type lexicon struct {
	kinds    map[string][]word
	families map[string]string // folded form → name of the family
	members  map[string][]string
	finite   map[string]bool // "imprimons": in texts, but nobody asks for it
}

func readLexicon() (*lexicon, error) {
	x := &lexicon{kinds: map[string][]word{}, families: map[string]string{}, members: map[string][]string{}, finite: map[string]bool{}}
	kind := ""
	for line := range strings.Lines(wordList) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			kind = strings.Trim(line, "[]")
		default:
			for _, entry := range strings.Fields(line) {
				w := word{kind, inflect(kind, strings.Split(entry, "/"))}
				if len(w.forms) == 0 {
					return nil, fmt.Errorf("words.txt: %q of kind %q has no forms", entry, kind)
				}
				x.kinds[kind] = append(x.kinds[kind], w)
				x.join(w.forms)
			}
		}
	}
	x.markFinite()
	return x, nil
}

// markFinite notes the forms that verbs alone have, the infinitive and the participle excepted.
func (x *lexicon) markFinite() {
	for _, v := range x.kinds["verbs"] {
		for _, f := range v.forms[1:4] {
			x.finite[search.Fold(f)] = true
		}
	}
	for kind, list := range x.kinds {
		for _, w := range list {
			forms := w.forms
			if kind == "verbs" {
				forms = slices.Concat(w.forms[:1], w.forms[4:])
			}
			for _, f := range forms {
				delete(x.finite, search.Fold(f))
			}
		}
	}
}

// join makes one family of the forms, and of the families that have one of them already: who types a form that two words share
// may mean either.
func (x *lexicon) join(forms []string) {
	all := map[string]string{} // folded → as written
	for _, f := range forms {
		key := search.Fold(f)
		all[key] = f
		for _, other := range x.members[x.families[key]] {
			if _, ok := all[search.Fold(other)]; !ok {
				all[search.Fold(other)] = other
			}
		}
	}
	keys := slices.Sorted(maps.Keys(all))
	name := keys[0]
	for _, key := range keys {
		if old := x.families[key]; old != name {
			delete(x.members, old)
		}
		x.families[key] = name
	}
	x.members[name] = nil
	for _, key := range keys {
		x.members[name] = append(x.members[name], all[key])
	}
}

// family is that of a listed word; else the word without the marks of plural and feminine.
func (x *lexicon) family(folded string) string {
	if name, ok := x.families[folded]; ok {
		return name
	}
	if utf8.RuneCountInString(folded) < 4 || strings.ContainsAny(folded, "0123456789") {
		return folded
	}
	root := strings.TrimSuffix(folded, "s")
	if root == folded && (strings.HasSuffix(folded, "aux") || strings.HasSuffix(folded, "eux")) {
		root = strings.TrimSuffix(folded, "x")
	}
	root = strings.TrimSuffix(root, "e")
	if name, ok := x.families[root]; ok {
		return name
	}
	return root
}

// otherForms are the forms of a word besides itself that one asks for, as written.
func (x *lexicon) otherForms(folded string) []string {
	var out []string
	for _, f := range x.members[x.families[folded]] {
		if key := search.Fold(f); key != folded && !x.finite[key] {
			out = append(out, f)
		}
	}
	return out
}

// inflect derives the forms of a word of a kind.
func inflect(kind string, given []string) []string {
	w := given[0]
	switch kind {
	case "nicknames":
		return given
	case "masculine", "feminine":
		if len(given) == 2 {
			return given
		}
		return []string{w, plural(w)}
	case "adjectives", "agents":
		if len(given) == 4 {
			return given
		}
		f := feminine(w)
		return []string{w, f, plural(w), plural(f)}
	case "verbs":
		return conjugate(w)
	}
	return nil
}

func plural(w string) string {
	switch {
	case hasEnding(w, "s", "x", "z"):
		return w
	case hasEnding(w, "eau", "eu"):
		return w + "x"
	case hasEnding(w, "al") && !hasEnding(w, "festival", "récital"):
		return w[:len(w)-1] + "ux"
	case w == "travail" || w == "vitrail":
		return w[:len(w)-2] + "ux"
	case w == "bijou":
		return w + "x"
	}
	return w + "s"
}

func feminine(w string) string {
	cut := func(n int, add string) string { return w[:len(w)-n] + add }
	switch {
	case hasEnding(w, "e"):
		return w
	case hasEnding(w, "ier", "er"):
		return cut(2, "ère")
	case hasEnding(w, "eux"):
		return cut(1, "se")
	case hasEnding(w, "if"):
		return cut(1, "ve")
	case hasEnding(w, "el", "en", "on", "et"):
		return w + w[len(w)-1:] + "e"
	case w == "chanteur" || w == "monteur" || w == "acheteur" || w == "transporteur" || w == "moniteur-plongeur":
		return cut(1, "se")
	case hasEnding(w, "teur"):
		return cut(3, "rice")
	case hasEnding(w, "ieur"):
		return w + "e"
	case hasEnding(w, "eur"):
		return cut(1, "se")
	case w == "public":
		return "publique"
	}
	return w + "e"
}

// conjugate gives the infinitive, the third and first persons that a card uses, and the participle.
func conjugate(w string) []string {
	switch {
	case hasEnding(w, "ger"):
		r := w[:len(w)-2]
		return []string{w, r + "e", r + "eons", r + "ent", r + "é", r + "ée", r + "és", r + "ées"}
	case hasEnding(w, "cer"):
		r := w[:len(w)-3]
		return []string{w, r + "ce", r + "çons", r + "cent", r + "cé", r + "cée", r + "cés", r + "cées"}
	case hasEnding(w, "er"):
		r := w[:len(w)-2]
		return []string{w, r + "e", r + "ons", r + "ent", r + "é", r + "ée", r + "és", r + "ées"}
	}
	known := map[string][]string{
		"entretenir": {"entretenir", "entretient", "entretenons", "entretiennent", "entretenu", "entretenue", "entretenus", "entretenues"},
		"traduire":   {"traduire", "traduit", "traduisons", "traduisent", "traduit", "traduite", "traduits", "traduites"},
		"construire": {"construire", "construit", "construisons", "construisent", "construit", "construite", "construits", "construites"},
		"vendre":     {"vendre", "vend", "vendons", "vendent", "vendu", "vendue", "vendus", "vendues"},
		"peindre":    {"peindre", "peint", "peignons", "peignent", "peint", "peinte", "peints", "peintes"},
		"investir":   {"investir", "investit", "investissons", "investissent", "investi", "investie", "investis", "investies"},
		"servir":     {"servir", "sert", "servons", "servent", "servi", "servie", "servis", "servies"},
		"accueillir": {"accueillir", "accueille", "accueillons", "accueillent", "accueilli", "accueillie", "accueillis", "accueillies"},
		"fournir":    {"fournir", "fournit", "fournissons", "fournissent", "fourni", "fournie", "fournis", "fournies"},
		"garantir":   {"garantir", "garantit", "garantissons", "garantissent", "garanti", "garantie", "garantis", "garanties"},
	}
	return known[w]
}

func hasEnding(w string, endings ...string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(w, e) })
}
