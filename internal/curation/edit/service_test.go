package edit

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/ui/uitest"
)

// What is typed is kept, found again, and goes when it is thrown away or is what the card says.
func TestDraft(t *testing.T) {
	each(t, func(h *house) {
		h.opens(h.louise, Owner, Essential).saves()
		if n := len(h.drafts(h.louise)); n != 0 {
			t.Fatalf("%d drafts of who typed nothing", n)
		}
		h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
		h.clock = h.clock.Add(time.Hour)
		sheet := h.opens(h.louise, Owner, Contact).types("phones", "24 12 34", "12").saves()
		if !slices.Equal(sheet.Changed, []string{"headline", "phones"}) || len(sheet.Faults) != 1 || sheet.Draft.SavedAt != h.clock || sheet.Draft.Base != h.l.Version {
			t.Fatalf("changed %v, faults %v, draft %+v", sheet.Changed, sheet.Faults, sheet.Draft)
		}
		again, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
		h.must(err)
		if again.Content.Headline != "Une autre accroche" || again.Draft.Typed["phones"]["phones"][1] != "12" || h.now().Headline == "Une autre accroche" {
			t.Errorf("found again: %+v", again.Draft)
		}
		if sheet, err = h.s.Open(t.Context(), h.owner("autre@lagon.example", "Paul", h.l), Owner, h.l.ID); err != nil || !sheet.Draft.Empty() {
			t.Errorf("another person sees %+v, %v", sheet.Draft, err)
		}
		b := h.opens(h.louise, Owner, Contact)
		b.types("phones", card().Phones...).saves()
		h.opens(h.louise, Owner, Essential).types("headline", card().Headline).saves()
		if n := len(h.drafts(h.louise)); n != 0 {
			t.Errorf("%d drafts of who went back to what the card says", n)
		}
		h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
		h.must(h.s.Discard(t.Context(), h.louise, h.l.ID))
		if n := len(h.drafts(h.louise)); n != 0 {
			t.Errorf("%d drafts after it was thrown away", n)
		}
	})
}

// Who is trusted publishes at once, in the owner's name; who changed nothing vouches for the card.
func TestPublish(t *testing.T) {
	each(t, func(h *house) {
		h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
		h.clock = h.clock.Add(time.Hour)
		out := h.publishes(h.louise, Owner)
		l := h.now()
		if !out.Published || !slices.Equal(out.Changed, []string{"headline"}) || l.Headline != "Une autre accroche" || l.Provenance["headline"].Kind != company.FromOwner || !l.ConfirmedAt.Equal(h.clock) {
			t.Fatalf("%+v, card %+v", out, l)
		}
		if len(h.drafts(h.louise)) != 0 {
			t.Error("the draft is still there")
		}
		revisions, err := listing.Reader{}.Revisions(t.Context(), h.db.Read(), l.ID, "", 10)
		h.must(err)
		if len(revisions) != 1 || revisions[0].Person != h.louise.Person {
			t.Errorf("%+v", revisions)
		}
		h.clock = h.clock.Add(24 * time.Hour)
		out = h.publishes(h.louise, Owner)
		if !out.Published || len(out.Changed) != 0 || !h.now().ConfirmedAt.Equal(h.clock) {
			t.Errorf("%+v, confirmed %v", out, h.now().ConfirmedAt)
		}
		h.clock = h.clock.Add(24 * time.Hour)
		if _, err := h.s.Confirm(t.Context(), h.louise, l.ID, h.now().Version); err != nil || !h.now().ConfirmedAt.Equal(h.clock) {
			t.Errorf("%v, confirmed %v", err, h.now().ConfirmedAt)
		}
	})
}

// What is faulty is not published, wherever it is.
func TestFaultsAreNotPublished(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Contact).types("websites", "javascript:alert(1)").saves()
	_, err := h.s.Publish(t.Context(), h.louise, Owner, h.l.ID, h.now().Version)
	if e := errs.As(err); !errs.Is(err, errs.Invalid) || len(e.Fields) != 1 || e.Fields[0].Name != "websites" {
		t.Errorf("%v", err)
	}
	if len(h.drafts(h.louise)) != 1 || h.now().Version != h.l.Version {
		t.Error("something was lost, or written")
	}
}

// What a newcomer writes waits, is found again in the form, goes on with it, and can be taken back.
func TestNewcomer(t *testing.T) {
	each(t, func(h *house) {
		h.trust(curation.Newcomer)
		h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").types("name", "Lagon & Cie").saves()
		out := h.publishes(h.louise, Owner)
		if out.Published || out.Change.ID == "" || h.now().Headline != card().Headline || len(h.drafts(h.louise)) != 0 {
			t.Fatalf("%+v", out)
		}
		sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
		h.must(err)
		if !sheet.Waits() || !slices.Equal(sheet.Changed, []string{"name", "headline"}) || sheet.Content.Name != "Lagon & Cie" {
			t.Fatalf("%+v", sheet.Changed)
		}
		if again := h.publishes(h.louise, Owner); again.Change.ID != out.Change.ID {
			t.Error("the same was submitted twice")
		}
		// A colleague adds something, and takes the name back.
		paul := h.owner("paul@lagon.example", "Paul", h.l)
		h.opens(paul, Owner, Contact).types("phones", "24 12 34").saves()
		h.opens(paul, Owner, Essential).types("name", h.l.Name).saves()
		more := h.publishes(paul, Owner)
		if !slices.Equal(more.Change.Fields, []string{"headline", "phones"}) || more.Change.After.Headline != "Une autre accroche" {
			t.Errorf("submitted %v", more.Change.Fields)
		}
		// All of it is taken back in the form: nothing waits any more.
		h.opens(paul, Owner, Contact).types("phones", card().Phones...).saves()
		h.opens(paul, Owner, Essential).types("headline", card().Headline).saves()
		if last := h.publishes(paul, Owner); last.Change.ID != "" {
			t.Errorf("%+v waits", last.Change)
		}
		if sheet, err = h.s.Open(t.Context(), h.louise, Owner, h.l.ID); err != nil || sheet.Pending != nil || len(sheet.Changed) > 0 {
			t.Errorf("waiting %+v, changed %v, %v", sheet.Pending, sheet.Changed, err)
		}
		h.opens(h.louise, Owner, Essential).types("headline", "Encore une").saves()
		h.publishes(h.louise, Owner)
		if taken, err := h.s.TakeBack(t.Context(), h.louise, h.l.ID); !taken || err != nil {
			t.Fatalf("%v, %v", taken, err)
		}
		if sheet, err = h.s.Open(t.Context(), h.louise, Owner, h.l.ID); err != nil || sheet.Pending != nil {
			t.Errorf("waiting %+v, %v", sheet.Pending, err)
		}
	})
}

// What a colleague submits while somebody has a draft of their own goes on waiting beside what that one submits, also where it clashes.
func TestColleaguesEditGoesOnWaiting(t *testing.T) {
	each(t, func(h *house) {
		h.trust(curation.Newcomer)
		paul := h.owner("paul@lagon.example", "Paul", h.l)
		h.opens(paul, Owner, Contact).types("phones", "24 12 34").saves()
		h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
		h.publishes(h.louise, Owner)
		out := h.publishes(paul, Owner)
		if !slices.Equal(out.Change.Fields, []string{"headline", "phones"}) || out.Change.After.Headline != "Une autre accroche" {
			t.Errorf("submitted %v", out.Change.Fields)
		}
		// Paul takes his phones back, and clashes with the team: nothing that waits is lost by that.
		h.opens(paul, Owner, Contact).types("phones", card().Phones...).saves()
		_, err := h.curation.Submit(t.Context(), h.jules, h.l.ID, h.l.Version, listing.Content{Headline: "L’accroche de l’équipe"}, []string{"headline"})
		h.must(err)
		if _, err := h.s.Publish(t.Context(), paul, Owner, h.l.ID, h.now().Version); !errs.Is(err, errs.Conflict) {
			t.Fatalf("%v", err)
		}
		if sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID); err != nil || sheet.Pending == nil || sheet.Pending.ID != out.Change.ID {
			t.Errorf("waiting %+v, %v", sheet.Pending, err)
		}
		_, err = h.s.Settle(t.Context(), paul, Owner, h.l.ID, h.now().Version, nil)
		h.must(err)
		h.publishes(paul, Owner)
		if sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID); err != nil || sheet.Pending != nil {
			t.Errorf("what was taken back waits: %+v, %v", sheet.Pending, err)
		}
	})
}

// Two people change the same card: what is apart is joined, what is the same is a choice, and nothing is lost.
func TestConflict(t *testing.T) {
	each(t, func(h *house) {
		paul := h.owner("paul@lagon.example", "Paul", h.l)
		h.opens(h.louise, Owner, Essential).types("headline", "L’accroche de Louise").types("name", "Lagon & Cie").saves()
		h.opens(paul, Owner, Essential).types("headline", "L’accroche de Paul").saves()
		h.opens(paul, Owner, Contact).types("phones", "24 12 34").saves()
		h.publishes(paul, Owner)

		_, err := h.s.Publish(t.Context(), h.louise, Owner, h.l.ID, h.now().Version)
		if _, ok := errors.AsType[*curation.Clash](err); !ok || len(h.drafts(h.louise)) != 1 {
			t.Fatalf("%v, %d drafts", err, len(h.drafts(h.louise)))
		}
		m, err := h.s.Meet(t.Context(), h.louise, Owner, h.l.ID, 0)
		h.must(err)
		if !slices.Equal(m.Both, []string{"headline"}) || !slices.Equal(m.Mine, []string{"name"}) || !slices.Equal(m.Theirs, []string{"phones"}) || m.Draft.Was.Headline != card().Headline {
			t.Fatalf("both %v, mine %v, theirs %v", m.Both, m.Mine, m.Theirs)
		}
		if _, err = h.s.Settle(t.Context(), h.louise, Owner, h.l.ID, h.l.Version, []string{"name"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a choice made from an older card: %v", err)
		}
		sheet, err := h.s.Settle(t.Context(), h.louise, Owner, h.l.ID, h.now().Version, []string{"name"})
		h.must(err)
		if !slices.Equal(sheet.Changed, []string{"name"}) || sheet.Content.Headline != "L’accroche de Paul" {
			t.Errorf("settled %v", sheet.Changed)
		}
		h.publishes(h.louise, Owner)
		if l := h.now(); l.Name != "Lagon & Cie" || l.Headline != "L’accroche de Paul" || l.Phones[0] != "+687241234" {
			t.Errorf("%+v", l.Content)
		}
	})
}

// Two people who change other fields do not meet at all.
func TestApart(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	paul := h.owner("paul@lagon.example", "Paul", h.l)
	h.opens(h.louise, Owner, Essential).types("name", "Lagon & Cie").saves()
	h.opens(paul, Owner, Essential).types("headline", "L’accroche de Paul").saves()
	h.publishes(paul, Owner)
	h.publishes(h.louise, Owner)
	if l := h.now(); l.Name != "Lagon & Cie" || l.Headline != "L’accroche de Paul" {
		t.Errorf("%+v", l.Content)
	}
}

// One person has the card in two tabs: what one tab leaves alone it does not take back, and what both change is a choice.
func TestTwoTabs(t *testing.T) {
	each(t, func(h *house) {
		one, two := h.opens(h.louise, Owner, Essential), h.opens(h.louise, Owner, Essential)
		one.types("headline", "Du premier onglet").saves()
		h.publishes(h.louise, Owner)
		sheet := two.types("name", "Lagon & Cie").saves()
		if !slices.Equal(sheet.Changed, []string{"name"}) || sheet.Draft.Base != h.l.Version || sheet.Draft.Was.Headline != card().Headline {
			t.Fatalf("changed %v since %d", sheet.Changed, sheet.Draft.Base)
		}
		h.publishes(h.louise, Owner)
		if l := h.now(); l.Name != "Lagon & Cie" || l.Headline != "Du premier onglet" {
			t.Fatalf("%+v", l.Content)
		}
		two.types("headline", "Du deuxième onglet").saves()
		if _, err := h.s.Publish(t.Context(), h.louise, Owner, h.l.ID, h.now().Version); !errs.Is(err, errs.Conflict) {
			t.Errorf("the other tab was overwritten: %v", err)
		}
		m, err := h.s.Meet(t.Context(), h.louise, Owner, h.l.ID, 0)
		h.must(err)
		if !slices.Equal(m.Both, []string{"headline"}) || len(m.Mine) > 0 || len(m.Theirs) > 0 {
			t.Errorf("both %v, mine %v, theirs %v", m.Both, m.Mine, m.Theirs)
		}
	})
}

// What another tab types while one publishes is kept, on the card as it stands then.
func TestTypedWhilePublishing(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	sheet := h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	h.opens(h.louise, Owner, Contact).types("phones", "24 12 34").saves()
	out, err := h.curation.Submit(t.Context(), h.louise, h.l.ID, sheet.Draft.Base, sheet.Content, sheet.Changed)
	h.must(err)
	h.must(h.s.done(t.Context(), h.louise, sheet, out))
	left := h.drafts(h.louise)
	if len(left) != 1 || left[0].Base != out.Listing.Version || len(left[0].Typed) != 1 || left[0].Was.Headline != "Une accroche" {
		t.Errorf("left %+v", left)
	}
}

// A card that was merged meanwhile says of which it is part, and what was typed can be carried over.
func TestMergedMeanwhile(t *testing.T) {
	each(t, func(h *house) {
		h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
		h.opens(h.louise, Owner, Contact).types("phones", "24 12 34").saves()
		other := h.imported("Ateliers du Lagon SARL")
		_, err := h.cards.Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, other.ID, h.l.ID)
		h.must(err)
		_, err = h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
		closed, ok := IsClosed(err)
		if !ok || !errs.Is(err, errs.Gone) || closed.Into.Listing.ID != other.ID || closed.Carry || closed.Sheet == nil || closed.Sheet.Content.Headline != "Une accroche" {
			t.Fatalf("%v %+v", err, closed)
		}
		if _, err := h.s.CarryOver(t.Context(), h.louise, Owner, h.l.ID); !errs.Is(err, errs.Gone) {
			t.Errorf("carried over to a card of others: %v", err)
		}
		h.louise.Companies[other.CompanyID] = account.CompanyEditor
		h.l.ID, other.ID = other.ID, h.l.ID
		h.opens(h.louise, Owner, Contact).types("phones", "24 99 99").saves()
		h.l.ID, other.ID = other.ID, h.l.ID
		into, err := h.s.CarryOver(t.Context(), h.louise, Owner, h.l.ID)
		if err != nil || into != other.ID {
			t.Fatalf("%q %v", into, err)
		}
		drafts := h.drafts(h.louise)
		if len(drafts) != 1 || drafts[0].Listing != other.ID || drafts[0].Typed["headline"].Get("headline") != "Une accroche" || drafts[0].Typed["phones"].Get("phones") != "24 99 99" {
			t.Errorf("%+v", drafts)
		}
	})
}

// Who has left the company, and whose card is gone, still sees what they had typed, and nothing else.
func TestLeftAndGone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	stranger := h.owner("etranger@example.nc", "Étranger", h.imported("Autre"))
	for name, tt := range map[string]struct {
		by   account.Actor
		id   string
		kind errs.Kind
	}{
		"a stranger":           {stranger, h.l.ID, errs.Forbidden},
		"no such card":         {h.louise, "none", errs.NotFound},
		"a visitor":            {account.Actor{Territory: "nc"}, h.l.ID, errs.Unauthenticated},
		"of another territory": {account.Actor{Person: h.louise.Person, Territory: "nc", Companies: h.louise.Companies}, "elsewhere", errs.NotFound},
	} {
		_, err := h.s.Open(t.Context(), tt.by, Owner, tt.id)
		if closed, ok := IsClosed(err); !errs.Is(err, tt.kind) || ok && closed.Sheet != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	left := h.louise
	left.Companies = nil
	_, err := h.s.Open(t.Context(), left, Owner, h.l.ID)
	if closed, ok := IsClosed(err); !ok || !errs.Is(err, errs.Forbidden) || closed.Sheet == nil {
		t.Errorf("who left: %v", err)
	}
	for _, f := range []func() error{
		func() error { _, err := h.s.Publish(t.Context(), left, Owner, h.l.ID, h.now().Version); return err },
		func() error { _, err := h.s.Confirm(t.Context(), left, h.l.ID, h.l.Version); return err },
		func() error {
			_, _, err := h.s.Save(t.Context(), left, Owner, h.l.ID, Essential, Input{Version: 1, Form: url.Values{"headline": {"Une accroche"}}})
			return err
		},
		func() error {
			_, err := h.s.SetLogo(t.Context(), left, Owner, h.l.ID, 1, "x.png", picturePNG(t))
			return err
		},
	} {
		if err := f(); !errs.Is(err, errs.Forbidden) {
			t.Errorf("who left may write: %v", err)
		}
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return listing.Store{}.Delete(ctx, tx, []string{h.l.ID}, h.clock)
	})
	_, err = h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
	if closed, ok := IsClosed(err); !ok || !errs.Is(err, errs.NotFound) || closed.Sheet == nil || closed.Sheet.Content.Headline != "Une accroche" {
		t.Errorf("a card that is gone: %v", err)
	}
}

// The team edits as the team: what the owner wrote is locked, whatever a form says.
func TestTeam(t *testing.T) {
	each(t, func(h *house) {
		h.opens(h.louise, Owner, Essential).types("headline", "Les mots de Louise").saves()
		h.publishes(h.louise, Owner)
		b := h.opens(h.jules, Team, Essential)
		sheet := b.types("headline", "Les mots de l’équipe").types("name", "Lagon").saves()
		if !slices.Equal(sheet.Locked, []string{"headline"}) || !slices.Equal(sheet.Changed, []string{"name"}) {
			t.Fatalf("locked %v, changed %v", sheet.Locked, sheet.Changed)
		}
		who, err := h.pages.authors(t.Context(), h.jules, &sheet, sheet.Locked)
		if err != nil || who["headline"].Name != "Louise Téin" {
			t.Errorf("written by %v, %v", who, err)
		}
		h.publishes(h.jules, Team)
		if l := h.now(); l.Name != "Lagon" || l.Provenance["name"].Kind != company.FromStaff || l.Headline != "Les mots de Louise" {
			t.Errorf("%+v", l)
		}
		if _, err := h.s.Open(t.Context(), h.jules, Owner, h.l.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the team by the owner's door: %v", err)
		}
		if _, err := h.s.Open(t.Context(), h.louise, Team, h.l.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the owner by the team's door: %v", err)
		}
		// Nobody acts for the company any more: nobody but the team can mend its words.
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM company_people")
			return err
		})
		h.opens(h.jules, Team, Essential).types("headline", "Corrigé").saves()
		h.publishes(h.jules, Team)
		if l := h.now(); l.Headline != "Corrigé" {
			t.Errorf("%+v", l.Content)
		}
	})
}

// A form that names a version that the card never had is refused; one of an older version stands on what the card said then.
func TestVersions(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for _, version := range []int64{0, -1, h.l.Version + 1, 1 << 60} {
		b := h.opens(h.louise, Owner, Essential).types("name", "X")
		b.input.Version = version
		if _, _, err := h.s.Save(t.Context(), h.louise, Owner, h.l.ID, Essential, b.input); !errs.Is(err, errs.Usage) {
			t.Errorf("version %d: %v", version, err)
		}
	}
	if len(h.drafts(h.louise)) != 0 {
		t.Error("something was kept")
	}
}

func TestLogo(t *testing.T) {
	each(t, func(h *house) {
		h.trust(curation.Newcomer)
		h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
		for name, data := range map[string]string{"an SVG": `<svg xmlns="http://www.w3.org/2000/svg"></svg>`, "a text": "hello", "a begun picture": string(picturePNG(t)[:40])} {
			_, err := h.s.SetLogo(t.Context(), h.louise, Owner, h.l.ID, h.l.Version, "x.png", []byte(data))
			if e := errs.As(err); !errs.Is(err, errs.Invalid) || len(e.Fields) != 1 || e.Fields[0].Name != "logo" || !strings.HasPrefix(e.Fields[0].Key, "picture.") {
				t.Errorf("%s: %v", name, err)
			}
		}
		sheet, err := h.s.SetLogo(t.Context(), h.louise, Owner, h.l.ID, h.l.Version, "logo.png", picturePNG(t))
		h.must(err)
		if !files.IsPath(sheet.Content.Logo) || !slices.Equal(sheet.Changed, []string{"headline", "logo"}) {
			t.Fatalf("%q, changed %v", sheet.Content.Logo, sheet.Changed)
		}
		id := files.IDOf(sheet.Content.Logo)
		public := func() bool {
			f, err := files.Store{}.Get(t.Context(), h.db.Read(), id)
			h.must(err)
			return f.Public
		}
		if public() {
			t.Error("public before anything was published")
		}
		used, err := h.s.LogosUsed(t.Context(), h.db.Read())
		if err != nil || len(used) != 1 || !used[id] {
			t.Errorf("used %v, %v", used, err)
		}
		out := h.publishes(h.louise, Owner)
		if out.Published || public() {
			t.Error("public before the team has read it")
		}
		_, err = h.curation.Decide(t.Context(), h.jules, out.Change.ID, curation.Decision{Take: out.Change.Fields, Seen: h.now().Version})
		h.must(err)
		if h.now().Logo != files.Path(id) || !public() {
			t.Errorf("published %q, public %v", h.now().Logo, public())
		}
		sheet, err = h.s.DropLogo(t.Context(), h.louise, Owner, h.l.ID, h.now().Version, false)
		if err != nil || sheet.Content.Logo != "" || !slices.Equal(sheet.Changed, []string{"logo"}) {
			t.Errorf("%v %v", sheet.Changed, err)
		}
		sheet, err = h.s.DropLogo(t.Context(), h.louise, Owner, h.l.ID, h.now().Version, true)
		if err != nil || len(sheet.Changed) > 0 || len(h.drafts(h.louise)) > 0 {
			t.Errorf("%v %v", sheet.Changed, err)
		}
	})
}

// Reading a picture is work: who hands in many waits, whether they are taken or not.
func TestManyLogos(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	var err error
	for n := 0; err == nil || errs.Is(err, errs.Invalid); n++ {
		if n > 100 {
			t.Fatal("a hundred, and no end")
		}
		_, err = h.s.SetLogo(t.Context(), h.louise, Owner, h.l.ID, h.l.Version, "x.png", []byte("hello"))
	}
	if !errs.Is(err, errs.TooMany) {
		t.Fatal(err)
	}
	got := h.sends(h.louise, "fr", multi(t, h.at("/logo"), "logo.png", picturePNG(t), h.l.Version))
	if words := uitest.Texts(t, got.body, "#logo-error"); got.status != http.StatusTooManyRequests || len(words) != 1 || !strings.Contains(words[0], "Recommencez") {
		t.Errorf("%d %v", got.status, words)
	}
	h.clock = h.clock.Add(2 * time.Hour)
	if _, err := h.s.SetLogo(t.Context(), h.louise, Owner, h.l.ID, h.l.Version, "logo.png", picturePNG(t)); err != nil {
		t.Error(err)
	}
}

func TestHeldAndPurged(t *testing.T) {
	each(t, func(h *house) {
		h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
		sections, err := h.s.PersonalData(t.Context(), h.db.Read(), h.louise.Person)
		if err != nil || len(sections) != 1 || len(sections[0].Rows) != 1 {
			t.Fatalf("%+v %v", sections, err)
		}
		h.clock = h.clock.Add(Kept - time.Hour)
		h.must(h.s.Purge(t.Context()))
		if len(h.drafts(h.louise)) != 1 {
			t.Error("gone too early")
		}
		h.clock = h.clock.Add(2 * time.Hour)
		h.must(h.s.Purge(t.Context()))
		if len(h.drafts(h.louise)) != 0 {
			t.Error("kept too long")
		}
		h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.s.Erase(ctx, tx, h.louise.Person) })
		if len(h.drafts(h.louise)) != 0 {
			t.Error("kept of who was erased")
		}
	})
}

// A correction that somebody proposes is shown to the company, which takes what it wants of it.
func TestOffer(t *testing.T) {
	each(t, func(h *house) {
		var offered curation.Change
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			offered, err = h.curation.Propose(ctx, tx, curation.Change{
				Territory: "nc", Listing: h.l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "quelquun@example.nc", Lang: "fr", Base: h.l.Version,
				Fields: []string{"headline", "phones"}, After: listing.Content{Headline: "Plus juste", Phones: []string{"+687241234"}},
			})
			return err
		})
		sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
		if err != nil || len(sheet.Offers) != 1 || sheet.Offers[0].Mail != "" {
			t.Fatalf("%+v %v", sheet.Offers, err)
		}
		if err := h.s.Answer(t.Context(), h.louise, h.l.ID, "none", []string{"headline"}, h.l.Version); !errs.Is(err, errs.NotFound) {
			t.Errorf("of nothing: %v", err)
		}
		h.must(h.s.Answer(t.Context(), h.louise, h.l.ID, offered.ID, []string{"headline"}, h.l.Version))
		if l := h.now(); l.Headline != "Plus juste" || l.Phones[0] != "+687445728" {
			t.Errorf("%+v", l.Content)
		}
	})
}
