package listing

import (
	"math"
	"slices"
	"testing"
	"time"

	"grappe/internal/company"
)

func TestConfidence(t *testing.T) {
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	months := func(n int) time.Time { return now.AddDate(0, -n, 0) }
	say := func(kind company.SourceKind, said, confirmed time.Time) Listing {
		l, _ := Merge(Listing{CreatedAt: said}, Content{Name: "Kernix", Phones: []string{"1"}, OpeningHours: "24/7"}, nil, company.Source{Kind: kind, At: said})
		l.ConfirmedAt = confirmed
		return l
	}
	for name, tt := range map[string]struct {
		l     Listing
		field string
		want  float64
	}{
		"an owner, now":                     {say(company.FromOwner, now, now), "phones", 1},
		"an owner, a half-life ago":         {say(company.FromOwner, months(30), time.Time{}), "phones", 0.5},
		"an owner, two":                     {say(company.FromOwner, months(24), time.Time{}), "opening_hours", 0.25},
		"an owner, vouched for since":       {say(company.FromOwner, months(60), now), "phones", 1},
		"an import, now":                    {say(company.FromImport, now, time.Time{}), "phones", 0.75},
		"an import, vouched for":            {say(company.FromImport, months(60), now), "phones", 0.875},
		"an import, vouched for before":     {say(company.FromImport, now, months(10)), "phones", 0.75},
		"the staff, a year":                 {say(company.FromStaff, months(12), time.Time{}), "opening_hours", 0.45},
		"a register":                        {say(company.FromRegister, now, time.Time{}), "name", 0.95},
		"a date to come":                    {say(company.FromOwner, now.AddDate(1, 0, 0), time.Time{}), "name", 1},
		"nobody knows who, eight years ago": {Listing{CreatedAt: months(96), Content: Content{Name: "x"}}, "name", 0.25},
		"a field that says nothing":         {say(company.FromOwner, now, now), "emails", 0},
		"a field that there is not":         {say(company.FromOwner, now, now), "colour", 0},
	} {
		if got := Confidence(tt.l, tt.field, now); math.Abs(got-tt.want) > 0.005 {
			t.Errorf("%s: %.4f, want %.4f", name, got, tt.want)
		}
	}
}

func TestDoubtfulFields(t *testing.T) {
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	l, _ := Merge(Listing{}, Content{
		Name: "Kernix", OpeningHours: "24/7", Phones: []string{"1"}, Social: []Social{{}}, Logo: "https://x.fr/l.png",
	}, nil, company.Source{Kind: company.FromImport, At: now.AddDate(0, -20, 0)})
	if got := DoubtfulFields(l, now); !slices.Equal(got, []string{"opening_hours", "social", "phones"}) {
		t.Errorf("doubtful %v", got)
	}
	l.ConfirmedAt = now
	if got := DoubtfulFields(l, now); len(got) != 0 {
		t.Errorf("vouched for, and doubtful %v", got)
	}
	for _, f := range Fields() {
		if h := halfLife(f.Name); h < 12 || h > 120 {
			t.Errorf("%s has a half-life of %.0f months", f.Name, h)
		}
	}
}
