package atlas

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"grappe/internal/territory"
)

// lettering is how names are written on a map, in units.
type lettering struct {
	size float64
	most int // names
}

// The lettering of the page's map: its letters are some 13 pixels high on a wide screen and on a phone.
var (
	wideText   = lettering{size: 19, most: 8}
	narrowText = lettering{size: 37, most: 4}
)

// letterWidth is how wide a letter is on average, of its height.
const letterWidth = 0.6

// dotRadius is that of the dot of a name, in units.
const dotRadius = 5.0

// label is a name on a map, beside the spot that it names.
type label struct {
	X, Y, Anchor string // of the text; "start", "middle" or "end"
	DotX, DotY   string // the spot, where nothing else marks it
	Name, Count  string
}

// area is where something is written, in units.
type area struct{ left, top, right, bottom float64 }

func (a area) meets(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

// written are the names on a map so far.
type written struct {
	canvas
	size  float64
	taken []area
	marks []area // that a name may cover where it must
}

// place finds room for a text beside a spot: to its right, left, above or below, askew, and at last a line further away. The
// last result is false where there is none.
func (w *written) place(x, y, gap float64, text string) (label, bool) {
	return w.placeClearOf(x, y, gap, text, w.marks)
}

// placeClearOf is place for a text that covers none of some marks.
func (w *written) placeClearOf(x, y, gap float64, text string, marks []area) (label, bool) {
	width, size := float64(utf8.RuneCountInString(text))*letterWidth*w.size, w.size
	for _, try := range []struct {
		anchor     string
		x, y, left float64
	}{
		{"start", x + gap, y + size*0.35, x + gap},
		{"end", x - gap, y + size*0.35, x - gap - width},
		{"middle", x, y - gap, x - width/2},
		{"middle", x, y + gap + size*0.8, x - width/2},
		{"start", x + 0.7*gap, y - 0.7*gap, x + 0.7*gap},
		{"start", x + 0.7*gap, y + 0.7*gap + 0.8*size, x + 0.7*gap},
		{"end", x - 0.7*gap, y - 0.7*gap, x - 0.7*gap - width},
		{"end", x - 0.7*gap, y + 0.7*gap + 0.8*size, x - 0.7*gap - width},
		{"start", x + gap, y - size, x + gap},
		{"start", x + gap, y + 1.7*size, x + gap},
		{"end", x - gap, y - size, x - gap - width},
		{"end", x - gap, y + 1.7*size, x - gap - width},
	} {
		a := area{left: try.left - 0.2*size, top: try.y - size*0.9, right: try.left + width + 0.2*size, bottom: try.y + size*0.3}
		if a.left < 0 || a.top < 0 || a.right > float64(w.Width) || a.bottom > float64(w.Height) || slices.ContainsFunc(w.taken, a.meets) || slices.ContainsFunc(marks, a.meets) {
			continue
		}
		w.taken = append(w.taken, a)
		return label{X: units(try.x), Y: units(try.y), Anchor: try.anchor}, true
	}
	return label{}, false
}

// write names the zones with the most cards, as many as there is room for.
func (v *view) write(c canvas, text lettering, circles []circle) []label {
	zones := slices.DeleteFunc(slices.Clone(v.zones), func(z territory.Zone) bool { return v.counts.Zones[z.Code] == 0 })
	slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(v.counts.Zones[b.Code], v.counts.Zones[a.Code]) })
	w := &written{canvas: c, size: text.size}
	for _, o := range circles {
		half := o.radius * 0.8 // of the square that hides most of the circle
		w.marks = append(w.marks, area{o.x - half, o.y - half, o.x + half, o.y + half})
	}
	for _, z := range zones[:min(text.most, len(zones))] { // nor does one name hide the spot of another
		if at := v.spot(z); !at.IsZero() && len(v.parts(z)) > 0 {
			x, y := c.at(at.Lon, at.Lat)
			w.marks = append(w.marks, area{x - dotRadius, y - dotRadius, x + dotRadius, y + dotRadius})
		}
	}
	var labels []label
	for i, z := range zones {
		at := v.spot(z)
		if at.IsZero() || len(labels) == text.most || i >= 2*text.most {
			continue
		}
		x, y := c.at(at.Lon, at.Lat)
		gap := 0.55 * text.size
		if len(v.parts(z)) == 0 {
			n, most := v.counts.Zones[z.Code], v.counts.Zones[zones[0].Code]
			gap += math.Max(leastCircle, widestCircle*math.Sqrt(float64(n)/float64(most)))
		}
		count := v.P.Number(v.counts.Zones[z.Code])
		l, ok := w.place(x, y, gap, z.NameIn(v.Lang)+" "+count)
		if !ok && i < text.most/2 { // the first ones must be named
			l, ok = w.placeClearOf(x, y, gap, z.NameIn(v.Lang)+" "+count, nil)
		}
		if ok {
			l.Name, l.Count = z.NameIn(v.Lang), count
			if len(v.parts(z)) > 0 {
				l.DotX, l.DotY = units(x), units(y)
			}
			labels = append(labels, l)
		}
	}
	return labels
}
