package app

import (
	"net/http"
	"sync"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/pagecache"
	"grappe/internal/territory"
)

// versions tell pages that are still what would be made anew from those that are not. A page shows what the base holds and what the
// indexes have followed of the change log: the version of its territory is another one from the moment that a change is committed,
// and again when the indexes have followed it. While they are on their way there is none, and no page is kept.
type versions struct {
	mu      sync.RWMutex
	settled bool // the indexes stand still
	all     uint64
	shared  uint64            // part of every territory's
	own     map[string]uint64 // by code
}

// changed notes what is committed; everything else waits for it.
func (v *versions) changed(changes []db.Change) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.note(changes)
}

// note makes the versions of what changed other ones. What belongs to no territory, and territories themselves, may show on any page:
// their hosts, accents and names. The caller holds the lock.
func (v *versions) note(changes []db.Change) {
	if v.own == nil {
		v.own = map[string]uint64{}
	}
	for _, c := range changes {
		v.all++
		if c.Territory == "" || c.Kind == territory.ChangeKind {
			v.shared++
		} else {
			v.own[c.Territory]++
		}
	}
}

// unsettle says that the indexes are about to change.
func (v *versions) unsettle() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.settled = false
}

// settle says that the indexes have followed the changes.
func (v *versions) settle(changes []db.Change) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.note(changes)
	v.settled = true
}

// of is the version of a territory and that of all; false while there is none.
func (v *versions) of(code string) (own, all uint64, ok bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.shared + v.own[code], v.all, v.settled
}

// version is that of the page that a request asks for; false outside of the territories, and while there is none. It holds all
// that pages show beside the request: cards, territories and sources by the change log, whose copy the territory is and how
// current, and the date, for what says how long ago something was.
func (h *house) version(r *http.Request) (pagecache.Version, bool) {
	t := h.registry.meant(r.Host, r.URL.Path)
	if t == nil {
		return pagecache.Version{}, false
	}
	code, now := t.Code, h.app.now()
	own, all, ok := h.app.versions.of(code)
	copied, stale := h.app.copies.state(r.Context(), code, now)
	own = (own + copied) << 1
	if stale {
		own |= 1
	}
	return pagecache.Version{Scope: code, Own: own, All: all + copied, Day: dayAt(now, t.Location())}, ok
}

// dayAt numbers the date at a place.
func dayAt(now time.Time, at *time.Location) int {
	_, ahead := now.In(at).Zone()
	return int((now.Unix() + int64(ahead)) / (24 * 60 * 60))
}
