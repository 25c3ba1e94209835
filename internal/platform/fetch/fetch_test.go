package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
}

// near reaches the servers of the tests, which stand at 127.0.0.1, and nothing else that is private.
func near(o Options) *Client {
	o.Private = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	return New(o)
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func mustFail(t *testing.T, c *Client, address string, kind errs.Kind, key string) {
	t.Helper()
	answer, err := c.Get(t.Context(), address, "application/json", 1000)
	e := errs.As(err)
	if e == nil || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v %v, not %s", address, answer.Status, err, key)
	}
	if len(answer.Body) > 0 || strings.Contains(err.Error(), "SMTP") {
		t.Errorf("%s: an error with %d bytes of the answer, %v", address, len(answer.Body), err)
	}
}

func TestGet(t *testing.T) {
	var asked http.Header
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new?x=1", http.StatusFound)
			return
		}
		asked = r.Header
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, `{"ok":true}`)
	})
	answer, err := near(Options{UserAgent: "grappe-test"}).Get(t.Context(), where+"/old", "application/json", 11)
	if err != nil || answer.Status != http.StatusTeapot || string(answer.Body) != `{"ok":true}` || answer.URL != where+"/new?x=1" {
		t.Fatalf("%+v %v", answer, err)
	}
	if asked.Get("User-Agent") != "grappe-test" || asked.Get("Accept") != "application/json" || asked.Get("Referer") != "" {
		t.Errorf("asked with %v", asked)
	}
}

// What is no address of the web is refused before anything is asked, and so is every disguise of a private one.
func TestAddresses(t *testing.T) {
	c := New(Options{})
	for _, address := range []string{
		"", "annuaire.example", "ftp://example.org/", "file:///etc/passwd", "https://", "http://user:secret@example.org/", "http:example.org",
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://1.2.3.4.5/", "http://127.1./",
		"javascript:alert(1)", "http://exa mple/", "https://example.org/" + strings.Repeat("x", 2000),
	} {
		mustFail(t, c, address, errs.Usage, "fetch.address")
	}
	for _, host := range []string{
		"127.0.0.1", "127.9.9.9", "localhost", "[::1]", "[::]", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
		"[fe80::1%25lo]", "[fc00::1]", "[fd12::1]", "[ff02::1]", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
		"[2001:db8::1]", "[2001::1]", "[::7f00:1]", "[100::1]",
	} {
		mustFail(t, c, "http://"+host+":9/", errs.Forbidden, "fetch.private")
	}
}

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "172.15.255.255": true, "172.32.0.0": true, "100.63.255.255": true, "100.128.0.0": true, "2a00:1450:4007::1": true,
		"::ffff:8.8.8.8": true, "64:ff9b::808:808": true, "2002:808:808::1": true, "2001:4860:4860::8888": true,
		"64:ff9b::a00:1": false, "2002:c0a8:101::1": false, "::ffff:10.0.0.1": false, "3fff::1": false, "fec0::1": false, "5f00::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: public is %v", address, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

func TestParseNetworks(t *testing.T) {
	got, wrong := ParseNetworks([]string{"10.1.2.3/8", "::ffff:192.168.1.7", "fd00::/8"})
	if wrong != "" || fmt.Sprint(got) != "[10.0.0.0/8 192.168.1.7/32 fd00::/8]" {
		t.Errorf("%v %q", got, wrong)
	}
	for _, text := range []string{"", "10.0.0.0/33", "home", "fe80::1%lo"} {
		if _, wrong := ParseNetworks([]string{"10.0.0.0/8", text}); wrong != text {
			t.Errorf("%q is taken, %q is not", text, wrong)
		}
	}
}

// A redirect leads nowhere that one may not ask by oneself, and the one that it names is never asked.
func TestRedirects(t *testing.T) {
	var hits atomic.Int32
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("this machine has no second loopback address: %v", err)
	}
	hidden := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) })}}
	hidden.Start()
	t.Cleanup(hidden.Close)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n, ok := strings.CutPrefix(r.URL.Path, "/hop/"); ok {
			left, err := strconv.Atoi(n)
			if err != nil {
				t.Error(err)
			}
			if left == 0 {
				fmt.Fprint(w, "there")
				return
			}
			http.Redirect(w, r, "/hop/"+strconv.Itoa(left-1), http.StatusFound)
			return
		}
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	})
	c := near(Options{})
	for to, key := range map[string]string{
		hidden.URL + "/":                     "fetch.private",
		"http://169.254.169.254/latest":      "fetch.private",
		"http://[::1]:" + port + "/":         "fetch.private",
		"http://[::ffff:7f00:2]:" + port:     "fetch.private",
		"http://2130706434:" + port + "/":    "fetch.unfit",
		"http://0x7f000002:" + port + "/":    "fetch.unfit",
		"http://u:p@127.0.0.1/":              "fetch.unfit",
		"file:///etc/passwd":                 "fetch.unfit",
		"gopher://127.0.0.1/":                "fetch.unfit",
		where + "/?to=" + hidden.URL + "%2F": "fetch.private",
		where + "/hop/3":                     "fetch.redirects",
	} {
		mustFail(t, c, where+"/?to="+strings.ReplaceAll(to, "?", "%3F"), errs.Forbidden, key)
	}
	mustFail(t, c, where+"/hop/4", errs.Forbidden, "fetch.redirects")
	if answer, err := c.Get(t.Context(), where+"/hop/3", "*/*", 10); err != nil || string(answer.Body) != "there" {
		t.Errorf("three redirects: %+v %v", answer, err)
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the private server was asked %d times", n)
	}
}

func TestNoWayOutOfHTTPS(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "plain") })
	s := httptest.NewTLSServer(http.RedirectHandler(plain, http.StatusFound))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	c := near(Options{})
	mustFail(t, c, s.URL, errs.Unavailable, "fetch.certificate")
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		t.Fatal("another transport")
	}
	trusted, ok := s.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("another transport")
	}
	transport.TLSClientConfig.RootCAs = trusted.TLSClientConfig.RootCAs
	mustFail(t, c, s.URL, errs.Forbidden, "fetch.downgrade")
}

// The environment does not lead requests elsewhere.
func TestNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:9")
	t.Setenv("http_proxy", "http://192.0.2.1:9")
	where := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "direct") })
	if answer, err := near(Options{}).Get(t.Context(), where, "*/*", 10); err != nil || string(answer.Body) != "direct" {
		t.Errorf("%+v %v", answer, err)
	}
}

func TestSizes(t *testing.T) {
	hijack := func(w http.ResponseWriter, text string) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, text); err != nil {
			t.Log(err) // the client may be gone
		}
	}
	long := strings.Repeat("x", 1001)
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			w.Header().Set("Content-Length", "1001")
			fmt.Fprint(w, long)
		case "/chunks":
			for range 100 {
				fmt.Fprint(w, long[:100])
				w.(http.Flusher).Flush()
			}
		case "/bomb":
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			for range 1000 {
				fmt.Fprint(z, long)
			}
			z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
			_, _ = w.Write(b.Bytes())
		case "/announced":
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nshort")
		case "/promised":
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort")
		case "/less":
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nmuch more")
		case "/broken":
			hijack(w, "SMTP ready\r\n")
		case "/headers":
			hijack(w, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 100_000)+"\r\n\r\n")
		case "/notgzip":
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is not gzip yet")
		}
	})
	c := near(Options{})
	for path, key := range map[string]string{
		"/long": "fetch.too_large", "/chunks": "fetch.too_large", "/bomb": "fetch.too_large", "/announced": "fetch.too_large",
	} {
		mustFail(t, c, where+path, errs.TooLarge, key)
	}
	for path, key := range map[string]string{
		"/promised": "fetch.cut", "/broken": "fetch.broken", "/headers": "fetch.broken", "/notgzip": "fetch.broken",
	} {
		mustFail(t, c, where+path, errs.Unavailable, key)
	}
	if answer, err := c.Get(t.Context(), where+"/less", "*/*", 1000); err != nil || string(answer.Body) != "muc" {
		t.Errorf("a length that is too small: %+v %v", answer, err) // what it says ends there: the reader of the content judges
	}
}

func TestSlow(t *testing.T) {
	begun, release := make(chan struct{}, 1), make(chan struct{})
	t.Cleanup(func() { close(release) })
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/silent" {
			fmt.Fprint(w, "drip")
			w.(http.Flusher).Flush()
			begun <- struct{}{}
		}
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	mustFail(t, near(Options{Header: 20 * time.Millisecond}), where+"/silent", errs.Unavailable, "fetch.slow")
	mustFail(t, near(Options{Whole: 20 * time.Millisecond}), where+"/silent", errs.Unavailable, "fetch.slow")

	// Four bytes came in the first window, and none in the next.
	c, ticks := near(Options{Pace: Pace{Bytes: 4}}), make(chan time.Time)
	c.windows = func(time.Duration) (<-chan time.Time, func()) { return ticks, func() {} }
	go func() {
		<-begun
		for range 3 {
			select {
			case ticks <- time.Time{}:
			case <-t.Context().Done():
			}
		}
	}()
	got := make(chan error, 1)
	go func() {
		_, err := c.Get(t.Context(), where+"/drip", "*/*", 1000)
		got <- err
	}()
	if e := errs.As(<-got); e == nil || e.Key != "fetch.slow" {
		t.Errorf("a drip: %v", e)
	}
}

// A server that takes the connection and never speaks TLS.
func TestSilentHandshake(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	mustFail(t, near(Options{Connect: 20 * time.Millisecond}), "https://"+l.Addr().String(), errs.Unavailable, "fetch.slow")
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	mustFail(t, near(Options{}), address, errs.Unavailable, "fetch.unreachable")
	mustFail(t, near(Options{}), "http://nobody.invalid/", errs.Unavailable, "fetch.unreachable")
}

// Whoever stops waiting is told so, and not that the server is slow.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	where := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := near(Options{}).Get(ctx, where, "*/*", 10); !errors.Is(err, context.Canceled) || errs.As(err) != nil {
		t.Errorf("%v", err)
	}
}

// A glance reads no body, however long, and may be allowed more redirects.
func TestGlance(t *testing.T) {
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if left := len(r.URL.Path) - 1; left > 0 {
			http.Redirect(w, r, "/"+strings.Repeat("x", left-1), http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	})
	c := near(Options{Redirects: 5})
	if a, err := c.Glance(t.Context(), where+"/xxxxx", "*/*"); err != nil || a.Status != http.StatusNotFound || len(a.Body) != 0 || a.URL != where+"/" {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := c.Glance(t.Context(), where+"/xxxxxx", "*/*"); errs.As(err) == nil || errs.As(err).Key != "fetch.redirects" {
		t.Error(err)
	}
}
