package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"grappe/internal/demo"
	"grappe/internal/directory"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/presets"
)

// expectation is what a person who types a query would want, as internal/directory/testdata/relevance-*.yaml says it. It
// stands here because only app may put the fictional cards and the directory together.
type expectation struct {
	Query      string              `yaml:"query"`
	Choices    map[string][]string `yaml:"choices"`      // by facet, as in an address
	Within     int                 `yaml:"within"`       // how many first hits Has, Category, Tagged and In speak of; 5 when it is not given
	Need       int                 `yaml:"need"`         // how many of those must comply; all when it is not given
	Has        []string            `yaml:"has"`          // each has one of these competences
	Category   string              `yaml:"category"`     // each is of this category
	Tagged     []string            `yaml:"tagged"`       // each has one of these tags
	Says       []string            `yaml:"says"`         // each says one of these words, in its name, headline, description or tags
	In         string              `yaml:"in"`           // each sits in this zone
	First      string              `yaml:"first"`        // the slug of the first hit
	Includes   []string            `yaml:"includes"`     // slugs among the first hits
	Lacks      []string            `yaml:"lacks"`        // competences that none of the first three has, unless it also has one of Has
	AtLeast    int                 `yaml:"at_least"`     // hits
	AtMost     int                 `yaml:"at_most"`      // hits; no limit when it is not given
	None       bool                `yaml:"none"`         // nothing is found, and that is right
	SameAs     string              `yaml:"same_as"`      // finds the same cards
	Dropped    []string            `yaml:"dropped"`      // words left out; none when it is not given
	AnyDropped bool                `yaml:"any_dropped"`  // some words may be left out
	DidYouMean string              `yaml:"did_you_mean"` // what is proposed
	KnownWeak  string              `yaml:"known_weak"`   // why it fails for now
}

// bench is a directory that expectations are tried on.
type bench struct {
	*App
	code string
}

func (b *bench) find(t *testing.T, e expectation, limit int) directory.Found {
	t.Helper()
	q := directory.Query{Text: e.Query, Choices: e.Choices, Page: 1}
	found, err := b.Directory.Search(t.Context(), b.code, q, directory.Options{Limit: limit, Explain: true})
	if err != nil {
		t.Fatalf("%q: %v", e.Query, err)
	}
	return found
}

// faults says in what the answer to a query is not what was expected.
func (b *bench) faults(t *testing.T, e expectation) []string {
	found := b.find(t, e, max(e.Within, 5))
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if !e.AnyDropped && !slices.Equal(found.Dropped, e.Dropped) && len(found.Dropped)+len(e.Dropped) > 0 {
		fault("left out %q, want %q", found.Dropped, e.Dropped)
	}
	if len(found.Unknown) > 0 {
		fault("does not know %v", found.Unknown)
	}
	if e.DidYouMean != "" && found.DidYouMean != e.DidYouMean {
		fault("proposes %q, want %q", found.DidYouMean, e.DidYouMean)
	}
	if e.None != (found.Total == 0) || found.Total < e.AtLeast || e.AtMost > 0 && found.Total > e.AtMost {
		fault("finds %d cards, want %d to %d", found.Total, e.AtLeast, e.AtMost)
	}
	if e.SameAs != "" {
		all, other := b.find(t, e, directory.MaxLimit), b.find(t, expectation{Query: e.SameAs, Choices: e.Choices}, directory.MaxLimit)
		if !slices.Equal(slugs(all), slugs(other)) {
			fault("finds other cards than %q (%d and %d)", e.SameAs, all.Total, other.Total)
		}
	}
	return append(faults, b.firstFaults(e, found)...)
}

// firstFaults judges the first hits.
func (b *bench) firstFaults(e expectation, found directory.Found) []string {
	var faults []string
	within := e.Within
	if within == 0 {
		within = 5
	}
	first := found.Hits[:min(within, len(found.Hits))]
	good := 0
	for _, hit := range first {
		if b.complies(e, hit.Listing) {
			good++
		}
	}
	need := e.Need
	if need == 0 {
		need = len(first)
	}
	if good < need {
		faults = append(faults, fmt.Sprintf("%d of the first %d are what was asked for, want %d", good, len(first), need))
	}
	if e.First != "" && (len(first) == 0 || first[0].Slug != e.First) {
		faults = append(faults, "the first is not "+e.First)
	}
	for _, slug := range e.Includes {
		if !slices.ContainsFunc(first, func(f directory.FoundListing) bool { return f.Slug == slug }) {
			faults = append(faults, slug+" is not among the first")
		}
	}
	for _, hit := range found.Hits[:min(3, len(found.Hits))] {
		if overlap(hit.Competences, e.Lacks) && !overlap(hit.Competences, e.Has) {
			faults = append(faults, hit.Slug+" has nothing to do here")
		}
	}
	return faults
}

// complies reports whether a card is one that was asked for.
func (b *bench) complies(e expectation, l listing.Listing) bool {
	text := strings.ToLower(strings.Join(append([]string{l.Name, l.Headline, l.Description}, l.Tags...), "\n"))
	says := func(word string) bool { return strings.Contains(text, strings.ToLower(word)) }
	return (len(e.Has) == 0 || overlap(l.Competences, e.Has)) &&
		(e.Category == "" || string(l.Category) == e.Category) &&
		(len(e.Tagged) == 0 || overlap(l.Tags, e.Tagged)) &&
		(len(e.Says) == 0 || slices.ContainsFunc(e.Says, says)) &&
		(e.In == "" || l.Zone == e.In)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func slugs(found directory.Found) []string {
	out := make([]string, 0, len(found.Hits))
	for _, hit := range found.Hits {
		out = append(out, hit.Slug)
	}
	slices.Sort(out)
	return out
}

// told is the answer in a few lines, for whoever mends it.
func told(found directory.Found) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %d cards, left out %q, did you mean %q", found.Total, found.Dropped, found.DidYouMean)
	for _, hit := range found.Hits[:min(5, len(found.Hits))] {
		fmt.Fprintf(&b, "\n  %4d %s, %s, %v, tags %v\n      ", hit.Hit.Score, hit.Slug, hit.Zone, hit.Competences, hit.Tags)
		for _, w := range hit.Hit.Explain.Words {
			fmt.Fprintf(&b, " %s→%s %s in %s %d;", w.Word, w.Matched, w.How, w.Field, w.Points)
		}
		fmt.Fprintf(&b, " nearness %d, quality %d, freshness %d", hit.Hit.Explain.Nearness, hit.Hit.Explain.Quality, hit.Hit.Explain.Freshness)
	}
	return b.String()
}

// judge tries all expectations of a file; those known to be weak may fail, but are at most one in twenty.
func (b *bench) judge(t *testing.T, file string, least int) {
	t.Helper()
	data, err := os.ReadFile("../directory/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all []expectation
	if err := yaml.UnmarshalWithOptions(data, &all, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if len(all) < least {
		t.Errorf("%s holds %d queries, want at least %d", file, len(all), least)
	}
	met, weak := 0, 0
	for _, e := range all {
		faults := b.faults(t, e)
		switch {
		case len(faults) == 0 && e.KnownWeak == "":
			met++
		case len(faults) == 0:
			t.Errorf("%q is good now: take its known_weak away", e.Query)
		case e.KnownWeak != "":
			weak++
			t.Logf("known to be weak: %q: %s (%s)", e.Query, strings.Join(faults, "; "), e.KnownWeak)
		default:
			t.Errorf("%q: %s\n%s", e.Query, strings.Join(faults, "; "), told(b.find(t, e, 5)))
		}
	}
	t.Logf("%s: %d of %d expectations are met", file, met, len(all))
	if weak*20 > len(all) {
		t.Errorf("%d of %d expectations are known to be weak, more than one in twenty", weak, len(all))
	}
}

func TestRelevanceOnFictionalCards(t *testing.T) {
	(&bench{filled(t), "nc"}).judge(t, "relevance-demo.yaml", 60)
}

const techonmap = "../../../shared/data/techonmap-idf-2015.geojson"

func TestRelevanceOnTechOnMap(t *testing.T) {
	(&bench{techonmapped(t), "idf"}).judge(t, "relevance-techonmap.yaml", 20)
}

// techonmapped is the directory of Île-de-France as an import makes it.
func techonmapped(t *testing.T) *App {
	t.Helper()
	if raced {
		t.Skip("importing 2,120 cards takes half a minute with -race and has no race to find: run it without")
	}
	file, err := os.Open(techonmap)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here: the queries on real data are not tried", techonmap)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a := start(t, Options{})
	place, err := a.Territories.Add(t.Context(), "idf")
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := importer.LoadMapping(presets.FS, "techonmap")
	if err != nil {
		t.Fatal(err)
	}
	report, err := a.Importer.Import(t.Context(), importer.Options{
		Territory: place, Mapping: mapping, File: "techonmap.geojson", Input: file, Size: info.Size(),
	})
	if err != nil || report.Rows != 2120 || report.Created < 2000 {
		t.Fatalf("%d rows, %d created: %v", report.Rows, report.Created, err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// The fictional cards are the same for everybody, or no expectation could be written of them.
func TestFictionalCardsAreFixed(t *testing.T) {
	a := start(t, Options{})
	place, _, err := a.Ensure(t.Context(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	one, err := demo.Generate(demoSeed, place, today())
	if err != nil {
		t.Fatal(err)
	}
	two, err := demo.Generate(demoSeed, place, today())
	if err != nil {
		t.Fatal(err)
	}
	a1, err1 := json.Marshal(one)
	a2, err2 := json.Marshal(two)
	if err := errors.Join(err1, err2); err != nil || string(a1) != string(a2) || len(one) != demo.Count {
		t.Errorf("%d cards, not the same twice, %v", len(one), err)
	}
}
