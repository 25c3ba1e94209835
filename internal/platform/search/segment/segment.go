// Package segment is an immutable part of the index, of at most 65,535 documents: postings and positions of words, columns, sets of
// codes, values to complete with; how it is built of documents and merged of others. It must not know queries, points or
// orders: it is read by whoever answers them, who may look into its lists.
package segment

import "slices"

// MostDocs is the most documents of a segment: their numbers, and those numbers plus one, have 16 bits.
const MostDocs = 1<<16 - 1

// Segment is an immutable part of the index. The documents have numbers from 0 on.
type Segment struct {
	Postings
	Columns
	Facets []FacetColumn
	Values
}

// View is a segment with its dead documents: those deleted, or put again elsewhere.
type View struct {
	*Segment
	Dead    int      // how many
	DeadSet []uint64 // bits of their numbers; nil when there are none
}

// IsDead reports whether a document is dead.
func (v *View) IsDead(doc uint16) bool {
	return v.DeadSet != nil && v.DeadSet[doc>>6]&(1<<(doc&63)) != 0
}

// Live is how many documents are not dead.
func (v *View) Live() int { return v.N - v.Dead }

// LiveUses is how many live documents have a value.
func (v *View) LiveUses(value uint32) int {
	docs := v.docsOf(value)
	if v.Dead == 0 {
		return len(docs)
	}
	n := 0
	for _, d := range docs {
		if !v.IsDead(d) {
			n++
		}
	}
	return n
}

// Killer marks documents of views as dead, in copies of their own of what the views know of them.
type Killer struct {
	views []View
	mine  []bool
}

// NewKiller makes a killer. It changes the list given, and nothing that any other list of views has a part of.
func NewKiller(views []View) *Killer { return &Killer{views: views, mine: make([]bool, len(views))} }

// Kill marks the document with an ID.
func (k *Killer) Kill(id string) { k.kill([]byte(packID(id)), HashID(id)) }

// Replace marks the documents that have the ID of one of a segment, which is in none of the views.
func (k *Killer) Replace(g *Segment) {
	for d, h := range g.Hashes {
		k.kill(g.ids.of(uint32(d)), h)
	}
}

func (k *Killer) kill(packed []byte, hash uint32) {
	for i := range k.views {
		if d, ok := k.views[i].find(packed, hash); ok && !k.views[i].IsDead(d) {
			k.KillAt(i, d)
			return
		}
	}
}

// KillAt marks a live document of the i-th view.
func (k *Killer) KillAt(i int, d uint16) {
	v := &k.views[i]
	if !k.mine[i] {
		k.mine[i] = true
		if v.DeadSet == nil {
			v.DeadSet = make([]uint64, (v.N+63)/64)
		} else {
			v.DeadSet = slices.Clone(v.DeadSet)
		}
	}
	v.DeadSet[d>>6] |= 1 << (d & 63)
	v.Dead++
}
