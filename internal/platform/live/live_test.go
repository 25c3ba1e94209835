package live

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/web"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// station is a hub behind a server, as it runs.
type station struct {
	*Hub
	server *httptest.Server
	stop   context.CancelFunc
	done   chan struct{}
	size   atomic.Int64 // of the data of an event, beside its position
}

// open starts a hub behind the middleware of every page, over HTTP/2 if so wanted.
func open(t *testing.T, o Options, h2 bool) *station {
	t.Helper()
	s := &station{Hub: New(o), done: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { defer close(s.done); s.Run(ctx) }()
	handler := web.Handler(func(w http.ResponseWriter, r *http.Request) error {
		after, err := strconv.ParseInt("0"+r.URL.Query().Get("after"), 10, 64)
		if err != nil {
			return err
		}
		return s.Serve(w, r, Stream{Topic: r.URL.Path, Client: web.ClientAddr(r.Context()), After: after, Event: s.event})
	})
	s.server = httptest.NewUnstartedServer(web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler), Rate: web.Rate{PerSecond: -1}, Timeout: 50 * time.Millisecond,
	}, handler))
	if s.server.EnableHTTP2 = h2; h2 {
		s.server.StartTLS()
	} else {
		s.server.Start()
	}
	t.Cleanup(func() {
		stop()
		<-s.done
		s.server.Close()
	})
	return s
}

func (s *station) event(_ context.Context, at int64) (Event, error) {
	return Event{ID: fmt.Sprint(at), Data: fmt.Sprint(at) + strings.Repeat(" ", int(s.size.Load()))}, nil
}

// ear is a client that reads.
type ear struct {
	t     *testing.T
	body  io.ReadCloser
	lines *bufio.Scanner
}

// listen opens a connection, which must be welcome.
func (s *station) listen(t *testing.T, path string) *ear {
	t.Helper()
	response := s.ask(t, http.MethodGet, path)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" ||
		response.Header.Get("X-Accel-Buffering") != "no" || response.Header.Get("X-Frame-Options") == "" || response.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%s: %d %v", path, response.StatusCode, response.Header)
	}
	e := &ear{t, response.Body, bufio.NewScanner(response.Body)}
	e.lines.Buffer(nil, 64<<20)
	t.Cleanup(func() { response.Body.Close() })
	if line := e.line(); !strings.HasPrefix(line, "retry: ") {
		t.Fatalf("a connection begins by %q", line)
	}
	return e
}

func (s *station) ask(t *testing.T, method, path string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := s.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// line is the next one that is not empty, "" at the end.
func (e *ear) line() string {
	for e.lines.Scan() {
		if line := e.lines.Text(); line != "" {
			return line
		}
	}
	return ""
}

// hears fails unless the next event is that of a position; heartbeats do not count.
func (e *ear) hears(at int64) {
	e.t.Helper()
	for {
		switch line := e.line(); line {
		case ":":
			continue
		case fmt.Sprint("id: ", at):
			if data := strings.TrimSpace(e.line()); data != fmt.Sprint("data: ", at) {
				e.t.Errorf("the data of %d are %.100q", at, data)
			}
			return
		default:
			e.t.Fatalf("%.100q, want the event of %d", line, at)
		}
	}
}

// until waits for a condition that nobody signals.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline, again := time.After(patience), time.NewTicker(2*time.Millisecond)
	defer again.Stop()
	for !is() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}

// bothWays runs a test on connections that are taken out of the server's hands, and on those that stay there.
func bothWays(t *testing.T, test func(t *testing.T, h2 bool)) {
	t.Helper()
	t.Run("http1", func(t *testing.T) { test(t, false) })
	t.Run("http2", func(t *testing.T) { test(t, true) })
}

func TestNewsComesToThoseWhoFollow(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		s := open(t, Options{Spacing: time.Millisecond}, h2)
		s.Tell(5)
		here, there, knows := s.listen(t, "/here"), s.listen(t, "/there"), s.listen(t, "/here?after=5")
		behind, ahead := s.listen(t, "/here?after=4"), s.listen(t, "/here?after=900")
		for _, e := range []*ear{here, there, behind} {
			e.hears(5)
		}
		s.Tell(6, "/here", "/nowhere")
		for _, e := range []*ear{here, knows, behind, ahead} {
			e.hears(6)
		}
		s.Tell(9, "/there")
		there.hears(9)
		s.Tell(8, "/here") // it lies behind what is known of all, but not of this topic
		here.hears(8)
		late := s.listen(t, "/here?after=6")
		late.hears(8)
	})
}

// A connection outlives the time that a request has, and shows that it does.
func TestQuietConnectionsLive(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		s := open(t, Options{Beat: ringSize * time.Millisecond}, h2) // the time of a request is 50 ms
		e := s.listen(t, "/here")
		for range 10 {
			if line := e.line(); line != ":" {
				t.Fatalf("%q, want a heartbeat", line)
			}
		}
	})
}

func TestHeadAsksWithoutWaiting(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		s := open(t, Options{}, h2)
		if got := s.ask(t, http.MethodHead, "/here"); got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != "text/event-stream" || s.Connections() != 0 {
			t.Errorf("%d %v", got.StatusCode, got.Header)
		}
	})
}

// Who has no room is told when to come back, and finds it once another leaves.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		o    Options
		want int
	}{
		"of a client": {Options{PerClient: 2}, http.StatusTooManyRequests},
		"in all":      {Options{Most: 2, PerClient: -1}, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, func(t *testing.T, h2 bool) {
				s := open(t, test.o, h2)
				first := s.listen(t, "/a")
				s.listen(t, "/b")
				got := s.ask(t, http.MethodGet, "/c")
				if got.Body.Close(); got.StatusCode != test.want || got.Header.Get("Retry-After") != retryAfter {
					t.Errorf("%d %v, want %d", got.StatusCode, got.Header, test.want)
				}
				first.body.Close()
				until(t, "a place is free again", func() bool { return s.Connections() == 1 })
				s.listen(t, "/c")
			})
		})
	}
}

// Nobody waits for one who does not read.
func TestWhoDoesNotReadHoldsUpNobody(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		s := open(t, Options{Patience: time.Hour, Spacing: 10 * time.Millisecond}, h2)
		s.size.Store(1 << 20)
		deaf, reader := s.listen(t, "/here"), s.listen(t, "/here")
		for at := range int64(20) {
			s.Tell(at+1, "/here")
			reader.hears(at + 1)
		}
		if s.Connections() != 2 {
			t.Errorf("%d connections", s.Connections())
		}
		deaf.body.Close()
	})
}

// Whoever does not read for longer than the hub's patience loses the connection, and nothing is kept for it.
func TestWhoDoesNotReadIsCut(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		// Whoever reads has this long for each event, on a busy machine as well.
		s := open(t, Options{Patience: 2 * time.Second, Spacing: 10 * time.Millisecond}, h2)
		s.size.Store(1 << 20)
		deaf := s.listen(t, "/here")
		reader := s.listen(t, "/here")
		at := int64(0)
		until(t, "the deaf connection is cut", func() bool {
			at++
			s.Tell(at, "/here")
			reader.hears(at)
			return s.Connections() == 1
		})
		deaf.body.Close()
	})
}

// What comes while nobody can be told yet is one event.
func TestNewsOfOneMomentIsOneEvent(t *testing.T) {
	s := open(t, Options{Spacing: 100 * time.Millisecond}, false)
	e := s.listen(t, "/here")
	s.Tell(1, "/here")
	e.hears(1)
	for at := int64(2); at <= 5000; at++ {
		s.Tell(at, "/here")
	}
	e.hears(5000)
}

// The end of the hub is the end of every connection, of those as well that are written to.
func TestTheEnd(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		s := open(t, Options{Patience: time.Hour}, h2)
		quiet, deaf := s.listen(t, "/quiet"), s.listen(t, "/deaf")
		s.size.Store(16 << 20)
		s.Tell(1, "/deaf")
		s.stop()
		select {
		case <-s.done:
		case <-time.After(patience):
			t.Fatal("it does not end")
		}
		if line := quiet.line(); line != "" || s.Connections() != 0 {
			t.Errorf("%q comes after the end, to %d connections", line, s.Connections())
		}
		deaf.body.Close()
		if got := s.ask(t, http.MethodGet, "/late"); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
			t.Errorf("after the end: %d", got.StatusCode)
		}
	})
}

// A thousand that came and went leave nothing behind.
func TestNothingIsLeftBehind(t *testing.T) {
	bothWays(t, func(t *testing.T, h2 bool) {
		const many, atOnce = 1000, 100
		s := open(t, Options{PerClient: -1, Spacing: time.Millisecond}, h2)
		s.ask(t, http.MethodHead, "/").Body.Close()
		s.server.Client().CloseIdleConnections()
		before := runtime.NumGoroutine()
		for round := range int64(many / atOnce) {
			var bodies []io.Closer
			for range atOnce {
				e := s.listen(t, fmt.Sprintf("/%d?after=%d", round%3, round))
				bodies = append(bodies, e.body)
			}
			s.Tell(round+1, "/0", "/1", "/2")
			for _, body := range bodies {
				body.Close()
			}
		}
		until(t, "all are gone", func() bool {
			s.server.Client().CloseIdleConnections()
			return s.Connections() == 0 && runtime.NumGoroutine() <= before
		})
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.topics)+len(s.clients) > 0 {
			t.Errorf("%d topics and %d clients are still known", len(s.topics), len(s.clients))
		}
		for _, ring := range s.rings {
			if len(ring) > 0 {
				t.Error("a ring still holds a connection")
			}
		}
	})
}

// A client that vanishes, or that speaks where nobody listens, is let go.
func TestBadClientsGo(t *testing.T) {
	s := open(t, Options{}, false)
	for name, leave := range map[string]func(net.Conn) error{
		"half closed": func(c net.Conn) error { return c.(*net.TCPConn).CloseWrite() },
		"reset":       func(c net.Conn) error { c.(*net.TCPConn).SetLinger(0); return c.Close() },
		"talkative":   func(c net.Conn) error { _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); return err },
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET /here HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		until(t, name+" is here", func() bool { return s.Connections() == 1 })
		if err := leave(conn); err != nil {
			t.Error(err)
		}
		until(t, name+" is gone", func() bool { return s.Connections() == 0 })
	}
}

// Over TLS and HTTP/1 the connection is taken as well, and is woken again and again.
func TestOverTLS(t *testing.T) {
	s := open(t, Options{Spacing: time.Millisecond, Beat: ringSize * time.Millisecond}, true)
	client := s.server.Client()
	transport := client.Transport.(*http.Transport)
	transport.ForceAttemptHTTP2, transport.TLSNextProto = false, map[string]func(string, *tls.Conn) http.RoundTripper{}
	transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
	e := s.listen(t, "/here")
	for at := int64(1); at < 20; at++ {
		s.Tell(at, "/here")
		e.hears(at)
	}
}
