package atlas

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"
)

// kmPerDegree is a degree of latitude.
const kmPerDegree = 111.195

// canvas is a drawing: a plain cylindrical map, true to scale in the middle of its frame.
type canvas struct {
	frame         orb.Bound // degrees
	perLon        float64   // units per degree
	perLat        float64
	Width, Height int // units
}

// fit makes the canvas of a frame, so wide, and widened or heightened so that its height stays between two.
func fit(frame orb.Bound, width, least, most int) canvas {
	middle := frame.Center()
	cos := math.Max(0.05, math.Cos(middle[1]*math.Pi/180))
	w, h := math.Max(1e-6, (frame.Max[0]-frame.Min[0])*cos), math.Max(1e-6, frame.Max[1]-frame.Min[1])
	h = math.Max(h, w*float64(least)/float64(width))
	w = math.Max(w, h*float64(width)/float64(most))
	perLat := float64(width) / w
	c := canvas{perLat: perLat, perLon: perLat * cos, Width: width, Height: int(math.Round(h * perLat))}
	c.frame = orb.Bound{
		Min: orb.Point{middle[0] - w/cos/2, middle[1] - h/2}, Max: orb.Point{middle[0] + w/cos/2, middle[1] + h/2},
	}
	return c
}

// km is how many kilometres a unit is.
func (c canvas) km() float64 { return kmPerDegree / c.perLat }

// at is where a position falls.
func (c canvas) at(lon, lat float64) (x, y float64) {
	lon = beside(lon, c.frame.Center()[0])
	return (lon - c.frame.Min[0]) * c.perLon, (c.frame.Max[1] - lat) * c.perLat
}

// holds reports whether a position falls on the drawing.
func (c canvas) holds(lon, lat float64) bool {
	x, y := c.at(lon, lat)
	return x >= 0 && y >= 0 && x <= float64(c.Width) && y <= float64(c.Height)
}

// edge is how far beyond its frame a drawing goes on, in units, so that cut edges are not seen.
const edge = 6

// widest is how much wider than high the room for a drawing may be: the land goes on to its sides, where the drawing itself
// has to be narrower to be seen whole.
const widest = 2.0

// path is the shape of rings that are simplified already, cut to the drawing, as the d of an SVG path; empty for what lies
// outside.
func (c canvas) path(rings []orb.Ring) string { return c.cut(rings, edge) }

// ground is path for what goes on beside the drawing.
func (c canvas) ground(rings []orb.Ring) string {
	return c.cut(rings, math.Max(edge, (widest*float64(c.Height)-float64(c.Width))/2))
}

func (c canvas) cut(rings []orb.Ring, aside float64) string {
	var b strings.Builder
	bound := orb.Bound{Min: orb.Point{-aside, -edge}, Max: orb.Point{float64(c.Width) + aside, float64(c.Height) + edge}}
	for _, ring := range rings {
		placed := make(orb.Ring, len(ring))
		for i, p := range ring {
			placed[i] = orb.Point{(p[0] - c.frame.Min[0]) * c.perLon, (c.frame.Max[1] - p[1]) * c.perLat}
		}
		if placed.Bound().Intersects(bound) {
			writeRing(&b, clip.Ring(bound, placed))
		}
	}
	return b.String()
}

// thin drops the positions of rings that nobody would see on the drawing.
func (c canvas) thin(rings []orb.Ring) []orb.Ring {
	tolerance := 0.7 / c.perLat
	out := make([]orb.Ring, 0, len(rings))
	for _, ring := range rings {
		b := ring.Bound()
		if math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) < tolerance {
			continue
		}
		if r := simplify.DouglasPeucker(tolerance).Ring(ring.Clone()); len(r) >= 4 {
			out = append(out, r)
		} else {
			out = append(out, ring)
		}
	}
	return out
}

// writeRing writes a closed ring in whole units, each position as the step from the one before.
func writeRing(b *strings.Builder, ring orb.Ring) {
	var x, y, written int
	var steps strings.Builder
	for i := 0; i+1 < len(ring); i++ {
		nx, ny := int(math.Round(ring[i][0])), int(math.Round(ring[i][1]))
		if i > 0 && nx == x && ny == y {
			continue
		}
		if i == 0 {
			steps.WriteString("M" + strconv.Itoa(nx) + pair(ny))
		} else {
			if written == 1 {
				steps.WriteString("l" + strconv.Itoa(nx-x))
			} else {
				steps.WriteString(pair(nx - x))
			}
			steps.WriteString(pair(ny - y))
		}
		x, y = nx, ny
		written++
	}
	if written >= 3 {
		b.WriteString(steps.String() + "z")
	}
}

// pair is a number after another: a minus sign parts them as well as a space does.
func pair(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return " " + strconv.Itoa(n)
}
