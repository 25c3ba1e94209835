package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"

	"grappe/internal/platform/errs"
)

// MaxGeoJSON is the largest file of outlines that ReadFeatures takes, in bytes.
const MaxGeoJSON = 128 << 20

// Feature is one feature of a GeoJSON file that has an area.
type Feature struct {
	Row        int // from 1, in the order of the file
	ID         string
	Properties map[string]any
	Outline    Outline
}

// geometry is a GeoJSON geometry as RFC 7946 writes it, its coordinates still raw.
type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates,omitempty"`
	Geometries  []geometry      `json:"geometries,omitempty"`
}

type rawFeature struct {
	Type       string         `json:"type"`
	ID         any            `json:"id"`
	Properties map[string]any `json:"properties"`
	Geometry   *geometry      `json:"geometry"`
}

// ReadFeatures reads the areas of a GeoJSON file (RFC 7946): a FeatureCollection or one Feature, with or without a
// byte order mark. Features that are no area are counted in skipped. Its errors are errs.TooLarge beyond
// MaxGeoJSON and errs.Invalid for what is not GeoJSON, has no area, or is in metres instead of degrees.
func ReadFeatures(r io.Reader) (features []Feature, skipped int, err error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxGeoJSON+1))
	if err != nil {
		return nil, 0, errs.Wrap(err, errs.Invalid, "geo.unreadable", nil)
	}
	if len(data) > MaxGeoJSON {
		return nil, 0, errs.New(errs.TooLarge, "geo.too_large", errs.Args{"megabytes": MaxGeoJSON >> 20})
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, 0, errs.New(errs.Invalid, "geo.empty", nil)
	}
	raws, err := rawFeatures(data)
	if err != nil {
		return nil, 0, err
	}
	for i, raw := range raws {
		o, err := raw.outline(i + 1)
		if err != nil {
			return nil, 0, err
		}
		if o.IsEmpty() {
			skipped++
			continue
		}
		features = append(features, Feature{Row: i + 1, ID: Text(raw.ID), Properties: raw.Properties, Outline: o})
	}
	if len(features) == 0 {
		return nil, skipped, errs.New(errs.Invalid, "geo.no_area", errs.Args{"features": len(raws)})
	}
	return features, skipped, nil
}

func rawFeatures(data []byte) ([]rawFeature, error) {
	var file struct {
		rawFeature
		Features []rawFeature `json:"features"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		args := errs.Args{"line": 1}
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			args["line"] = lineAt(data, syntax.Offset)
		case errors.As(err, &kind):
			args["line"] = lineAt(data, kind.Offset)
		}
		return nil, errs.Wrap(err, errs.Invalid, "geo.malformed", args)
	}
	switch file.Type {
	case "FeatureCollection":
		return file.Features, nil
	case "Feature":
		return []rawFeature{file.rawFeature}, nil
	}
	return nil, errs.New(errs.Invalid, "geo.not_geojson", nil)
}

// lineAt is the line, from 1, of a byte offset.
func lineAt(data []byte, offset int64) int {
	offset = max(0, min(offset, int64(len(data))))
	return 1 + bytes.Count(data[:offset], []byte{'\n'})
}

func (f rawFeature) outline(row int) (Outline, error) {
	if f.Geometry == nil {
		return Outline{}, nil
	}
	polygons, err := f.Geometry.polygons()
	if err != nil {
		return Outline{}, errs.Wrap(err, errs.Invalid, "geo.bad_coordinates", errs.Args{"row": row})
	}
	for _, polygon := range polygons {
		for _, ring := range polygon {
			for _, p := range ring {
				// 360 and not 180: files that cross the date line count on past it.
				if math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 360 {
					return Outline{}, errs.New(errs.Invalid, "geo.not_degrees", errs.Args{"row": row})
				}
			}
		}
	}
	return NewOutline(polygons), nil
}

func (g geometry) polygons() ([][][]Point, error) {
	switch g.Type {
	case "Polygon":
		var p [][]position
		err := json.Unmarshal(g.Coordinates, &p)
		return [][][]Point{rings(p)}, err
	case "MultiPolygon":
		var mp [][][]position
		err := json.Unmarshal(g.Coordinates, &mp)
		out := make([][][]Point, 0, len(mp))
		for _, p := range mp {
			out = append(out, rings(p))
		}
		return out, err
	case "GeometryCollection":
		var out [][][]Point
		for _, child := range g.Geometries {
			if child.Type == "GeometryCollection" {
				continue // RFC 7946, 3.1.8: they should not be nested
			}
			p, err := child.polygons()
			if err != nil {
				return nil, err
			}
			out = append(out, p...)
		}
		return out, nil
	}
	return nil, nil
}

func rings(in [][]position) [][]Point {
	out := make([][]Point, 0, len(in))
	for _, r := range in {
		ring := make([]Point, 0, len(r))
		for _, p := range r {
			ring = append(ring, Point(p))
		}
		out = append(out, ring)
	}
	return out
}

// position reads a GeoJSON position: longitude, latitude and perhaps an altitude, which is dropped.
type position Point

func (p *position) UnmarshalJSON(data []byte) error {
	var v []float64
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if len(v) < 2 {
		return errors.New("a position of fewer than two numbers")
	}
	p.Lon, p.Lat = v[0], v[1]
	return nil
}

// Text is a property or an id as text: whole numbers without a fraction, nothing for what is neither text nor number.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		b, err := json.Marshal(v)
		if err == nil {
			return string(b)
		}
	}
	return ""
}

// MarshalJSON writes the outline as a GeoJSON MultiPolygon with five decimals (about a metre).
func (o Outline) MarshalJSON() ([]byte, error) {
	coordinates := make([][][][2]float64, 0, len(o.polygons))
	for _, polygon := range o.polygons {
		p := make([][][2]float64, 0, len(polygon))
		for _, ring := range polygon {
			r := make([][2]float64, 0, len(ring))
			for _, q := range ring {
				r = append(r, [2]float64{math.Round(q[0]*1e5) / 1e5, math.Round(q[1]*1e5) / 1e5})
			}
			p = append(p, r)
		}
		coordinates = append(coordinates, p)
	}
	return json.Marshal(map[string]any{"type": "MultiPolygon", "coordinates": coordinates})
}

// UnmarshalJSON reads what MarshalJSON writes, and any GeoJSON Polygon.
func (o *Outline) UnmarshalJSON(data []byte) error {
	var g geometry
	if err := json.Unmarshal(data, &g); err != nil {
		return err
	}
	polygons, err := g.polygons()
	if err != nil {
		return err
	}
	*o = NewOutline(polygons)
	return nil
}
