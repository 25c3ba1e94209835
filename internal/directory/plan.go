package directory

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"sync"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// plans are the maps of a territory as pages begin them: the same for all readers of a language who came by the same address.
type plans struct {
	mu    sync.Mutex
	begun map[planKey]template.HTML
}

type planKey struct{ base, prefix, lang string }

// of is the map as a page of the frame begins it, made at the first page.
func (p *plans) of(f *ui.Frame, t *territory.Territory) (template.HTML, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := planKey{f.Base, f.LangPrefix, f.Lang}
	if html, ok := p.begun[key]; ok {
		return html, nil
	}
	pl, err := newPlan(f, t)
	if err != nil {
		return "", err
	}
	html, err := pl.html()
	if err != nil {
		return "", err
	}
	if p.begun == nil {
		p.begun = map[planKey]template.HTML{}
	}
	p.begun[key] = html
	return html, nil
}

// plan is the map's element. A script, fetched only when the map is to be seen, draws it from the addresses and words that are
// written here.
type plan struct {
	Script   string // addresses
	Style    string
	Land     string
	World    string // the land of the rest of the world
	Outlines string
	Names    string
	Clusters string
	Cards    string // of the API: what stands on one spot
	Results  string // path of the page of results
	Box      string // of the territory: west,south,east,north
	Words    string // JSON
	TilesURL string
	Credit   string // of the tiles
	MaxZoom  int
}

func newPlan(f *ui.Frame, t *territory.Territory) (plan, error) {
	p := plan{
		Outlines: f.Path("/carte/contours.json"), Names: f.Path("/carte/lieux.json"), Clusters: f.Path("/api/v1/clusters"),
		Cards: f.Path("/api/v1/listings"), Results: f.Path("/annuaire"), Box: boxText(t.Box),
	}
	if tiles := t.Tiles; tiles.URL != "" {
		p.TilesURL, p.Credit, p.MaxZoom = tiles.URL, tiles.Attribution, tiles.Zooms()
	}
	var err error
	if p.Script, err = f.Assets.URL("map.js"); err != nil {
		return p, err
	}
	if p.Style, err = f.Assets.URL("map.css"); err != nil {
		return p, err
	}
	if p.World, err = f.Assets.URL("basemap-world.json"); err != nil {
		return p, err
	}
	if p.Land, err = f.Assets.URL("basemap-" + t.Code + ".json"); err != nil {
		p.Land = p.World // a territory that the instance made itself
	}
	p.Words, err = mapWords(f, t)
	return p, err
}

// html begins the element.
func (p *plan) html() (template.HTML, error) {
	m := ui.NewMarkup(nil, 4000)
	m.Raw(`<div class="plan" id="carte" tabindex="-1" data-map data-code="`).Text(p.Script).Raw(`" data-css="`).Text(p.Style)
	m.Raw(`" data-land="`).Text(p.Land).Raw(`" data-world="`).Text(p.World).Raw(`" data-outlines="`).Text(p.Outlines)
	m.Raw(`" data-names="`).Text(p.Names).Raw(`" data-clusters="`).Text(p.Clusters).Raw(`" data-cards="`).Text(p.Cards)
	m.Raw(`" data-results="`).Text(p.Results).Raw(`" data-box="`).Text(p.Box).Raw(`" data-words="`).Text(p.Words).Raw(`"`)
	if p.TilesURL != "" {
		m.Raw(` data-tiles="`).Text(p.TilesURL).Raw(`" data-credit="`).Text(p.Credit).Raw(`"`)
		if p.MaxZoom != 0 {
			m.Raw(` data-max-zoom="`).Text(strconv.Itoa(p.MaxZoom)).Raw(`"`)
		}
	}
	return m.Raw(`>`).HTML()
}

func boxText(b geo.Box) string { return fmt.Sprintf("%g,%g,%g,%g", b.West, b.South, b.East, b.North) }

// mapWords are the sentences of the map, by the names that its script knows them by.
func mapWords(f *ui.Frame, t *territory.Territory) (string, error) {
	// The script fills in what stands between braces.
	n := []any{"n", "{n}", "place", "{place}", "name", "{name}", "category", "{category}"}
	words := map[string]string{
		"place":    t.Name(f.Lang),
		"map":      f.P.T("directory.map.label", "place", t.Name(f.Lang)),
		"help":     f.P.T("directory.map.help"),
		"zoomIn":   f.P.T("directory.map.zoom_in"),
		"zoomOut":  f.P.T("directory.map.zoom_out"),
		"search":   f.P.T("directory.map.search_here"),
		"follow":   f.P.T("directory.map.follow"),
		"cluster":  f.P.T("directory.map.cluster", n...),
		"spot":     f.P.T("directory.map.spot", n...),
		"one":      f.P.T("directory.map.one", n...),
		"shows":    f.P.T("directory.map.shows"),
		"total":    f.P.T("directory.map.total", n...),
		"totalOne": f.P.T("directory.map.total_one"),
		"none":     f.P.T("directory.map.none"),
		"unplaced": f.P.T("directory.map.unplaced", n...),
		"alone":    f.P.T("directory.map.unplaced_one"),
		"more":     f.P.T("directory.map.more", n...),
		"close":    f.P.T("ui.close"),
		"failed":   f.P.T("directory.map.failed"),
		"noTiles":  f.P.T("directory.map.no_tiles"),
		"here":     f.P.T("directory.map.here"),
		"whole":    f.P.T("directory.map.whole"),
		"offered":  f.P.T("directory.map.search_offered"),
		"chosen":   f.P.T("directory.map.chosen", n...),
		"retry":    f.P.T("directory.map.retry"),
		"credit":   f.P.T("directory.map.credit"),
	}
	if credit := t.OutlineCredit; !credit.IsZero() {
		words["outlines"] = f.P.T("directory.map.outlines", "source", credit.Text())
	}
	for _, category := range categories() {
		words["category."+string(category)] = f.P.T("listing.category." + string(category))
	}
	text, err := json.Marshal(words)
	return string(text), err
}
