package search

import (
	"math"
	"slices"
	"strings"
	"time"
)

// builder makes a segment of documents.
type builder struct {
	shape  *shape
	codes  *codebook
	words  map[string]int // raw word → its place in raw
	raw    []rawWord
	termOf map[string]uint32
	terms  []growing
	seg    *segment
	values map[valueKey]*value
	doc    uint32
	pos    uint32
}

// rawWord is a word as written, with its term and how often it is written so.
type rawWord struct {
	text  string
	term  uint32
	count int
}

// growing is a posting list being written.
type growing struct {
	text string
	stop bool
	post []uint32
	last uint32 // the document of the last posting, plus one
}

// build makes a segment of documents; the codebook must already know their codes.
func build(s *shape, codes *codebook, docs []Doc) *segment {
	b := &builder{
		shape: s, codes: codes, words: map[string]int{}, termOf: map[string]uint32{}, values: map[valueKey]*value{},
		seg: &segment{docs: make([]column, 0, len(docs)), facets: make([]facetColumn, len(s.facets))},
	}
	for f := range b.seg.facets {
		b.seg.facets[f].start = []uint32{0}
	}
	for i := range docs {
		b.add(&docs[i])
	}
	b.finish()
	return b.seg
}

func (b *builder) add(d *Doc) {
	b.doc = uint32(len(b.seg.docs))
	b.seg.docs = append(b.seg.docs, columnOf(d))
	for f := range b.shape.facets {
		var codes []string
		if f < len(d.Facets) {
			codes = d.Facets[f]
		}
		var serves []string
		if b.shape.facets[f].Served {
			serves = d.Serves
		}
		col := &b.seg.facets[f]
		col.codes = b.shape.expand(f, b.codes, codes, serves, col.codes)
		col.start = append(col.start, uint32(len(col.codes)))
	}
	b.pos = 0
	for f, field := range b.shape.fields {
		if f >= len(d.Text) {
			break
		}
		for _, text := range d.Text[f] {
			b.pos += valueGap
			b.text(uint32(f), text)
			if field.Suggest {
				b.suggest(f, text)
			}
		}
	}
}

func (b *builder) text(field uint32, text string) {
	words(text, func(w span) bool {
		raw := text[w.start:w.end]
		i, ok := b.words[raw]
		if !ok {
			i = b.newWord(text, w)
		}
		b.raw[i].count++
		t := &b.terms[b.raw[i].term]
		if t.text != "" {
			b.occurrence(t, field)
		}
		return b.pos < 1<<fieldBits-2*valueGap
	})
}

func (b *builder) newWord(text string, w span) int {
	raw := strings.Clone(text[w.start:w.end])
	t := tokenOf(text, w)
	id, ok := b.termOf[t.text]
	if !ok {
		id = uint32(len(b.terms))
		folded := strings.Clone(t.text)
		b.termOf[folded] = id
		b.terms = append(b.terms, growing{text: folded, stop: t.stop})
	}
	b.words[raw] = len(b.raw)
	b.raw = append(b.raw, rawWord{text: raw, term: id})
	return len(b.raw) - 1
}

// occurrence notes a term here. A little word stands where the next word will.
func (b *builder) occurrence(t *growing, field uint32) {
	if t.last == b.doc+1 {
		t.post[len(t.post)-1] &^= lastOcc
	} else {
		t.post = append(t.post, b.doc)
		t.last = b.doc + 1
	}
	t.post = append(t.post, field<<fieldBits|b.pos|lastOcc)
	if !t.stop {
		b.pos++
	}
}

func (b *builder) finish() {
	order := make([]uint32, 0, len(b.terms))
	size := 0
	for i := range b.terms {
		if len(b.terms[i].post) > 0 {
			order = append(order, uint32(i))
			size += len(b.terms[i].post)
		}
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.terms[x].text, b.terms[y].text) })
	shown := b.shown()
	g := b.seg
	n := len(order)
	g.terms, g.stems, g.shown = make([]string, n), make([]string, n), make([]string, n)
	g.sigs, g.start, g.post = make([]signatures, n), make([]uint32, n+1), make([]uint32, 0, size)
	for i, id := range order {
		t := &b.terms[id]
		g.terms[i], g.shown[i] = t.text, shown[id]
		g.sigs[i] = signaturesOf(t.text)
		if !t.stop {
			g.stems[i] = stem(t.text)
		}
		g.start[i] = uint32(len(g.post))
		g.post = append(g.post, t.post...)
		t.post = nil
	}
	g.start[n] = uint32(len(g.post))
	g.indexStems()
	g.keepValues(b.values)
}

// shown is how each term is most often written, in lower case; of two ways, the first in byte order.
func (b *builder) shown() []string {
	type way struct {
		term uint32
		text string
	}
	counts := make(map[way]int, len(b.raw))
	for _, r := range b.raw {
		counts[way{r.term, strings.ToLower(r.text)}] += r.count
	}
	best := make([]string, len(b.terms))
	most := make([]int, len(b.terms))
	for w, n := range counts {
		if n > most[w.term] || n == most[w.term] && w.text < best[w.term] {
			best[w.term], most[w.term] = w.text, n
		}
	}
	return best
}

func columnOf(d *Doc) column {
	c := column{
		id: d.ID, hash: hashString(d.ID), lat: math.NaN(), lon: math.NaN(), nameKey: d.NameKey[:min(len(d.NameKey), maxNameKey)], freshDay: noDay,
		quality: qualityPoints(d.Quality), servesAll: d.ServesAll, added: math.MinInt64,
	}
	if d.Point != nil && d.Point.Valid() {
		c.lat, c.lon = d.Point.Lat, d.Point.Lon
		c.x, c.y = worldX(c.lon), worldY(c.lat)
	}
	if !d.Fresh.IsZero() {
		c.freshDay = dayOf(d.Fresh)
	}
	if !d.Added.IsZero() {
		c.added = d.Added.Unix()
	}
	return c
}

// dayOf is the number of days from 1970 to a moment, in UTC.
func dayOf(t time.Time) int32 { return int32(math.Floor(float64(t.Unix()) / 86400)) }
