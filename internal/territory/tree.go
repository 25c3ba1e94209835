package territory

import "slices"

// Tree is the zone tree of one territory, with its indexes. It is safe for any number of readers.
type Tree struct {
	zones    []Zone
	byCode   map[string]int
	bySlug   map[string]int
	parent   []int // -1 for a root
	children map[int][]int
	depth    []int
	names    names
}

// NewTree indexes zones, whose parents must come before their children (Validate says where they do not).
func NewTree(zones []Zone) *Tree {
	t := &Tree{
		zones: zones, byCode: make(map[string]int, len(zones)), bySlug: make(map[string]int, len(zones)),
		parent: make([]int, len(zones)), children: make(map[int][]int), depth: make([]int, len(zones)),
	}
	for i, z := range zones {
		t.parent[i] = -1
		if p, ok := t.byCode[z.Parent]; ok {
			t.parent[i], t.depth[i] = p, t.depth[p]+1
		}
		t.children[t.parent[i]] = append(t.children[t.parent[i]], i)
		t.byCode[z.Code] = i
		t.bySlug[z.Slug] = i
	}
	t.names = indexNames(t)
	return t
}

// Len is the number of zones.
func (t *Tree) Len() int { return len(t.zones) }

// All gives every zone in the order of the preset. The slice is the caller's.
func (t *Tree) All() []Zone { return slices.Clone(t.zones) }

// Zone gives the zone of a code.
func (t *Tree) Zone(code string) (Zone, bool) { return t.at(t.byCode, code) }

// BySlug gives the zone of a slug.
func (t *Tree) BySlug(slug string) (Zone, bool) { return t.at(t.bySlug, slug) }

func (t *Tree) at(index map[string]int, key string) (Zone, bool) {
	i, ok := index[key]
	if !ok {
		return Zone{}, false
	}
	return t.zones[i], true
}

// Roots gives the zones without a parent, in the order of the preset.
func (t *Tree) Roots() []Zone { return t.pick(t.children[-1]) }

// Children gives the zones directly below a code, in the order of the preset.
func (t *Tree) Children(code string) []Zone {
	i, ok := t.byCode[code]
	if !ok {
		return nil
	}
	return t.pick(t.children[i])
}

func (t *Tree) pick(indexes []int) []Zone {
	out := make([]Zone, 0, len(indexes))
	for _, i := range indexes {
		out = append(out, t.zones[i])
	}
	return out
}

// Leaves gives the zones that have none below them, in the order of the preset.
func (t *Tree) Leaves() []Zone {
	var out []Zone
	for _, z := range t.zones {
		if t.IsLeaf(z.Code) {
			out = append(out, z)
		}
	}
	return out
}

// IsLeaf reports whether the zone exists and none lies below it.
func (t *Tree) IsLeaf(code string) bool {
	i, ok := t.byCode[code]
	return ok && len(t.children[i]) == 0
}

// Ancestors gives the zones above a code, the nearest first, without the zone itself.
func (t *Tree) Ancestors(code string) []Zone {
	i, ok := t.byCode[code]
	if !ok {
		return nil
	}
	var out []Zone
	for i = t.parent[i]; i >= 0; i = t.parent[i] {
		out = append(out, t.zones[i])
	}
	return out
}

// Path gives the zones from the root down to the code, the zone itself last; nothing for an unknown code.
func (t *Tree) Path(code string) []Zone {
	z, ok := t.Zone(code)
	if !ok {
		return nil
	}
	up := t.Ancestors(code)
	slices.Reverse(up)
	return append(up, z)
}

// Descendants gives all zones below a code, each before its own children, without the zone itself.
func (t *Tree) Descendants(code string) []Zone {
	i, ok := t.byCode[code]
	if !ok {
		return nil
	}
	return t.pick(t.below(i, nil))
}

func (t *Tree) below(i int, out []int) []int {
	for _, c := range t.children[i] {
		out = t.below(c, append(out, c))
	}
	return out
}

// IsWithin reports whether a zone is the other one or lies below it. An unknown code lies nowhere.
func (t *Tree) IsWithin(code, other string) bool {
	i, ok := t.byCode[code]
	if !ok {
		return false
	}
	for ; i >= 0; i = t.parent[i] {
		if t.zones[i].Code == other {
			return true
		}
	}
	return false
}

// Depth is 0 for a zone without a parent, 1 below it, and so on; -1 for an unknown code.
func (t *Tree) Depth(code string) int {
	if i, ok := t.byCode[code]; ok {
		return t.depth[i]
	}
	return -1
}
