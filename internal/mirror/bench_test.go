package mirror

import (
	"fmt"
	"testing"

	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
)

// BenchmarkSync is the first copy of a directory, and a look at it once nothing has changed since the restore of its base.
func BenchmarkSync(b *testing.B) {
	const cards = 5000
	s := newSource(b)
	all := make([]*listing.Public, cards)
	for i := range all {
		all[i] = card(fmt.Sprintf("Entreprise %d", i))
	}
	s.set(all...)
	for range b.N {
		b.StopTimer()
		p := newPlace(b, dbtest.SQLite(b))
		b.StartTimer()
		if r := p.follow(b, s); r.Created != cards {
			b.Fatalf("%+v", r)
		}
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/5000-cards")
		b.StopTimer()
		s.restore(fmt.Sprint("r", b.N), all...)
		b.StartTimer()
		if r := p.sync(b); r.Unchanged != cards {
			b.Fatalf("%+v", r)
		}
	}
}
