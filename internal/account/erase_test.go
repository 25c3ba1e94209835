package account_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

const (
	theirMail = "marie.wamytan@example.nc"
	theirName = "Marie Wamytan"
)

// full gives a person about whom every table of this room holds something, and their company.
func (b *bench) full() (by account.Actor, company string) {
	b.t.Helper()
	ctx := b.t.Context()
	boss, atelier := b.company("nc", "Lagon"), b.company("nc", "Atelier")
	b.attach("boss@example.nc", boss, account.CompanyManager)
	_, err := b.s.Invite(ctx, b.by("boss@example.nc"), boss, theirMail, account.CompanyEditor)
	b.must(err)
	b.attach(theirMail, atelier, account.CompanyManager)
	b.must(b.s.SetProfile(ctx, b.by(theirMail), account.Profile{Name: theirName, Lang: "fr"}))
	b.must(b.s.Refuse(ctx, b.by(theirMail).Person, "news"))
	b.appoint(theirMail, account.Administrator)
	b.appoint("other@example.nc", account.Administrator)
	by = b.by(theirMail)
	_, err = b.s.Accept(ctx, by, b.mails.link(b.t, theirMail))
	b.must(err)
	by = b.by(theirMail)
	_, err = b.s.Invite(ctx, by, atelier, "guest@example.nc", account.CompanyEditor)
	b.must(err)
	_, err = b.s.Invite(ctx, b.by("other@example.nc"), b.company("nc", "Vague"), theirMail, account.CompanyEditor)
	b.must(err)
	b.must(b.s.GiveConsent(ctx, by, atelier, "2026-03"))
	b.write(func(tx *db.Tx) error {
		p, err := b.s.Known(ctx, tx, theirMail)
		if err != nil {
			return err
		}
		_, err = b.s.Meet(ctx, tx, p.ID, "device", "Firefox, Linux")
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO identities (issuer, subject, person_id, provider, linked_at, used_at)
				VALUES ('https://id.example', 'u1', $1, 'Province', 1, 1)`, p.ID)
		}
		return errors.Join(err, b.s.NewDevice(ctx, tx, p, "nc", "Firefox, Linux"))
	})
	return by, atelier
}

// texts gives every place of the base that holds one of some texts, as table.column.
func (b *bench) texts(of ...string) (found []string) {
	b.t.Helper()
	for _, column := range b.columns() {
		if column.kind != "TEXT" {
			continue
		}
		for _, text := range of {
			n := b.number("SELECT count(*) FROM "+column.table+" WHERE lower(CAST("+column.name+" AS TEXT)) LIKE $1", "%"+strings.ToLower(text)+"%")
			if n > 0 {
				found = append(found, column.table+"."+column.name)
			}
		}
	}
	return found
}

type column struct{ table, name, kind string }

// columns reads the columns of all tables.
func (b *bench) columns() (all []column) {
	b.t.Helper()
	query := `SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`
	if b.d.Engine() != "sqlite" {
		query = `SELECT table_name, column_name, upper(data_type) FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	rows, err := b.d.Read().QueryContext(b.t.Context(), query)
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var c column
		b.must(rows.Scan(&c.table, &c.name, &c.kind))
		all = append(all, c)
	}
	b.must(rows.Err())
	return all
}

func TestErasure(t *testing.T) {
	each(t, func(b *bench) {
		by, company := b.full()
		token := b.enter(theirMail, account.ByPasskey)
		if places := b.texts(theirMail, theirName); len(places) < 6 {
			t.Fatalf("the person stands only in %v", places)
		}
		b.must(b.s.AskErasure(t.Context(), by))
		b.must(b.s.AskErasure(t.Context(), by))
		b.wait(account.ThinkFor - time.Minute)
		b.must(b.s.EraseDue(t.Context()))
		if _, err := b.s.Person(t.Context(), by.Person); err != nil {
			t.Fatal("erased before it was time")
		}
		b.wait(time.Minute)
		b.must(b.s.EraseDue(t.Context()))
		b.must(b.s.EraseDue(t.Context()))
		_, err := b.s.Person(t.Context(), by.Person)
		b.want(err, errs.NotFound, "account.no_person")
		if b.actor(token, "nc").SignedIn() {
			t.Error("a session of who is erased opens")
		}
		if b.consented[company] {
			t.Error("the consent of who is erased holds")
		}
		if free, err := b.s.Claimable(t.Context(), b.d.Read(), company); !free || err != nil {
			t.Error("the company cannot be claimed", err)
		}
		kinds := b.mails.kinds(theirMail)
		if !slices.Equal(kinds[len(kinds)-2:], []string{"erasure_asked", "erased"}) {
			t.Errorf("mails %v", kinds)
		}
		b.wait(account.KeepLastLetterDays*24*time.Hour + time.Hour)
		b.must(b.s.Purge(t.Context()))
		// What they wrote to others goes with the bodies of mails: at once where it is sent, as invitations are secret.
		b.write(func(tx *db.Tx) error { return b.mails.Purge(t.Context(), tx, b.now().AddDate(0, 1, 1)) })
		if places := b.texts(theirMail, theirName); len(places) != 0 {
			t.Errorf("the person still stands in %v", places)
		}
		proofs, err := audit.Read(t.Context(), b.d.Read(), audit.Filter{Actor: by.Person})
		if err != nil || len(proofs) == 0 || b.number("SELECT count(*) FROM consents WHERE person_id = $1 AND withdrawn_at > 0", by.Person) != 1 {
			t.Errorf("%d entries of the audit trail, %v", len(proofs), err)
		}
		again := b.person(theirMail)
		if again.ID == by.Person {
			t.Error("who comes back is the person of before")
		}
	})
}

// The consent to the card of a company that an erasure leaves without people ends, whoever gave it; who stays keeps it.
func TestErasureEndsTheLastConsent(t *testing.T) {
	each(t, func(b *bench) {
		goes, stays := "b@example.nc", "c@example.nc"
		left, kept := b.company("nc", "Atelier"), b.company("nc", "Lagon")
		for _, company := range []string{left, kept} {
			b.attach("a@example.nc", company, account.CompanyManager)
			b.must(b.s.GiveConsent(t.Context(), b.by("a@example.nc"), company, "1"))
			b.attach(goes, company, account.CompanyManager)
			b.must(b.s.Leave(t.Context(), b.by("a@example.nc"), company))
		}
		b.attach(stays, kept, account.CompanyManager)
		b.must(b.s.AskErasure(t.Context(), b.by(goes)))
		b.wait(account.ThinkFor)
		b.must(b.s.EraseDue(t.Context()))
		for company, want := range map[string]bool{left: false, kept: true} {
			_, held, err := b.s.Consent(t.Context(), b.d.Read(), company)
			if err != nil || held != want || b.consented[company] != want {
				t.Errorf("%t, told %t, %v; want %t", held, b.consented[company], err, want)
			}
		}
		if n := b.number("SELECT count(*) FROM audit_entries WHERE action = 'account.consent_withdrawn' AND object = $1", left); n != 1 {
			t.Errorf("%d entries of the audit trail", n)
		}
	})
}

func TestErasureIsCancelled(t *testing.T) {
	each(t, func(b *bench) {
		by := b.by("a@example.nc")
		b.want(b.s.CancelErasure(t.Context(), by), errs.Conflict, "account.no_erasure")
		b.must(b.s.AskErasure(t.Context(), by))
		if by = b.by("a@example.nc"); by.EraseAt != b.now().Add(account.ThinkFor) {
			t.Errorf("erased at %v", by.EraseAt)
		}
		company := b.company("nc", "Atelier")
		b.attach("boss@example.nc", company, account.CompanyManager)
		i, err := b.s.Invite(t.Context(), b.by("boss@example.nc"), company, "a@example.nc", account.CompanyEditor)
		b.must(err)
		_, err = b.s.Accept(t.Context(), by, i.ID)
		b.want(err, errs.Conflict, "account.erase_first")
		b.must(b.s.CancelErasure(t.Context(), by))
		b.wait(account.ThinkFor)
		b.must(b.s.EraseDue(t.Context()))
		if kinds := b.mails.kinds("a@example.nc"); !slices.Equal(kinds, []string{"erasure_asked", "invite_company", "erasure_cancelled"}) {
			t.Errorf("mails %v", kinds)
		}
		b.want(b.s.AskErasure(t.Context(), by), errs.Forbidden, account.KeyConfirm) // long after the proof
	})
}

// Somebody who came into the company of one who goes becomes its manager, so that it is never without.
func TestACompanyIsInherited(t *testing.T) {
	each(t, func(b *bench) {
		company, boss, _ := b.invited()
		b.must(b.s.AskErasure(t.Context(), boss)) // alone
		_, err := b.s.Accept(t.Context(), b.by("guest@example.nc"), b.mails.link(t, "guest@example.nc"))
		b.must(err)
		b.wait(account.ThinkFor)
		b.must(b.s.EraseDue(t.Context()))
		people, err := b.s.People(t.Context(), b.by("guest@example.nc"), company)
		if err != nil || len(people) != 1 || people[0].Role != account.CompanyManager || people[0].Mail != "guest@example.nc" {
			t.Errorf("%+v, %v", people, err)
		}
		if kinds := b.mails.kinds("guest@example.nc"); !slices.Contains(kinds, "role_granted") {
			t.Errorf("mails %v", kinds)
		}
	})
}

// failing is a room that cannot erase.
type failing struct{ person string }

func (failing) PersonalData(context.Context, db.Querier, string) ([]account.DataSection, error) {
	return []account.DataSection{{Name: "other.data.things", Purpose: "other.data.for.things", Rows: []account.DataRow{{{Name: "other.data.field.thing", Value: 1}}}}}, nil
}

func (f failing) Erase(_ context.Context, _ *db.Tx, person string) error {
	if person == f.person {
		return errors.New("cannot")
	}
	return nil
}

// One account that cannot be erased stays whole, and keeps none of the others.
func TestAnErasureThatFails(t *testing.T) {
	each(t, func(b *bench) {
		stuck, goes := b.by("a@example.nc"), b.by("b@example.nc")
		b.holders = []account.Holder{failing{stuck.Person}}
		b.must(b.s.AskErasure(t.Context(), stuck))
		b.must(b.s.AskErasure(t.Context(), goes))
		b.wait(account.ThinkFor)
		if err := b.s.EraseDue(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot") {
			t.Errorf("%v", err)
		}
		if p, err := b.s.Person(t.Context(), stuck.Person); err != nil || p.Mail != "a@example.nc" {
			t.Errorf("%+v, %v", p, err)
		}
		_, err := b.s.Person(t.Context(), goes.Person)
		b.want(err, errs.NotFound, "account.no_person")
	})
}

// Somebody who signs in while the accounts are erased that nobody uses any more stays, or comes anew: never is something kept of
// who is erased. On PostgreSQL both run at once.
func TestASignInDuringAnErasure(t *testing.T) {
	each(t, func(b *bench) {
		p := b.person("late@example.nc")
		b.must(b.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE persons SET warned_at = $1, seen_at = 0 WHERE id = $2`,
				db.ToMillis(b.now().AddDate(0, 0, -account.KeepWarnedDays-1)), p.ID)
			return err
		}))
		erased := make(chan error, 1)
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			who, _, err := b.s.Arrive(t.Context(), tx, p.Mail, "nc", "fr")
			if err != nil {
				return err
			}
			go func() { erased <- b.s.Purge(t.Context()) }()
			select {
			case err := <-erased:
				erased <- err
			case <-time.After(500 * time.Millisecond): // it waits for us, as it should
			}
			if err := b.s.LinkIdentity(t.Context(), tx, who, "nc", account.Identity{Issuer: "https://id.example", Subject: "7", Provider: "Id"}); err != nil {
				return err
			}
			if _, err := b.s.Meet(t.Context(), tx, who.ID, "device", "Firefox"); err != nil {
				return err
			}
			_, err = b.s.Enter(t.Context(), tx, who, account.Proof{Method: account.ByCode, Territory: "nc"}, "")
			return err
		})
		b.must(<-erased)
		for _, query := range []string{
			`SELECT count(*) FROM sessions s JOIN persons p ON p.id = s.person_id WHERE p.erased_at > 0`,
			`SELECT count(*) FROM devices d JOIN persons p ON p.id = d.person_id WHERE p.erased_at > 0`,
			`SELECT count(*) FROM identities i JOIN persons p ON p.id = i.person_id WHERE p.erased_at > 0`,
			`SELECT count(*) FROM audit_entries a JOIN persons p ON p.id = a.actor WHERE p.erased_at > 0 AND a.actor_name <> ''`,
		} {
			if n := b.number(query); n != 0 {
				t.Errorf("%d: %s", n, query)
			}
		}
		if err != nil {
			t.Errorf("the sign-in fails: %v", err)
		}
	})
}
