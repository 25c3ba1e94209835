package app

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/curation"
	"grappe/internal/platform/db"
	"grappe/internal/platform/pagecache"
	"grappe/internal/territory"
)

// versions tell pages that are still what would be made anew from those that are not. A page shows what the base holds and what the
// indexes have followed of the change log: the version of its territory is another one from the moment that a change is committed,
// and again when the indexes have followed it. While they are on their way there is none, and no page is kept.
type versions struct {
	mu     sync.RWMutex
	read   bool // the indexes were made
	moving int  // how many things are changing the indexes
	behind bool // the indexes could not follow the last changes
	all    uint64
	shared uint64            // part of every territory's
	own    map[string]uint64 // by code
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
		if c.Kind == curation.ChangeKind || c.Kind == claim.ChangeKind || slices.Contains(account.ChangeKinds(), c.Kind) {
			continue // no page that is kept shows any
		}
		v.all++
		if c.Territory == "" || c.Kind == territory.ChangeKind {
			v.shared++
		} else {
			v.own[c.Territory]++
		}
	}
}

// unsettle says that the indexes are about to change: settle, give up or renewed says how that ended.
func (v *versions) unsettle() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.moving++
}

// settle says that the indexes have followed changes.
func (v *versions) settle(changes []db.Change) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.note(changes)
	v.moving--
	v.behind = false
}

// giveUp says that the indexes could not follow changes: there is no version until they have.
func (v *versions) giveUp() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.moving--
	v.behind = true
}

// renewed says that another index answers for a territory.
func (v *versions) renewed(code string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.note([]db.Change{{Territory: code}})
	v.moving--
}

// begin says that the indexes were made.
func (v *versions) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.read = true
}

// of is the version of a territory and that of all; false while there is none.
func (v *versions) of(code string) (own, all uint64, ok bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.shared + v.own[code], v.all, v.read && v.moving == 0 && !v.behind
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
