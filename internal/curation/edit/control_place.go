package edit

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"

	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// pointView asks where on the map the organisation is.
type pointView struct {
	Choices  ui.Choices
	Lat, Lon ui.Field
	Map      placeMap
}

// placeMap is what the island needs that lets one place the point.
type placeMap struct {
	Code, Style                  string // addresses of the script and of its style
	Land, World, Contours, Names string // of what the map is drawn of
	Box                          string // west,south,east,north
	Centres                      string // JSON: latitude and longitude, by the code of the commune
	Words                        string // JSON
	Tiles, Credit                string
	MaxZoom                      int
}

func (s *screen) pointForm(v url.Values) *pointView {
	p := &pointView{
		Choices: ui.Choices{ID: "point", Name: "point-mode", Legend: s.name("point"), Hint: s.P.T("edit.hint.point"), Error: s.errors.For("point")},
		Lat:     ui.Field{Name: "point-lat", Label: s.P.T("edit.latitude"), Value: v.Get("point-lat"), Autocomplete: "off", Short: true, Error: s.errors.For("point-lat")},
		Lon:     ui.Field{Name: "point-lon", Label: s.P.T("edit.longitude"), Value: v.Get("point-lon"), Autocomplete: "off", Short: true},
	}
	mode := v.Get("point-mode")
	if mode == "" {
		mode = pointNone
	}
	for _, option := range []string{pointHere, pointCentre, pointNone} {
		o := ui.Option{Value: option, Label: s.P.T("edit.point." + option), Selected: option == mode}
		if option == pointCentre {
			o.Detail = s.P.T("edit.point.centre_detail")
		}
		p.Choices.Options = append(p.Choices.Options, o)
	}
	return p
}

// centres are the places of the communes that can be chosen, for the map.
func (s *screen) centres() map[string][2]float64 {
	out := map[string][2]float64{}
	if !s.listsZones() {
		return out
	}
	for _, z := range s.territory.Tree().Leaves() {
		if at, ok := s.centre(z.Code); ok {
			out[z.Code] = [2]float64{at.Lat, at.Lon}
		}
	}
	return out
}

// box is that of the territory as the map reads it.
func (s *screen) box() string {
	b := s.territory.Box
	return fmt.Sprintf("%g,%g,%g,%g", b.West, b.South, b.East, b.North)
}

// areaView asks where the organisation works.
type areaView struct {
	ID, Legend, Hint, Error string
	Everywhere, Remote      ui.Check
	Parts                   []areaPart
	Plain                   []ui.Check // zones that lie in no other
	Map                     template.HTML
}

// areaPart is a zone with those in it.
type areaPart struct {
	Whole  ui.Check
	Within []ui.Check
	Label  string // of the disclosure
	Open   bool
}

func (s *screen) areaForm(v url.Values) *areaView {
	const field = "service_area"
	a := &areaView{
		ID: field, Legend: s.name(field), Hint: s.P.T("edit.hint.service_area"), Error: s.errors.For(field),
		Everywhere: ui.Check{ID: field, Name: field + "-everywhere", Value: "oui", Label: s.P.T("edit.area_everywhere", "territory", s.territory.Name(s.Lang)), Checked: v.Get(field+"-everywhere") != ""},
		Remote:     ui.Check{ID: field + "-remote", Name: field + "-remote", Value: "oui", Label: s.P.T("edit.area_remote"), Checked: v.Get(field+"-remote") != ""},
	}
	chosen, can := v[field+"-zones"], s.areas()
	check := func(z territory.Zone, label string) ui.Check {
		return ui.Check{ID: field + "-" + z.Code, Name: field + "-zones", Value: z.Code, Label: label, Checked: slices.Contains(chosen, z.Code)}
	}
	tree := s.territory.Tree()
	for _, z := range tree.Roots() {
		var within []territory.Zone
		for _, inner := range tree.Descendants(z.Code) {
			if slices.Contains(can, inner.Code) {
				within = append(within, inner)
			}
		}
		if len(within) == 0 {
			a.Plain = append(a.Plain, check(z, z.NameIn(s.Lang)))
			continue
		}
		part := areaPart{Whole: check(z, s.P.T("edit.area_whole", "zone", z.NameIn(s.Lang))), Label: s.P.T("edit.area_within", "n", len(within))}
		for _, inner := range within {
			c := check(inner, inner.NameIn(s.Lang))
			part.Within, part.Open = append(part.Within, c), part.Open || c.Checked
		}
		a.Parts = append(a.Parts, part)
	}
	for _, code := range chosen {
		if _, known := s.territory.Zone(code); !known { // as the card has it
			a.Plain = append(a.Plain, ui.Check{ID: field + "-" + code, Name: field + "-zones", Value: code, Label: code, Checked: true})
		}
	}
	return a
}
