package edit

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/spelling"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
)

// How long a text may be that is searched, in bytes, and how many of its words are looked for.
const (
	mostSearched = 200
	mostWords    = 8
)

// matching are the terms whose names or synonyms hold the words that were typed, the best first: those that hold all of them, else
// those that hold some. A word that no term has stands for those of its family, or for those that it is a slip of.
func matching(t *taxonomy.Taxonomy, typed, lang string) []ui.Suggestion {
	found := []ui.Suggestion{}
	if len(typed) > mostSearched {
		return found
	}
	words := telling(strings.Fields(spelling.Plain(typed)))
	var all []candidate
	for _, term := range t.Terms {
		all = append(all, candidateOf(term, lang))
	}
	for _, word := range words {
		at := nearest(all, word)
		for i := range all {
			all[i].hear(at, word)
		}
	}
	exact, _ := t.Match(typed)
	for i := range all {
		if all[i].code == exact.Code {
			all[i].heard, all[i].points = len(words), all[i].points+sure
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(b.heard-a.heard, b.points-a.points) })
	for _, c := range all[:min(len(all), mostSuggested)] {
		if c.heard == 0 || all[0].heard == len(words) && c.heard < len(words) {
			break
		}
		if c.heard < len(words) && !c.told {
			continue // words that only begin alike, beside others that it does not hold: "mécanique auto" and "automatique"
		}
		found = append(found, c.suggestion())
	}
	return found
}

// small are words that tell nothing.
const small = " a au aux avec d de des du en et je l la le les ma mes mon nos notre par pour s ses son sur un une the of for my our to and with an "

// telling are the words that tell something, all of them where none does; no more than are looked for.
func telling(words []string) []string {
	out := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(small, " "+w+" ") })
	if len(out) == 0 {
		out = words
	}
	return out[:min(len(out), mostWords)]
}

// candidate is a term that may be meant.
type candidate struct {
	code   string
	name   string
	texts  []heardText // its name, then its synonyms
	heard  int         // how many of the words that were typed it holds
	told   bool        // one of them to its end, or nearly so
	points int
}

// heardText is what a term is called.
type heardText struct {
	text   string
	words  []string
	points int
}

func candidateOf(term taxonomy.Term, lang string) candidate {
	c := candidate{code: term.Code, name: term.Name(lang)}
	for _, text := range append([]string{c.name}, term.Synonyms...) {
		c.texts = append(c.texts, heardText{text: text, words: strings.Fields(spelling.Plain(text))})
	}
	return c
}

// nearness is how near a word is to what was typed.
type nearness int

// The nearnesses, the farthest first.
const (
	farWord nearness = iota
	slipWord
	familyWord
	begunWord
	wholeWord
)

// sure are the points of a term that is called exactly as was typed.
const sure = 100

// nearest is how near the words of some terms come to a word that was typed.
func nearest(all []candidate, word string) nearness {
	best := farWord
	for _, c := range all {
		for _, text := range c.texts {
			for _, w := range text.words {
				best = max(best, near(w, word))
			}
		}
	}
	return best
}

// hear counts a word for a term where it is as near as to any other; a word that is begun counts beside one that is whole.
func (c *candidate) hear(at nearness, word string) {
	at = min(at, begunWord)
	if at == farWord {
		return
	}
	most := 0
	for i := range c.texts {
		best := farWord
		for _, w := range c.texts[i].words {
			best = max(best, near(w, word))
		}
		if best < at {
			continue
		}
		c.told = c.told || best != begunWord
		points := 3 * int(best)
		if i == 0 {
			points++ // its name
		}
		c.texts[i].points += points
		most = max(most, points)
	}
	if most > 0 {
		c.heard, c.points = c.heard+1, c.points+most
	}
}

// suggestion names the term, and the synonym that says better what was typed.
func (c *candidate) suggestion() ui.Suggestion {
	best := c.texts[0]
	for _, text := range c.texts[1:] {
		if text.points > best.points {
			best = text
		}
	}
	s := ui.Suggestion{Value: c.name}
	if best.text != c.name {
		s.Detail = best.text
	}
	return s
}

// leastStem is how many letters words of one family begin with at the least: "réparer", "réparation".
const leastStem = 5

// near tells how near a word is to one that was typed, maybe not to its end.
func near(w, typed string) nearness {
	switch {
	case w == typed || w+"s" == typed:
		return wholeWord
	case strings.HasPrefix(w, typed):
		return begunWord
	}
	if n := common(w, typed); n >= leastStem && 2*n >= len(w) && n+3 >= len(typed) {
		return familyWord
	}
	most := slips(utf8.RuneCountInString(typed))
	if most == 0 {
		return farWord
	}
	for n := len(typed) - most; n <= len(typed)+most; n++ {
		if spelling.Distance(w[:max(0, min(n, len(w)))], typed, most) <= most {
			return slipWord
		}
	}
	return farWord
}

// slips is how many slips a word of so many letters may hold.
func slips(letters int) int {
	switch {
	case letters < 5:
		return 0
	case letters < 9:
		return 1
	}
	return 2
}

// common is how many bytes two words begin with in common.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
