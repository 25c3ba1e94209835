package oidc

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/territory"
)

// Provider is a service of OpenID Connect by which people of a territory sign in.
type Provider struct {
	Territory    string    `json:"territory"`
	Code         string    `json:"code"` // stands in addresses
	Name         string    `json:"name"` // for people: "Province Sud"
	Issuer       string    `json:"issuer"`
	ClientID     string    `json:"client_id"`
	ClientSecret string    `json:"-"`       // "" for a client that has none
	Domains      []string  `json:"domains"` // of the mail addresses that it speaks for
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// LogValue keeps the secret out of logs.
func (p Provider) LogValue() slog.Value { return slog.StringValue(p.Territory + "/" + p.Code) }

// SpeaksFor reports whether the service speaks for the domain of a mail address, that very one and none below it.
func (p Provider) SpeaksFor(mail string) bool {
	_, domain, ok := cutMail(mail)
	return ok && slices.Contains(p.Domains, domain)
}

// Settings are a service as the operator writes it on the command line.
type Settings struct {
	Code         string
	Name         string // "" for the host of the issuer
	Issuer       string
	ClientID     string
	ClientSecret string
	KeepSecret   bool     // where it is there already, it keeps the secret that it has
	Domains      []string // each may hold several, with commas or spaces between them
}

const (
	longestName    = 80
	longestAddress = 300
	longestSecret  = 1000
	mostDomains    = 100
)

var codeForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// clean is the provider in its normal form, or errs.Invalid with the faulty fields.
func (p Provider) clean() (Provider, error) {
	var faults []errs.Field
	check := func(ok bool, name, key string) {
		if !ok {
			faults = append(faults, errs.Field{Name: name, Key: key})
		}
	}
	for _, text := range []*string{&p.Code, &p.Name, &p.Issuer, &p.ClientID} {
		*text = strings.TrimSpace(*text)
	}
	u, err := url.Parse(p.Issuer)
	fit := err == nil && isIssuer(p.Issuer, u)
	if p.Name == "" && fit {
		p.Name = u.Hostname()
	}
	check(codeForm.MatchString(p.Code), "code", "oidc.field_code")
	check(fit, "issuer", "oidc.field_issuer")
	check(p.Name != "" && len([]rune(p.Name)) <= longestName && !strings.ContainsFunc(p.Name, unicode.IsControl), "name", "oidc.field_name")
	check(p.ClientID != "" && len(p.ClientID) <= longestAddress && isPrintable(p.ClientID), "client_id", "oidc.field_client_id")
	check(len(p.ClientSecret) <= longestSecret && isPrintable(p.ClientSecret), "client_secret", "oidc.field_client_secret")
	domains, ok := cleanDomains(p.Domains)
	check(ok, "domains", "oidc.field_domains")
	if len(faults) > 0 {
		return Provider{}, &errs.E{Kind: errs.Invalid, Key: "oidc.invalid", Fields: faults}
	}
	p.Domains = domains
	return p, nil
}

// isIssuer reports whether u, written as text, can name a service: https without query or fragment; http on this machine only.
func isIssuer(text string, u *url.URL) bool {
	if _, err := fetch.Parse(text); err != nil || len(text) > longestAddress || strings.ContainsAny(text, "?#") {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// cleanDomains are names of hosts as mail knows them, sorted, each once; false where one is none.
func cleanDomains(list []string) ([]string, bool) {
	out := []string{}
	for _, text := range list {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			host, ok := cleanDomain(strings.TrimPrefix(word, "@"))
			if !ok {
				return nil, false
			}
			out = append(out, host)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out, len(out) <= mostDomains
}

func cleanDomain(s string) (string, bool) {
	if strings.ContainsAny(s, ":/@[]") {
		return "", false
	}
	host, ok := territory.CleanHost(s)
	return host, ok && strings.Contains(host, ".")
}

// Configure is ConfigureTx in a transaction of its own.
func (s *Service) Configure(ctx context.Context, territory string, set Settings) (saved Provider, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		saved, err = s.ConfigureTx(ctx, tx, territory, set)
		return err
	})
	return saved, err
}

// ConfigureTx writes a service as the operator says. It returns errs.Invalid with the faulty fields. Whoever may call it can let a
// service speak for anybody's mail: that is the command line only.
func (s *Service) ConfigureTx(ctx context.Context, tx *db.Tx, territory string, set Settings) (Provider, error) {
	p := Provider{
		Territory: territory, Code: set.Code, Name: set.Name, Issuer: set.Issuer, ClientID: set.ClientID,
		ClientSecret: set.ClientSecret, Domains: set.Domains,
	}
	if set.KeepSecret {
		old, err := s.store.provider(ctx, tx, territory, strings.TrimSpace(set.Code))
		if err != nil {
			return Provider{}, err
		}
		p.ClientSecret = old.ClientSecret
	}
	return s.SaveTx(ctx, tx, p)
}

// Check asks a service to describe itself, now. The error says to the operator what is wrong: its sentence is one of fetch's for a
// service that is not reached, else oidc.check_issuer or oidc.check_description.
func (s *Service) Check(ctx context.Context, p Provider) error {
	_, err := describe(ctx, s.client, p.Issuer)
	return err
}
