package geo

import "math"

// CRS names a coordinate reference system by its EPSG code, with "/swapped" where the axes were exchanged.
type CRS string

// The systems that Recognise knows. All but the first two are in metres, on datums that agree with WGS 84 to a
// metre or two.
const (
	Unrecognised CRS = ""
	WGS84        CRS = "EPSG:4326"
	WGS84Swapped CRS = "EPSG:4326/swapped"
	Lambert93    CRS = "EPSG:2154" // RGF93, metropolitan France
	LambertNC    CRS = "EPSG:3163" // RGNC91-93 / Lambert New Caledonia
	UTM57S       CRS = "EPSG:3169" // RGNC91-93 / UTM zone 57S
	UTM58S       CRS = "EPSG:3170" // RGNC91-93 / UTM zone 58S
	UTM59S       CRS = "EPSG:3171" // RGNC91-93 / UTM zone 59S
	UTM5S        CRS = "EPSG:3296" // RGPF / UTM zone 5S
	UTM6S        CRS = "EPSG:3297" // RGPF / UTM zone 6S
	UTM7S        CRS = "EPSG:3298" // RGPF / UTM zone 7S
	UTM8S        CRS = "EPSG:3299" // RGPF / UTM zone 8S
	UTM1S        CRS = "EPSG:8903" // RGWF96 / UTM zone 1S
)

const swapped = "/swapped"

// Swapped reports whether the axes were exchanged.
func (c CRS) Swapped() bool {
	return len(c) > len(swapped) && c[len(c)-len(swapped):] == swapped
}

// Projected reports whether the numbers were metres and had to be converted.
func (c CRS) Projected() bool { return c != Unrecognised && c != WGS84 && c != WGS84Swapped }

// Base is the system without the mark of exchanged axes.
func (c CRS) Base() CRS {
	if c.Swapped() {
		return c[:len(c)-len(swapped)]
	}
	return c
}

// Name is what people call the system. It is a proper name, the same in every language.
func (c CRS) Name() string {
	switch c.Base() {
	case WGS84:
		return "WGS 84"
	case Lambert93:
		return "Lambert-93"
	case LambertNC:
		return "Lambert NC (RGNC91-93)"
	case UTM57S:
		return "UTM 57S (RGNC91-93)"
	case UTM58S:
		return "UTM 58S (RGNC91-93)"
	case UTM59S:
		return "UTM 59S (RGNC91-93)"
	case UTM5S:
		return "UTM 5S (RGPF)"
	case UTM6S:
		return "UTM 6S (RGPF)"
	case UTM7S:
		return "UTM 7S (RGPF)"
	case UTM8S:
		return "UTM 8S (RGPF)"
	case UTM1S:
		return "UTM 1S (RGWF96)"
	}
	return ""
}

// projectionOf gives the projection of a system in metres, nil for the others. Parameters: EPSG registry.
func projectionOf(c CRS) projection {
	switch c.Base() {
	case Lambert93:
		return newLambert(grs80, 46.5, 3, 49, 44, 700000, 6600000)
	case LambertNC:
		return newLambert(grs80, -21.5, 166, -20-40.0/60, -22-20.0/60, 400000, 300000)
	case UTM57S:
		return utmSouth(57)
	case UTM58S:
		return utmSouth(58)
	case UTM59S:
		return utmSouth(59)
	case UTM5S:
		return utmSouth(5)
	case UTM6S:
		return utmSouth(6)
	case UTM7S:
		return utmSouth(7)
	case UTM8S:
		return utmSouth(8)
	case UTM1S:
		return utmSouth(1)
	}
	return nil
}

// projected lists the systems in metres, in the order in which they are tried.
func projected() []CRS {
	return []CRS{Lambert93, LambertNC, UTM58S, UTM57S, UTM59S, UTM6S, UTM5S, UTM7S, UTM8S, UTM1S}
}

// Unproject converts easting and northing (metres) of a projected system to WGS 84. The bool is false for a
// system that is not in metres and for numbers that lead nowhere.
func Unproject(c CRS, x, y float64) (Point, bool) {
	pr := projectionOf(c)
	if pr == nil {
		return Point{}, false
	}
	if c.Swapped() {
		x, y = y, x
	}
	p := pr.inverse(x, y)
	if !p.Valid() {
		return Point{}, false
	}
	// Far outside its domain an inverse gives some point or other: the way back does not lead to the same numbers.
	bx, by := pr.forward(p)
	return p, math.Abs(bx-x) < 1 && math.Abs(by-y) < 1
}

// Project converts a position to easting and northing (metres) of a projected system; false for the others.
func Project(c CRS, p Point) (x, y float64, ok bool) {
	pr := projectionOf(c)
	if pr == nil {
		return 0, 0, false
	}
	x, y = pr.forward(p)
	return x, y, true
}

// Recognise says what two numbers of a file are, x where the file puts the longitude or the easting, given the box
// of the territory: degrees, degrees with the axes exchanged, or metres of a projection in use in the French
// territories. The bool is true when the point then lies in the box. When nothing leads into the box, degrees
// that make a position come back as WGS84 with false, and everything else as Unrecognised. Metres are taken as
// written before their axes are tried exchanged, since in New Caledonia both may lead into the box.
func Recognise(x, y float64, box Box) (CRS, Point, bool) {
	if math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return Unrecognised, Point{}, false
	}
	straight, crossed := Point{Lat: y, Lon: x}, Point{Lat: x, Lon: y}
	if straight.Valid() && box.Contains(straight) {
		return WGS84, straight, true
	}
	if crossed.Valid() && box.Contains(crossed) {
		return WGS84Swapped, crossed, true
	}
	if math.Abs(x) > 180 || math.Abs(y) > 180 {
		for _, axes := range []CRS{"", swapped} {
			for _, c := range projected() {
				if p, ok := Unproject(c+axes, x, y); ok && box.Contains(p) {
					return c + axes, p, true
				}
			}
		}
	}
	if straight.Valid() {
		return WGS84, straight, false
	}
	return Unrecognised, Point{}, false
}
