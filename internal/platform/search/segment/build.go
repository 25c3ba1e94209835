package segment

import (
	"cmp"
	"hash/maphash"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/words"
)

// builder makes a segment of documents.
type builder struct {
	shape  *Shape
	codes  *Codebook
	seed   maphash.Seed
	slots  []waySlot // open addressing by hash: words as written
	ways   []way
	known  map[string]uint32 // a folded word → its place in words
	words  []dictionary.Lesson
	hits   []hit
	facets []facetBuilder
	values valueBuilder
	seg    *Segment
	doc    uint16
	pos    uint32
	key    []byte // the folded words of the text read last, as words.Key has them
}

// way is a word as written, with the word that it is and how often it is written so.
type way struct {
	text  string
	word  uint32 // its place in words, and whether it is a little one; noWord for a sign that folds to nothing
	times uint32
}

const (
	noWord = math.MaxUint32
	little = 1 << 31
)

// waySlot is a cell of the table: the place of a way plus one, 0 for none, and its hash.
type waySlot struct{ hash, way uint32 }

// hit is one occurrence of a word.
type hit struct {
	word uint32 // its place in words
	occ  uint32
	doc  uint16
}

// Build makes segments of documents, several at a time, and teaches the dictionary and the codebook what is new.
func Build(s *Shape, codes *Codebook, dict *dictionary.Dictionary, docs []Doc) []*Segment {
	if len(docs) == 0 {
		return nil
	}
	procs := runtime.GOMAXPROCS(0)
	parts := 1
	if len(docs) > buildAlone {
		parts = procs
	}
	parts = max(parts, (len(docs)+s.Capacity-1)/s.Capacity)
	size := (len(docs) + parts - 1) / parts
	chunks := slices.Collect(slices.Chunk(docs, size))
	segments := make([]*Segment, len(chunks))
	var building sync.WaitGroup
	turns := make(chan struct{}, procs)
	for i, part := range chunks {
		turns <- struct{}{}
		building.Go(func() {
			segments[i] = buildOne(s, codes, dict, part)
			<-turns
		})
	}
	building.Wait()
	return segments
}

// buildAlone is how many documents are not worth a second processor.
const buildAlone = 4096

func buildOne(s *Shape, codes *Codebook, dict *dictionary.Dictionary, docs []Doc) *Segment {
	b := &builder{
		shape: s, codes: codes, seed: maphash.MakeSeed(), slots: make([]waySlot, 64), known: map[string]uint32{}, seg: &Segment{},
		hits: make([]hit, 0, 32*len(docs)), facets: make([]facetBuilder, len(s.Facets)),
	}
	b.seg.makeRoom(len(docs))
	for f := range b.facets {
		b.facets[f] = newFacetBuilder(len(docs))
	}
	b.values.places = map[string]uint32{}
	for _, i := range byPlace(docs) {
		b.add(&docs[i])
	}
	b.finish(dict)
	return b.seg
}

// placedAlike is from how many documents on neighbours on the map become neighbours in the segment: a map then reads few of
// them, and its cells come in runs.
const placedAlike = 256

// byPlace is the order in which documents are numbered: along a Z-order curve over the world, where there are many.
func byPlace(docs []Doc) []uint32 {
	order := make([]uint32, len(docs))
	for i := range order {
		order[i] = uint32(i)
	}
	if len(docs) < placedAlike {
		return order
	}
	at := make([]uint64, len(docs))
	for i := range docs {
		at[i] = math.MaxUint64
		if p := docs[i].Point; p != nil && p.Valid() {
			at[i] = grid.Interleave(grid.WorldX(p.Lon), grid.WorldY(p.Lat))
		}
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(at[a], at[b]) })
	return order
}

func (b *builder) add(d *Doc) {
	b.doc = uint16(b.seg.N)
	b.seg.Columns.add(d)
	for f := range b.shape.Facets {
		var codes, serves []string
		if f < len(d.Facets) {
			codes = d.Facets[f]
		}
		served := b.shape.Facets[f].Served
		if served {
			serves = d.Serves
		}
		b.facets[f].add(b.shape, f, b.codes, codes, serves, served && d.ServesAll)
	}
	for f, suggest := range b.shape.Suggest {
		if f >= len(d.Text) {
			break
		}
		b.pos = 0
		for _, text := range d.Text[f] {
			b.text(uint32(f), text, suggest)
			b.pos += valueGap
			if suggest {
				b.values.note(byte(f), b.key, text, b.doc)
			}
		}
	}
}

// text reads a text. Its folded words are left in key where keyed.
func (b *builder) text(field uint32, text string, keyed bool) {
	b.key = b.key[:0]
	words.Cut(text, func(w words.Piece) bool {
		at := b.wayOf(text, w)
		b.ways[at].times++
		word := b.ways[at].word
		if word == noWord {
			return true
		}
		b.hits = append(b.hits, hit{word &^ little, field<<fieldBits | b.pos, b.doc})
		if word&little == 0 { // a little word stands where the next word will
			b.pos++
		}
		if keyed {
			b.key = words.AppendKey(b.key, b.words[word&^little].Text)
		}
		return b.pos < 1<<fieldBits-2*valueGap
	})
}

// wayOf is the place of a word as written.
func (b *builder) wayOf(text string, w words.Piece) uint32 {
	raw := text[w.Start:w.End]
	hash := uint32(maphash.String(b.seed, raw))
	mask := uint32(len(b.slots) - 1)
	i := hash & mask
	for ; b.slots[i].way != 0; i = (i + 1) & mask {
		if s := b.slots[i]; s.hash == hash && b.ways[s.way-1].text == raw {
			return s.way - 1
		}
	}
	b.slots[i] = waySlot{hash, uint32(len(b.ways)) + 1}
	b.ways = append(b.ways, way{text: strings.Clone(raw), word: b.wordOf(text, w)})
	if len(b.ways)*2 > len(b.slots) {
		b.rehash()
	}
	return uint32(len(b.ways)) - 1
}

// rehash doubles the table.
func (b *builder) rehash() {
	old := b.slots
	b.slots = make([]waySlot, 2*len(old))
	mask := uint32(len(b.slots) - 1)
	for _, s := range old {
		if s.way != 0 {
			i := s.hash & mask
			for b.slots[i].way != 0 {
				i = (i + 1) & mask
			}
			b.slots[i] = s
		}
	}
}

// wordOf is what a way's word is.
func (b *builder) wordOf(text string, w words.Piece) uint32 {
	t := words.TokenOf(text, w)
	if t.Text == "" {
		return noWord
	}
	word, ok := b.known[t.Text]
	if !ok {
		word = uint32(len(b.words))
		folded := strings.Clone(t.Text)
		b.known[folded] = word
		b.words = append(b.words, dictionary.Lesson{Text: folded, Little: t.Stop})
	}
	if t.Stop {
		word |= little
	}
	return word
}

func (b *builder) finish(dict *dictionary.Dictionary) {
	b.tellShown()
	ids := dict.Learn(b.words)
	order := make([]uint32, len(ids)) // places in words, by number
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Compare(ids[x], ids[y]) })
	next := make([]uint32, len(ids)+1) // where the hits of a word go, then where they end
	for _, h := range b.hits {
		next[h.word+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	sorted := make([]hit, len(b.hits))
	for _, h := range b.hits {
		sorted[next[h.word]] = h
		next[h.word]++
	}
	b.hits = nil
	p := &b.seg.Postings
	p.Docs, p.heads, p.where = make([]uint16, 0, len(sorted)), make([]uint8, 0, len(sorted)/2+1), make([]byte, 0, len(sorted)+len(sorted)/4)
	numbers := make([]uint32, 0, len(ids))
	var occs []uint32
	for _, word := range order {
		from := uint32(0)
		if word > 0 {
			from = next[word-1]
		}
		numbers, p.start = append(numbers, ids[word]), append(p.start, uint32(len(p.Docs)))
		occs = p.term(sorted[from:next[word]], occs)
	}
	p.start = append(p.start, uint32(len(p.Docs)))
	p.fit(numbers)
	b.seg.Facets = make([]FacetColumn, len(b.facets))
	for f := range b.facets {
		b.seg.Facets[f] = b.facets[f].column()
	}
	b.seg.Values = b.values.finish()
	b.seg.Columns.fit()
}

// term appends the postings of one term.
func (p *Postings) term(hits []hit, occs []uint32) []uint32 {
	for i := 0; i < len(hits); {
		occs = append(occs[:0], hits[i].occ)
		j := i + 1
		for j < len(hits) && hits[j].doc == hits[i].doc {
			occs = append(occs, hits[j].occ)
			j++
		}
		p.posting(hits[i].doc, occs)
		i = j
	}
	return occs
}

// fit ends the building of postings, whose terms have these numbers: they take no more memory than they need.
func (p *Postings) fit(numbers []uint32) {
	if len(numbers) > 0 {
		p.terms = setOf(numbers)
	}
	p.start, p.Docs, p.heads = slices.Clone(p.start), slices.Clone(p.Docs), slices.Clone(p.heads)
	p.where, p.marks = slices.Clone(p.where), slices.Clone(p.marks)
}

// tellShown says of each word how it is most often written, in lower case; of two ways, the first in byte order.
func (b *builder) tellShown() {
	lower := map[way]uint32{} // ways that are alike but for capitals
	for _, w := range b.ways {
		if w.word == noWord {
			continue
		}
		text := strings.ToLower(w.text)
		word := w.word &^ little
		key := way{text: text, word: word}
		times := lower[key] + w.times
		lower[key] = times
		if best := &b.words[word]; times > best.Times || times == best.Times && text < best.Shown {
			best.Shown, best.Times = text, times
		}
	}
}
