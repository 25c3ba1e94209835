package curation_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, curation.Texts)
	localetest.Used(t, ".", keys)
}

// A suggestion waits once its address is confirmed, tells the owner, and belongs to the account of that address.
func TestConfirmed(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		h.owner("ada@atelier.example", "Ada", l)
		c := h.propose(curation.Change{Kind: curation.Suggestion, Territory: "nc", Listing: l.ID, After: listing.Content{City: "Païta"}, Fields: []string{"city"}, Mail: "rene@grappe.example", Lang: "fr"})
		if n, err := h.s.Tally(ctx, h.lea); c.State != curation.Unconfirmed || err != nil || len(n) != 0 {
			t.Fatalf("%+v, %v, %v", c, n, err)
		}
		for range 2 {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				c, err = h.s.Confirmed(ctx, tx, c.ID)
				return err
			})
		}
		if n, err := h.s.Tally(ctx, h.lea); c.State != curation.Waiting || c.Person != h.rene.Person || err != nil || n[curation.Suggestion].N != 1 {
			t.Fatalf("%+v, %v, %v", c, n, err)
		}
		if letters := h.letters("ada@atelier.example"); len(letters) != 1 || letters[0].Kind != "curation.suggested" {
			t.Errorf("%+v", letters)
		}
		if mine, err := h.s.Mine(ctx, h.rene); err != nil || len(mine) != 1 {
			t.Errorf("%+v, %v", mine, err)
		}
		spam := h.suggest(l, listing.Content{Headline: "Casino https://a.example"}, "headline")
		if len(spam.Signs) == 0 || len(h.letters("ada@atelier.example")) != 1 {
			t.Errorf("spam goes to the owner: %v", spam.Signs)
		}
		if tallies, err := h.s.Tally(ctx, h.lea); err != nil || tallies[curation.Suggestion] != (curation.Tally{N: 1, Oldest: c.ConfirmedAt, Doubtful: 1}) {
			t.Errorf("%+v, %v", tallies, err)
		}
		yes, no := true, false
		for want, f := range map[string]curation.Filter{"headline": {Suspicious: &yes}, "city": {Suspicious: &no, Kind: curation.Suggestion}} {
			if list, err := h.s.Waiting(ctx, h.lea, f); err != nil || len(list) != 1 || list[0].Fields[0] != want || strings.Contains(list[0].Mail, "passant") {
				t.Errorf("%s: %+v, %v", want, list, err)
			}
		}
		h.suggest(h.imported("Autre"), listing.Content{City: "Dumbéa"}, "city")
		if list, err := h.s.Waiting(ctx, h.lea, curation.Filter{Limit: 2}); err != nil || len(list) != 2 || list[0].Suspicious() || list[1].Suspicious() {
			t.Errorf("one that looks like spam takes the place of another: %+v, %v", list, err)
		}
	})
}

// Who is erased is named nowhere, before the decision and after it; who decides at the same time writes to nobody, or before.
// What the team should see before all else is in the first list that is read, however late it came; then who confirmed first.
func TestWaitingOrder(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier")
		said := func(mail, about string, signs ...string) string {
			return h.propose(curation.Change{Kind: curation.Suggestion, Territory: "nc", Listing: l.ID, About: about, Message: "Regardez, dit " + mail, Signs: signs, Mail: mail, Lang: "fr"}).ID
		}
		spam, last := said("a@exemple.example", curation.AboutOffence, curation.SignTrap), said("b@exemple.example", curation.AboutOther)
		first, offence := said("c@exemple.example", curation.AboutOther), said("d@exemple.example", curation.AboutOffence)
		for _, id := range []string{spam, first, last, offence} {
			h.pass(time.Hour)
			h.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.s.Confirmed(ctx, tx, id)
				return err
			})
		}
		want := []string{offence, first, last, spam}
		for limit := 1; limit <= len(want); limit++ {
			list, err := h.s.Waiting(t.Context(), h.lea, curation.Filter{Kind: curation.Suggestion, Limit: limit})
			var got []string
			for _, c := range list {
				got = append(got, c.ID)
			}
			if err != nil || !slices.Equal(got, want[:limit]) {
				t.Errorf("%v, %v, want %v", got, err, want[:limit])
			}
		}
	})
}

func TestErase(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		bob := h.owner("bob@exemple.example", "Bob", h.imported("Autre"))
		one := h.suggest(l, listing.Content{City: "Dumbéa"}, "city")
		mine := h.propose(curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, After: listing.Content{Headline: "Autre"}, Fields: []string{"headline"},
			Mail: "bob@exemple.example", Name: "Bob", Message: "C’est Bob.", Lang: "fr",
		})
		export, err := h.accounts.Export(ctx, bob)
		h.must(err)
		if text, err := json.Marshal(export); err != nil || !strings.Contains(string(text), "C’est Bob.") {
			t.Fatalf("%s, %v", text, err)
		}
		h.must(h.accounts.AskErasure(ctx, bob))
		h.pass(15 * 24 * time.Hour)
		var wait sync.WaitGroup
		for _, f := range []func() error{
			func() error { return h.accounts.EraseDue(context.WithoutCancel(ctx)) },
			func() error {
				_, err := h.s.Decide(context.WithoutCancel(ctx), h.lise, mine.ID, curation.Decision{Take: []string{"headline"}, Seen: l.Version})
				return err
			},
		} {
			wait.Go(func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		c, _, err := h.s.Change(ctx, h.lise, mine.ID)
		if err != nil || c.State != curation.Accepted || c.Person+c.Mail+c.Name+c.Message != "" || h.card(l.ID).Headline != "Autre" {
			t.Errorf("%+v, %v", c, err)
		}
		if c, _, err := h.s.Change(ctx, h.lise, one.ID); err != nil || c.Mail == "" {
			t.Errorf("another's: %+v, %v", c, err)
		}
	})
}

// What is past its time goes; what was decided long since names nobody.
func TestPurge(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		unconfirmed := h.propose(curation.Change{Kind: curation.Suggestion, Territory: "nc", Listing: l.ID, Message: "Faux", Mail: "a@b.example", Lang: "fr"})
		decided := h.suggest(l, listing.Content{City: "Dumbéa"}, "city")
		_, err := h.s.Decide(ctx, h.lise, decided.ID, curation.Decision{Reason: "Non."})
		h.must(err)
		waiting := h.suggest(l, listing.Content{City: "Païta"}, "city")
		state := func(id string) curation.State {
			c, _, err := h.s.Change(ctx, h.lise, id)
			if errs.Is(err, errs.NotFound) {
				return "gone"
			}
			h.must(err)
			if c.Mail == "" && c.Reason == "" {
				return c.State + " unnamed"
			}
			return c.State
		}
		for _, step := range []struct {
			at                             time.Time
			unconfirmed, decided, waitings curation.State
		}{
			{h.now().Add(6 * 24 * time.Hour), curation.Unconfirmed, curation.Refused, curation.Waiting},
			{h.now().Add(8 * 24 * time.Hour), "gone", curation.Refused, curation.Waiting},
			{h.now().AddDate(0, 12, 1), "gone", "refused unnamed", curation.Expired},
			{h.now().AddDate(0, 25, 1), "gone", "gone", "expired unnamed"},
		} {
			h.pass(step.at.Sub(h.now()))
			h.must(h.s.Purge(ctx))
			if u, d, w := state(unconfirmed.ID), state(decided.ID), state(waiting.ID); u != step.unconfirmed || d != step.decided || w != step.waitings {
				t.Errorf("%v: %s, %s, %s", step.at, u, d, w)
			}
		}
	})
}

// Only the author, and the company of an edit, withdraw; the team sees that they did.
func TestWithdraw(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		h.must(err)
		other := h.suggest(l, listing.Content{City: "Païta"}, "city")
		if err := h.s.Withdraw(ctx, ada, other.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another's: %v", err)
		}
		h.must(h.s.Withdraw(ctx, ada, in.Change.ID))
		_, err = h.s.Decide(ctx, h.lise, in.Change.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
		if e := errs.As(err); e == nil || e.Key != "curation.withdrawn_already" {
			t.Errorf("%v", err)
		}
		list, err := h.s.OfListing(ctx, ada, l.ID)
		if err != nil || len(list) != 2 || list[0].Mail != "" || list[1].State != curation.Withdrawn {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// Somebody of the team has looked at something: once, until it is taken back.
func TestSeen(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		if err := h.s.MarkSeen(ctx, h.lea, curation.SeenRun, "run", true); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		h.must(h.s.MarkSeen(ctx, h.lise, curation.SeenRun, "run", true))
		h.must(h.s.MarkSeen(ctx, h.rene, curation.SeenRun, "run", true))
		looks, err := h.s.SeenAmong(ctx, h.db.Read(), curation.SeenRun, []string{"run", "other"})
		if err != nil || len(looks) != 1 || looks["run"].Person != h.lise.Person {
			t.Fatalf("%+v, %v", looks, err)
		}
		h.must(h.s.MarkSeen(ctx, h.lise, curation.SeenRun, "run", false))
		if looks, err := h.s.SeenAmong(ctx, h.db.Read(), curation.SeenRun, []string{"run"}); err != nil || len(looks) != 0 {
			t.Fatalf("%+v, %v", looks, err)
		}
	})
}

// Who has no account is erased by their address: what they said stays and names nobody, what they did not confirm goes, and the letters
// to them too. An address that has an account is erased with it.
func TestEraseAnAddress(t *testing.T) {
	each(t, func(h *house) {
		ctx, l, operator := h.t.Context(), h.imported("Atelier du Lagon"), account.Operator("nc")
		kept := h.suggest(l, listing.Content{Phones: []string{"+687289999"}}, "phones")
		gone := h.propose(curation.Change{
			Kind: curation.Suggestion, Territory: "nc", Listing: l.ID, Mail: "passant@exemple.example", Name: "Un passant", Lang: "fr", Message: "Un mot", About: curation.AboutOther,
		})
		if err := h.accounts.EraseAddress(ctx, h.lise, "passant@exemple.example"); !errs.Is(err, errs.Forbidden) {
			h.t.Errorf("anybody erases: %v", err)
		}
		h.must(h.accounts.EraseAddress(ctx, operator, "Passant@exemple.example"))
		c, _, err := h.s.Followed(ctx, kept.ID)
		if h.must(err); c.Mail+c.Name+c.Message != "" || c.State != curation.Waiting {
			h.t.Errorf("%+v", c)
		}
		if _, _, err := h.s.Followed(ctx, gone.ID); !errs.Is(err, errs.NotFound) {
			h.t.Error(err)
		}
		if err := h.accounts.EraseAddress(ctx, operator, "passant@exemple.example"); !errs.Is(err, errs.NotFound) {
			h.t.Errorf("again: %v", err)
		}
		if err := h.accounts.EraseAddress(ctx, operator, "lise@grappe.example"); !errs.Is(err, errs.Conflict) {
			h.t.Errorf("one with an account: %v", err)
		}
	})
}

// What persons wrote for a company that they never spoke for is taken back, and nobody else's.
func TestWithdrawOf(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		h.must(err)
		for _, step := range []struct {
			persons []string
			want    curation.State
		}{{[]string{"somebody else"}, curation.Waiting}, {[]string{"somebody else", ada.Person}, curation.Withdrawn}} {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				return h.s.WithdrawOf(ctx, tx, h.lise, l.CompanyID, step.persons)
			})
			c, _, err := h.s.Change(ctx, h.lise, in.Change.ID)
			if h.must(err); c.State != step.want {
				t.Errorf("of %v: %s", step.persons, c.State)
			}
		}
	})
}
