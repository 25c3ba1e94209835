// Package passkey is the proof by a passkey (WebAuthn): it makes passkeys for people who have signed in, recognises them when
// they come back, and lets them be named and taken away. It answers the addresses below /connexion/cle and /espace/cles. It
// must not know how sessions are kept, what other proofs there are, nor when one is asked for: Options say so.
package passkey

import (
	"context"
	"embed"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Texts are the sentences of this package, for locale.Load.
//
//go:embed texts/*.json
var Texts embed.FS

const (
	// Most is how many passkeys a person may have, on all hosts together.
	Most = 10
	// Lasts is how long a challenge can be answered.
	Lasts = 5 * time.Minute
	// LongestName is how long the name of a passkey may be, in characters.
	LongestName = 60
)

// Door is what a proof opens. Prove opens the session of the person, or strengthens the one that is open, and sets its cookie;
// next is the address where the person goes from there, "" where the page knows it. It may refuse, with an errs.E.
type Door interface {
	Prove(w http.ResponseWriter, r *http.Request, person string) (next string, err error)
}

// Held is how many passkeys a person has.
type Held struct {
	Here int // on the host of the request
	All  int // on all hosts
}

// ChangeKind says what happened to a passkey.
type ChangeKind string

// What happens to passkeys.
const (
	Enrolled  ChangeKind = "enrolled"
	Removed   ChangeKind = "removed"
	Suspected ChangeKind = "suspected" // its counter went back: somebody may have copied it. Nobody was let in
)

// Change is what happened to a passkey.
type Change struct {
	Kind ChangeKind
	By   account.Actor // a visitor where it is Suspected
	Key  Key
}

// Options are what the package needs of others.
type Options struct {
	DB  *db.DB
	Now func() time.Time
	// Site is the site of a request as people's browsers know it: "https://annuaire.example.nc", the host name that passkeys are
	// bound to, and the name that is shown while one is made. The origin must be one that the operator named, or loopback: the
	// Host of a request is anybody's to choose. All are empty where passkeys cannot be used.
	Site func(r *http.Request) (origin, rpID, name string)
	Door Door
	// MayEnrol says whether somebody who has these may make one more; nil asks for a fresh proof. It is called within a
	// transaction, and must neither write nor wait for one that does.
	MayEnrol func(ctx context.Context, by account.Actor, held Held) error
	// MayRemove says whether somebody may take one away, so that these are left; nil asks for a fresh proof. As MayEnrol.
	MayRemove func(ctx context.Context, by account.Actor, left Held) error
	// OnChange is told of what happens, in the transaction in which it does; an error undoes it. It may be nil.
	OnChange func(ctx context.Context, tx *db.Tx, c Change) error
	// Confirm is the path of the page that asks for a further proof and leads back to Back, for who has to give one first.
	Confirm string
}

// Back is the path of the page where people see their passkeys.
const Back = "/espace/securite"

// Service makes and recognises passkeys. Its methods may be called from any goroutine.
type Service struct {
	o     Options
	store store
}

// NewService makes the service.
func NewService(o Options) *Service { return &Service{o: o} }

// Key is a passkey as its person sees it.
type Key struct {
	ID        string
	Person    string
	Host      string // the host name it is bound to
	Name      string
	Synced    bool // kept by a password manager on several devices
	CreatedAt time.Time
	UsedAt    time.Time // zero where it never was
	SuspectAt time.Time // when it last seemed to have been copied, zero for never
}

// Keys are the passkeys of a person, the newest first.
func (s *Service) Keys(ctx context.Context, person string) ([]Key, error) {
	return s.keys(ctx, s.o.DB.Read(), person)
}

// KeysTx are Keys as a transaction sees them, which nobody changes until it ends.
func (s *Service) KeysTx(ctx context.Context, tx *db.Tx, person string) ([]Key, error) {
	return s.keys(ctx, tx.Serialize(lockPerson, person), person)
}

func (s *Service) keys(ctx context.Context, q db.Querier, person string) ([]Key, error) {
	records, err := s.store.ofPerson(ctx, q, person)
	keys := make([]Key, len(records))
	for i, r := range records {
		keys[i] = r.Key
	}
	return keys, err
}

// Rename gives a passkey of the actor another name. It returns errs.Invalid for a name that is too long or empty, and
// errs.NotFound for a passkey that is not the actor's.
func (s *Service) Rename(ctx context.Context, by account.Actor, id, name string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	name, err := parseName(name)
	if err != nil {
		return err
	}
	return s.o.DB.Write(ctx, func(tx *db.Tx) error {
		return s.store.rename(ctx, tx, by.Person, id, name)
	})
}

// Remove takes a passkey of the actor away, where MayRemove allows it. It returns errs.NotFound for one that is not the actor's.
func (s *Service) Remove(ctx context.Context, by account.Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.o.DB.Write(ctx, func(tx *db.Tx) error {
		held, err := s.store.ofPerson(ctx, tx.Serialize(lockPerson, by.Person), by.Person)
		if err != nil {
			return err
		}
		key, left, ok := without(held, id)
		if !ok {
			return errs.New(errs.NotFound, "passkey.not_found", nil)
		}
		if err := s.mayRemove(ctx, by, left); err != nil {
			return err
		}
		if err := s.store.remove(ctx, tx, id); err != nil {
			return err
		}
		return s.tell(ctx, tx, Change{Removed, by, key})
	})
}

// Erase takes everything away that is kept of a person. OnChange is not told.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	return s.store.erase(ctx, tx.Serialize(lockPerson, person), person)
}

// Purge forgets the challenges that nobody answered in time. Each new one does so too.
func (s *Service) Purge(ctx context.Context, tx *db.Tx) error {
	return s.store.purge(ctx, tx, s.o.Now())
}

func (s *Service) mayEnrol(ctx context.Context, by account.Actor, held Held) error {
	if s.o.MayEnrol == nil {
		return by.RequireFresh(s.o.Now())
	}
	return s.o.MayEnrol(ctx, by, held)
}

func (s *Service) mayRemove(ctx context.Context, by account.Actor, left Held) error {
	if s.o.MayRemove == nil {
		return by.RequireFresh(s.o.Now())
	}
	return s.o.MayRemove(ctx, by, left)
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, c Change) error {
	if s.o.OnChange == nil {
		return nil
	}
	return s.o.OnChange(ctx, tx, c)
}

// heldOn counts the passkeys, those on a host apart.
func heldOn(host string, records []record) Held {
	held := Held{All: len(records)}
	for _, r := range records {
		if r.Host == host {
			held.Here++
		}
	}
	return held
}

// without finds a passkey, and counts those that are left when it is gone, on its host and on all.
func without(records []record, id string) (Key, Held, bool) {
	for i, r := range records {
		if r.ID == id {
			left := heldOn(r.Host, records)
			return records[i].Key, Held{left.Here - 1, left.All - 1}, true
		}
	}
	return Key{}, Held{}, false
}
