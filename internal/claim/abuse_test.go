package claim_test

import (
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// merge has a card absorb another.
func (b *bench) merge(into, from listing.Record) {
	b.t.Helper()
	_, err := listing.NewService(b.d, b.now).Merge(b.t.Context(), listing.Author{}, into.Listing.ID, from.Listing.ID)
	b.must(err)
}

// Merging moves no people: who manages the company of a card that was absorbed lets nobody into that of the card which stands.
func TestManagersOfAMergedCardLetNobodyInElsewhere(t *testing.T) {
	each(t, func(b *bench) {
		into, from := b.card(nil), b.card(func(r *listing.Record) { r.Listing.Name = "L’Atelier" })
		b.attach("owner@example.nc", into.Company.ID, account.CompanyManager)
		boss := b.attach("boss@example.nc", from.Company.ID, account.CompanyManager)
		c, err := b.s.Request(t.Context(), b.by("second@example.nc"), claim.Request{Listing: from.Listing.ID, Ask: claim.AskManagers, Message: "Bonjour"})
		b.must(err)
		b.merge(into, from)
		if asked, err := b.s.ToAnswer(t.Context(), boss); err != nil || len(asked) != 0 {
			t.Errorf("the manager is still asked: %+v %v", asked, err)
		}
		_, _, err = b.s.Own(t.Context(), boss, c.ID)
		b.want(err, errs.NotFound, "claim.not_found")
		b.want(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{Grant: true}, account.CompanyManager), errs.Conflict, "claim.card_merged")
		if got := b.people(into.Company.ID); len(got) != 1 {
			t.Fatalf("%v act for the company of the other card", got)
		}
		pm := b.staff("pm@example.nc", account.ProjectManager)
		if waiting, err := b.s.Waiting(t.Context(), pm, 10); err != nil || len(waiting) != 1 || waiting[0].ID != c.ID {
			t.Errorf("the team is not asked instead: %+v %v", waiting, err)
		}
		b.want(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{Grant: true}, account.CompanyManager), errs.NotFound, "claim.not_found")
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Grant: true}))
		if got := b.people(into.Company.ID); got["second@example.nc"] != account.CompanyManager {
			t.Errorf("%v act for it after the team let them in", got)
		}
	})
}

// Leaving and taking again is no way out of a dispute, nor back from having been taken away.
func TestWhoIsDisputedDoesNotProveItAgain(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(func(r *listing.Record) { r.Listing.Emails = append(r.Listing.Emails, "paul@gmail.com") })
		pm := b.staff("pm@example.nc", account.ProjectManager)
		by := b.by("paul@atelier.nc")
		_, err := b.s.Take(t.Context(), by, r.Listing.ID)
		b.must(err)
		token := tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		b.must(b.s.Dispute(t.Context(), token))
		b.must(b.accounts.Leave(t.Context(), b.by("paul@atelier.nc"), r.Company.ID))
		barred := func(when string) {
			t.Helper()
			by := b.by("paul@atelier.nc")
			_, err := b.s.Take(t.Context(), by, r.Listing.ID)
			b.want(err, errs.Forbidden, claim.KeyNoProof)
			if d := b.door(by, r); d.Standing != claim.Free || d.Proof != "" || len(d.Addresses) > 0 {
				t.Errorf("%s: %s, proof %q, %d addresses", when, d.Standing, d.Proof, len(d.Addresses))
			}
			b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, "any"), errs.Forbidden, claim.KeyNoProof)
			if len(b.people(r.Company.ID)) != 0 || b.trust[r.Company.ID] {
				t.Errorf("%s: %v act for it, trusted %v", when, b.people(r.Company.ID), b.trust[r.Company.ID])
			}
		}
		barred("disputed")
		_, err = b.s.Take(t.Context(), b.by("paul@gmail.com"), r.Listing.ID) // a second account
		b.must(err)
		if b.trust[r.Company.ID] {
			t.Error("who takes a card that is disputed is trusted")
		}
		b.must(b.accounts.Leave(t.Context(), b.by("paul@gmail.com"), r.Company.ID))
		c, _, err := b.s.Disputable(t.Context(), b.d.Read(), token)
		b.want(err, errs.Conflict, "claim.disputed_already")
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Reason: "Cette personne n’est pas de l’entreprise."}))
		barred("taken away")
		b.ask(b.by("paul@atelier.nc"), r)
	})
}

// A code that was mailed before the dispute lets nobody in after it.
func TestWhoIsDisputedDoesNotUseACode(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, b.sent(by, r, "bonjour@atelier.nc"))
		b.must(err)
		token := tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		b.must(b.accounts.Leave(t.Context(), b.by("paul@gmail.com"), r.Company.ID))
		code := b.sent(by, r, "atelier@lagoon.nc")
		b.must(b.s.Dispute(t.Context(), token))
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.Forbidden, claim.KeyNoProof)
		if got := b.people(r.Company.ID); len(got) != 0 {
			t.Errorf("%v act for it", got)
		}
	})
}

// A code is worth what the card shows when it is typed: not an address that was taken off it since.
func TestACodeForAnAddressThatIsGone(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		code := b.sent(by, r, "atelier@lagoon.nc")
		r.Listing.Emails = []string{"bonjour@atelier.nc"}
		b.write(func(tx *db.Tx) (err error) {
			r, err = listing.Store{}.Save(t.Context(), tx, r, b.now())
			return err
		})
		_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.Gone, "claim.code_none")
		if got := b.people(r.Company.ID); len(got) != 0 {
			t.Errorf("%v act for it", got)
		}
	})
}

// Leaving and taking again does not fill the mailbox of who reads the card's mail.
func TestTakingAgainAndAgain(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		for range 3 {
			_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
			b.must(err)
			b.must(b.accounts.Leave(t.Context(), b.by("paul@atelier.nc"), r.Company.ID))
		}
		_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
		b.want(err, errs.TooMany, "claim.too_many")
		_, err = b.s.Take(t.Context(), b.by("rosa@atelier.nc"), r.Listing.ID)
		b.want(err, errs.TooMany, "claim.too_many")
		if got := b.outbox.to("bonjour@atelier.nc"); len(got) != 1 || len(b.people(r.Company.ID)) != 0 {
			t.Errorf("the address is told %v, %v act for it", got, b.people(r.Company.ID))
		}
		b.pass(48 * time.Hour)
		_, err = b.s.Take(t.Context(), b.by("rosa@atelier.nc"), r.Listing.ID)
		b.must(err)
		if got := b.outbox.to("bonjour@atelier.nc"); len(got) != 2 {
			t.Errorf("the address is told %v", got)
		}
		for range 5 { // which the cards show, though they share a domain
			_, err = b.s.Take(t.Context(), b.by("bonjour@atelier.nc"), b.card(nil).Listing.ID)
			b.must(err)
		}
		_, err = b.s.Take(t.Context(), b.by("bonjour@atelier.nc"), b.card(nil).Listing.ID)
		b.want(err, errs.TooMany, "claim.too_many")
	})
}

// A domain that the cards of two companies show proves neither; one that is shown twice by the same company, or by a card that was
// merged, does.
func TestADomainOfSeveralCompanies(t *testing.T) {
	each(t, func(b *bench) {
		first := b.card(nil)
		if d := b.door(b.by("paul@atelier.nc"), first); d.Proof != claim.ByDomain {
			t.Fatalf("alone it proves %q", d.Proof)
		}
		second := b.card(nil)
		if d := b.door(b.by("paul@atelier.nc"), first); d.Proof != "" {
			t.Errorf("shared it proves %q", d.Proof)
		}
		_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), first.Listing.ID)
		b.want(err, errs.Forbidden, claim.KeyNoProof)
		b.merge(first, second)
		if d := b.door(b.by("paul@atelier.nc"), first); d.Proof != claim.ByDomain {
			t.Errorf("after the merging it proves %q", d.Proof)
		}
	})
}

// Who is taken away goes with all whom they let in since, however that came about, and with what all of them wrote; whom the team let
// in stays.
func TestWhoIsTakenAwayGoesWithTheirOwn(t *testing.T) {
	each(t, func(b *bench) {
		ctx, r := t.Context(), b.card(nil)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		_, err := b.s.Take(ctx, b.by("paul@atelier.nc"), r.Listing.ID)
		b.must(err)
		token := tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		invite := func(by, guest string, role account.Role) {
			i, err := b.accounts.Invite(ctx, b.by(by), r.Company.ID, guest, role)
			b.must(err)
			_, err = b.accounts.Accept(ctx, b.by(guest), i.ID)
			b.must(err)
		}
		invite("paul@atelier.nc", "second@example.nc", account.CompanyManager)
		invite("second@example.nc", "third@example.nc", account.CompanyEditor)
		_, err = b.accounts.Invite(ctx, b.by("third@example.nc"), r.Company.ID, "open@example.nc", account.CompanyEditor)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		open, err := b.accounts.Invite(ctx, b.by("second@example.nc"), r.Company.ID, "open@example.nc", account.CompanyEditor)
		b.must(err)
		b.attach("owner@example.nc", r.Company.ID, account.CompanyManager) // as the team lets in whom it knows
		b.must(b.s.Dispute(ctx, token))
		waiting, err := b.s.Waiting(ctx, pm, 10)
		if b.must(err); len(waiting) != 1 {
			t.Fatalf("%+v", waiting)
		}
		b.must(b.s.Decide(ctx, pm, waiting[0].ID, claim.Decision{Reason: "Cette personne n’est pas de l’entreprise."}))
		if got := b.people(r.Company.ID); len(got) != 1 || got["owner@example.nc"] != account.CompanyManager {
			t.Errorf("%v act for it", got)
		}
		if got := b.silenced[r.Company.ID]; len(got) != 3 || got[0] != b.by("paul@atelier.nc").Person {
			t.Errorf("the words of %v are taken back", got)
		}
		_, err = b.accounts.Accept(ctx, b.by("open@example.nc"), open.ID)
		b.want(err, errs.Conflict, "account.invitation_is.revoked")
	})
}
