package account_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

func takes(n int) func(context.Context, *db.Tx) (int, error) {
	return func(context.Context, *db.Tx) (int, error) { return n, nil }
}

func TestOperatorOnly(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.t.Context()
		b.appoint("chef@example.org", account.Administrator)
		p := b.person("claire@example.org")
		for _, by := range []account.Actor{{}, b.by("chef@example.org"), {Person: "operator", Territory: "nc"}} {
			_, err := b.s.Overview(ctx, by, p.Mail)
			b.want(err, errs.Forbidden, account.KeyNotYours)
			_, err = b.s.NameIfNone(ctx, by, p.ID, "Claire")
			b.want(err, errs.Forbidden, account.KeyNotYours)
			_, _, err = b.s.ResetAccess(ctx, by, p.ID, takes(1))
			b.want(err, errs.Forbidden, account.KeyNotYours)
			_, err = b.s.ExportOf(ctx, by, p.ID)
			b.want(err, errs.Forbidden, account.KeyNotYours)
			_, err = b.s.AskErasureOf(ctx, by, p.ID, true)
			b.want(err, errs.Forbidden, account.KeyNotYours)
			b.want(b.s.EraseNow(ctx, by, p.ID, true), errs.Forbidden, account.KeyNotYours)
		}
		if got, err := b.s.Person(ctx, p.ID); err != nil || got.Name != "" || !got.EraseAt.IsZero() {
			b.t.Errorf("the person has changed: %+v, %v", got, err)
		}
	})
}

func TestOverviewAndName(t *testing.T) {
	each(t, func(b *bench) {
		ctx, operator := b.t.Context(), account.Operator("nc")
		b.appoint("claire@example.org", account.Reader)
		p := b.attach("claire@example.org", b.company("nc", "Atelier du Lagon"), account.CompanyManager)
		b.enter(p.Mail, account.ByCode)
		b.enter(p.Mail, account.ByPasskey)
		o, err := b.s.Overview(ctx, operator, p.Mail)
		b.must(err)
		if o.ID != p.ID || o.Sessions != 2 || len(o.Team) != 1 || o.Team[0].Role != account.Reader || o.Team[0].Territory != "nc" ||
			len(o.Companies) != 1 || o.Companies[0].Name != "Atelier du Lagon" {
			b.t.Errorf("%+v", o)
		}
		_, err = b.s.Overview(ctx, operator, "nobody@example.org")
		if !errs.Is(err, errs.NotFound) {
			b.t.Error(err)
		}
		_, err = b.s.NameIfNone(ctx, operator, p.ID, "Claire <b>")
		b.want(err, errs.Invalid, "account.name_bad")
		for i, name := range []string{"", " Claire  Wamytan ", "Somebody Else"} {
			if named, err := b.s.NameIfNone(ctx, operator, p.ID, name); err != nil || named != (i == 1) {
				b.t.Errorf("%q: %v, %v", name, named, err)
			}
		}
		if got, err := b.s.Person(ctx, p.ID); err != nil || got.Name != "Claire Wamytan" {
			b.t.Error(got.Name, err)
		}
	})
}

func TestResetAccess(t *testing.T) {
	each(t, func(b *bench) {
		ctx, operator := b.t.Context(), account.Operator("nc")
		b.appoint("claire@example.org", account.Administrator)
		p := b.person("claire@example.org")
		token := b.enter(p.Mail, account.ByPasskey)
		broken := errors.New("the disk is full")
		_, _, err := b.s.ResetAccess(ctx, operator, p.ID, func(context.Context, *db.Tx) (int, error) { return 0, broken })
		if !errors.Is(err, broken) || !b.actor(token, "nc").SignedIn() {
			b.t.Errorf("half of a reset stands: %v", err)
		}
		other := b.enter("other@example.org", account.ByPasskey)
		passkeys, sessions, err := b.s.ResetAccess(ctx, operator, p.ID, takes(2))
		if err != nil || passkeys != 2 || sessions != 1 {
			b.t.Errorf("%d passkeys, %d sessions, %v", passkeys, sessions, err)
		}
		if b.actor(token, "nc").SignedIn() || !b.actor(other, "nc").SignedIn() {
			b.t.Error("not the sessions of that person, and only these, have ended")
		}
		if kinds := b.mails.kinds(p.Mail); kinds[len(kinds)-1] != "access_reset" {
			b.t.Error(kinds)
		}
		if n := b.number("SELECT count(*) FROM audit_entries WHERE action = 'account.access_reset' AND object = $1 AND actor = 'operator'", p.ID); n != 1 {
			b.t.Errorf("%d entries", n)
		}
		_, _, err = b.s.ResetAccess(ctx, operator, "nobody", takes(1))
		if !errs.Is(err, errs.NotFound) {
			b.t.Error(err)
		}
	})
}

func TestExportOf(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.t.Context()
		p := b.person("claire@example.org")
		of, err := b.s.ExportOf(ctx, account.Operator("nc"), p.ID)
		b.must(err)
		text, err := of.JSON()
		b.must(err)
		if !strings.Contains(string(text), `"claire@example.org"`) || of.Person != p.ID {
			b.t.Error(string(text))
		}
		own, err := b.s.Export(ctx, b.by(p.Mail))
		b.must(err)
		names := func(e account.Export) (all []string) {
			for _, s := range e.Sections {
				all = append(all, s.Name)
			}
			return all
		}
		if !slices.Equal(names(of), names(own)) {
			b.t.Errorf("%v, the person's own %v", names(of), names(own))
		}
		if n := b.number("SELECT count(*) FROM audit_entries WHERE action = 'account.exported_for' AND object = $1 AND actor = 'operator'", p.ID); n != 1 {
			b.t.Errorf("%d entries", n)
		}
	})
}

func TestErasureOf(t *testing.T) {
	each(t, func(b *bench) {
		ctx, operator := b.t.Context(), account.Operator("nc")
		company := b.company("nc", "Atelier du Lagon")
		p := b.attach("claire@example.org", company, account.CompanyManager)
		b.attach("paul@example.org", company, account.CompanyEditor)
		admin := b.appoint("chef@example.org", account.Administrator)
		_, err := b.s.AskErasureOf(ctx, operator, p.ID, false)
		b.want(err, errs.Conflict, "account.erase_last_manager")
		b.want(b.s.EraseNow(ctx, operator, p.ID, false), errs.Conflict, "account.erase_last_manager")
		b.want(b.s.EraseNow(ctx, operator, admin.ID, false), errs.Conflict, "account.erase_last_administrator")

		at, err := b.s.AskErasureOf(ctx, operator, p.ID, true)
		if err != nil || !at.Equal(b.now().Add(account.ThinkFor)) {
			b.t.Errorf("%v, %v", at, err)
		}
		b.wait(time.Hour)
		if again, err := b.s.AskErasureOf(ctx, operator, p.ID, true); err != nil || !again.Equal(at) {
			b.t.Errorf("asked again: %v, %v", again, err)
		}
		if kinds := b.mails.kinds(p.Mail); !slices.Contains(kinds, "erasure_asked") {
			b.t.Error(kinds)
		}
		b.must(b.s.CancelErasure(ctx, b.by(p.Mail)))

		b.must(b.s.EraseNow(ctx, operator, p.ID, true))
		if _, err := b.s.Person(ctx, p.ID); !errs.Is(err, errs.NotFound) {
			b.t.Errorf("still there: %v", err)
		}
		if n := b.number("SELECT count(*) FROM company_people WHERE company_id = $1 AND role = 'company_manager'", company); n != 1 {
			b.t.Errorf("%d managers are left", n)
		}
		if n := b.number("SELECT count(*) FROM persons WHERE mail = 'claire@example.org'"); n != 0 {
			b.t.Error("the address is still there")
		}
		if !errs.Is(b.s.EraseNow(ctx, operator, p.ID, true), errs.NotFound) {
			b.t.Error("erased twice")
		}
		b.must(b.s.EraseNow(ctx, operator, admin.ID, true))
	})
}
