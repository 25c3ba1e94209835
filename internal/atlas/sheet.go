package atlas

import (
	"cmp"
	"context"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

// sheet is what is known of the shape of one territory, as it was when the sheet was made.
type sheet struct {
	territory *territory.Territory
	outlines  *territory.Outlines
	middle    float64 // longitudes run on around this one

	finest []shape              // the finest zones that have an outline, in the order of the territory
	shapes []shape              // those that a map of the whole shows: the finest, or so far above them that there are at most mostZones
	within map[string][]int     // by the code of a zone, the indexes of the shapes that lie in it
	spots  map[string]geo.Point // see spot
	leaves []territory.Zone
	cuts   []cut
	land   []orb.Ring // by the even-odd rule, without the islands whose outlines are known

	near     kept[*geo.Borders] // of finest
	borders  kept[*geo.Borders] // of shapes
	contours kept[[]byte]       // see Contours

	mu      sync.Mutex
	thinned map[int][]geo.Outline // the outlines of shapes by how many metres they were simplified
}

// shape is a zone with its outline.
type shape struct {
	zone    territory.Zone
	outline geo.Outline
	bounds  []orb.Bound // of the polygons, around the middle of the territory
}

func (s *sheet) shape(z territory.Zone, o geo.Outline) shape {
	sh := shape{zone: z, outline: o}
	for _, polygon := range o.Rings() {
		b := orb.Bound{Min: polygon[0][0], Max: polygon[0][0]}
		for _, p := range polygon[0] {
			b = b.Extend(p)
		}
		turn := beside(b.Center()[0], s.middle) - b.Center()[0]
		b.Min[0], b.Max[0] = b.Min[0]+turn, b.Max[0]+turn
		sh.bounds = append(sh.bounds, b)
	}
	return sh
}

// bound holds the whole shape.
func (sh shape) bound() orb.Bound {
	b := sh.bounds[0]
	for _, other := range sh.bounds[1:] {
		b = b.Union(other)
	}
	return b
}

func newSheet(t *territory.Territory, outlines *territory.Outlines, built fs.FS) (*sheet, error) {
	s := &sheet{
		territory: t, outlines: outlines, middle: t.Box.Centre().Lon,
		within: map[string][]int{}, spots: map[string]geo.Point{}, thinned: map[int][]geo.Outline{},
	}
	tree := t.Tree()
	s.finest = s.withOutline(tree)
	s.shapes = s.gathered(tree)
	for i, sh := range s.shapes {
		s.within[sh.zone.Code] = append(s.within[sh.zone.Code], i)
		for _, up := range tree.Ancestors(sh.zone.Code) {
			s.within[up.Code] = append(s.within[up.Code], i)
		}
	}
	s.leaves, s.cuts = tree.Leaves(), cutsOf(t)
	s.placeZones(tree)
	land, err := readLand(built, t.Code, s.middle)
	if err != nil {
		return nil, err
	}
	s.land = s.beyond(land)
	return s, nil
}

// withOutline gives the zones that have an outline and hold none that has.
func (s *sheet) withOutline(tree *territory.Tree) []shape {
	if s.outlines.Len() == 0 {
		return nil
	}
	covered := map[string]bool{} // zones that hold a shape
	var shapes []shape
	for _, z := range slices.Backward(tree.All()) { // children come after their parents
		if covered[z.Code] {
			continue
		}
		if o := s.outlines.Outline(z.Code); !o.IsEmpty() {
			shapes = append(shapes, s.shape(z, o))
			for _, up := range tree.Ancestors(z.Code) {
				covered[up.Code] = true
			}
		}
	}
	slices.Reverse(shapes)
	return shapes
}

// gathered are the finest shapes; where there are more than mostZones, the deepest are dissolved into the zones above them, until
// there are no more or all are at the top.
func (s *sheet) gathered(tree *territory.Tree) []shape {
	shapes := s.finest
	for len(shapes) > mostZones {
		deepest := 0
		for _, sh := range shapes {
			deepest = max(deepest, tree.Depth(sh.zone.Code))
		}
		if deepest == 0 {
			break
		}
		parts := map[string][]geo.Outline{} // by zone
		for _, sh := range shapes {
			code := sh.zone.Code
			if up := tree.Ancestors(code); tree.Depth(code) == deepest {
				code = up[0].Code
			}
			parts[code] = append(parts[code], sh.outline)
		}
		shapes = nil
		for _, z := range tree.All() {
			switch of := parts[z.Code]; len(of) {
			case 0:
			case 1:
				shapes = append(shapes, s.shape(z, of[0]))
			default:
				shapes = append(shapes, s.shape(z, geo.Dissolve(of)))
			}
		}
	}
	return shapes
}

// placeZones finds the spot of each zone: its centre, else the middle of its outline.
func (s *sheet) placeZones(tree *territory.Tree) {
	known := map[string]geo.Outline{}
	for _, sh := range slices.Concat(s.finest, s.shapes) {
		known[sh.zone.Code] = sh.outline
	}
	for _, z := range tree.All() {
		o, ok := known[z.Code]
		switch {
		case !z.Centre.IsZero():
			s.spots[z.Code] = z.Centre
		case ok:
			s.spots[z.Code] = o.Middle()
		case len(s.within[z.Code]) > 0:
			if o = s.largest(s.within[z.Code]); !o.IsEmpty() {
				s.spots[z.Code] = o.Middle()
			}
		}
	}
}

// largest is the outline among shapes whose box is the largest.
func (s *sheet) largest(indexes []int) geo.Outline {
	size := func(i int) float64 {
		b := s.shapes[i].bound()
		return (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1])
	}
	return s.shapes[slices.MaxFunc(indexes, func(i, j int) int { return cmp.Compare(size(i), size(j)) })].outline
}

// spot is where a zone is written: its centre, else the middle of its outline, zero where nobody knows.
func (s *sheet) spot(z territory.Zone) geo.Point { return s.spots[z.Code] }

// parts gives the indexes of the shapes that lie in a zone.
func (s *sheet) parts(z territory.Zone) []int { return s.within[z.Code] }

// bordersOf weighs the positions of shapes, once.
func bordersOf(ctx context.Context, k *kept[*geo.Borders], shapes []shape) (*geo.Borders, error) {
	return k.get(ctx, func() (*geo.Borders, error) {
		outlines := make([]geo.Outline, len(shapes))
		for i, sh := range shapes {
			outlines[i] = sh.outline
		}
		return geo.NewBorders(outlines), nil
	})
}

// mostThinned is how many ways of simplifying the outlines are kept.
const mostThinned = 8

// simplified are the outlines of the shapes, no line of which moves by more than km, to the metre. It returns the error of a
// context that ended.
func (s *sheet) simplified(ctx context.Context, km float64) ([]geo.Outline, error) {
	borders, err := bordersOf(ctx, &s.borders, s.shapes)
	if err != nil {
		return nil, err
	}
	metres := int(math.Ceil(km * 1000))
	s.mu.Lock()
	defer s.mu.Unlock()
	if held, ok := s.thinned[metres]; ok {
		return held, nil
	}
	if len(s.thinned) >= mostThinned {
		clear(s.thinned)
	}
	s.thinned[metres] = borders.Simplified(float64(metres) / 1000)
	return s.thinned[metres], nil
}
