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
	sheets map[string]*hold // by territory
}

// New makes the atlas; it fails when its views do not parse.
func New(r Rooms) (*Atlas, error) {
	locator, err := template.ParseFS(viewFiles, "view/_locator.html")
	if err != nil {
		return nil, err
	}
	return &Atlas{rooms: r, locator: locator, sheets: map[string]*hold{}}, nil
}

// sheet gives what is known of a territory, made anew where the territory or its outlines changed. However many ask at once, it is
// made once.
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
	if held == nil || held.territory != t || held.outlines != outlines {
		held = &hold{territory: t, outlines: outlines}
		a.sheets[code] = held
	}
	a.mu.Unlock()
	s, err := held.sheet.get(ctx, func() (*sheet, error) { return newSheet(t, outlines, a.rooms.Built) })
	if err != nil && ctx.Err() == nil {
		a.mu.Lock()
		if a.sheets[code] == held {
			delete(a.sheets, code) // the next one tries again
		}
		a.mu.Unlock()
	}
	return s, err
}

// hold is the sheet of a territory as it was, made or being made.
type hold struct {
	territory *territory.Territory
	outlines  *territory.Outlines
	sheet     kept[*sheet]
}
