package geo

import "math"

// ellipsoid is a reference ellipsoid: semi-major axis (in the unit of the projection) and flattening.
type ellipsoid struct{ a, f float64 }

// grs80 is GRS 1980 (EPSG:7019). RGF93, RGNC91-93, RGPF and RGWF96 use it and agree with WGS 84 to within a
// metre or two, which is beneath what an address needs: no datum shift is applied.
var grs80 = ellipsoid{a: 6378137, f: 1 / 298.257222101}

func (el ellipsoid) e2() float64 { return el.f * (2 - el.f) }

// projection turns easting and northing into geographic coordinates and back, in the same unit as its ellipsoid.
type projection interface {
	inverse(x, y float64) Point
	forward(p Point) (x, y float64)
}

// lambert is a Lambert Conic Conformal projection with two standard parallels, method 9802 of IOGP's Geomatics
// Guidance Note 7, part 2 (section 3.1.1.1). Angles are radians.
type lambert struct {
	el                ellipsoid
	lon0              float64
	n, af, rf, ef, nf float64
}

// newLambert prepares the constants from the parameters as EPSG publishes them, angles in degrees.
func newLambert(el ellipsoid, latF, lonF, lat1, lat2, eastF, northF float64) lambert {
	rad := math.Pi / 180
	l := lambert{el: el, lon0: lonF * rad, ef: eastF, nf: northF}
	m := func(lat float64) float64 { return math.Cos(lat) / math.Sqrt(1-el.e2()*math.Pow(math.Sin(lat), 2)) }
	m1, m2 := m(lat1*rad), m(lat2*rad)
	t1, t2 := l.t(lat1*rad), l.t(lat2*rad)
	l.n = (math.Log(m1) - math.Log(m2)) / (math.Log(t1) - math.Log(t2))
	l.af = el.a * m1 / (l.n * math.Pow(t1, l.n))
	l.rf = l.af * math.Pow(l.t(latF*rad), l.n)
	return l
}

// t is the t of the note: the tangent of half the conformal colatitude.
func (l lambert) t(lat float64) float64 {
	e := math.Sqrt(l.el.e2())
	s := e * math.Sin(lat)
	return math.Tan(math.Pi/4-lat/2) / math.Pow((1-s)/(1+s), e/2)
}

func (l lambert) forward(p Point) (x, y float64) {
	rad := math.Pi / 180
	r := l.af * math.Pow(l.t(p.Lat*rad), l.n)
	theta := l.n * (p.Lon*rad - l.lon0)
	return l.ef + r*math.Sin(theta), l.nf + l.rf - r*math.Cos(theta)
}

func (l lambert) inverse(x, y float64) Point {
	dx, dy := x-l.ef, l.rf-(y-l.nf)
	sign := math.Copysign(1, l.n)
	r := sign * math.Hypot(dx, dy)
	theta := math.Atan2(sign*dx, sign*dy)
	t := math.Pow(r/l.af, 1/l.n)
	e := math.Sqrt(l.el.e2())
	lat := math.Pi/2 - 2*math.Atan(t)
	for range 12 {
		s := e * math.Sin(lat)
		next := math.Pi/2 - 2*math.Atan(t*math.Pow((1-s)/(1+s), e/2))
		done := math.Abs(next-lat) < 1e-12
		lat = next
		if done {
			break
		}
	}
	return Point{Lat: lat * 180 / math.Pi, Lon: wrap((theta/l.n + l.lon0) * 180 / math.Pi)}
}

// mercator is the Transverse Mercator projection, method 9807 of the same note (section 3.2.3, the JHS formulas).
type mercator struct {
	el             ellipsoid
	lat0, lon0     float64
	k0, ef, nf     float64
	b              float64
	h, hInv        [4]float64
	meridianOrigin float64
}

// newMercator prepares the series from the parameters as EPSG publishes them, angles in degrees.
func newMercator(el ellipsoid, latO, lonO, k0, eastF, northF float64) mercator {
	rad := math.Pi / 180
	m := mercator{el: el, lat0: latO * rad, lon0: lonO * rad, k0: k0, ef: eastF, nf: northF}
	n := el.f / (2 - el.f)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	m.b = el.a / (1 + n) * (1 + n2/4 + n4/64)
	m.h = [4]float64{
		n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180, 13*n2/48 - 3*n3/5 + 557*n4/1440,
		61*n3/240 - 103*n4/140, 49561 * n4 / 161280,
	}
	m.hInv = [4]float64{
		n/2 - 2*n2/3 + 37*n3/96 - n4/360, n2/48 + n3/15 - 437*n4/1440, 17*n3/480 - 37*n4/840, 4397 * n4 / 161280,
	}
	xi, _ := m.series(m.lat0, 0)
	m.meridianOrigin = m.b * xi
	return m
}

// series gives the note's ξ and η for a latitude and a longitude difference.
func (m mercator) series(lat, dLon float64) (xi, eta float64) {
	e := math.Sqrt(m.el.e2())
	q := math.Asinh(math.Tan(lat)) - e*math.Atanh(e*math.Sin(lat))
	beta := math.Atan(math.Sinh(q))
	eta0 := math.Atanh(math.Cos(beta) * math.Sin(dLon))
	xi0 := math.Asin(math.Max(-1, math.Min(1, math.Sin(beta)*math.Cosh(eta0))))
	xi, eta = xi0, eta0
	for i, h := range m.h {
		k := 2 * float64(i+1)
		xi += h * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += h * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	return xi, eta
}

func (m mercator) forward(p Point) (x, y float64) {
	rad := math.Pi / 180
	xi, eta := m.series(p.Lat*rad, p.Lon*rad-m.lon0)
	return m.ef + m.k0*m.b*eta, m.nf + m.k0*(m.b*xi-m.meridianOrigin)
}

func (m mercator) inverse(x, y float64) Point {
	eta := (x - m.ef) / (m.b * m.k0)
	xi := ((y - m.nf) + m.k0*m.meridianOrigin) / (m.b * m.k0)
	xi0, eta0 := xi, eta
	for i, h := range m.hInv {
		k := 2 * float64(i+1)
		xi0 -= h * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= h * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	beta := math.Asin(math.Max(-1, math.Min(1, math.Sin(xi0)/math.Cosh(eta0))))
	q := math.Asinh(math.Tan(beta))
	e := math.Sqrt(m.el.e2())
	qq := q
	for range 12 {
		next := q + e*math.Atanh(e*math.Tanh(qq))
		done := math.Abs(next-qq) < 1e-13
		qq = next
		if done {
			break
		}
	}
	lon := m.lon0 + math.Asin(math.Max(-1, math.Min(1, math.Tanh(eta0)/math.Cos(beta))))
	return Point{Lat: math.Atan(math.Sinh(qq)) * 180 / math.Pi, Lon: wrap(lon * 180 / math.Pi)}
}

// utmSouth is the southern half of a UTM zone on GRS 80: scale 0.9996, false easting 500 km, northing 10,000 km.
func utmSouth(zone int) mercator {
	return newMercator(grs80, 0, float64(6*zone-183), 0.9996, 500000, 10000000)
}
