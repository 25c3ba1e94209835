package segment

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/words"
)

// builder makes a segment of documents.
type builder struct {
	cutter
	shape  *Shape
	codes  *Codebook
	hits   []hit
	ends   []uint32 // of each document in hits
	facets []facetBuilder
	values valueBuilder
	seg    *Segment
	pos    uint32
	key    []byte // the folded words of a value, as words.Key has them
}

// hit is one occurrence of a word.
type hit struct {
	word uint32 // its place in words
	occ  uint32
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
		cutter: newCutter(len(docs)), shape: s, codes: codes, seg: &Segment{},
		hits: make([]hit, 0, textBytes(docs)/bytesPerWord), ends: make([]uint32, 0, len(docs)), facets: make([]facetBuilder, len(s.Facets)),
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

// bytesPerWord is about how long the words of French are, with the space behind them; room for words is made by it.
const bytesPerWord = 7

func textBytes(docs []Doc) int {
	n := 0
	for i := range docs {
		for _, texts := range docs[i].Text {
			for _, text := range texts {
				n += len(text)
			}
		}
	}
	return n
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
	doc := uint16(b.seg.N)
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
			b.text(uint32(f), text, suggest, doc)
			b.pos += valueGap
		}
	}
	b.ends = append(b.ends, uint32(len(b.hits)))
}

// text takes up the words of a text, and the whole as a value to complete with where it is one.
func (b *builder) text(field uint32, text string, suggest bool, doc uint16) {
	t := b.read(text)
	noted := t.value > 0 && t.field == field
	b.key = b.key[:0]
	for _, at := range t.ways {
		w := &b.ways[at]
		w.times++
		if w.word == noWord {
			continue
		}
		b.hits = append(b.hits, hit{w.word &^ little, field<<fieldBits | b.pos})
		if w.word&little == 0 { // a little word stands where the next word will
			b.pos++
		}
		if suggest && !noted {
			b.key = words.AppendKey(b.key, b.words[w.word&^little].Text)
		}
		if b.pos >= 1<<fieldBits-2*valueGap {
			break
		}
	}
	switch {
	case !suggest:
	case noted:
		b.values.use(t.value-1, doc)
	case len(b.key) > 0:
		t.value, t.field = b.values.note(byte(field), b.key, text, doc)+1, field
	}
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
	occs, docs := make([]uint32, len(b.hits)), make([]uint16, len(b.hits))
	from := uint32(0)
	for doc, end := range b.ends {
		for _, h := range b.hits[from:end] {
			at := next[h.word]
			occs[at], docs[at] = h.occ, uint16(doc)
			next[h.word]++
		}
		from = end
	}
	b.hits = nil
	p := &b.seg.Postings
	p.Docs, p.heads, p.where = make([]uint16, 0, len(docs)), make([]uint8, 0, len(docs)/2+1), make([]byte, 0, len(docs)+len(docs)/4)
	numbers := make([]uint32, 0, len(ids))
	for _, word := range order {
		from := uint32(0)
		if word > 0 {
			from = next[word-1]
		}
		numbers, p.start = append(numbers, ids[word]), append(p.start, uint32(len(p.Docs)))
		p.term(docs[from:next[word]], occs[from:next[word]])
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

// term appends the postings of one term, given the document of each occurrence.
func (p *Postings) term(docs []uint16, occs []uint32) {
	for i := 0; i < len(docs); {
		j := i + 1
		for j < len(docs) && docs[j] == docs[i] {
			j++
		}
		p.posting(docs[i], occs[i:j])
		i = j
	}
}

// fit ends the building of postings, whose terms have these numbers: they take no more memory than they need.
func (p *Postings) fit(numbers []uint32) {
	if len(numbers) > 0 {
		p.terms = setOf(numbers)
	}
	p.start, p.Docs, p.heads = slices.Clone(p.start), slices.Clone(p.Docs), slices.Clone(p.heads)
	p.where, p.marks = slices.Clone(p.where), slices.Clone(p.marks)
}
