package directory

import (
	"maps"
	"slices"
	"sync"

	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// alphabet is the order of the zones of a territory by their names, in each language that was asked for: to sort them for every
// page costs as much as to search.
type alphabet struct {
	mu    sync.Mutex
	ranks map[string]map[string]int // by language, by code
}

// of tells where each zone stands; those of one name stand at the same place.
func (a *alphabet) of(p *locale.Printer, zones map[string]territory.Zone) map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ranks, ok := a.ranks[p.Lang()]; ok {
		return ranks
	}
	name := func(code string) string { return zones[code].NameIn(p.Lang()) }
	codes := slices.Sorted(maps.Keys(zones))
	locale.CollateBy(p, codes, name)
	ranks := make(map[string]int, len(codes))
	for i, code := range codes {
		ranks[code] = i
		if i > 0 && name(code) == name(codes[i-1]) {
			ranks[code] = ranks[codes[i-1]]
		}
	}
	if a.ranks == nil {
		a.ranks = map[string]map[string]int{}
	}
	a.ranks[p.Lang()] = ranks
	return ranks
}
