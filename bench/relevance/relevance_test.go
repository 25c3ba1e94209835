package relevance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"grappe/bench/corpus"
	"grappe/bench/relevance"
	"grappe/internal/platform/geo"
)

// tiny is a corpus of four listings of Île-de-France.
func tiny(t *testing.T) *corpus.Corpus {
	t.Helper()
	features := ""
	for i, f := range []struct {
		name, description, category string
		lon                         float64
	}{
		{"Alpha", "Développeuse de sites à Paris", "Entreprise", 2.3},
		{"Beta", "Un site, des développeurs", "École", 2.3},
		{"Gamma", "Développement de sites internet", "Entreprise", 2.9},
		{"Delta", "Plombiers et chauffage", "Entreprise", 2.3},
	} {
		if i > 0 {
			features += ","
		}
		features += fmt.Sprintf(`{"geometry": {"coordinates": [%g, 48.8]}, "properties": {"name": %q, "description": %q, "category": %q}}`, f.lon, f.name, f.description, f.category)
	}
	path := filepath.Join(t.TempDir(), "tiny.geojson")
	if err := os.WriteFile(path, []byte(`{"features": [`+features+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := corpus.TechOnMap(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatAnswers(t *testing.T) {
	c := tiny(t)
	word := func(w string) corpus.Unit {
		return corpus.Unit{Typed: "typed wrong", Means: []string{w}, Misspelt: true}
	}
	start := func(w string) corpus.Unit { return corpus.Unit{Typed: w, Means: []string{w}, Unfinished: true} }
	phrase := func(w ...string) corpus.Unit { return corpus.Unit{Means: w, Phrase: true} }
	one := func(u ...corpus.Unit) corpus.Query { return corpus.Query{Units: u} }
	chosen := one(word("site"))
	chosen.Filters = map[string][]string{corpus.Category: {"entreprise"}}
	boxed := one(word("site"))
	boxed.Box = &geo.Box{West: 2, East: 2.5, South: 48, North: 49}
	cases := []struct {
		name  string
		query corpus.Query
		want  []uint32
	}{
		{"any form of the word that was meant", one(word("developpeur")), []uint32{0, 1}},
		{"every word", one(word("sites"), word("developpeuses")), []uint32{0, 1}},
		{"the same word twice", one(word("sites"), word("site")), []uint32{0, 1, 2}},
		{"a beginning", one(start("develop")), []uint32{0, 1, 2}},
		{"words in a row", one(phrase("sites", "internet")), []uint32{2}},
		{"little words count in a row", one(phrase("developpeuse", "sites")), nil},
		{"a row does not go from one text to the next", one(phrase("alpha", "developpeuse")), nil},
		{"a choice", chosen, []uint32{0, 2}},
		{"a box", boxed, []uint32{0, 1}},
		{"nothing", one(word("boulanger")), nil},
	}
	var queries []corpus.Query
	for _, test := range cases {
		queries = append(queries, test.query)
	}
	truth := relevance.Find(c, queries) // all at once: they must not disturb each other
	for i, test := range cases {
		if !reflect.DeepEqual(truth[i], test.want) {
			t.Errorf("%s: %v, not %v", test.name, truth[i], test.want)
		}
	}
	path := filepath.Join(t.TempDir(), "truth")
	if err := truth.Save(path); err != nil {
		t.Fatal(err)
	}
	if read, err := relevance.Load(path); err != nil || len(read) != len(truth) || !reflect.DeepEqual(read[0], truth[0]) {
		t.Errorf("read %v, %v", read, err)
	}
}

func TestEveryQueryHasAnAnswer(t *testing.T) {
	c, err := corpus.Generated(1, 1500)
	if err != nil {
		t.Fatal(err)
	}
	queries := c.Queries(1, 300)
	for i, found := range relevance.Find(c, queries) {
		if len(found) == 0 {
			t.Errorf("nothing answers %q %v", queries[i].Text(), queries[i].Filters)
		}
	}
}
