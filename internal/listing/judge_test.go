package listing

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

const techOnMap = "../../../shared/data/techonmap-idf-2015.geojson"

// readTechOnMap reads the real directory of Île-de-France, or skips the test where the file is absent.
func readTechOnMap(t *testing.T) []Candidate {
	t.Helper()
	data, err := os.ReadFile(techOnMap)
	if err != nil {
		t.Skipf("the TechOnMap data is not on this machine (%s)", techOnMap)
	}
	var file struct {
		Features []struct {
			Properties struct {
				ID, Category, Name, URL, Address, City string
				TaxID                                  any `json:"taxID"`
				Postcode                               any
			}
			Geometry struct{ Coordinates []float64 }
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var out []Candidate
	for _, f := range file.Features {
		p := f.Properties
		c := Candidate{
			ID: p.ID, Name: p.Name, Category: Category(p.Category), Address: p.Address, City: p.City,
			Websites: []string{p.URL},
		}
		if p.Postcode != nil {
			c.Postcode = fmt.Sprint(p.Postcode)
		}
		if p.TaxID != nil {
			c.Identifiers = []company.Identifier{company.ParseIdentifier(company.SchemeSIRET, fmt.Sprint(p.TaxID))}
		}
		if xy := f.Geometry.Coordinates; len(xy) == 2 {
			c.Point = &geo.Point{Lat: xy[1], Lon: xy[0]}
		}
		out = append(out, c)
	}
	return out
}

// pairs judges all pairs that share a search key, as the importer does.
func pairs(all []Candidate) map[Judgement][]string {
	stored := map[Key][]int{}
	for i, c := range all {
		for _, k := range Keys(c) {
			stored[k] = append(stored[k], i)
		}
	}
	out := map[Judgement][]string{}
	seen := map[[2]int]bool{}
	for i, c := range all {
		for _, k := range SearchKeys(c) {
			for _, j := range stored[k] {
				if j <= i || seen[[2]int{i, j}] {
					continue
				}
				seen[[2]int{i, j}] = true
				v := Judge(c, all[j])
				out[v.Judgement] = append(out[v.Judgement], fmt.Sprintf("%s ~ %s %v", c.ID, all[j].ID, v.Reasons))
			}
		}
	}
	return out
}

func TestJudgeTechOnMap(t *testing.T) {
	got := pairs(readTechOnMap(t))
	for _, j := range []Judgement{Sure, Doubtful} {
		for _, p := range got[j] {
			t.Log(j, p)
		}
		t.Log(j, len(got[j]))
	}
	for _, want := range []string{"incuba-school ~ incubaschool ", "kernix ~ kernixlab "} {
		if !slices.ContainsFunc(got[Sure], func(p string) bool { return strings.HasPrefix(p, want) }) {
			t.Errorf("%s is not sure", want)
		}
	}
	for _, p := range got[Sure] {
		if strings.Contains(p, "blue-office") {
			t.Errorf("merged: %s", p)
		}
	}
}

func siret(s string) []company.Identifier {
	return []company.Identifier{company.ParseIdentifier(company.SchemeSIRET, s)}
}

func at(lat, lon float64) *geo.Point { return &geo.Point{Lat: lat, Lon: lon} }

func TestJudge(t *testing.T) {
	const office, domain = "48828583400021", "https://blueoffice.nexity.fr/"
	alfortville := Candidate{Name: "Blue Office d'Alfortville", Identifiers: siret(office), Websites: []string{domain}, Address: "5 rue Charles de Gaulle", City: "Alfortville", Postcode: "94140", Point: at(48.81455, 2.41317)}
	massy := Candidate{Name: "Blue Office de Massy", Identifiers: siret(office), Websites: []string{domain}, Address: "5 Avenue Carnot", City: "Massy", Postcode: "91300", Point: at(48.7295, 2.26845)}
	school := Candidate{Name: "Incuba'School", Websites: []string{"http://www.incubaschool.fr"}, Address: "8 avenue de la porte de Champerret", City: "Paris", Point: at(48.886237, 2.287373)}
	school2 := Candidate{Name: "INCUBA'SCHOOL", Websites: []string{"http://www.incubaschool.fr/"}, Address: "6-8, avenue de la Porte de Champerret", City: "PARIS", Point: at(48.886249, 2.287291), Identifiers: siret("13001727000013")}
	novancia := Candidate{Name: "Incubateur Novancia", Websites: []string{"http://www.novancia.fr/"}, Address: school.Address, City: "Paris", Point: school.Point}
	burger := Candidate{Name: "Burger Roi", Websites: []string{"burger-roi.fr"}, City: "Paris", Address: "1 rue A", Phones: []string{"+33142181716"}}
	with := func(c Candidate, change func(*Candidate)) Candidate { change(&c); return c }
	tests := []struct {
		name string
		a, b Candidate
		want Judgement
	}{
		{"offices of one company in two towns", alfortville, massy, Doubtful},
		{"one name in two towns, one number", alfortville, with(massy, func(c *Candidate) { c.Name = alfortville.Name }), Doubtful},
		{"the same office twice", alfortville, alfortville, Sure},
		{"8 and 6-8 of one avenue", school, school2, Sure},
		{"two incubators at one address", school, novancia, Distinct},
		{"branches with their own phones", burger, with(burger, func(c *Candidate) { c.City = "Lyon"; c.Phones = []string{"+33472000000"} }), Doubtful},
		{"branches with their own numbers", with(burger, func(c *Candidate) { c.Identifiers = siret("55210055400013") }), with(burger, func(c *Candidate) {
			c.City, c.Phones, c.Identifiers = "Lyon", nil, siret(office)
		}), Distinct},
		{"namesakes in two towns", Candidate{Name: "Le Relais", City: "Koné"}, Candidate{Name: "Le Relais", City: "Lifou"}, Distinct},
		{"namesakes of one town, street unknown", Candidate{Name: "Le Relais", City: "Koné"}, Candidate{Name: "Le Relais", City: "Koné"}, Doubtful},
		{"same name and phone, place unknown", with(burger, func(c *Candidate) { c.City = "" }), burger, Sure},
		{"one digit apart", with(burger, func(c *Candidate) { c.Name = "Burger Roi 1" }), with(burger, func(c *Candidate) { c.Name = "Burger Roi 2" }), Doubtful},
		{"school and company of one name", with(school, func(c *Candidate) { c.Category = School }), with(school2, func(c *Candidate) { c.Category = Incubator }), Doubtful},
		{"a slip of the pen at one address", Candidate{Name: "Informatique du Lagon", Address: "3 rue B", City: "Koné"}, Candidate{Name: "Infomatique du Lagon", Address: "3 rue B", City: "Koné"}, Doubtful},
		{"faulty numbers say nothing", Candidate{Name: "A", Identifiers: []company.Identifier{{Scheme: "ridet", Value: "0"}}}, Candidate{Name: "B", Identifiers: []company.Identifier{{Scheme: "ridet", Value: "0"}}}, Distinct},
		{"pages of one network", Candidate{Name: "Kernix", Websites: []string{"facebook.com/kernix"}, City: "Koné"}, Candidate{Name: "Kernix", Websites: []string{"facebook.com/other"}, City: "Lifou"}, Distinct},
		{"nothing at all", Candidate{}, Candidate{}, Distinct},
	}
	for _, tt := range tests {
		there, back := Judge(tt.a, tt.b), Judge(tt.b, tt.a)
		if there.Judgement != tt.want {
			t.Errorf("%s: %s %v, want %s", tt.name, there.Judgement, there.Reasons, tt.want)
		}
		if there.Judgement != back.Judgement || !slices.Equal(there.Reasons, back.Reasons) {
			t.Errorf("%s: %v one way, %v the other", tt.name, there, back)
		}
	}
}

// Two cards of one name closer than 150 m are always compared, wherever they are.
func TestNeighboursShareAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := geo.Point{Lat: rapid.Float64Range(-80, 80).Draw(t, "lat"), Lon: rapid.Float64Range(-179, 179).Draw(t, "lon")}
		b := geo.Point{
			Lat: a.Lat + rapid.Float64Range(-0.0014, 0.0014).Draw(t, "north"),
			Lon: a.Lon + rapid.Float64Range(-0.004, 0.004).Draw(t, "east"),
		}
		if geo.Distance(a, b) >= closeBy {
			return
		}
		stored := Keys(Candidate{Name: "Kernix", Point: &a})
		found := slices.ContainsFunc(SearchKeys(Candidate{Name: "Kernish", Point: &b}), func(k Key) bool { return slices.Contains(stored, k) })
		if !found {
			t.Fatalf("%v and %v have no key in common", a, b)
		}
	})
}
