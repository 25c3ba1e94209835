package atlas

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"math"
	"net/http"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

const (
	contoursBudget   = 14_000  // bytes after gzip that the outlines of a territory may weigh
	finestContours   = 1 / 4e3 // of the width of the territory, how far a line may move at the least
	coarsestContours = 1 / 200.
	jsonType         = "application/json; charset=utf-8"
)

// feature is an outline for the map.
type feature struct {
	Type       string            `json:"type"`
	Properties map[string]string `json:"properties"`
	Geometry   multiPolygon      `json:"geometry"`
}

type multiPolygon struct {
	Type        string           `json:"type"`
	Coordinates [][][][2]float64 `json:"coordinates"`
}

// Contours gives the outlines of the finest zones that have one as GeoJSON, light enough for a map: simplified so that the whole
// weighs at most some 14 KB after gzip where that can be, neighbours along the same line. Longitudes run on around the
// middle of the territory. It is an empty collection where no outline was loaded.
func (a *Atlas) Contours(ctx context.Context, code string) ([]byte, error) {
	s, err := a.sheet(ctx, code)
	if err != nil {
		return nil, err
	}
	s.once.Do(func() { s.contours, s.failed = s.drawContours() })
	return s.contours, s.failed
}

func (s *sheet) drawContours() ([]byte, error) {
	width := kmPerDegree * math.Max(s.territory.Box.Width()*math.Cos(s.territory.Box.Centre().Lat*math.Pi/180), s.territory.Box.North-s.territory.Box.South)
	for share := finestContours; ; share *= 1.5 {
		body, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": s.features(share * width)})
		if err != nil || share > coarsestContours || packed(body) <= contoursBudget {
			return body, err
		}
	}
}

func packed(body []byte) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes all
	_ = z.Close()
	return b.Len()
}

// mostThinned is how many ways of simplifying the outlines are kept.
const mostThinned = 8

// simplified are the outlines of the shapes, no line of which moves by more than km, to the metre.
func (s *sheet) simplified(km float64) []geo.Outline {
	s.mu.Lock()
	defer s.mu.Unlock()
	metres := int(math.Ceil(km * 1000))
	if held, ok := s.thinned[metres]; ok {
		return held
	}
	outlines := make([]geo.Outline, len(s.shapes))
	for i, sh := range s.shapes {
		outlines[i] = sh.outline
	}
	outlines = geo.SimplifyTogether(outlines, float64(metres)/1000)
	if len(s.thinned) >= mostThinned {
		clear(s.thinned)
	}
	s.thinned[metres] = outlines
	return outlines
}

func (s *sheet) features(km float64) []feature {
	// As many digits as keep what rounding moves below half the tolerance.
	decimals := math.Pow(10, math.Ceil(math.Log10(2*kmPerDegree/km)))
	features := []feature{}
	for i, o := range s.simplified(km) {
		z := s.shapes[i].zone
		f := feature{Type: "Feature", Geometry: multiPolygon{Type: "MultiPolygon"}, Properties: map[string]string{
			"code": z.Code, "slug": z.Slug, "name": z.Name, "level": z.Level,
		}}
		for _, polygon := range o.Rings() {
			f.Geometry.Coordinates = append(f.Geometry.Coordinates, s.rounded(polygon, decimals))
		}
		features = append(features, f)
	}
	return features
}

// rounded are the rings of a polygon around the middle of the territory.
func (s *sheet) rounded(polygon [][][2]float64, decimals float64) [][][2]float64 {
	var out [][][2]float64
	for _, ring := range polygon {
		bound := make(orb.Ring, len(ring))
		for i, p := range ring {
			bound[i] = p
		}
		middle := bound.Bound().Center()[0]
		turn := beside(middle, s.middle) - middle
		line := make([][2]float64, 0, len(ring))
		for _, p := range ring {
			line = append(line, [2]float64{math.Round((p[0]+turn)*decimals) / decimals, math.Round(p[1]*decimals) / decimals})
		}
		out = append(out, line)
	}
	return out
}

func (p *Pages) contours(w http.ResponseWriter, r *http.Request) error {
	body, err := p.atlas.Contours(r.Context(), territory.Of(r.Context()).Code)
	if err != nil {
		return err
	}
	remember(w)
	return web.Write(w, r, http.StatusOK, "application/geo+json", body)
}

// remember lets browsers and proxies keep an answer for an hour, and then ask whether it still holds.
func remember(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=3600") }
