package listing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func owner(person string) Author {
	return Author{Source: company.Source{Kind: company.FromOwner}, Person: person}
}

func team(person string) Author {
	return Author{Source: company.Source{Kind: company.FromStaff}, Person: person}
}

func history(t *testing.T, d *db.DB, id string) []Revision {
	t.Helper()
	found, err := Reader{}.Revisions(t.Context(), d.Read(), id, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func acts(revisions []Revision) []Act {
	var out []Act
	for _, r := range slices.Backward(revisions) {
		out = append(out, r.Act)
	}
	return out
}

func TestRevisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := clock()
		ctx, service := t.Context(), NewService(d, func() time.Time { return now })
		made := save(t, d, card("Kernix"))[0].Listing
		if found := history(t, d, made.ID); len(found) != 0 {
			t.Fatalf("an import made the card and left %v", found)
		}
		l, _, err := service.Edit(ctx, owner("anne"), made.ID, made.Version, Content{Headline: "Nos mots", City: "Dumbéa"}, []string{"headline", "city"})
		if err != nil {
			t.Fatal(err)
		}
		r := history(t, d, l.ID)[0]
		want := Revision{
			ID: r.ID, Listing: l.ID, Territory: "nc", Version: 2, At: clock(), Act: Edited, Person: "anne", StateBefore: Published,
			Source: company.Source{Kind: company.FromOwner, At: clock()}, Fields: []string{"headline", "city"},
			Before: Content{Headline: "Sites et applications", City: "Nouméa"},
		}
		if fmt.Sprint(r) != fmt.Sprint(want) {
			t.Errorf("left\n%+v, want\n%+v", r, want)
		}
		now = now.Add(time.Hour)
		if l, err = service.Hide(ctx, team("bea"), l.ID, l.Version); err != nil {
			t.Fatal(err)
		}
		if l, err = service.Hide(ctx, team("bea"), l.ID, l.Version); err != nil {
			t.Fatal(err)
		}
		if l, err = service.Publish(ctx, team("bea"), l.ID, l.Version); err != nil {
			t.Fatal(err)
		}
		if l, _, err = service.Edit(ctx, owner("anne"), l.ID, l.Version, Content{City: "Dumbéa"}, []string{"city"}); err != nil {
			t.Fatal(err)
		}
		if l, err = service.Confirm(ctx, owner(""), l.ID, l.Version); err != nil {
			t.Fatal(err)
		}
		if _, _, err = service.Edit(ctx, owner("anne"), l.ID, l.Version, Content{}, nil); err != nil {
			t.Fatal(err)
		}
		found := history(t, d, l.ID)
		if got := acts(found); !slices.Equal(got, []Act{Edited, Concealed, Shown, Confirmed, Confirmed}) {
			t.Errorf("acts %v", got)
		}
		page, err := Reader{}.Revisions(ctx, d.Read(), l.ID, found[1].ID, 2)
		if err != nil || len(page) != 2 || page[0].ID != found[2].ID || page[1].ID != found[3].ID {
			t.Errorf("the second page: %v, %v", page, err)
		}
		if one, err := (Reader{}).Revision(ctx, d.Read(), l.ID, r.ID); err != nil || one.Version != 2 {
			t.Errorf("one: %+v, %v", one, err)
		}
		if _, err := (Reader{}).Revision(ctx, d.Read(), "other", r.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("one of another card: %v", err)
		}
	})
}

func TestImportsLeaveOneRevision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		saved := save(t, d, card("Un"), card("Deux"))
		var counted int64
		for i := range saved {
			saved[i].Listing, _ = Merge(saved[i].Listing, Content{City: "Païta"}, []string{"city"}, imported("a", 2))
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			ctx, counter := db.CountStatements(ctx)
			_, err := Store{}.SaveListings(ctx, tx, saved, clock())
			counted = counter.N()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if counted > 7 {
			t.Errorf("%d statements for two cards", counted)
		}
		r := history(t, d, saved[0].Listing.ID)
		if len(r) != 1 || r[0].Act != Imported || r[0].Source.Name != "a" || r[0].Person != "" || r[0].Before.City != "Nouméa" {
			t.Errorf("left %+v", r)
		}
	})
}

// The copies of another instance's cards have no history here: it is kept there.
func TestCopiesHaveNoHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, keeper := t.Context(), KeptBy("https://pf.example")
		var l Listing
		for _, headline := range []string{"Un", "Deux"} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				if err := keeper.Keep(ctx, tx, "nc"); err != nil {
					return err
				}
				r := card("Copie")
				if l.Version > 0 {
					r.Listing = l
				}
				r.Listing.Headline = headline
				saved, err := keeper.SaveBatch(ctx, tx, []Record{r}, clock())
				if err == nil {
					l = saved[0].Listing
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if found := history(t, d, l.ID); l.Version != 2 || len(found) != 0 {
			t.Errorf("version %d left %v", l.Version, found)
		}
	})
}

// A transaction that parts cards, writes to them and joins them again leaves what became of them, not the way there.
func TestFoldedWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		bare := Record{Listing: Listing{Territory: "nc", State: Published, Content: Content{Name: "Kernix Lab", Category: Company}}}
		saved := save(t, d, bare, card("Kernix"))
		into, from := saved[0].Listing.ID, saved[1].Listing.ID
		if _, err := NewService(d, clock).Merge(ctx, team("bea"), into, from); err != nil {
			t.Fatal(err)
		}
		source := company.Source{Kind: company.FromImport, Name: "a", Run: "r2"}
		err := d.Write(ctx, func(tx *db.Tx) error {
			s := Store{}.Folded("", source)
			if _, err := s.PartAll(ctx, tx, []string{from}, clock()); err != nil {
				return err
			}
			records, err := s.Records(ctx, tx, []string{from})
			if err != nil {
				return err
			}
			records[0].Listing, _ = Merge(records[0].Listing, Content{City: "Païta"}, []string{"city"}, imported("a", 3))
			fresh := card("Neuve")
			if records, err = s.SaveListings(ctx, tx, records, clock()); err != nil {
				return err
			}
			if _, err = s.SaveBatch(ctx, tx, []Record{fresh}, clock()); err != nil {
				return err
			}
			if _, err := s.JoinCards(ctx, tx, into, records[0].Listing.ID, source, clock()); err != nil {
				return err
			}
			return s.LeaveFolded(ctx, tx, clock())
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{into, from} {
			found := history(t, d, id)
			if got := acts(found); !slices.Equal(got, []Act{Joined, Imported}) || !slices.Equal(found[0].Fields, []string{"city"}) || found[0].Other != "" {
				t.Errorf("%s: %v, %v", id, got, found[0].Fields)
			}
		}
	})
}

func TestMergingsInTheHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		bare := Record{Listing: Listing{Territory: "nc", State: Published, Content: Content{Name: "Kernix Lab", Category: Company}}}
		saved := save(t, d, bare, card("Kernix"))
		into, from := saved[0].Listing, saved[1].Listing
		if _, err := service.Merge(ctx, team("bea"), into.ID, from.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := service.Split(ctx, team("bea"), from.ID); err != nil {
			t.Fatal(err)
		}
		for id, other := range map[string]string{into.ID: from.ID, from.ID: into.ID} {
			found := history(t, d, id)
			if got := acts(found); !slices.Equal(got, []Act{Joined, Parted}) {
				t.Errorf("acts %v", got)
			}
			for _, r := range found {
				if r.Person != "bea" || r.Other != other || r.Source.Kind != company.FromStaff {
					t.Errorf("%s by %q (%s) with %q", r.Act, r.Person, r.Source.Kind, r.Other)
				}
			}
		}
		then, err := Reader{}.ContentAt(ctx, d.Read(), into.ID, history(t, d, into.ID)[1].ID)
		if err != nil || len(then.Phones) != 1 {
			t.Errorf("joined, it said %+v, %v", then, err)
		}
	})
}

func TestRestore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		l := save(t, d, card("Kernix"))[0].Listing
		edit := func(by Author, c Content, fields ...string) {
			t.Helper()
			var err error
			if l, _, err = service.Edit(ctx, by, l.ID, l.Version, c, fields); err != nil {
				t.Fatal(err)
			}
		}
		edit(team("bea"), Content{Headline: "Un", City: "Dumbéa"}, "headline", "city")
		edit(team("bea"), Content{Headline: "Deux", Point: nil}, "headline", "point")
		edit(owner("anne"), Content{City: "Païta"}, "city")
		first := history(t, d, l.ID)[2]
		then, err := Reader{}.ContentAt(ctx, d.Read(), l.ID, first.ID)
		if err != nil || then.Headline != "Un" || then.City != "Dumbéa" || then.Point == nil {
			t.Fatalf("then it said %+v, %v", then, err)
		}
		origin, err := Reader{}.ContentAt(ctx, d.Read(), l.ID, "")
		if preceding, err := (Reader{}).Preceding(ctx, d.Read(), l.ID, first.ID); err != nil || preceding != "" {
			t.Errorf("before the first: %q, %v", preceding, err)
		}
		if err != nil || origin.Headline != "Sites et applications" || origin.City != "Nouméa" {
			t.Errorf("at first it said %+v, %v", origin, err)
		}
		if preceding, err := (Reader{}).Preceding(ctx, d.Read(), l.ID, history(t, d, l.ID)[1].ID); err != nil || preceding != first.ID {
			t.Errorf("before the second: %q, %v", preceding, err)
		}
		_, _, err = service.Restore(ctx, team("bea"), l.ID, l.Version, first.ID, []string{"headline", "city"})
		if !errs.Is(err, errs.Forbidden) || !slices.Equal(fieldsOf(t, err), []string{"city"}) {
			t.Errorf("the staff takes the owner's word back: %v", err)
		}
		before := l.ConfirmedAt
		restored, changed, err := service.Restore(ctx, team("bea"), l.ID, l.Version, first.ID, []string{"headline", "point"})
		if err != nil || !slices.Equal(changed, []string{"headline", "point"}) || restored.Headline != "Un" || restored.Point == nil || restored.City != "Païta" {
			t.Fatalf("restored %+v, %v, %v", restored, changed, err)
		}
		if !restored.ConfirmedAt.Equal(before) || restored.Provenance["headline"].Kind != company.FromStaff {
			t.Errorf("confirmed %v, provenance %v", restored.ConfirmedAt, restored.Provenance["headline"])
		}
		if r := history(t, d, l.ID)[0]; r.Act != Restored || r.Person != "bea" || r.Before.Headline != "Deux" {
			t.Errorf("left %+v", r)
		}
		if _, _, err := service.Restore(ctx, owner("anne"), l.ID, l.Version, first.ID, []string{"city"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if _, _, err := service.Restore(ctx, owner("anne"), l.ID, restored.Version, "absent", []string{"city"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown revision: %v", err)
		}
	})
}

func TestLapse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		l := save(t, d, card("Kernix"))[0].Listing
		nobody := Author{}
		lapse := func() {
			t.Helper()
			var err error
			if l, err = service.Lapse(ctx, nobody, l.ID, l.Version); err != nil || l.State != Lapsed {
				t.Fatalf("%+v, %v", l, err)
			}
		}
		lapse()
		if _, err := service.Lapse(ctx, nobody, l.ID, l.Version); !errs.Is(err, errs.Conflict) {
			t.Errorf("lapsed twice: %v", err)
		}
		if _, err := service.Publish(ctx, team("bea"), l.ID, l.Version); !errs.Is(err, errs.Conflict) {
			t.Errorf("published without being vouched for: %v", err)
		}
		var err error
		if l, err = service.Confirm(ctx, owner("anne"), l.ID, l.Version); err != nil || l.State != Published || !l.ConfirmedAt.Equal(clock()) {
			t.Fatalf("confirmed %+v, %v", l, err)
		}
		lapse()
		if l, _, err = service.Edit(ctx, owner("anne"), l.ID, l.Version, Content{City: "Païta"}, []string{"city"}); err != nil || l.State != Published || l.Withheld {
			t.Fatalf("edited %+v, %v", l, err)
		}
		lapse()
		if l, err = service.Confirm(ctx, team("bea"), l.ID, l.Version); err != nil || l.State != Published {
			t.Fatalf("revived %+v, %v", l, err)
		}
		found := history(t, d, l.ID)
		if got := acts(found); !slices.Equal(got, []Act{Expired, Revived, Expired, Edited, Expired, Revived}) || found[0].StateBefore != Lapsed {
			t.Errorf("acts %v", got)
		}
	})
}

// A natural person's card that lapsed comes back with a consent only.
func TestLapsedCardOfANaturalPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		r := card("Léa")
		r.Company.NaturalPerson = true
		l := save(t, d, r)[0].Listing
		consent := func(given bool) {
			t.Helper()
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := Store{}.As("lea").Consent(ctx, tx, l.CompanyID, given, clock())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if l, err = (Reader{}).ByID(ctx, d.Read(), l.ID); err != nil {
				t.Fatal(err)
			}
		}
		consent(true)
		l, err := service.Lapse(ctx, Author{}, l.ID, l.Version)
		if err != nil {
			t.Fatal(err)
		}
		consent(false)
		if _, err := service.Confirm(ctx, owner("lea"), l.ID, l.Version); !errs.Is(err, errs.Forbidden) {
			t.Errorf("public without a consent: %v", err)
		}
		edited, _, err := service.Edit(ctx, owner("lea"), l.ID, l.Version, Content{City: "Païta"}, []string{"city"})
		if err != nil || edited.State != Hidden || !edited.Withheld {
			t.Errorf("edited %+v, %v", edited, err)
		}
		consent(true)
		if l.State != Published {
			t.Errorf("with a consent it is %s", l.State)
		}
		found := history(t, d, l.ID)
		if got := acts(found); !slices.Equal(got, []Act{Shown, Expired, Edited, Shown}) || found[3].StateBefore != Draft || found[0].StateBefore != Hidden || found[0].Person != "lea" {
			t.Errorf("acts %v, %+v", got, found)
		}
	})
}

func TestCreateIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		create := func(r Record) (made Record, err error) {
			err = d.Write(ctx, func(tx *db.Tx) (err error) {
				made, err = service.CreateIn(ctx, tx, team("bea"), r)
				return err
			})
			return made, err
		}
		made, err := create(Record{Listing: Listing{Territory: "nc", Content: Content{Name: "Neuve", Category: Company}}})
		l := made.Listing
		if err != nil || l.State != Draft || l.Slug != "neuve" || l.Provenance["name"].Kind != company.FromStaff || !l.ConfirmedAt.Equal(clock()) {
			t.Fatalf("made %+v, %v", l, err)
		}
		if found := history(t, d, l.ID); len(found) != 1 || found[0].Act != Created || found[0].Person != "bea" || len(found[0].Fields) != 0 {
			t.Errorf("left %+v", found)
		}
		if _, err := create(Record{Listing: Listing{Territory: "nc"}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("a card that says nothing: %v", err)
		}
	})
}

// Whatever is done to two cards, in whatever order, each goes back to exactly what it said.
func TestContentAtGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, rnd := t.Context(), rand.New(rand.NewPCG(1, 2))
		now := clock()
		service := NewService(d, func() time.Time { now = now.Add(time.Hour); return now })
		saved := save(t, d, card("Un"), Record{Listing: Listing{Territory: "nc", State: Published, Content: Content{Name: "Deux", Category: Company}}})
		ids := []string{saved[0].Listing.ID, saved[1].Listing.ID}
		said := map[string]Content{} // by revision
		for step := range 60 {
			id := ids[rnd.IntN(2)]
			l, err := Reader{}.ByID(ctx, d.Read(), id)
			if err != nil {
				t.Fatal(err)
			}
			if err := anyAct(ctx, d, service, rnd, l, ids); err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Forbidden) {
				t.Fatalf("step %d: %v", step, err)
			}
			for _, id := range ids {
				l, err := Reader{}.ByID(ctx, d.Read(), id)
				if err != nil {
					t.Fatal(err)
				}
				if found := history(t, d, id); len(found) > 0 && found[0].Version == l.Version {
					said[found[0].ID] = l.Content
				}
			}
		}
		n := 0
		for _, id := range ids {
			l, err := Reader{}.ByID(ctx, d.Read(), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range history(t, d, id) {
				then, err := Reader{}.ContentAt(ctx, d.Read(), id, r.ID)
				want := said[r.ID]
				if changed := diff(&then, &want); err != nil || len(changed) > 0 {
					t.Errorf("after %s at version %d: %v differ, %v", r.Act, r.Version, changed, err)
				}
				if names, err := (Reader{}).ChangedSince(ctx, d.Read(), l, r.Version); err != nil || !slices.Equal(names, diff(&want, &l.Content)) {
					t.Errorf("since version %d: %v have changed, %v", r.Version, names, err)
				}
				n++
			}
		}
		if n < 30 {
			t.Errorf("only %d revisions", n)
		}
	})
}

func anyAct(ctx context.Context, d *db.DB, service *Service, rnd *rand.Rand, l Listing, ids []string) (err error) {
	by := []Author{owner("anne"), team("bea")}[rnd.IntN(2)]
	text := fmt.Sprint("mots ", rnd.IntN(5))
	switch rnd.IntN(7) {
	case 0:
		_, err = service.Hide(ctx, by, l.ID, l.Version)
	case 1:
		_, err = service.Publish(ctx, by, l.ID, l.Version)
	case 2:
		_, err = service.Merge(ctx, by, ids[0], ids[1])
	case 3:
		_, err = service.Split(ctx, by, ids[1])
	case 4:
		err = d.Write(ctx, func(tx *db.Tx) error {
			l, _ := Merge(l, Content{City: text, Tags: []string{text}}, nil, imported("a", 1+rnd.IntN(28)))
			_, err := Store{}.SaveListings(ctx, tx, []Record{{Listing: l}}, clock())
			return err
		})
	default:
		c := Content{Headline: text, City: text, ServiceArea: ServiceArea{Remote: rnd.IntN(2) == 0, Zones: []string{}}}
		fields := []string{"headline", "city", "service_area", "phones"}[rnd.IntN(4):]
		_, _, err = service.Edit(ctx, by, l.ID, l.Version, c, fields)
	}
	return err
}
