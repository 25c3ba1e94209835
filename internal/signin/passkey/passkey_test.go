package passkey

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// bench is a service over a database, a clock that tests set, and what it told.
type bench struct {
	*Service
	t       *testing.T
	at      site
	browser string
	now     time.Time
	told    sync.Mutex
	changes []Change
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	b := &bench{
		t: t, browser: newBrowser(), now: time.Date(2026, 2, 3, 9, 30, 0, 0, time.UTC),
		at: site{"https://annuaire.example.nc", "annuaire.example.nc", "Grappe d’essai"},
	}
	b.Service = NewService(Options{
		DB: d, Now: func() time.Time { return b.now },
		OnChange: func(_ context.Context, _ *db.Tx, c Change) error {
			b.told.Lock()
			defer b.told.Unlock()
			b.changes = append(b.changes, c)
			return nil
		},
	})
	return b
}

func (b *bench) someone() account.Actor {
	return account.Actor{Person: db.NewID(), Mail: "ana@example.nc", Lang: "fr", ProvedAt: b.now}
}

// enrol makes a passkey for somebody, by an authenticator of its own.
func (b *bench) enrol(by account.Actor) (*authenticator, Key) {
	b.t.Helper()
	a := newAuthenticator(b.t, b.at)
	key, err := b.enrolBy(a, by)
	if err != nil {
		b.t.Fatal(err)
	}
	return a, key
}

func (b *bench) enrolBy(a *authenticator, by account.Actor) (Key, error) {
	b.t.Helper()
	options, err := b.beginEnrol(b.t.Context(), b.at, b.browser, by)
	if err != nil {
		return Key{}, err
	}
	return b.finishEnrol(b.t.Context(), b.at, b.browser, by, "Téléphone", a.create(b.t, options))
}

func (b *bench) signIn(a *authenticator) (string, error) {
	b.t.Helper()
	options, err := b.beginSignIn(b.t.Context(), b.at, b.browser)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.finishSignIn(b.t.Context(), b.at, b.browser, a.get(b.t, options))
}

// wants fails the test unless the error has the key and kind.
func wants(t *testing.T, what string, err error, kind errs.Kind, key string) {
	t.Helper()
	if e := errs.As(err); e == nil || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %s of kind %d", what, err, key, kind)
	}
}

func TestEnrolAndSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by := b.someone()
		options, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		if err != nil {
			t.Fatal(err)
		}
		asked := string(encoded(t, options))
		for _, want := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"attestation":"none"`, `"timeout":300000`, `"id":"annuaire.example.nc"`} {
			if !strings.Contains(asked, want) {
				t.Errorf("a browser is not asked for %s: %s", want, asked)
			}
		}
		a := newAuthenticator(t, b.at)
		a.counter = 1
		key, err := b.finishEnrol(t.Context(), b.at, b.browser, by, "  Mon\ttéléphone ", a.create(t, options))
		if err != nil {
			t.Fatal(err)
		}
		if len(b.changes) != 1 || b.changes[0].Kind != Enrolled || b.changes[0].Key != key || b.changes[0].By.Person != by.Person {
			t.Errorf("told %+v", b.changes)
		}
		b.now, a.counter = b.now.Add(time.Hour), 2
		if who, err := b.signIn(a); err != nil || who != by.Person {
			t.Fatalf("signed in as %q: %v", who, err)
		}
		keys, err := b.Keys(t.Context(), by.Person)
		if err != nil || len(keys) != 1 || keys[0].Name != "Mon téléphone" || !keys[0].UsedAt.Equal(b.now) || keys[0].Host != b.at.host || !keys[0].CreatedAt.Equal(b.now.Add(-time.Hour)) {
			t.Errorf("%+v: %v", keys, err)
		}
		by.ProvedAt = b.now
		second, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		if err != nil || len(second.Response.CredentialExcludeList) != 1 || encode(second.Response.CredentialExcludeList[0].CredentialID) != encode(a.id) {
			t.Errorf("a second one must not be made by the same authenticator: %+v, %v", second, err)
		}
		_, err = b.finishEnrol(t.Context(), b.at, b.browser, by, "Encore", a.create(t, second))
		wants(t, "the same credential again", err, errs.Conflict, "passkey.known")

		b.changes = nil
		wants(t, "renamed by another", b.Rename(t.Context(), b.someone(), key.ID, "x"), errs.NotFound, "passkey.not_found")
		wants(t, "removed by another", b.Remove(t.Context(), b.someone(), key.ID), errs.NotFound, "passkey.not_found")
		for _, name := range []string{"", " \n ", strings.Repeat("é", LongestName+1)} {
			wants(t, "a bad name", b.Rename(t.Context(), by, key.ID, name), errs.Invalid, "passkey.bad_name")
		}
		if err := b.Rename(t.Context(), by, key.ID, "Bureau"); err != nil {
			t.Error(err)
		}
		if err := b.Remove(t.Context(), by, key.ID); err != nil {
			t.Error(err)
		}
		if len(b.changes) != 1 || b.changes[0].Kind != Removed || b.changes[0].Key.Name != "Bureau" {
			t.Errorf("told %+v", b.changes)
		}
		a.counter++
		_, err = b.signIn(a)
		wants(t, "a key that was removed", err, errs.NotFound, "passkey.unknown")
	})
}

// What an authenticator or a browser may lie about.
func TestSignInRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a, _ := b.enrol(b.someone())
		other, _ := b.enrol(b.someone())
		for what, lie := range map[string]func(*authenticator){
			"another origin":           func(a *authenticator) { a.origin = "https://annuaire.example.pf" },
			"another scheme":           func(a *authenticator) { a.origin = "http://annuaire.example.nc" },
			"another port":             func(a *authenticator) { a.origin += ":8443" },
			"another relying party":    func(a *authenticator) { a.rpID = "example.nc" },
			"nobody there":             func(a *authenticator) { a.absent = true },
			"another person's handle":  func(a *authenticator) { a.handle = other.handle },
			"no handle":                func(a *authenticator) { a.handle = nil },
			"another person's key":     func(a *authenticator) { a.id = other.id },
			"another person's":         func(a *authenticator) { a.id, a.handle = other.id, other.handle },
			"eligible for backup now":  func(a *authenticator) { a.eligible = true },
			"a backup that cannot be":  func(a *authenticator) { a.synced = true },
			"another authenticator":    func(a *authenticator) { a.key = newAuthenticator(t, b.at).key },
			"an origin that is opaque": func(a *authenticator) { a.origin = "null" },
		} {
			liar := a.clone()
			lie(liar)
			who, err := b.signIn(liar)
			wants(t, what, err, errs.Forbidden, "passkey.refused")
			if who != "" {
				t.Errorf("%s: signed in as %s", what, who)
			}
		}
		liar := a.clone()
		liar.unverified = true
		_, err := b.signIn(liar)
		wants(t, "not verified", err, errs.Forbidden, "passkey.unverified")
		liar = a.clone()
		liar.id = []byte("nobody has this one.")
		_, err = b.signIn(liar)
		wants(t, "an unknown key", err, errs.NotFound, "passkey.unknown")
		for _, answer := range []string{"", "{}", "null", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
			_, err = b.finishSignIn(t.Context(), b.at, b.browser, []byte(answer))
			wants(t, "no answer", err, errs.Usage, "passkey.unreadable")
		}
		if who, err := b.signIn(a); err != nil || who == "" {
			t.Errorf("after all this: %q, %v", who, err)
		}
	})
}

// A challenge serves once, in time, in the browser, for the purpose, the person and the site that it was given for.
func TestChallengesAreBound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by := b.someone()
		a, _ := b.enrol(by)
		begin := func() []byte {
			options, err := b.beginSignIn(t.Context(), b.at, b.browser)
			if err != nil {
				t.Fatal(err)
			}
			return a.get(t, options)
		}
		answer := begin()
		_, err := b.finishSignIn(t.Context(), b.at, newBrowser(), answer)
		wants(t, "in another browser", err, errs.Conflict, "passkey.expired")
		_, err = b.finishSignIn(t.Context(), b.at, "", answer)
		wants(t, "without the cookie", err, errs.Conflict, "passkey.expired")
		if _, err := b.finishSignIn(t.Context(), b.at, b.browser, answer); err != nil {
			t.Error(err)
		}
		_, err = b.finishSignIn(t.Context(), b.at, b.browser, answer)
		wants(t, "replayed", err, errs.Conflict, "passkey.expired")

		answer = begin()
		elsewhere := site{"https://autre.example.nc", "autre.example.nc", "Autre"}
		_, err = b.finishSignIn(t.Context(), elsewhere, b.browser, answer)
		wants(t, "at another site", err, errs.Conflict, "passkey.expired")
		_, err = b.finishSignIn(t.Context(), b.at, b.browser, answer)
		wants(t, "after it was tried elsewhere", err, errs.Conflict, "passkey.expired")

		answer = begin()
		b.now = b.now.Add(Lasts)
		_, err = b.finishSignIn(t.Context(), b.at, b.browser, answer)
		wants(t, "too late", err, errs.Conflict, "passkey.expired")

		options, err := b.beginSignIn(t.Context(), b.at, b.browser)
		if err != nil {
			t.Fatal(err)
		}
		liar := a.clone()
		liar.unverified = true
		_, err = b.finishSignIn(t.Context(), b.at, b.browser, liar.get(t, options))
		wants(t, "not verified", err, errs.Forbidden, "passkey.unverified")
		_, err = b.finishSignIn(t.Context(), b.at, b.browser, a.get(t, options))
		wants(t, "a second answer to one challenge", err, errs.Conflict, "passkey.expired")

		by.ProvedAt = b.now
		making, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		if err != nil {
			t.Fatal(err)
		}
		fresh := newAuthenticator(t, b.at)
		made := fresh.create(t, making)
		_, err = b.finishEnrol(t.Context(), b.at, b.browser, b.someone(), "x", made)
		wants(t, "for another person", err, errs.Conflict, "passkey.expired")
		a.challenge = making.Response.Challenge.String()
		_, err = b.signIn(a)
		wants(t, "the challenge of an enrolment", err, errs.Conflict, "passkey.expired")
		if _, err := b.finishEnrol(t.Context(), b.at, b.browser, by, "x", made); err != nil {
			t.Error(err)
		}

		begin()
		b.now = b.now.Add(Lasts)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return b.Purge(t.Context(), tx) }); err != nil {
			t.Error(err)
		}
		if n := count(t, d, "passkey_ceremonies"); n != 0 {
			t.Errorf("%d ceremonies are kept", n)
		}
	})
}

func count(t *testing.T, d *db.DB, table string) int {
	t.Helper()
	var n int
	if err := d.Read().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEnrolRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by := b.someone()
		for what, lie := range map[string]func(*authenticator){
			"another origin":          func(a *authenticator) { a.origin = "https://annuaire.example.nc.example.com" },
			"another relying party":   func(a *authenticator) { a.rpID = "example.com" },
			"nobody there":            func(a *authenticator) { a.absent = true },
			"a backup that cannot be": func(a *authenticator) { a.synced = true },
		} {
			a := newAuthenticator(t, b.at)
			lie(a)
			_, err := b.enrolBy(a, by)
			wants(t, what, err, errs.Forbidden, "passkey.refused")
		}
		a := newAuthenticator(t, b.at)
		a.unverified = true
		_, err := b.enrolBy(a, by)
		wants(t, "not verified", err, errs.Forbidden, "passkey.unverified")
		_, err = b.enrolBy(a, account.Actor{})
		wants(t, "a visitor", err, errs.Unauthenticated, account.KeySignIn)
		_, err = b.finishEnrol(t.Context(), b.at, b.browser, by, "x", []byte(`{"id":"AA"}`))
		wants(t, "no answer", err, errs.Usage, "passkey.unreadable")
		stale := by
		stale.ProvedAt = b.now.Add(-account.FreshFor - time.Second)
		_, err = b.enrolBy(a, stale)
		wants(t, "an old proof", err, errs.Forbidden, account.KeyConfirm)
		for _, at := range []site{{}, {"http://127.0.0.1:8080", "127.0.0.1", "x"}, {"", "annuaire.example.nc", "x"}} {
			_, err = b.beginEnrol(t.Context(), at, b.browser, by)
			wants(t, "no site", err, errs.Conflict, "passkey.nowhere")
		}
		if len(b.changes) != 0 || count(t, d, "passkeys") != 0 {
			t.Errorf("something was made: %+v", b.changes)
		}
		b.o.OnChange = func(context.Context, *db.Tx, Change) error { return errors.New("the audit fails") }
		if _, err := b.enrolBy(newAuthenticator(t, b.at), by); err == nil || count(t, d, "passkeys") != 0 {
			t.Errorf("kept although the change could not be told: %v", err)
		}
	})
}

// A counter that goes back, or stands still, speaks of a copy: nobody is let in, the key's person can see it, and the one that
// counts on still serves. Counters that stay at zero are those of authenticators that do not count.
func TestCopiedKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by := b.someone()
		a, key := b.enrol(by)
		for range 2 {
			if _, err := b.signIn(a); err != nil {
				t.Errorf("an authenticator that does not count: %v", err)
			}
		}
		a.counter = 7
		if _, err := b.signIn(a); err != nil {
			t.Error(err)
		}
		b.changes = nil
		for _, counter := range []uint32{7, 3, 0} {
			thief := a.clone()
			thief.counter = counter
			who, err := b.signIn(thief)
			wants(t, "a copy", err, errs.Forbidden, "passkey.suspect")
			if who != "" {
				t.Errorf("the copy signed in as %s", who)
			}
		}
		if len(b.changes) != 3 || b.changes[0].Kind != Suspected || b.changes[0].Key.ID != key.ID || b.changes[0].By.SignedIn() {
			t.Errorf("told %+v", b.changes)
		}
		if keys, err := b.Keys(t.Context(), by.Person); err != nil || !keys[0].SuspectAt.Equal(b.now) {
			t.Errorf("%+v: %v", keys, err)
		}
		a.counter = 8
		if _, err := b.signIn(a); err != nil {
			t.Error(err)
		}
	})
}

// Two answers by one authenticator at the same count arrive together: one of them is let in.
func TestCountersRace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a, _ := b.enrol(b.someone())
		a.counter = 5
		var answers [4][]byte
		for i := range answers {
			options, err := b.beginSignIn(t.Context(), b.at, b.browser)
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = a.get(t, options)
		}
		failures := atOnce(len(answers), func(i int) error {
			_, err := b.finishSignIn(t.Context(), b.at, b.browser, answers[i])
			return err
		})
		for _, err := range failures {
			wants(t, "a second one", err, errs.Forbidden, "passkey.suspect")
		}
		if len(failures) != len(answers)-1 {
			t.Errorf("%d of %d are refused", len(failures), len(answers))
		}
	})
}

// atOnce calls f n times together and gives the errors.
func atOnce(n int, f func(i int) error) []error {
	var together sync.WaitGroup
	failures := make([]error, n)
	for i := range n {
		together.Go(func() { failures[i] = f(i) })
	}
	together.Wait()
	return slices.DeleteFunc(failures, func(err error) bool { return err == nil })
}

func TestEnrolmentsRaceAtTheLimit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by := b.someone()
		for range Most - 1 {
			b.enrol(by)
		}
		var answers [3][]byte
		for i := range answers {
			options, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = newAuthenticator(t, b.at).create(t, options)
		}
		failures := atOnce(len(answers), func(i int) error {
			_, err := b.finishEnrol(t.Context(), b.at, b.browser, by, "x", answers[i])
			return err
		})
		for _, err := range failures {
			wants(t, "one too many", err, errs.Conflict, "passkey.too_many")
		}
		if len(failures) != len(answers)-1 || count(t, d, "passkeys") != Most {
			t.Errorf("%d refused, %d passkeys", len(failures), count(t, d, "passkeys"))
		}
		_, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		wants(t, "one too many", err, errs.Conflict, "passkey.too_many")
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return b.Erase(t.Context(), tx, by.Person) }); err != nil {
			t.Fatal(err)
		}
		if count(t, d, "passkeys")+count(t, d, "passkey_ceremonies") != 0 {
			t.Error("something is kept of who was erased")
		}
	})
}

// The rules of others are asked, with what the person has; and again where that has changed since the browser began.
func TestRulesOfOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		by, no := b.someone(), errs.New(errs.Forbidden, account.KeyStrong, nil)
		var asked []Held
		b.o.MayEnrol = func(_ context.Context, _ account.Actor, held Held) error {
			if asked = append(asked, held); held.All > 0 {
				return no
			}
			return nil
		}
		b.o.MayRemove = func(_ context.Context, _ account.Actor, left Held) error {
			if left.All == 0 {
				return no
			}
			return nil
		}
		first, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		if err != nil {
			t.Fatal(err)
		}
		second, err := b.beginEnrol(t.Context(), b.at, b.browser, by)
		if err != nil {
			t.Fatal(err)
		}
		key, err := b.finishEnrol(t.Context(), b.at, b.browser, by, "x", newAuthenticator(t, b.at).create(t, first))
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.finishEnrol(t.Context(), b.at, b.browser, by, "x", newAuthenticator(t, b.at).create(t, second))
		wants(t, "a second first one", err, errs.Forbidden, account.KeyStrong)
		b.at = site{"https://autre.example.nc", "autre.example.nc", "Autre"}
		_, err = b.enrolBy(newAuthenticator(t, b.at), by)
		wants(t, "one on another host", err, errs.Forbidden, account.KeyStrong)
		if want := []Held{{}, {}, {1, 1}, {0, 1}}; !slices.Equal(asked, want) {
			t.Errorf("asked with %v, want %v", asked, want)
		}
		wants(t, "the last one", b.Remove(t.Context(), by, key.ID), errs.Forbidden, account.KeyStrong)
	})
}
