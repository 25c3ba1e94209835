package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

// tiled gives every leaf an outline of so many positions: cells of a grid whose borders wander, drawn through the same positions on
// both sides.
func (w *world) tiled(positions int) *world {
	leaves, b := w.territory.Tree().Leaves(), w.territory.Box
	side := int(math.Ceil(math.Sqrt(float64(len(leaves)))))
	dx, dy := b.Width()/float64(side), (b.North-b.South)/float64(side)
	random := rand.New(rand.NewPCG(1, 2))
	lines := map[[3]int][]geo.Point{}
	line := func(x, y, up int) []geo.Point { // from a corner of the grid towards the next, without it
		key := [3]int{x, y, up}
		if lines[key] == nil {
			for i := range positions / 4 {
				along, aside := float64(4*i)/float64(positions), 0.0
				if i > 0 {
					aside = (random.Float64() - 0.5) * 0.15
				}
				if up == 1 {
					along, aside = aside, along
				}
				lines[key] = append(lines[key], geo.Point{Lat: b.South + (float64(y)+aside)*dy, Lon: b.West + (float64(x)+along)*dx})
			}
		}
		return lines[key]
	}
	backwards := func(line []geo.Point, end geo.Point) []geo.Point {
		out := slices.Clone(line[1:])
		slices.Reverse(out)
		return append([]geo.Point{end}, out...)
	}
	shapes := map[string]geo.Outline{}
	for i, z := range leaves {
		x, y := i%side, i/side
		far := line(x+1, y+1, 0)[0]
		shapes[z.Code] = geo.NewOutline([][][]geo.Point{{slices.Concat(
			line(x, y, 0), line(x+1, y, 1), backwards(line(x, y+1, 0), far), backwards(line(x, y, 1), line(x, y+1, 0)[0]),
		)}})
	}
	w.outlines = territory.NewOutlines(w.territory.Tree(), shapes)
	zones := map[string]int{}
	total := 0
	for i, z := range leaves {
		zones[z.Code] = i % 17
		total += i % 17
		for _, up := range w.territory.Tree().Ancestors(z.Code) {
			zones[up.Code] += i % 17
		}
	}
	w.counts[""] = Counts{Total: total, Zones: zones}
	return w
}

// opened counts how often a file is opened.
type opened struct {
	fs.FS
	times atomic.Int32
}

func (o *opened) Open(name string) (fs.File, error) {
	if name == "manifest.json" {
		o.times.Add(1)
	}
	return o.FS.Open(name)
}

// However many ask for the shape of a territory at once, it is worked out once; and who leaves does not spoil it for the others.
func TestSheetIsDrawnOnceForMany(t *testing.T) {
	w := worldOf(t, "idf").tiled(40)
	a := w.atlas(t)
	files := &opened{FS: built()}
	a.rooms.Built = files
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := a.Contours(left, "idf"); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	bodies := make([][]byte, 12)
	var wg sync.WaitGroup
	for i := range bodies {
		wg.Go(func() {
			var err error
			if bodies[i], err = a.Contours(t.Context(), "idf"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, b := range bodies {
		if len(b) == 0 || &b[0] != &bodies[0][0] {
			t.Fatal("the contours were drawn more than once")
		}
	}
	if n := files.times.Load(); n != 1 {
		t.Errorf("the land was read %d times", n)
	}
}

// A sheet that could not be made is tried again.
func TestSheetIsTriedAgain(t *testing.T) {
	w := worldOf(t, "nc")
	a := w.atlas(t)
	a.rooms.Built = failing{}
	if _, err := a.sheet(t.Context(), "nc"); err == nil {
		t.Fatal("nothing failed")
	}
	a.rooms.Built = built()
	if _, err := a.sheet(t.Context(), "nc"); err != nil {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Open(string) (fs.File, error) { panic("a broken disk") }

// The contours of a territory of 1,285 communes fit: they are those of its departments, which still lie side by side.
func TestContoursOfManyCommunesFit(t *testing.T) {
	w := worldOf(t, "idf").tiled(300)
	body, err := w.atlas(t).Contours(t.Context(), "idf")
	if err != nil {
		t.Fatal(err)
	}
	var c collection
	if err := json.Unmarshal(body, &c); err != nil || len(c.Features) != 8 {
		t.Fatalf("%d outlines, want those of the departments: %v", len(c.Features), err)
	}
	if n := packed(body); n > contoursBudget || n < contoursBudget/8 {
		t.Errorf("%d bytes after gzip", n)
	}
	// As many as a map shows, each with as fine a border as anybody draws.
	nc := worldOf(t, "nc").tiled(8000)
	if body, err = nc.atlas(t).Contours(t.Context(), "nc"); err != nil || packed(body) > contoursBudget || packed(body) < contoursBudget/8 {
		t.Errorf("%d bytes after gzip, %v", packed(body), err)
	}
}

// The small map of a card costs what lies near it, not what the territory holds.
func TestLocatorWorksOnWhatIsNear(t *testing.T) {
	w := worldOf(t, "idf").tiled(300)
	a, f := w.atlas(t), frameOf(t, "fr")
	at := geo.Point{Lat: 48.85, Lon: 2.35}
	draw := func() int {
		t.Helper()
		svg, err := a.Locator(t.Context(), "idf", at, f)
		if err != nil {
			t.Fatal(err)
		}
		uitest.Count(t, string(svg), "path.atlas-own", 1)
		return len(svg)
	}
	if n := draw(); n > 4096 {
		t.Errorf("%d bytes", n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	draw()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 2_000_000 {
		t.Errorf("%d bytes are set aside for one small map", n)
	}
}

// The page of a large territory weighs no more than that of a small one, by department and by commune.
func TestSpreadOfManyCommunesIsLight(t *testing.T) {
	w := worldOf(t, "idf").tiled(300)
	body := page(t, w, "fr", "/repartition")
	uitest.Count(t, body, "svg.atlas-map a path.atlas-zone", 8)
	if n := packed([]byte(body)); n > 20_000 {
		t.Errorf("%d bytes after gzip", n)
	}
	body = page(t, w, "fr", "/repartition?par=commune")
	uitest.Count(t, body, "svg.atlas-map a path", 0)
	uitest.Count(t, body, "svg.atlas-map a circle.atlas-circle", mostZones)
	if n := packed([]byte(body)); n > 60_000 {
		t.Errorf("%d bytes after gzip, %d before", n, len(body))
	}
	if !strings.Contains(body, "La carte montre les 120 lieux qui ont le plus de fiches") {
		t.Error("the page does not say that the map leaves places out")
	}
}
