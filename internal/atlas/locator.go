package atlas

import (
	"bytes"
	"cmp"
	"context"
	"html/template"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// The small map of a card's place, in units, which are about pixels.
const (
	locatorWidth    = 320
	locatorHeight   = 200
	leastLocator    = 14.0 // km from side to side, where the commune is small
	mostLocator     = 90.0
	usualLocator    = 40.0 // where no outline says how large the commune is
	locatorMargin   = 1.25 // of the commune's size
	locatorNames    = 4    // of other places
	longestScale    = 0.3  // of the width
	locatorCutting  = 1.4  // units by which no line moves, where that fits into locatorBudget
	locatorCoarsest = 20.0
	locatorFew      = 12.  // shapes that lie near where they are drawn as finely as that
	locatorBudget   = 2800 // bytes of outlines
)

// locatorView is the small map as its view needs it.
type locatorView struct {
	canvas
	Label    string // what it shows, in words
	Land     string // the d of the land where outlines say nothing
	Zones    string // of the zones around
	Own      string // of the zone of the point
	X, Y     string
	Names    []label
	ScaleX   string // where the bar of the scale ends; it begins at 12
	Scale    string // "5 km"
	ScaleEnd string // where its words stand
}

// Locator draws the surroundings of a point of a territory: coast, communes, names, and a scale. It is an SVG of some 4 KB at
// the most, whose words say in which commune the point lies. It is empty where there is nothing to draw: inland, where no
// outline and no name is known. It returns the errors of reading the territory.
func (a *Atlas) Locator(ctx context.Context, code string, at geo.Point, f ui.Frame) (template.HTML, error) {
	s, err := a.sheet(ctx, code)
	if err != nil {
		return "", err
	}
	v, err := s.locate(ctx, at, f)
	if err != nil {
		return "", err
	}
	if v.Own == "" && v.Zones == "" && len(v.Names) == 0 && !s.hasCoast(v.frame) {
		return "", nil
	}
	var out bytes.Buffer
	if err := a.locator.ExecuteTemplate(&out, "locator", v); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil //nolint:gosec // a template of ours escaped it
}

func (s *sheet) locate(ctx context.Context, at geo.Point, f ui.Frame) (locatorView, error) {
	lon := beside(at.Lon, s.middle)
	own, inside := s.territory.Place(s.outlines, at)
	c := fit(s.surroundings(orb.Point{lon, at.Lat}, own), locatorWidth, locatorHeight, locatorHeight)
	v := locatorView{canvas: c, Label: s.described(own, inside, f)}
	x, y := c.at(lon, at.Lat)
	v.X, v.Y = units(x), units(y)
	borders, err := bordersOf(ctx, &s.near, s.finest)
	if err != nil {
		return v, err
	}
	ownCode := ""
	if inside {
		ownCode = own.Zone.Code
	}
	near := s.around(c.frame)
	for cutting := locatorCutting * math.Max(1, float64(len(near))/locatorFew); ; cutting *= 1.5 {
		v.Own, v.Zones = s.cutOut(c, borders, near, ownCode, cutting*c.km())
		if len(v.Own)+len(v.Zones) <= locatorBudget || cutting > locatorCoarsest {
			break
		}
	}
	v.Land = c.path(c.thin(reaching(s.land, c.frame)))
	v.Names = s.placeNames(c, x, y, own, f.Lang)
	v.scale(f)
	return v, nil
}

// around gives the indexes of the finest shapes that reach into a frame.
func (s *sheet) around(frame orb.Bound) []int {
	var near []int
	for i, sh := range s.finest {
		if slices.ContainsFunc(sh.bounds, frame.Intersects) {
			near = append(near, i)
		}
	}
	return near
}

// cutOut is the d of the shape of one zone, and that of the others near it.
func (s *sheet) cutOut(c canvas, borders *geo.Borders, near []int, ownCode string, km float64) (own, others string) {
	var around []orb.Ring
	for _, i := range near {
		r := reaching(rings(borders.One(i, km), s.middle), c.frame)
		if s.finest[i].zone.Code == ownCode {
			own = c.path(r)
		} else {
			around = append(around, r...)
		}
	}
	return own, c.path(around)
}

// reaching are the rings that reach into a frame.
func reaching(rings []orb.Ring, frame orb.Bound) []orb.Ring {
	var out []orb.Ring
	for _, r := range rings {
		if r.Bound().Intersects(frame) {
			out = append(out, r)
		}
	}
	return out
}

// hasCoast reports a frame that some coast runs through.
func (s *sheet) hasCoast(frame orb.Bound) bool {
	return slices.ContainsFunc(s.land, func(ring orb.Ring) bool { return slices.ContainsFunc(ring, frame.Contains) })
}

// surroundings is what the small map shows: the point's commune, but neither less nor more of the country than helps.
func (s *sheet) surroundings(at orb.Point, own territory.Placement) orb.Bound {
	width := usualLocator
	if i := slices.IndexFunc(s.finest, func(sh shape) bool { return sh.zone.Code == own.Zone.Code }); i >= 0 {
		box := s.finest[i].outline.Box()
		across := math.Max(box.Width()*math.Cos(at[1]*math.Pi/180), (box.North-box.South)*locatorWidth/locatorHeight)
		width = math.Min(mostLocator, math.Max(leastLocator, locatorMargin*kmPerDegree*across))
	}
	dy := width * locatorHeight / locatorWidth / kmPerDegree / 2
	dx := width / kmPerDegree / math.Max(0.05, math.Cos(at[1]*math.Pi/180)) / 2
	return orb.Bound{Min: orb.Point{at[0] - dx, at[1] - dy}, Max: orb.Point{at[0] + dx, at[1] + dy}}
}

// described says in words what the map shows.
func (s *sheet) described(own territory.Placement, inside bool, f ui.Frame) string {
	if !inside {
		return f.P.T("atlas.locator_nowhere", "territory", s.territory.Name(f.Lang))
	}
	places := []string{}
	for _, z := range slices.Backward(s.territory.Tree().Path(own.Zone.Code)) {
		places = append(places, z.NameIn(f.Lang))
	}
	places = append(places, s.territory.Name(f.Lang))
	text := places[0]
	for _, p := range places[1:] {
		text += ", " + p
	}
	return f.P.T("atlas.locator", "place", text)
}

// placeNames names the places of the map, that of the point first, then the nearest.
func (s *sheet) placeNames(c canvas, x, y float64, own territory.Placement, lang string) []label {
	w := &written{canvas: c, size: 12, taken: []area{{x - 8, y - 8, x + 8, y + 8}, {0, float64(c.Height) - 26, 110, float64(c.Height)}}}
	var zones []territory.Zone
	for _, z := range s.leaves {
		if at := s.spot(z); !at.IsZero() && c.holds(at.Lon, at.Lat) {
			zones = append(zones, z)
		}
	}
	away := func(z territory.Zone) float64 {
		at := s.spot(z)
		zx, zy := c.at(at.Lon, at.Lat)
		if z.Code == own.Zone.Code {
			return 0
		}
		return math.Hypot(zx-x, zy-y)
	}
	slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(away(a), away(b)) })
	var names []label
	for _, z := range zones {
		if len(names) > locatorNames {
			break
		}
		at := s.spot(z)
		zx, zy := c.at(at.Lon, at.Lat)
		gap, dot := 6.0, true
		if z.Code == own.Zone.Code && math.Hypot(zx-x, zy-y) < 14 { // the point itself marks the spot
			zx, zy, gap, dot = x, y, 11, false
		}
		l, ok := w.place(zx, zy, gap, z.NameIn(lang))
		if !ok {
			continue
		}
		l.Name = z.NameIn(lang)
		if dot {
			l.DotX, l.DotY = units(zx), units(zy)
		}
		names = append(names, l)
	}
	return names
}

// scale is a bar of a round number of kilometres.
func (v *locatorView) scale(f ui.Frame) {
	longest := longestScale * float64(v.Width) * v.km()
	km := math.Pow(10, math.Floor(math.Log10(longest)))
	for _, times := range []float64{5, 2} {
		if times*km <= longest {
			km *= times
			break
		}
	}
	end := 12 + km/v.km()
	v.ScaleX, v.ScaleEnd, v.Scale = units(end), units(end+6), f.P.Distance(km*1000)
}
