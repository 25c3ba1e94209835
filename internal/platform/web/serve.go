package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"grappe/internal/platform/errs"
)

// TLS says how connections are encrypted; the zero value is not at all (a proxy in front does it).
type TLS struct {
	Hosts        []string // certificates are obtained by ACME for these names
	CacheDir     string   // where these certificates are kept
	Email        string   // whom the authority writes to
	CertFile     string   // or else a certificate from files
	KeyFile      string
	RedirectAddr string // ":80": unencrypted requests are redirected, and ACME's challenges answered
}

func (t TLS) enabled() bool { return len(t.Hosts) > 0 || t.CertFile != "" }

// ServeOptions are those of Serve.
type ServeOptions struct {
	Addr            string // "127.0.0.1:8080"; port 0 takes a free one
	TLS             TLS
	AdminAddr       string           // /metrics, /healthz and /readyz; "" for none. Not for the public network
	Health          *Health          // /healthz and /readyz on both addresses; nil: none on Addr, ever ready on AdminAddr
	Metrics         *Metrics         // nil: no /metrics
	DrainDelay      time.Duration    // between the moment /readyz says 503 and the closing of the door, for load balancers
	ShutdownTimeout time.Duration    // how long running requests may finish; 0: 20 s
	OnReady         func(url string) // the address answers
	OnAdminReady    func(url string) // the admin address answers
	Logger          *slog.Logger     // nil: slog.Default()
}

const (
	readHeaderTimeout      = 10 * time.Second
	readTimeout            = 3 * time.Minute // 1 MB over a slow link
	writeTimeout           = 3 * time.Minute
	idleTimeout            = 2 * time.Minute
	maxHeaderBytes         = 64 << 10
	defaultShutdownTimeout = 20 * time.Second
)

// Serve answers requests until the context is done, then stops in order: /readyz turns 503, the door closes, running
// requests finish. It returns nil after that, errs.Conflict when an address is taken, errs.Usage for an impossible address
// or certificate, and errs.Unavailable when requests had to be cut off.
func Serve(ctx context.Context, o ServeOptions, h http.Handler) error {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.ShutdownTimeout == 0 {
		o.ShutdownTimeout = defaultShutdownTimeout
	}
	if o.Health == nil {
		o.Health = NewHealth()
	} else {
		h = withHealth(o.Health, h)
	}
	o.Health.log = o.Logger // its addresses are answered ahead of the Stack, which knows the logger otherwise
	doors, err := open(ctx, o, h)
	if err != nil {
		return err
	}
	failed := make(chan error, len(doors))
	for _, d := range doors {
		go func() { failed <- d.serve() }()
	}
	announce(o, doors)
	select {
	case err = <-failed:
		err = fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	return errors.Join(err, stop(context.WithoutCancel(ctx), o, doors))
}

// stop closes the doors, the admin's last, so that /readyz says 503 until the end.
func stop(ctx context.Context, o ServeOptions, doors []*door) error {
	o.Health.Drain()
	o.Logger.Info("stopping")
	if o.DrainDelay > 0 {
		time.Sleep(o.DrainDelay)
	}
	ctx, cancel := context.WithTimeout(ctx, o.ShutdownTimeout)
	defer cancel()
	var cut error
	for _, d := range doors {
		if err := d.server.Shutdown(ctx); err != nil {
			cut = errs.Wrap(err, errs.Unavailable, "web.shutdown_timeout", errs.Args{"n": int(math.Ceil(o.ShutdownTimeout.Seconds()))})
			_ = d.server.Close() // what it would say was said by Shutdown
		}
		d.cancel()
	}
	return cut
}

// door is one listener with its server.
type door struct {
	server   *http.Server
	listener net.Listener
	tls      bool
	cancel   context.CancelFunc
}

func (d *door) serve() error {
	var err error
	if d.tls {
		err = d.server.ServeTLS(d.listener, "", "")
	} else {
		err = d.server.Serve(wholeListener{d.listener})
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// open takes all addresses before any is served: the main one first, then the redirection and the admin's.
func open(ctx context.Context, o ServeOptions, h http.Handler) (doors []*door, err error) {
	defer func() {
		if err != nil {
			for _, d := range doors {
				_ = d.listener.Close() // nothing was accepted yet
			}
		}
	}()
	config, challenge, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	type want struct {
		addr   string
		h      http.Handler
		config *tls.Config
	}
	wants := []want{{o.Addr, h, config}}
	if config != nil && o.TLS.RedirectAddr != "" {
		wants = append(wants, want{o.TLS.RedirectAddr, challenge, nil})
	}
	if o.AdminAddr != "" {
		wants = append(wants, want{o.AdminAddr, adminHandler(o), nil})
	}
	for _, w := range wants {
		listener, err := listen(ctx, w.addr)
		if err != nil {
			return doors, err
		}
		doors = append(doors, newDoor(ctx, o, listener, w.h, w.config))
	}
	return doors, nil
}

func newDoor(ctx context.Context, o ServeOptions, l net.Listener, h http.Handler, config *tls.Config) *door {
	// Requests outlive the signal to stop: they end by themselves, or by cancel when their time is over.
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &door{
		listener: l, tls: config != nil, cancel: cancel,
		server: &http.Server{
			Handler: h, TLSConfig: config, BaseContext: func(net.Listener) context.Context { return base },
			ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
			IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ConnContext: withConn, ErrorLog: slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
		},
	}
}

// config is the TLS configuration, nil for none, and the handler of unencrypted requests.
func (t TLS) config() (*tls.Config, http.Handler, error) {
	if !t.enabled() {
		return nil, nil, nil
	}
	if len(t.Hosts) > 0 {
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(t.Hosts...), Cache: autocert.DirCache(t.CacheDir), Email: t.Email,
		}
		config := m.TLSConfig()
		config.MinVersion = tls.VersionTLS12
		return config, m.HTTPHandler(nil), nil
	}
	certificate, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
	if err != nil {
		return nil, nil, errs.Wrap(err, errs.Usage, "web.bad_certificate", errs.Args{"cert": t.CertFile, "key": t.KeyFile})
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return config, http.HandlerFunc(toTLS), nil
}

// toTLS sends a reader to the encrypted address.
func toTLS(w http.ResponseWriter, r *http.Request) {
	u := url.URL{Host: r.Host}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
}
