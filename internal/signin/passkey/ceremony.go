package passkey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// purpose is what a challenge was given for: it serves for nothing else.
type purpose string

const (
	signingIn purpose = "signin"
	enrolling purpose = "enrol"
)

// ceremony is a challenge that has been given.
type ceremony struct {
	Session webauthn.SessionData `json:"session"`
	Held    Held                 `json:"held"` // what the person had when it began

	purpose purpose
	person  string // who enrols, "" for who signs in
	expires time.Time
}

// site is where a ceremony takes place.
type site struct{ origin, host, name string }

// usable reports whether browsers make passkeys there.
func (s site) usable() bool {
	return s.origin != "" && protocol.ValidateRPID(s.host) == nil
}

// authority is the relying party of WebAuthn for one site. Attestation is not asked for, as nothing would be decided by it;
// and extensions, which nothing here asks for either, are ignored where a password manager adds some.
func (s site) authority() (*webauthn.WebAuthn, error) {
	if !s.usable() {
		return nil, errs.New(errs.Conflict, "passkey.nowhere", nil)
	}
	lasts := webauthn.TimeoutConfig{Timeout: Lasts, TimeoutUVD: Lasts}
	required := true
	return webauthn.New(&webauthn.Config{
		RPID: s.host, RPDisplayName: s.name, RPOrigins: []string{s.origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &required, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts:                          webauthn.TimeoutsConfig{Login: lasts, Registration: lasts},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
}

// begin keeps a ceremony until it is answered or over.
func (s *Service) begin(ctx context.Context, browser string, c ceremony) error {
	now := s.o.Now()
	c.expires = now.Add(Lasts)
	return s.o.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.purge(ctx, tx, now); err != nil {
			return err
		}
		return s.store.begin(ctx, tx, browser, c)
	})
}

// take gives the ceremony of a challenge that came back, which then has served, whatever becomes of the answer. It returns
// errs.Conflict for one that has served, is over, or was given to another browser, for another purpose, person or site.
func (s *Service) take(ctx context.Context, at site, browser, challenge string, p purpose, person string) (ceremony, error) {
	var c ceremony
	err := s.o.DB.Write(ctx, func(tx *db.Tx) (err error) {
		c, err = s.store.take(ctx, tx, browser, challenge, p, person)
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && (!c.expires.After(s.o.Now()) || c.Session.RelyingPartyID != at.host || c.Session.Origin != at.origin) {
		return ceremony{}, errs.Wrap(err, errs.Conflict, "passkey.expired", nil)
	}
	return c, err
}

// person is somebody as WebAuthn sees them.
type person struct {
	id, mail, name string
	credentials    webauthn.Credentials
}

func (p person) WebAuthnID() []byte                         { return []byte(p.id) }
func (p person) WebAuthnName() string                       { return p.mail }
func (p person) WebAuthnDisplayName() string                { return p.name }
func (p person) WebAuthnCredentials() []webauthn.Credential { return p.credentials }

// newBrowser makes what a browser is recognised by during a ceremony: 32 random bytes.
func newBrowser() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	return encode(raw)
}

func isBrowser(token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	return err == nil && len(raw) == 32
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// parseName reads the name of a passkey: one line, at most LongestName characters.
func parseName(s string) (string, error) {
	name := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > LongestName {
		field := errs.Field{Name: "name", Key: "passkey.bad_name", Args: errs.Args{"most": LongestName}}
		return "", &errs.E{Kind: errs.Invalid, Key: field.Key, Args: field.Args, Fields: []errs.Field{field}}
	}
	return name, nil
}
