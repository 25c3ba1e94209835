package search_test

import (
	"encoding/json"
	"os"
	"testing"

	"grappe/internal/platform/search"
)

// TestTechOnMap asks the real directory of 2015 what the project promises, where its file is present.
func TestTechOnMap(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/data/techonmap-idf-2015.geojson")
	if err != nil {
		t.Skip("the TechOnMap file is not beside the repository: ", err)
	}
	var file struct {
		Features []struct {
			Properties struct {
				ID, Name, Description string
				Tags                  []string
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var docs []search.Doc
	for _, f := range file.Features {
		p := f.Properties
		docs = append(docs, search.Doc{ID: p.ID, Text: [][]string{{p.Name}, nil, p.Tags, nil, {p.Description}}})
	}
	x := search.New(config(vocabulary(t)))
	x.Apply(docs, nil)
	for _, group := range [][]string{
		{"coworking", "covorking", "cowroking", "Co-working", "co working"},
		{"jeux video", "jeu vidéo", "jeux vidéo"},
		{"securite informatique", "sécurité informatique"},
		{"e-commerce", "ecommerce", "e commerce"},
		{"startup", "start-up", "startups"},
		{"développeur", "developpeur", "devloppeur", "développeurs"},
	} {
		first := sortedIDs(ask(t, x, search.Query{Text: group[0], Limit: 5000}))
		if first == "" {
			t.Errorf("%q finds nothing", group[0])
		}
		for _, other := range group[1:] {
			res := ask(t, x, search.Query{Text: other, Limit: 5000})
			if sortedIDs(res) != first {
				t.Errorf("%q finds other listings than %q (%d, did you mean %q)", other, group[0], res.Total, res.DidYouMean)
			}
		}
	}
}
