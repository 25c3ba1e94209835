package listing

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

func fieldsOf(t *testing.T, err error) []string {
	t.Helper()
	e := errs.As(err)
	if e == nil {
		t.Fatalf("%v is no error for a person", err)
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	return names
}

func clock() time.Time { return time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) }

// card is a record as an import makes it.
func card(name string) Record {
	content := Content{
		Name: name, Category: Company, Headline: "Sites et applications", Tags: []string{"web", "B2B"},
		Phones: []string{"+687445728"}, Websites: []string{"https://www.kernix.com"}, Social: []Social{{"linkedin", "https://linkedin.com/company/1"}},
		ServiceArea: ServiceArea{Zones: []string{"98818"}, Remote: true}, Address: "15 rue Cels", City: "Nouméa", Zone: "98818",
		Point: &geo.Point{Lat: -22.27, Lon: 166.44},
	}
	l, _ := Merge(Listing{Territory: "nc", State: Published}, content, nil, imported("a", 1))
	c := company.Company{
		UsualName: name, Identifiers: []company.Identifier{company.ParseIdentifier(company.SchemeRIDET, "0 132 720.001")},
		Activities:     []company.Activity{{Nomenclature: company.NAFRev2, Code: "62.01Z", Main: true}},
		Establishments: []company.Establishment{{City: "Nouméa", Head: true}},
	}
	return Record{Listing: l, Company: c}
}

func save(t *testing.T, d *db.DB, records ...Record) []Record {
	t.Helper()
	var saved []Record
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = Store{}.SaveBatch(t.Context(), tx, records, clock())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestStoreRoundTrip(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		hostile := card("'; DROP TABLE listings; -- <script>alert(1)</script> {{.}} ${x} \u202e\U0001F600")
		hostile.Listing.Description = "a\x00b\xff\xfe c\r\n\t\\ \" %s $1 ?"
		hostile.Listing.Tags = []string{`"quoted"`, "a,b", "é\u0301", ""}
		hostile.Company.LegalName = "x\x00y"
		bare := Record{Listing: Listing{Territory: "nc", Content: Content{Name: "Nu"}}}
		saved := save(t, d, card("Kernix"), hostile, bare)
		ids := []string{saved[2].Listing.ID, saved[0].Listing.ID, "absent", saved[1].Listing.ID}
		got, err := s.Records(ctx, d.Read(), ids)
		if err != nil {
			t.Fatal(err)
		}
		want := []Record{saved[2], saved[0], saved[1]}
		for i := range want {
			if !sameRecord(got[i], want[i]) {
				t.Errorf("stored %+v\nread %+v", want[i], got[i])
			}
		}
		if got[2].Listing.Description != "ab\uFFFD c\r\n\t\\ \" %s $1 ?" || got[2].Company.LegalName != "xy" {
			t.Errorf("hostile text became %q, %q", got[2].Listing.Description, got[2].Company.LegalName)
		}
		if n, err := s.Count(ctx, d.Read(), "nc", Published); n != 2 || err != nil {
			t.Errorf("%d published, %v", n, err)
		}
		if n, _ := s.Count(ctx, d.Read(), "nc"); n != 3 {
			t.Errorf("%d in all", n)
		}
		found, err := company.Store{}.ByIdentifier(ctx, d.Read(), "nc", company.SchemeRIDET, "0132720001")
		if err != nil || len(found) != 2 {
			t.Errorf("by identifier %v, %v", found, err)
		}
		uses, err := s.TagUses(ctx, d.Read(), "nc")
		if err != nil || uses["web"] != 1 || uses["a,b"] != 1 {
			t.Errorf("tags %v, %v", uses, err)
		}
		changes, err := d.Changes(ctx, 0, 10)
		if err != nil || len(changes) != 3 || changes[0].Kind != ChangeKind || changes[0].Territory != "nc" {
			t.Errorf("changes %v, %v", changes, err)
		}
	})
}

// sameRecord compares without telling nil lists from empty ones, which no reader can.
func sameRecord(a, b Record) bool {
	for _, r := range []*Record{&a, &b} {
		for field, source := range r.Listing.Provenance {
			source.At = source.At.UTC()
			r.Listing.Provenance[field] = source
		}
		if len(r.Listing.Provenance) == 0 {
			r.Listing.Provenance = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func TestSlugs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		saved := save(t, d, card("Atelier 2"), card("Atelier"), card("ATELIER"), card("L'Atelier"))
		more := save(t, d, card("Atelier"), card("Atelier"))
		slugs := []string{saved[0].Listing.Slug, saved[3].Listing.Slug}
		if !slices.Equal(slugs, []string{"atelier-2", "l-atelier"}) {
			t.Errorf("slugs %v", slugs)
		}
		seen := map[string]bool{}
		for _, r := range append(saved, more...) {
			if seen[r.Listing.Slug] {
				t.Errorf("%s twice", r.Listing.Slug)
			}
			seen[r.Listing.Slug] = true
			l, err := s.BySlug(ctx, d.Read(), "nc", r.Listing.Slug)
			if err != nil || l.ID != r.Listing.ID {
				t.Errorf("%s leads to %s, %v", r.Listing.Slug, l.ID, err)
			}
		}
		renamed := saved[1]
		old := renamed.Listing.Slug
		renamed.Listing, _ = Merge(renamed.Listing, Content{Name: "Fabrique"}, nil, imported("a", 2))
		renamed = save(t, d, renamed)[0]
		if renamed.Listing.Slug != "fabrique" {
			t.Errorf("renamed to %s", renamed.Listing.Slug)
		}
		if l, err := s.BySlug(ctx, d.Read(), "nc", old); err != nil || l.Slug != "fabrique" {
			t.Errorf("the old address leads to %q, %v", l.Slug, err)
		}
		renamed.Listing, _ = Merge(renamed.Listing, Content{Name: saved[1].Listing.Name}, nil, imported("a", 3))
		if again := save(t, d, renamed)[0]; again.Listing.Slug == "fabrique" || again.Listing.Slug == "" {
			t.Errorf("named back: %q", again.Listing.Slug)
		}
		for _, slug := range []string{"absent", "", "a\x00b", "\xff"} {
			if _, err := s.BySlug(ctx, d.Read(), "nc", slug); !errs.Is(err, errs.NotFound) {
				t.Errorf("%q: %v", slug, err)
			}
		}
		if _, err := s.BySlug(ctx, d.Read(), "pf", "fabrique"); !errs.Is(err, errs.NotFound) {
			t.Errorf("another territory: %v", err)
		}
	})
}

func TestEachAndCandidates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		var records []Record
		for i := range pageSize + 250 {
			r := card(fmt.Sprintf("Société %d", i))
			r.Company.Identifiers = nil
			records = append(records, r)
		}
		other := card("Ailleurs")
		other.Listing.Territory = "pf"
		save(t, d, other)
		ctx, statements := db.CountStatements(ctx)
		saved := save(t, d, records...)
		last, n := "", 0
		err := s.EachRecord(ctx, d.Read(), "nc", func(r Record) error {
			if r.Listing.ID <= last || r.Company.ID != r.Listing.CompanyID {
				return fmt.Errorf("%s after %s, company %q", r.Listing.ID, last, r.Company.ID)
			}
			last = r.Listing.ID
			n++
			return nil
		})
		if err != nil || n != len(records) {
			t.Errorf("%d of %d, %v", n, len(records), err)
		}
		if statements.N() > 8 {
			t.Errorf("%d statements for two pages", statements.N())
		}
		stop := fmt.Errorf("enough")
		if err := s.Each(ctx, d.Read(), "nc", func(Listing) error { return stop }); err != stop {
			t.Errorf("each does not stop: %v", err)
		}
		matches, err := s.Candidates(ctx, d.Read(), "nc", SearchKeys(CandidateOf(card("SARL SOCIETE 7").Listing, company.Company{})))
		if err != nil {
			t.Fatal(err)
		}
		byKey := map[string]int{}
		for _, m := range matches {
			byKey[m.Key]++
		}
		if byKey["name:7"] != 1 || byKey["phone:+687445728"] != commonest {
			t.Errorf("matches %v", byKey)
		}
		if !slices.ContainsFunc(matches, func(m Match) bool { return m.Key == "name:7" && m.ListingID == saved[7].Listing.ID }) {
			t.Error("the card of that name is not found")
		}
	})
}

func TestDelete(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		saved := save(t, d, card("Un"), card("Deux"), card("Trois"))
		one, two, three := saved[0].Listing.ID, saved[1].Listing.ID, saved[2].Listing.ID
		service := NewService(d, clock)
		if _, err := service.Merge(ctx, Author{Source: imported("a", 5)}, one, two); err != nil {
			t.Fatal(err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error { return s.Delete(ctx, tx, []string{one, three}, clock()) })
		if err != nil {
			t.Fatal(err)
		}
		left, err := s.ByIDs(ctx, d.Read(), []string{one, two, three})
		if err != nil || len(left) != 1 || left[0].State != Published || left[0].MergedInto != "" {
			t.Fatalf("left %+v, %v", left, err)
		}
		for table, want := range map[string]int{"listings": 1, "companies": 1, "listing_slugs": 1, "listing_mergings": 0, "company_identifiers": 1} {
			var n int
			if err := d.Read().QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != want {
				t.Errorf("%d rows in %s, want %d; %v", n, table, want, err)
			}
		}
		matches, err := s.Candidates(ctx, d.Read(), "nc", []Key{{KeyName, "deux"}, {KeyName, "un"}, {KeyName, "trois"}})
		if err != nil || len(matches) != 1 || matches[0].ListingID != two {
			t.Errorf("keys left: %v, %v", matches, err)
		}
		again := save(t, d, card("Un"))
		if again[0].Listing.Slug != saved[0].Listing.Slug {
			t.Errorf("the address of a deleted card is not free: %s", again[0].Listing.Slug)
		}
	})
}

func TestConcurrentSlugs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers = 8
		var wg sync.WaitGroup
		slugs := make([]string, writers)
		for i := range writers {
			wg.Go(func() {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					saved, err := Store{}.Save(context.Background(), tx, card("Atelier"), clock())
					slugs[i] = saved.Listing.Slug
					return err
				})
				if err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		slices.Sort(slugs)
		if n := len(slices.Compact(slices.Clone(slugs))); n != writers {
			t.Errorf("%d different slugs of %d: %v", n, writers, slugs)
		}
	})
}
