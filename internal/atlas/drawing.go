package atlas

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

// The map of the page, in units of its drawing. It is as wide as its column: a unit is a third of a pixel on a phone, and
// three quarters of one on a wide screen.
const (
	mapWidth     = 1000
	leastHeight  = 460
	mostHeight   = 820
	shapeMargin  = 0.03 // of the frame, around outlines
	spotMargin   = 0.08 // around places, whose circles need room
	widestCircle = 50.0
	leastCircle  = 9.0
	crowdedShare = 0.3 // of the places stand on top of others: too many
)

// drawing is the map of the page.
type drawing struct {
	canvas
	Title, Desc string
	Land        string // the d of the path of the land under all
	Ground      string // of the outlines of places that are too many to be told apart
	Zones       []drawnZone
	Circles     []circle // the largest first, so that the small ones stay in reach
	Legend      []legendLine
	Labels      []label // where there is room
	Narrow      []label // on a phone
}

// drawnZone is a zone with an outline.
type drawnZone struct {
	D, URL, Name string
	Shade        int // 0 for none, 1 to 5
}

// circle is a zone that has a place and no outline.
type circle struct {
	X, Y, R, URL, Name string
	Shade              int
	x, y, radius       float64
}

// legendLine says what a shade means.
type legendLine struct {
	Shade int
	Text  string
	Zones string
}

// frame is the box, around the middle of the territory, that holds the zones: their outlines, else their places; the
// territory's own box where there is neither.
func (s *sheet) frame(zones []territory.Zone) orb.Bound {
	empty := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	b, spots := empty, false
	for _, z := range zones {
		parts := s.parts(z)
		for _, i := range parts {
			b = b.Union(s.shapes[i].bound())
		}
		if at := s.spot(z); len(parts) == 0 && !at.IsZero() {
			b, spots = b.Extend(orb.Point{beside(at.Lon, s.middle), at.Lat}), true
		}
	}
	if b == empty || b.Min == b.Max {
		box := s.territory.Box
		west := beside(box.West+box.Width()/2, s.middle) - box.Width()/2
		b = orb.Bound{Min: orb.Point{west, box.South}, Max: orb.Point{west + box.Width(), box.North}}
	}
	if len(zones) > mostZones {
		for _, sh := range s.shapes {
			b = b.Union(sh.bound())
		}
	}
	margin := shapeMargin
	if spots {
		margin = spotMargin
	}
	dx, dy := (b.Max[0]-b.Min[0])*margin, (b.Max[1]-b.Min[1])*margin
	return orb.Bound{Min: orb.Point{b.Min[0] - dx, b.Min[1] - dy}, Max: orb.Point{b.Max[0] + dx, b.Max[1] + dy}}
}

// crowded reports zones whose circles would hide each other.
func (v *view) crowded(zones []territory.Zone) bool {
	c := fit(v.frame(zones), mapWidth, leastHeight, mostHeight)
	var spots []geo.Point
	for _, z := range zones {
		if at := v.spot(z); !at.IsZero() && len(v.parts(z)) == 0 {
			spots = append(spots, at)
		}
	}
	hidden := 0
	for i, p := range spots {
		x, y := c.at(p.Lon, p.Lat)
		if slices.ContainsFunc(spots[:i], func(q geo.Point) bool {
			qx, qy := c.at(q.Lon, q.Lat)
			return math.Hypot(x-qx, y-qy) < 2*leastCircle
		}) {
			hidden++
		}
	}
	return float64(hidden) > crowdedShare*float64(len(spots))
}

// many reports more zones than a map tells apart: their outlines are ground, and only the mostZones with the most cards are drawn.
func (v *view) many() bool { return len(v.zones) > mostZones }

// drawn are the zones that the map shows.
func (v *view) drawn() []territory.Zone {
	if !v.many() {
		return v.zones
	}
	zones := slices.Clone(v.zones)
	slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(v.counts.Zones[b.Code], v.counts.Zones[a.Code]) })
	zones = zones[:mostZones]
	return slices.DeleteFunc(zones, func(z territory.Zone) bool { return v.counts.Zones[z.Code] == 0 })
}

// draw makes the map. It returns the error of a context that ended.
func (v *view) draw(ctx context.Context) (drawing, error) {
	c := fit(v.frame(v.zones), mapWidth, leastHeight, mostHeight)
	values := make([]int, 0, len(v.zones))
	most := 0
	for _, z := range v.zones {
		values = append(values, v.counts.Zones[z.Code])
		most = max(most, v.counts.Zones[z.Code])
	}
	classes := classesOf(values)
	d := drawing{canvas: c, Title: v.point(), Desc: v.P.T("atlas.map_desc"), Land: c.ground(c.thin(v.land))}
	outlines, err := v.simplified(ctx, 0.6*c.km())
	if err != nil {
		return drawing{}, err
	}
	if v.many() {
		var all []orb.Ring
		for _, o := range outlines {
			all = append(all, rings(o, v.middle)...)
		}
		d.Ground = c.path(all)
	}
	zeros := 0
	for _, z := range v.drawn() {
		n := v.counts.Zones[z.Code]
		if n == 0 {
			zeros++
		}
		name := v.P.T("atlas.zone_count", "zone", z.NameIn(v.Lang), "n", n)
		var all []orb.Ring
		for _, i := range v.parts(z) {
			all = append(all, rings(outlines[i], v.middle)...)
		}
		if len(all) > 0 && !v.many() {
			d.Zones = append(d.Zones, drawnZone{D: c.path(all), URL: v.listURL(z), Name: name, Shade: shade(classes, n)})
		} else if at := v.spot(z); !at.IsZero() {
			x, y := c.at(at.Lon, at.Lat)
			d.Circles = append(d.Circles, circleAt(x, y, n, most, v.listURL(z), name))
		}
	}
	slices.SortStableFunc(d.Circles, func(a, b circle) int { return int(b.radius*100) - int(a.radius*100) })
	if len(d.Zones) > 0 {
		d.Legend = v.legend(classes, zeros)
	}
	d.Labels, d.Narrow = v.write(c, wideText, d.Circles), v.write(c, narrowText, d.Circles)
	return d, nil
}

// circleAt is a circle whose area says the number.
func circleAt(x, y float64, n, most int, url, name string) circle {
	r, s := leastCircle, 0
	if n > 0 {
		r, s = math.Max(leastCircle, widestCircle*math.Sqrt(float64(n)/float64(most))), 1
	}
	return circle{X: units(x), Y: units(y), R: units(r), URL: url, Name: name, Shade: s, x: x, y: y, radius: r}
}

func units(v float64) string { return fmt.Sprintf("%.0f", v) }

// legend says what the shades mean, the most first.
func (v *view) legend(classes []class, zeros int) []legendLine {
	var lines []legendLine
	for i, c := range slices.Backward(classes) {
		text := v.P.T("atlas.class", "from", c.From, "to", c.To)
		if c.From == c.To {
			text = v.P.T("atlas.class_one", "n", c.From)
		}
		lines = append(lines, legendLine{Shade: shadeOf(i, len(classes)), Text: text, Zones: v.P.T("atlas.class_zones", "n", c.Zones)})
	}
	if zeros > 0 {
		lines = append(lines, legendLine{Text: v.P.T("atlas.class_one", "n", 0), Zones: v.P.T("atlas.class_zones", "n", zeros)})
	}
	return lines
}
