package claim_test

import (
	"testing"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
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
