package search_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
)

const today = "2026-11-21"

func vocabulary(t testing.TB) *search.Vocabulary {
	t.Helper()
	data, err := os.ReadFile("../../../presets/vocabulary/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v, err := search.ReadVocabulary(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// zoneParent is the tree nc → south (nou, mtd), north (kne).
func zoneParent(code string) string {
	return map[string]string{"nou": "south", "mtd": "south", "kne": "north", "south": "nc", "north": "nc"}[code]
}

func config(v *search.Vocabulary) search.Config {
	return search.Config{
		Fields: []search.Field{
			{Name: "name", Weight: 100, Suggest: true},
			{Name: "competence", Weight: 75, Suggest: true},
			{Name: "tag", Weight: 55},
			{Name: "headline", Weight: 40},
			{Name: "description", Weight: 20},
		},
		Facets: []search.FacetSpec{
			{Name: "zone", Parent: zoneParent, Codes: []string{"nc", "south", "north", "nou", "mtd", "kne"}, Served: true},
			{Name: "category"},
		},
		Synonyms: v,
	}
}

// named makes a document of a name and a description.
func named(id, name string, description ...string) search.Doc {
	return search.Doc{ID: id, Text: [][]string{{name}, nil, nil, nil, description}, NameKey: search.Fold(name)}
}

// texts makes an index with one document per text, whose description it is, with the IDs d0, d1…
func texts(t testing.TB, list ...string) *search.Index {
	t.Helper()
	x := search.New(config(vocabulary(t)))
	docs := make([]search.Doc, len(list))
	for i, s := range list {
		docs[i] = named(fmt.Sprintf("d%d", i), "", s)
	}
	x.Apply(docs, nil)
	return x
}

func ask(t testing.TB, x *search.Index, q search.Query) search.Result {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.Day == "" {
		q.Day = today
	}
	res, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Hits) > res.Total {
		t.Fatalf("%d hits of a total of %d", len(res.Hits), res.Total)
	}
	return res
}

func ids(res search.Result) []string {
	out := []string{}
	for _, h := range res.Hits {
		out = append(out, h.ID)
	}
	return out
}

func sortedIDs(res search.Result) string {
	out := ids(res)
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestFrenchAsTyped(t *testing.T) {
	x := texts(t,
		"Conseil en sécurité informatique",      // d0
		"Studio de jeux vidéo",                  // d1
		"L’éducation au numérique",              // d2
		"Œuvres numériques et curriculum vitæ",  // d3
		"Solutions d'e-commerce",                // d4
		"Site ecommerce",                        // d5
		"E commerce local",                      // d6
		"Impression 3D à Nouméa",                // d7
		"Espace de coworking",                   // d8
		"Travaux de réseaux, chevaux et locaux", // d9
		"Webmaster indépendant",                 // d10
		"Programmation C++ et C#",               // d11
		"Développement d’applications",          // d12
		"Tiers-lieu du Mont-Dore",               // d13
		"Télétravail",                           // d14
		"La Boulangerie connectée",              // d15
		"Aujourd'hui, un site internet",         // d16
		"Cybersécurité des PME",                 // d17
		"Cours de programmation Python",         // d18
	)
	for _, c := range []struct{ query, want string }{
		{"securite informatique", "d0 d17"},
		{"SÉCURITÉ  Informatique ", "d0 d17"},
		{"se\u0301curite\u0301 informatique", "d0 d17"},
		{"jeux video", "d1"},
		{"jeu vidéo", "d1"},
		{"jeux vidéo", "d1"},
		{"jeux vidéos", "d1"},
		{"éducation", "d2"},
		{"l'éducation", "d2"},
		{"l’éducation", "d2"},
		{"l education", "d2"},
		{"oeuvre", "d3"},
		{"œuvre", "d3"},
		{"vitae", "d3"},
		{"e-commerce", "d4 d5 d6"},
		{"ecommerce", "d4 d5 d6"},
		{"e commerce", "d4 d5 d6"},
		{"E‑COMMERCE", "d4 d5 d6"},
		{"impression 3d", "d7"},
		{"impression 3 D", "d7"},
		{"impression3d", "d7"},
		{"fabrication additive", "d7"},
		{"coworking", "d13 d8"},
		{"covorking", "d13 d8"},
		{"cowroking", "d13 d8"},
		{"co-working", "d13 d8"},
		{"cowo", "d8"},
		{"travail réseau", "d9"},
		{"cheval local", "d9"},
		{"web master", "d10"},
		{"c++", "d11"},
		{"c#", "d11"},
		{"developpement d'application", "d12"},
		{"dévelopement", "d12"},
		{"tiers lieux", "d13 d8"},
		{"tierslieu", "d13 d8"},
		{"montdore", "d13"},
		{"mont dore", "d13"},
		{"travail à distance", "d14"},
		{"boulnagerie", "d15"},
		{"aujourd’hui", "d16"},
		{"site vitrine", "d16"},
		{"cyber ", "d17"},
		{"pyhton", "d18"},
		{`"site internet"`, "d16"},
		{`"internet site"`, ""},
		{`« espace de coworking »`, "d8"},
		{"numérique -éducation", "d3"},
		{`numérique -"curriculum vitae"`, "d2"},
		{"programmation -python", "d11"},
		{"prog", "d11 d18"},
		{"de la", "d15"},
	} {
		if got := sortedIDs(ask(t, x, search.Query{Text: c.query})); got != c.want {
			t.Errorf("%q finds [%s], want [%s]", c.query, got, c.want)
		}
	}
}

func TestFamiliesOfWords(t *testing.T) {
	for _, c := range []struct {
		text, query string
		found       bool
	}{
		{"numérique", "numériques ", true},
		{"digital", "digitale ", true},
		{"locaux", "locale ", true},
		{"développeur", "développer ", true},
		{"informatique", "informatiques ", true},
		{"réseaux sociaux", "réseau social ", true},
		{"communication", "commune ", false},
		{"information", "informatique ", false},
		{"comptes", "compta ", false},
		{"entreprise", "entrepreneur ", false},
	} {
		if got := ask(t, texts(t, c.text), search.Query{Text: c.query}).Total == 1; got != c.found {
			t.Errorf("%q in %q: found is %v", c.query, c.text, got)
		}
	}
}

func TestTypos(t *testing.T) {
	x := texts(t, "caisse", "comptabilité", "web", "98800", "caves")
	for _, c := range []struct {
		query, want string
		why         string
	}{
		{"caise", "d0", "one letter less"},
		{"caiss ", "d0", "one letter less at the end"},
		{"casise", "d0", "two neighbours swapped are one typo"},
		{"cqise", "", "two typos in five letters"},
		{"comtpabilte", "d1", "a swap and a letter less in eleven letters"},
		{"comtpabltie", "", "three typos"},
		{"wed", "", "no typo in three letters"},
		{"98801", "", "a number is not corrected"},
		{"cmopta", "d1", "a swap in an unfinished word of six letters"},
		{"cmopta ", "", "but a sign after it finishes it"},
		{"cave", "d4", "a known form is not corrected"},
	} {
		if got := sortedIDs(ask(t, x, search.Query{Text: c.query})); got != c.want {
			t.Errorf("%q finds [%s], want [%s]: %s", c.query, got, c.want, c.why)
		}
	}
}

func TestDroppedAndDidYouMean(t *testing.T) {
	x := texts(t, "Création de sites internet à Nouméa", "Formation en comptabilité", "Formation à Koné")
	res := ask(t, x, search.Query{Text: "formation comptabilité martienne"})
	if sortedIDs(res) != "d1" || !slices.Equal(res.Dropped, []string{"martienne"}) {
		t.Errorf("got %v, dropped %v", ids(res), res.Dropped)
	}
	res = ask(t, x, search.Query{Text: "Formation comtabilité"})
	if sortedIDs(res) != "d1" || res.DidYouMean != "Formation comptabilité" {
		t.Errorf("got %v, did you mean %q", ids(res), res.DidYouMean)
	}
	res = ask(t, x, search.Query{Text: "xyzzy qwerty"})
	if res.Total != 0 || len(res.Dropped) != 2 {
		t.Errorf("nothing known: got %v, dropped %v", ids(res), res.Dropped)
	}
	res = ask(t, x, search.Query{Text: "nouméa koné"}) // as many words: the rarer, then the first
	if sortedIDs(res) != "d0" || !slices.Equal(res.Dropped, []string{"koné"}) {
		t.Errorf("got %v, dropped %v", ids(res), res.Dropped)
	}
}

func TestRank(t *testing.T) {
	field := func(id string, f int, text string) search.Doc {
		d := search.Doc{ID: id, Text: make([][]string, 5)}
		d.Text[f] = []string{text}
		return d
	}
	x := search.New(config(vocabulary(t)))
	x.Apply([]search.Doc{
		field("5description", 4, "drones"), field("3tag", 2, "drones"), field("1name", 0, "drones"),
		field("4headline", 3, "drones"), field("2competence", 1, "drones"),
	}, nil)
	if got := strings.Join(ids(ask(t, x, search.Query{Text: "drones"})), " "); got != "1name 2competence 3tag 4headline 5description" {
		t.Errorf("by field: %s", got)
	}
	x = search.New(config(vocabulary(t)))
	x.Apply([]search.Doc{
		named("4", "Fabrication additive"), named("3", "Impression 3dimension"),
		named("2", "Impressions 3d"), named("1", "Impression 3d"),
	}, nil)
	if got := strings.Join(ids(ask(t, x, search.Query{Text: "impression 3d"})), " "); got != "1 2 3 4" {
		t.Errorf("by level: %s", got)
	}
	x = texts(t, "conseil et aussi beaucoup de choses très diverses comme celles-ci puis marketing", "conseil petit gros marketing", "conseil marketing")
	if got := strings.Join(ids(ask(t, x, search.Query{Text: "conseil marketing"})), " "); got != "d2 d1 d0" {
		t.Errorf("by nearness: %s", got)
	}
	now, _ := time.Parse(time.DateOnly, today)
	a, b, c := named("full", "Drone"), named("fresh", "Drone"), named("old", "Drone")
	a.Quality, b.Fresh = 1, now
	x.Apply([]search.Doc{c, b, a}, []string{"d0", "d1", "d2"})
	if got := strings.Join(ids(ask(t, x, search.Query{Text: "drone"})), " "); got != "full fresh old" {
		t.Errorf("by quality and freshness: %s", got)
	}
}

func TestFairRotation(t *testing.T) {
	x := search.New(config(nil))
	var docs []search.Doc
	for i := range 30 {
		docs = append(docs, named(fmt.Sprintf("c%02d", i), "Agence"))
	}
	x.Apply(docs[:17], nil)
	x.Apply(docs[17:], nil)
	first := map[string]int{}
	for day := range 300 {
		q := search.Query{Text: "agence", Day: time.Date(2026, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)}
		all := ids(ask(t, x, q))
		first[all[0]]++
		if day > 2 {
			continue
		}
		var paged []string
		for q.Limit = 7; q.Offset < 30; q.Offset += 7 {
			paged = append(paged, ids(ask(t, x, q))...)
		}
		if !slices.Equal(all, paged) {
			t.Errorf("pages give %v, the whole %v", paged, all)
		}
	}
	for _, d := range docs {
		if n := first[d.ID]; n == 0 || n > 30 {
			t.Errorf("%s is first %d days of 300", d.ID, n)
		}
	}
}

func TestFacetsAndServedZones(t *testing.T) {
	x := search.New(config(nil))
	doc := func(id, zone, category string) search.Doc {
		d := named(id, "Agence")
		d.Facets = [][]string{{zone}, {category}}
		return d
	}
	a, b, c, d := doc("a", "nou", "company"), doc("b", "mtd", "school"), doc("c", "kne", "company"), doc("d", "kne", "school")
	c.Serves = []string{"south"}
	d.ServesAll = true
	x.Apply([]search.Doc{a, b, c, d}, nil)
	count := func(res search.Result, facet string) string {
		var out []string
		for _, c := range res.Facets[facet] {
			out = append(out, fmt.Sprintf("%s:%d", c.Code, c.N))
		}
		return strings.Join(out, " ")
	}
	res := ask(t, x, search.Query{})
	if got := count(res, "zone"); got != "nc:4 south:4 mtd:3 nou:3 kne:2 north:2" {
		t.Errorf("zones: %s", got)
	}
	res = ask(t, x, search.Query{Filters: map[string][]string{"zone": {"nou"}, "category": {"company"}}})
	if sortedIDs(res) != "a c" || res.Hits[0].ServedOnly == res.Hits[1].ServedOnly {
		t.Errorf("in nou, companies: %+v", res.Hits)
	}
	if got := count(res, "category"); got != "company:2 school:1" {
		t.Errorf("categories in nou: %s", got)
	}
	if got := count(res, "zone"); got != "nc:2 south:2 kne:1 mtd:1 north:1 nou:2" && got != "nc:2 nou:2 south:2 kne:1 mtd:1 north:1" {
		t.Errorf("zones of companies: %s", got)
	}
	if got := sortedIDs(ask(t, x, search.Query{Filters: map[string][]string{"category": {"company", "school"}}})); got != "a b c d" {
		t.Errorf("two choices of a facet are ORed: %s", got)
	}
	res = ask(t, x, search.Query{Filters: map[string][]string{"zone": {"atlantis"}}})
	if res.Total != 0 || count(res, "zone") != "nc:4 south:4 mtd:3 nou:3 kne:2 north:2 atlantis:0" {
		t.Errorf("unknown code: %d, %s", res.Total, count(res, "zone"))
	}
	if _, err := x.Search(context.Background(), search.Query{Filters: map[string][]string{"colour": {"red"}}}); err == nil {
		t.Error("an unknown facet is no error")
	}
}

func TestGeography(t *testing.T) {
	x := search.New(config(nil))
	at := func(id string, lat, lon float64) search.Doc {
		d := named(id, "Agence "+id)
		d.Point = &geo.Point{Lat: lat, Lon: lon}
		return d
	}
	x.Apply([]search.Doc{at("noumea", -22.27, 166.44), at("mata-utu", -13.28, -176.17), at("papeete", -17.54, -149.57), named("nowhere", "Agence")}, nil)
	if got := sortedIDs(ask(t, x, search.Query{Box: &geo.Box{West: 160, East: -170, South: -30, North: 0}})); got != "mata-utu noumea" {
		t.Errorf("box across the date line: %s", got)
	}
	near := &geo.Point{Lat: -22.0, Lon: 166.0}
	res := ask(t, x, search.Query{Near: near, Sort: search.Distance})
	if got := strings.Join(ids(res), " "); got != "noumea mata-utu papeete nowhere" {
		t.Errorf("by distance: %s", got)
	}
	if km := res.Hits[0].DistanceKm; km == nil || *km < 50 || *km > 60 || res.Hits[3].DistanceKm != nil {
		t.Errorf("distances: %+v", res.Hits)
	}
	if got := sortedIDs(ask(t, x, search.Query{Near: near, RadiusKm: 100})); got != "noumea" {
		t.Errorf("within 100 km: %s", got)
	}
	if got := strings.Join(ids(ask(t, x, search.Query{Sort: search.Name})), " "); got != "nowhere mata-utu noumea papeete" {
		t.Errorf("by name: %s", got)
	}
}

// What is no longer current stands behind its equals, however long the others were not looked at, and nothing else moves.
func TestWhatIsNoLongerCurrentSinks(t *testing.T) {
	day, _ := time.Parse(time.DateOnly, today)
	x := search.New(config(nil))
	var docs []search.Doc
	for i, ago := range []int{0, 80, 200, 360, 400, 547, 548, 700, 900} {
		for _, quality := range []float32{0, 0.5, 1} {
			d := named(fmt.Sprintf("%d-%03d-%.1f", i, ago, quality), "Agence")
			d.Fresh, d.Quality = day.AddDate(0, 0, -ago), quality
			docs = append(docs, d)
		}
	}
	x.Apply(docs, nil)
	current := func(ago int) string { return day.AddDate(0, 0, -ago).Format(time.DateOnly) }
	points := func(current string) map[string]int {
		q := search.Query{Text: "agence", Day: today, Current: current, Explain: true}
		got := map[string]int{}
		for _, h := range ask(t, x, q).Hits {
			got[h.ID] = h.Explain.Freshness
		}
		return got
	}
	usual := points("")
	for id, want := range map[string]int{"0-000-0.5": 10, "1-080-0.5": 10, "2-200-0.5": 6, "3-360-0.5": 6, "4-400-0.5": 3, "7-700-0.5": 3, "8-900-0.5": 0} {
		if usual[id] != want {
			t.Errorf("%s has %d points, want %d", id, usual[id], want)
		}
	}
	for _, ago := range []int{30, 547, 800, 1000} {
		got := points(current(ago))
		for _, d := range docs {
			since := int(day.Sub(d.Fresh) / (24 * time.Hour))
			switch p := got[d.ID]; {
			case since > ago && p != 0:
				t.Errorf("%s is not current since %d days and has %d points", d.ID, ago, p)
			case since <= ago && p == 0:
				t.Errorf("%s is current for %d days and has no points: it stands with those that are not", d.ID, ago)
			case since <= ago && since <= 730 && p != usual[d.ID]:
				t.Errorf("%s moved: %d points, %d before", d.ID, p, usual[d.ID])
			}
		}
	}
}
