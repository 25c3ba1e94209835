package demo

import (
	"slices"

	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

// commune is a place where organisations sit.
type commune struct {
	zone    territory.Zone
	sort    string // key of the bank of places: "noumea", "suburb", "west", "east", "south", "islands"
	anchors []quarter
}

// quarter is a built-up place inside a commune, around which points are scattered.
type quarter struct {
	name  string
	point geo.Point
}

// atlas is what the generator knows of the territory.
type atlas struct {
	communes  []commune
	loyalty   string   // code of the zone that holds Lifou, Maré and Ouvéa
	provinces []string // codes of the parents of communes
}

const (
	noumea = "98818"
	lifou  = "98814"
)

// newAtlas keeps the zones that are communes of New Caledonia, by their INSEE codes.
func newAtlas(terr *territory.Territory) atlas {
	var a atlas
	for _, z := range terr.Zones {
		sort := sortOf(z.Code)
		if sort == "" {
			continue
		}
		a.communes = append(a.communes, commune{zone: z, sort: sort, anchors: quartersOf(z)})
		if z.Parent != "" && !slices.Contains(a.provinces, z.Parent) {
			a.provinces = append(a.provinces, z.Parent)
		}
		if z.Code == lifou {
			a.loyalty = z.Parent
		}
	}
	return a
}

// weight is the population, twice for Nouméa, where firms gather.
func (c commune) weight() int {
	if c.zone.Code == noumea {
		return max(2*c.zone.Population, 1)
	}
	return max(c.zone.Population, 1)
}

// greater reports whether the commune is one of the four around Nouméa.
func (c commune) greater() bool { return c.sort == "noumea" || c.sort == "suburb" }

// loyal reports whether the commune is one of the Îles Loyauté.
func (c commune) loyal() bool {
	return slices.Contains([]string{"98814", "98815", "98820"}, c.zone.Code)
}

func sortOf(code string) string {
	switch code {
	case noumea:
		return "noumea"
	case "98805", "98817", "98821":
		return "suburb"
	case "98801", "98809", lifou, "98815", "98820":
		return "islands"
	case "98832", "98829", "98802", "98813", "98806", "98828", "98816":
		return "south"
	case "98803", "98827", "98825", "98811", "98831", "98810", "98812", "98826":
		return "west"
	case "98819", "98824", "98807", "98830", "98822", "98823", "98808", "98833", "98804":
		return "east"
	}
	return ""
}

// quartersOf gives the built-up places of the four large communes, and the village of the others.
func quartersOf(z territory.Zone) []quarter {
	at := func(name string, lat, lon float64) quarter { return quarter{name, geo.Point{Lat: lat, Lon: lon}} }
	switch z.Code {
	case noumea:
		return []quarter{
			at("Centre-ville", -22.2735, 166.4440), at("Ducos", -22.2430, 166.4440),
			at("Vallée-des-Colons", -22.2640, 166.4610), at("Magenta", -22.2560, 166.4660),
			at("Rivière-Salée", -22.2330, 166.4680), at("Motor-Pool", -22.2860, 166.4470),
			at("Faubourg-Blanchot", -22.2740, 166.4520), at("Trianon", -22.2820, 166.4520),
			at("PK 6", -22.2390, 166.4770), at("Baie-des-Citrons", -22.2950, 166.4430),
		}
	case "98805":
		return []quarter{
			at("Koutio", -22.2160, 166.4790), at("Auteuil", -22.2000, 166.4650),
			at("Dumbéa-sur-Mer", -22.2100, 166.4600), at("La Couvelée", -22.1430, 166.4620),
		}
	case "98817":
		return []quarter{
			at("Boulari", -22.2350, 166.5300), at("Robinson", -22.2290, 166.5080),
			at("La Coulée", -22.2360, 166.5730), at("Plum", -22.2750, 166.6370),
		}
	case "98821":
		return []quarter{
			at("Village", -22.1320, 166.3690), at("Tontouta", -22.0100, 166.2200),
			at("Mont Mou", -22.0900, 166.3400), at("Beauvallon", -22.1480, 166.3980),
		}
	}
	return []quarter{{point: inland(z)}}
}

// inland is the centre of a commune, a few hundred metres away from the shore where the village stands on it.
func inland(z territory.Zone) geo.Point {
	switch z.Code {
	case "98807":
		return geo.Point{Lat: -20.6869, Lon: 164.9426}
	case lifou:
		return geo.Point{Lat: -20.9197, Lon: 167.2657}
	case "98826":
		return geo.Point{Lat: -20.2341, Lon: 164.0256}
	case "98829":
		return geo.Point{Lat: -21.6101, Lon: 166.2134}
	case "98833":
		return geo.Point{Lat: -21.3956, Lon: 165.8276}
	}
	return z.Centre
}

// place is a point within about 250 m of one of the commune's quarters, rounded to about a metre.
func (c commune) place(d dice) (quarter, geo.Point) {
	q := pick(d, c.anchors)
	jitter := func() float64 { return (d.Float64() - d.Float64()) * 0.0022 }
	round := func(degrees float64) float64 { return float64(int64(degrees*1e5)) / 1e5 }
	return q, geo.Point{Lat: round(q.point.Lat + jitter()), Lon: round(q.point.Lon + jitter())}
}
