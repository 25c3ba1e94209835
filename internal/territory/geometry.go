package territory

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/spelling"
)

// GeometryReport says what became of the features of a GeoJSON file.
type GeometryReport struct {
	Features  int              `json:"features"`
	Skipped   int              `json:"skipped"`    // features that are no area
	CodeKey   string           `json:"code_key"`   // the property whose values were zone codes, if one was
	NameKey   string           `json:"name_key"`   // the property whose values were zone names, if one was
	Matched   []MatchedFeature `json:"matched"`    // in the order of the file
	Unmatched []LostFeature    `json:"unmatched"`  // in the order of the file
	Bare      []string         `json:"bare_zones"` // codes of the zones without others below them that got no outline
}

// MatchedFeature is a feature that became the outline of a zone, or a part of it.
type MatchedFeature struct {
	Row     int    `json:"row"`
	Written string `json:"written"` // the code or name in the file
	Zone    string `json:"zone"`
	Name    string `json:"name"`
	By      string `json:"by"` // "code", or the kind of match of the name
}

// LostFeature is a feature that no zone wanted.
type LostFeature struct {
	Row     int    `json:"row"`
	Written string `json:"written"`
}

// idKey stands for the id of a feature among its properties.
const idKey = "@id"

// LoadGeometry reads zone outlines from any GeoJSON. Features find their zone by code, whatever the property is
// called, else by name; those of one zone are put together. What is not matched is told in the report. It returns
// the errors of geo.ReadFeatures.
func LoadGeometry(t *Territory, r io.Reader) (*Outlines, GeometryReport, error) {
	features, skipped, err := geo.ReadFeatures(r)
	if err != nil {
		return nil, GeometryReport{}, err
	}
	tree := t.Tree()
	m := featureMatcher{tree: tree}
	m.chooseKeys(features)
	report := GeometryReport{Features: len(features) + skipped, Skipped: skipped, CodeKey: m.codeKey, NameKey: m.nameKey}
	shapes := map[string]geo.Outline{}
	for _, f := range features {
		z, text, by := m.match(f)
		if by == "" {
			report.Unmatched = append(report.Unmatched, LostFeature{Row: f.Row, Written: clip(text)})
			continue
		}
		report.Matched = append(report.Matched, MatchedFeature{Row: f.Row, Written: clip(text), Zone: z.Code, Name: z.Name, By: by})
		shapes[z.Code] = shapes[z.Code].Join(f.Outline)
	}
	for _, z := range tree.Leaves() {
		if _, ok := shapes[z.Code]; !ok {
			report.Bare = append(report.Bare, z.Code)
		}
	}
	return NewOutlines(tree, shapes), report, nil
}

// featureMatcher knows in which properties of a file the codes and names of the zones stand.
type featureMatcher struct {
	tree             *Tree
	codeKey, nameKey string
}

// chooseKeys counts, for each property, of how many distinct zones its values are the code or the name.
func (m *featureMatcher) chooseKeys(features []geo.Feature) {
	codes, names := map[string]map[string]bool{}, map[string]map[string]bool{}
	add := func(in map[string]map[string]bool, key, zone string) {
		if in[key] == nil {
			in[key] = map[string]bool{}
		}
		in[key][zone] = true
	}
	for _, f := range features {
		for key, value := range values(f) {
			if z, ok := m.byCode(value); ok && !postal(key) {
				add(codes, key, z.Code)
			}
			if z, kind, ok := m.tree.Match(value, ""); ok && kind.Sure() {
				add(names, key, z.Code)
			}
		}
	}
	m.codeKey, m.nameKey = richest(codes), richest(names)
	// Running numbers are codes of departments by chance: a property counts only if it holds codes more often than not.
	if 2*len(codes[m.codeKey]) < min(len(features), m.tree.Len()) {
		m.codeKey = ""
	}
}

// postal reports a property that holds postcodes, which look like INSEE codes but are others.
func postal(key string) bool {
	k := spelling.Compact(key)
	return strings.Contains(k, "post") || strings.HasSuffix(k, "cp") || strings.HasPrefix(k, "cp")
}

// richest is the key with the most zones, the first in alphabetical order among equals.
func richest(zones map[string]map[string]bool) string {
	best := ""
	for key := range zones {
		if best == "" || cmp.Or(cmp.Compare(len(zones[best]), len(zones[key])), cmp.Compare(key, best)) < 0 {
			best = key
		}
	}
	return best
}

// values gives the id and properties of a feature that are text or number.
func values(f geo.Feature) map[string]string {
	out := make(map[string]string, len(f.Properties)+1)
	if f.ID != "" {
		out[idKey] = f.ID
	}
	for k, v := range f.Properties {
		if s := strings.TrimSpace(geo.Text(v)); s != "" {
			out[k] = s
		}
	}
	return out
}

// byCode finds a zone by a code that may have lost its leading zero.
func (m *featureMatcher) byCode(code string) (Zone, bool) {
	if z, ok := m.tree.Zone(code); ok {
		return z, true
	}
	if digits(code, 4) {
		return m.tree.Zone("0" + code)
	}
	return m.tree.Zone(strings.ToLower(code))
}

// match finds the zone of a feature, with what it was found by and the text to show for the feature.
func (m *featureMatcher) match(f geo.Feature) (Zone, string, string) {
	v := values(f)
	name := v[m.nameKey]
	if m.codeKey != "" {
		if z, ok := m.byCode(v[m.codeKey]); ok {
			return z, cmp.Or(name, v[m.codeKey]), "code"
		}
	}
	if z, kind, ok := m.tree.Match(name, ""); ok {
		return z, name, string(kind)
	}
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if z, kind, ok := m.tree.Match(v[k], ""); ok && kind.Sure() {
			return z, v[k], string(kind)
		}
	}
	if name == "" && len(keys) > 0 {
		name = v[keys[0]]
	}
	return Zone{}, name, ""
}
