package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
)

// basemap is the land that pages draw under their maps, as basemap-<code>.json for each territory of presets/ and as
// basemap-world.json, coarser, for all others:
//
//	{"code":"nc","box":[163.3,-23,168.4,-19.3],"bounds":[136,-58,233,19],"scale":1000,"rings":[[166450,-22270,12,-7,…],…]}
//
// A ring is x, y of its first position, then the steps dx, dy to each next one, all divided by scale into degrees of
// longitude and latitude (WGS84); its last position is joined to the first. All rings together are one shape by the
// even-odd rule: a ring within another is a hole. Longitudes run on across the 180th meridian, around the middle of box:
// those of Tahiti on New Caledonia's map are about 210. Beyond bounds nothing is known, and what reaches them is cut
// straight: fill without a stroke, or with one of the colour of the fill, and keep the view within bounds.
// The world lies between -180 and 180: a page that shows more draws it again 360° further.
type basemap struct {
	Code   string     `json:"code"`
	Box    [4]float64 `json:"box"`    // west, south, east, north of the territory; east may be beyond 180
	Bounds [4]float64 `json:"bounds"` // of what the map holds
	Scale  int        `json:"scale"`
	Rings  [][]int    `json:"rings"`
}

// What a map of the land keeps, in degrees where nothing else is said.
const (
	finest      = 0.0012    // no point of a territory's own coast moves further: half a step of Natural Earth's 1:10m
	perDistance = 0.01      // further away this share of the distance from the territory
	coarsest    = 1 / 1000. // of the map's width: a pixel of a wide screen, far away
	worldwide   = 0.2       // on the map of the world
	neighbour   = 0.02      // on the coasts of the other territories, which the same map may show
	leastMargin = 5.0       // around a territory
	mostMargin  = 24.0
	region      = 60.0 // how far apart two territories are on one map
	landScale   = 1000 // about 100 m
)

// place is what the build reads of a preset territory.
type place struct {
	Code string `yaml:"code"`
	Box  struct {
		West  float64 `yaml:"west"`
		South float64 `yaml:"south"`
		East  float64 `yaml:"east"`
		North float64 `yaml:"north"`
	} `yaml:"box"`
}

// bound is the territory's box, its east beyond 180 where it crosses the date line.
func (p place) bound() orb.Bound {
	east := p.Box.East
	if east < p.Box.West {
		east += 360
	}
	return orb.Bound{Min: orb.Point{p.Box.West, p.Box.South}, Max: orb.Point{east, p.Box.North}}
}

// basemaps makes the maps of the land for the territories in the folder presets, and that of the world, out of world-atlas.
func basemaps(presets, atlas string) ([]file, error) {
	places, err := readPlaces(presets)
	if err != nil {
		return nil, err
	}
	fine, err := readLand(filepath.Join(atlas, "land-10m.json"))
	if err != nil {
		return nil, err
	}
	coarse, err := readLand(filepath.Join(atlas, "land-110m.json"))
	if err != nil {
		return nil, err
	}
	var files []file
	add := func(m basemap) error {
		body, err := json.Marshal(m)
		files = append(files, file{"basemap-" + m.Code + ".json", body})
		return err
	}
	for _, p := range places {
		if err := add(regional(p, places, fine)); err != nil {
			return nil, err
		}
	}
	world := orb.Bound{Min: orb.Point{-180, -85}, Max: orb.Point{180, 85}}
	nowhere := orb.Bound{Min: orb.Point{0, -900}, Max: orb.Point{0, -900}}
	return files, add(drawn(basemap{Code: "world", Scale: landScale / 10}, world, world, coarse, detail{own: nowhere, most: worldwide}))
}

func readPlaces(dir string) ([]place, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	places := make([]place, 0, len(names))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var p place
		if err := yaml.Unmarshal(text, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if b := p.bound(); p.Code == "" || b.Min == b.Max {
			return nil, fmt.Errorf("%s: no code or no box", name)
		}
		places = append(places, p)
	}
	return places, nil
}

// regional is the map of one territory: its own coast as fine as there is, and the further away the coarser, up to the
// territories of the same region.
func regional(p place, all []place, land []orb.Ring) basemap {
	own := p.bound()
	margin := leastMargin + 2*math.Max(own.Max[0]-own.Min[0], own.Max[1]-own.Min[1])
	bounds := own.Pad(math.Min(margin, mostMargin))
	var others []orb.Bound
	for _, o := range all {
		b := beside(o.bound(), own)
		if o.Code == p.Code || math.Abs(b.Center()[0]-own.Center()[0]) > region || math.Abs(b.Center()[1]-own.Center()[1]) > region {
			continue
		}
		others = append(others, b)
		bounds = bounds.Union(b.Pad(leastMargin))
	}
	// As tall as a phone held upright may show it.
	if missing := (bounds.Max[0]-bounds.Min[0])*0.8 - (bounds.Max[1] - bounds.Min[1]); missing > 0 {
		bounds.Min[1], bounds.Max[1] = bounds.Min[1]-missing/2, bounds.Max[1]+missing/2
	}
	bounds.Min[1], bounds.Max[1] = math.Max(bounds.Min[1], -80), math.Min(bounds.Max[1], 80)
	d := detail{own: own, others: others, most: coarsest * (bounds.Max[0] - bounds.Min[0])}
	return drawn(basemap{Code: p.Code, Scale: landScale}, own, bounds, land, d)
}

// detail says how much of the land a map keeps, by place.
type detail struct {
	own    orb.Bound
	others []orb.Bound // the other territories of the region
	most   float64     // the tolerance far away
}

// tolerance is how far a line may move at q.
func (d detail) tolerance(q orb.Point) float64 {
	t := math.Min(d.most, math.Max(finest, perDistance*away(q, d.own)))
	if d.elsewhere(q) {
		t = math.Min(t, neighbour)
	}
	return t
}

// territory reports whether q lies in one, where no island is too small to be kept.
func (d detail) territory(q orb.Point) bool { return away(q, d.own) == 0 || d.elsewhere(q) }

func (d detail) elsewhere(q orb.Point) bool {
	return slices.ContainsFunc(d.others, func(b orb.Bound) bool { return b.Contains(q) })
}

// beside is the box by whole turns where it is nearest to another.
func beside(b, other orb.Bound) orb.Bound {
	turn := 360 * math.Round((other.Center()[0]-b.Center()[0])/360)
	return orb.Bound{Min: orb.Point{b.Min[0] + turn, b.Min[1]}, Max: orb.Point{b.Max[0] + turn, b.Max[1]}}
}

// away is how far a position lies outside a box, in degrees of latitude; 0 within.
func away(q orb.Point, b orb.Bound) float64 {
	dx := math.Max(0, math.Max(b.Min[0]-q[0], q[0]-b.Max[0])) * math.Cos(q[1]*math.Pi/180)
	dy := math.Max(0, math.Max(b.Min[1]-q[1], q[1]-b.Max[1]))
	return math.Hypot(dx, dy)
}

// drawn fills a map with the land within bounds.
func drawn(m basemap, box, bounds orb.Bound, land []orb.Ring, d detail) basemap {
	m.Box = [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	m.Bounds = [4]float64{math.Floor(bounds.Min[0]), math.Floor(bounds.Min[1]), math.Ceil(bounds.Max[0]), math.Ceil(bounds.Max[1])}
	bounds = orb.Bound{Min: orb.Point{m.Bounds[0], m.Bounds[1]}, Max: orb.Point{m.Bounds[2], m.Bounds[3]}}
	for _, ring := range land {
		for turn := -360.0; turn <= 360; turn += 360 {
			moved := shifted(ring, turn)
			if !moved.Bound().Intersects(bounds) {
				continue
			}
			if steps := delta(thinned(clip.Ring(bounds, moved), d), m.Scale); steps != nil {
				m.Rings = append(m.Rings, steps)
			}
		}
	}
	return m
}

func shifted(ring orb.Ring, turn float64) orb.Ring {
	out := make(orb.Ring, len(ring))
	for i, p := range ring {
		out[i] = orb.Point{p[0] + turn, p[1]}
	}
	return out
}

// delta writes a closed ring as whole steps, without those of no length; nil for what has no area left.
func delta(ring orb.Ring, scale int) []int {
	if len(ring) < 4 {
		return nil
	}
	var steps []int
	var x, y int
	for i, p := range ring[:len(ring)-1] {
		nx, ny := int(math.Round(p[0]*float64(scale))), int(math.Round(p[1]*float64(scale)))
		if i > 0 && nx == x && ny == y {
			continue
		}
		steps = append(steps, nx-x, ny-y)
		x, y = nx, ny
	}
	if len(steps) < 6 {
		return nil
	}
	return steps
}
