// Package taxonomy is the cluster's lists of what companies do and whom they serve: competences and sectors, in every
// language, in groups, with the words that people use instead. It must not know territories, companies or listings.
package taxonomy

import (
	"embed"
	"slices"
	"strings"

	"grappe/internal/platform/spelling"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// The taxonomies of the presets.
const (
	Competences = "competences"
	Sectors     = "sectors"
)

// Taxonomy is one list. One that came from Parse is complete and must not be changed.
type Taxonomy struct {
	Code   string            `yaml:"code"`
	Names  map[string]string `yaml:"names"`  // by language
	Groups []Group           `yaml:"groups"` // none where the list is short
	Terms  []Term            `yaml:"terms"`

	byCode map[string]int
	bySlug map[string]int
	keys   map[string]int
}

// Group is a heading under which terms stand.
type Group struct {
	Code  string            `yaml:"code"`
	Names map[string]string `yaml:"names"`
}

// Term is one competence or sector.
type Term struct {
	Code         string            `yaml:"code"`  // never changes: listings hold it
	Slug         string            `yaml:"slug"`  // in public addresses
	Group        string            `yaml:"group"` // code of a group, empty where there are none
	Names        map[string]string `yaml:"names"`
	Descriptions map[string]string `yaml:"descriptions"` // one sentence
	Synonyms     []string          `yaml:"synonyms"`     // what people write instead, in any language
}

// In picks the text of a language, French where it is missing.
func In(texts map[string]string, language string) string {
	if s := texts[language]; s != "" {
		return s
	}
	return texts["fr"]
}

// Name is the term's name in a language.
func (t Term) Name(language string) string { return In(t.Names, language) }

// Description is the term's sentence in a language.
func (t Term) Description(language string) string { return In(t.Descriptions, language) }

// Term gives the term of a code.
func (t *Taxonomy) Term(code string) (Term, bool) { return t.at(t.byCode, code) }

// BySlug gives the term of a slug.
func (t *Taxonomy) BySlug(slug string) (Term, bool) { return t.at(t.bySlug, slug) }

func (t *Taxonomy) at(index map[string]int, key string) (Term, bool) {
	i, ok := index[key]
	if !ok {
		return Term{}, false
	}
	return t.Terms[i], true
}

// InGroup gives the terms of a group, in the order of the file.
func (t *Taxonomy) InGroup(group string) []Term {
	var out []Term
	for _, term := range t.Terms {
		if term.Group == group {
			out = append(out, term)
		}
	}
	return out
}

// Codes gives the codes of all terms, in the order of the file.
func (t *Taxonomy) Codes() []string {
	out := make([]string, 0, len(t.Terms))
	for _, term := range t.Terms {
		out = append(out, term.Code)
	}
	return out
}

// Match finds the term that a free tag names: by code, slug, name in any language or synonym, whatever the case, accents,
// hyphens, plurals and small words ("Développeur de sites Web", "création-site-internet").
func (t *Taxonomy) Match(name string) (Term, bool) {
	if term, ok := t.Term(strings.TrimSpace(name)); ok {
		return term, true
	}
	for _, key := range keysOf(name) {
		if i, ok := t.keys[key]; ok {
			return t.Terms[i], true
		}
	}
	return Term{}, false
}

// keysOf gives the comparable forms of a name, the closest to what was written first: as it is, and with words in the
// singular and small words left out, with and without spaces.
func keysOf(name string) []string {
	plain := spelling.Plain(name)
	var words []string
	for _, w := range strings.Fields(plain) {
		if !small(w) {
			words = append(words, singular(w))
		}
	}
	bare := strings.Join(words, " ")
	var keys []string
	for _, k := range []string{plain, bare, strings.ReplaceAll(bare, " ", "")} {
		if k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// small reports the words that carry no meaning in the name of a trade.
func small(w string) bool {
	switch w {
	case "de", "des", "du", "d", "l", "la", "le", "les", "et", "en", "a", "au", "aux", "pour", "par", "sur", "un", "une", "of", "and", "the", "for":
		return true
	}
	return false
}

// singular takes the plural mark off a French or English word of at least four letters.
func singular(w string) string {
	if len(w) < 4 || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is") {
		return w
	}
	if strings.HasSuffix(w, "aux") && !strings.HasSuffix(w, "eaux") {
		return w[:len(w)-3] + "al"
	}
	return strings.TrimSuffix(strings.TrimSuffix(w, "s"), "x")
}
