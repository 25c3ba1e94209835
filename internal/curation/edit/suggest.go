package edit

import (
	"encoding/json"
	"net/http"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// mostSuggested is how many lines complete what is typed.
const mostSuggested = 8

// suggestCompetences finds the competences that are meant by what is typed, as JSON for the combobox.
func (p *Pages) suggestCompetences(w http.ResponseWriter, r *http.Request) error {
	if err := by(r).RequireSignedIn(); err != nil {
		return err
	}
	return web.JSON(w, r, http.StatusOK, matching(p.Competences, r.URL.Query().Get("q"), ui.Of(r).Lang))
}

// suggestZones completes the name of a commune.
func (p *Pages) suggestZones(w http.ResponseWriter, r *http.Request) error {
	if err := by(r).RequireSignedIn(); err != nil {
		return err
	}
	t := territory.Of(r.Context())
	s, lines := scope{territory: t}, []ui.Suggestion{}
	for _, z := range t.Tree().Suggest(r.URL.Query().Get("q"), 3*mostSuggested) {
		if t.Tree().IsLeaf(z.Code) && len(lines) < mostSuggested {
			line := ui.Suggestion{Value: s.nameOfZone(z)}
			if up := t.Tree().Ancestors(z.Code); len(up) > 0 {
				line.Detail = up[0].NameIn(ui.Of(r).Lang)
			}
			lines = append(lines, line)
		}
	}
	return web.JSON(w, r, http.StatusOK, lines)
}

// maps draws what the controls need of maps.
func (y way) maps(r *http.Request, s *screen, controls []control) error {
	for i := range controls {
		if a := controls[i].Area; a != nil && y.p.draw.Areas != nil {
			var err error
			if a.Map, err = y.p.draw.Areas(r.Context(), s.territory.Code, s.Lang); err != nil {
				return err
			}
		}
		if p := controls[i].Point; p != nil {
			var err error
			if p.Map, err = s.placeMap(); err != nil {
				return err
			}
		}
	}
	return nil
}

// placeMap is what the island needs to let one place a point.
func (s *screen) placeMap() (placeMap, error) {
	f, t := &s.Frame, s.territory
	m := placeMap{
		Box: s.box(), Contours: f.Path("/carte/contours.json"), Names: f.Path("/carte/lieux.json"), Tiles: t.Tiles.URL, Credit: t.Tiles.Attribution, MaxZoom: t.Tiles.Zooms(),
	}
	var err error
	for name, to := range map[string]*string{"map-place.js": &m.Code, "map.css": &m.Style, "basemap-world.json": &m.World} {
		if *to, err = f.Assets.URL(name); err != nil {
			return m, err
		}
	}
	if m.Land, err = f.Assets.URL("basemap-" + t.Code + ".json"); err != nil {
		m.Land = m.World // a territory that the instance made itself
	}
	words := map[string]string{
		"place": t.Name(s.Lang), "label": s.P.T("edit.map.label", "place", t.Name(s.Lang)), "help": s.P.T("edit.map.help"), "zoomIn": s.P.T("edit.map.zoom_in"), "zoomOut": s.P.T("edit.map.zoom_out"),
		"pin": s.P.T("edit.map.pin"), "moved": s.P.T("edit.map.moved", "lat", "{lat}", "lon", "{lon}"), "failed": s.P.T("edit.map.failed"), "credit": s.P.T("edit.map.credit"),
		"busy": s.P.T("edit.map.busy"), "refused": s.P.T("edit.map.refused"), "noPosition": s.P.T("edit.map.no_position"),
	}
	text, err := json.Marshal(words)
	if err != nil {
		return m, err
	}
	m.Words = string(text)
	text, err = json.Marshal(s.centres())
	m.Centres = string(text)
	return m, err
}
