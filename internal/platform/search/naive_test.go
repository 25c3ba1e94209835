package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/search/words"
	"grappe/internal/platform/spelling"
)

// naive answers queries as docs/search.md says, by reading every document again for each: no index, no shortcut.
type naive struct {
	config Config
	docs   map[string]Doc
}

// seen is one occurrence of a unit in a document: what it is worth and where.
type seen struct {
	points, pos int
}

// placed is a word of a document.
type placed struct {
	words.Token
	stem       string
	field, pos int
}

func (n *naive) words(d Doc) []placed {
	var out []placed
	pos := 0
	for f, values := range d.Text {
		for _, text := range values {
			pos += 1000
			for _, t := range words.Tokens(text) {
				out = append(out, placed{t, words.Stem(t.Text), f, pos})
				if !t.Stop {
					pos++
				}
			}
		}
	}
	return out
}

// after is the content word next to a place.
func after(doc []placed, i int) (placed, int, bool) {
	for j := i + 1; j < len(doc); j++ {
		if !doc[j].Stop {
			return doc[j], j, doc[j].pos == doc[i].pos+1
		}
	}
	return placed{}, 0, false
}

type collector struct {
	n    *naive
	out  []seen
	only Level // when not negative, the level of everything
}

func (c *collector) add(l Level, p placed) {
	if c.only >= 0 {
		l = c.only
	}
	c.out = append(c.out, seen{c.n.config.Fields[p.field].Weight * l.percent() / 10, p.pos})
}

// row looks for words in a row.
func (c *collector) row(l Level, doc []placed, fits []func(placed) bool) {
	for i := range doc {
		at, ok := i, !doc[i].Stop
		for k := 0; ok && k < len(fits); k++ {
			if ok = fits[k](doc[at]); ok && k+1 < len(fits) {
				_, at, ok = after(doc, at)
			}
		}
		if ok {
			c.add(l, doc[i])
		}
	}
}

func sameStem(w string) func(placed) bool {
	return func(p placed) bool { return p.stem == words.Stem(w) }
}

func begins(w string) func(placed) bool {
	return func(p placed) bool { return strings.HasPrefix(p.Text, w) }
}

func sameStems(words []string) (out []func(placed) bool) {
	for _, w := range words {
		out = append(out, sameStem(w))
	}
	return out
}

// word collects where a document has a word by its own letters.
func (c *collector) word(u unit, doc []placed) {
	unfinished := u.last && utf8.RuneCountInString(u.word) >= 2
	for _, p := range doc {
		if p.Text == u.word {
			c.add(Exact, p)
		}
		if !p.Stop && p.stem == words.Stem(u.word) {
			c.add(Stem, p)
		}
		if !p.Stop && unfinished && strings.HasPrefix(p.Text, u.word) {
			c.add(Prefix, p)
		}
	}
	if k := len(u.parts); k > 1 {
		c.row(Stem, doc, sameStems(u.parts))
		if unfinished && utf8.RuneCountInString(u.parts[k-1]) >= 2 {
			c.row(Prefix, doc, append(sameStems(u.parts[:k-1]), begins(u.parts[k-1])))
		}
	}
	c.halves(u.word, Stem, doc)
	if unfinished {
		c.twoWords(u.word, Prefix, doc, func(b string) func(placed) bool {
			if utf8.RuneCountInString(b) < 3 {
				return nil
			}
			return begins(b)
		})
	}
}

func (c *collector) halves(word string, l Level, doc []placed) { c.twoWords(word, l, doc, sameStem) }

func (c *collector) twoWords(word string, l Level, doc []placed, second func(string) func(placed) bool) {
	if utf8.RuneCountInString(word) > 24 {
		return
	}
	for i, p := range doc {
		b, ok := strings.CutPrefix(word, p.Text)
		next, _, beside := after(doc, i)
		if !ok || b == "" || p.Stop || words.Little(b) || !beside {
			continue
		}
		if fits := second(b); fits != nil && fits(next) {
			c.add(l, p)
		}
	}
}

// meanings are the word sequences that some words also mean.
func (n *naive) meanings(list []string) [][]string {
	if len(list) == 0 || len(list) > words.MaxSynonymWords {
		return nil
	}
	var stems []string
	for _, w := range list {
		stems = append(stems, words.Stem(w))
	}
	return n.config.Synonyms.ByKey([]byte(strings.Join(stems, " ")))
}

func (c *collector) synonyms(words []string, doc []placed) {
	for _, to := range c.n.meanings(words) {
		c.row(Synonym, doc, sameStems(to))
		if len(to) == 1 {
			c.halves(to[0], Synonym, doc)
		}
	}
}

// inContext collects where a document has the i-th unit of a query, its neighbours considered.
func (c *collector) inContext(units []unit, i int, doc []placed) {
	u := units[i]
	if u.word == "" {
		var fits []func(placed) bool
		for _, w := range u.phrase {
			fits = append(fits, func(p placed) bool { return p.Text == w })
		}
		if len(fits) == 1 {
			for _, p := range doc {
				if fits[0](p) {
					c.add(Exact, p)
				}
			}
			return
		}
		c.row(Exact, doc, fits)
		return
	}
	c.word(u, doc)
	for _, first := range []int{i - 1, i} {
		if first < 0 || first+1 >= len(units) || units[first].word == "" || units[first+1].word == "" {
			continue
		}
		both := units[first].word + units[first+1].word
		c.synonyms([]string{both}, doc)
		for _, p := range doc {
			if p.Text == both || !p.Stop && p.stem == words.Stem(both) {
				c.add(Stem, p)
			}
			if units[first+1].last && !p.Stop && strings.HasPrefix(p.Text, both) {
				c.add(Prefix, p)
			}
		}
	}
	for from := range i + 1 {
		var words []string
		for to := from; to < len(units) && units[to].word != ""; to++ {
			if units[to].parts != nil {
				words = append(words, units[to].parts...)
			} else {
				words = append(words, units[to].word)
			}
			if to >= i {
				c.synonyms(words, doc)
			}
		}
	}
	if u.parts != nil {
		c.synonyms([]string{u.word}, doc)
	}
}

// naiveUnit is a unit with where each document has it.
type naiveUnit struct {
	typed     string
	in        map[string][]seen
	corrected bool
}

func (n *naive) everywhere(collect func(c *collector, doc []placed)) map[string][]seen {
	out := map[string][]seen{}
	for id, d := range n.docs {
		c := &collector{n: n, only: -1}
		collect(c, n.words(d))
		if len(c.out) > 0 {
			out[id] = c.out
		}
	}
	return out
}

// units reads the query: each unit with the documents that have it.
func (n *naive) units(q question) []naiveUnit {
	var out []naiveUnit
	fixed := 0
	correct := func(u unit) {
		typed := q.text[u.start:u.end]
		var words []string
		if fixed < 8 && len(n.meanings([]string{u.word})) == 0 {
			words = n.corrections(u)
		}
		if len(words) == 0 {
			out = append(out, naiveUnit{typed: typed})
			return
		}
		fixed++
		in := n.everywhere(func(c *collector, doc []placed) {
			c.only = Typo
			for _, w := range words {
				c.word(unit{word: w, last: u.last}, doc)
				c.synonyms([]string{w}, doc)
			}
		})
		out = append(out, naiveUnit{typed, in, true})
	}
	for i, u := range q.wanted {
		in := n.everywhere(func(c *collector, doc []placed) { c.inContext(q.wanted, i, doc) })
		switch {
		case len(in) > 0 || u.word == "":
			out = append(out, naiveUnit{typed: q.text[u.start:u.end], in: in})
		case u.parts == nil:
			correct(u)
		default:
			for j, w := range u.parts {
				part := unit{start: u.at[j].Start, end: u.at[j].End, word: w, last: u.last && j == len(u.parts)-1}
				in := n.everywhere(func(c *collector, doc []placed) {
					c.word(part, doc)
					c.synonyms([]string{w}, doc)
				})
				if len(in) > 0 {
					out = append(out, naiveUnit{typed: q.text[part.start:part.end], in: in})
				} else {
					correct(part)
				}
			}
		}
	}
	return out
}

// corrections are the words of documents at the least distance of a word, those of most documents first; else, for an
// unfinished word, those with a beginning at the least distance.
func (n *naive) corrections(u unit) []string {
	docs := map[string]int{}
	for _, d := range n.docs {
		mine := map[string]bool{}
		for _, p := range n.words(d) {
			if !p.Stop && !mine[p.Text] {
				mine[p.Text] = true
				docs[p.Text]++
			}
		}
	}
	most, letters := 0, utf8.RuneCountInString(u.word)
	if letters >= 8 {
		most = 2
	} else if letters >= 4 {
		most = 1
	}
	if most == 0 || strings.ContainsAny(u.word, "0123456789") {
		return nil
	}
	out := nearest(docs, most, func(w string) int {
		return min(plainEdits(u.word, w), plainEdits(words.Singular(u.word), words.Singular(w)))
	})
	if len(out) == 0 && u.last && letters >= 6 {
		out = nearest(docs, most, func(w string) int { return plainBeginning(u.word, w) })
	}
	return out
}

// nearest are the words at the least distance, eight at most.
func nearest(docs map[string]int, most int, distance func(string) int) []string {
	var out []string
	least := most
	for w := range docs {
		switch d := distance(w); {
		case d > least:
		case d < least:
			least, out = d, []string{w}
		default:
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(docs[b], docs[a]), cmp.Compare(a, b)) })
	return out[:min(8, len(out))]
}

// plainBeginning is the least distance of a word to a beginning of another.
func plainBeginning(a, b string) int {
	least := plainEdits(a, b)
	for i := range b {
		least = min(least, plainEdits(a, b[:i]))
	}
	return least
}

// plainEdits is the optimal string alignment distance, by its definition.
func plainEdits(a, b string) int { return spelling.Distance(a, b, 100) }

// wordPoints is the sum of the best matches of the units in a document.
func wordPoints(units []naiveUnit, kept uint32, id string) int {
	total := 0
	for i, u := range units {
		if kept>>i&1 == 1 {
			best := 0
			for _, s := range u.in[id] {
				best = max(best, s.points)
			}
			total += best
		}
	}
	return total
}

// bestSubset is the set of units that hits have, as bits.
func bestSubset(units []naiveUnit, have map[string]uint32) uint32 {
	documents, points := map[uint32]int{}, map[uint32]int{}
	for id, m := range have {
		if m != 0 {
			documents[m]++
			points[m] = max(points[m], wordPoints(units, m, id))
		}
	}
	corrected := func(m uint32) (k int) {
		for i := range units {
			if m>>i&1 == 1 && units[i].corrected {
				k++
			}
		}
		return k
	}
	best := uint32(0)
	for m := range documents {
		if best == 0 || cmp.Or(cmp.Compare(bits.OnesCount32(best), bits.OnesCount32(m)),
			cmp.Compare(points[best], points[m]), cmp.Compare(corrected(m), corrected(best)), cmp.Compare(documents[m], documents[best]), cmp.Compare(bits.Reverse32(best), bits.Reverse32(m))) < 0 {
			best = m
		}
	}
	return best
}

// naiveHit is a document found.
type naiveHit struct {
	doc      Doc
	score    int
	distance float64
	served   bool
}

// search answers like Index.Search: hits in order, counts, dropped words.
func (n *naive) search(q Query) (hits []naiveHit, counts map[string]map[string]int, dropped []string) {
	question := parse(q.Text)
	units := n.units(question)
	out := n.everywhere(func(c *collector, doc []placed) {
		for i, u := range question.unwanted {
			if u.word == "" {
				c.inContext(question.unwanted, i, doc)
			} else {
				c.word(u, doc)
			}
		}
	})
	have := map[string]uint32{}
	for id := range n.docs {
		for i, u := range units {
			if u.in[id] != nil && out[id] == nil {
				have[id] |= 1 << i
			}
		}
	}
	kept := bestSubset(units, have)
	for i, u := range units {
		if kept>>i&1 == 0 {
			dropped = append(dropped, u.typed)
		}
	}
	counts = map[string]map[string]int{}
	for _, f := range n.config.Facets {
		counts[f.Name] = map[string]int{}
	}
	for id, d := range n.docs {
		if out[id] != nil || len(units) > 0 && (kept == 0 || have[id] != kept) || !n.here(d, q) {
			continue
		}
		served := n.count(d, q, counts)
		if served < 0 {
			continue
		}
		h := naiveHit{doc: d, score: n.score(units, kept, id) + n.bonus(d, q.Day) + n.seat(q, served), served: served > 0, distance: math.Inf(1)}
		if d.Point != nil && q.Near != nil {
			h.distance = geo.Distance(*q.Near, *d.Point)
		}
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b naiveHit) int { return n.compare(a, b, q) })
	return hits, counts, dropped
}

func (n *naive) compare(a, b naiveHit, q Query) int {
	first := 0
	switch q.Sort {
	case Distance:
		first = cmp.Compare(a.distance, b.distance)
	case Name:
		first = cmp.Compare(a.doc.NameKey, b.doc.NameKey)
	case Newest:
		first = b.doc.Added.Compare(a.doc.Added)
	}
	turn := func(h naiveHit) uint64 { return rotation(uint64(segment.HashID(h.doc.ID)), segment.Hash(q.Day)) }
	return cmp.Or(first, cmp.Compare(b.score, a.score), cmp.Compare(turn(a), turn(b)), cmp.Compare(a.doc.ID, b.doc.ID))
}

func (n *naive) here(d Doc, q Query) bool {
	if q.Box != nil && (d.Point == nil || !q.Box.Contains(*d.Point)) {
		return false
	}
	return q.Near == nil || q.RadiusKm == 0 || d.Point != nil && geo.Distance(*q.Near, *d.Point) <= q.RadiusKm
}

// above is the code that a code is inside of, empty where there is none.
func above(f FacetSpec, code string) string {
	if f.Parent == nil {
		return ""
	}
	return f.Parent(code)
}

// relation of a document to a code: -1 none, 0 sits there, 1 serves it.
func (n *naive) relation(d Doc, facet int, code string) int {
	f := n.config.Facets[facet]
	under := func(c, up string) bool {
		for ; c != up && c != ""; c = above(f, c) {
		}
		return c == up
	}
	for _, c := range d.Facets[facet] {
		if under(c, code) {
			return 0
		}
	}
	if f.Served {
		if d.ServesAll && slices.Contains(f.Codes, code) {
			return 1
		}
		for _, s := range d.Serves {
			if under(s, code) || under(code, s) {
				return 1
			}
		}
	}
	return -1
}

// count adds a document to the counts; it returns -1 when it fails a choice, 1 when it passes one only by serving, else 0.
func (n *naive) count(d Doc, q Query, counts map[string]map[string]int) int {
	served, failed := 0, []int{}
	for i, f := range n.config.Facets {
		if len(q.Filters[f.Name]) == 0 {
			continue
		}
		best := -1
		for _, code := range q.Filters[f.Name] {
			switch rel := n.relation(d, i, code); {
			case rel == 0:
				best = 0
			case rel == 1 && best < 0:
				best = 1
			}
		}
		if best < 0 {
			failed = append(failed, i)
		}
		served = max(served, best)
	}
	for i, f := range n.config.Facets {
		if len(failed) > 1 || len(failed) == 1 && failed[0] != i {
			continue
		}
		codes := map[string]bool{}
		for _, c := range f.Codes {
			codes[c] = true
		}
		for _, c := range d.Facets[i] {
			codes[c] = true
		}
		for c := range codes {
			if n.relation(d, i, c) >= 0 {
				counts[f.Name][c]++
			}
		}
	}
	if len(failed) > 0 {
		return -1
	}
	return served
}

func (n *naive) score(units []naiveUnit, kept uint32, id string) int {
	total := wordPoints(units, kept, id)
	var before []seen
	for i, u := range units {
		if kept>>i&1 == 0 {
			continue
		}
		near := 0
		for _, a := range before {
			for _, b := range u.in[id] {
				switch gap := b.pos - a.pos; {
				case gap == 0 || gap == 1:
					near = 100
				case gap >= -8 && gap <= 8:
					near = max(near, 50)
				}
			}
		}
		total += near
		before = u.in[id]
	}
	return total
}

// seat is 40 points for sitting in a chosen code of the served facet.
func (n *naive) seat(q Query, served int) int {
	for _, f := range n.config.Facets {
		if f.Served && len(q.Filters[f.Name]) > 0 && served == 0 {
			return 40
		}
	}
	return 0
}

func (n *naive) bonus(d Doc, day string) int {
	points := int(math.Round(float64(d.Quality) * 20))
	if !d.Fresh.IsZero() {
		switch age := parseDay(day) - segment.DayOf(d.Fresh); {
		case age <= 90:
			points += 10
		case age <= 365:
			points += 6
		case age <= 730:
			points += 3
		}
	}
	return points
}
