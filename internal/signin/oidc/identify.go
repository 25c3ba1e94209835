package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"time"
	"unicode"

	protocol "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"grappe/internal/platform/errs"
)

const (
	expiredFor = time.Minute     // clocks differ
	aheadFor   = 5 * time.Minute // and some by more
)

// claims are what is read of an ID token, or of userinfo.
type claims struct {
	Party         string   `json:"azp"`
	Mail          string   `json:"email"`
	MailVerified  verified `json:"email_verified"`
	Name          string   `json:"name"`
	Authenticated float64  `json:"auth_time"`
}

// verified is true for true and "true", which some services write, and for nothing else.
type verified bool

func (v *verified) UnmarshalJSON(b []byte) error {
	*v = string(b) == "true" || string(b) == `"true"`
	return nil
}

// identify gives the code for the tokens, and says what is believed of them.
func (s *Service) identify(r *http.Request, p Provider, c ceremony, d *description, given string) (Proof, error) {
	token, err := s.exchange(r, p, c, d, given)
	if err != nil {
		return Proof{}, err
	}
	id, d, err := s.verify(r, p, d, token)
	if err != nil {
		return Proof{}, err
	}
	said, err := s.judge(p, c, id, token)
	if err != nil {
		return Proof{}, fault(r, p, errs.Forbidden, "oidc.bad_answer", err)
	}
	proof := Proof{
		Territory: p.Territory, Provider: p.Code, Issuer: p.Issuer, Subject: id.Subject, Next: c.Next, Fresh: s.fresh(c, said.Authenticated),
	}
	if said.Mail == "" && d.provider.UserInfoEndpoint() != "" {
		if said, err = s.userInfo(r, p, d, token, id.Subject, said); err != nil {
			return Proof{}, err
		}
	}
	proof.Name = cleanName(said.Name)
	return s.withMail(r, p, proof, said)
}

// verify checks the signature of the ID token, the issuer, the audience and the expiry. Where no key fits, the service may have
// moved them: it is asked once more where they are. The description is the one that held.
func (s *Service) verify(r *http.Request, p Provider, d *description, token *oauth2.Token) (*protocol.IDToken, *description, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, nil, fault(r, p, errs.Forbidden, "oidc.bad_answer", errors.New("oidc: no ID token"))
	}
	id, err := s.checkToken(r.Context(), p, d, raw)
	if isSignature(err) {
		if again, ok := s.catalogue.anew(r.Context(), p.Issuer, d); ok {
			d = again
			id, err = s.checkToken(r.Context(), p, d, raw)
		}
	}
	switch {
	case isKeys(err):
		return nil, nil, s.down(r, p, err)
	case err != nil:
		return nil, nil, fault(r, p, errs.Forbidden, "oidc.bad_answer", err)
	}
	return id, d, nil
}

func (s *Service) checkToken(ctx context.Context, p Provider, d *description, raw string) (*protocol.IDToken, error) {
	verifier := d.provider.Verifier(&protocol.Config{ClientID: p.ClientID, Now: func() time.Time { return s.now().Add(-expiredFor) }})
	return verifier.Verify(ctx, raw)
}

// How go-oidc begins what it says of signatures and of keys that could not be read: it wraps no error there.
const (
	saysSignature = "failed to verify signature: "
	saysKeys      = saysSignature + "fetching keys "
)

func isKeys(err error) bool { return err != nil && strings.HasPrefix(err.Error(), saysKeys) }

func isSignature(err error) bool { return err != nil && strings.HasPrefix(err.Error(), saysSignature) }

// judge checks what go-oidc leaves to us: that the token answers this ceremony (nonce), was made for this client (azp) and goes
// with its access token (at_hash).
func (s *Service) judge(p Provider, c ceremony, id *protocol.IDToken, token *oauth2.Token) (claims, error) {
	var said claims
	if err := id.Claims(&said); err != nil {
		return claims{}, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(c.Nonce)) != 1:
		return claims{}, errors.New("oidc: the nonce is not that of the ceremony")
	case said.Party != "" && said.Party != p.ClientID, said.Party == "" && len(id.Audience) > 1:
		return claims{}, errors.New("oidc: the token was made for another client")
	case id.Subject == "" || len(id.Subject) > 255 || strings.ContainsFunc(id.Subject, unicode.IsControl):
		return claims{}, errors.New("oidc: no subject that could be one")
	case id.IssuedAt.After(s.now().Add(aheadFor)):
		return claims{}, errors.New("oidc: the token is not issued yet")
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return claims{}, err
		}
	}
	return said, nil
}

// fresh reports whether somebody proved who they are, at seconds of Unix time, since the ceremony began.
func (s *Service) fresh(c ceremony, seconds float64) bool {
	at := time.Unix(int64(seconds), 0)
	return seconds > 0 && !at.Before(c.begun().Add(-expiredFor)) && !at.After(s.now().Add(aheadFor))
}

// userInfo asks the service for what the ID token does not say.
func (s *Service) userInfo(r *http.Request, p Provider, d *description, token *oauth2.Token, subject string, said claims) (claims, error) {
	ctx := protocol.ClientContext(r.Context(), s.client)
	info, err := d.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	switch {
	case err != nil && isNetwork(err):
		return claims{}, s.down(r, p, err)
	case err != nil:
		return claims{}, fault(r, p, errs.Forbidden, "oidc.bad_answer", err)
	case info.Subject != subject:
		return claims{}, fault(r, p, errs.Forbidden, "oidc.bad_answer", errors.New("oidc: userinfo of another subject"))
	}
	more := claims{Name: said.Name}
	if err := info.Claims(&more); err != nil {
		return claims{}, fault(r, p, errs.Forbidden, "oidc.bad_answer", err)
	}
	return more, nil
}

// withMail adds the mail address to the proof, if the service verified it. Who is known already needs none.
func (s *Service) withMail(r *http.Request, p Provider, proof Proof, said claims) (Proof, error) {
	local, domain, ok := cutMail(said.Mail)
	if ok && bool(said.MailVerified) {
		proof.Mail = local + "@" + domain
		proof.SpeaksFor = p.SpeaksFor(proof.Mail)
		return proof, nil
	}
	known, err := s.door.Knows(r.Context(), p.Territory, p.Issuer, proof.Subject)
	switch {
	case err != nil || known:
		return proof, err
	case ok:
		return Proof{}, fault(r, p, errs.Forbidden, "oidc.mail_unverified", errors.New("oidc: a mail address that is not verified"))
	}
	return Proof{}, fault(r, p, errs.Forbidden, "oidc.no_mail", fmt.Errorf("oidc: no mail address among what it said"))
}

// cutMail gives the parts of a mail address, the domain as hosts are written; false for what is no plain address.
func cutMail(s string) (local, domain string, ok bool) {
	at, err := mail.ParseAddress(s)
	if err != nil || at.Name != "" || at.Address != s || len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' }) {
		return "", "", false
	}
	i := strings.LastIndexByte(s, '@')
	domain, ok = cleanDomain(s[i+1:])
	return s[:i], domain, ok
}

// cleanName is a name that can stand in a line.
func cleanName(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }), " ")
	if r := []rune(s); len(r) > longestName {
		return ""
	}
	return s
}
