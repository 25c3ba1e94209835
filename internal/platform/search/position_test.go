package search

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/geo"
)

// walk reads all hits page by page, each from the position of the last, which goes through JSON; between tells of a page
// before the next is asked for.
func walk(t *rapid.T, x *Index, q Query, between func()) []string {
	var ids []string
	for range 1000 {
		q.Limit = rapid.IntRange(1, 9).Draw(t, "limit")
		res, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			ids = append(ids, h.ID)
		}
		if len(res.Hits) < q.Limit {
			return ids
		}
		text, err := json.Marshal(res.Hits[len(res.Hits)-1].Position)
		if err != nil {
			t.Fatal(err)
		}
		q.After = &Position{}
		if err := json.Unmarshal(text, q.After); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		between()
	}
	t.Fatalf("%+v: the walk has no end", q)
	return nil
}

func drawSorted(t *rapid.T, q Query) Query {
	q.Sort = rapid.SampledFrom([]Sort{Relevance, Distance, Name, Newest}).Draw(t, "sort")
	q.Near, q.RadiusKm, q.Limit = &geo.Point{Lat: -20, Lon: 170}, 0, 1000
	return q
}

// TestWalkIsOnePage proves that going on behind the last hit gives, in every order, what one page gives, and so does IDs.
func TestWalkIsOnePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(nil))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			x.Apply(rapid.SliceOfN(rapid.Custom(drawPlaced), 0, 30).Draw(t, "puts"), nil)
		}
		q := drawSorted(t, drawQuery(t))
		whole, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, h := range whole.Hits {
			want = append(want, h.ID)
		}
		if got := walk(t, x, q, func() {}); !slices.Equal(got, want) {
			t.Fatalf("%+v\n got %v\nwant %v", q, got, want)
		}
		ids, err := x.IDs(context.Background(), q)
		if err != nil || !slices.Equal(ids, want) {
			t.Fatalf("%+v\nIDs %v, %v\nwant %v", q, ids, err, want)
		}
		if len(want) == 0 {
			return
		}
		at := rapid.IntRange(0, len(want)-1).Draw(t, "at")
		q.After = &whole.Hits[at].Position
		rest, err := x.Search(context.Background(), q)
		if err != nil || rest.Total != whole.Total || fmt.Sprint(rest.Facets) != fmt.Sprint(whole.Facets) || len(rest.Hits) != len(want)-at-1 {
			t.Fatalf("behind %d of %d: %d hits of %d, %v", at, len(want), len(rest.Hits), rest.Total, err)
		}
	})
}

// TestWalkWhileDocumentsChange proves that documents that nobody touches during a walk come exactly once, whatever comes, changes
// or goes meanwhile. The text is empty, or one finished word that an untouched document has as is: what a word that nobody
// has is read as depends on the others, and with it the score.
func TestWalkWhileDocumentsChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(nil))
		docs := map[string]Doc{"anchor": {ID: "anchor", Text: [][]string{{"site"}}}}
		for _, d := range rapid.SliceOfN(rapid.Custom(drawPlaced), 0, 50).Draw(t, "docs") {
			docs[d.ID] = d
		}
		q := drawSorted(t, Query{Text: rapid.SampledFrom([]string{"", "site "}).Draw(t, "text"), Day: "2026-11-21"})
		for _, d := range docs {
			x.Apply([]Doc{d}, nil)
		}
		before, err := x.IDs(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		touched := map[string]bool{}
		got := walk(t, x, q, func() {
			if rapid.Bool().Draw(t, "delete") {
				id := fmt.Sprintf("d%d", rapid.IntRange(0, 60).Draw(t, "id"))
				touched[id] = true
				x.Apply(nil, []string{id})
				return
			}
			if len(touched) < 20 { // else those that come behind the walk lead it on for ever
				d := drawPlaced(t)
				touched[d.ID] = true
				x.Apply([]Doc{d}, nil)
			}
		})
		untouched := func(ids []string) []string {
			return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return touched[id] })
		}
		if !slices.Equal(untouched(got), untouched(before)) {
			t.Fatalf("%+v, touched %v\n got %v\nwant %v", q, touched, got, before)
		}
	})
}

func TestForgedPositions(t *testing.T) {
	x := New(propertyConfig(nil))
	for i := range 40 {
		x.Apply([]Doc{{ID: fmt.Sprint(i), NameKey: strings.Repeat("k", i*20), Point: &geo.Point{Lat: float64(i), Lon: 10}}}, nil)
	}
	nan, inf, far := math.NaN(), math.Inf(-1), 1e300
	long := strings.Repeat("x", 1<<20)
	for i, p := range []Position{
		{},
		{ID: long, Day: long, Name: []byte(long)},
		{ID: "7", Score: math.MaxInt32, Km: &nan, Added: math.MinInt64},
		{ID: "\xff\x00", Score: math.MinInt32, Km: &inf, Added: math.MaxInt64},
		{Km: &far, Day: "hier"},
	} {
		for _, sort := range []Sort{Relevance, Distance, Name, Newest, Sort(99)} {
			res, err := x.Search(context.Background(), Query{Sort: sort, After: &p, Near: &geo.Point{}, Limit: 100, Day: "2026-11-21"})
			if err != nil || res.Total != 40 || len(res.Hits) > 40 {
				t.Errorf("position %d, order %d: %d hits of %d, %v", i, sort, len(res.Hits), res.Total, err)
			}
		}
	}
	for _, text := range []string{`{"km":1e999}`, `{"score":3000000000}`, `{"name":"é"}`, `{"added":1.5}`, `[]`} {
		if err := json.Unmarshal([]byte(text), &Position{}); err == nil {
			t.Errorf("%s is taken for a position", text)
		}
	}
	res, err := x.Search(context.Background(), Query{Sort: Name, Limit: 100, Day: "2026-11-21"})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range res.Hits {
		text, err := json.Marshal(h.Position)
		if err != nil || len(text) > 450 {
			t.Errorf("%s: %d bytes, %v", h.ID, len(text), err)
		}
	}
}
