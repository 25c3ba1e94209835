package atlas

import (
	"strings"
	"testing"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

func locator(t *testing.T, w *world, lang string, at geo.Point) string {
	t.Helper()
	drawn, err := w.atlas(t).Locator(t.Context(), w.territory.Code, at, frameOf(t, lang))
	if err != nil {
		t.Fatal(err)
	}
	return string(drawn)
}

func TestLocator(t *testing.T) {
	w := worldOf(t, "nc").squared(0.08)
	noumea, _ := w.territory.Zone("98818")
	at := geo.Point{Lat: noumea.Centre.Lat + 0.01, Lon: noumea.Centre.Lon + 0.02}
	svg := locator(t, w, "fr", at)
	drawing := uitest.One(t, svg, `svg.atlas-locator[role="img"]`)
	if uitest.Attr(drawing, "aria-label") != "Carte\u202f: Nouméa, Province Sud, Nouvelle-Calédonie." {
		t.Errorf("it says %q", uitest.Attr(drawing, "aria-label"))
	}
	uitest.Count(t, svg, "path.atlas-own", 1)
	here := uitest.One(t, svg, "circle.atlas-here")
	if uitest.Attr(here, "cx") != "160" || uitest.Attr(here, "cy") != "100" {
		t.Errorf("the point lies at %s, %s", uitest.Attr(here, "cx"), uitest.Attr(here, "cy"))
	}
	texts := strings.Join(uitest.Texts(t, svg, "text"), "|")
	if !strings.HasPrefix(texts, "Nouméa|") || !strings.HasSuffix(texts, "km") {
		t.Errorf("it writes %q", texts)
	}
	if strings.Contains(svg, "style=") || strings.Contains(svg, "id=") {
		t.Error("it has inline styles, or names that the page may have too")
	}
	if en := locator(t, w, "en", at); uitest.Attr(uitest.One(t, en, "svg"), "aria-label") != "Map: Nouméa, South Province, New Caledonia." {
		t.Errorf("in English: %.200s", en)
	}
	// At sea, outside every commune.
	if sea := locator(t, w, "fr", geo.Point{Lat: -23.5, Lon: 163}); sea != "" {
		t.Errorf("nothing is drawn as %q", sea)
	}
}

func TestLocatorWithoutOutlines(t *testing.T) {
	w := worldOf(t, "nc")
	svg := locator(t, w, "fr", geo.Point{Lat: -20.97, Lon: 165.02})
	uitest.Count(t, svg, "path.atlas-land", 1)
	uitest.Count(t, svg, "path.atlas-zone", 0)
	if !strings.Contains(svg, "Province Nord") {
		t.Errorf("the nearest commune is not named: %.200s", svg)
	}
	// Inland, where no place is known, there is nothing to see.
	idf := worldOf(t, "idf")
	if got := locator(t, idf, "fr", geo.Point{Lat: 48.3, Lon: 3.3}); got != "" {
		t.Errorf("%.200s", got)
	}
	if got := locator(t, idf, "fr", geo.Point{Lat: 48.85, Lon: 2.35}); !strings.Contains(got, "Carte des environs (Île-de-France).") || !strings.Contains(got, "Paris 4e") && !strings.Contains(got, "Paris 15e") {
		t.Errorf("%.300s", got)
	}
}

// Across the date line a place is drawn where its neighbours are.
func TestLocatorOnTheDateLine(t *testing.T) {
	w := worldOf(t, "wf").squared(0.1)
	uvea := w.territory.Zones[0]
	// The outline is written past 180, the point short of -180.
	w.outlines = territory.NewOutlines(w.territory.Tree(), map[string]geo.Outline{uvea.Code: square(geo.Point{Lat: uvea.Centre.Lat, Lon: uvea.Centre.Lon + 360}, 0.1)})
	uitest.Count(t, locator(t, w, "fr", uvea.Centre), "path.atlas-own", 1)
}

func TestLocatorOfRealCommunesIsSmall(t *testing.T) {
	w := worldOf(t, "nc").real(t, "nc-communes.geojson")
	for _, z := range w.territory.Tree().Leaves() {
		if svg := locator(t, w, "fr", z.Centre); len(svg) > 4096 || len(svg) < 400 {
			t.Errorf("%s: %d bytes", z.Name, len(svg))
		}
	}
}
