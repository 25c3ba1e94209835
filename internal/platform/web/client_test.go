package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestClientAddr(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8", "127.0.0.1", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	rfc := Proxies{Trusted: proxies.Trusted, Forwarded: true}
	tests := []struct {
		name, peer string
		proxies    Proxies
		header     http.Header
		want       string
		tls        bool
		keepsID    bool
	}{
		{"spoofed", "203.0.113.9:1", proxies, http.Header{"X-Forwarded-For": {"1.2.3.4"}, "X-Forwarded-Proto": {"https"}}, "203.0.113.9", false, false},
		{"none trusted", "127.0.0.1:1", Proxies{}, http.Header{"X-Forwarded-For": {"1.2.3.4"}, "Forwarded": {"for=1.2.3.4;proto=https"}}, "127.0.0.1", false, false},
		{"trusted", "127.0.0.1:1", proxies, http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https"}}, "203.0.113.9", true, true},
		{"hearsay left of the client", "10.1.1.1:1", proxies, http.Header{"X-Forwarded-For": {"1.2.3.4, 203.0.113.9", "10.2.2.2"}}, "203.0.113.9", false, true},
		{"nonsense", "10.1.1.1:1", proxies, http.Header{"X-Forwarded-For": {"1.2.3.4, evil, 10.2.2.2"}}, "10.2.2.2", false, true},
		{"the other header", "10.1.1.1:1", proxies, http.Header{"Forwarded": {"for=1.2.3.4;proto=https"}}, "10.1.1.1", false, true},
		{"RFC 7239", "[::1]:1", rfc, http.Header{"Forwarded": {`for=1.2.3.4, For="[2001:db8::9]:4711"; proto=https`}, "X-Forwarded-For": {"6.6.6.6"}}, "2001:db8::9", true, true},
		{"mapped", "[::ffff:10.0.0.1]:1", proxies, http.Header{"X-Forwarded-For": {"203.0.113.9:5555"}}, "203.0.113.9", false, true},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header = tt.peer, tt.header
		r.Header.Set("X-Request-Id", "proxy-gave-1")
		var got string
		var tls bool
		w := httptest.NewRecorder()
		Stack(Options{Proxies: tt.proxies, Logger: slog.New(slog.DiscardHandler)}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got, tls = ClientAddr(r.Context()).String(), IsTLS(r)
		})).ServeHTTP(w, r)
		if got != tt.want || tls != tt.tls {
			t.Errorf("%s: client %s, TLS %v, want %s, %v", tt.name, got, tls, tt.want, tt.tls)
		}
		if kept := w.Header().Get("X-Request-Id") == "proxy-gave-1"; kept != tt.keepsID {
			t.Errorf("%s: identifier of the request kept: %v, want %v", tt.name, kept, tt.keepsID)
		}
	}
	if _, err := ParseProxies([]string{"10.0.0.0/99"}); err == nil {
		t.Error("a wrong network is accepted")
	}
}

func TestSaneID(t *testing.T) {
	for id, want := range map[string]string{
		"abc-DEF_1.2": "abc-DEF_1.2", "short": "", "with space 1": "", "new\nline-1": "", "<script>x": "", "": "",
		fmt.Sprintf("%065d", 1): "",
	} {
		if got := saneID(id); got != want {
			t.Errorf("saneID(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	now := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
	h := room(Options{
		Rate: Rate{PerSecond: 0.1, Burst: 2}, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler),
		Errors: Errors{Page: func(http.ResponseWriter, *http.Request, error) error {
			t.Error("a costly page answers a flood")
			return nil
		}},
	})
	ask := func(peer string) (int, string, string) {
		r := httptest.NewRequest("GET", "/page", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", fmt.Sprint("1.2.3.", now.Nanosecond()%250)) // must not help
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Header().Get("Retry-After"), w.Body.String()
	}
	steps := []struct {
		wait   time.Duration
		peer   string
		status int
		retry  string
	}{
		{0, "203.0.113.9:1", 200, ""},
		{1, "203.0.113.9:2", 200, ""},
		{1, "203.0.113.9:3", 429, "10"},
		{0, "203.0.113.8:1", 200, ""}, // another client
		{4 * time.Second, "203.0.113.9:1", 429, "6"},
		{6 * time.Second, "203.0.113.9:1", 200, ""},
		{0, "[2001:db8::1]:1", 200, ""},
		{0, "[2001:db8::2]:1", 200, ""},
		{0, "[2001:db8::3]:1", 429, "10"}, // the same network of 64 bits
	}
	for i, s := range steps {
		now = now.Add(s.wait)
		if status, retry, _ := ask(s.peer); status != s.status || retry != s.retry {
			t.Errorf("step %d: %d, Retry-After %q, want %d, %q", i, status, retry, s.status, s.retry)
		}
	}
}

func TestLimiterForgetsTheLongestSilent(t *testing.T) {
	l := newLimiter(Rate{PerSecond: 1, Burst: 1, Clients: 2})
	a, b, c := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("10.0.0.3")
	for i, s := range []struct {
		addr    netip.Addr
		refused bool
	}{{a, false}, {b, false}, {a, true}, {c, false}, {a, true}, {b, false}} { // c drove out b, which starts anew
		if _, wait := l.take(s.addr, 1, time.Unix(0, 0)); wait > 0 != s.refused {
			t.Errorf("step %d: must wait %v, want a refusal: %v", i, wait, s.refused)
		}
	}
	if len(l.buckets) != 2 || l.recent.Len() != 2 {
		t.Errorf("%d buckets, %d in the list, want 2", len(l.buckets), l.recent.Len())
	}
	off := newLimiter(Rate{PerSecond: -1})
	for range 1000 {
		if left, wait := off.take(a, 1, time.Now()); wait != 0 || left.limiter != nil {
			t.Fatal("no limit was asked for")
		}
	}
}

// An address is personal data: it is not held for longer than it serves.
func TestLimiterForgetsAfterTenMinutes(t *testing.T) {
	now := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
	l := newLimiter(Rate{PerSecond: 1, Burst: 1})
	address := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}) }
	for _, step := range []struct {
		wait     time.Duration
		from, to int // the clients that ask
		held     int
	}{
		{0, 0, 1000, 1000},
		{9 * time.Minute, 0, 10, 1000},
		{59 * time.Second, 1000, 1001, 1001},
		{time.Second, 1000, 1001, 11}, // the 990 that have been silent for ten minutes are gone
		{9 * time.Minute, 2000, 2001, 2},
		{time.Hour, 3000, 3001, 1},
	} {
		now = now.Add(step.wait)
		for n := step.from; n < step.to; n++ {
			l.take(address(n), 1, now)
		}
		if len(l.buckets) != step.held || l.recent.Len() != step.held {
			t.Errorf("after %v more: %d buckets, %d in the list, want %d", step.wait, len(l.buckets), l.recent.Len(), step.held)
		}
	}
}
