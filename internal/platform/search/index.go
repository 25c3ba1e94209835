package search

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Index is a set of documents that many may ask while one changes it. A query sees the documents as they were when it
// began; it never waits for a change.
type Index struct {
	shape   *shape
	words   *dictionary
	codes   *codebook
	scratch sync.Pool
	now     atomic.Pointer[snapshot]

	writing sync.Mutex        // who holds it may replace now
	merging map[*segment]bool // guarded by writing: what is being merged behind
	settled sync.Cond         // told when nothing is any more
}

var _ Searcher = (*Index)(nil)

// snapshot is the whole index at one moment. It is never changed.
type snapshot struct {
	views []view
	lex   *lexicon
	codes [][]string // of each facet, by number
	live  int
}

// view is a segment with its dead documents.
type view struct {
	*segment
	dead    []uint64 // nil when none is
	deadNum int
}

func (v *view) isDead(doc uint16) bool {
	return v.dead != nil && v.dead[doc>>6]&(1<<(doc&63)) != 0
}

func (v *view) liveNum() int { return v.n - v.deadNum }

// New makes an empty index.
func New(c Config) *Index {
	x := &Index{shape: shapeOf(c), words: newDictionary(), merging: map[*segment]bool{}}
	x.settled.L = &x.writing
	x.codes = newCodebook(x.shape)
	x.publish(nil)
	return x
}

// Len is the number of documents.
func (x *Index) Len() int { return x.now.Load().live }

// Apply puts documents, each in the place of the one with its ID, and deletes others, at once: a query sees all of it or
// nothing. An ID both put and deleted is put; of two puts of one ID the last wins. Segments that have become many are merged
// behind it: Settle waits for that. Several may call it; large batches are quickest.
func (x *Index) Apply(puts []Doc, deletes []string) {
	puts = lastOfEach(puts)
	segments := x.build(puts)
	x.writing.Lock()
	defer x.writing.Unlock()
	views := slices.Clone(x.now.Load().views)
	k := killer{views: views, mine: make([]bool, len(views))}
	for _, id := range deletes {
		k.kill([]byte(packID(id)), hashID(id))
	}
	for _, g := range segments {
		for d, h := range g.hashes {
			k.kill(g.ids.of(uint32(d)), h)
		}
	}
	for _, g := range segments {
		views = append(views, view{segment: g})
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
		i := int(hashID(puts[n].ID)) & (size - 1)
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

// killer marks documents of views as dead, in copies of their own.
type killer struct {
	views []view
	mine  []bool
}

func (k *killer) kill(packed []byte, hash uint32) {
	for i := range k.views {
		if d, ok := k.views[i].find(packed, hash); ok && !k.views[i].isDead(d) {
			k.killDoc(i, d)
			return
		}
	}
}

func (k *killer) killDoc(i int, d uint16) {
	v := &k.views[i]
	if !k.mine[i] {
		k.mine[i] = true
		if v.dead == nil {
			v.dead = make([]uint64, (v.n+63)/64)
		} else {
			v.dead = slices.Clone(v.dead)
		}
	}
	v.dead[d>>6] |= 1 << (d & 63)
	v.deadNum++
}

// publish makes views what queries see from now on.
func (x *Index) publish(views []view) {
	s := &snapshot{views: views, lex: x.words.now(), codes: x.codes.now()}
	for i := range views {
		s.live += views[i].liveNum()
	}
	x.now.Store(s)
}

// mergedAtOnce is how many documents are merged while an edit waits: some milliseconds of work.
const mergedAtOnce = 2048

// tidy merges what is small at once, and what is large behind. The caller holds writing.
func (x *Index) tidy(views []view) []view {
	views = slices.DeleteFunc(views, func(v view) bool { return v.liveNum() == 0 && !x.merging[v.segment] })
	for {
		chosen, size := x.choose(views)
		if chosen == nil {
			return views
		}
		if size > mergedAtOnce {
			if len(x.merging) == 0 {
				for _, v := range chosen {
					x.merging[v.segment] = true
				}
				go x.mergeBehind(chosen)
			}
			return views
		}
		g, _ := merged(x.shape, chosen)
		views = slices.DeleteFunc(views, func(v view) bool { return among(chosen, v.segment) })
		if g.n > 0 {
			views = append(views, view{segment: g})
		}
	}
}

func among(views []view, g *segment) bool {
	return slices.ContainsFunc(views, func(v view) bool { return v.segment == g })
}

// choose names views to be merged, so that each is more than four times the next smaller one unless both together would be too
// large; and one of which more than a third is dead.
func (x *Index) choose(views []view) (chosen []view, size int) {
	free := slices.DeleteFunc(slices.Clone(views), func(v view) bool { return x.merging[v.segment] })
	for _, v := range free {
		if v.deadNum*3 > v.n {
			return []view{v}, v.liveNum()
		}
	}
	slices.SortStableFunc(free, func(a, b view) int { return cmp.Compare(a.liveNum(), b.liveNum()) })
	for i := range free {
		size, j := free[i].liveNum(), i+1
		for j < len(free) && free[j].liveNum() <= 4*size && size+free[j].liveNum() <= x.shape.capacity {
			size += free[j].liveNum()
			j++
		}
		if j > i+1 {
			return free[i:j], size
		}
	}
	return nil, 0
}

// mergeBehind merges views while edits and queries go on, then whatever should be merged next.
func (x *Index) mergeBehind(chosen []view) {
	g, renumber := merged(x.shape, chosen)
	x.writing.Lock()
	defer x.writing.Unlock()
	var views []view
	into := []view{{segment: g}}
	k := killer{views: into, mine: make([]bool, 1)}
	for i := range chosen {
		delete(x.merging, chosen[i].segment)
	}
	for _, v := range x.now.Load().views {
		at := slices.IndexFunc(chosen, func(c view) bool { return c.segment == v.segment })
		if at < 0 {
			views = append(views, v)
			continue
		}
		for d, to := range renumber[at] { // who died meanwhile
			if to != gone && v.isDead(uint16(d)) {
				k.killDoc(0, to)
			}
		}
	}
	if g.n > 0 {
		views = append(views, into[0])
	}
	x.publish(x.tidy(views))
	if len(x.merging) == 0 {
		x.settled.Broadcast()
	}
}

// Settle waits until no segments are being merged.
func (x *Index) Settle() {
	x.writing.Lock()
	defer x.writing.Unlock()
	for len(x.merging) > 0 {
		x.settled.Wait()
	}
}
