package edit

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// here is the scope of a territory of the presets.
func here(t testing.TB, code string) scope {
	t.Helper()
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(s.territories, func(x *territory.Territory) bool { return x.Code == code })
	return scope{territory: s.territories[at], competences: s.competences, sectors: s.sectors}
}

// ground are the presets, read once.
type ground struct {
	territories          []*territory.Territory
	competences, sectors *taxonomy.Taxonomy
}

var read = sync.OnceValues(func() (g ground, err error) {
	if g.territories, err = territory.LoadAll(presets.FS); err != nil {
		return g, err
	}
	if g.competences, err = taxonomy.Load(presets.FS, taxonomy.Competences); err != nil {
		return g, err
	}
	g.sectors, err = taxonomy.Load(presets.FS, taxonomy.Sectors)
	return g, err
})

// card is one that says something of everything.
func card() listing.Content {
	return listing.Content{
		Name: "Les Ateliers du Lagon", Category: listing.Company, Headline: "Des sites qui tiennent", Description: "Nous faisons des sites.\n\nEt rien d’autre.",
		Competences: []string{"web-development", "hosting-cloud"}, Sectors: []string{"tourism"}, Tags: []string{"WordPress", "site vitrine"},
		ServiceArea: listing.ServiceArea{Zones: []string{"nord"}, Remote: true}, Phones: []string{"+687445728"}, Emails: []string{"contact@lagon.nc"},
		Websites: []string{"https://lagon.nc"}, Social: []listing.Social{{Network: "facebook", URL: "https://www.facebook.com/lagon"}},
		OpeningHours: "Mo-Fr 08:00-12:00,13:00-17:00; PH off", Accessibility: []string{"wheelchair", "une marche à l’entrée"}, Languages: []string{"fr", "en"},
		Logo: "https://lagon.nc/logo.png", Address: "12 rue de l’Alma\nBP 123", Postcode: "98800", City: "Nouméa", Zone: "98818", Point: &geo.Point{Lat: -22.2711234, Lon: 166.4416},
	}
}

// whole is the form of all fields of a card, as a browser sends it.
func whole(s scope, c *listing.Content) url.Values {
	form := url.Values{}
	for _, q := range questions() {
		for name, values := range q.show(s, c) {
			form[name] = values
		}
	}
	return form
}

// begun is a draft of a card that says something.
func begun(c listing.Content) Draft {
	return draftOf("p", listing.Listing{ID: "l", Territory: "nc", Version: 3, Content: c})
}

// Every field of a card is asked for, once, and read back as it was.
func TestEveryFieldIsAsked(t *testing.T) {
	var names []string
	for _, q := range questions() {
		names = append(names, q.field)
	}
	sorted, want := slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(listing.FieldNames()))
	if !slices.Equal(sorted, want) {
		t.Errorf("asked %v, want %v", sorted, want)
	}
	s, was := here(t, "nc"), card()
	form := whole(s, &was)
	all := fields()
	for _, q := range questions() {
		got := was
		if faults := q.read(s, own(form, q.field), &was, &got); len(faults) > 0 {
			t.Errorf("%s: %v", q.field, faults)
		}
		if !all[q.field].Same(&was, &got) {
			t.Errorf("%s: read %+v", q.field, got)
		}
		empty := listing.Content{}
		got = was
		q.read(s, own(whole(s, &empty), q.field), &was, &got)
		if q.field != "logo" && !all[q.field].Empty(&got) {
			t.Errorf("%s cannot be emptied", q.field)
		}
	}
}

// Whatever a card says, even what no form would have let in, is not changed by who sends the form back as it came.
func TestFormGivesBackWhatItShows(t *testing.T) {
	s, all := here(t, "nc"), fields()
	words := rapid.StringOfN(rapid.RuneFrom([]rune("aé Z09,;:|\"'\t\n\r-_/@.+<>&=%")), 0, 12, -1)
	list := rapid.SliceOfN(words, 0, 4)
	rapid.Check(t, func(rt *rapid.T) {
		was := listing.Content{
			Name: words.Draw(rt, "name"), Category: listing.Category(words.Draw(rt, "category")), Headline: words.Draw(rt, "headline"), Description: words.Draw(rt, "description"),
			Competences: list.Draw(rt, "competences"), Sectors: list.Draw(rt, "sectors"), Tags: list.Draw(rt, "tags"), Phones: list.Draw(rt, "phones"),
			Emails: list.Draw(rt, "emails"), Websites: list.Draw(rt, "websites"), OpeningHours: words.Draw(rt, "hours"), Accessibility: list.Draw(rt, "access"),
			Languages: list.Draw(rt, "languages"), Address: words.Draw(rt, "address"), Postcode: words.Draw(rt, "postcode"), City: words.Draw(rt, "city"), Zone: words.Draw(rt, "zone"),
			ServiceArea: listing.ServiceArea{Zones: list.Draw(rt, "zones"), Everywhere: rapid.Bool().Draw(rt, "everywhere"), Remote: rapid.Bool().Draw(rt, "remote")},
		}
		for _, u := range list.Draw(rt, "social") {
			was.Social = append(was.Social, listing.Social{Network: "facebook", URL: u})
		}
		if rapid.Bool().Draw(rt, "placed") {
			was.Point = &geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(rt, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(rt, "lon")}
		}
		d := begun(was)
		form := url.Values{}
		for name, values := range whole(s, &was) { // as textareas send it
			for _, v := range values {
				form.Add(name, "\r\n "+strings.ReplaceAll(v, "\n", "\r\n")+" ")
			}
		}
		for _, step := range Steps() {
			s.take(&d, step, form, s.marks(d, step), nil)
			s.take(&d, step, form, nil, nil)
		}
		if !d.Empty() {
			rt.Fatalf("typed %v of %+v", d.Typed, was)
		}
		if got := s.work(d).Content; len(s.work(d).Changed) > 0 {
			for _, name := range s.work(d).Changed {
				if !all[name].Same(&got, &was) {
					rt.Fatalf("%s changed: %+v", name, got)
				}
			}
		}
	})
}

// Hours that the form can express come back as they are; others are kept as a text.
func TestHoursComeBack(t *testing.T) {
	span := rapid.Custom(func(rt *rapid.T) []listing.Span {
		var out []listing.Span
		at := 0
		for range rapid.IntRange(0, mostSpans).Draw(rt, "spans") {
			open := at + rapid.IntRange(0, 200).Draw(rt, "open")
			end := open + rapid.IntRange(1, 200).Draw(rt, "length")
			if end >= 24*60 {
				break
			}
			out, at = append(out, listing.Span{Open: open, Close: end}), end
		}
		if n := len(out); n > 0 && rapid.Bool().Draw(rt, "late") {
			out[n-1].Close = 24*60 + rapid.IntRange(0, out[0].Open).Draw(rt, "end")
		}
		return out
	})
	rapid.Check(t, func(rt *rapid.T) {
		var h listing.Hours
		for i := range h.Days {
			h.Days[i] = span.Draw(rt, "day")
		}
		h.ByAppointment = rapid.Bool().Draw(rt, "appointment")
		h.Comment = rapid.SampledFrom([]string{"", "fermé en janvier"}).Draw(rt, "comment")
		h.Holidays = listing.Holidays(rapid.IntRange(0, 2).Draw(rt, "holidays"))
		if h.Holidays == listing.HolidaysOpen {
			h.HolidaySpans = []listing.Span{{Open: 9 * 60, Close: 12 * 60}}
		}
		back, kept, faults := readHours(showHours(h.String()))
		if kept || len(faults) > 0 || back.String() != h.String() {
			rt.Fatalf("%q came back as %q, kept %v, %v", h.String(), back.String(), kept, faults)
		}
	})
	for _, text := range []string{"Mo-Fr sunrise-sunset", "24/7; \"by appointment\"", "au gré des marées", "Mo 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00"} {
		was := listing.Content{OpeningHours: text}
		got := was
		v := showHours(text)
		if v.Get(inputMode) != hoursKept {
			t.Errorf("%q is shown as %v", text, v)
		}
		if hoursQuestion().read(scope{}, v, &was, &got); got.OpeningHours != text {
			t.Errorf("%q was not kept: %q", text, got.OpeningHours)
		}
		usualWeek(v)
		if hoursQuestion().read(scope{}, v, &was, &got); got.OpeningHours != "Mo-Fr 08:00-12:00,13:00-17:00" {
			t.Errorf("%q was not replaced: %q", text, got.OpeningHours)
		}
	}
}

func TestHoursTyped(t *testing.T) {
	for _, tt := range []struct {
		form   string
		want   string
		faults []string // keys, by the name of the input
	}{
		{"mode=rien", "", nil},
		{"", "", nil},
		{"mode=toujours&1-de1=08:00", "24/7", nil},
		{"mode=rendez-vous&precision=à+domicile", `"by appointment"; "à domicile"`, nil},
		{"mode=semaine&1-de1=8h30&1-a1=12h&rendezvous=oui&feries=fermes", `Mo 08:30-12:00; PH off; "by appointment"`, nil},
		{"mode=semaine&1-de1=08:00&1-a1=12:00&1-ferme=oui", "", nil},
		{"mode=semaine&5-de1=22:00&5-a1=02:00", "Fr 22:00-02:00", nil},
		{"mode=semaine&5-de1=10:00&5-a1=24:00", "Fr 10:00-24:00", nil},
		{"mode=semaine&5-de1=18:00&5-a1=05:00&6-de1=00:00&6-a1=00:00", "Fr 18:00-05:00; Sa 00:00-24:00", nil},
		{"mode=semaine&1-de1=08:00&1-a1=06:00&2-de1=08:00&2-a1=06:00", "Mo-Tu 08:00-06:00", []string{"opening_hours-1-a1 edit.hours_night"}},
		{"mode=semaine&1-de1=20:00&1-a1=05:01", "Mo 20:00-05:01", []string{"opening_hours-1-a1 edit.hours_night"}},
		{"mode=semaine&5-de1=06:00&5-a1=21:00", "Fr 06:00-21:00", []string{"opening_hours-5-a1 edit.hours_long"}},
		{"mode=semaine&1-de1=08:00&1-a1=06:00&confirme=08:00-06:00", "Mo 08:00-06:00", nil},
		{"mode=semaine&1-de1=08:00&1-a1=07:00&confirme=08:00-06:00", "Mo 08:00-07:00", []string{"opening_hours-1-a1 edit.hours_night"}},
		{"mode=semaine&1-ferme=oui&1-de1=08:00&1-a1=06:00&feries=fermes&f-de1=08:00&f-a1=06:00", "PH off", nil},
		{"mode=semaine&1-de1=13:00&1-a1=17:00&1-de2=08:00&1-a2=12:00", "Mo 08:00-12:00,13:00-17:00", nil},
		{"mode=semaine&1-de1=08:00", "", []string{"opening_hours-1-a1 edit.hours_half"}},
		{"mode=semaine&1-a2=08:00", "", []string{"opening_hours-1-de2 edit.hours_half"}},
		{"mode=semaine&1-de1=99:00&1-a1=x", "", []string{"opening_hours-1-de1 edit.hours_clock"}},
		{"mode=semaine&1-de1=08:00&1-a1=13:00&1-de2=12:00&1-a2=17:00", "", []string{"opening_hours-1-de2 edit.hours_overlap"}},
		{"mode=semaine&feries=ouverts", "", []string{"opening_hours-f-de1 edit.hours_holidays"}},
		{"mode=semaine&precision=sauf+%22janvier%22", `"sauf ’janvier’"`, nil},
	} {
		v, err := url.ParseQuery(tt.form)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{inputBlank: {strings.Join(week(), " ")}}
		for name, values := range v {
			form["opening_hours-"+name] = values
		}
		var was, c listing.Content
		faults := hoursQuestion().read(scope{}, own(form, hoursField), &was, &c)
		var got []string
		for _, f := range faults {
			got = append(got, f.Name+" "+f.Key)
		}
		if c.OpeningHours != tt.want || !slices.Equal(got, tt.faults) {
			t.Errorf("%s: %q %v, want %q %v", tt.form, c.OpeningHours, got, tt.want, tt.faults)
		}
	}
}

func TestCopyDay(t *testing.T) {
	v := showHours("Mo 08:00-12:00,13:00-17:00; Sa 09:00-11:00")
	copyDay(v, "1", []string{"2", "6", "9", "1"})
	copyDay(v, "9", []string{"3"})
	h, _, faults := readHours(v)
	if got, want := h.String(), "Mo-Tu 08:00-12:00,13:00-17:00; Sa 08:00-12:00,13:00-17:00"; got != want || len(faults) > 0 {
		t.Errorf("%q, want %q, %v", got, want, faults)
	}
	copyDay(v, "0", []string{"1", "2"}) // closed
	if h, _, _ = readHours(v); h.String() != "Sa 08:00-12:00,13:00-17:00" {
		t.Errorf("a closed day was copied as %q", h.String())
	}
}

// typed reads a form over a card, and gives what becomes of it with the keys of the faults.
func typed(s scope, was listing.Content, change url.Values) (listing.Content, []string) {
	form := whole(s, &was)
	for name, values := range change {
		form[name] = values
	}
	d := begun(was)
	for _, step := range Steps() {
		if step.asks() {
			s.take(&d, step, form, nil, nil)
		}
	}
	w := s.work(d)
	var faults []string
	for _, f := range w.Faults {
		faults = append(faults, f.Name+" "+f.Key)
	}
	return w.Content, faults
}

func TestTyped(t *testing.T) {
	s, was := here(t, "nc"), card()
	for name, tt := range map[string]struct {
		change url.Values
		is     func(c listing.Content) bool
		faults []string
	}{
		"a phone as people write it": {url.Values{"phones": {"+687 44 57 28", "24.12.34", "24 12 34"}}, func(c listing.Content) bool { return slices.Equal(c.Phones, []string{"+687445728", "+687241234"}) }, nil},
		"a phone that is none":       {url.Values{"phones": {"44.57.28", "12"}}, nil, []string{"phones-1 listing.phone_wrong"}},
		"two phones in one field":    {url.Values{"phones": {"29.97.57 / 77.12.34", "+687 24 12 34 12 34 12 34 12"}}, nil, []string{"phones edit.phone_two", "phones-1 edit.phone_long"}},
		"the second mail":            {url.Values{"emails": {"contact@lagon.nc", "a at b"}}, nil, []string{"emails-1 edit.email_wrong"}},
		"a site without its scheme":  {url.Values{"websites": {"lagon.nc/atelier"}}, func(c listing.Content) bool { return c.Websites[0] == "https://lagon.nc/atelier" }, nil},
		"a site in the house":        {url.Values{"websites": {"http://192.168.1.1/", "nas.local", "http://[fd12::1]/", "http://8.8.8.8/"}}, nil, []string{"websites edit.website_private", "websites-1 edit.website_private", "websites-2 edit.website_wrong"}},
		"a postcode that is none":    {url.Values{"postcode": {"abc"}}, nil, []string{"postcode edit.postcode_wrong"}},
		"a postcode of France":       {url.Values{"postcode": {"75011"}}, func(c listing.Content) bool { return c.Postcode == "75011" }, nil},
		"a keyword too long":         {url.Values{"tags": {"web, " + strings.Repeat("a", 61)}}, nil, []string{"tags edit.tag_wrong"}},
		"a keyword of markup":        {url.Values{"tags": {"<b>"}}, nil, []string{"tags edit.tag_wrong"}},
		"a commune erased":           {url.Values{"zone": {}}, nil, []string{"zone edit.zone_emptied"}},
		"a script for a site":        {url.Values{"websites": {"javascript:alert(1)"}}, nil, []string{"websites edit.website_wrong"}},
		"accounts": {url.Values{"social": {"https://www.facebook.com/lagon", "linkedin.com/company/lagon", "https://m.youtube.com/@lagon", "https://piaille.fr/@lagon"}}, func(c listing.Content) bool {
			return len(c.Social) == 4 && c.Social[1].Network == "linkedin" && c.Social[2].Network == "youtube" && c.Social[3].Network == "mastodon"
		}, nil},
		"no account":             {url.Values{"social": {"https://lagon.nc/", "https://facebook.com/"}}, nil, []string{"social edit.social_wrong", "social-1 edit.social_wrong"}},
		"no name":                {url.Values{"name": {" "}}, nil, []string{"name listing.name_missing"}},
		"a category of nobody":   {url.Values{"category": {"shop"}}, nil, []string{"category listing.category_unknown"}},
		"a competence of nobody": {url.Values{"competences": {"web-development", "forged"}}, func(c listing.Content) bool { return slices.Equal(c.Competences, []string{"web-development"}) }, nil},
		"one more competence": {url.Values{"competences": {"accessibility", "hosting-cloud", "web-development"}}, func(c listing.Content) bool {
			return slices.Equal(c.Competences, []string{"web-development", "hosting-cloud", "accessibility"})
		}, nil},
		"tags twice":              {url.Values{"tags": {"WordPress; wordpress, ,Hébergement"}}, func(c listing.Content) bool { return slices.Equal(c.Tags, []string{"WordPress", "Hébergement"}) }, nil},
		"a zone of nobody":        {url.Values{"zone": {"75056"}}, nil, []string{"zone edit.zone_unknown"}},
		"a province is no seat":   {url.Values{"zone": {"sud"}}, nil, []string{"zone edit.zone_unknown"}},
		"the centre":              {url.Values{"zone": {"98814"}, "point-mode": {pointCentre}}, func(c listing.Content) bool { return c.Point.Lat == -20.9167 && c.Zone == "98814" }, nil},
		"the centre of nowhere":   {url.Values{"zone": {""}, "point-mode": {pointCentre}}, nil, []string{"zone edit.zone_emptied", "point edit.point_no_centre"}},
		"a place":                 {url.Values{"point-mode": {pointHere}, "point-lat": {"-22,3"}, "point-lon": {"166.5°"}}, func(c listing.Content) bool { return *c.Point == geo.Point{Lat: -22.3, Lon: 166.5} }, nil},
		"both in one":             {url.Values{"point-mode": {pointHere}, "point-lat": {"-22.3, 166.5"}, "point-lon": {""}}, func(c listing.Content) bool { return *c.Point == geo.Point{Lat: -22.3, Lon: 166.5} }, nil},
		"the sign forgotten":      {url.Values{"point-mode": {pointHere}, "point-lat": {"22.3"}, "point-lon": {"166.5"}}, nil, []string{"point-lat edit.point_elsewhere"}},
		"no place":                {url.Values{"point-mode": {pointHere}, "point-lat": {"NaN"}, "point-lon": {"166.5"}}, nil, []string{"point-lat edit.point_wrong"}},
		"everywhere":              {url.Values{"service_area-everywhere": {"oui"}}, func(c listing.Content) bool { return c.ServiceArea.Everywhere && c.ServiceArea.Zones == nil }, nil},
		"a province and its part": {url.Values{"service_area-zones": {"sud", "98818", "98814", "forged"}}, func(c listing.Content) bool { return slices.Equal(c.ServiceArea.Zones, []string{"sud", "98814"}) }, nil},
		"access": {url.Values{"accessibility": {"parking", "forged"}, "accessibility-more": {"une marche à l’entrée", "sonnette"}}, func(c listing.Content) bool {
			return slices.Equal(c.Accessibility, []string{"une marche à l’entrée", "parking", "sonnette"})
		}, nil},
		"a logo is not typed": {url.Values{"logo": {"https://elsewhere.example/x.png"}}, func(c listing.Content) bool { return c.Logo == was.Logo }, nil},
		"too many":            {url.Values{"phones": slices.Repeat([]string{"24.12.34"}, 1)}, func(c listing.Content) bool { return len(c.Phones) == 1 }, nil},
		"a long headline":     {url.Values{"headline": {strings.Repeat("é", 201)}}, nil, []string{"headline listing.too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, faults := typed(s, was, tt.change)
			if !slices.Equal(faults, tt.faults) || tt.is != nil && !tt.is(c) {
				t.Errorf("%+v\nfaults %v, want %v", c, faults, tt.faults)
			}
		})
	}
}

// Where there are too many communes for a list, one types their names.
func TestZoneByName(t *testing.T) {
	s := here(t, "idf")
	if s.listsZones() || len(s.areas()) > mostListed {
		t.Fatalf("%d communes are listed", len(s.territory.Tree().Leaves()))
	}
	for _, z := range s.territory.Tree().Leaves() {
		if got, ok := s.readZone(s.nameOfZone(z), ""); !ok || got.Code != z.Code {
			t.Errorf("%s (%s) is found as %q %v", s.nameOfZone(z), z.Code, got.Code, ok)
		}
	}
	if _, ok := s.readZone("Atlantide", ""); ok {
		t.Error("Atlantis lies in Île-de-France")
	}
}

// A form says which of its fields were changed, whatever has become of the draft meanwhile.
func TestTake(t *testing.T) {
	s, was := here(t, "nc"), card()
	d := begun(was)
	shown := s.marks(d, Essential)
	form := whole(s, &was)
	form.Set("headline", "Une autre accroche")
	if long := s.take(&d, Essential, form, shown, nil); len(long) > 0 || len(d.Typed) != 1 {
		t.Fatalf("typed %v, %v", d.Typed, long)
	}
	// Another tab, opened before, changes the name and leaves the headline as it was there.
	other := whole(s, &was)
	other.Set("name", "Un autre nom")
	s.take(&d, Essential, other, shown, nil)
	if w := s.work(d); w.Content.Headline != "Une autre accroche" || w.Content.Name != "Un autre nom" || !slices.Equal(w.Changed, []string{"name", "headline"}) {
		t.Fatalf("%+v", w)
	}
	// Back to what the card said.
	s.take(&d, Essential, whole(s, &was), s.marks(d, Essential), nil)
	if !d.Empty() {
		t.Errorf("typed %v", d.Typed)
	}
	form.Set("description", strings.Repeat("a", 100_000))
	long := s.take(&d, Essential, form, shown, []string{"headline"})
	if !slices.Equal(long, []string{"description"}) || !d.Empty() {
		t.Errorf("too long %v, typed %v", long, d.Typed)
	}
}

// The lines of a list are read in their order, whatever the order in which they came.
func TestLinesOfAList(t *testing.T) {
	form := url.Values{"phones": {"a"}, "phones-2": {"c"}, "phones-10": {"d"}, "phones-1": {"b"}, "phones-3": {" "}, "phonesx": {"y"}, "accessibility-more-1": {"z"}, "accessibility": {"w"}}
	if got := own(form, "phones"); len(got) != 1 || !slices.Equal(got["phones"], []string{"a", "b", "c", "d"}) {
		t.Errorf("%v", got)
	}
	if got := own(form, "accessibility"); !same(got, url.Values{"accessibility": {"w"}, "accessibility-more": {"z"}}) {
		t.Errorf("%v", got)
	}
}

func TestMarks(t *testing.T) {
	m := marks{"name": "abc", "zone": "d-_"}
	if got := readMarks(m.String()); len(got) != 2 || got["name"] != "abc" || got["zone"] != "d-_" {
		t.Errorf("%v came back as %v", m, got)
	}
	if got := readMarks("x : y:z"); got["y"] != "z" {
		t.Errorf("%v", got)
	}
}

// What only one has changed is theirs; what both have changed is a choice, unless they have changed it alike. What makes a place is one.
func TestMeet(t *testing.T) {
	s, was := here(t, "nc"), card()
	d := begun(was)
	form := whole(s, &was)
	form.Set("name", "Mon nom")
	form.Set("headline", "Mon accroche")
	form.Set("category", "school")
	form.Set("postcode", "98801")
	form["phones"] = []string{"24 12 34"}
	for _, step := range Steps() {
		s.take(&d, step, form, nil, nil)
	}
	now := was
	now.Headline, now.Category, now.City, now.Emails = "Leur accroche", listing.School, "Dumbéa", []string{"autre@lagon.nc"}
	m := meet(Sheet{scope: s, work: s.work(d), Draft: d, Record: listing.Record{Listing: listing.Listing{Content: now}}})
	if !slices.Equal(m.Mine, []string{"name", "phones"}) || !slices.Equal(m.Theirs, []string{"emails"}) || !slices.Equal(m.Both, []string{"headline", "postcode", "city"}) {
		t.Errorf("mine %v, theirs %v, both %v", m.Mine, m.Theirs, m.Both)
	}
	next := s.onto(d, listing.Listing{ID: "l", Version: 9, Content: now}, []string{"name", "phones"})
	if w := s.work(next); next.Base != 9 || !slices.Equal(w.Changed, []string{"name", "phones"}) || w.Content.Headline != "Leur accroche" || w.Content.City != "Dumbéa" {
		t.Errorf("%+v", w)
	}
}

func TestSteps(t *testing.T) {
	if Essential.next() != Activity || Review.next() != Review || stepOf("opening_hours") != Hours {
		t.Error("the steps are out of order")
	}
	if errs.Is(nil, errs.Invalid) || Logo.asks() || !Contact.asks() || Step("x").asks() {
		t.Error("the wrong steps ask")
	}
}
