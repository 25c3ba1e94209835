package atlas

import (
	"context"
	"html/template"

	"github.com/paulmach/orb"

	"grappe/internal/platform/ui"
)

// The map of the zones that can be chosen, in units.
const (
	areasWidth  = 480
	areasLeast  = 240
	areasMost   = 420
	areasCoarse = 1.2 // units by which a line may move
	areasSpot   = 5   // of a zone without outline, its radius
)

// Areas draws a territory with its zones apart, for a script that shows which of them are chosen: data-zone names a zone by its code,
// data-within those that it lies in. Where there are too many zones, these are the ones above them. It is some 10 KB at the most, and
// says nothing by itself: what can be chosen stands beside it. It is empty where nothing is known of the zones' places.
func (a *Atlas) Areas(ctx context.Context, code, lang string) (template.HTML, error) {
	s, err := a.sheet(ctx, code)
	if err != nil {
		return "", err
	}
	c := fit(s.frame(s.leaves), areasWidth, areasLeast, areasMost)
	outlines, err := s.simplified(ctx, areasCoarse*c.km())
	if err != nil {
		return "", err
	}
	m := ui.NewMarkup(nil, 16_000)
	m.Raw(`<svg class="atlas-map atlas-areas" viewBox="0 0 `).Text(units(float64(c.Width))).Raw(" ").Text(units(float64(c.Height))).Raw(`" focusable="false">`)
	if land := c.ground(c.thin(s.land)); land != "" {
		m.Raw(`<path class="atlas-land" d="`).Text(land).Raw(`"></path>`)
	}
	drawn := 0
	for i, sh := range s.shapes {
		var all []orb.Ring
		all = append(all, rings(outlines[i], s.middle)...)
		if d := c.path(all); d != "" {
			drawn++
			s.area(m.Raw("<path"), sh.zone.Code, lang).Raw(` d="`).Text(d).Raw(`"></path>`)
		}
	}
	for _, z := range s.leaves {
		if at := s.spot(z); len(s.shapes) == 0 && !at.IsZero() {
			drawn++
			x, y := c.at(at.Lon, at.Lat)
			s.area(m.Raw("<circle"), z.Code, lang).Raw(` cx="`).Text(units(x)).Raw(`" cy="`).Text(units(y)).Raw(`" r="`).Text(units(areasSpot)).Raw(`"></circle>`)
		}
	}
	if drawn == 0 {
		return "", nil
	}
	return m.Raw("</svg>").HTML()
}

// area writes the attributes of a zone.
func (s *sheet) area(m *ui.Markup, code, lang string) *ui.Markup {
	within, name := "", code
	tree := s.territory.Tree()
	for _, up := range tree.Ancestors(code) {
		within += up.Code + " "
	}
	if z, ok := tree.Zone(code); ok {
		name = z.NameIn(lang)
	}
	return m.Raw(` class="atlas-area" data-zone="`).Text(code).Raw(`" data-within="`).Text(within).Raw(`" data-name="`).Text(name).Raw(`"`)
}
