// Package oidc is signing in by somebody else's word: the services of OpenID Connect that the operator chose for a territory,
// how a browser is sent there and back, and what is believed of the answer. What a proof then opens is the sign-in room's: this
// package must not know persons, sessions or roles, and never shows what a service wrote.
package oidc

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/web"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Door is what a proof opens: the sign-in room's part.
type Door interface {
	// Knows reports whether the subject of the issuer is a person already, who then needs no mail address to be recognised.
	Knows(ctx context.Context, territory, issuer, subject string) (bool, error)
	// Prove ends the ceremony for the person of the proof, and answers the request by a redirect to where it was meant to lead.
	Prove(w http.ResponseWriter, r *http.Request, p Proof) error
}

// Proof is what a service said of somebody, as far as it is believed.
type Proof struct {
	Territory string // code
	Provider  string // code
	Issuer    string // as the operator wrote it
	Subject   string // who it is, for that issuer
	Mail      string // one that the service verified; "" only for a subject that the door knows
	Name      string // as the service writes it, "" for none
	Next      string // a path of this host, "" where none was asked for
	SpeaksFor bool   // the operator said that the service speaks for the domain of Mail
	Fresh     bool   // the service says that the person proved it there during this ceremony, and not from a session before
}

// Options are what signing in by services stands on.
type Options struct {
	DB        *db.DB
	Door      Door
	Key       []byte         // at least 32 random bytes, the same on all nodes: seals what a browser keeps of a ceremony
	Private   []netip.Prefix // networks that are not public, where services may stand all the same
	UserAgent string
	Now       func() time.Time // nil: time.Now
}

const (
	mostBytes = 1 << 20 // of an answer of a service
	patience  = 10 * time.Second
)

// Service signs people in by services. Its methods may be called concurrently.
type Service struct {
	db        *db.DB
	store     store
	door      Door
	seal      cipher.AEAD
	catalogue *catalogue
	client    *http.Client
	now       func() time.Time
}

// New makes the service; it fails for a key that is too short.
func New(o Options) (*Service, error) {
	if len(o.Key) < 32 {
		return nil, errors.New("oidc: the key has fewer than 32 bytes")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	key, err := hkdf.Key(sha256.New, o.Key, nil, "grappe oidc ceremony", 32)
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	client := fetch.New(fetch.Options{
		Private: o.Private, UserAgent: o.UserAgent, Connect: patience / 2, Header: patience, Whole: patience,
	}).HTTP(mostBytes)
	return &Service{
		db: o.DB, door: o.Door, seal: seal, client: client, now: o.Now, catalogue: newCatalogue(client, o.Now),
	}, nil
}

// Routes adds the way to a service and back.
func (s *Service) Routes(rt *web.Router) {
	rt.Handle("GET "+prefix+"{provider}", s.start)
	rt.Handle("GET "+prefix+"{provider}/retour", s.callback)
}

const (
	home   = "/connexion"
	prefix = home + "/oidc/"
)

// Path is where signing in by a service begins, as ui.Frame.Path takes it. It may carry NextParam and ConfirmParam.
func Path(code string) string { return prefix + code }

// ReturnPath is where a service sends browsers back. Its absolute address, without the prefix of a language, is the one
// redirect address that the operator registers there.
func ReturnPath(code string) string { return prefix + code + "/retour" }

// The parameters of Path.
const (
	NextParam    = "suite"     // a path of this host, to go on to
	ConfirmParam = "confirmer" // "1": the service is to ask again who it is, however lately it did
	hereParam    = "ici"       // "1": the browser was led to the territory's own host already
)

// Button is a way to sign in.
type Button struct {
	Label string // the service's name, as the operator wrote it
	Path  string // for ui.Frame.Path
}

// Buttons are the ways to sign in by the services of a territory, by name.
func (s *Service) Buttons(ctx context.Context, territory string) ([]Button, error) {
	list, err := s.List(ctx, territory)
	if err != nil {
		return nil, err
	}
	out := make([]Button, 0, len(list))
	for _, p := range list {
		out = append(out, Button{Label: p.Name, Path: Path(p.Code)})
	}
	return out, nil
}
