package search

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Index is a set of documents that many may ask while one changes it. A query sees the documents as they were when it
// began; it never waits for a change.
type Index struct {
	shape   *shape
	scratch sync.Pool
	now     atomic.Pointer[snapshot]

	writing sync.Mutex
	where   map[string]place // guarded by writing
}

var _ Searcher = (*Index)(nil)

// place is where a live document stands.
type place struct {
	seg *segment
	doc uint32
}

// snapshot is the whole index at one moment. It is never changed.
type snapshot struct {
	views []view
	book  *codebook
	size  int // documents, dead ones included
	live  int
}

// view is a segment with its dead documents; base numbers its documents within the snapshot.
type view struct {
	*segment
	base    int
	dead    []uint64 // nil when none is
	deadNum int
}

func (v *view) isDead(doc uint32) bool {
	return v.dead != nil && v.dead[doc>>6]&(1<<(doc&63)) != 0
}

// New makes an empty index.
func New(c Config) *Index {
	x := &Index{shape: shapeOf(c), where: map[string]place{}}
	x.now.Store(&snapshot{book: newCodebook(x.shape)})
	return x
}

// Len is the number of documents.
func (x *Index) Len() int { return x.now.Load().live }

// Apply puts documents, each in the place of the one with its ID, and deletes others, at once: a query sees all of it or
// nothing. An ID both put and deleted is put; of two puts of one ID the last wins.
func (x *Index) Apply(puts []Doc, deletes []string) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.now.Load()
	puts = lastOfEach(puts)
	dead := map[*segment][]uint32{}
	remove := func(id string) {
		if at, ok := x.where[id]; ok {
			dead[at.seg] = append(dead[at.seg], at.doc)
			delete(x.where, id)
		}
	}
	for _, id := range deletes {
		remove(id)
	}
	for i := range puts {
		remove(puts[i].ID)
	}
	views := make([]view, 0, len(old.views)+1)
	for _, v := range old.views {
		views = append(views, v.without(dead[v.segment]))
	}
	book := old.book.with(x.shape, puts)
	if len(puts) > 0 {
		seg := build(x.shape, book, puts)
		for i, c := range seg.docs {
			x.where[c.id] = place{seg, uint32(i)}
		}
		views = append(views, view{segment: seg})
	}
	x.now.Store(snapshotOf(x.tidy(views), book))
}

func lastOfEach(puts []Doc) []Doc {
	at := make(map[string]int, len(puts))
	for i := range puts {
		at[puts[i].ID] = i
	}
	if len(at) == len(puts) {
		return puts
	}
	var out []Doc
	for i := range puts {
		if at[puts[i].ID] == i {
			out = append(out, puts[i])
		}
	}
	return out
}

// without is the view with more dead documents.
func (v view) without(docs []uint32) view {
	if len(docs) == 0 {
		return v
	}
	if v.dead == nil {
		v.dead = make([]uint64, (len(v.docs)+63)/64)
	} else {
		v.dead = slices.Clone(v.dead)
	}
	for _, d := range docs {
		v.dead[d>>6] |= 1 << (d & 63)
	}
	v.deadNum += len(docs)
	return v
}

func (v *view) liveNum() int { return len(v.docs) - v.deadNum }

// tidy merges segments so that each is more than four times the next, and rewrites one that is more than a third dead: few
// segments to ask, and a document is rewritten a few times only.
func (x *Index) tidy(views []view) []view {
	views = slices.DeleteFunc(views, func(v view) bool { return v.liveNum() == 0 })
	for i := range views {
		if v := &views[i]; v.deadNum*3 > len(v.docs) {
			views[i] = x.merge(views[i : i+1])
		}
	}
	for n := len(views); n > 1 && views[n-2].liveNum() <= 4*views[n-1].liveNum(); n = len(views) {
		first := n - 2 // take in one go all that would be merged one after the other
		for sum := views[n-1].liveNum() + views[n-2].liveNum(); first > 0 && views[first-1].liveNum() <= 4*sum; first-- {
			sum += views[first-1].liveNum()
		}
		views = append(views[:first:first], x.merge(views[first:]))
	}
	return views
}

func (x *Index) merge(views []view) view {
	seg := merged(x.shape, views)
	for i, c := range seg.docs {
		x.where[c.id] = place{seg, uint32(i)}
	}
	return view{segment: seg}
}

func snapshotOf(views []view, book *codebook) *snapshot {
	s := &snapshot{views: views, book: book}
	for i := range s.views {
		s.views[i].base = s.size
		s.size += len(s.views[i].docs)
		s.live += s.views[i].liveNum()
	}
	return s
}
