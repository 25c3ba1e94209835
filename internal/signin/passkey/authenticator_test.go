package passkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// authenticator is one in software, with one key, and the browser around it. Its fields are what a test makes it lie about.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte // the user handle that it was made with
	counter uint32

	origin, rpID string
	unverified   bool // of the user
	absent       bool // the user
	synced       bool
	eligible     bool // to be backed up
	challenge    string
}

func newAuthenticator(t *testing.T, at site) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{key: key, id: make([]byte, 20), origin: at.origin, rpID: at.host}
	_, _ = rand.Read(a.id)
	return a
}

func (a *authenticator) clone() *authenticator {
	other := *a
	return &other
}

// data is what an authenticator signs: whose, how, the count, and the key where it is new.
func (a *authenticator) data(attested []byte) []byte {
	host := sha256.Sum256([]byte(a.rpID))
	var flags protocol.AuthenticatorFlags
	for flag, on := range map[protocol.AuthenticatorFlags]bool{
		protocol.FlagUserPresent: !a.absent, protocol.FlagUserVerified: !a.unverified, protocol.FlagBackupEligible: a.eligible,
		protocol.FlagBackupState: a.synced, protocol.FlagAttestedCredentialData: attested != nil,
	} {
		if on {
			flags |= flag
		}
	}
	return append(binary.BigEndian.AppendUint32(append(host[:], byte(flags)), a.counter), attested...)
}

func (a *authenticator) client(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	if a.challenge != "" {
		challenge = a.challenge
	}
	return encoded(t, map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packed(t *testing.T, v any) []byte {
	t.Helper()
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// create answers navigator.credentials.create().
func (a *authenticator) create(t *testing.T, o *protocol.CredentialCreation) []byte {
	t.Helper()
	handle, ok := o.Response.User.ID.(protocol.URLEncodedBase64)
	if !ok {
		t.Fatalf("a user handle of %T", o.Response.User.ID)
	}
	a.handle = handle
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	x, y := point[1:33], point[33:]
	attested := binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(a.id)))
	attested = append(append(attested, a.id...), packed(t, map[int]any{1: 2, 3: -7, -1: 1, -2: x, -3: y})...)
	return encoded(t, map[string]any{
		"id": encode(a.id), "rawId": encode(a.id), "type": "public-key", "clientExtensionResults": map[string]any{"credProps": map[string]any{"rk": true}},
		"response": map[string]any{
			"clientDataJSON":    encode(a.client(t, "webauthn.create", o.Response.Challenge.String())),
			"attestationObject": encode(packed(t, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(attested)})),
			"transports":        []string{"internal", "hybrid"},
		},
	})
}

// get answers navigator.credentials.get().
func (a *authenticator) get(t *testing.T, o *protocol.CredentialAssertion) []byte {
	t.Helper()
	data, client := a.data(nil), a.client(t, "webauthn.get", o.Response.Challenge.String())
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return encoded(t, map[string]any{
		"id": encode(a.id), "rawId": encode(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(a.handle),
		},
	})
}
