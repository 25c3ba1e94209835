package web

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"syscall"

	"grappe/internal/platform/errs"
)

// listen takes an address; the errors say to the person at the keyboard what to do.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	args := errs.Args{"addr": addr}
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errs.Wrap(err, errs.Conflict, "web.port_taken", args)
	case errors.Is(err, fs.ErrPermission):
		return nil, errs.Wrap(err, errs.Forbidden, "web.port_forbidden", args)
	default:
		return nil, errs.Wrap(err, errs.Usage, "web.bad_address", args)
	}
}

// announce tells the addresses that answer: the main one, and the admin's.
func announce(o ServeOptions, doors []*door) {
	if o.OnAdminReady != nil && o.AdminAddr != "" {
		o.OnAdminReady(addressOf(doors[len(doors)-1]))
	}
	if o.OnReady != nil {
		o.OnReady(addressOf(doors[0]))
	}
}

// addressOf is the address as one types it in a browser on the same machine.
func addressOf(d *door) string { return AddressOf(d.listener.Addr().String(), d.tls) }

// AddressOf is how one types, in a browser on the same machine, an address that is listened at.
func AddressOf(addr string, tls bool) string {
	scheme := "http://"
	if tls {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return scheme + addr
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	if tls && port == "443" || !tls && port == "80" {
		return scheme + host
	}
	return scheme + net.JoinHostPort(host, port)
}

// withHealth answers /healthz and /readyz ahead of everything else: no log, no limit.
func withHealth(health *Health, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			Handler(health.Live).ServeHTTP(w, r)
		case "/readyz":
			Handler(health.Ready).ServeHTTP(w, r)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// adminHandler is what the operators' machines ask.
func adminHandler(o ServeOptions) http.Handler {
	rt := NewRouter()
	rt.Handle("GET /healthz", o.Health.Live)
	rt.Handle("GET /readyz", o.Health.Ready)
	if o.Metrics != nil {
		rt.Mount("GET /metrics", o.Metrics.Handler())
	}
	return rt
}
