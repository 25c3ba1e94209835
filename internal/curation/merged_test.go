package curation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

func (h *house) merge(into, from listing.Listing) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := h.cards.MergeIn(ctx, tx, listing.Author{Person: h.lise.Person}, into.ID, from.ID); err != nil {
			return err
		}
		return h.s.MergedIn(ctx, tx, h.lise, into.ID, from.ID)
	})
}

func (h *house) part(from listing.Listing) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := h.cards.SplitIn(ctx, tx, listing.Author{Person: h.lise.Person}, from.ID); err != nil {
			return err
		}
		return h.s.PartedIn(ctx, tx, h.lise, from.ID)
	})
}

func (h *house) acting(l listing.Listing) map[string]account.Role {
	h.t.Helper()
	people, err := h.accounts.Acting(h.t.Context(), h.db.Read(), l.CompanyID)
	h.must(err)
	roles := map[string]account.Role{}
	for _, p := range people {
		roles[p.ID] = p.Role
	}
	return roles
}

// Who acts for a card that is merged into one that nobody acts for, acts for that one from then on, and is told. Where the cards are
// parted, they do no more.
func TestMergedTakesItsPeopleAlong(t *testing.T) {
	each(t, func(h *house) {
		kept, gone := h.imported("Creekbit"), h.imported("Creekbit SARL")
		paul := h.owner("paul@creekbit.example", "Paul", gone)
		h.must(h.s.SetTrust(h.t.Context(), h.lise, gone.CompanyID, curation.Watched))
		h.merge(kept, gone)
		letters := h.letters("paul@creekbit.example")
		if len(letters) != 1 || letters[0].Kind != "curation.merged" || letters[0].Letter.Action.URL != "https://grappe.example/nc/espace/fiches/"+kept.ID ||
			!strings.Contains(letters[0].Letter.Subject, "Creekbit SARL") {
			t.Fatalf("%+v", letters)
		}
		trust, err := h.s.TrustOf(h.t.Context(), h.db.Read(), kept.CompanyID)
		if roles := h.acting(kept); err != nil || len(roles) != 1 || roles[paul.Person] != account.CompanyManager || trust != curation.Watched {
			t.Errorf("%v, trust %s, %v", roles, trust, err)
		}
		h.part(gone)
		if here, there := h.acting(kept), h.acting(gone); len(here) != 0 || len(there) != 1 {
			t.Errorf("parted: %v and %v", here, there)
		}
	})
}

// Where others act for the card that stays, a letter tells how to ask to join them.
func TestMergedIntoAnothersCard(t *testing.T) {
	each(t, func(h *house) {
		kept, gone := h.imported("Creekbit"), h.imported("Creekbit SARL")
		ada := h.owner("ada@creekbit.example", "Ada", kept)
		h.owner("paul@creekbit.example", "Paul", gone)
		h.merge(kept, gone)
		letters := h.letters("paul@creekbit.example")
		if len(letters) != 1 || letters[0].Kind != "curation.merged_others" || letters[0].Letter.Action.URL != "https://grappe.example/nc/annuaire/"+kept.Slug {
			t.Fatalf("%+v", letters)
		}
		h.part(gone)
		if roles := h.acting(kept); len(roles) != 1 || roles[ada.Person] == "" || len(h.letters("ada@creekbit.example")) != 0 {
			t.Errorf("%v", roles)
		}
	})
}

// Of a merging that is taken back at once nobody hears.
func TestMergedAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2*time.Minute)
		kept, gone := h.imported("Creekbit"), h.imported("Creekbit SARL")
		h.owner("paul@creekbit.example", "Paul", gone)
		h.merge(kept, gone)
		h.part(gone)
		h.pass(3 * time.Minute)
		_, err := h.queue.RunDue(t.Context())
		h.must(err)
		if letters, roles := h.letters("paul@creekbit.example"), h.acting(kept); len(letters) != 0 || len(roles) != 0 {
			t.Errorf("%+v, %v", letters, roles)
		}
		h.merge(kept, h.card(gone.ID))
		if roles := h.acting(kept); len(roles) != 0 {
			t.Errorf("before it is final: %v", roles)
		}
		h.pass(3 * time.Minute)
		_, err = h.queue.RunDue(t.Context())
		h.must(err)
		if letters, roles := h.letters("paul@creekbit.example"), h.acting(kept); len(letters) != 1 || len(roles) != 1 {
			t.Errorf("%+v, %v", letters, roles)
		}
	})
}
