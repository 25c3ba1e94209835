package oidc

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
)

const wellKnown = "/.well-known/openid-configuration"

// A description is read once an hour, keys when they are needed; many who come at once cause one reading.
func TestDescribedOnce(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got := w.browser(t).get(w.url + Path("a")); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.key)
			}
		})
	}
	group.Wait()
	if n := l.count(wellKnown); n != 1 {
		t.Errorf("%d readings", n)
	}
	w.pass(describedFor)
	if got := w.browser(t).get(w.url + Path("a")); got.status != http.StatusOK || l.count(wellKnown) != 2 {
		t.Errorf("%d %s after %d readings", got.status, got.key, l.count(wellKnown))
	}
}

// A service that could not be read is left alone for a few seconds, and no longer.
func TestFailureIsShort(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	l.change(func() { l.instead[wellKnown] = says(http.StatusBadGateway, "text/plain", "secret") })
	for range 3 {
		w.mustFail(t, w.browser(t).get(w.url+Path("a")), errs.Unavailable, "oidc.down")
	}
	if n := l.count(wellKnown); n != 1 {
		t.Errorf("%d readings", n)
	}
	l.change(func() { delete(l.instead, wellKnown) })
	w.pass(failedFor)
	if got := w.browser(t).get(w.url + Path("a")); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.key)
	}
}

// Keys may change between two who sign in, and even move; a key that is published no longer is believed no longer.
func TestKeysChange(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	again := func(what string) {
		t.Helper()
		w.door.proofs = nil
		if got := w.browser(t).get(w.url + Path("a")); got.status != http.StatusOK {
			t.Errorf("%s: %d %s\n%s", what, got.status, got.key, w.log)
		}
	}
	again("at first")
	l.change(func() { l.key, l.kid = keys()[1], "two"; l.published["two"] = l.key })
	again("a second key")
	l.change(func() { l.key, l.published["two"] = keys()[0], keys()[0] })
	again("another key of the same name")
	w.pass(failedFor)
	l.change(func() {
		l.describes = set("jwks_uri", l.url+"/keys2")
		l.instead["/keys"] = says(http.StatusOK, "application/json", `{"keys":[]}`)
		l.key, l.kid = keys()[1], "three"
		l.published["three"] = l.key
	})
	again("keys that have moved")
	if n := l.count(wellKnown); n != 2 {
		t.Errorf("%d readings", n)
	}
	// It signs by a key that it does not publish: the description is read once more, not each time.
	l.change(func() { l.kid = "four" })
	w.door.proofs = nil
	for range 3 {
		w.mustFail(t, w.browser(t).get(w.url+Path("a")), errs.Forbidden, "oidc.bad_answer")
	}
	if n := l.count(wellKnown); n != 2 {
		t.Errorf("%d readings", n)
	}
	w.pass(describedFor)
	l.change(func() { delete(l.published, "three"); l.kid, l.instead = "three", map[string]http.HandlerFunc{} })
	w.mustFail(t, w.browser(t).get(w.url+Path("a")), errs.Forbidden, "oidc.bad_answer")
}

// A service that never answers keeps nobody for long, and who leaves takes nobody along.
func TestSilentService(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	l.change(func() { l.instead[wellKnown] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() } })
	client := fetch.New(fetch.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Whole: 50 * time.Millisecond}).HTTP(mostBytes)
	w.service.client, w.service.catalogue = client, newCatalogue(client, w.Now)
	w.mustFail(t, w.browser(t).get(w.url+Path("a")), errs.Unavailable, "oidc.down")

	w.pass(failedFor)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := w.service.catalogue.of(gone, l.url); err == nil {
		t.Error("who left was answered")
	}
	if _, err := w.service.catalogue.of(t.Context(), l.url); errs.As(err) == nil || errs.As(err).Key != "fetch.slow" {
		t.Errorf("%v", err)
	}
	if n := l.count(wellKnown); n != 2 {
		t.Errorf("%d readings", n)
	}
}

// What the operator is told of a service, before anybody signs in by it.
func TestCheck(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	check := func(s *Service, issuer, key string) {
		t.Helper()
		err := s.Check(t.Context(), Provider{Issuer: issuer})
		if e := errs.As(err); key == "" && err != nil || key != "" && (e == nil || e.Key != key) {
			t.Errorf("%s: %v, not %q", issuer, err, key)
		}
	}
	check(w.service, l.url, "")
	check(w.service, l.url+"/", "oidc.check_issuer")
	check(w.service, l.url+"/realm", "oidc.check_description")
	check(w.service, "https://nobody.invalid", "fetch.unreachable")
	check(w.service, "https://192.168.1.1", "fetch.private")
	strict, err := New(Options{DB: w.service.db, Door: w.door, Key: testKey()})
	if err != nil {
		t.Fatal(err)
	}
	check(strict, l.url, "fetch.private")
	l.change(func() { l.describes = set("jwks_uri", nil) })
	check(w.service, l.url, "oidc.check_description")
}

// An issuer that is encrypted must not lead to places that are not.
func TestEndpointsStayEncrypted(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://other.nc/token": true, "http://issuer.nc/token": false, "": false, "javascript:alert(1)": false, "//issuer.nc/x": false, "ftp://issuer.nc": false,
	} {
		if err := fitEndpoints("https://issuer.nc", address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
