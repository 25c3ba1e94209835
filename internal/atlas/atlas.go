// Package atlas draws a territory without asking a third party: the outlines and names under the map of the directory, the page
// that says where the companies are, and the small map of a card's place. It counts nothing itself and must not know how
// cards are stored or searched.
package atlas

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"sync"

	"github.com/paulmach/orb"

	"grappe/internal/platform/geo"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Texts holds the sentences of the maps, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Counts are the published cards of a territory by place and by competence.
type Counts struct {
	Total       int
	Zones       map[string]int // by code: the cards that sit in the zone or inside it
	Competences map[string]int // by code, whatever competence was chosen
	Unseated    int            // cards that sit in no zone
}

// Territories gives territories and their outlines, nil where none were loaded.
type Territories interface {
	Get(ctx context.Context, code string) (*territory.Territory, error)
	Outlines(ctx context.Context, code string) (*territory.Outlines, error)
}

// Rooms are what the atlas stands on.
type Rooms struct {
	Territories Territories
	Competences *taxonomy.Taxonomy
	// Counts counts the cards of a territory, those of a competence where its slug is given; its errors are shown as they are.
	Counts func(ctx context.Context, code, competence string) (Counts, error)
	// Built is what web/build left: the land of the presets and of the world, by manifest.json.
	Built fs.FS
}

// Atlas draws territories. What it made of one is kept until the territory or its outlines change. It is safe for any number of
// callers.
type Atlas struct {
	rooms   Rooms
	locator *template.Template

	mu     sync.Mutex
	sheets map[string]*sheet // by territory
}

// New makes the atlas; it fails when its views do not parse.
func New(r Rooms) (*Atlas, error) {
	locator, err := template.ParseFS(viewFiles, "view/_locator.html")
	if err != nil {
		return nil, err
	}
	return &Atlas{rooms: r, locator: locator, sheets: map[string]*sheet{}}, nil
}

// sheet is what is known of the shape of one territory, as it was when the sheet was made.
type sheet struct {
	territory *territory.Territory
	outlines  *territory.Outlines
	middle    float64         // longitudes run on around this one
	shapes    []shape         // the finest zones that have an outline, in the order of the territory
	byZone    map[string]bool // whether the zone itself is among shapes
	land      []orb.Ring      // by the even-odd rule, without the islands whose outlines are known

	once     sync.Once
	contours []byte // see Contours
	failed   error

	mu      sync.Mutex
	thinned map[int][]geo.Outline // the outlines of shapes by how many metres they were simplified
}

// shape is a zone with its outline.
type shape struct {
	zone    territory.Zone
	outline geo.Outline
}

// sheet gives what is known of a territory, made anew where the territory or its outlines changed.
func (a *Atlas) sheet(ctx context.Context, code string) (*sheet, error) {
	t, err := a.rooms.Territories.Get(ctx, code)
	if err != nil {
		return nil, err
	}
	outlines, err := a.rooms.Territories.Outlines(ctx, code)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	held := a.sheets[code]
	a.mu.Unlock()
	if held != nil && held.territory == t && held.outlines == outlines {
		return held, nil
	}
	s := &sheet{territory: t, outlines: outlines, middle: t.Box.Centre().Lon, byZone: map[string]bool{}, thinned: map[int][]geo.Outline{}}
	s.shapes = finest(t.Tree(), outlines)
	for _, sh := range s.shapes {
		s.byZone[sh.zone.Code] = true
	}
	land, err := readLand(a.rooms.Built, t.Code, s.middle)
	if err != nil {
		return nil, err
	}
	s.land = s.beyond(land)
	a.mu.Lock()
	a.sheets[code] = s
	a.mu.Unlock()
	return s, nil
}

// finest gives the zones that have an outline and hold none that has.
func finest(tree *territory.Tree, outlines *territory.Outlines) []shape {
	if outlines.Len() == 0 {
		return nil
	}
	covered := map[string]bool{} // zones that hold a shape
	var shapes []shape
	zones := tree.All()
	for i := len(zones) - 1; i >= 0; i-- { // children come after their parents
		z := zones[i]
		if covered[z.Code] {
			continue
		}
		if o := outlines.Outline(z.Code); !o.IsEmpty() {
			shapes = append(shapes, shape{z, o})
			for _, up := range tree.Ancestors(z.Code) {
				covered[up.Code] = true
			}
		}
	}
	for i, j := 0, len(shapes)-1; i < j; i, j = i+1, j-1 {
		shapes[i], shapes[j] = shapes[j], shapes[i]
	}
	return shapes
}
