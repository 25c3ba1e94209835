package directory

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// notes are what a catalogue knows of its public cards without reading them. A card takes one packed text and 16 bytes of key:
// at a million cards a struct of strings and slices took 450 bytes of each.
type notes struct {
	parts [noteParts]notePart

	mu      sync.RWMutex
	tags    tagUses
	kinds   lexicon // categories
	reaches lexicon // codes of the facet of reach
	packing []byte  // of the note at hand
	changed time.Time
	faulty  map[string]bool // cards that cannot be read
}

// noteParts is in how many parts the cards are held: whoever goes through all of them locks one at a time, so that neither the
// follower of the log nor, behind it, other readers wait for the whole.
const noteParts = 64

type notePart struct {
	mu    sync.RWMutex
	cards map[noteKey]string
}

// noted is what is known of one public card.
type noted struct {
	slug     string
	name     string
	category listing.Category
	updated  time.Time
}

func newNotes() *notes {
	n := &notes{tags: newTagUses(), kinds: newLexicon(), reaches: newLexicon(), faulty: map[string]bool{}}
	for i := range n.parts {
		n.parts[i].cards = map[noteKey]string{}
	}
	return n
}

// noteKey is the identifier of a card in 16 bytes.
type noteKey [16]byte

// keyOf is the number of a UUID, and of any other text a part of its hash.
func keyOf(id string) noteKey {
	var k noteKey
	if len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' {
		var digits [32]byte
		n := copy(digits[:], id[:8])
		n += copy(digits[n:], id[9:13])
		n += copy(digits[n:], id[14:18])
		n += copy(digits[n:], id[19:23])
		copy(digits[n:], id[24:])
		lower := !slices.ContainsFunc(digits[:], func(b byte) bool { return 'A' <= b && b <= 'F' })
		if _, err := hex.Decode(k[:], digits[:]); err == nil && lower {
			return k
		}
	}
	sum := sha256.Sum256([]byte(id))
	copy(k[:], sum[:])
	return k
}

func (n *notes) part(k noteKey) *notePart { return &n.parts[k[15]%noteParts] }

// note remembers a public card, in place of what was known of it. Its tags are those written on it, reach the codes of the
// facet of reach.
func (n *notes) note(o *listing.Outline, reach []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	key := keyOf(o.ID)
	n.forgetLocked(key)
	delete(n.faulty, o.ID)
	b := binary.AppendUvarint(n.packing[:0], uint64(db.ToMillis(o.UpdatedAt)))
	for _, text := range []string{o.Slug, o.Name} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	b = binary.AppendUvarint(b, uint64(n.kinds.add(string(o.Category))))
	b = binary.AppendUvarint(b, uint64(len(o.Tags)))
	for _, t := range o.Tags {
		b = binary.AppendUvarint(b, uint64(n.tags.add(t)))
	}
	for _, code := range reach {
		b = binary.AppendUvarint(b, uint64(n.reaches.add(code)))
	}
	p := n.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cards[key], n.packing = string(b), b
}

// forget takes a card away.
func (n *notes) forget(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forgetLocked(keyOf(id))
}

func (n *notes) forgetLocked(key noteKey) {
	p := n.part(key)
	p.mu.Lock()
	text, ok := p.cards[key]
	delete(p.cards, key)
	p.mu.Unlock()
	if !ok {
		return
	}
	r := noteReader(text)
	r.number()
	r.skip()
	r.skip()
	n.kinds.drop(uint32(r.number()))
	for range r.number() {
		n.tags.drop(uint32(r.number()))
	}
	for len(r) > 0 {
		n.reaches.drop(uint32(r.number()))
	}
}

// noteReader reads a packed note from its beginning.
type noteReader []byte

func (r *noteReader) number() uint64 {
	v, n := binary.Uvarint(*r)
	*r = (*r)[n:]
	return v
}

func (r *noteReader) text() string {
	n := r.number()
	s := string((*r)[:n])
	*r = (*r)[n:]
	return s
}

func (r *noteReader) skip() {
	n := r.number()
	*r = (*r)[n:]
}

// of is what is known of a card; false where it is not public.
func (n *notes) of(id string) (noted, bool) {
	key := keyOf(id)
	n.mu.RLock()
	defer n.mu.RUnlock()
	p := n.part(key)
	p.mu.RLock()
	text, ok := p.cards[key]
	p.mu.RUnlock()
	if !ok {
		return noted{}, false
	}
	r := noteReader(text)
	found := noted{updated: db.FromMillis(int64(r.number())), slug: r.text(), name: r.text()}
	found.category = listing.Category(n.kinds.text(uint32(r.number())))
	return found, true
}

// addresses are the slugs of all public cards, in their order, with when each last changed.
func (n *notes) addresses() []noted {
	var all []noted
	for i := range n.parts {
		p := &n.parts[i]
		p.mu.RLock()
		for _, text := range p.cards {
			r := noteReader(text)
			all = append(all, noted{updated: db.FromMillis(int64(r.number())), slug: r.text()})
		}
		p.mu.RUnlock()
	}
	slices.SortFunc(all, func(a, b noted) int { return cmp.Compare(a.slug, b.slug) })
	return all
}

// fault remembers that a card cannot be read; it reports whether that is news.
func (n *notes) fault(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.faulty[id]
	n.faulty[id] = true
	return !known
}

// touch notes that a change of a time has been followed.
func (n *notes) touch(at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if at.After(n.changed) {
		n.changed = at
	}
}

// updatedAt is the time of the latest change.
func (n *notes) updatedAt() time.Time {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.changed
}

// hasTag reports whether a public card has a tag of the key.
func (n *notes) hasTag(key string) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.tags.byKey[key]) > 0
}

// spelling is the most used spelling of a tag's key; the key itself when nobody uses it any more.
func (n *notes) spelling(key string) string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	best := counted{text: key}
	for i, id := range n.tags.byKey[key] {
		if w := n.tags.words[id]; i == 0 || listing.Preferred(w.text, w.n, best.text, best.n) {
			best = w
		}
	}
	return best.text
}

// reachesAny reports whether a public card has one of the codes of reach.
func (n *notes) reachesAny(codes []string) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.reaches.ids) > 0 && slices.ContainsFunc(codes, func(code string) bool { return n.reaches.count(code) > 0 })
}
