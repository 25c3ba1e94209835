// Package demo is a lively fictional New Caledonia: organisations that do not exist, with names, texts, places and
// numbers composed by a seeded generator from banks of phrases, so that a newcomer sees the platform full and a
// benchmark has something true to life to measure. It knows territories, companies and listings; it must not know
// the database, the search index or pages: app writes what it makes.
package demo

import (
	"embed"
	"iter"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Count is how many organisations Generate makes.
const Count = 389

// Entry is one fictional organisation: its record and its card, with identifiers set and equal for equal seeds.
type Entry struct {
	Company company.Company
	Listing listing.Listing
}

// Generate makes Count organisations of the territory, which must have the communes of New Caledonia. Every commune
// and every competence is there, names and descriptions are all different, and dates of confirmation lie in the two
// years before now. The same seed, territory and now give the same entries, byte for byte.
func Generate(seed uint64, terr *territory.Territory, now time.Time) ([]Entry, error) {
	g, err := newGenerator(seed, terr, now)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, Count)
	for i, role := range g.cast(Count) {
		entries = append(entries, g.entry(i, role))
	}
	return entries, nil
}

// Scale makes n organisations one after the other from the same banks, for benchmarks: nothing but the names already
// given is kept in memory. Names that repeat get a number; descriptions may repeat.
func Scale(seed uint64, terr *territory.Territory, now time.Time, n int) (iter.Seq[Entry], error) {
	g, err := newGenerator(seed, terr, now)
	if err != nil {
		return nil, err
	}
	return func(yield func(Entry) bool) {
		run := g.fresh()
		run.many = true
		for i := range n {
			if !yield(run.entry(i, run.anyRole(i))) {
				return
			}
		}
	}, nil
}

// generator makes the entries of one run; it remembers the names and descriptions already used.
type generator struct {
	seed   uint64
	terr   *territory.Territory
	now    time.Time
	banks  banks
	places atlas
	used   map[string]int  // names, in the form in which two are equal
	told   map[string]bool // descriptions
	many   bool            // a run of Scale: repeats are allowed
}

func newGenerator(seed uint64, terr *territory.Territory, now time.Time) (*generator, error) {
	b, err := loadBanks()
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "demo.banks", nil)
	}
	g := &generator{seed: seed, terr: terr, now: now.UTC().Truncate(time.Second), banks: b, places: newAtlas(terr)}
	if len(g.places.communes) == 0 {
		return nil, errs.New(errs.Invalid, "demo.territory", errs.Args{"territory": terr.Code})
	}
	return g.fresh(), nil
}

// fresh is the same generator with nothing used yet.
func (g *generator) fresh() *generator {
	copied := *g
	copied.used, copied.told = map[string]int{}, map[string]bool{}
	return &copied
}
