package directory

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/platform/search/searchtest"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// hundredThousand is a directory of New Caledonia with 100,000 cards in memory: two in three about Nouméa, the others anywhere.
func hundredThousand(b *testing.B) *Service {
	b.Helper()
	t, err := territory.Load(presets.FS, "nc")
	if err != nil {
		b.Fatal(err)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		b.Fatal(err)
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		b.Fatal(err)
	}
	data, err := fs.ReadFile(presets.FS, "vocabulary/fr.yaml")
	if err != nil {
		b.Fatal(err)
	}
	synonyms, err := search.ReadVocabulary(data)
	if err != nil {
		b.Fatal(err)
	}
	c := newCatalogue(t, &Taxonomies{Competences: competences, Sectors: sectors}, synonyms)
	r := rand.New(rand.NewPCG(3, 3))
	communes := t.Tree().Leaves()
	var cards []listing.Outline
	for i, d := range searchtest.New(1).Docs(100_000) {
		l := listing.Listing{ID: fmt.Sprintf("0193a1c2-7000-7000-8000-%012d", i), Slug: fmt.Sprintf("carte-numero-%06d", i), State: listing.Published}
		l.Name, l.Category, l.Description = d.Text[0][0], listing.Categories()[i%7], d.Text[4][0]
		l.Zone, l.Competences = communes[r.IntN(len(communes))].Code, []string{competences.Terms[r.IntN(len(competences.Terms))].Code}
		l.Point = &geo.Point{Lat: -22.27 + 0.05*r.NormFloat64(), Lon: 166.45 + 0.05*r.NormFloat64()}
		if i%3 == 0 {
			l.Point = &geo.Point{Lat: -22.7 + 3*r.Float64(), Lon: 164 + 3*r.Float64()}
		}
		cards = append(cards, listing.OutlineOf(l))
	}
	c.apply(cards, nil)
	return &Service{catalogues: map[string]*catalogue{"nc": c}, now: time.Now, log: slog.New(slog.DiscardHandler)}
}

// BenchmarkMap100k measures a map's whole answer, its JSON included.
func BenchmarkMap100k(b *testing.B) {
	s := hundredThousand(b)
	around := func(lat, lon, half float64) *geo.Box {
		return &geo.Box{West: lon - half, East: lon + half, South: lat - half*0.7, North: lat + half*0.7}
	}
	world := &geo.Box{West: -180, South: -90, East: 180, North: 90}
	for _, view := range []struct {
		name string
		zoom int
		q    Query
	}{
		{"world", 2, Query{Box: world}},
		{"territory", 8, Query{Box: around(-21.2, 165.5, 3)}},
		{"island", 10, Query{Box: around(-22.1, 166.3, 0.7)}},
		{"city", 13, Query{Box: around(-22.27, 166.45, 0.09)}},
		{"street", 17, Query{Box: around(-22.27, 166.45, 0.006)}},
		{"large screen", 13, Query{Box: around(-22.27, 166.45, 0.25)}},
		{"text", 10, Query{Box: around(-22.1, 166.3, 0.7), Text: "formation site"}},
		{"facets", 10, Query{Box: around(-22.1, 166.3, 0.7), Choices: map[string][]string{FacetZone: {"sud"}, FacetCompetence: {"training", "web-development"}}}},
		{"no box", 9, Query{}},
		{"absurd", 22, Query{Box: world}},
	} {
		b.Run(view.name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			size, clusters := 0, 0
			for b.Loop() {
				start := time.Now()
				answer, err := s.Clusters(b.Context(), "nc", view.q, view.zoom)
				if err != nil {
					b.Fatal(err)
				}
				text, err := json.Marshal(answer)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				size, clusters = len(text), len(answer.Clusters)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
			b.ReportMetric(float64(size), "bytes")
			b.ReportMetric(float64(clusters), "clusters")
		})
	}
}
