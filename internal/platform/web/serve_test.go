package web

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/errs"
)

// running is a server started by serveTest.
type running struct {
	url, admin string
	stop       context.CancelFunc
	done       chan error
}

// start runs Serve on free ports and waits until it is ready.
func start(t *testing.T, o ServeOptions, h http.Handler) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &running{stop: cancel, done: make(chan error, 1)}
	ready := make(chan struct{})
	o.Addr = "127.0.0.1:0"
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.OnAdminReady = func(url string) { s.admin = url }
	o.OnReady = func(url string) { s.url = url; close(ready) }
	go func() { s.done <- Serve(ctx, o, h) }()
	t.Cleanup(cancel)
	select {
	case <-ready:
	case err := <-s.done:
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestShutdownFinishesRequests(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	health := NewHealth()
	s := start(t, ServeOptions{AdminAddr: "127.0.0.1:0", Health: health}, Handler(func(w http.ResponseWriter, r *http.Request) error {
		close(entered)
		<-release
		if err := r.Context().Err(); err != nil {
			return err
		}
		return Write(w, r, http.StatusOK, "text/plain", []byte("finished"))
	}))
	if status, body := get(t, s.url+"/readyz"); status != 200 || !strings.Contains(body, `"ready"`) {
		t.Errorf("before: /readyz %d %s", status, body)
	}
	type answer struct {
		status int
		body   string
	}
	answered := make(chan answer, 1)
	go func() {
		status, body := get(t, s.url+"/slow")
		answered <- answer{status, body}
	}()
	<-entered
	s.stop()
	<-health.draining
	if status, body := get(t, s.admin+"/readyz"); status != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("while stopping: /readyz %d %s", status, body)
	}
	if status, _ := get(t, s.admin+"/healthz"); status != 200 {
		t.Errorf("while stopping: /healthz %d", status)
	}
	close(release)
	if a := <-answered; a.status != 200 || a.body != "finished" {
		t.Errorf("the running request got %d %q", a.status, a.body)
	}
	if err := <-s.done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://")); err == nil {
		_ = c.Close()
		t.Error("the door is still open")
	}
}

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	entered := make(chan struct{})
	s := start(t, ServeOptions{ShutdownTimeout: time.Millisecond}, Handler(func(_ http.ResponseWriter, r *http.Request) error {
		close(entered)
		<-r.Context().Done()
		return r.Context().Err()
	}))
	go func() {
		resp, err := http.Get(s.url)
		if err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-entered
	s.stop()
	if err := <-s.done; !errs.Is(errs.As(err), errs.Unavailable) || errs.As(err).Key != "web.shutdown_timeout" {
		t.Errorf("Serve: %v", err)
	}
}

func TestAddressErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	tests := []struct {
		o    ServeOptions
		kind errs.Kind
		key  string
		arg  string
	}{
		{ServeOptions{Addr: addr}, errs.Conflict, "web.port_taken", addr},
		{ServeOptions{Addr: "127.0.0.1:0", AdminAddr: addr}, errs.Conflict, "web.port_taken", addr},
		{ServeOptions{Addr: "127.0.0.1:99999"}, errs.Usage, "web.bad_address", "127.0.0.1:99999"},
		{ServeOptions{Addr: "nonsense"}, errs.Usage, "web.bad_address", "nonsense"},
	}
	for _, tt := range tests {
		err := Serve(t.Context(), tt.o, http.NotFoundHandler())
		e := errs.As(err)
		if e == nil || e.Kind != tt.kind || e.Key != tt.key || e.Args["addr"] != tt.arg {
			t.Errorf("%+v: %v", tt.o, err)
		}
	}
	err = Serve(t.Context(), ServeOptions{Addr: "127.0.0.1:0", TLS: TLS{CertFile: "none.pem", KeyFile: "none.key"}}, http.NotFoundHandler())
	if e := errs.As(err); e == nil || e.Key != "web.bad_certificate" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("certificate: %v", err)
	}
}

// logText is what was logged, while more is.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestHealthAndMetrics(t *testing.T) {
	metrics := NewMetrics()
	broken := errors.New("connection to 10.0.0.5 refused")
	health := NewHealth(
		Check{"database", func(context.Context) error { return broken }},
		Check{"index", func(context.Context) error { return nil }},
	)
	var log logText
	s := start(t, ServeOptions{
		AdminAddr: "127.0.0.1:0", Health: health, Metrics: metrics, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	}, room(Options{Metrics: metrics, Logger: slog.New(slog.DiscardHandler)}))
	if status, body := get(t, s.url+"/readyz"); status != 503 || !strings.Contains(body, `{"status":"unready","failed":["database"]}`) {
		t.Errorf("/readyz %d %s", status, body)
	}
	if said := log.String(); !strings.Contains(said, `msg="not ready" check=database error="connection to 10.0.0.5 refused"`) {
		t.Errorf("the log of the server does not say why: %s", said)
	}
	if status, body := get(t, s.url+"/healthz"); status != 200 || !strings.Contains(body, "alive") {
		t.Errorf("/healthz %d %s", status, body)
	}
	if status, _ := get(t, s.url+"/metrics"); status != 404 {
		t.Errorf("public /metrics %d", status)
	}
	for _, path := range []string{"/gone", "/none", "/panic"} {
		get(t, s.url+path)
	}
	_, body := get(t, s.admin+"/metrics")
	for _, want := range []string{
		`http_request_duration_seconds_count{method="GET",route="GET /gone",status="410"} 1`,
		`http_request_duration_seconds_count{method="GET",route="none",status="404"} 2`,
		`http_request_duration_seconds_count{method="GET",route="GET /panic",status="500"} 1`,
		"http_requests_in_flight 0", "go_goroutines",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
}

func TestTLS(t *testing.T) {
	cert, key, pool := certificate(t)
	s := start(t, ServeOptions{TLS: TLS{CertFile: cert, KeyFile: key}}, room(Options{Logger: slog.New(slog.DiscardHandler)}))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(s.url + "/page")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if !strings.HasPrefix(s.url, "https://") || resp.ProtoMajor != 2 || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s: %s %v", s.url, resp.Proto, resp.Header)
	}
}

// certificate writes a self-signed certificate for 127.0.0.1 and gives its files.
func certificate(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, content := range map[string][]byte{
		certFile: certPEM, keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}),
	} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return certFile, keyFile, pool
}
