package corpus

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

type techOnMapFile struct {
	Features []struct {
		Geometry struct{ Coordinates [2]float64 }
		// Some postcodes are numbers and some texts.
		Properties struct {
			Name, Description, Category, City string
			Tags                              []string
			Postcode                          any
			Updated                           int64
		}
	}
}

// TechOnMap is the real directory of Île-de-France of 2015, from its GeoJSON file.
func TechOnMap(path string) (*Corpus, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file techOnMapFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	t, err := territory.Load(presets.FS, "idf")
	if err != nil {
		return nil, err
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		return nil, err
	}
	words, err := readLexicon()
	if err != nil {
		return nil, err
	}
	listings := file.listings(t, competences)
	names := map[string]string{}
	for _, term := range competences.Terms {
		names[term.Code] = term.Name("fr")
	}
	c := &Corpus{
		Name: "techonmap", Len: len(listings), Territory: t, competences: names, zones: readZones(t), words: words,
		listing: func(i int) Listing { return listings[i] },
	}
	c.dictionary = func() map[string]bool {
		all := map[string]bool{}
		for _, l := range listings {
			for _, field := range c.Text(l) {
				for _, token := range Tokens(strings.Join(field, "\n")) {
					all[token.Folded] = true
				}
			}
		}
		return all
	}
	return c, nil
}

func (f techOnMapFile) listings(t *territory.Territory, competences *taxonomy.Taxonomy) []Listing {
	tree := t.Tree()
	out := make([]Listing, 0, len(f.Features))
	for i, feature := range f.Features {
		p := feature.Properties
		l := Listing{
			ID: id(i, uint64(i)*0x9e3779b97f4a7c15), Name: p.Name, Tags: p.Tags, Description: p.Description, Category: strings.ToLower(p.Category),
			Point:   geo.Point{Lat: feature.Geometry.Coordinates[1], Lon: feature.Geometry.Coordinates[0]},
			Quality: 0.5, Fresh: time.UnixMilli(p.Updated), Added: time.UnixMilli(p.Updated),
		}
		if z, _, ok := tree.Match(p.City, fmt.Sprint(p.Postcode)); ok {
			l.Zone = z.Code
		}
		for _, tag := range p.Tags {
			if term, ok := competences.Match(tag); ok && !contains(l.Competences, term.Code) {
				l.Competences = append(l.Competences, term.Code)
			}
		}
		out = append(out, l)
	}
	return out
}
