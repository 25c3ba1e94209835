package claim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

func TestTakeByAnAddress(t *testing.T) {
	each(t, func(b *bench) {
		for mail, proof := range map[string]claim.Proof{"paul@atelier.nc": claim.ByDomain, "atelier@lagoon.nc": claim.ByMail} {
			r := b.card(func(r *listing.Record) {
				if proof == claim.ByMail {
					r.Listing.Websites = nil // or the other card's domain would be that of two companies
				}
			})
			by := b.by(mail)
			if d := b.door(by, r); d.Standing != claim.Free || d.Proof != proof || d.Natural || len(d.Addresses) > 0 {
				t.Fatalf("%s stands before %+v", mail, d)
			}
			card, err := b.s.Take(t.Context(), by, r.Listing.ID)
			b.must(err)
			if next := claim.Next(card); next != "/espace/fiches/"+r.Listing.ID {
				t.Errorf("leads on to %s", next)
			}
			if got := b.people(r.Company.ID); len(got) != 1 || got[mail] != account.CompanyManager {
				t.Errorf("%v act for it", got)
			}
			if proven, told := b.trust[r.Company.ID]; !told || !proven {
				t.Errorf("trusted: %v %v", proven, told)
			}
			if got := b.actions(r.Company.ID); !slices.Equal(got, []string{"taken"}) {
				t.Errorf("the trail says %v", got)
			}
			again, err := b.s.Take(t.Context(), b.by(mail), r.Listing.ID) // who presses twice
			if b.must(err); again.Listing.ID != r.Listing.ID || len(b.actions(r.Company.ID)) != 1 {
				t.Errorf("twice: %v", b.actions(r.Company.ID))
			}
			if d := b.door(b.by(mail), r); d.Standing != claim.Yours {
				t.Errorf("then it is %s", d.Standing)
			}
		}
		for address, want := range map[string]string{"paul@atelier.nc": "taken", "bonjour@atelier.nc": "published published", "atelier@lagoon.nc": "published taken"} {
			if got := strings.Join(b.outbox.to(address), " "); got != want && got != "taken published" {
				t.Errorf("%s is told %s, want %s", address, got, want)
			}
		}
		text := b.outbox.last(t, "published", "bonjour@atelier.nc").Letter
		if !strings.Contains(text.Paragraphs[0], "@") || text.Action == nil || !strings.Contains(text.Action.URL, claim.DisputePath) {
			t.Errorf("the letter to the published address: %+v", text)
		}
	})
}

func TestTakeWithoutProof(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		_, err := b.s.Take(t.Context(), account.Actor{Territory: "nc"}, r.Listing.ID)
		b.want(err, errs.Unauthenticated, account.KeySignIn)
		_, err = b.s.Take(t.Context(), b.by("someone@lagoon.nc"), r.Listing.ID)
		b.want(err, errs.Forbidden, claim.KeyNoProof)
		_, err = b.s.Take(t.Context(), b.by("paul@atelier.nc"), "none")
		b.want(err, errs.NotFound, "claim.no_card")
		elsewhere := b.card(func(r *listing.Record) { r.Listing.Territory, r.Company.Territory = "pf", "pf" })
		_, err = b.s.Take(t.Context(), b.by("paul@atelier.nc"), elsewhere.Listing.ID)
		b.want(err, errs.NotFound, "claim.no_card")
		if got := b.people(r.Company.ID); len(got) != 0 || len(b.actions(r.Company.ID)) != 0 {
			t.Errorf("%v act for it", got)
		}
	})
}

// Nobody is put in beside the people of a company, or in their place, by an address alone.
func TestTakeWhatIsTaken(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		b.attach("first@example.nc", r.Company.ID, account.CompanyEditor)
		by := b.by("paul@atelier.nc")
		if d := b.door(by, r); d.Standing != claim.Taken {
			t.Errorf("it is %s", d.Standing)
		}
		_, err := b.s.Take(t.Context(), by, r.Listing.ID)
		b.want(err, errs.Conflict, account.KeyTaken)
		b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, "any"), errs.Conflict, account.KeyTaken)
		if got := b.people(r.Company.ID); len(got) != 1 || len(b.outbox.to("paul@atelier.nc")) > 0 {
			t.Errorf("%v act for it", got)
		}
	})
}

// atOnce has n persons of the company's domain do something at the same time, and gives their errors.
func (b *bench) atOnce(n int, f func(by account.Actor) error) []error {
	b.t.Helper()
	all := make([]account.Actor, n)
	for i := range all {
		all[i] = b.by(fmt.Sprintf("p%d@atelier.nc", i))
	}
	faults := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, by := range all {
		wg.Go(func() {
			<-start
			faults[i] = f(by)
		})
	}
	close(start)
	wg.Wait()
	return faults
}

func TestOfManyAtOnceOneManages(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		faults := b.atOnce(6, func(by account.Actor) error {
			_, err := b.s.Take(t.Context(), by, r.Listing.ID)
			return err
		})
		won := 0
		for _, err := range faults {
			if err == nil {
				won++
				continue
			}
			b.want(err, errs.Conflict, account.KeyTaken)
		}
		if people := b.people(r.Company.ID); won != 1 || len(people) != 1 || len(b.actions(r.Company.ID)) != 1 {
			t.Errorf("%d have won, %v act for it", won, people)
		}
	})
}

// The same without the lock: who looks whether a company is free and then attaches somebody lets several in.
func TestOfTwoAtOnceBothManageWithoutTheLock(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		var looked sync.WaitGroup
		looked.Add(2)
		b.atOnce(2, func(by account.Actor) error {
			free, err := b.accounts.Claimable(t.Context(), b.d.Read(), r.Company.ID)
			looked.Done()
			looked.Wait()
			if err != nil || !free {
				return err
			}
			return b.d.Write(t.Context(), func(tx *db.Tx) error {
				return b.accounts.Attach(t.Context(), tx, by.Person, r.Company.ID, "nc", account.CompanyManager)
			})
		})
		if people := b.people(r.Company.ID); len(people) != 2 {
			t.Errorf("%v act for it: the test of the lock proves nothing", people)
		}
	})
}

func TestCardsThatAreNotPublic(t *testing.T) {
	each(t, func(b *bench) {
		paul, other := b.by("paul@atelier.nc"), b.by("other@lagoon.nc")
		state := func(s listing.State) listing.Record { return b.card(func(r *listing.Record) { r.Listing.State = s }) }
		hidden, draft, lapsed := state(listing.Hidden), state(listing.Draft), state(listing.Lapsed)
		waits := b.card(func(r *listing.Record) { r.Company.NaturalPerson = true })
		if waits.Listing.State != listing.Draft || !waits.Listing.Withheld {
			t.Fatalf("a natural person's card is %s", waits.Listing.State)
		}
		for _, c := range []struct {
			what string
			r    listing.Record
			by   account.Actor
			want claim.Standing
		}{
			{"hidden", hidden, paul, claim.Closed},
			{"hidden, a visitor", hidden, account.Actor{Territory: "nc"}, claim.Closed},
			{"a draft", draft, paul, claim.Closed},
			{"lapsed", lapsed, paul, claim.Free},
			{"a natural person's that waits, by its address", waits, paul, claim.Free},
			{"a natural person's that waits", waits, other, claim.Closed},
			{"a natural person's that waits, a visitor", waits, account.Actor{Territory: "nc"}, claim.Closed},
		} {
			if d := b.door(c.by, c.r); d.Standing != c.want {
				t.Errorf("%s: %s, want %s", c.what, d.Standing, c.want)
			}
			if c.want != claim.Closed || !c.by.SignedIn() {
				continue
			}
			_, err := b.s.Take(t.Context(), c.by, c.r.Listing.ID)
			b.want(err, errs.Gone, claim.KeyClosed)
			b.want(b.s.SendCode(t.Context(), c.by, c.r.Listing.ID, "any"), errs.Gone, claim.KeyClosed)
			_, err = b.s.Request(t.Context(), c.by, claim.Request{Listing: c.r.Listing.ID, Message: "Bonjour", Document: pdf()})
			b.want(err, errs.Gone, claim.KeyClosed)
		}
		card, err := b.s.Take(t.Context(), paul, lapsed.Listing.ID)
		if b.must(err); claim.Next(card) != "/espace/fiches/"+lapsed.Listing.ID {
			t.Errorf("a lapsed one leads to %s", claim.Next(card))
		}
		card, err = b.s.Take(t.Context(), paul, waits.Listing.ID)
		if b.must(err); claim.Next(card) != "/espace/entreprises/"+waits.Company.ID+"/consentement" {
			t.Errorf("a natural person's leads to %s", claim.Next(card))
		}
	})
}

func TestCardsOfElsewhere(t *testing.T) {
	each(t, func(b *bench) {
		b.s.Original = func(_ context.Context, _, id string) (string, error) { return "https://pf.example/annuaire/" + id, nil }
		store := listing.KeptBy("https://pf.example")
		var r listing.Record
		b.write(func(tx *db.Tx) (err error) {
			if err = store.Keep(t.Context(), tx, "nc"); err != nil {
				return err
			}
			r, err = store.Save(t.Context(), tx, listing.Record{Listing: listing.Listing{
				Territory: "nc", State: listing.Published, Content: listing.Content{Name: "Vaka", Category: listing.Company, Emails: []string{"a@vaka.pf"}},
			}}, b.now())
			return err
		})
		by := b.by("a@vaka.pf")
		if d := b.door(by, r); d.Standing != claim.Elsewhere || d.Original != "https://pf.example/annuaire/"+r.Listing.ID {
			t.Errorf("%+v", d)
		}
		_, err := b.s.Take(t.Context(), by, r.Listing.ID)
		b.want(err, errs.Forbidden, "listing.kept_elsewhere")
	})
}

func TestCardsThatWereMerged(t *testing.T) {
	each(t, func(b *bench) {
		into, from := b.card(nil), b.card(func(r *listing.Record) { r.Listing.Name = "L’Atelier" })
		by := b.by("paul@atelier.nc")
		c, err := b.s.Request(t.Context(), b.by("other@lagoon.nc"), claim.Request{Listing: from.Listing.ID, Message: "Bonjour", Document: pdf()})
		b.must(err)
		_, err = listing.NewService(b.d, b.now).Merge(t.Context(), listing.Author{}, into.Listing.ID, from.Listing.ID)
		b.must(err)
		if d := b.door(by, from); d.Card.Listing.ID != into.Listing.ID || d.Standing != claim.Free {
			t.Errorf("leads to %s, %s", d.Card.Listing.Slug, d.Standing)
		}
		_, err = b.s.Take(t.Context(), by, from.Listing.ID) // by a form that was opened before
		b.want(err, errs.Conflict, "listing.changed")
		b.must(b.s.Decide(t.Context(), b.staff("pm@example.nc", account.ProjectManager), c.ID, claim.Decision{Grant: true}))
		if got := b.people(into.Company.ID); got["other@lagoon.nc"] != account.CompanyManager {
			t.Errorf("a request about a card that was merged meanwhile: %v", got)
		}
	})
}
