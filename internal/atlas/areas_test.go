package atlas

import (
	"strings"
	"testing"

	"grappe/internal/platform/ui/uitest"
)

func areas(t *testing.T, w *world, lang string) string {
	t.Helper()
	drawn, err := w.atlas(t).Areas(t.Context(), w.territory.Code, lang)
	if err != nil {
		t.Fatal(err)
	}
	return string(drawn)
}

func TestAreas(t *testing.T) {
	svg := areas(t, worldOf(t, "nc").squared(0.15), "fr")
	uitest.Count(t, svg, "path.atlas-area[data-zone][d]", 33)
	noumea := uitest.One(t, svg, `[data-zone="98818"]`)
	if uitest.Attr(noumea, "data-name") != "Nouméa" || strings.TrimSpace(uitest.Attr(noumea, "data-within")) == "" {
		t.Errorf("Nouméa is %q, within %q", uitest.Attr(noumea, "data-name"), uitest.Attr(noumea, "data-within"))
	}
	if strings.Contains(svg, "style=") || strings.Contains(svg, " id=") || strings.Contains(svg, "NaN") {
		t.Error("it has inline styles, names that the page may have too, or what is no number")
	}
	if len(svg) > 16_000 {
		t.Errorf("%d bytes", len(svg))
	}
}

// Without outlines a zone is a spot where it lies.
func TestAreasWithoutOutlines(t *testing.T) {
	svg := areas(t, worldOf(t, "nc"), "en")
	uitest.Count(t, svg, "circle.atlas-area[data-zone][cx][cy]", 33)
	uitest.Count(t, svg, "path.atlas-area", 0)
	// The outlines of hundreds of communes would be too many: what lies above them is drawn.
	if n := len(uitest.Find(t, areas(t, worldOf(t, "idf"), "fr"), ".atlas-area")); n == 0 {
		t.Error("nothing is drawn of a large territory")
	}
}
