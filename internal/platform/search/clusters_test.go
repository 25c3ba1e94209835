package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/grid"
)

// kept is a point as the index keeps it.
func kept(p geo.Point) *geo.Point {
	return &geo.Point{Lat: grid.Degrees(grid.Units(p.Lat)), Lon: grid.Degrees(grid.Units(p.Lon))}
}

// drawPlace draws a point, or none: anywhere, around the 180th meridian, on one spot, within metres of it, or about an island.
func drawPlace(t *rapid.T) *geo.Point {
	hundredths := func(least, most int, label string) float64 {
		return float64(rapid.IntRange(least*100, most*100).Draw(t, label)) / 100
	}
	switch rapid.IntRange(0, 8).Draw(t, "where") {
	case 0:
		return nil
	case 1:
		return &geo.Point{Lat: hundredths(-90, 90, "lat"), Lon: hundredths(-180, 180, "lon")}
	case 2:
		return &geo.Point{Lat: hundredths(-18, -15, "lat"), Lon: rapid.SampledFrom([]float64{180, -180, 179.99, -179.99, 178, -178}).Draw(t, "lon")}
	case 3:
		return &geo.Point{Lat: -22.27, Lon: 166.45}
	case 4:
		metres := float64(rapid.IntRange(0, 300).Draw(t, "decimetres")) / 10
		return kept(geo.Point{Lat: -22.27 + metres/111195, Lon: 166.45})
	default:
		return &geo.Point{Lat: hundredths(-23, -19, "lat"), Lon: hundredths(163, 169, "lon")}
	}
}

func drawPlaced(t *rapid.T) Doc {
	d := drawDoc(t)
	d.ID = fmt.Sprintf("d%d", rapid.IntRange(0, 60).Draw(t, "id"))
	d.Point = drawPlace(t)
	return d
}

// crowd is n more documents, half of them about an island, half anywhere.
func crowd(n int, seed uint64) []Doc {
	r := rand.New(rand.NewPCG(seed, 1))
	docs := make([]Doc, n)
	for i := range docs {
		p := geo.Point{Lat: -23 + 4*r.Float64(), Lon: 163 + 6*r.Float64()}
		if i%2 == 0 {
			p = geo.Point{Lat: -90 + 180*r.Float64(), Lon: -180 + 360*r.Float64()}
		}
		docs[i] = Doc{ID: fmt.Sprintf("c%d", i), Text: [][]string{{"site"}}, Point: kept(p)}
	}
	return docs
}

// town is n more documents within a kilometre: put together, they stand in blocks that one cell has whole, and a choice or a word has
// parts of.
func town(n int, seed uint64) []Doc {
	r := rand.New(rand.NewPCG(seed, 2))
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = Doc{
			ID: fmt.Sprintf("t%d", i), Text: [][]string{{propertyWords[r.IntN(len(propertyWords))]}}, Facets: [][]string{nil, {string(rune('a' + r.IntN(3)))}},
			Point: kept(geo.Point{Lat: -22.27 + r.Float64()/100, Lon: 166.44 + r.Float64()/100}),
		}
	}
	return docs
}

func drawBox(t *rapid.T) *geo.Box {
	return rapid.SampledFrom([]*geo.Box{
		nil,
		{West: -180, South: -90, East: 180, North: 90},
		{West: 170, South: -30, East: -140, North: 0},
		{West: 163, South: -23, East: 169, North: -19},
		{West: 166.4, South: -22.3, East: 166.5, North: -22.2},
		{West: 10, South: -80, East: 9, North: 80},
		{West: 179, South: -20, East: 180, North: 0},
	}).Draw(t, "box")
}

// naiveCell is the cell of a point, by the formula of web map tiles with four cells to the side of a tile.
func naiveCell(p geo.Point, zoom int) [2]int {
	n := math.Exp2(float64(zoom + 2))
	lat := min(max(p.Lat, -85.05112877980659), 85.05112877980659) * math.Pi / 180
	y := math.Floor((1 - math.Asinh(math.Tan(lat))/math.Pi) / 2 * n)
	x := math.Mod(math.Floor((p.Lon+180)/360*n), n)
	return [2]int{int(x), int(min(max(y, 0), n-1))}
}

// cellOf is the cell of a cluster, by the corner of its box: it is that of all members.
func cellOf(c grid.Cluster, zoom int) [2]int {
	return naiveCell(geo.Point{Lat: c.Box.South, Lon: c.Box.West}, zoom)
}

// latitudeOf is where the y-th of n rows of cells begins.
func latitudeOf(y, n int) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/float64(n)))) * 180 / math.Pi
}

// naiveClusters gathers points by reading them again for each zoom, until there are few enough cells.
func naiveClusters(points map[string]geo.Point, zoom, most int) (int, map[[2]int][]string) {
	for ; ; zoom-- {
		cells := map[[2]int][]string{}
		for id, p := range points {
			at := naiveCell(p, zoom)
			cells[at] = append(cells[at], id)
		}
		if len(cells) <= most || zoom == 0 {
			return zoom, cells
		}
	}
}

// TestClustersAgainstNaive proves that the clusters are those of the documents that Search finds, that each tells the truth of its
// members, and that they do not change with the box as long as it takes in their cell.
func TestClustersAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(nil))
		docs := map[string]Doc{}
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			puts := rapid.SliceOfN(rapid.Custom(drawPlaced), 0, 50).Draw(t, "puts")
			x.Apply(puts, nil)
			for _, d := range puts {
				docs[d.ID] = d
			}
		}
		for _, d := range crowd(rapid.IntRange(0, 200).Draw(t, "crowd"), rapid.Uint64().Draw(t, "seed")) {
			x.Apply([]Doc{d}, nil)
			docs[d.ID] = d
		}
		if rapid.Bool().Draw(t, "a town") {
			houses := town(rapid.IntRange(256, 400).Draw(t, "houses"), rapid.Uint64().Draw(t, "seed"))
			x.Apply(houses, nil)
			for _, d := range houses {
				docs[d.ID] = d
			}
		}
		q := Query{}
		if rapid.Bool().Draw(t, "narrowed") {
			q = drawQuery(t)
		}
		q.Box, q.Near, q.RadiusKm, q.Limit, q.Sort = drawBox(t), nil, 0, 1000, Relevance
		zoom, most := rapid.IntRange(0, MaxZoom).Draw(t, "zoom"), rapid.IntRange(16, 24).Draw(t, "most")
		got := clustersOf(t, x, q, zoom, most)
		points := foundPoints(t, x, docs, q)
		wantZoom, cells := naiveClusters(points, zoom, most)
		if got.Zoom != wantZoom || len(got.List) != len(cells) || got.Total != len(points) {
			t.Fatalf("%d clusters of %d at zoom %d, want %d of %d at %d", len(got.List), got.Total, got.Zoom, len(cells), len(points), wantZoom)
		}
		for i, c := range got.List {
			at := cellOf(c, got.Zoom)
			if i > 0 {
				if before := cellOf(got.List[i-1], got.Zoom); before[1] > at[1] || before[1] == at[1] && before[0] >= at[0] {
					t.Fatalf("cluster %d is out of order", i)
				}
			}
			checkCluster(t, c, cells[at], points)
		}
		if got.Zoom > 0 {
			coarser, again := got.Coarser(), clustersOf(t, x, q, got.Zoom-1, math.MaxInt)
			if fmt.Sprint(coarser) != fmt.Sprint(again) {
				t.Fatalf("made coarser\n%+v\nasked for\n%+v", coarser, again)
			}
		}
		other := q
		other.Box = drawBox(t)
		comparePanned(t, got, q.Box, clustersOf(t, x, other, got.Zoom, math.MaxInt), other.Box)
	})
}

func clustersOf(t *rapid.T, x *Index, q Query, zoom, most int) Clusters {
	got, err := x.Clusters(context.Background(), q, zoom, most)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// foundPoints are the points of what Search finds; it fails unless the totals agree.
func foundPoints(t *rapid.T, x *Index, docs map[string]Doc, q Query) map[string]geo.Point {
	res, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	points := map[string]geo.Point{}
	for _, h := range res.Hits {
		if p := docs[h.ID].Point; p != nil {
			points[h.ID] = *p
		}
	}
	got := clustersOf(t, x, q, 9, 16)
	sum := 0
	for _, c := range got.List {
		sum += c.Count
	}
	if sum != got.Total || got.Total+got.Unplaced != res.Total || q.Box != nil && got.Unplaced != 0 {
		t.Fatalf("counts sum to %d of %d, %d unplaced; %d are found", sum, got.Total, got.Unplaced, res.Total)
	}
	return points
}

func checkCluster(t *rapid.T, c grid.Cluster, members []string, points map[string]geo.Point) {
	if c.Count != len(members) || c.Count == 1 && c.ID != members[0] || c.Count > 1 && c.ID != "" {
		t.Fatalf("%+v, want the members %v", c, members)
	}
	if !c.Box.Contains(c.Centre) || c.Box.West > c.Box.East {
		t.Fatalf("the centre %+v lies outside of %+v", c.Centre, c.Box)
	}
	var all []geo.Point
	meanX := 0.0
	for _, id := range members {
		p := points[id]
		if p.Lon == 180 {
			p.Lon = -180
		}
		all = append(all, p)
		meanX += p.Lon / float64(len(members))
	}
	want := geo.Box{West: 999, South: 999, East: -999, North: -999}
	apart := 0.0
	for _, p := range all {
		want = geo.Box{West: min(want.West, p.Lon), South: min(want.South, p.Lat), East: max(want.East, p.Lon), North: max(want.North, p.Lat)}
		apart = max(apart, geo.Distance(all[0], p))
	}
	if c.Box != want || math.Abs(c.Centre.Lon-meanX) > 1e-6 {
		t.Fatalf("box %+v, middle %v, want %+v around %v", c.Box, c.Centre, want, meanX)
	}
	if c.Count == 1 && c.Centre != all[0] {
		t.Fatalf("the only one stands at %v, not at %v", all[0], c.Centre)
	}
	if c.Count == 1 && c.Spot || c.Spot && apart > 0.001 || c.Count > 1 && !c.Spot && apart == 0 {
		t.Fatalf("spot is %v, members are up to %f km apart", c.Spot, apart)
	}
}

// comparePanned fails unless cells that lie within both boxes hold the same.
func comparePanned(t *rapid.T, a Clusters, boxA *geo.Box, b Clusters, boxB *geo.Box) {
	if a.Zoom != b.Zoom {
		return
	}
	other := map[[2]int]grid.Cluster{}
	for _, c := range b.List {
		other[cellOf(c, b.Zoom)] = c
	}
	n := 4 << a.Zoom // cells to a side of the world
	for _, c := range a.List {
		x, y := cellOf(c, a.Zoom)[0], cellOf(c, a.Zoom)[1]
		within := func(box *geo.Box) bool {
			if box == nil {
				return true
			}
			north, south := latitudeOf(y, n), latitudeOf(y+1, n)
			west, east := float64(x)/float64(n)*360-180, float64(x+1)/float64(n)*360-180
			if box.South > south || box.North < north || y == 0 || y == n-1 {
				return false
			}
			if box.West <= box.East {
				return box.West <= west && east <= box.East
			}
			return west >= box.West || east <= box.East
		}
		if within(boxA) && within(boxB) && fmt.Sprint(other[cellOf(c, a.Zoom)]) != fmt.Sprint(c) {
			t.Fatalf("in the box %v\n%+v\nin the box %v\n%+v", boxA, c, boxB, other[cellOf(c, a.Zoom)])
		}
	}
}

func TestClustersAcrossTheDateLine(t *testing.T) {
	x := New(propertyConfig(nil))
	at := func(id string, lat, lon float64) Doc { return Doc{ID: id, Point: &geo.Point{Lat: lat, Lon: lon}} }
	x.Apply([]Doc{
		at("wallis", -13.28, -176.18), at("papeete", -17.53, -149.57), at("taveuni-west", -16.8, 179.97), at("taveuni-east", -16.8, -179.97),
		at("on-the-line", -16.8, 180), at("noumea", -22.27, 166.45),
		{ID: "nowhere"},
	}, nil)
	pacific := &geo.Box{West: 160, South: -30, East: -140, North: 0}
	for _, tt := range []struct {
		name string
		box  *geo.Box
		zoom int
		want string
	}{
		{"the islands apart", pacific, 9, "wallis [2: -16.80 -179.99] taveuni-west papeete noumea"},
		{"one map", pacific, 0, "[4: -16.11 -171.43] [2: -19.56 173.21]"},
		{"the whole world", &geo.Box{West: -180, South: -90, East: 180, North: 90}, 0, "[4: -16.11 -171.43] [2: -19.56 173.21]"},
		{"all but a sliver of Africa", &geo.Box{West: 10, South: -90, East: 9, North: 90}, 0, "[4: -16.11 -171.43] [2: -19.56 173.21]"},
		{"east of the line", &geo.Box{West: -180, South: -30, East: -170, North: 0}, 5, "wallis taveuni-east"},
	} {
		got, err := x.Clusters(context.Background(), Query{Box: tt.box}, tt.zoom, 100)
		if err != nil {
			t.Fatal(err)
		}
		var shown []string
		for _, c := range got.List {
			if c.Count == 1 {
				shown = append(shown, c.ID)
			} else {
				shown = append(shown, fmt.Sprintf("[%d: %.2f %.2f]", c.Count, c.Centre.Lat, c.Centre.Lon))
			}
		}
		if s := strings.Join(shown, " "); s != tt.want || got.Unplaced != 0 {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
	all, err := x.Clusters(context.Background(), Query{}, 9, 100)
	if err != nil || all.Total != 6 || all.Unplaced != 1 {
		t.Errorf("without a box: %+v, %v", all, err)
	}
}

// TestClustersOfAnything proves that no zoom and no number of clusters does harm, and that the work memory stays small.
func TestClustersOfAnything(t *testing.T) {
	x := New(propertyConfig(nil))
	var docs []Doc
	for i := range 5000 {
		docs = append(docs, Doc{ID: fmt.Sprint(i), Point: &geo.Point{Lat: math.Mod(float64(i)*7.77, 180) - 90, Lon: math.Mod(float64(i)*13.31, 360) - 180}})
	}
	docs = append(docs, Doc{ID: "nan", Point: &geo.Point{Lat: math.NaN()}}, Doc{ID: "far", Point: &geo.Point{Lat: math.Inf(1), Lon: 1e9}})
	x.Apply(docs, nil)
	for _, zoom := range []int{math.MinInt, -1, 0, 22, 23, math.MaxInt} {
		for _, most := range []int{math.MinInt, 0, 1, 16, 300, math.MaxInt} {
			got, err := x.Clusters(context.Background(), Query{}, zoom, most)
			if err != nil || got.Total != 5000 || got.Unplaced != 2 || len(got.List) > min(max(most, 16), 1<<14) {
				t.Errorf("zoom %d, most %d: %d clusters of %d and %d, %v", zoom, most, len(got.List), got.Total, got.Unplaced, err)
			}
			for got.Zoom > 0 {
				got = got.Coarser()
			}
			if got = got.Coarser(); got.Zoom != 0 || len(got.List) > 16 {
				t.Errorf("zoom %d, most %d: at the end %d clusters at zoom %d", zoom, most, len(got.List), got.Zoom)
			}
		}
	}
	if n := testing.AllocsPerRun(20, func() {
		if _, err := x.Clusters(context.Background(), Query{}, MaxZoom, 300); err != nil {
			t.Fatal(err)
		}
	}); n > 12 {
		t.Errorf("%v allocations", n)
	}
	if _, err := x.Clusters(context.Background(), Query{Filters: map[string][]string{"colour": {"red"}}}, 5, 100); err == nil {
		t.Error("a facet that does not exist is taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Clusters(ctx, Query{}, 5, 100); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled question: %v", err)
	}
}
