package listing

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func imported(name string, at int) company.Source {
	return company.Source{Kind: company.FromImport, Name: name, Run: "r", At: day(at)}
}

func TestMergeFieldByField(t *testing.T) {
	point := geo.Point{Lat: -22.27, Lon: 166.44}
	first := Content{Name: "Kernix", Category: Company, Tags: []string{"web"}, Point: &point, City: "Nouméa"}
	l, changed := Merge(Listing{Slug: "kernix"}, first, nil, imported("a", 1))
	if want := []string{"name", "category", "tags", "city", "point"}; !slices.Equal(changed, want) {
		t.Fatalf("changed %v, want %v", changed, want)
	}
	if l.Slug != "" || l.Completeness == 0 {
		t.Errorf("a new name keeps the slug %q; completeness %d", l.Slug, l.Completeness)
	}
	l.Slug = "kernix"
	samePoint := point
	first.Point = &samePoint
	if _, changed = Merge(l, first, nil, imported("a", 2)); changed != nil {
		t.Errorf("the same again changed %v", changed)
	}
	recased, changed := Merge(l, Content{Name: "KERNIX"}, nil, imported("a", 3))
	if recased.Slug != "kernix" || !slices.Equal(changed, []string{"name"}) {
		t.Errorf("another case: slug %q, changed %v", recased.Slug, changed)
	}
	emptied, changed := Merge(l, Content{}, FieldNames(), imported("b", 9))
	if changed != nil || emptied.Name != "Kernix" {
		t.Errorf("another file's silence erased %v", changed)
	}
	emptied, changed = Merge(l, Content{Name: "Kernix"}, []string{"name", "tags"}, imported("a", 9))
	if !slices.Equal(changed, []string{"tags"}) || len(emptied.Tags) != 0 {
		t.Errorf("the same file took back %v", changed)
	}
	if !slices.Equal(l.Tags, []string{"web"}) || l.Provenance["tags"].At != day(1) {
		t.Error("merging changed what it was given")
	}
}

// Whatever is imported, in whatever order, the owner's words stay.
func TestMergeNeverOverwritesOwner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "a", "b", "c"})
		l, _ := Merge(Listing{}, Content{Name: "owner", Headline: "owner", City: text.Draw(t, "city")}, nil,
			company.Source{Kind: company.FromOwner, At: day(1)})
		want := l.Content
		names := []string{"name", "headline"}
		if l.City != "" {
			names = append(names, "city")
		}
		for range rapid.IntRange(1, 6).Draw(t, "imports") {
			incoming := Content{Name: text.Draw(t, "n"), Headline: text.Draw(t, "h"), City: text.Draw(t, "c")}
			var fields []string
			if rapid.Bool().Draw(t, "named") {
				fields = FieldNames()
			}
			source := imported(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"), rapid.IntRange(1, 28).Draw(t, "day"))
			l, _ = Merge(l, incoming, fields, source)
		}
		for _, f := range Fields() {
			if slices.Contains(names, f.Name) && !f.Same(&l.Content, &want) {
				t.Fatalf("%s was overwritten: %+v", f.Name, l.Content)
			}
		}
	})
}

func TestJoinAndPart(t *testing.T) {
	into, _ := Merge(Listing{ID: "1", State: Published}, Content{Name: "Kernix", City: "Paris"}, nil, imported("a", 1))
	from, _ := Merge(Listing{ID: "2", State: Published}, Content{Name: "KerniX", Phones: []string{"+33142181716"}, Logo: "https://x.fr/l.png"}, nil, imported("b", 2))
	joined, left, merging := Join(into, from)
	if joined.Name != "Kernix" || len(joined.Phones) != 1 || joined.Provenance["phones"].Name != "b" {
		t.Fatalf("joined %+v", joined)
	}
	if left.State != Merged || left.MergedInto != "1" || left.Name != "KerniX" {
		t.Fatalf("left %+v", left)
	}
	back, parted := Part(joined, left, merging)
	if len(back.Phones) != 0 || back.Logo != "" || len(back.Provenance) != len(into.Provenance) || back.Completeness != into.Completeness {
		t.Errorf("parted %+v, was %+v", back, into)
	}
	if parted.State != Published || parted.MergedInto != "" {
		t.Errorf("parted %+v", parted)
	}
	edited, _ := Merge(joined, Content{Phones: []string{"+687445728"}}, []string{"phones"}, company.Source{Kind: company.FromOwner, At: day(3)})
	if back, _ = Part(edited, left, merging); len(back.Phones) != 1 || back.Logo != "" {
		t.Errorf("what the owner wrote meanwhile went with the parting: %+v", back)
	}
}

func TestCompleteness(t *testing.T) {
	sum := 0
	for _, w := range Weights() {
		sum += w.Points
		if !slices.Contains(FieldNames(), w.Field) {
			t.Errorf("%s is no field", w.Field)
		}
	}
	if sum != 100 {
		t.Errorf("the weights make %d", sum)
	}
	if got := Completeness(Listing{}); got != 0 {
		t.Errorf("an empty card is complete to %d", got)
	}
	full := Listing{Content: Content{
		Name: "a", Headline: "b", Description: string(make([]byte, 120)), Competences: []string{"c"}, Phones: []string{"1"},
		Emails: []string{"e"}, Websites: []string{"w"}, Address: "a", Zone: "z", Point: &geo.Point{}, OpeningHours: "24/7",
		Tags: []string{"t"}, ServiceArea: ServiceArea{Remote: true}, Logo: "l", Social: []Social{{}},
	}}
	if got := Completeness(full); got != 100 {
		t.Errorf("a full card is complete to %d, missing %v", got, Missing(full))
	}
}

func TestValidate(t *testing.T) {
	good := Content{Name: "Kernix", Category: Company, Emails: []string{"a@b.nc"}, Websites: []string{"https://b.nc"}}
	if err := good.Validate(); err != nil {
		t.Errorf("refused: %v", err)
	}
	bad := Content{
		Name: " ", Category: "shop", Emails: []string{"a at b", "c"}, Websites: []string{"javascript:x"}, Logo: "http://x.fr/l",
		Social: []Social{{"myspace", "https://a.b"}}, Headline: string(make([]rune, 201)), Tags: make([]string, 51),
	}
	names := fieldsOf(t, bad.Validate())
	want := []string{"name", "category", "headline", "tags", "emails", "websites", "social", "logo"}
	if !slices.Equal(names, want) {
		t.Errorf("faulty %v, want %v", names, want)
	}
}

// Only a card that nobody has vouched for takes the date of the other: what is kept was not looked at on that day.
func TestJoinDates(t *testing.T) {
	into, from := Listing{ID: "a"}, Listing{ID: "b", ConfirmedAt: day(5)}
	joined, left, merging := Join(into, from)
	if joined.ConfirmedAt != day(5) {
		t.Fatalf("joined: %v", joined.ConfirmedAt)
	}
	if parted, own := Part(joined, left, merging); !parted.ConfirmedAt.IsZero() || own.ConfirmedAt != day(5) {
		t.Errorf("parted: %v and %v", parted.ConfirmedAt, own.ConfirmedAt)
	}
	joined.ConfirmedAt = day(9)
	if parted, _ := Part(joined, left, merging); parted.ConfirmedAt != day(9) {
		t.Errorf("a later confirmation was lost: %v", parted.ConfirmedAt)
	}
	for _, held := range []time.Time{day(1), day(7)} {
		if kept, _, merging := Join(Listing{ID: "a", ConfirmedAt: held}, from); kept.ConfirmedAt != held || merging.Confirmed != nil {
			t.Errorf("the date of %v moved: %v", held, merging.Confirmed)
		}
	}
}

// Cards joined when each later date moved the one before give back what stood before both.
func TestPartedDatesOfBefore(t *testing.T) {
	first := Merging{Into: "a", From: "b", Confirmed: &Moved{Before: day(1), After: day(5)}}
	second := Merging{Into: "a", From: "c", Confirmed: &Moved{Before: day(5), After: day(7)}}
	changed := withoutDate([]Merging{first, second}, first)
	if len(changed) != 1 || changed[0].From != "c" || *changed[0].Confirmed != (Moved{Before: day(1), After: day(7)}) {
		t.Errorf("changed: %+v", changed)
	}
}
