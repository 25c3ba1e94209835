package words

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// MaxSynonymWords is the longest side of a synonym, in words.
const MaxSynonymWords = 6

// Vocabulary is a set of synonyms: what a query that says one thing also finds. It is immutable once read.
type Vocabulary struct {
	means map[string][][]string // stems joined by a space → word sequences, folded
	rules int
}

// Len is the number of entries as written.
func (v *Vocabulary) Len() int {
	if v == nil {
		return 0
	}
	return v.rules
}

// ReadVocabulary reads a YAML file with one list, "synonyms", of lines such as "site vitrine → site internet" (who asks for
// the first also finds the second; several are parted by commas) and "télétravail ↔ travail à distance" (each finds the
// others). "->" and "<->" do as well. An error names the entry.
func ReadVocabulary(data []byte) (*Vocabulary, error) {
	var file struct {
		Synonyms []string `yaml:"synonyms"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("vocabulary: %w", err)
	}
	v := &Vocabulary{means: map[string][][]string{}}
	for i, line := range file.Synonyms {
		if err := v.add(line); err != nil {
			return nil, fmt.Errorf("vocabulary, entry %d %q: %w", i+1, line, err)
		}
	}
	return v, nil
}

func (v *Vocabulary) add(line string) error {
	line = strings.NewReplacer("<->", "↔", "->", "→").Replace(line)
	v.rules++
	if strings.Contains(line, "↔") {
		sides := strings.Split(line, "↔")
		if strings.Contains(line, "→") {
			return fmt.Errorf("an entry has either → or ↔")
		}
		for i, from := range sides {
			for j, to := range sides {
				if i == j {
					continue
				}
				if err := v.link(from, to); err != nil {
					return err
				}
			}
		}
		return nil
	}
	from, to, ok := strings.Cut(line, "→")
	if !ok || strings.Contains(to, "→") {
		return fmt.Errorf("write “a → b” or “a ↔ b”")
	}
	for side := range strings.SplitSeq(to, ",") {
		if err := v.link(from, side); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vocabulary) link(from, to string) error {
	left, right := variants(from), variants(to)
	if len(left) == 0 || len(right) == 0 {
		return fmt.Errorf("a side has no word")
	}
	if len(left[0]) > MaxSynonymWords || len(right[0]) > MaxSynonymWords {
		return fmt.Errorf("a side has more than %d words", MaxSynonymWords)
	}
	for _, l := range left {
		k := stemKey(l)
		v.means[k] = append(v.means[k], right...)
	}
	return nil
}

// variants are the ways to write a side: its words, and its words with those that a hyphen joins written as one.
func variants(side string) [][]string {
	var apart, joined []string
	hyphen := false
	for _, t := range Tokens(side) {
		if t.Glued && len(joined) > 0 {
			joined[len(joined)-1] += t.Text
			hyphen = true
		} else if !t.Stop {
			joined = append(joined, t.Text)
		}
		if !t.Stop {
			apart = append(apart, t.Text)
		}
	}
	switch {
	case len(apart) == 0:
		return nil
	case hyphen:
		return [][]string{apart, joined}
	}
	return [][]string{apart}
}

func stemKey(words []string) string {
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = Stem(w)
	}
	return strings.Join(stems, " ")
}

// ByKey are the word sequences that some words also mean, by the stems of those words with a space between them.
func (v *Vocabulary) ByKey(key []byte) [][]string {
	if v == nil {
		return nil
	}
	return v.means[string(key)]
}
