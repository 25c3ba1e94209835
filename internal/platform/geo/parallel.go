package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// widestAt is the longitude in the middle of the longest stretch inside the polygon along a parallel.
func widestAt(polygon orb.Polygon, lat float64) float64 {
	var crossings []float64
	for _, ring := range polygon {
		for j := 1; j < len(ring); j++ {
			a, b := ring[j-1], ring[j]
			if (a[1] > lat) != (b[1] > lat) {
				crossings = append(crossings, a[0]+(lat-a[1])*(b[0]-a[0])/(b[1]-a[1]))
			}
		}
	}
	slices.Sort(crossings)
	best, middle := -1.0, polygon[0][0][0]
	for i := 0; i+1 < len(crossings); i += 2 {
		if w := crossings[i+1] - crossings[i]; w > best {
			best, middle = w, (crossings[i]+crossings[i+1])/2
		}
	}
	return middle
}
