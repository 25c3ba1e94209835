package atlas

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

func TestTexts(t *testing.T) { localetest.Used(t, ".", localetest.Catalogue(t, Texts)) }

// counted is New Caledonia with cards: 97 in Nouméa, 12 in Dumbéa, 3 in Lifou, 5 nowhere.
func counted(t *testing.T) *world {
	w := worldOf(t, "nc")
	w.counts[""] = Counts{
		Total: 117, Unseated: 5,
		Zones:       map[string]int{"98818": 97, "98805": 12, "98814": 3, "sud": 109, "iles": 3},
		Competences: map[string]int{"drones": 1, "cybersecurity": 30},
	}
	w.counts["cybersecurite"] = Counts{Total: 30, Zones: map[string]int{"98818": 20, "98805": 10, "sud": 30}, Competences: w.counts[""].Competences}
	w.counts["cybersecurity"] = w.counts["cybersecurite"]
	w.counts["drones"] = Counts{Total: 0, Zones: map[string]int{}, Competences: w.counts[""].Competences}
	return w
}

func page(t *testing.T, w *world, lang, path string) string {
	t.Helper()
	res := w.get(t, lang, path)
	if res.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, res.Code)
	}
	body := res.Body.String()
	uitest.CheckPage(t, body)
	return body
}

func TestSpreadSaysWhere(t *testing.T) {
	w := counted(t).squared(0.15)
	for path, want := range map[string]string{
		"/repartition":                           "En tête\u202f: Nouméa, avec 97 fiches sur 117.",
		"/repartition?par=province":              "En tête\u202f: Province Sud, avec 109 fiches sur 117.",
		"/repartition?competence=cybersecurite":  "En tête\u202f: Nouméa, avec 20 des 30 fiches du domaine «\u202fCybersécurité\u202f».",
		"/repartition?competence=drones":         "Aucune fiche publiée n’a le domaine «\u202fDrones et imagerie aérienne\u202f» pour l’instant.",
		"/repartition?par=commune&tri=nom&autre": "En tête\u202f: Nouméa, avec 97 fiches sur 117.",
	} {
		body := page(t, w, "fr", path)
		if got := uitest.Text(uitest.One(t, body, "p.lead")); got != want {
			t.Errorf("%s: %q", path, got)
		}
		if title := uitest.Text(uitest.One(t, body, "svg.atlas-map > title")); title != want {
			t.Errorf("%s: the map is called %q", path, title)
		}
	}
	if got := uitest.Text(uitest.One(t, page(t, w, "en", "/repartition"), "p.lead")); got != "Nouméa comes first, with 97 cards of 117." {
		t.Errorf("in English: %q", got)
	}
	if body := page(t, worldOf(t, "nc"), "fr", "/repartition"); !strings.Contains(body, "Aucune fiche n’est publiée") {
		t.Error("an empty directory does not say so")
	}
	nowhere := counted(t)
	nowhere.counts[""] = Counts{Total: 2, Unseated: 2}
	if body := page(t, nowhere, "fr", "/repartition"); !strings.Contains(body, "Aucune fiche ne dit encore où elle se trouve.") {
		t.Error("cards without places are not told")
	}
}

func TestSpreadDrawsOutlines(t *testing.T) {
	body := page(t, counted(t).squared(0.15), "fr", "/repartition")
	uitest.Count(t, body, "svg.atlas-map a path.atlas-zone", 33)
	uitest.Count(t, body, "svg.atlas-map circle.atlas-circle", 0)
	uitest.Count(t, body, "path.atlas-5", 1)
	uitest.Count(t, body, "svg path.atlas-0", 30)
	if got := uitest.Texts(t, body, ".atlas-legend li"); !slices.Equal(got, []string{"97 1 lieu", "12 1 lieu", "3 1 lieu", "aucune 30 lieux"}) {
		t.Errorf("the legend says %q", got)
	}
	if got := uitest.Texts(t, body, ".atlas-labels-wide text"); !slices.Equal(got, []string{"Nouméa 97", "Dumbéa 12", "Lifou 3"}) {
		t.Errorf("the map names %q", got)
	}
	link := uitest.Find(t, body, "svg.atlas-map a")[17]
	if uitest.Attr(link, "href") != "/nc/annuaire?zone=noumea&surplace=1" || !strings.HasPrefix(uitest.Text(link), "Nouméa\u202f: 97 fiches") {
		t.Errorf("%q leads to %q", uitest.Text(link), uitest.Attr(link, "href"))
	}
	if strings.Contains(body, "style=") || strings.Contains(body, "NaN") || strings.Contains(body, "Inf") {
		t.Error("the page has inline styles, or numbers that are none")
	}
	// A level above is drawn by the outlines below it.
	body = page(t, counted(t).squared(0.15), "fr", "/repartition?par=province&competence=cybersecurite")
	uitest.Count(t, body, "svg.atlas-map a path.atlas-zone", 3)
	if got := uitest.Attr(uitest.Find(t, body, "svg.atlas-map a")[0], "href"); got != "/nc/annuaire?zone=province-sud&surplace=1&competence=cybersecurite" {
		t.Errorf("a zone of a competence leads to %q", got)
	}
}

func TestSpreadDrawsCirclesWithoutOutlines(t *testing.T) {
	body := page(t, counted(t), "fr", "/repartition")
	uitest.Count(t, body, "svg.atlas-map a circle.atlas-circle", 33)
	uitest.Count(t, body, "svg.atlas-map circle.atlas-circle-none", 30)
	uitest.Count(t, body, "svg.atlas-map path.atlas-land", 1)
	uitest.Count(t, body, ".atlas-legend", 0)
	var radii []int
	for _, c := range uitest.Find(t, body, "circle.atlas-circle") {
		r, err := strconv.Atoi(uitest.Attr(c, "r"))
		if err != nil {
			t.Fatal(err)
		}
		radii = append(radii, r)
	}
	if radii[0] != int(widestCircle) || !slices.IsSortedFunc(radii, func(a, b int) int { return b - a }) {
		t.Errorf("the circles have the radii %v, the largest first", radii)
	}
	// Where circles would hide each other, the level above is shown first.
	pf := worldOf(t, "pf")
	pf.counts[""] = Counts{Total: 3, Zones: map[string]int{"iles-du-vent": 3, "98735": 3}}
	uitest.Count(t, page(t, pf, "fr", "/repartition"), "circle.atlas-circle", 5)
	uitest.Count(t, page(t, pf, "fr", "/repartition?par=commune"), "circle.atlas-circle", 48)
	// And where there are more zones than a map can tell apart.
	idf := worldOf(t, "idf")
	idf.counts[""] = Counts{Total: 4, Zones: map[string]int{"75": 4, "75111": 3, "75101": 1}}
	uitest.Count(t, page(t, idf, "fr", "/repartition"), "circle.atlas-circle", 8)
	communes := page(t, idf, "fr", "/repartition?par=commune")
	uitest.Count(t, communes, "#tableau tbody tr", 2)
	if len(communes) > 60_000 {
		t.Errorf("%d bytes for two arrondissements with cards", len(communes))
	}
}

func TestSpreadTable(t *testing.T) {
	first := func(body string) []string {
		t.Helper()
		return uitest.Texts(t, body, "#tableau tbody tr:first-child > *")
	}
	w := counted(t)
	body := page(t, w, "fr", "/repartition")
	if got := first(body); !slices.Equal(got, []string{"Nouméa", "97", "82,9\u202f%", "10,3"}) && len(got) != 4 || got[0] != "Nouméa" || got[1] != "97" {
		t.Errorf("%q", got)
	}
	uitest.Count(t, body, "#tableau tbody tr", 33)
	uitest.Count(t, body, "#tableau tbody a", 3)
	uitest.Count(t, body, `#tableau th[aria-sort="descending"]`, 1)
	heads := uitest.Find(t, body, "#tableau thead a")
	if len(heads) != 3 || uitest.Attr(heads[0], "href") != "/nc/repartition?tri=nom#tableau" || uitest.Attr(heads[1], "href") != "/nc/repartition#tableau" {
		t.Errorf("the heads lead to %q", uitest.Attr(heads[0], "href"))
	}
	if got := first(page(t, w, "fr", "/repartition?tri=nom")); got[0] != "Belep" {
		t.Errorf("by name %q comes first", got)
	}
	if got := first(page(t, w, "fr", "/repartition?tri=densite")); got[0] != "Nouméa" {
		t.Errorf("by density %q comes first", got)
	}
	if got := uitest.Texts(t, body, "section:not(#tableau) tbody tr"); len(got) != 2 || !strings.HasPrefix(got[0], "Cybersécurité 30") {
		t.Errorf("competences: %q", got)
	}
	if got := uitest.Texts(t, body, "#competence option"); len(got) != 3 || got[1] != "Cybersécurité (30)" {
		t.Errorf("the choice of competences is %q", got)
	}
	chosen := page(t, w, "fr", "/repartition?competence=cybersecurity&tri=nom")
	if got := uitest.Attr(uitest.One(t, chosen, "#competence option[selected]"), "value"); got != "cybersecurite" {
		t.Errorf("%q is chosen", got)
	}
	if got := uitest.Attr(uitest.One(t, chosen, "form.atlas-form input[type=hidden]"), "name"); got != "tri" {
		t.Errorf("the form keeps %q", got)
	}
}

func TestSpreadRefusesWhatDoesNotExist(t *testing.T) {
	tt := worldOf(t, "nc").territory
	for query, field := range map[string]string{"par=pays": "par", "tri=prix": "tri", "par=%00": "par", "tri=" + strings.Repeat("é", 500): "tri"} {
		values := map[string][]string{}
		name, value, _ := strings.Cut(query, "=")
		values[name] = []string{value}
		_, err := ask(values, tt)
		if e := errs.As(err); e == nil || e.Kind != errs.Usage || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// Two marks never lie on each other, and nothing is written beyond the map.
func TestLabelsKeepApart(t *testing.T) {
	w := &written{canvas: canvas{Width: 1000, Height: 500}, size: 19}
	placed := 0
	for i := range 60 {
		if l, ok := w.place(float64(i*17%1000), float64(i*53%500), 10, "Le Mont-Dore 27"); ok {
			placed++
			if !slices.Contains([]string{"start", "middle", "end"}, l.Anchor) {
				t.Errorf("%+v", l)
			}
		}
	}
	for i, a := range w.taken {
		if a.left < 0 || a.top < 0 || a.right > 1000 || a.bottom > 500 || slices.ContainsFunc(w.taken[:i], a.meets) {
			t.Errorf("%+v", a)
		}
	}
	if placed < 20 {
		t.Errorf("only %d names found room", placed)
	}
}

var pathData = regexp.MustCompile(`^(M-?\d+[ -]\d*(l-?\d+([ -]\d+)+)?z)*$`)

func TestRealMapIsLight(t *testing.T) {
	w := counted(t).real(t, "nc-communes.geojson")
	body := page(t, w, "fr", "/repartition")
	if len(body) > 75_000 {
		t.Errorf("the page has %d bytes", len(body))
	}
	for _, p := range uitest.Find(t, body, "svg.atlas-map a path") {
		if d := uitest.Attr(p, "d"); !pathData.MatchString(d) || len(d) < 10 {
			t.Errorf("%.80q", d)
		}
	}
}

// The tree's levels cut the whole territory, each leaf once.
func TestCutsHoldEveryLeafOnce(t *testing.T) {
	for _, code := range []string{"nc", "wf", "pf", "nancy", "idf"} {
		w := worldOf(t, code)
		s, err := w.atlas(t).sheet(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		tree := w.territory.Tree()
		for _, c := range s.cuts {
			seen := 0
			for _, leaf := range tree.Leaves() {
				holders := slices.DeleteFunc(slices.Clone(c.zones), func(z territory.Zone) bool { return !tree.IsWithin(leaf.Code, z.Code) })
				if len(holders) != 1 {
					t.Fatalf("%s by %s: %s lies in %d zones", code, c.level, leaf.Name, len(holders))
				}
				seen++
			}
			if seen == 0 {
				t.Errorf("%s by %s: no leaf", code, c.level)
			}
		}
	}
}
