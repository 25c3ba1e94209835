package oidc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	protocol "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
)

const (
	describedFor = time.Hour       // what a service says of itself is read again after that
	failedFor    = 5 * time.Second // and is not asked again so soon after it could not be read
)

// description is what a service says of itself.
type description struct {
	provider  *protocol.Provider
	endpoint  oauth2.Endpoint
	namesSelf bool // its answers carry iss (RFC 9207)
	read      time.Time
}

// catalogue remembers what services say of themselves.
type catalogue struct {
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	known map[string]*reading // by issuer: there are as many as the operator wrote
}

// reading is one reading of a description. Its other fields are written before done is closed, and never after.
type reading struct {
	done        chan struct{}
	description *description
	err         error
	until       time.Time
}

func newCatalogue(client *http.Client, now func() time.Time) *catalogue {
	return &catalogue{client: client, now: now, known: map[string]*reading{}}
}

// of gives what the issuer says of itself. Many who ask at once cause one reading, which goes on when they leave.
func (c *catalogue) of(ctx context.Context, issuer string) (*description, error) {
	c.mu.Lock()
	k := c.known[issuer]
	if k == nil || k.over(c.now()) {
		k = &reading{done: make(chan struct{})}
		c.known[issuer] = k
		go c.read(context.WithoutCancel(ctx), issuer, k)
	}
	c.mu.Unlock()
	select {
	case <-k.done:
		return k.description, k.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (c *catalogue) read(ctx context.Context, issuer string, k *reading) {
	defer close(k.done)
	k.description, k.err = describe(ctx, c.client, issuer)
	now := c.now()
	if k.err != nil {
		k.until = now.Add(failedFor)
		return
	}
	k.description.read, k.until = now, now.Add(describedFor)
}

// over reports whether the reading has ended and its result is too old.
func (k *reading) over(now time.Time) bool {
	select {
	case <-k.done:
		return !now.Before(k.until)
	default:
		return false
	}
}

// anew is of after old turned out not to hold. What was read a moment ago is not read again: ok is false then.
func (c *catalogue) anew(ctx context.Context, issuer string, old *description) (d *description, ok bool) {
	if c.now().Sub(old.read) < failedFor {
		return nil, false
	}
	c.mu.Lock()
	if k := c.known[issuer]; k != nil && k.isOf(old) {
		delete(c.known, issuer)
	}
	c.mu.Unlock()
	d, err := c.of(ctx, issuer)
	return d, err == nil
}

// isOf reports whether the reading has ended with that description.
func (k *reading) isOf(d *description) bool {
	select {
	case <-k.done:
		return k.description == d
	default:
		return false
	}
}

// describe reads what a service says of itself. The error is an errs.E for the operator.
func describe(ctx context.Context, client *http.Client, issuer string) (*description, error) {
	provider, err := protocol.NewProvider(protocol.ClientContext(ctx, client), issuer)
	if mismatch, ok := errors.AsType[*protocol.IssuerMismatchError](err); ok {
		return nil, errs.Wrap(mismatch, errs.Unavailable, "oidc.check_issuer", nil)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return nil, fetch.Told(failed, hostOf(issuer))
	}
	var says struct {
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		UserInfo      string   `json:"userinfo_endpoint"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
		NamesSelf     bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err == nil {
		err = provider.Claims(&says)
	}
	if err == nil {
		// A service may have no place for userinfo.
		err = fitEndpoints(issuer, says.Authorization, says.Token, says.Keys, cmp.Or(says.UserInfo, says.Token))
	}
	if err != nil {
		return nil, errs.Wrap(err, errs.Unavailable, "oidc.check_description", nil)
	}
	d := &description{provider: provider, endpoint: provider.Endpoint(), namesSelf: says.NamesSelf}
	d.endpoint.AuthStyle = oauth2.AuthStyleInHeader // what a service that says nothing takes (Discovery, 3)
	if len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") && slices.Contains(says.Methods, "client_secret_post") {
		d.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return d, nil
}

// fitEndpoints reports addresses that nobody may be sent to: encryption that the issuer has must not end there.
func fitEndpoints(issuer string, addresses ...string) error {
	for i, address := range addresses {
		u, err := fetch.Parse(address)
		if err != nil {
			return fmt.Errorf("oidc: endpoint %d cannot be asked: %w", i, err)
		}
		if from, err := url.Parse(issuer); err != nil || from.Scheme == "https" && u.Scheme != "https" {
			return fmt.Errorf("oidc: endpoint %d is not encrypted", i)
		}
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
