package company

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/platform/locale/localetest"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func TestMayOverwrite(t *testing.T) {
	owner, staff := Source{Kind: FromOwner, At: day(1)}, Source{Kind: FromStaff, At: day(9)}
	register := Source{Kind: FromRegister, Name: "ridet", At: day(1)}
	a1, a0 := Source{Kind: FromImport, Name: "a", At: day(5)}, Source{Kind: FromImport, Name: "a", At: day(1)}
	older, newer := Source{Kind: FromImport, Name: "b", At: day(4)}, Source{Kind: FromImport, Name: "b", At: day(6)}
	tests := []struct {
		name              string
		current, incoming Source
		may, erase        bool
	}{
		{"nobody wrote", Source{}, a1, true, false},
		{"import over owner", owner, newer, false, false},
		{"import over staff", staff, newer, false, false},
		{"import over register", register, newer, false, false},
		{"register over owner", owner, register, false, false},
		{"staff over owner", owner, staff, false, false},
		{"owner over staff", staff, owner, true, true},
		{"register over import", a1, register, true, false},
		{"own import", a1, a1, true, true},
		{"own import, older data", a1, a0, true, true},
		{"other import, older", a1, older, false, false},
		{"other import, newer", a1, newer, true, false},
		{"owner again", owner, owner, true, true},
	}
	for _, tt := range tests {
		if got := MayOverwrite(tt.current, tt.incoming); got != tt.may {
			t.Errorf("%s: may overwrite %v, want %v", tt.name, got, tt.may)
		}
		if got := MayErase(tt.current, tt.incoming); got != tt.erase {
			t.Errorf("%s: may erase %v, want %v", tt.name, got, tt.erase)
		}
	}
}

func TestMerge(t *testing.T) {
	imported := Source{Kind: FromImport, Name: "a", At: day(2)}
	c, changed := Merge(Company{}, Company{UsualName: "Kernix", FoundedYear: 2001}, nil, imported)
	if !slices.Equal(changed, []string{"usual_name", "founded_year"}) || c.Provenance["usual_name"] != imported {
		t.Fatalf("changed %v, provenance %v", changed, c.Provenance)
	}
	if _, changed = Merge(c, Company{UsualName: "Kernix", FoundedYear: 2001}, nil, imported); changed != nil {
		t.Errorf("the same again changed %v", changed)
	}
	owner := Source{Kind: FromOwner, At: day(3)}
	c, _ = Merge(c, Company{UsualName: "Kernix Lab"}, []string{"usual_name"}, owner)
	later, changed := Merge(c, Company{UsualName: "KERNIX", FoundedYear: 2002}, nil, Source{Kind: FromImport, Name: "a", At: day(9)})
	if later.UsualName != "Kernix Lab" || !slices.Equal(changed, []string{"founded_year"}) {
		t.Errorf("an import made %q of the owner's name; changed %v", later.UsualName, changed)
	}
	if c.FoundedYear != 2001 || c.Provenance["founded_year"] != imported {
		t.Error("merging changed what it was given")
	}
}

// No sequence of imports ever changes a field that a person wrote.
func TestMergeKeepsPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]SourceKind{FromOwner, FromStaff}).Draw(t, "kind")
		c, _ := Merge(Company{}, Company{LegalName: "as written"}, nil, Source{Kind: kind, At: day(1)})
		for range rapid.IntRange(1, 5).Draw(t, "imports") {
			source := Source{
				Kind: rapid.SampledFrom([]SourceKind{FromImport, FromRegister}).Draw(t, "file"),
				Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
				At:   day(rapid.IntRange(1, 28).Draw(t, "day")),
			}
			c, _ = Merge(c, Company{LegalName: rapid.String().Draw(t, "value")}, []string{"legal_name"}, source)
		}
		if c.LegalName != "as written" || c.Provenance["legal_name"].Kind != kind {
			t.Fatalf("became %q from %v", c.LegalName, c.Provenance["legal_name"])
		}
	})
}

// A company is a natural person when any source says so: the others' no takes nothing back, a person's word stands.
func TestMergeNaturalPerson(t *testing.T) {
	names := []string{FieldNaturalPerson}
	from := func(kind SourceKind, name string, d int) Source { return Source{Kind: kind, Name: name, At: day(d)} }
	type says struct {
		natural bool
		by      Source
	}
	for what, tt := range map[string]struct {
		told []says
		want bool
	}{
		"nobody says so":        {[]says{{false, from(FromImport, "a", 1)}}, false},
		"one file says so":      {[]says{{true, from(FromImport, "a", 1)}}, true},
		"another says no":       {[]says{{true, from(FromImport, "a", 1)}, {false, from(FromImport, "b", 9)}}, true},
		"a register says no":    {[]says{{true, from(FromImport, "a", 1)}, {false, from(FromRegister, "r", 9)}}, true},
		"the second says so":    {[]says{{false, from(FromImport, "a", 1)}, {true, from(FromImport, "b", 1)}}, true},
		"the file is corrected": {[]says{{true, from(FromImport, "a", 1)}, {false, from(FromImport, "a", 2)}}, false},
		"the team says no":      {[]says{{true, from(FromImport, "a", 1)}, {false, from(FromStaff, "", 2)}, {true, from(FromImport, "a", 3)}}, false},
		"the owner says so":     {[]says{{true, from(FromOwner, "", 1)}, {false, from(FromImport, "a", 3)}, {false, from(FromStaff, "", 4)}}, true},
		"the team, then a file": {[]says{{true, from(FromStaff, "", 1)}, {false, from(FromImport, "a", 3)}}, true},
	} {
		var c Company
		for _, s := range tt.told {
			c, _ = Merge(c, Company{NaturalPerson: s.natural}, names, s.by)
		}
		if c.NaturalPerson != tt.want {
			t.Errorf("%s: %t", what, c.NaturalPerson)
		}
	}
}

func TestProvenanceColumn(t *testing.T) {
	a, b := Source{Kind: FromImport, Name: "a", Run: "1", At: day(1)}, Source{Kind: FromOwner, At: day(2)}
	for _, want := range []Provenance{nil, {"name": a}, {"name": a, "tags": a, "city": b}} {
		text, err := ProvenanceOf(&want).Value()
		if err != nil {
			t.Fatal(err)
		}
		got := Provenance{"stale": a}
		if err := ProvenanceOf(&got).Scan(text); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%v became %v", want, got)
		}
		for field, source := range want {
			if !got[field].Equal(source) {
				t.Errorf("%s: %v became %v", field, source, got[field])
			}
		}
	}
	var p Provenance
	if err := ProvenanceOf(&p).Scan(`{"s":[],"f":{"name":3}}`); err == nil {
		t.Error("a source that is not there is accepted")
	}
}

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, Texts)
	localetest.Used(t, ".", keys)
	for _, key := range []string{SchemeKey(SchemeTAHITIITI), Unknown.Key(), FromOwner.Key(), SizeClassKey("NN")} {
		if !slices.Contains(keys, key) {
			t.Errorf("no text for %s", key)
		}
	}
}
