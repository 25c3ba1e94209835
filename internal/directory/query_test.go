package directory_test

import (
	"cmp"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// text draws what a person may type, spaces in the middle only.
func text(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(strings.Fields(rapid.StringN(0, most, -1).Draw(t, "text")), " ")
		return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r == utf8.RuneError {
				return 'x'
			}
			return r
		}, s)), " ")
	})
}

func queries() *rapid.Generator[directory.Query] {
	return rapid.Custom(func(t *rapid.T) directory.Query {
		q := directory.Query{
			Text: text(60).Draw(t, "q"), Where: text(30).Draw(t, "ou"), Choices: map[string][]string{},
			Sort: directory.ByRelevance, Page: rapid.IntRange(1, directory.MaxPage).Draw(t, "page"),
		}
		for _, facet := range directory.Facets() {
			choices := rapid.SliceOfNDistinct(text(20).Filter(func(s string) bool { return s != "" }), 0, 4, rapid.ID).Draw(t, facet)
			if len(choices) > 0 {
				slices.Sort(choices)
				q.Choices[facet] = choices
			}
		}
		lat, lon := rapid.Float64Range(-90, 90), rapid.Float64Range(-180, 180)
		if rapid.Bool().Draw(t, "boxed") {
			q.Box = &geo.Box{West: lon.Draw(t, "west"), South: lat.Draw(t, "south"), East: lon.Draw(t, "east"), North: lat.Draw(t, "north")}
			if q.Box.South > q.Box.North {
				q.Box.South, q.Box.North = q.Box.North, q.Box.South
			}
			if q.Box.South == q.Box.North || q.Box.Width() == 0 {
				q.Box = nil
			}
		}
		orders := []directory.Sort{directory.ByRelevance, directory.ByName, directory.ByFreshness}
		if rapid.Bool().Draw(t, "near") {
			q.Near = &geo.Point{Lat: lat.Draw(t, "lat"), Lon: lon.Draw(t, "lon")}
			q.RadiusKm = rapid.Float64Range(0, 2000).Draw(t, "radius")
			orders = append(orders, directory.ByDistance)
		}
		q.Sort = rapid.SampledFrom(orders).Draw(t, "order")
		return q
	})
}

func TestQueryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := queries().Draw(t, "query")
		back, err := directory.ParseQuery(q.Values())
		if err != nil || !reflect.DeepEqual(back, q) {
			t.Fatalf("%v\n%+v comes back as\n%+v\n%v", q.Values(), q, back, err)
		}
		u, err := url.Parse(q.Address())
		if err != nil || u.Path != "/annuaire" {
			t.Fatalf("address %q: %v", q.Address(), err)
		}
		if back, err = directory.ParseQuery(u.Query()); err != nil || !reflect.DeepEqual(back, q) {
			t.Fatalf("address %q: %+v, %v", q.Address(), back, err)
		}
	})
}

// Whatever stands in an address either is refused with the field, or is read as something that reads back the same.
func TestAnyAddressReadsBack(t *testing.T) {
	names := []string{
		"q", "ou", "page", "tri", "surplace", "bbox", "pres", "rayon", "zone", "competence", "categorie", "secteur", "tag", "carte", "fiche", "vue", "other",
	}
	values := rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]+)?(,-?[0-9]{1,3}){0,3}`),
		rapid.SampledFrom([]string{"NaN", "inf,1", "1e400,0", "nom", "distance", "0", "\x00", "\xff\xfe", "1,2", "-180,-90,180,90"}))
	rapid.Check(t, func(t *rapid.T) {
		v := url.Values{}
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			v.Add(rapid.SampledFrom(names).Draw(t, "name"), values.Draw(t, "value"))
		}
		q, err := directory.ParseQuery(v)
		if err != nil {
			if e := errs.As(err); e == nil || e.Kind != errs.Usage || len(e.Fields) != 1 || len(v[e.Fields[0].Name]) == 0 {
				t.Fatalf("%v: %v", v, err)
			}
			return
		}
		for _, choices := range q.Choices {
			slices.Sort(choices)
		}
		q.TextCut = false
		if back, err := directory.ParseQuery(q.Values()); err != nil || !reflect.DeepEqual(back, q) {
			t.Fatalf("%v\n%+v comes back as\n%+v\n%v", v, q, back, err)
		}
	})
}

func TestBadParameters(t *testing.T) {
	for _, tt := range []struct{ address, field, key string }{
		{"page=0", "page", "directory.bad_page"},
		{"page=-1", "page", "directory.bad_page"},
		{"page=abc", "page", "directory.bad_page"},
		{"page=1.5", "page", "directory.bad_page"},
		{"page=501", "page", "directory.bad_page"},
		{"page=999999999999", "page", "directory.bad_page"},
		{"page=99999999999999999999999999", "page", "directory.bad_page"},
		{"tri=prix", "tri", "directory.bad_sort"},
		{"tri=NOM", "tri", "directory.bad_sort"},
		{"bbox=1,2,3", "bbox", "directory.bad_box"},
		{"bbox=1,2,3,4,5", "bbox", "directory.bad_box"},
		{"bbox=a,b,c,d", "bbox", "directory.bad_box"},
		{"bbox=166,,167,-22", "bbox", "directory.bad_box"},
		{"bbox=,,,", "bbox", "directory.bad_box"},
		{"bbox=166,-23,167,-22&bbox=", "bbox", "directory.repeated"},
		{"bbox=0x10,-23,167,-22", "bbox", "directory.bad_box"},
		{"bbox=1_0,-23,167,-22", "bbox", "directory.bad_box"},
		{"bbox=166,-22,167,-23", "bbox", "directory.box_inverted"}, // north of it is south
		{"bbox=166,-22,167,-22", "bbox", "directory.box_inverted"},
		{"bbox=166,-23,166,-22", "bbox", "directory.box_inverted"},
		{"bbox=180,-23,-180,-22", "bbox", "directory.box_inverted"}, // a line in the Pacific
		{"bbox=NaN,-23,167,-22", "bbox", "directory.bad_box"},
		{"bbox=-Inf,-23,167,-22", "bbox", "directory.bad_box"},
		{"bbox=1e999,-23,167,-22", "bbox", "directory.bad_box"},
		{"bbox=181,-23,167,-22", "bbox", "directory.box_outside"},
		{"bbox=166,-23,190,-22", "bbox", "directory.box_outside"},
		{"bbox=166,-91,167,-22", "bbox", "directory.box_outside"},
		{"bbox=166,-22,167,1e300", "bbox", "directory.box_outside"},
		{"pres=166.4", "pres", "directory.bad_near"},
		{"pres=-91,166", "pres", "directory.bad_near"},
		{"pres=-22,181", "pres", "directory.bad_near"},
		{"pres=nan,nan", "pres", "directory.bad_near"},
		{"pres=,166", "pres", "directory.bad_near"},
		{"pres=-22,1e999", "pres", "directory.bad_near"},
		{"rayon=10", "rayon", "directory.radius_alone"},
		{"pres=&rayon=10&tri=distance", "rayon", "directory.radius_alone"},
		{"pres=-22,166&rayon=0", "rayon", "directory.bad_radius"},
		{"pres=-22,166&rayon=-5", "rayon", "directory.bad_radius"},
		{"pres=-22,166&rayon=2001", "rayon", "directory.bad_radius"},
		{"pres=-22,166&rayon=proche", "rayon", "directory.bad_radius"},
		{"pres=-22,166&rayon=Inf", "rayon", "directory.bad_radius"},
		{"pres=-22,166&rayon=1,5", "rayon", "directory.bad_radius"},
		{"surplace=oui", "surplace", "directory.bad_seated"},
		{"q=a&q=b", "q", "directory.repeated"},
		{"ou=a&ou=", "ou", "directory.repeated"},
		{"surplace=1&surplace=1", "surplace", "directory.repeated"},
		{"tri=nom&tri=recents", "tri", "directory.repeated"},
		{"page=1&page=2", "page", "directory.repeated"},
		{"pres=1,2&pres=3,4", "pres", "directory.repeated"},
		{"pres=1,2&rayon=3&rayon=4", "rayon", "directory.repeated"},
		{"carte=1,2,3&carte=1,2,3", "carte", "directory.repeated"},
		{"fiche=a&fiche=b", "fiche", "directory.repeated"},
		{"vue=carte&vue=liste", "vue", "directory.repeated"},
	} {
		v, err := url.ParseQuery(tt.address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = directory.ParseQuery(v)
		e := errs.As(err)
		if e == nil || e.Kind != errs.Usage || e.Key != tt.key || len(e.Fields) != 1 || e.Fields[0].Name != tt.field {
			t.Errorf("%s: %v, want %s at %s", tt.address, err, tt.key, tt.field)
		}
	}
}

func TestGoodParameters(t *testing.T) {
	for _, tt := range []struct {
		address string
		want    directory.Query
	}{
		{"", directory.Query{}},
		{"q=%20%20site%09%0Avitrine%00%20", directory.Query{Text: "site vitrine"}},
		{"q=%FF%FEcaf%C3%A9", directory.Query{Text: "café"}},
		{"tri=distance", directory.Query{}},                            // from nowhere there is no distance
		{"pres=&rayon=&bbox=&page=&tri=&surplace=", directory.Query{}}, // as a form sends what was left empty
		{"surplace=1", directory.Query{Seated: true}},
		{"surplace=0", directory.Query{}},
		{"bbox=160,-25,-170,-10", directory.Query{Box: &geo.Box{West: 160, South: -25, East: -170, North: -10}}}, // across the date line
		{"bbox=-180,-90,180,90", directory.Query{Box: &geo.Box{West: -180, South: -90, East: 180, North: 90}}},
		{"bbox=+1.5e1, -2 ,1.6E1,.5", directory.Query{Box: &geo.Box{West: 15, South: -2, East: 16, North: 0.5}}},
		{"tri=nom&page=3", directory.Query{Sort: directory.ByName, Page: 3}},
		{"pres=-22.2%2C%20166.4&rayon=7.5&tri=distance", directory.Query{Near: &geo.Point{Lat: -22.2, Lon: 166.4}, RadiusKm: 7.5, Sort: directory.ByDistance}},
		{"zone=noumea&zone=lifou&zone=noumea&zone=", directory.Query{Choices: map[string][]string{"zone": {"noumea", "lifou"}}}},
		{"categorie=school&secteur=tourisme", directory.Query{Choices: map[string][]string{"category": {"school"}, "sector": {"tourisme"}}}},
	} {
		v, err := url.ParseQuery(tt.address)
		if err != nil {
			t.Fatal(err)
		}
		tt.want.Page, tt.want.Sort = max(tt.want.Page, 1), cmp.Or(tt.want.Sort, directory.ByRelevance)
		if tt.want.Choices == nil {
			tt.want.Choices = map[string][]string{}
		}
		if got, err := directory.ParseQuery(v); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", tt.address, got, err, tt.want)
		}
	}
}

func TestLongTextIsCutAndSaid(t *testing.T) {
	long := strings.Repeat("à la une ", 1200)
	v := url.Values{"q": {long}, "ou": {long}, "tag": {long}}
	for i := range 80 {
		v.Add("zone", strings.Repeat("z", i+1))
	}
	q, err := directory.ParseQuery(v)
	if err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(q.Text); !q.TextCut || n > directory.MaxText || n < directory.MaxText-1 || !utf8.ValidString(q.Text) {
		t.Errorf("%d characters are left, cut %v", n, q.TextCut)
	}
	if utf8.RuneCountInString(q.Where) > 100 || len(q.Choices["zone"]) != 50 || utf8.RuneCountInString(q.Choices["tag"][0]) > 100 {
		t.Errorf("a place of %d, %d zones, a tag of %d", len(q.Where), len(q.Choices["zone"]), len(q.Choices["tag"][0]))
	}
	for _, size := range []int{directory.MaxText, directory.MaxText + 1} {
		q, err := directory.ParseQuery(url.Values{"q": {strings.Repeat("é", size)}})
		if err != nil || q.TextCut != (size > directory.MaxText) {
			t.Errorf("%d characters: cut %v, %v", size, q.TextCut, err)
		}
	}
}

// The queries that a page links to go back to the first page and do not change the one they come from.
func TestQueriesAreChangedByCopy(t *testing.T) {
	base, err := directory.ParseQuery(url.Values{"q": {"site"}, "zone": {"noumea"}, "page": {"4"}})
	if err != nil {
		t.Fatal(err)
	}
	before := base.Address()
	for want, got := range map[string]directory.Query{
		"/annuaire?q=site&zone=lifou&zone=noumea": base.With("zone", "lifou"),
		"/annuaire?q=site&zone=noumea":            base.With("zone", "noumea"),
		"/annuaire?q=site":                        base.Without("zone", "noumea"),
		"/annuaire?q=autre&zone=noumea":           base.WithText("autre"),
		"/annuaire?page=2&q=site&zone=noumea":     base.WithPage(2),
	} {
		if got.Address() != want {
			t.Errorf("%s, want %s", got.Address(), want)
		}
	}
	if base.Address() != before {
		t.Errorf("%s became %s", before, base.Address())
	}
	if !base.Filtered() || base.Without("zone", "noumea").Filtered() || !(directory.Query{Box: &geo.Box{}}).Filtered() {
		t.Error("what is filtered is not told from what is not")
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add("q=a&page=2&bbox=1,2,3,4&pres=1,2&rayon=3&tri=distance")
	f.Add("page=%F0%9F%98%80&q=%E2%80%AE")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, err := directory.ParseQuery(v)
		if err == nil && (q.Page < 1 || q.Page > directory.MaxPage || math.IsNaN(q.RadiusKm) || !utf8.ValidString(q.Text)) {
			t.Errorf("%q: %+v", raw, q)
		}
	})
}
