package edit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

// mostListed is how many zones are still offered in a list; of more, the name is typed.
const mostListed = 80

// listsZones reports whether the finest zones are few enough to be chosen from a list.
func (s scope) listsZones() bool { return len(s.territory.Tree().Leaves()) <= mostListed }

// postcodeQuestion asks for the postcode, in the five digits of the countries that have these.
func postcodeQuestion() question {
	q := line1("postcode", Place, func(c *listing.Content) *string { return &c.Postcode })
	read := q.read
	q.read = func(s scope, v url.Values, was, c *listing.Content) []errs.Field {
		faults := read(s, v, was, c)
		if c.Postcode == "" || c.Postcode == was.Postcode || !s.fiveDigits() || fiveDigits(c.Postcode) {
			return faults
		}
		return append(faults, fault("postcode", "edit.postcode_wrong", errs.Args{"typed": short(c.Postcode)}))
	}
	return q
}

// fiveDigits reports whether postcodes of the territory's country have five digits.
func (s scope) fiveDigits() bool {
	return slices.Contains([]string{"FR", "NC", "PF", "WF"}, s.territory.Country)
}

func fiveDigits(text string) bool {
	return len(text) == 5 && strings.Trim(text, "0123456789") == ""
}

// zoneQuestion asks in which commune the organisation sits: by its code where there are few, else by its name.
func zoneQuestion() question {
	return question{
		"zone", Place,
		func(s scope, c *listing.Content) url.Values { return of("zone", s.writtenZone(c.Zone)) },
		func(s scope, v url.Values, was, c *listing.Content) []errs.Field {
			typed := line(v.Get("zone"))
			if typed == line(s.writtenZone(was.Zone)) {
				c.Zone = was.Zone
				return nil
			}
			if c.Zone = ""; typed == "" {
				if v.Get("zone"+inputBare) == "" {
					return []errs.Field{fault("zone", keyZoneEmptied, nil)}
				}
				return nil
			}
			z, ok := s.readZone(typed, c.Postcode)
			if !ok {
				return []errs.Field{fault("zone", "edit.zone_unknown", errs.Args{"typed": short(typed)})}
			}
			c.Zone = z.Code
			return nil
		},
	}
}

// writtenZone is a zone as the form has it.
func (s scope) writtenZone(code string) string {
	if s.listsZones() || code == "" {
		return code
	}
	z, ok := s.territory.Zone(code)
	if !ok {
		return code
	}
	return s.nameOfZone(z)
}

// nameOfZone is the name by which readZone finds the zone: with its postcode where others are called so as well.
func (s scope) nameOfZone(z territory.Zone) string {
	if found, _, ok := s.territory.Match(z.Name, ""); ok && found.Code == z.Code || len(z.Postcodes) == 0 {
		return z.Name
	}
	return z.Name + " (" + z.Postcodes[0] + ")"
}

func (s scope) readZone(typed, postcode string) (territory.Zone, bool) {
	if z, ok := s.territory.Zone(typed); ok {
		return z, s.territory.Tree().IsLeaf(typed) || !s.listsZones()
	}
	if s.listsZones() {
		return territory.Zone{}, false
	}
	if name, code, ok := strings.Cut(strings.TrimSuffix(typed, ")"), " ("); ok {
		typed, postcode = name, code
	}
	z, _, ok := s.territory.Match(typed, postcode)
	return z, ok
}

// Where the point of a card comes from.
const (
	pointNone   = "aucune"
	pointCentre = "centre" // of the commune
	pointHere   = "ici"
)

// far is how far beyond the box of its territory a point may lie, in km.
const far = 50

func pointQuestion() question {
	return question{
		"point", Place,
		func(_ scope, c *listing.Content) url.Values {
			if c.Point == nil {
				return url.Values{"point-mode": {pointNone}}
			}
			return url.Values{"point-mode": {pointHere}, "point-lat": {degrees(c.Point.Lat)}, "point-lon": {degrees(c.Point.Lon)}}
		},
		func(s scope, v url.Values, was, c *listing.Content) []errs.Field {
			c.Point = nil
			switch v.Get("point-mode") {
			case pointCentre:
				at, ok := s.centre(c.Zone)
				if !ok {
					return []errs.Field{fault("point", "edit.point_no_centre", nil)}
				}
				c.Point = &at
			case pointHere:
				lat, lon := v.Get("point-lat"), v.Get("point-lon")
				if p := was.Point; p != nil && lat == degrees(p.Lat) && lon == degrees(p.Lon) {
					c.Point = was.Point
					return nil
				}
				at, key := s.readPoint(lat, lon)
				if key != "" {
					return []errs.Field{fault("point-lat", key, errs.Args{"territory": s.territory.Code})}
				}
				c.Point = &at
			}
			return nil
		},
	}
}

// degrees writes a coordinate to about a metre.
func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

// readPoint reads a latitude and a longitude, and gives the key of what is wrong with them.
func (s scope) readPoint(lat, lon string) (geo.Point, string) {
	if a, b, ok := strings.Cut(lat, ", "); ok && lon == "" { // both in one, as maps give them
		lat, lon = a, b
	}
	x, ok1 := readDegrees(lat)
	y, ok2 := readDegrees(lon)
	at := geo.Point{Lat: x, Lon: y}
	switch {
	case !ok1 || !ok2 || !at.Valid():
		return at, "edit.point_wrong"
	case !s.territory.Box.IsZero() && !s.territory.Box.Expand(far).Contains(at):
		return at, "edit.point_elsewhere"
	}
	return at, ""
}

func readDegrees(typed string) (float64, bool) {
	typed = strings.NewReplacer("−", "-", ",", ".", "°", "", " ", "").Replace(typed)
	v, err := strconv.ParseFloat(typed, 64)
	return v, err == nil && v-v == 0 // finite
}

// areaQuestion asks where the organisation works.
func areaQuestion() question {
	const zones, everywhere, remote = "service_area-zones", "service_area-everywhere", "service_area-remote"
	return question{
		"service_area", Place,
		func(s scope, c *listing.Content) url.Values {
			v := of(zones, chosen(offered(s.areas(), c.ServiceArea.Zones), c.ServiceArea.Zones)...)
			if c.ServiceArea.Everywhere {
				v.Set(everywhere, "oui")
			}
			if c.ServiceArea.Remote {
				v.Set(remote, "oui")
			}
			return v
		},
		func(s scope, v url.Values, was, c *listing.Content) []errs.Field {
			c.ServiceArea = listing.ServiceArea{Everywhere: v.Get(everywhere) != "", Remote: v.Get(remote) != ""}
			if c.ServiceArea.Everywhere {
				return nil
			}
			held := was.ServiceArea.Zones
			c.ServiceArea.Zones = inOrder(held, s.topmost(chosen(offered(s.areas(), held), v[zones])))
			return nil
		},
	}
}

// areas are the zones that can be chosen to say where an organisation works: all of them, or where these are too many those that
// hold others.
func (s scope) areas() []string {
	var out []string
	tree, all := s.territory.Tree(), s.listsZones()
	for _, z := range tree.All() {
		if all || !tree.IsLeaf(z.Code) {
			out = append(out, z.Code)
		}
	}
	return out
}

// topmost leaves out zones that lie in another one of them.
func (s scope) topmost(zones []string) []string {
	tree := s.territory.Tree()
	return slices.DeleteFunc(slices.Clone(zones), func(code string) bool {
		return slices.ContainsFunc(tree.Ancestors(code), func(up territory.Zone) bool { return slices.Contains(zones, up.Code) })
	})
}
