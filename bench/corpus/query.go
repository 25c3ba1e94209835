package corpus

import (
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
)

// Query is one question: its units, every one of which a listing must have, and the places and choices that it must be in.
type Query struct {
	Units   []Unit
	Filters map[string][]string // facet → codes
	Box     *geo.Box
}

// Unit is one word of a query, or several between quotes.
type Unit struct {
	Typed      string
	Means      []string // folded: the word before it was misspelt; the words of a phrase
	Phrase     bool
	Unfinished bool // the last word, of which only the beginning was typed
	Misspelt   bool // by a typing error
	Unaccented bool
}

// Text is the query as it is typed: a finished last word has a space behind it, which is the product's rule.
func (q Query) Text() string {
	var b strings.Builder
	for _, u := range q.Units {
		if u.Phrase {
			b.WriteString(`"` + u.Typed + `" `)
		} else {
			b.WriteString(u.Typed + " ")
		}
	}
	if q.Units[len(q.Units)-1].Unfinished {
		return strings.TrimSpace(b.String())
	}
	return b.String()
}

// Altered reports whether a typing error or a missing accent is in the query.
func (q Query) Altered() bool {
	for _, u := range q.Units {
		if u.Misspelt || u.Unaccented {
			return true
		}
	}
	return false
}

// Queries makes n queries out of the words of listings drawn from the corpus, so that each has an answer: one to five words, half of the
// queries with an error or a missing accent, others unfinished, with phrases, filters and boxes.
func (c *Corpus) Queries(seed uint64, n int) []Query {
	a := asker{c, rand.New(rand.NewPCG(seed, 2)), c.dictionary()}
	var out []Query
	for len(out) < n {
		if q, ok := a.query(c.Listing(a.IntN(c.Len)), len(out)%2 == 1); ok {
			out = append(out, q)
		}
	}
	return out
}

// asker draws queries.
type asker struct {
	*Corpus
	*rand.Rand
	known map[string]bool // what a misspelt word must not be: another word
}

// value is one text of a listing, in lower case, with its words.
type value struct {
	text   string
	tokens []Token
}

func (a asker) query(l Listing, altered bool) (Query, bool) {
	var values []value
	for _, field := range a.Text(l) {
		for _, text := range field {
			values = append(values, value{strings.ToLower(text), Tokens(text)})
		}
	}
	var q Query
	want := [...]int{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5}[a.IntN(20)]
	if want > 1 && a.IntN(8) == 0 {
		if u, ok := a.phrase(values); ok {
			q.Units = append(q.Units, u)
			want -= len(u.Means)
		}
	}
	all := a.candidates(values)
	for range 20 {
		if want <= 0 || len(all) == 0 {
			break
		}
		t := all[a.IntN(len(all))]
		if !q.has(a.Corpus, t.Folded) {
			q.Units = append(q.Units, a.unit(t))
			want--
		}
	}
	if len(q.Units) == 0 {
		return q, false
	}
	if altered {
		if !a.alter(&q) {
			return q, false
		}
	} else if q.Altered() {
		return q, false
	}
	a.cut(&q)
	a.choose(&q, l)
	return q, true
}

// candidates are the words that can be asked for on their own.
func (a asker) candidates(values []value) []Token {
	var out []Token
	for _, v := range values {
		for _, t := range v.tokens {
			if n := utf8.RuneCountInString(t.Folded); n >= 3 && n < 30 && !t.Joined && !little(t.Folded) && !a.words.finite[t.Folded] && !strings.ContainsAny(t.Folded, "0123456789") {
				out = append(out, t)
			}
		}
	}
	return out
}

func (q Query) has(c *Corpus, folded string) bool {
	for _, u := range q.Units {
		for _, w := range u.Means {
			if c.Family(w) == c.Family(folded) {
				return true
			}
		}
	}
	return false
}

// unit is a word as the listing has it; one time in four in another number or gender.
func (a asker) unit(t Token) Unit {
	u := Unit{Typed: strings.ToLower(t.Raw), Means: []string{t.Folded}}
	if others := a.words.otherForms(t.Folded); len(others) > 0 && a.IntN(4) == 0 {
		u.Typed = others[a.IntN(len(others))]
		u.Means[0] = search.Fold(u.Typed)
	}
	return u
}

// phrase is two or three words in a row, that neither begin nor end with a little one.
func (a asker) phrase(values []value) (Unit, bool) {
	for range 20 {
		v := values[a.IntN(len(values))]
		n := 2 + a.IntN(2)
		if len(v.tokens) < n {
			continue
		}
		at := a.IntN(len(v.tokens) - n + 1)
		u := Unit{Phrase: true}
		var raw []string
		good := !little(v.tokens[at].Folded) && !little(v.tokens[at+n-1].Folded)
		for _, t := range v.tokens[at : at+n] {
			good = good && !t.Joined && !strings.ContainsAny(t.Folded, "0123456789")
			raw = append(raw, strings.ToLower(t.Raw))
			u.Means = append(u.Means, t.Folded)
		}
		u.Typed = strings.Join(raw, " ")
		if good && strings.Contains(v.text, u.Typed) { // nothing but a space between them, which all engines read alike
			return u, true
		}
	}
	return Unit{}, false
}

// alter puts one error into the query: half of the time it loses its accents, if it has any.
func (a asker) alter(q *Query) bool {
	if a.IntN(2) == 0 {
		for i := range q.Units {
			u := &q.Units[i]
			if plain := strings.Join(u.Means, " "); !u.Phrase && u.Typed != plain {
				u.Typed, u.Unaccented = plain, true
			}
		}
		if q.Altered() {
			return true
		}
	}
	for _, i := range a.Perm(len(q.Units)) {
		u := &q.Units[i]
		if u.Phrase || utf8.RuneCountInString(u.Typed) < 5 {
			continue
		}
		for range 10 {
			wrong := misspell(a.Rand, u.Typed)
			if folded := search.Fold(wrong); folded != u.Means[0] && !a.known[folded] && !a.known[a.Family(folded)] {
				u.Typed, u.Misspelt = wrong, true
				return true
			}
		}
	}
	return false
}

// misspell makes one of the errors that hands make, never in the first letter.
func misspell(r *rand.Rand, w string) string {
	letters := []rune(w)
	i := 1 + r.IntN(len(letters)-2)
	switch r.IntN(4) {
	case 0:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	case 1:
		letters[i] = neighbour(r, letters[i])
	case 2:
		letters = append(letters[:i], letters[i+1:]...)
	default:
		return string(letters[:i]) + string(letters[i:i+1]) + string(letters[i:]) // twice
	}
	return string(letters)
}

// neighbour is a key beside a key, on a French keyboard.
func neighbour(r *rand.Rand, key rune) rune {
	for _, row := range []string{"azertyuiop", "qsdfghjklm", "wxcvbn"} {
		if i := strings.IndexRune(row, key); i >= 0 {
			if i == 0 || i+1 < len(row) && r.IntN(2) == 0 {
				return rune(row[i+1])
			}
			return rune(row[i-1])
		}
	}
	return 'e'
}

// cut leaves the last word unfinished, four times in ten where it may be.
func (a asker) cut(q *Query) {
	u := &q.Units[len(q.Units)-1]
	letters := []rune(u.Typed)
	if u.Phrase || u.Misspelt || len(letters) < 5 || a.IntN(10) >= 4 {
		return
	}
	n := 3 + a.IntN(len(letters)-3)
	u.Typed, u.Unfinished = string(letters[:n]), true
	u.Means[0] = search.Fold(u.Typed)
}

// choose adds filters and a box that the listing is in.
func (a asker) choose(q *Query, l Listing) {
	many := [...]int{0, 0, 0, 0, 0, 1, 1, 1, 2, 3}[a.IntN(10)]
	q.Filters = map[string][]string{}
	for _, i := range a.Perm(3)[:many] {
		switch {
		case i == 0 && l.Zone != "":
			up := a.zones[l.Zone].up
			q.Filters[Zone] = []string{up[a.IntN(len(up))]}
		case i == 1 && len(l.Competences) > 0:
			q.Filters[Competence] = []string{l.Competences[a.IntN(len(l.Competences))]}
			if other := l.Competences[0]; !contains(q.Filters[Competence], other) {
				q.Filters[Competence] = append(q.Filters[Competence], other)
			}
		case i == 2 && l.Category != "":
			q.Filters[Category] = []string{l.Category}
		}
	}
	if a.IntN(8) == 0 {
		box := geo.Around(l.Point, [...]float64{2, 10, 50}[a.IntN(3)])
		q.Box = &box
	}
}
