package passkey

import (
	"cmp"
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// beginEnrol gives what a browser makes a passkey with, for somebody who has signed in and may have one more.
func (s *Service) beginEnrol(ctx context.Context, at site, browser string, by account.Actor) (*protocol.CredentialCreation, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	authority, err := at.authority()
	if err != nil {
		return nil, err
	}
	records, err := s.store.ofPerson(ctx, s.o.DB.Read(), by.Person)
	if err != nil {
		return nil, err
	}
	held := heldOn(at.host, records)
	if err := s.hasRoom(ctx, by, held); err != nil {
		return nil, err
	}
	owner := person{id: by.Person, mail: by.Mail, name: cmp.Or(by.Name, by.Mail)}
	for _, r := range records {
		if r.Host == at.host {
			owner.credentials = append(owner.credentials, r.credential)
		}
	}
	options, session, err := authority.BeginRegistration(owner,
		webauthn.WithExclusions(owner.credentials.CredentialDescriptors()), webauthn.WithRegistrationOrigin(at.origin))
	if err != nil {
		return nil, err
	}
	return options, s.begin(ctx, browser, ceremony{Session: *session, Held: held, purpose: enrolling, person: by.Person})
}

// hasRoom returns errs.Conflict where a person has all the passkeys that one may have, and what MayEnrol says.
func (s *Service) hasRoom(ctx context.Context, by account.Actor, held Held) error {
	if held.All >= Most {
		return errs.New(errs.Conflict, "passkey.too_many", errs.Args{"most": Most})
	}
	return s.mayEnrol(ctx, by, held)
}

// finishEnrol reads the answer of a browser and keeps the passkey that it made.
func (s *Service) finishEnrol(ctx context.Context, at site, browser string, by account.Actor, name string, answer []byte) (Key, error) {
	if err := by.RequireSignedIn(); err != nil {
		return Key{}, err
	}
	authority, err := at.authority()
	if err != nil {
		return Key{}, err
	}
	if name, err = parseName(name); err != nil {
		return Key{}, err
	}
	said, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, errs.Wrap(err, errs.Usage, "passkey.unreadable", nil)
	}
	c, err := s.take(ctx, at, browser, said.Response.CollectedClientData.Challenge, enrolling, by.Person)
	if err != nil {
		return Key{}, err
	}
	if !said.Response.AttestationObject.AuthData.Flags.HasUserVerified() {
		return Key{}, errs.New(errs.Forbidden, "passkey.unverified", nil)
	}
	credential, err := authority.CreateCredential(person{id: by.Person}, c.Session, said)
	if err != nil {
		return Key{}, refused(err)
	}
	made := record{credential: *credential, Key: Key{
		ID: db.NewID(), Person: by.Person, Host: at.host, Name: name, Synced: credential.Flags.BackupState, CreatedAt: s.o.Now(),
	}}
	return made.Key, s.o.DB.Write(ctx, func(tx *db.Tx) error { return s.keep(ctx, tx, by, c.Held, made) })
}

// keep stores a new passkey. What the person had when it began was allowed then, and the browser has made it: only where they
// have got another one meanwhile is it judged again.
func (s *Service) keep(ctx context.Context, tx *db.Tx, by account.Actor, before Held, made record) error {
	records, err := s.store.ofPerson(ctx, tx.Serialize(lockPerson, by.Person), by.Person)
	if err != nil {
		return err
	}
	if held := heldOn(made.Host, records); held != before {
		if err := s.hasRoom(ctx, by, held); err != nil {
			return err
		}
	}
	added, err := s.store.insert(ctx, tx, made)
	if err != nil {
		return err
	}
	if !added {
		return errs.New(errs.Conflict, "passkey.known", nil)
	}
	return s.tell(ctx, tx, Change{Enrolled, by, made.Key})
}
