package listing

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

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
