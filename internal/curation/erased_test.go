package curation_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// erasing is the service of a house which erases a person, and what was said from an address, in another transaction, once, while it
// stores what it was asked for: only PostgreSQL lets two write.
func (h *house) erasing(person, address string) *curation.Service {
	var armed atomic.Bool
	armed.Store(true)
	rooms := h.s.Rooms
	rooms.Queue = nil
	rooms.Now = func() time.Time {
		if armed.CompareAndSwap(true, false) {
			h.must(h.db.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := h.s.EraseAddress(context.Background(), tx, address); err != nil || person == "" {
					return err
				}
				if _, err := h.accounts.Here(context.Background(), tx, person); err != nil {
					return err
				}
				return h.s.Erase(context.Background(), tx, person)
			}))
		}
		return h.now()
	}
	return curation.NewService(rooms)
}

// Who is erased while somebody else writes what has become of their change stays erased.
func TestEraseWhileSomebodyWrites(t *testing.T) {
	h := newHouse(t, dbtest.Postgres(t), time.Minute)
	ctx, l := t.Context(), h.imported("Atelier du Lagon")
	ada, bea := h.owner("ada@atelier.example", "Ada", l), h.owner("bea@atelier.example", "Béa", l)
	h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
	edit := func() curation.Change {
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Koné"}, []string{"city"})
		h.must(err)
		return in.Change
	}
	forgotten := func(when, id string, state curation.State) {
		t.Helper()
		c, _, err := h.s.Followed(ctx, id)
		if h.must(err); c.State != state || c.Person+c.Mail+c.Name+c.Message != "" {
			t.Errorf("%s: %+v", when, c)
		}
	}
	c := edit()
	h.must(h.erasing(ada.Person, "").Withdraw(ctx, bea, c.ID))
	forgotten("withdrawn by a colleague", c.ID, curation.Withdrawn)

	c = edit()
	_, err := h.erasing(ada.Person, "").Submit(ctx, bea, l.ID, l.Version, listing.Content{City: "Païta"}, []string{"city"})
	h.must(err)
	forgotten("written over by a colleague", c.ID, curation.Superseded)

	c = h.suggest(l, listing.Content{Phones: []string{"+687289999"}}, "phones")
	_, err = h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Non."})
	h.must(err)
	h.must(h.erasing("", "passant@exemple.example").Undo(ctx, h.lise, c.ID))
	forgotten("waits again", c.ID, curation.Waiting)

	c = h.suggest(l, listing.Content{Headline: "Peinture"}, "headline")
	_, err = h.erasing("", "passant@exemple.example").Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Non."})
	h.must(err)
	forgotten("refused", c.ID, curation.Refused)
}

// What somebody said of a natural person names them as their address does: nothing of it is left with who is erased, nor long after the
// decision. Where others say the same, theirs waits on.
func TestForgetANaturalPerson(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		proposed := func(address, name string) curation.Change {
			return h.propose(curation.Change{
				Kind: curation.New, State: curation.Waiting, Territory: "nc", Fields: []string{"name", "category", "phones"}, Mail: address, Lang: "fr", About: curation.AboutOwn,
				After:  listing.Content{Name: name, Category: listing.Company, Phones: []string{"+687751010"}},
				Number: curation.Number{Scheme: company.SchemeRIDET, Written: "0 123 455.001"}, Natural: true,
			})
		}
		refuse := func(c curation.Change) {
			_, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Léa, ce n’est pas du numérique."})
			h.must(err)
		}
		blank := func(when string, c curation.Change) {
			h.t.Helper()
			left, _, err := h.s.Followed(ctx, c.ID)
			if h.must(err); left.After.Name != "" || len(left.After.Phones) > 0 || left.Number.Written != "" || left.Reason+left.Mail != "" || left.State != curation.Refused {
				h.t.Errorf("%s: %+v", when, left)
			}
		}
		refused := proposed("lea@exemple.example", "Léa")
		refuse(refused)
		waits, same, next := proposed("lea@exemple.example", "Léa Kanak"), proposed("b@exemple.example", "Léa Kanak"), proposed("c@exemple.example", "Léa Kanak")
		if same.Next != waits.ID || next.Next != waits.ID {
			h.t.Fatalf("%+v, %+v", same, next)
		}
		h.must(h.accounts.EraseAddress(ctx, account.Operator("nc"), "lea@exemple.example"))
		blank("erased", refused)
		if _, _, err := h.s.Followed(ctx, waits.ID); !errs.Is(err, errs.NotFound) {
			h.t.Errorf("what waited: %v", err)
		}
		list, err := h.s.Waiting(ctx, h.lise, curation.Filter{})
		if err != nil || len(list) != 1 || list[0].ID != same.ID || list[0].After.Name != "Léa Kanak" {
			h.t.Fatalf("%+v, %v", list, err)
		}
		if next, _, err = h.s.Followed(ctx, next.ID); err != nil || next.Next != same.ID {
			h.t.Errorf("%+v, %v", next, err)
		}
		refuse(same)
		h.pass(366 * 24 * time.Hour)
		h.must(h.s.Purge(ctx))
		blank("long after the decision", same)
	})
}
