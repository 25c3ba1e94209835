package watch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
}

// on is a day of the tests.
func on(n int) time.Time { return time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

func TestDeath(t *testing.T) {
	type step struct {
		day   int
		fault Fault
		busy  bool
	}
	for name, tt := range map[string]struct {
		steps []step
		dead  bool
	}{
		"well":                        {[]step{{0, "", false}}, false},
		"once":                        {[]step{{0, NoName, false}}, false},
		"three times in three days":   {[]step{{0, NoName, false}, {1, NoName, false}, {3, NoName, false}}, false},
		"twice in a month":            {[]step{{0, NoName, false}, {30, NoName, false}}, false},
		"three times in seven days":   {[]step{{0, NoName, false}, {4, Missing, false}, {7, NoName, false}}, true},
		"a certificate":               {[]step{{0, Certificate, false}, {4, Certificate, false}, {8, Certificate, false}}, true},
		"back between":                {[]step{{0, NoName, false}, {4, "", false}, {8, NoName, false}, {12, NoName, false}}, false},
		"back":                        {[]step{{0, NoName, false}, {4, NoName, false}, {8, NoName, false}, {15, "", false}}, false},
		"busy says nothing":           {[]step{{0, NoName, false}, {4, NoName, false}, {8, "", true}}, false},
		"busy for weeks":              {[]step{{0, Failing, false}, {4, Failing, false}, {8, Failing, false}, {15, "", true}, {31, "", true}}, false},
		"busy, then down again":       {[]step{{0, Failing, false}, {4, Failing, false}, {8, Failing, false}, {15, "", true}, {31, Failing, false}}, true},
		"busy revives nobody":         {[]step{{0, NoName, false}, {4, NoName, false}, {8, NoName, false}, {15, "", true}}, true},
		"down for a week":             {[]step{{0, Failing, false}, {4, Failing, false}, {8, Failing, false}, {15, Failing, false}}, false},
		"down for a month":            {[]step{{0, Failing, false}, {4, Silent, false}, {8, Failing, false}, {30, Failing, false}}, true},
		"silent, then without a name": {[]step{{0, Silent, false}, {4, Silent, false}, {8, NoName, false}}, true},
	} {
		s := Site{Listing: "l", URL: "https://a.nc"}
		for _, step := range tt.steps {
			s = s.After(Look{At: on(step.day), Fault: step.fault, Busy: step.busy})
			if wait := s.NextAt.Sub(on(step.day)); wait < day || wait > month+3*day {
				t.Errorf("%s: looked at again after %v", name, wait)
			}
		}
		if s.Dead() != tt.dead {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestNext(t *testing.T) {
	s := Site{Listing: "l", URL: "https://a.nc"}
	for n, want := range []time.Duration{soon, soon, week, week, week, week, week, month, month} {
		s = s.After(Look{At: on(n), Fault: NoName})
		if got := s.NextAt.Sub(on(n)); got != want {
			t.Errorf("failure %d: again after %v, not %v", n+1, got, want)
		}
	}
	for _, tt := range []struct{ until, want time.Time }{{time.Time{}, on(1)}, {on(3), on(3)}, {on(400), on(30)}} {
		if s := s.After(Look{At: on(0), Busy: true, Until: tt.until}); !s.NextAt.Equal(tt.want) {
			t.Errorf("busy until %v: %v", tt.until, s.NextAt)
		}
	}
}

func TestSevered(t *testing.T) {
	before := func(well int, others int) []Site {
		sites := make([]Site, well+others)
		for i := range well {
			sites[i].CheckedAt = on(0)
		}
		return sites
	}
	looks := func(faults ...Fault) []Look {
		out := make([]Look, len(faults))
		for i, f := range faults {
			out[i].Fault = f
		}
		return out
	}
	for name, tt := range map[string]struct {
		sites []Site
		looks []Look
		want  bool
	}{
		"nobody was reached":            {before(0, 2), looks(NoName, Silent), true},
		"one was":                       {before(0, 3), looks(NoName, Silent, ""), false},
		"a wrong page is an answer":     {before(0, 2), looks(NoName, Missing), false},
		"most of those that were well":  {before(5, 0), looks(Silent, Silent, Silent, "", ""), true},
		"few of those that were well":   {before(5, 0), looks(Silent, Silent, "", "", ""), false},
		"too few to tell":               {before(3, 0), looks(Silent, Silent, ""), false},
		"those never seen do not count": {before(1, 5), looks("", Silent, Silent, Silent, Silent, Silent), false},
	} {
		if got := Severed(tt.sites, tt.looks); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What real servers answer, through the client that asks.
func TestFaults(t *testing.T) {
	release := make(chan struct{})
	mux := http.NewServeMux()
	for path, status := range map[string]int{
		"/well": 200, "/login": 401, "/forbidden": 403, "/nomethod": 405, "/missing": 404, "/gone": 410, "/broken": 500, "/limited": 429, "/tea": 418,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	mux.HandleFunc("/maintained", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	mux.HandleFunc("/hops/", func(w http.ResponseWriter, r *http.Request) {
		if n := strings.TrimPrefix(r.URL.Path, "/hops/"); n != "" {
			http.Redirect(w, r, "/hops/"+n[1:], http.StatusFound)
		}
	})
	mux.HandleFunc("/near", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2:9/", http.StatusFound)
	})
	mux.HandleFunc("/metadata", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusFound)
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	wrong := httptest.NewTLSServer(mux)
	t.Cleanup(wrong.Close)
	deaf := httptest.NewServer(mux)
	deaf.Close()
	client := fetch.New(fetch.Options{
		Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Redirects: 8, Header: 200 * time.Millisecond, Whole: 5 * time.Second,
	})
	for address, want := range map[string]Look{
		server.URL + "/well": {Status: 200}, server.URL + "/login": {Status: 401}, server.URL + "/forbidden": {Status: 403},
		server.URL + "/nomethod": {Status: 405}, server.URL + "/tea": {Status: 418}, server.URL + "/huge": {Status: 200},
		server.URL + "/missing": {Status: 404, Fault: Missing}, server.URL + "/gone": {Status: 410, Fault: Missing},
		server.URL + "/broken": {Status: 500, Fault: Failing}, server.URL + "/limited": {Status: 429, Busy: true},
		server.URL + "/maintained": {Status: 503, Busy: true, Until: on(0).Add(2 * time.Hour)},
		server.URL + "/circle":     {Fault: Circle}, server.URL + "/hops/xxxxxxxx": {Status: 200},
		server.URL + "/near": {Fault: Private}, server.URL + "/metadata": {Fault: Private}, "http://10.0.0.1/": {Fault: Private},
		server.URL + "/slow": {Fault: Silent}, wrong.URL + "/well": {Fault: Certificate}, deaf.URL: {Fault: Closed},
	} {
		a, err := client.Glance(t.Context(), address, accept)
		got, ok := judge(a, err, on(0))
		want.At = on(0)
		if !ok || got != want {
			t.Errorf("%s: %+v %v, not %+v", address, got, err, want)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if a, err := client.Glance(stopped, server.URL+"/well", accept); !errors.Is(err, context.Canceled) {
		t.Error(err)
	} else if _, ok := judge(a, err, on(0)); ok {
		t.Error("something was learnt by being stopped")
	}
}

func TestUserAgent(t *testing.T) {
	if got := UserAgent("https://annuaire.example"); got != "Grappe-watch/1 (+https://annuaire.example)" {
		t.Error(got)
	}
	if a, b := Jitter("https://a.example"), Jitter("https://b.example"); a == b || a < 0 || a >= time.Hour {
		t.Errorf("%v and %v", a, b)
	}
}
