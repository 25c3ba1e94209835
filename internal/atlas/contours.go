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
	coarsestContours = 1.      // where nothing is left but triangles
	leastPosition    = 2       // bytes after gzip of a position, at the very least
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

// Contours gives the outlines of the finest zones that have one as GeoJSON, light enough for a map: simplified until the whole
// weighs at most 14 KB after gzip, neighbours along the same line. Where more than mostZones have one, these are the
// zones above them. Longitudes run on around the middle of the territory. It is an empty collection where no outline was loaded.
// It returns the errors of reading the territory, and that of a context that ended.
func (a *Atlas) Contours(ctx context.Context, code string) ([]byte, error) {
	s, err := a.sheet(ctx, code)
	if err != nil {
		return nil, err
	}
	return s.contours.get(ctx, func() ([]byte, error) { return s.drawContours(context.WithoutCancel(ctx)) })
}

// drawContours moves lines further and further until the whole fits.
func (s *sheet) drawContours(ctx context.Context) ([]byte, error) {
	borders, err := bordersOf(ctx, &s.borders, s.shapes)
	if err != nil {
		return nil, err
	}
	width := kmPerDegree * math.Max(s.territory.Box.Width()*math.Cos(s.territory.Box.Centre().Lat*math.Pi/180), s.territory.Box.North-s.territory.Box.South)
	for share := finestContours; ; share *= 1.5 {
		outlines := borders.Simplified(share * width)
		positions := 0
		for _, o := range outlines {
			positions += o.Vertices()
		}
		if positions*leastPosition > contoursBudget && share < coarsestContours {
			continue
		}
		body, err := json.Marshal(s.collection(s.features(outlines, share*width)))
		if err != nil || share >= coarsestContours || packed(body) <= contoursBudget {
			return body, err
		}
	}
}

// collection is the GeoJSON of features, with the credit of whose they are, where it is known (RFC 7946 lets a collection have
// members of its own).
func (s *sheet) collection(features []feature) map[string]any {
	c := map[string]any{"type": "FeatureCollection", "features": features}
	if credit := s.territory.OutlineCredit; len(features) > 0 && !credit.IsZero() {
		c["credit"] = credit.Text()
		if credit.Licence.URL != "" {
			c["license"] = credit.Licence.URL
		}
	}
	return c
}

func packed(body []byte) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes all
	_ = z.Close()
	return b.Len()
}

func (s *sheet) features(outlines []geo.Outline, km float64) []feature {
	// As many digits as keep what rounding moves below half the tolerance.
	decimals := math.Pow(10, math.Max(1, math.Ceil(math.Log10(2*kmPerDegree/km))))
	features := []feature{}
	for i, o := range outlines {
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
