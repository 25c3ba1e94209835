package curation_test

import (
	"testing"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// What waits about several cards is read at once, by who acts for all of them, and names nobody who suggested something.
func TestOpenOn(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		a, b, foreign := h.imported("Atelier du Lagon"), h.imported("Bois de Lifou"), h.imported("Ciel")
		ada := h.owner("ada@atelier.example", "Ada", a)
		ada.Companies[b.CompanyID] = account.CompanyEditor
		for _, l := range []listing.Listing{a, foreign} {
			h.suggest(l, listing.Content{City: "Païta"}, "city")
		}
		open, err := h.s.OpenOn(ctx, ada, a, b)
		h.must(err)
		if len(open) != 1 || len(open[a.ID]) != 1 {
			h.t.Errorf("%+v", open)
		}
		for id, changes := range open {
			for _, c := range changes {
				if id != a.ID || c.Listing != a.ID || c.Mail != "" || c.Name != "" {
					h.t.Errorf("%s: %+v", id, c)
				}
			}
		}
		if _, err := h.s.OpenOn(ctx, ada, a, foreign); !errs.Is(err, errs.Forbidden) {
			h.t.Errorf("of a card that is not hers: %v", err)
		}
		if none, err := h.s.OpenOn(ctx, ada); err != nil || len(none) != 0 {
			h.t.Errorf("%v, %v", none, err)
		}
	})
}
