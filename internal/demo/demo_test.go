package demo_test

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"grappe/internal/company"
	"grappe/internal/demo"
	"grappe/internal/listing"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/territory"
)

func now() time.Time { return time.Date(2026, 2, 3, 9, 30, 0, 0, time.UTC) }

func newCaledonia(t testing.TB) *territory.Territory {
	t.Helper()
	terr, err := territory.Load(os.DirFS("../../presets"), "nc")
	if err != nil {
		t.Fatal(err)
	}
	return terr
}

// taxonomy gives the codes of a taxonomy of the presets.
func taxonomy(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile("../../presets/taxonomies/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree struct {
		Terms []struct {
			Code string `yaml:"code"`
		} `yaml:"terms"`
	}
	if err := yaml.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, term := range tree.Terms {
		codes = append(codes, term.Code)
	}
	return codes
}

func generate(t testing.TB, seed uint64) []demo.Entry {
	t.Helper()
	entries, err := demo.Generate(seed, newCaledonia(t), now())
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestSameSeedSameBytes(t *testing.T) {
	a, err := json.Marshal(generate(t, 1853))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(generate(t, 1853))
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Error("two runs of one seed differ")
	}
	c, err := json.Marshal(generate(t, 1854))
	if err != nil {
		t.Fatal(err)
	}
	if string(a) == string(c) {
		t.Error("two seeds give the same")
	}
}

// TestCoverage holds what the demonstration promises, for the seed of the product and some others.
func TestCoverage(t *testing.T) {
	wanted, sectors := taxonomy(t, "competences"), taxonomy(t, "sectors")
	for _, seed := range []uint64{0, 1853, 1 << 60} {
		entries := generate(t, seed)
		if len(entries) != demo.Count {
			t.Fatalf("seed %d: %d entries, want %d", seed, len(entries), demo.Count)
		}
		communes, competences, categories := map[string]int{}, map[string]int{}, map[listing.Category]int{}
		for _, e := range entries {
			communes[e.Listing.Zone]++
			categories[e.Listing.Category]++
			for _, code := range e.Listing.Competences {
				competences[code]++
			}
			for _, code := range e.Listing.Sectors {
				if !slices.Contains(sectors, code) {
					t.Errorf("seed %d: sector %q is not in the taxonomy", seed, code)
				}
			}
		}
		for _, z := range newCaledonia(t).Zones {
			if z.Level == "commune" && communes[z.Code] == 0 {
				t.Errorf("seed %d: nothing in %s", seed, z.Name)
			}
		}
		if len(communes) != 33 {
			t.Errorf("seed %d: %d communes, want 33", seed, len(communes))
		}
		for _, code := range wanted {
			if n := competences[code]; n < 5 {
				t.Errorf("seed %d: %d listings of %s, want 5", seed, n, code)
			}
		}
		if len(competences) != len(wanted) || len(wanted) != 32 {
			t.Errorf("seed %d: %d competences, the taxonomy has %d, want 32", seed, len(competences), len(wanted))
		}
		if len(categories) != 7 || demo.Count-categories[listing.Company] < 20 {
			t.Errorf("seed %d: categories %v", seed, categories)
		}
		if n := communes["98818"]; n < 100 || n > 220 {
			t.Errorf("seed %d: %d in Nouméa", seed, n)
		}
	}
}

func TestNothingRepeats(t *testing.T) {
	for _, seed := range []uint64{1, 1853} {
		seen := map[string]string{}
		for _, e := range generate(t, seed) {
			for kind, value := range map[string]string{
				"name": listing.NormalizeName(e.Listing.Name), "slug": e.Listing.Slug, "description": e.Listing.Description,
				"id": e.Listing.ID, "company": e.Company.ID, "phone": strings.Join(e.Listing.Phones, " "),
				"mail": strings.Join(e.Listing.Emails, " "), "site": strings.Join(e.Listing.Websites, " "),
			} {
				if value == "" {
					continue
				}
				if other, twice := seen[kind+value]; twice {
					t.Errorf("seed %d: %s %q of %q and of %q", seed, kind, value, other, e.Listing.Name)
				}
				seen[kind+value] = e.Listing.Name
			}
		}
	}
}

func TestNumbersAndAddressesAreValid(t *testing.T) {
	reserved := func(host string) bool { return host == "example.org" || strings.HasSuffix(host, ".example") }
	for _, e := range generate(t, 1853) {
		l, c := e.Listing, e.Company
		for _, id := range c.Identifiers {
			if again := company.ParseIdentifier(id.Scheme, id.Written); !id.Valid || again != id || id.Value[0] != '9' {
				t.Errorf("%s: identifier %+v", l.Name, id)
			}
		}
		for _, a := range c.Activities {
			if again, ok := company.ParseActivity(a.Nomenclature, a.Code); !ok || again.Code != a.Code {
				t.Errorf("%s: activity %+v", l.Name, a)
			}
		}
		if !company.ValidSizeClass(c.SizeClass) {
			t.Errorf("%s: size %q", l.Name, c.SizeClass)
		}
		for _, phone := range l.Phones {
			if again, ok := listing.ParsePhone(phone, "NC"); !ok || again != phone {
				t.Errorf("%s: phone %q", l.Name, phone)
			}
		}
		for _, mail := range l.Emails {
			if _, domain, ok := strings.Cut(mail, "@"); !ok || !reserved(domain) {
				t.Errorf("%s: mail %q", l.Name, mail)
			}
		}
		addresses := slices.Clone(l.Websites)
		for _, s := range l.Social {
			addresses = append(addresses, s.URL)
		}
		for _, address := range addresses {
			u, err := url.Parse(address)
			if again, ok := listing.ParseWebsite(address); err != nil || !ok || again != address || !reserved(u.Hostname()) {
				t.Errorf("%s: address %q", l.Name, address)
			}
		}
		if l.OpeningHours != "" {
			if _, err := listing.ParseHours(l.OpeningHours); err != nil {
				t.Errorf("%s: hours %q: %v", l.Name, l.OpeningHours, err)
			}
		}
	}
}

func TestRecordsHoldTogether(t *testing.T) {
	terr := newCaledonia(t)
	least, most, bare, never := 100, 0, 0, 0
	for _, e := range generate(t, 1853) {
		l, c := e.Listing, e.Company
		if l.CompanyID != c.ID || l.Territory != "nc" || c.Territory != "nc" || l.State != listing.Published {
			t.Errorf("%s: %q %q %q", l.Name, l.CompanyID, c.ID, l.State)
		}
		if listing.Completeness(l) != l.Completeness {
			t.Errorf("%s: completeness %d", l.Name, l.Completeness)
		}
		least, most = min(least, l.Completeness), max(most, l.Completeness)
		if l.Description == "" {
			bare++
		}
		if l.ConfirmedAt.IsZero() {
			never++
		} else if age := now().Sub(l.ConfirmedAt); age < 0 || age > 2*366*24*time.Hour || l.CreatedAt.After(l.ConfirmedAt) {
			t.Errorf("%s: made %v, confirmed %v", l.Name, l.CreatedAt, l.ConfirmedAt)
		}
		for _, zone := range append(slices.Clone(l.ServiceArea.Zones), l.Zone) {
			if _, ok := terr.Zone(zone); !ok {
				t.Errorf("%s: zone %q", l.Name, zone)
			}
		}
		if l.Point != nil && !terr.Box.Contains(*l.Point) {
			t.Errorf("%s: point %v", l.Name, *l.Point)
		}
		if c.FoundedYear < 1990 || c.FoundedYear > now().Year() {
			t.Errorf("%s: founded %d", l.Name, c.FoundedYear)
		}
		for _, f := range listing.Fields() {
			if _, sourced := l.Provenance[f.Name]; sourced == f.Empty(&l.Content) {
				t.Errorf("%s: source of %s", l.Name, f.Name)
			}
		}
	}
	if least > 40 || most < 90 || bare < 20 || bare > 100 || never < 15 {
		t.Errorf("completeness %d to %d, %d bare, %d never confirmed", least, most, bare, never)
	}
}

func TestPointsAreInTheirCommunes(t *testing.T) {
	file, err := os.Open("../../../shared/data/nc-communes.geojson")
	if err != nil {
		t.Skip("no outlines to compare with: ../shared/data/nc-communes.geojson is absent")
	}
	defer file.Close()
	terr := newCaledonia(t)
	outlines, _, err := territory.LoadGeometry(terr, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{3, 1853} {
		for _, e := range generate(t, seed) {
			if e.Listing.Point == nil {
				continue
			}
			if at, ok := terr.Place(outlines, *e.Listing.Point); !ok || at.How != territory.Inside || at.Zone.Code != e.Listing.Zone {
				t.Errorf("%s: %v lies %s %q, not in %s", e.Listing.Name, *e.Listing.Point, at.How, at.Zone.Code, e.Listing.City)
			}
		}
	}
}

func TestIslandsAreServedFromNoumea(t *testing.T) {
	served, remote, everywhere := 0, 0, 0
	for _, e := range generate(t, 1853) {
		if area := e.Listing.ServiceArea; e.Listing.Zone == "98818" {
			if slices.Contains(area.Zones, "iles") {
				served++
			}
			if area.Remote {
				remote++
			}
			if area.Everywhere {
				everywhere++
			}
		}
	}
	if served < 5 || remote < 10 || everywhere < 10 {
		t.Errorf("from Nouméa: islands %d, remote %d, everywhere %d", served, remote, everywhere)
	}
}

func TestScale(t *testing.T) {
	const n = 3_000
	stream := func() (names map[string]bool, total int) {
		entries, err := demo.Scale(5, newCaledonia(t), now(), n)
		if err != nil {
			t.Fatal(err)
		}
		names = map[string]bool{}
		for e := range entries {
			key := listing.NormalizeName(e.Listing.Name)
			if names[key] {
				t.Fatalf("name %q twice", e.Listing.Name)
			}
			names[key] = true
			total++
		}
		return names, total
	}
	first, total := stream()
	again, _ := stream()
	if total != n || len(first) != n {
		t.Errorf("%d entries, %d names, want %d", total, len(first), n)
	}
	for name := range first {
		if !again[name] {
			t.Fatalf("%q is not in the second run", name)
		}
	}
	entries, err := demo.Scale(5, newCaledonia(t), now(), n)
	if err != nil {
		t.Fatal(err)
	}
	for range entries {
		break // a stream may be left early
	}
}

func TestSentences(t *testing.T) {
	keys := localetest.Catalogue(t, demo.Texts)
	localetest.Used(t, ".", keys)
}

func TestAnotherTerritoryIsRefused(t *testing.T) {
	if _, err := demo.Generate(1, &territory.Territory{Code: "zz"}, now()); err == nil {
		t.Error("a territory without communes of New Caledonia was accepted")
	}
}

func BenchmarkScale(b *testing.B) {
	entries, err := demo.Scale(1, newCaledonia(b), now(), b.N)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for range entries {
	}
}
