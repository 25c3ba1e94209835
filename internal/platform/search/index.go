package search

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/segment"
)

// Index is a set of documents that many may ask while one changes it. A query sees the documents as they were when it
// began; it never waits for a change.
type Index struct {
	shape   *shape
	words   *dictionary.Dictionary
	codes   *segment.Codebook
	scratch sync.Pool
	now     atomic.Pointer[snapshot]
	touched atomic.Int64 // postings read by all searches so far: tests hold it to what a query needs

	writing sync.Mutex                // who holds it may replace now
	merging map[*segment.Segment]bool // guarded by writing: what is being merged behind
	settled sync.Cond                 // told when nothing is any more
}

// snapshot is the whole index at one moment. It is never changed.
type snapshot struct {
	views []segment.View
	lex   *dictionary.Lexicon
	codes [][]string // of each facet, by number
	live  int
}

// New makes an empty index.
func New(c Config) *Index {
	x := newIndex(c)
	x.words, x.codes = dictionary.New(), segment.NewCodebook(x.shape.Shape)
	x.publish(nil)
	return x
}

func newIndex(c Config) *Index {
	x := &Index{shape: shapeOf(c), merging: map[*segment.Segment]bool{}}
	x.settled.L = &x.writing
	return x
}

// Len is the number of documents.
func (x *Index) Len() int { return x.now.Load().live }

// Apply puts documents, each in the place of the one with its ID, and deletes others, at once: a query sees all of it or
// nothing. An ID both put and deleted is put; of two puts of one ID the last wins. Segments that have become many are merged
// behind it: Settle waits for that. Several may call it; large batches are quickest.
func (x *Index) Apply(puts []Doc, deletes []string) {
	puts = lastOfEach(puts)
	segments := segment.Build(x.shape.Shape, x.codes, x.words, puts)
	x.writing.Lock()
	defer x.writing.Unlock()
	views := slices.Clone(x.now.Load().views)
	k := segment.NewKiller(views)
	for _, id := range deletes {
		k.Kill(id)
	}
	for _, g := range segments {
		k.Replace(g)
	}
	for _, g := range segments {
		views = append(views, segment.View{Segment: g})
	}
	x.publish(x.tidy(views))
}

// lastOfEach are the documents without those of which a later one has the ID.
func lastOfEach(puts []Doc) []Doc {
	size := 4
	for size < 2*len(puts) {
		size *= 2
	}
	table := make([]uint32, size) // open addressing: the place of a document plus one
	var former map[int]bool
	for n := range puts {
		i := int(segment.HashID(puts[n].ID)) & (size - 1)
		for table[i] != 0 && puts[table[i]-1].ID != puts[n].ID {
			i = (i + 1) & (size - 1)
		}
		if table[i] != 0 {
			if former == nil {
				former = map[int]bool{}
			}
			former[int(table[i]-1)] = true
		}
		table[i] = uint32(n + 1)
	}
	if former == nil {
		return puts
	}
	var out []Doc
	for n := range puts {
		if !former[n] {
			out = append(out, puts[n])
		}
	}
	return out
}

// publish makes views what queries see from now on.
func (x *Index) publish(views []segment.View) {
	s := &snapshot{views: views, lex: x.words.Now(), codes: x.codes.Now()}
	for i := range views {
		s.live += views[i].Live()
	}
	x.now.Store(s)
}

// tidy merges what is small at once, and what is large behind, one merging at a time. The caller holds writing.
func (x *Index) tidy(views []segment.View) []segment.View {
	views = slices.DeleteFunc(views, func(v segment.View) bool { return v.Live() == 0 && !x.merging[v.Segment] })
	for {
		most := x.shape.Capacity
		if len(x.merging) > 0 {
			most = min(most, x.shape.mergedAtOnce)
		}
		chosen, size := x.choose(views, most)
		if chosen == nil {
			return views
		}
		if size > x.shape.mergedAtOnce {
			for _, v := range chosen {
				x.merging[v.Segment] = true
			}
			go x.mergeBehind(chosen)
			continue
		}
		g, _ := segment.Merge(chosen)
		views = slices.DeleteFunc(views, func(v segment.View) bool { return among(chosen, v.Segment) })
		if g.N > 0 {
			views = append(views, segment.View{Segment: g})
		}
	}
}

func among(views []segment.View, g *segment.Segment) bool {
	return slices.ContainsFunc(views, func(v segment.View) bool { return v.Segment == g })
}

// choose names views to be merged, of so many documents at the most, so that each is more than four times the next smaller one
// unless both together would be too large; or one of which more than a third is dead.
func (x *Index) choose(views []segment.View, most int) (chosen []segment.View, size int) {
	free := slices.DeleteFunc(slices.Clone(views), func(v segment.View) bool { return x.merging[v.Segment] })
	for _, v := range free {
		if v.Dead*3 > v.N && v.Live() <= most {
			return []segment.View{v}, v.Live()
		}
	}
	slices.SortStableFunc(free, func(a, b segment.View) int { return cmp.Compare(a.Live(), b.Live()) })
	for i := range free {
		size, j := free[i].Live(), i+1
		for j < len(free) && free[j].Live() <= 4*size && size+free[j].Live() <= most {
			size += free[j].Live()
			j++
		}
		if j > i+1 && (size <= x.shape.mergedAtOnce || j >= i+mergedTogether || size >= x.shape.Capacity*3/4) {
			return free[i:j], size
		}
	}
	return nil, 0
}

// mergedTogether is how many large segments at least are merged, unless they fill one: a document is written again few times.
const mergedTogether = 5

// mergeBehind merges views while edits and queries go on, then whatever should be merged next.
func (x *Index) mergeBehind(chosen []segment.View) {
	g, renumber := segment.Merge(chosen)
	x.writing.Lock()
	defer x.writing.Unlock()
	var views []segment.View
	into := []segment.View{{Segment: g}}
	k := segment.NewKiller(into)
	for i := range chosen {
		delete(x.merging, chosen[i].Segment)
	}
	for _, v := range x.now.Load().views {
		at := slices.IndexFunc(chosen, func(c segment.View) bool { return c.Segment == v.Segment })
		if at < 0 {
			views = append(views, v)
			continue
		}
		for d, to := range renumber[at] { // who died meanwhile
			if to != segment.Gone && v.IsDead(uint16(d)) {
				k.KillAt(0, to)
			}
		}
	}
	if g.N > 0 {
		views = append(views, into[0])
	}
	x.publish(x.tidy(views))
	if len(x.merging) == 0 {
		x.settled.Broadcast()
	}
}

// TextBytes is how many bytes of text the index keeps as they came: IDs, keys of names, values to complete with. The rest of its
// memory is what makes them and all other texts findable.
func (x *Index) TextBytes() int {
	n := 0
	for _, v := range x.now.Load().views {
		n += v.TextBytes()
	}
	return n
}

// Settle waits until no segments are being merged.
func (x *Index) Settle() {
	x.writing.Lock()
	defer x.writing.Unlock()
	for len(x.merging) > 0 {
		x.settled.Wait()
	}
}
