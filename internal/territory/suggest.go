package territory

import (
	"cmp"
	"slices"
	"strings"
)

// Suggest gives at most n zones of which a name or alias has a word that begins like the last word typed and
// holds the words before it, the most populous first within those whose name begins with what was typed. Nothing
// typed suggests the most populous zones.
func (t *Tree) Suggest(typed string, n int) []Zone {
	w := t.names.patterns.read(typed)
	start := loose(w.tokens)
	best := map[int]int{} // zone → rank, 0 the better
	for _, e := range t.names.terms {
		rank := 1
		switch {
		case strings.HasPrefix(e.strict, start), strings.HasPrefix(loose(strings.Fields(e.strict)), start):
			rank = 0
		case !strings.Contains(" "+e.strict, " "+start):
			continue
		}
		if e.alias {
			rank += 2
		}
		if r, ok := best[e.zone]; !ok || rank < r {
			best[e.zone] = rank
		}
	}
	if w.postcode != "" && start == "" {
		clear(best)
		for _, z := range t.names.postcodes[w.postcode] {
			best[z] = 0
		}
	}
	zones := make([]int, 0, len(best))
	for z := range best {
		zones = append(zones, z)
	}
	slices.SortFunc(zones, func(a, b int) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), cmp.Compare(t.zones[b].Population, t.zones[a].Population), cmp.Compare(a, b))
	})
	return t.pick(zones[:min(len(zones), max(n, 0))])
}
