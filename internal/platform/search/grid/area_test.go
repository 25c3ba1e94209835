package grid

import (
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/geo"
)

// drawDegrees draws a coordinate, often one that others are likely to have too.
func drawDegrees(t *rapid.T, most float64, label string) float64 {
	if rapid.Bool().Draw(t, "round") {
		return float64(rapid.IntRange(-4, 4).Draw(t, label)) * most / 4
	}
	return rapid.Float64Range(-most, most).Draw(t, label)
}

// TestAreas proves that an area has the points that its box contains, and that a block tells of all its points the same.
func TestAreas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		box := geo.Box{
			West: drawDegrees(t, 180, "west"), East: drawDegrees(t, 180, "east"),
			South: drawDegrees(t, 90, "south"), North: drawDegrees(t, 90, "north"),
		}
		a := AreaOf(&box)
		var lat, lon []int32
		var y []uint32
		inside, placed := 0, 0
		for range rapid.IntRange(0, BlockSize).Draw(t, "places") {
			if rapid.IntRange(0, 9).Draw(t, "placed") == 0 {
				lat, lon, y = append(lat, NoPlace), append(lon, NoPlace), append(y, 0)
				continue
			}
			la, lo := Units(drawDegrees(t, 90, "lat")), Units(drawDegrees(t, 180, "lon"))
			lat, lon, y = append(lat, la), append(lon, lo), append(y, WorldY(Degrees(la)))
			placed++
			in := box.Contains(geo.Point{Lat: Degrees(la), Lon: Degrees(lo)})
			if in {
				inside++
			}
			if a.Contains(la, lo) != in {
				t.Fatalf("%v, %v in %+v: %v", Degrees(la), Degrees(lo), box, !in)
			}
		}
		b := BlockOf(lat, lon, y)
		holds, misses := a.Holds(&b)
		if holds && inside != placed || misses && inside != 0 || b.Whole && placed != BlockSize {
			t.Fatalf("%d of %d places in %+v: holds %v, misses %v, whole %v", inside, placed, box, holds, misses, b.Whole)
		}
	})
}
