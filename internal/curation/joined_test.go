package curation_test

import (
	"fmt"
	"testing"
	"time"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// said is what somebody suggests, who waits.
func (h *house) said(address string, l listing.Listing, change func(c *curation.Change)) curation.Change {
	h.t.Helper()
	c := curation.Change{
		Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, Base: l.Version, Mail: address, Lang: "fr",
		Fields: []string{"phones"}, After: listing.Content{Phones: []string{"+687289999"}},
	}
	change(&c)
	return h.propose(c)
}

func as(*curation.Change) {}

// Only those who say the same wait together, and what looks like spam leads nobody.
func TestWhoSaysTheSame(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 0)
	l, other := h.imported("Atelier du Lagon"), h.imported("Autre Atelier")
	spam := h.said("spam@exemple.example", l, func(c *curation.Change) { c.Signs = []string{curation.SignTrap} })
	first := h.said("p0@exemple.example", l, as)
	if spam.State != curation.Waiting || first.State != curation.Waiting {
		t.Fatalf("%s, %s", spam.State, first.State)
	}
	for i, test := range []struct {
		change func(c *curation.Change)
		with   string
	}{
		{as, first.ID},
		{func(c *curation.Change) { c.Message = "Il a changé." }, first.ID},
		{func(c *curation.Change) { c.Signs = []string{curation.SignHasty} }, spam.ID},
		{func(c *curation.Change) { c.After.Phones = []string{"+687288888"} }, ""},
		{func(c *curation.Change) { c.Listing = other.ID }, ""},
		{func(c *curation.Change) { c.Fields = []string{"phones", "city"}; c.After.City = "Koné" }, ""},
		{func(c *curation.Change) { c.About = curation.AboutClosed }, ""},
		{func(c *curation.Change) {
			c.Fields, c.About, c.Message = nil, curation.AboutClosed, "Le rideau est baissé."
		}, ""},
		{func(c *curation.Change) {
			c.Fields, c.About, c.Message = nil, curation.AboutClosed, "Elle a déménagé en France."
		}, ""},
	} {
		c := h.said(fmt.Sprintf("q%d@exemple.example", i), l, test.change)
		if test.with != "" && (c.State != curation.Joined || c.Next != test.with) || test.with == "" && (c.State != curation.Waiting || c.Next != "") {
			t.Errorf("%d: %s with %q, want %q", i, c.State, c.Next, test.with)
		}
	}
	last := h.said("r@exemple.example", l, func(c *curation.Change) {
		c.Fields, c.About, c.Message = nil, curation.AboutClosed, "Le RIDEAU est baisse"
	})
	if last.State != curation.Joined {
		t.Errorf("the same words otherwise written: %s", last.State)
	}
	n := curation.Change{
		Kind: curation.New, State: curation.Waiting, Territory: "nc", Mail: "a@exemple.example", Lang: "fr", Fields: []string{"name", "category"},
		After: listing.Content{Name: "Coco", Category: listing.Company},
	}
	h.propose(n)
	n.Mail = "b@exemple.example"
	if c := h.propose(n); c.State != curation.Joined {
		t.Errorf("the same organisation: %s", c.State)
	}
	n.Natural = true
	if c := h.propose(n); c.State != curation.Waiting {
		t.Errorf("one that is a person: %s", c.State)
	}
}

// A decision is that of all who said the same: all are told it once it cannot be taken back, and none of one that was.
func TestVoicesFollowTheDecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, time.Minute)
		ctx, l := t.Context(), h.imported("Atelier du Lagon")
		first := h.said("p0@exemple.example", l, as)
		second := h.said("p1@exemple.example", l, as)
		if _, err := h.s.Voices(ctx, h.owner("ada@atelier.example", "Ada", l), []string{first.ID}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("anybody counts them: %v", err)
		}
		voices, err := h.s.Voices(ctx, h.lea, []string{first.ID, second.ID})
		if h.must(err); len(voices) != 1 || voices[first.ID] != 1 {
			t.Errorf("%v", voices)
		}
		stateOf := func(c curation.Change) curation.State {
			now, _, err := h.s.Followed(ctx, c.ID)
			h.must(err)
			return now.State
		}
		decide := func(take ...string) {
			_, err := h.s.Decide(ctx, h.lise, first.ID, curation.Decision{Take: take, Reason: "Vérifié.", Seen: h.card(l.ID).Version})
			h.must(err)
		}
		decide()
		if stateOf(second) != curation.Refused {
			t.Errorf("%s", stateOf(second))
		}
		h.must(h.s.Undo(ctx, h.lise, first.ID))
		if stateOf(first) != curation.Waiting || stateOf(second) != curation.Joined {
			t.Errorf("taken back, they are %s and %s", stateOf(first), stateOf(second))
		}
		decide("phones")
		h.pass(2 * time.Minute)
		_, err = h.queue.RunDue(ctx)
		h.must(err)
		for _, address := range []string{"p0@exemple.example", "p1@exemple.example"} {
			if letters := h.letters(address); len(letters) != 1 {
				t.Errorf("%s got %d letters", address, len(letters))
			}
		}
		if stateOf(second) != curation.Accepted {
			t.Errorf("%s", stateOf(second))
		}
	})
}

// Who has the link of a change takes it back: it names nobody then, and the next who said the same stands in their place. What is
// decided stays.
func TestWithdrawByLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		ctx, l := t.Context(), h.imported("Atelier du Lagon")
		var all []curation.Change
		for i := range 3 {
			all = append(all, h.said(fmt.Sprintf("p%d@exemple.example", i), l, func(c *curation.Change) { c.Name, c.Message = "Léa", "Un mot" }))
		}
		withdraw := func(c curation.Change) error {
			return d.Write(ctx, func(tx *db.Tx) error { return h.s.WithdrawIn(ctx, tx, c.ID) })
		}
		h.must(withdraw(all[0]))
		h.must(withdraw(all[0]))
		gone, _, err := h.s.Followed(ctx, all[0].ID)
		if h.must(err); gone.State != curation.Withdrawn || gone.Mail+gone.Name+gone.Message+gone.Person != "" {
			t.Errorf("%+v", gone)
		}
		second, _, err := h.s.Followed(ctx, all[1].ID)
		h.must(err)
		third, _, err := h.s.Followed(ctx, all[2].ID)
		if h.must(err); second.State != curation.Waiting || second.Next != "" || third.State != curation.Joined || third.Next != second.ID {
			t.Errorf("%s, %s with %q", second.State, third.State, third.Next)
		}
		_, err = h.s.Decide(ctx, h.lise, second.ID, curation.Decision{Take: second.Fields, Seen: l.Version})
		h.must(err)
		for _, c := range all[1:] {
			if err := withdraw(c); !errs.Is(err, errs.Conflict) {
				t.Errorf("what is decided was taken back: %v", err)
			}
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return h.s.WithdrawIn(ctx, tx, "none") }); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
	})
}

// Who sends the same twice is one voice and gets one letter; and what looks like spam never waits with what does not.
func TestAMailboxHasOneVoice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		ctx, l := t.Context(), h.imported("Atelier du Lagon")
		first := h.said("p0@exemple.example", l, as)
		again := h.said("p0@exemple.example", l, as)
		spam := h.said("p0@exemple.example", l, func(c *curation.Change) { c.Message = "Buy viagra" })
		if again.State != curation.Joined || spam.State != curation.Waiting {
			t.Fatalf("%s, %s", again.State, spam.State)
		}
		h.said("p1@exemple.example", l, as)
		voices, err := h.s.Voices(ctx, h.lea, []string{first.ID, spam.ID})
		if h.must(err); len(voices) != 1 || voices[first.ID] != 1 {
			t.Errorf("%v", voices)
		}
		same, err := h.s.Same(ctx, h.lise, first.ID)
		if h.must(err); len(same) != 1 || same[0].Mail != "p1@exemple.example" {
			t.Errorf("%+v", same)
		}
		_, err = h.s.Decide(ctx, h.lise, first.ID, curation.Decision{Take: []string{"phones"}, Seen: h.card(l.ID).Version})
		h.must(err)
		for _, address := range []string{"p0@exemple.example", "p1@exemple.example"} {
			if letters := h.letters(address); len(letters) != 1 {
				t.Errorf("%s got %d letters", address, len(letters))
			}
		}
	})
}

// Those who wait with another one are neither deleted before their time nor kept for ever.
func TestJoinedEnd(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 0)
	l := h.imported("Atelier du Lagon")
	h.said("p0@exemple.example", l, as)
	second := h.said("p1@exemple.example", l, as)
	h.must(h.s.Purge(t.Context()))
	if c, _, err := h.s.Followed(t.Context(), second.ID); err != nil || c.State != curation.Joined {
		t.Fatalf("%s %v", c.State, err)
	}
	h.pass(400 * 24 * time.Hour)
	h.must(h.s.Purge(t.Context()))
	if c, _, err := h.s.Followed(t.Context(), second.ID); err != nil || c.State != curation.Expired {
		t.Errorf("%s %v", c.State, err)
	}
}

// What owners never answer ends, and all who said it are told, once.
func TestOfferNobodyAnswers(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Phones: []string{"+687250000"}}, []string{"phones"})
		h.must(err)
		l = out.Listing
		first := h.suggest(l, listing.Content{Phones: []string{"+687259999"}}, "phones")
		second := h.propose(curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, Base: l.Version, Fields: []string{"phones"},
			After: listing.Content{Phones: []string{"+687259999"}}, Mail: "autre@exemple.example", Lang: "fr",
		})
		d, err := h.s.Decide(ctx, h.lise, first.ID, curation.Decision{Take: []string{"phones"}, Seen: l.Version})
		if h.must(err); d.State != curation.Offered || second.State != curation.Joined {
			t.Fatalf("%s, %s", d.State, second.State)
		}
		h.pass(59 * 24 * time.Hour)
		h.must(h.s.Purge(ctx))
		if got := len(h.letters("passant@exemple.example")) + len(h.letters("autre@exemple.example")); got != 0 {
			t.Errorf("%d letters before its end", got)
		}
		h.pass(2 * 24 * time.Hour)
		for range 2 {
			h.must(h.s.Purge(ctx))
		}
		for id, address := range map[string]string{first.ID: "passant@exemple.example", second.ID: "autre@exemple.example"} {
			c, _, err := h.s.Change(ctx, h.lise, id)
			letters := h.letters(address)
			if h.must(err); c.State != curation.Expired || len(letters) != 1 || letters[0].Kind != "curation.decided" {
				t.Errorf("%s is %s, told by %d letters", address, c.State, len(letters))
			}
		}
		if now := h.card(l.ID); now.Phones[0] != "+687250000" {
			t.Errorf("the card says %v", now.Phones)
		}
	})
}

// What looks like spam is put away without a word to anybody, and can be taken back; what does not is answered.
func TestDiscard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, time.Minute)
		l := h.imported("Atelier du Lagon")
		trap := func(c *curation.Change) { c.Signs = []string{curation.SignTrap} }
		spam, again := h.said("spam@exemple.example", l, trap), h.said("encore@exemple.example", l, trap)
		silent := curation.Decision{Silent: true}
		if _, err := h.s.Decide(t.Context(), h.lise, h.said("ada@exemple.example", l, as).ID, silent); !errs.Is(err, errs.Invalid) {
			t.Errorf("what does not look like spam: %v", err)
		}
		for range 2 {
			c, err := h.s.Decide(t.Context(), h.lise, spam.ID, silent)
			if err != nil || c.State != curation.Refused {
				t.Fatalf("%+v, %v", c, err)
			}
			if other, _, err := h.s.Change(t.Context(), h.lise, again.ID); err != nil || other.State != curation.Refused {
				t.Errorf("who said the same: %+v, %v", other, err)
			}
			if !h.s.Undoable(h.lise, c, h.now()) {
				t.Fatal("it cannot be taken back")
			}
			h.must(h.s.Undo(t.Context(), h.lise, spam.ID))
		}
		_, err := h.s.Decide(t.Context(), h.lise, spam.ID, silent)
		h.must(err)
		h.pass(time.Hour)
		_, err = h.queue.RunDue(t.Context())
		h.must(err)
		if n := len(h.letters("spam@exemple.example")) + len(h.letters("encore@exemple.example")); n > 0 {
			t.Errorf("%d letters", n)
		}
	})
}

// What the team never answers ends, and its author is told, once; who said the same later waits on in its place.
func TestNobodyDecides(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		first, again := h.said("a@exemple.example", l, as), h.said("a@exemple.example", l, func(c *curation.Change) { c.Message = "Il a changé." })
		spam := h.said("spam@exemple.example", l, func(c *curation.Change) { c.Signs = []string{curation.SignTrap} })
		h.pass(350 * 24 * time.Hour)
		second, third := h.said("b@exemple.example", l, as), h.said("c@exemple.example", l, as)
		h.pass(20 * 24 * time.Hour)
		h.must(h.s.Purge(ctx))
		for id, want := range map[string]curation.State{
			first.ID: curation.Expired, again.ID: curation.Expired, spam.ID: curation.Expired, second.ID: curation.Waiting, third.ID: curation.Joined,
		} {
			if c, _, err := h.s.Followed(ctx, id); err != nil || c.State != want || want == curation.Joined && c.Next != second.ID {
				t.Errorf("%+v, %v, want %s", c, err, want)
			}
		}
		if list, err := h.s.Waiting(ctx, h.lise, curation.Filter{}); err != nil || len(list) != 1 || list[0].ID != second.ID {
			t.Errorf("%+v, %v", list, err)
		}
		letters := h.letters("a@exemple.example")
		if len(letters) != 1 || letters[0].Letter.Subject != "Votre signalement sur la fiche Atelier du Lagon est resté sans réponse" {
			t.Errorf("%+v", letters)
		}
		if n := len(h.letters("spam@exemple.example")) + len(h.letters("b@exemple.example")); n > 0 {
			t.Errorf("%d letters too many", n)
		}
	})
}
