// Package fetch reads addresses that somebody else wrote: it reaches no private network, follows few redirects, and waits
// neither for an endless answer nor for a slow one. It must not know what the answers mean, and never shows them.
package fetch

import (
	"context"
	"crypto/tls"
	"embed"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"grappe/internal/platform/errs"
)

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Options say what a client may reach and how long it waits. The zero value is a client for the public internet.
type Options struct {
	Private   []netip.Prefix // networks that are not public and may be reached all the same
	UserAgent string
	Connect   time.Duration // to open a connection, TLS included; 0 for 10 s
	Header    time.Duration // from the request to the head of the answer; 0 for 20 s
	Whole     time.Duration // from the call to the last byte, redirects included; 0 for 60 s
	Redirects int           // that are followed at most; 0 for 3
	Pace      Pace
}

// Pace is the least that must arrive: so many bytes in each window of time. The zero value is 4 KB in every 8 s, which a bad
// mobile link still does.
type Pace struct {
	Bytes  int64
	Window time.Duration
}

// Client gets what stands at addresses. Its methods may be called from any goroutine.
type Client struct {
	options Options
	guard   guard
	http    *http.Client
	windows func(time.Duration) (ticks <-chan time.Time, stop func())
}

// usualRedirects are followed at most.
const usualRedirects = 3

// New makes a client.
func New(o Options) *Client {
	o = o.withDefaults()
	c := &Client{options: o, guard: guard{allowed: o.Private}, windows: func(d time.Duration) (<-chan time.Time, func()) {
		t := time.NewTicker(d)
		return t.C, t.Stop
	}}
	dialer := &net.Dialer{Timeout: o.Connect, ControlContext: c.guard.control}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: o.Connect,
			ResponseHeaderTimeout: o.Header, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 1,
			MaxResponseHeaderBytes: 64 << 10, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: o.redirect,
	}
	return c
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{
		{&o.Connect, 10 * time.Second}, {&o.Header, 20 * time.Second}, {&o.Whole, time.Minute}, {&o.Pace.Window, 8 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	if o.Redirects <= 0 {
		o.Redirects = usualRedirects
	}
	if o.Pace.Bytes <= 0 {
		o.Pace.Bytes = 4 << 10
	}
	return o
}

// Answer is what an address answered, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // decompressed
	URL    string // where redirects led
}

// Parse reads the address of a page or a service: http or https, with a host and without a user name. It returns
// errs.Usage for anything else.
func Parse(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || len(address) > 2000 || !fit(u) {
		return nil, errs.New(errs.Usage, "fetch.address", errs.Args{"address": clip(address)})
	}
	u.Scheme, u.Host, u.Fragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), ""
	return u, nil
}

// clip keeps a sentence about an address readable.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

// fit reports whether an address may be asked at all. A host of digits alone is an IPv4 address in disguise.
func fit(u *url.URL) bool {
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" || u.User != nil || u.Opaque != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	last := host[strings.LastIndexByte(strings.TrimSuffix(host, "."), '.')+1:]
	last = strings.TrimSuffix(last, ".")
	numeric := strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x")
	return host != "" && !numeric && !strings.ContainsAny(host, "%:")
}

// Get asks an address and reads the whole answer, of which no more than most bytes, counted after decompression.
//
// The error is an errs.E whose sentence says what happened: errs.Usage for an address that cannot be asked (key
// fetch.address); errs.Forbidden for a private network (fetch.private) and a redirect that leaves https or never ends
// (fetch.downgrade, fetch.redirects); errs.TooLarge; errs.Unavailable for a host that does not answer, is too slow, ends
// early or speaks no HTTP. It never holds what was answered.
func (c *Client) Get(ctx context.Context, address, accept string, most int64) (Answer, error) {
	return c.ask(ctx, address, accept, func(bounded context.Context, giveUp context.CancelCauseFunc, r *http.Response) ([]byte, error) {
		return c.read(bounded, giveUp, r, most)
	})
}

// Glance is Get for who only wants to know whether something stands at an address: it reads no body, however long that is.
func (c *Client) Glance(ctx context.Context, address, accept string) (Answer, error) {
	return c.ask(ctx, address, accept, func(_ context.Context, _ context.CancelCauseFunc, r *http.Response) ([]byte, error) {
		return nil, r.Body.Close()
	})
}

// reading takes the body of an answer, and closes it.
type reading func(ctx context.Context, giveUp context.CancelCauseFunc, r *http.Response) ([]byte, error)

func (c *Client) ask(ctx context.Context, address, accept string, read reading) (Answer, error) {
	u, err := Parse(address)
	if err != nil {
		return Answer{}, err
	}
	bounded, cancel := context.WithTimeoutCause(ctx, c.options.Whole, errSlow)
	defer cancel()
	bounded, giveUp := context.WithCancelCause(bounded)
	defer giveUp(nil)
	r, err := http.NewRequestWithContext(bounded, http.MethodGet, u.String(), nil)
	if err != nil {
		return Answer{}, errs.Wrap(err, errs.Usage, "fetch.address", errs.Args{"address": clip(address)})
	}
	r.Header.Set("User-Agent", c.options.UserAgent)
	r.Header.Set("Accept", accept)
	response, err := c.http.Do(r) //nolint:bodyclose // read closes it
	if err != nil {
		return Answer{}, told(ctx, bounded, err, u)
	}
	body, err := read(bounded, giveUp, response)
	if err != nil {
		return Answer{}, told(ctx, bounded, err, response.Request.URL)
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: body, URL: response.Request.URL.String()}, nil
}

// read reads a body as long as it is neither too long nor too slow, and closes it.
func (c *Client) read(ctx context.Context, giveUp context.CancelCauseFunc, r *http.Response, most int64) ([]byte, error) {
	defer r.Body.Close()
	if r.ContentLength > most {
		return nil, errTooLarge
	}
	ticks, stop := c.windows(c.options.Pace.Window)
	defer stop()
	w := newWatch(r.Body)
	done := make(chan struct{})
	defer close(done)
	go w.guard(ticks, done, c.options.Pace.Bytes, func() { giveUp(errSlow) })
	body, err := io.ReadAll(io.LimitReader(w, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > most:
		return nil, errTooLarge
	}
	return body, ctx.Err()
}

var (
	errTooLarge  = errors.New("fetch: the answer is too large")
	errSlow      = errors.New("fetch: the answer is too slow")
	errRedirects = errors.New("fetch: too many redirects")
	errDowngrade = errors.New("fetch: a redirect from https to http")
	errUnfit     = errors.New("fetch: a redirect to what cannot be asked")
)

// redirect judges where an answer sends us, before anybody is asked there; the guard judges the network it stands in.
func (o Options) redirect(r *http.Request, via []*http.Request) error {
	r.Header.Del("Referer")
	switch {
	case len(via) > o.Redirects:
		return errRedirects
	case !fit(r.URL):
		return errUnfit
	case via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https":
		return errDowngrade
	}
	return nil
}
