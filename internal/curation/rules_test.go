package curation

import (
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/listing"
)

func TestCompare(t *testing.T) {
	base := listing.Content{Name: "A", Headline: "h", City: "Nouméa", Address: "1 rue", Phones: []string{"1"}}
	type change func(c *listing.Content)
	headline := func(s string) change { return func(c *listing.Content) { c.Headline = s } }
	city := func(s string) change { return func(c *listing.Content) { c.City = s } }
	address := func(s string) change { return func(c *listing.Content) { c.Address = s } }
	phones := func(s ...string) change { return func(c *listing.Content) { c.Phones = s } }
	of := func(changes ...change) listing.Content {
		c := base
		for _, f := range changes {
			f(&c)
		}
		return c
	}
	for name, tt := range map[string]struct {
		mine, now          listing.Content
		fields             []string
		own, theirs, clash string
	}{
		"nothing":                     {of(), of(), nil, "", "", ""},
		"only mine":                   {of(headline("x")), of(), nil, "headline", "", ""},
		"only theirs":                 {of(), of(headline("x")), nil, "", "headline", ""},
		"both alike":                  {of(headline("x")), of(headline("x")), nil, "", "headline", ""},
		"both otherwise":              {of(headline("x")), of(headline("y")), nil, "headline", "headline", "headline"},
		"side by side":                {of(headline("x")), of(phones("2")), nil, "headline", "phones", ""},
		"a place is one thing":        {of(city("Dumbéa")), of(address("2 rue")), nil, "city", "address", "address city"},
		"a place alike":               {of(city("Dumbéa"), address("2 rue")), of(address("2 rue")), nil, "city", "address", "city"},
		"not among the fields":        {of(headline("x")), of(headline("y")), []string{"city"}, "", "headline", ""},
		"emptied":                     {of(phones()), of(phones("2")), nil, "phones", "phones", "phones"},
		"a place, and what is no one": {of(city("Dumbéa"), headline("x")), of(address("2 rue")), nil, "headline city", "address", "address city"},
	} {
		fields := tt.fields
		if fields == nil {
			fields = listing.FieldNames()
		}
		c := Compare(base, tt.mine, tt.now, fields)
		if own, theirs, clash := strings.Join(c.Mine, " "), strings.Join(c.Theirs, " "), strings.Join(c.Both, " "); own != tt.own || theirs != tt.theirs || clash != tt.clash {
			t.Errorf("%s: mine %q, theirs %q, both %q", name, own, theirs, clash)
		}
	}
}

func TestSettled(t *testing.T) {
	fields := []string{"city", "phones"}
	for want, tt := range map[State]struct {
		taken, passed []string
		done          bool
	}{
		Accepted: {taken: fields}, Partly: {taken: []string{"city"}}, Refused: {}, Offered: {taken: []string{"city"}, passed: []string{"phones"}},
	} {
		if got := settled(fields, tt.taken, tt.passed, tt.done); got != want {
			t.Errorf("%+v: %s, not %s", tt, got, want)
		}
	}
	if settled(nil, nil, nil, true) != Accepted || settled(nil, nil, nil, false) != Refused {
		t.Error("a message alone")
	}
}

func TestOutdated(t *testing.T) {
	l := listing.Listing{Content: listing.Content{City: "Païta", Headline: "Neuf", Phones: []string{"2"}}, Provenance: company.Provenance{
		"city": {Kind: company.FromOwner}, "headline": {Kind: company.FromStaff}, "phones": {Kind: company.FromOwner},
	}}
	c := Change{
		Fields: []string{"city", "headline", "phones"}, Before: listing.Content{City: "Nouméa", Headline: "Vieux", Phones: []string{"1"}},
		After: listing.Content{City: "Dumbéa", Headline: "Autre", Phones: []string{"2"}},
	}
	if got := Outdated(c, l); !slices.Equal(got, []string{"city"}) {
		t.Error(got)
	}
	if got := Usual(c, l); !slices.Equal(got, []string{"phones"}) {
		t.Error(got)
	}
	l.City, l.Headline = "Nouméa", "Vieux"
	if got := Usual(c, l); !slices.Equal(got, c.Fields) {
		t.Error(got)
	}
}

func TestSigns(t *testing.T) {
	full := listing.Content{Headline: "a", Description: "b", Phones: []string{"1"}, Emails: []string{"a@b.c"}}
	for name, tt := range map[string]struct {
		c    Change
		want string
	}{
		"an honest one":         {Change{Message: "Le numéro est faux. Voyez https://atelier.example/contact.", After: listing.Content{Phones: []string{"+687251010"}}, Fields: []string{"phones"}}, ""},
		"an honest description": {Change{After: listing.Content{Description: "Nous formons à LIBRE OFFICE et à PYTHON."}, Fields: []string{"description"}}, ""},
		"links":                 {Change{Message: "http://a https://b <a href=x>"}, "links"},
		"a link as a name":      {Change{After: listing.Content{Name: "https://a.example"}, Fields: []string{"name"}}, "links"},
		"another alphabet":      {Change{Message: "Купить дешёвые часы в интернете сегодня"}, "script"},
		"capitals":              {Change{Message: strings.Repeat("ACHETEZ MAINTENANT ", 4)}, "shouts"},
		"advertising":           {Change{Message: "Best casino"}, "words"},
		"emptied":               {Change{Before: full, Fields: []string{"headline", "description", "phones", "emails"}}, "empties"},
		"repeated":              {Change{Message: strings.Repeat("la même ligne encore\n", 5)}, "repeats"},
		"found by the page":     {Change{Signs: []string{SignTrap, "unknown"}}, "trap"},
	} {
		if got := strings.Join(Signs(tt.c), " "); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestOwnersWords(t *testing.T) {
	p := company.Provenance{"name": {Kind: company.FromOwner}, "phones": {Kind: company.FromStaff}, "zone": {Kind: company.FromOwner}}
	if got := OwnersWords(listing.Listing{Provenance: p}); !slices.Equal(got, []string{"name", "zone"}) {
		t.Errorf("%v", got)
	}
}
