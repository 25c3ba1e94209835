package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// prove gives the new token of an actor who has proved it again.
func (b *bench) prove(a account.Actor, method account.Method, territory string) (token string) {
	b.t.Helper()
	b.write(func(tx *db.Tx) (err error) {
		token, err = b.s.Prove(b.t.Context(), tx, a, account.Proof{Method: method, Territory: territory})
		return err
	})
	return token
}

func TestATokenFromBeforeASignInOpensNothing(t *testing.T) {
	each(t, func(b *bench) {
		first := b.enter("a@example.nc", account.ByCode)
		var second string
		b.write(func(tx *db.Tx) (err error) {
			second, err = b.s.Enter(t.Context(), tx, b.actorPerson(tx, first), account.Proof{Method: account.ByCode, Territory: "nc"}, first)
			return err
		})
		if b.actor(first, "nc").SignedIn() || !b.actor(second, "nc").SignedIn() {
			t.Error("the former token opens, or the new one does not")
		}
		third := b.prove(b.actor(second, "nc"), account.ByPasskey, "nc")
		if b.actor(second, "nc").SignedIn() || !b.actor(third, "nc").SignedIn() {
			t.Error("a proof leaves the former token open, or the new one does not open")
		}
		if n := b.number("SELECT count(*) FROM sessions WHERE hash IN ($1, $2, $3)", first, second, third); n != 0 {
			t.Error("a token stands in the base as it is")
		}
		if former, err := b.s.Former(t.Context(), first); err != nil || former != b.actor(third, "nc").Person {
			t.Errorf("the former token was %q, %v", former, err)
		}
		for _, token := range []string{"", "x", third + "x", account.HashToken(third)} {
			if b.actor(token, "nc").SignedIn() {
				t.Errorf("the token %q opens", token)
			}
		}
	})
}

// actorPerson is the person of a token.
func (b *bench) actorPerson(tx *db.Tx, token string) account.Person {
	b.t.Helper()
	p, err := b.s.Known(b.t.Context(), tx, b.actor(token, "nc").Mail)
	b.must(err)
	return p
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(b *bench) {
		idle := b.enter("a@example.nc", account.ByCode)
		b.wait(account.IdleFor - time.Minute)
		if !b.actor(idle, "nc").SignedIn() {
			t.Error("ended before it was idle for long enough")
		}
		b.wait(account.IdleFor) // it was seen meanwhile
		if b.actor(idle, "nc").SignedIn() {
			t.Error("does not end when idle")
		}
		used := b.enter("a@example.nc", account.ByCode)
		for range 6 {
			b.wait(account.LastsFor/6 - time.Second)
			if !b.actor(used, "nc").SignedIn() {
				t.Fatal("one that is used ends before its time")
			}
		}
		b.wait(time.Minute)
		if b.actor(used, "nc").SignedIn() {
			t.Error("one that is used lasts for ever")
		}
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := b.s.Prove(t.Context(), tx, account.Actor{Person: "x", Session: "none"}, account.Proof{Method: account.ByCode})
			return err
		})
		b.want(err, errs.Unauthenticated, account.KeySignIn)
	})
}

func TestSessionsAreRevoked(t *testing.T) {
	each(t, func(b *bench) {
		here, there, elsewhere := b.enter("a@example.nc", account.ByCode), b.enter("a@example.nc", account.ByCode), b.enter("a@example.nc", account.ByCode)
		other := b.by("b@example.nc")
		by := b.actor(here, "nc")
		b.want(b.s.EndSession(t.Context(), other, by.Session), errs.NotFound, "account.no_session")
		b.must(b.s.EndSession(t.Context(), by, b.actor(there, "nc").Session))
		if b.actor(there, "nc").SignedIn() || !b.actor(elsewhere, "nc").SignedIn() {
			t.Error("not that one session has ended")
		}
		if n, err := b.s.EndOthers(t.Context(), by); n != 1 || err != nil {
			t.Errorf("ended %d others, %v", n, err)
		}
		if b.actor(elsewhere, "nc").SignedIn() || !b.actor(here, "nc").SignedIn() || !b.actor(b.enter("b@example.nc", account.ByCode), "nc").SignedIn() {
			t.Error("not all others have ended")
		}
		open, ended, err := b.s.Sessions(t.Context(), by)
		if err != nil || len(open) != 1 || len(ended) != 2 || open[0].ID != by.Session {
			t.Errorf("%d open, %d ended, %v", len(open), len(ended), err)
		}
		_, _, err = b.s.Sessions(t.Context(), account.Actor{})
		b.want(err, errs.Unauthenticated, account.KeySignIn)
	})
}

func TestRolesSleepWithoutAStrongProof(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("a@example.nc", account.Administrator)
		if _, err := b.s.Appoint(t.Context(), account.Operator("wf"), "a@example.nc", account.Reader); err != nil {
			t.Fatal(err)
		}
		token := b.enter("a@example.nc", account.ByCode)
		weak := b.actor(token, "nc")
		b.want(weak.Require(account.Reader), errs.Forbidden, account.KeyStrong)
		b.want(weak.RequireFresh(b.now()), errs.Forbidden, account.KeyConfirm)
		if !weak.Staff() {
			t.Error("a sleeping role is none of the team")
		}
		token = b.prove(weak, account.ByOIDC, "nc")
		b.must(b.actor(token, "nc").Require(account.Administrator))
		b.must(b.actor(token, "nc").RequireFresh(b.now()))
		b.want(b.actor(token, "wf").Require(account.Reader), errs.Forbidden, account.KeyStrong)
		b.want(b.actor(token, "wf").Require(account.Administrator), errs.Forbidden, account.KeyNotYours)
		b.wait(account.FreshFor + time.Minute)
		b.must(b.actor(token, "nc").Require(account.Administrator))
		b.want(b.actor(token, "nc").RequireFresh(b.now()), errs.Forbidden, account.KeyConfirm)
		token = b.prove(b.actor(token, "nc"), account.ByCode, "nc") // does not refresh a strong proof
		b.want(b.actor(token, "nc").RequireFresh(b.now()), errs.Forbidden, account.KeyConfirm)
		b.wait(account.StrongFor)
		b.want(b.actor(token, "nc").Require(account.Administrator), errs.Forbidden, account.KeyStrong)
		token = b.prove(b.actor(token, "nc"), account.ByPasskey, "nc")
		b.must(b.actor(token, "wf").Require(account.Reader)) // a passkey counts everywhere
	})
}

// Whoever can read the mails of an administrator must not get, in the pages of another territory, what the administrator's own
// asks a strong proof for: a passkey made there opens all of them.
func TestATeamOfAnotherTerritoryAsksForAStrongProofToo(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("a@example.nc", account.Administrator)
		token := b.enter("a@example.nc", account.ByCode)
		there := b.actor(token, "wf")
		if there.Staff() || there.Is(account.Reader) {
			t.Error("of the team in another territory")
		}
		b.want(there.RequireFresh(b.now()), errs.Forbidden, account.KeyConfirm)
		b.want(b.s.AskErasure(t.Context(), there), errs.Forbidden, account.KeyConfirm)
		if _, err := b.s.Export(t.Context(), there); err == nil {
			t.Error("a code alone exports an administrator's data")
		}
		b.must(b.actor(b.prove(there, account.ByPasskey, "wf"), "wf").RequireFresh(b.now()))
		other := b.actor(b.enter("b@example.nc", account.ByCode), "wf")
		b.must(other.RequireFresh(b.now())) // of no team at all
	})
}

func TestCodeIsEnoughForADemonstration(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("a@example.nc", account.Reader)
		token := b.enter("a@example.nc", account.ByCode)
		demo := account.NewService(account.Rooms{DB: b.d, Outbox: b.mails, Sites: b, Companies: b, Now: b.now, CodeIsEnough: true})
		a, err := demo.Actor(t.Context(), token, "nc")
		b.must(err)
		b.must(a.Require(account.Reader))
	})
}

// A page takes two statements; that somebody is there is written once in five minutes.
func TestStatementsOfAnActor(t *testing.T) {
	each(t, func(b *bench) {
		token := b.enter("a@example.nc", account.ByCode)
		statements := func() int64 {
			ctx, counter := db.CountStatements(t.Context())
			if _, err := b.s.Actor(ctx, token, "nc"); err != nil {
				t.Fatal(err)
			}
			return counter.N()
		}
		for range 3 {
			if n := statements(); n != 2 {
				t.Errorf("%d statements, want 2", n)
			}
			b.wait(time.Minute)
		}
		b.wait(2 * time.Minute)
		if n := statements(); n != 4 {
			t.Errorf("%d statements after five minutes, want 4", n)
		}
		if n := statements(); n != 2 {
			t.Errorf("%d statements after that, want 2", n)
		}
		ctx, counter := db.CountStatements(t.Context())
		if _, err := b.s.Actor(ctx, "", "nc"); err != nil || counter.N() != 0 {
			t.Errorf("a visitor takes %d statements, %v", counter.N(), err)
		}
	})
}

// A new way into an account is told to whoever has it.
func TestALinkedAccountIsTold(t *testing.T) {
	each(t, func(b *bench) {
		p := b.person("a@example.nc")
		b.write(func(tx *db.Tx) error {
			return b.s.LinkIdentity(t.Context(), tx, p, "nc", account.Identity{Issuer: "https://id.example", Subject: "7", Provider: "Province Sud"})
		})
		if got := b.mails.kinds(p.Mail); !slices.Contains(got, "account_linked") {
			t.Errorf("told by %v", got)
		}
	})
}

func TestDevices(t *testing.T) {
	each(t, func(b *bench) {
		p := b.person("a@example.nc")
		meet := func(token string) (known bool) {
			b.write(func(tx *db.Tx) (err error) {
				known, err = b.s.Meet(t.Context(), tx, p.ID, token, "Firefox, Linux")
				return err
			})
			return known
		}
		for i, step := range []struct {
			token string
			known bool
		}{{"first", true}, {"first", true}, {"second", false}, {"second", true}} {
			if got := meet(step.token); got != step.known {
				t.Errorf("meeting %d: the browser %q is known: %v", i+1, step.token, got)
			}
		}
	})
}

func TestProfile(t *testing.T) {
	each(t, func(b *bench) {
		by := b.by("a@example.nc")
		b.must(b.s.SetProfile(t.Context(), by, account.Profile{Name: " Marie   Wamytan ", Lang: "en"}))
		b.must(b.s.ChooseTopics(t.Context(), by, []string{"x", "reminders", "kept"}, []string{"kept", "unheard of"}))
		b.must(b.s.Refuse(t.Context(), by.Person, "news"))
		b.must(b.s.Refuse(t.Context(), by.Person, "news"))
		p, err := b.s.Person(t.Context(), by.Person)
		if err != nil || p.Name != "Marie Wamytan" || p.Lang != "en" || len(p.Refused) != 3 {
			t.Errorf("%+v, %v", p, err)
		}
		b.want(b.s.SetProfile(t.Context(), by, account.Profile{Lang: "de"}), errs.Invalid, "account.lang_unknown")
		b.want(b.s.SetProfile(t.Context(), by, account.Profile{Lang: "fr", Name: "a\nb"}), errs.Invalid, "account.name_bad")
		b.want(b.s.Refuse(t.Context(), by.Person, strings.Repeat("x", 50)), errs.Invalid, "account.topic_unknown")

		// What a page did not ask stays: a name written in between does not undo a refusal, nor the other way round.
		b.must(b.s.SetProfile(t.Context(), by, account.Profile{Name: "Marie", Lang: "fr"}))
		b.must(b.s.ChooseTopics(t.Context(), by, []string{"reminders"}, []string{"reminders"}))
		p, err = b.s.Person(t.Context(), by.Person)
		if err != nil || p.Name != "Marie" || strings.Join(p.Refused, " ") != "news x" {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
