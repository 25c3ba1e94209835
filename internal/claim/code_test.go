package claim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// sent has a code mailed to one of the card's addresses, and gives it.
func (b *bench) sent(by account.Actor, r listing.Record, shown string) string {
	b.t.Helper()
	for _, a := range b.door(by, r).Addresses {
		if a.Shown == shown {
			b.must(b.s.SendCode(b.t.Context(), by, r.Listing.ID, a.Key))
			return b.code(shown)
		}
	}
	b.t.Fatalf("no address %s: %+v", shown, b.door(by, r).Addresses)
	return ""
}

// wrong is a code that is not this one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestTakeByACode(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		if d := b.door(by, r); d.Standing != claim.Free || d.Proof != "" || len(d.Addresses) != 2 || d.Addresses[0].Shown != "bonjour@atelier.nc" {
			t.Fatalf("%+v", d)
		}
		code := b.sent(by, r, "bonjour@atelier.nc")
		m := b.outbox.last(t, "code", "bonjour@atelier.nc")
		if !m.Secret || m.Until.IsZero() || !strings.Contains(m.Letter.Paragraphs[0], "paul@gmail.com") || strings.Contains(m.Letter.Subject, code[:3]) {
			t.Errorf("%+v", m)
		}
		_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, wrong(code))
		b.want(err, errs.Invalid, "claim.code_wrong")
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, " "+code[:3]+"\u00a0"+code[3:]+" ")
		b.must(err)
		if got := b.people(r.Company.ID); got["paul@gmail.com"] != account.CompanyManager || !b.trust[r.Company.ID] {
			t.Errorf("%v act for it", got)
		}
		if got := b.outbox.to("bonjour@atelier.nc"); !slices.Equal(got, []string{"code", "published"}) {
			t.Errorf("the address is told %v", got)
		}
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.Gone, "claim.code_none")
	})
}

func TestACodeIsOfOnePersonAndCard(t *testing.T) {
	each(t, func(b *bench) {
		r, other := b.card(nil), b.card(func(r *listing.Record) { r.Listing.Name = "Autre atelier" })
		by, thief := b.by("paul@gmail.com"), b.by("thief@gmail.com")
		code := b.sent(by, r, "bonjour@atelier.nc")
		_, err := b.s.TryCode(t.Context(), thief, r.Listing.ID, code)
		b.want(err, errs.Gone, "claim.code_none")
		b.sent(thief, r, "atelier@lagoon.nc")
		if code != b.code("atelier@lagoon.nc") {
			_, err = b.s.TryCode(t.Context(), thief, r.Listing.ID, code)
			b.want(err, errs.Invalid, "claim.code_wrong")
		}
		_, err = b.s.TryCode(t.Context(), by, other.Listing.ID, code)
		b.want(err, errs.Gone, "claim.code_none")
		second := b.sent(by, r, "bonjour@atelier.nc") // ends the first
		if second != code {
			_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
			b.want(err, errs.Invalid, "claim.code_older")
		}
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, second)
		b.must(err)
	})
}

func TestCodesLockAndExpire(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		code := b.sent(by, r, "bonjour@atelier.nc")
		for range 4 {
			_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, wrong(code))
			b.want(err, errs.Invalid, "claim.code_wrong")
		}
		for _, slip := range []string{"", "12", "1234567"} { // costs nothing
			_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, slip)
			b.want(err, errs.Invalid, "claim.code_short")
		}
		if b.door(by, r).Mine == nil {
			t.Error("the code is awaited no more")
		}
		_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, "abcdef")
		b.want(err, errs.TooMany, "claim.code_locked")
		if d := b.door(by, r); d.Mine != nil {
			t.Errorf("a locked code is still awaited: %+v", d.Mine)
		}
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.TooMany, "claim.code_locked")
		code = b.sent(by, r, "bonjour@atelier.nc")
		b.pass(claim.CodeFor)
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.Gone, "claim.code_expired")
		if d := b.door(by, r); d.Mine != nil {
			t.Errorf("an old code is still awaited: %+v", d.Mine)
		}
		for range 2 { // ten wrong ones more, of fifteen in a day
			code = b.sent(by, r, "atelier@lagoon.nc")
			for range 5 {
				_, _ = b.s.TryCode(t.Context(), by, r.Listing.ID, wrong(code))
			}
		}
		code = b.sent(by, r, "atelier@lagoon.nc")
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.TooMany, "claim.too_many")
		if len(b.people(r.Company.ID)) != 0 {
			t.Error("somebody was let in")
		}
	})
}

// The code of a slow letter that a newer one replaced is told from a guess, and costs no try; the letter is in the language of who asked.
func TestAnOlderCode(t *testing.T) {
	each(t, func(b *bench) {
		r, by := b.card(nil), b.by("paul@gmail.com")
		by.Lang = "en"
		first := b.sent(by, r, "bonjour@atelier.nc")
		if m := b.outbox.last(t, "code", "bonjour@atelier.nc"); m.Lang != "en" || !strings.Contains(m.Letter.Paragraphs[0], "asks to manage") {
			t.Errorf("%+v", m)
		}
		b.pass(time.Minute)
		second := b.sent(by, r, "bonjour@atelier.nc")
		if first == second {
			t.Skip("the same code was drawn twice")
		}
		for range 6 {
			_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, first)
			b.want(err, errs.Invalid, "claim.code_older")
		}
		_, err := b.s.TryCode(t.Context(), by, r.Listing.ID, second)
		b.must(err)
	})
}

func TestWhereCodesGo(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, "paul@gmail.com"), errs.Invalid, "claim.address_unknown")
		b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, ""), errs.Invalid, "claim.address_unknown")
		b.write(func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), "INSERT INTO mail_addresses (address, state, reason, mail, since_at) VALUES ('bonjour@atelier.nc', 'refusing', '5.1.1', '', 1)")
			return err
		})
		addresses := b.door(by, r).Addresses
		if !addresses[0].Refuses || addresses[1].Refuses {
			t.Fatalf("%+v", addresses)
		}
		b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, addresses[0].Key), errs.Invalid, "claim.address_refuses")
		for range 4 {
			b.must(b.s.SendCode(t.Context(), by, r.Listing.ID, addresses[1].Key))
		}
		b.want(b.s.SendCode(t.Context(), by, r.Listing.ID, addresses[1].Key), errs.TooMany, "claim.too_many")
		b.want(b.s.SendCode(t.Context(), b.by("other@gmail.com"), r.Listing.ID, addresses[1].Key), errs.TooMany, "claim.too_many")
		b.pass(3 * time.Hour)
		b.must(b.s.SendCode(t.Context(), by, r.Listing.ID, addresses[1].Key))
		if got := b.outbox.to("atelier@lagoon.nc"); len(got) != 5 {
			t.Errorf("%d codes were mailed", len(got))
		}
		many := b.card(func(r *listing.Record) {
			r.Listing.Emails = []string{"a@x.nc", "b@x.nc", "c@x.nc", "d@x.nc", "e@x.nc", "none", "A@x.nc"}
		})
		if d := b.door(by, many); len(d.Addresses) != 4 {
			t.Errorf("%d addresses are offered", len(d.Addresses))
		}
	})
}

func TestACodeThatComesSecond(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		code := b.sent(by, r, "bonjour@atelier.nc")
		_, err := b.s.Take(t.Context(), b.by("first@atelier.nc"), r.Listing.ID)
		b.must(err)
		_, err = b.s.TryCode(t.Context(), by, r.Listing.ID, code)
		b.want(err, errs.Conflict, account.KeyTaken)
		if got := b.people(r.Company.ID); len(got) != 1 {
			t.Errorf("%v act for it", got)
		}
	})
}
