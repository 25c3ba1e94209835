package atlas

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

// Shares have one decimal in every row, add up to the whole of what the table holds, and its caption counts the same.
func TestSharesAreOfTheTable(t *testing.T) {
	w := worldOf(t, "nc")
	w.counts[""] = Counts{Total: 6005, Unseated: 5, Zones: map[string]int{"98818": 5399, "98805": 600, "98814": 1}}
	body := page(t, w, "fr", "/repartition")
	if got := uitest.Text(uitest.One(t, body, "#tableau caption")); got != "Les 6\u202f000 fiches par lieu" {
		t.Errorf("the caption says %q", got)
	}
	if got := uitest.Texts(t, body, "#tableau tbody tr td:nth-child(3)")[:4]; !slices.Equal(got, []string{"90,0\u202f%", "10,0\u202f%", "moins de 0,1\u202f%", "0,0\u202f%"}) {
		t.Errorf("the shares are %q", got)
	}
	if !strings.Contains(body, "Touchez un lieu") || strings.Contains(page(t, worldOf(t, "nc"), "fr", "/repartition"), "Touchez un lieu") {
		t.Error("places are to be touched where there is something to see, and only there")
	}
}

// The table is a file too, whole and with plain numbers.
func TestTableAsFile(t *testing.T) {
	w := counted(t)
	body := page(t, w, "fr", "/repartition?competence=cybersecurite&tri=nom&par=province")
	var exports []string
	for _, a := range uitest.Find(t, body, ".atlas-aside a.button") {
		exports = append(exports, uitest.Attr(a, "href"))
	}
	if !slices.Equal(exports, []string{"/nc/repartition.csv?competence=cybersecurite&par=province&tri=nom"}) {
		t.Errorf("the page leads to %q", exports)
	}
	res := w.get(t, "fr", "/repartition.csv")
	lines := strings.Split(strings.TrimSpace(res.Body.String()), "\r\n")
	if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(res.Header().Get("Content-Disposition"), `"repartition-nc.csv"`) {
		t.Errorf("%d %v", res.Code, res.Header())
	}
	if len(lines) != 34 || lines[0] != "\ufeffCode du lieu,Commune,Niveau,Fiches,Part (%),Habitants,Pour 10\u202f000 habitants" || !strings.HasPrefix(lines[1], "98818,Nouméa,commune,97,86.61,") {
		t.Errorf("%d lines: %q", len(lines), lines[:2])
	}
	if res = w.get(t, "en", "/repartition.csv?par=province&tri=nom"); !strings.Contains(res.Body.String(), "iles,Loyalty Islands Province,province,3,2.68,") {
		t.Errorf("%s", res.Body)
	}
	// Without any card, and for a territory too large to be drawn, every place is there.
	if res = worldOf(t, "idf").get(t, "fr", "/repartition.csv?par=commune"); strings.Count(res.Body.String(), "\n") < 1200 {
		t.Errorf("%d %d lines", res.Code, strings.Count(res.Body.String(), "\n"))
	}
	for _, query := range []string{"par=pays", "tri=prix", "competence=magie"} {
		if res = w.get(t, "fr", "/repartition.csv?"+query); res.Code == http.StatusOK {
			t.Errorf("%s is taken", query)
		}
	}
}

// Whoever drew the outlines is named wherever they are shown, and nowhere else.
func TestOutlinesAreCredited(t *testing.T) {
	w := counted(t)
	w.territory.OutlineCredit = territory.OutlineCredit{Source: "DITTT <NC>", Licence: territory.Licence{ID: "CC-BY-4.0"}.Completed()}
	credit := func() string { return uitest.Text(uitest.One(t, page(t, w, "fr", "/repartition"), ".atlas-credit")) }
	if got := credit(); got != "Côtes\u202f: Natural Earth." {
		t.Errorf("without outlines: %q", got)
	}
	if body := w.get(t, "fr", "/carte/contours.json").Body.String(); strings.Contains(body, "DITTT") {
		t.Errorf("%s", body)
	}
	w.squared(0.1)
	if got := credit(); got != "Côtes\u202f: Natural Earth. Contours\u202f: DITTT <NC>, Creative Commons Attribution 4.0" {
		t.Errorf("%q", got)
	}
	if body := w.get(t, "fr", "/carte/contours.json").Body.String(); !strings.Contains(body, `"credit":"DITTT \u003cNC\u003e, CC-BY-4.0"`) || !strings.Contains(body, `"license":"https://creativecommons.org/`) {
		t.Errorf("%.300s", body)
	}
	w.territory.OutlineCredit.Licence = territory.Licence{}
	if got := credit(); got != "Côtes\u202f: Natural Earth. Contours\u202f: DITTT <NC>." {
		t.Errorf("%q", got)
	}
}

// The land goes on beside a drawing that is narrower than the room for it.
func TestLandGoesOnBesideTheDrawing(t *testing.T) {
	c := fit(orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}, mapWidth, leastHeight, mostHeight)
	left := c.ground([]orb.Ring{{{-9, -9}, {9, -9}, {9, 9}, {-9, 9}, {-9, -9}}})
	x, err := strconv.Atoi(left[1 : strings.IndexAny(left[2:], " -")+2])
	if err != nil {
		t.Fatal(err)
	}
	if want := -int(widest*float64(c.Height)-mapWidth) / 2; x != want {
		t.Errorf("the land ends at %d, the room at %d: %s", x, want, left)
	}
}

// The places with the most cards are named before any other, however close they lie.
func TestLabelsOfNeighbours(t *testing.T) {
	w := worldOf(t, "nc")
	w.counts[""] = Counts{Total: 90, Zones: map[string]int{"98818": 32, "98817": 9, "98805": 8, "98821": 6, "98814": 4, "98812": 2, "98804": 2}}
	for name, shaped := range map[string]*world{"circles": w, "outlines": {territory: w.territory, counts: w.counts}} {
		if name == "outlines" {
			shaped.squared(0.3)
		}
		got := uitest.Texts(t, page(t, shaped, "fr", "/repartition"), ".atlas-labels-wide text")
		for _, want := range []string{"Nouméa 32", "Le Mont-Dore 9", "Dumbéa 8", "Païta 6"} {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %q is not among %q", name, want, got)
			}
		}
	}
}
