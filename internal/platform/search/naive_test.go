package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/query"
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
func (c *collector) word(u query.Unit, doc []placed) {
	unfinished := u.Last && utf8.RuneCountInString(u.Word) >= 2
	for _, p := range doc {
		if p.Text == u.Word {
			c.add(Exact, p)
		}
		if !p.Stop && p.stem == words.Stem(u.Word) {
			c.add(Stem, p)
		}
		if !p.Stop && unfinished && strings.HasPrefix(p.Text, u.Word) {
			c.add(Prefix, p)
		}
	}
	if k := len(u.Parts); k > 1 {
		c.row(Stem, doc, sameStems(u.Parts))
		if unfinished && utf8.RuneCountInString(u.Parts[k-1]) >= 2 {
			c.row(Prefix, doc, append(sameStems(u.Parts[:k-1]), begins(u.Parts[k-1])))
		}
	}
	c.halves(u.Word, Stem, doc)
	if unfinished {
		c.twoWords(u.Word, Prefix, doc, func(b string) func(placed) bool {
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
func (c *collector) inContext(units []query.Unit, i int, doc []placed) {
	u := units[i]
	if u.Word == "" {
		var fits []func(placed) bool
		for _, w := range u.Phrase {
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
		if first < 0 || first+1 >= len(units) || units[first].Word == "" || units[first+1].Word == "" {
			continue
		}
		both := units[first].Word + units[first+1].Word
		c.synonyms([]string{both}, doc)
		for _, p := range doc {
			if p.Text == both || !p.Stop && p.stem == words.Stem(both) {
				c.add(Stem, p)
			}
			if units[first+1].Last && !p.Stop && strings.HasPrefix(p.Text, both) {
				c.add(Prefix, p)
			}
		}
	}
	for from := range i + 1 {
		var words []string
		for to := from; to < len(units) && units[to].Word != ""; to++ {
			if units[to].Parts != nil {
				words = append(words, units[to].Parts...)
			} else {
				words = append(words, units[to].Word)
			}
			if to >= i {
				c.synonyms(words, doc)
			}
		}
	}
	if u.Parts != nil {
		c.synonyms([]string{u.Word}, doc)
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
func (n *naive) units(q query.Text) []naiveUnit {
	var out []naiveUnit
	fixed := 0
	correct := func(u query.Unit) {
		typed := q.Text[u.Start:u.End]
		var words []string
		if letters := utf8.RuneCountInString(u.Word); letters >= 4 && !strings.ContainsAny(u.Word, "0123456789") && fixed < 8 && len(n.meanings([]string{u.Word})) == 0 {
			fixed++
			words = n.corrections(u)
		}
		if len(words) == 0 {
			out = append(out, naiveUnit{typed: typed})
			return
		}
		in := n.everywhere(func(c *collector, doc []placed) {
			c.only = Typo
			for _, w := range words {
				c.word(query.Unit{Word: w, Last: u.Last}, doc)
				c.synonyms([]string{w}, doc)
			}
		})
		out = append(out, naiveUnit{typed, in, true})
	}
	for i, u := range q.Wanted {
		in := n.everywhere(func(c *collector, doc []placed) { c.inContext(q.Wanted, i, doc) })
		switch {
		case len(in) > 0 || u.Word == "":
			out = append(out, naiveUnit{typed: q.Text[u.Start:u.End], in: in})
		case u.Parts == nil:
			correct(u)
		default:
			for j, w := range u.Parts {
				part := query.Unit{Start: u.At[j].Start, End: u.At[j].End, Word: w, Last: u.Last && j == len(u.Parts)-1}
				in := n.everywhere(func(c *collector, doc []placed) {
					c.word(part, doc)
					c.synonyms([]string{w}, doc)
				})
				if len(in) > 0 {
					out = append(out, naiveUnit{typed: q.Text[part.Start:part.End], in: in})
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
func (n *naive) corrections(u query.Unit) []string {
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
	most, letters := 0, utf8.RuneCountInString(u.Word)
	if letters >= 8 {
		most = 2
	} else if letters >= 4 {
		most = 1
	}
	if most == 0 || strings.ContainsAny(u.Word, "0123456789") {
		return nil
	}
	out := nearest(docs, most, func(w string) int {
		return min(spelling.Distance(u.Word, w, far), spelling.Distance(words.Singular(u.Word), words.Singular(w), far))
	})
	if len(out) == 0 && u.Last && letters >= 6 {
		out = nearest(docs, most, func(w string) int { return nearestBeginning(u.Word, w) })
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

const far = 100 // more edits than any word takes

// nearestBeginning is the least distance of a word to a beginning of another.
func nearestBeginning(a, b string) int {
	least := spelling.Distance(a, b, far)
	for i := range b {
		least = min(least, spelling.Distance(a, b[:i], far))
	}
	return least
}

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
	question := new(query.Parser).Read(q.Text)
	units := n.units(question)
	out := n.everywhere(func(c *collector, doc []placed) {
		for i, u := range question.Unwanted {
			if u.Word == "" {
				c.inContext(question.Unwanted, i, doc)
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
		h := naiveHit{doc: d, score: n.score(units, kept, id) + n.bonus(d, q) + n.seat(q, served), served: served > 0, distance: math.Inf(1)}
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

func (n *naive) bonus(d Doc, q Query) int {
	points := int(math.Round(float64(d.Quality) * 20))
	if !d.Fresh.IsZero() {
		switch age := parseDay(q.Day) - segment.DayOf(d.Fresh); {
		case q.Current != "" && segment.DayOf(d.Fresh) < parseDay(q.Current):
		case age <= 90:
			points += 10
		case age <= 365:
			points += 6
		case age <= 730 || q.Current != "":
			points += 3
		}
	}
	return points
}
