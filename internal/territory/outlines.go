package territory

import (
	"encoding/json"
	"slices"

	"grappe/internal/platform/geo"
)

// Outlines holds the shapes of a territory's zones, ready to say in which zone a point lies. It is safe for any number
// of readers. Nil stands for a territory without outlines.
type Outlines struct {
	tree   *Tree
	placed []shape // the deepest zones first
}

type shape struct {
	zone    int
	outline geo.Outline
}

// NewOutlines indexes outlines by zone code. Codes that the tree does not have, and empty outlines, are left out.
func NewOutlines(tree *Tree, byCode map[string]geo.Outline) *Outlines {
	o := &Outlines{tree: tree}
	for i, z := range tree.zones {
		if outline, ok := byCode[z.Code]; ok && !outline.IsEmpty() {
			o.placed = append(o.placed, shape{zone: i, outline: outline})
		}
	}
	slices.SortStableFunc(o.placed, func(a, b shape) int { return tree.depth[b.zone] - tree.depth[a.zone] })
	return o
}

// Len is the number of zones with an outline.
func (o *Outlines) Len() int {
	if o == nil {
		return 0
	}
	return len(o.placed)
}

// Outline gives the shape of a zone: its own, else those of the zones below it side by side. It is empty where
// there is none.
func (o *Outlines) Outline(code string) geo.Outline {
	var out geo.Outline
	if o == nil {
		return out
	}
	for _, s := range o.placed {
		if o.tree.zones[s.zone].Code == code {
			return s.outline
		}
	}
	for _, s := range o.placed {
		if z := o.tree.zones[s.zone].Code; len(o.tree.children[s.zone]) == 0 && o.tree.IsWithin(z, code) {
			out = out.Join(s.outline)
		}
	}
	return out
}

// How says how a point was placed.
type How string

// The ways to place a point, from the surest.
const (
	Inside     How = "inside"     // inside the zone's outline
	OffCoast   How = "off_coast"  // outside every outline, but within reach of the zone's
	Approx     How = "approx"     // no outlines: the nearest centre
	OutOfReach How = "out_of_box" // nothing within reach
)

// Reach is how far from the nearest outline, in km, a point is still placed: piers, wharfs and coarse outlines.
const Reach = 5.0

// Placement is the zone of a point.
type Placement struct {
	Zone Zone
	How  How
	KM   float64 // to the outline (0 inside), or to the centre for Approx
}

// Place says in which zone a point lies: the deepest whose outline holds it, else the nearest outline within Reach.
// Without any outline it is the zone with the nearest centre among those that have none below them, provided that
// the point lies in the box and that all of them have a centre, and the answer is approximate. The bool is false for
// OutOfReach.
func (t *Territory) Place(o *Outlines, p geo.Point) (Placement, bool) {
	if !p.Valid() || p.IsZero() {
		return Placement{How: OutOfReach}, false
	}
	if o.Len() > 0 {
		return o.place(p)
	}
	if !t.Box.Expand(Reach).Contains(p) {
		return Placement{How: OutOfReach}, false
	}
	tree := t.Tree()
	best := Placement{How: OutOfReach}
	for i, z := range tree.zones {
		if len(tree.children[i]) > 0 {
			continue
		}
		if z.Centre.IsZero() {
			return Placement{How: OutOfReach}, false
		}
		if km := geo.Distance(p, z.Centre); best.How == OutOfReach || km < best.KM {
			best = Placement{Zone: z, How: Approx, KM: km}
		}
	}
	return best, best.How == Approx
}

func (o *Outlines) place(p geo.Point) (Placement, bool) {
	for _, s := range o.placed {
		if s.outline.Contains(p) {
			return Placement{Zone: o.tree.zones[s.zone], How: Inside}, true
		}
	}
	best, most := -1, Reach
	deepest := -1
	for _, s := range o.placed {
		depth := o.tree.depth[s.zone]
		if depth < deepest {
			break // the zones above are no nearer than those below them
		}
		if km := s.outline.DistanceTo(p, most); km <= most {
			best, most, deepest = s.zone, km, depth
		}
	}
	if best < 0 {
		return Placement{How: OutOfReach}, false
	}
	return Placement{Zone: o.tree.zones[best], How: OffCoast, KM: most}, true
}

// GeoJSON is the outlines as a FeatureCollection for maps, with the properties code, slug, name and level of each zone,
// simplified so that no line moves by more than km (0 leaves them as they are). Neighbours are simplified apart: hairline
// gaps between them are possible.
func (o *Outlines) GeoJSON(km float64) ([]byte, error) {
	type feature struct {
		Type       string            `json:"type"`
		ID         string            `json:"id"`
		Properties map[string]string `json:"properties"`
		Geometry   geo.Outline       `json:"geometry"`
	}
	features := []feature{}
	if o != nil {
		for _, s := range o.placed {
			z := o.tree.zones[s.zone]
			features = append(features, feature{
				Type: "Feature", ID: z.Code, Geometry: s.outline.Simplify(km),
				Properties: map[string]string{"code": z.Code, "slug": z.Slug, "name": z.Name, "level": z.Level, "parent": z.Parent},
			})
		}
	}
	return json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
}
