package mirror

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale/localetest"
)

// drip answers each request that there is more.
func drip() func(http.ResponseWriter, *http.Request) bool {
	var n atomic.Int64
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"territory":"pf","changes":[],"next":"x%d","more":true}`, n.Add(1))
		return true
	}
}

// A source that does not come to its end in time is told as slow, and left alone for a while.
func TestSlowSourceIsTold(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"))
	p.follow(t, s)
	s.spoilt(drip())
	p.limits.time = 100 * time.Millisecond
	for i := range 3 {
		p.clock.pass(48 * time.Hour)
		now := p.clock.Now()
		if n := p.syncDue(t); n != 0 {
			t.Fatalf("round %d: it is up to date", i)
		}
		m, err := p.Get(t.Context(), "pf")
		if err != nil || m.Failures != i+1 || m.Fault == nil || m.Fault.Key != "mirror.slow" || !m.LastTryAt.Equal(now) || !m.NextAt.After(now) || !m.Stale(now) || m.Cards != 1 {
			t.Fatalf("round %d: %+v %+v, %v", i, m, m.Fault, err)
		}
		if said := m.Message(localetest.Printer(t, "fr", Texts, fetch.Texts)); !strings.Contains(said, "est trop lent") || strings.ContainsAny(said, "{}") {
			t.Error(said)
		}
	}
	s.spoilt(nil)
	p.clock.pass(48 * time.Hour)
	p.limits.time = longestSync
	if n := p.syncDue(t); n != 1 {
		t.Error("it does not recover")
	}
	p.equal(t, s)
}

// Who waits for a synchronisation decides when it is enough, and to be stopped is no fault of the source.
func TestStoppedIsNotSlow(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"))
	p.follow(t, s)
	s.spoilt(drip())
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.Sync(ctx, "pf", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if m, err := p.Get(t.Context(), "pf"); err != nil || m.Failures != 0 || m.Fault != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

// A source that keeps us waiting holds up no other.
func TestSourcesAreReadSideBySide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		slow, quick, p := newSource(t), newSource(t), newPlace(t, d)
		slow.set(card("A"))
		p.follow(t, slow)
		waits, goOn, asked := make(chan struct{}, 100), make(chan struct{}), make(chan struct{}, 100)
		slow.spoilt(func(http.ResponseWriter, *http.Request) bool {
			waits <- struct{}{}
			<-goOn
			return false
		})
		quick.spoilt(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, changesPath) {
				asked <- struct{}{}
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"territory":"nc","changes":[],"next":"x","more":false}`)
			return true
		})
		if _, err := p.Add(t.Context(), Source{Address: quick.url + "/nc", Territory: "nc"}); err != nil {
			t.Fatal(err)
		}
		p.rooms.Every = 10 * time.Millisecond // by the true clock, for Follow's looks
		p.clock.pass(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.Follow(ctx) }()
		<-waits
		for range 3 {
			<-asked
			p.clock.pass(time.Hour)
		}
		if len(waits) > 0 {
			t.Error("a source is asked again while it is waited for")
		}
		close(goOn)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// A source that suddenly knows far fewer cards has lost them, whatever it adds meanwhile, until somebody says otherwise.
func TestShrunkenSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		a, b, c := card("A"), card("B"), card("C")
		s.set(a, b, c)
		p.follow(t, s)
		refused := func(key string, cards int) {
			t.Helper()
			r, err := p.Sync(t.Context(), "pf", nil)
			if e := errs.As(err); e == nil || e.Key != key || r.Removed != 0 || r.Mirror.Cards != cards {
				t.Fatalf("%v, %+v", err, r)
			}
		}
		s.restore("b")
		refused("mirror.emptied", 3)
		added := card("D")
		s.set(added)
		refused("mirror.shrunk", 4)
		refused("mirror.shrunk", 4)
		m, err := p.Get(t.Context(), "pf")
		if said := m.Message(localetest.Printer(t, "fr", Texts)); err != nil || !strings.Contains(said, "plus que 1 fiche, sur 4") || !strings.Contains(said, "--fewer "+s.url) {
			t.Errorf("%s %v", said, err)
		}
		s.set(a) // half of them are back
		r := p.sync(t)
		counted(t, r, 0, 0, 2, 2)
		p.equal(t, s)

		s.restore("c", b)
		refused("mirror.shrunk", 3)
		r, err = p.SyncFewer(t.Context(), "pf", nil)
		if err != nil {
			t.Fatal(err)
		}
		counted(t, r, 0, 0, 2, 1)
		p.equal(t, s)

		s.restore("d")
		if _, err := p.SyncFewer(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != "mirror.emptied" {
			t.Errorf("%v", err)
		}
	})
}

// The terms of the source follow it, day by day, and only what can be told is taken for terms.
func TestTermsFollowTheSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		s.set(card("A"))
		said, status := "", http.StatusOK
		s.spoilt(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, territoriesPath) {
				return false
			}
			w.WriteHeader(status)
			fmt.Fprint(w, `{"territories":[{"code":"pf","name":"PF","licence":`+said+`}]}`)
			return true
		})
		is := func(id, name string) {
			t.Helper()
			m, err := p.Get(t.Context(), "pf")
			if err != nil || m.Terms.ID != id || m.Licence != name || (m.Terms.URL == "") != (id == "") {
				t.Errorf("%+v %v, not %s %s", m, err, id, name)
			}
		}
		said = `{"id":"etalab-2.0","name":"Licence Ouverte 2.0"}`
		p.follow(t, s)
		is("etalab-2.0", "Licence Ouverte 2.0")
		said = `{"id":"odbl-1.0"}`
		p.sync(t)
		is("etalab-2.0", "Licence Ouverte 2.0") // asked once a day
		for range 5 {
			p.clock.pass(5 * time.Hour)
			p.sync(t)
		}
		is("ODbL-1.0", "odbl-1.0")
		said = `{"id":"mine","name":"Mienne","url":"javascript:alert(1)"}`
		p.clock.pass(25 * time.Hour)
		p.sync(t)
		is("", "Mienne")
		said = `{"id":"mine","name":"Mienne","url":"https://example.pf/licence"}`
		p.follow(t, s) // asked for again, which asks what it is
		is("mine", "Mienne")
		status = http.StatusInternalServerError
		p.follow(t, s)
		p.clock.pass(25 * time.Hour)
		p.sync(t)
		is("mine", "Mienne") // it did not say otherwise
		status, said = http.StatusOK, `null`
		p.sync(t)
		is("", "")
	})
}

// "www.example.pf" is no address that a card shows: it is noted, and not lost on the way.
func TestSitesHaveAScheme(t *testing.T) {
	for address, want := range map[string]bool{
		"https://example.pf": true, "http://example.pf/a?b": true, "www.example.pf": false, "example.pf/a": false, "ftp://example.pf": false,
		"javascript:alert(1)": false, "https://": false, "https://localhost": false, "": false,
	} {
		if isSite(address) != want {
			t.Errorf("%q", address)
		}
	}
}
