package atlas

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
)

// landFile is the land of a map as web/build writes it (web/build/basemap.go says how).
type landFile struct {
	Scale int     `json:"scale"`
	Rings [][]int `json:"rings"`
}

// readLand reads the land of a territory, that of the world where it is no preset, with longitudes that run on around
// middle. Without built files there is none.
func readLand(built fs.FS, code string, middle float64) ([]orb.Ring, error) {
	if built == nil {
		return nil, nil
	}
	text, err := fs.ReadFile(built, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("atlas: assets are not built: %w", err)
	}
	var names map[string]string
	if err := json.Unmarshal(text, &names); err != nil {
		return nil, fmt.Errorf("atlas: manifest.json: %w", err)
	}
	name, ok := names["basemap-"+code+".json"]
	if !ok {
		name = names["basemap-world.json"]
	}
	if text, err = fs.ReadFile(built, name); err != nil {
		return nil, fmt.Errorf("atlas: the land of %s: %w", code, err)
	}
	var file landFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("atlas: %s: %w", name, err)
	}
	if file.Scale <= 0 {
		return nil, fmt.Errorf("atlas: %s has no scale", name)
	}
	var land []orb.Ring
	for _, steps := range file.Rings {
		ring := make(orb.Ring, 0, len(steps)/2+1)
		var x, y int
		for i := 0; i+1 < len(steps); i += 2 {
			x, y = x+steps[i], y+steps[i+1]
			ring = append(ring, orb.Point{float64(x) / float64(file.Scale), float64(y) / float64(file.Scale)})
		}
		if len(ring) < 3 {
			continue
		}
		land = append(land, around(append(ring, ring[0]), middle)...)
	}
	return land, nil
}

// around gives a ring by whole turns wherever it comes within half a turn of a longitude: once, or twice for what is wide.
func around(ring orb.Ring, middle float64) []orb.Ring {
	var out []orb.Ring
	b := ring.Bound()
	first := math.Ceil((middle - 180 - b.Max[0]) / 360)
	for turn := first; b.Min[0]+360*turn < middle+180; turn++ {
		moved := make(orb.Ring, len(ring))
		for i, p := range ring {
			moved[i] = orb.Point{p[0] + 360*turn, p[1]}
		}
		out = append(out, moved)
	}
	return out
}

// beside is a longitude by whole turns where it is nearest to another.
func beside(lon, middle float64) float64 { return lon + 360*math.Round((middle-lon)/360) }

// rings are those of an outline, around a longitude.
func rings(o geo.Outline, middle float64) []orb.Ring {
	var out []orb.Ring
	for _, polygon := range o.Rings() {
		if len(polygon) == 0 {
			continue
		}
		turn := 0.0
		for i, positions := range polygon {
			ring := make(orb.Ring, len(positions))
			for j, p := range positions {
				ring[j] = p
			}
			if i == 0 {
				turn = beside(ring.Bound().Center()[0], middle) - ring.Bound().Center()[0]
			}
			for j := range ring {
				ring[j][0] += turn
			}
			out = append(out, ring)
		}
	}
	return out
}

// beyond is the land without the islands that lie where the territory's own outlines do: these are finer.
func (s *sheet) beyond(land []orb.Ring) []orb.Ring {
	if len(s.finest) == 0 {
		return land
	}
	known := s.finest[0].bound()
	for _, sh := range s.finest[1:] {
		known = known.Union(sh.bound())
	}
	known = known.Pad(0.1)
	return slices.DeleteFunc(land, func(ring orb.Ring) bool {
		b := ring.Bound()
		return known.Contains(b.Min) && known.Contains(b.Max)
	})
}
