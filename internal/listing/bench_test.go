package listing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
)

// fictional makes n cards spread over New Caledonia, some names alike.
func fictional(n int) []Record {
	random := rand.New(rand.NewPCG(1, 2))
	trades := []string{"Conseil", "Web", "Réseaux", "Studio", "Atelier", "Formation", "Data", "Cyber", "Cloud", "Print"}
	places := []string{"du Caillou", "de Nouméa", "du Nord", "des Îles", "du Lagon", "de Koné", "de Lifou", "du Pacifique"}
	out := make([]Record, n)
	for i := range out {
		name := fmt.Sprintf("%s %s %d", trades[random.IntN(len(trades))], places[random.IntN(len(places))], random.IntN(5000))
		r := card(name)
		r.Company.Identifiers = []company.Identifier{{Scheme: company.SchemeRIDET, Value: fmt.Sprintf("%010d", i+1), Valid: true}}
		r.Listing.Phones = []string{fmt.Sprintf("+687%06d", 200000+i)}
		r.Listing.Websites = []string{fmt.Sprintf("https://www.exemple%d.nc", i)}
		r.Listing.Point = &geo.Point{Lat: -22.5 + random.Float64()*2.5, Lon: 164 + random.Float64()*3}
		out[i] = r
	}
	return out
}

// BenchmarkSaveBatch stores 2,000 cards in one transaction, as the importer does.
func BenchmarkSaveBatch(b *testing.B) {
	d := dbtest.SQLite(b)
	records := fictional(2000)
	for b.Loop() {
		err := d.Write(b.Context(), func(tx *db.Tx) error {
			_, err := Store{}.SaveBatch(b.Context(), tx, records, clock())
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(records))/b.Elapsed().Seconds(), "cards/s")
}

// BenchmarkEach reads 20,000 cards, as the rebuild of the index does.
func BenchmarkEach(b *testing.B) {
	d := dbtest.SQLite(b)
	const total = 20_000
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		_, err := Store{}.SaveBatch(b.Context(), tx, fictional(total), clock())
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n := 0
		if err := (Store{}).Each(b.Context(), d.Read(), "nc", func(Listing) error { n++; return nil }); err != nil || n != total {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.N*total)/b.Elapsed().Seconds(), "cards/s")
}

// BenchmarkJudge compares pairs of cards.
func BenchmarkJudge(b *testing.B) {
	records := fictional(200)
	candidates := make([]Candidate, len(records))
	for i, r := range records {
		candidates[i] = CandidateOf(r.Listing, r.Company)
	}
	i := 0
	for b.Loop() {
		Judge(candidates[i%200], candidates[(i*7+1)%200])
		i++
	}
}

// BenchmarkOverwrite changes two fields of 2,000 cards that are there, in the batches of an import.
func BenchmarkOverwrite(b *testing.B) {
	d := dbtest.SQLite(b)
	var records []Record
	for i := range 2000 {
		r := card(fmt.Sprint("Atelier ", i))
		r.Company.Identifiers = nil
		records = append(records, r)
	}
	write := func(f func(tx *db.Tx) error) {
		if err := d.Write(b.Context(), f); err != nil {
			b.Fatal(err)
		}
	}
	write(func(tx *db.Tx) (err error) {
		records, err = Store{}.SaveBatch(b.Context(), tx, records, clock())
		return err
	})
	for n := 0; b.Loop(); n++ {
		for chunk := range slices.Chunk(records, 200) {
			for i := range chunk {
				chunk[i].Listing, _ = Merge(chunk[i].Listing, Content{Headline: fmt.Sprint("Mots ", n), City: fmt.Sprint("Ville ", n)}, nil, imported("a", 2))
			}
			write(func(tx *db.Tx) error {
				saved, err := Store{}.SaveListings(b.Context(), tx, chunk, clock())
				copy(chunk, saved)
				return err
			})
		}
	}
	b.ReportMetric(float64(b.N*len(records))/b.Elapsed().Seconds(), "cards/s")
}
