package passkey

import (
	"context"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// beginSignIn gives what a browser asks its passkeys with. Whose they are is not known yet.
func (s *Service) beginSignIn(ctx context.Context, at site, browser string) (*protocol.CredentialAssertion, error) {
	authority, err := at.authority()
	if err != nil {
		return nil, err
	}
	options, session, err := authority.BeginDiscoverableLogin(webauthn.WithLoginOrigin(at.origin))
	if err != nil {
		return nil, err
	}
	return options, s.begin(ctx, browser, ceremony{Session: *session, purpose: signingIn})
}

// finishSignIn reads the answer of a browser and gives the identifier of the person whose passkey it is. It returns
// errs.Conflict for a challenge that no longer serves, errs.NotFound for a passkey that is not known here, and errs.Forbidden
// for one that does not prove anything, with the key passkey.suspect where it may have been copied.
func (s *Service) finishSignIn(ctx context.Context, at site, browser string, answer []byte) (string, error) {
	authority, err := at.authority()
	if err != nil {
		return "", err
	}
	said, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", errs.Wrap(err, errs.Usage, "passkey.unreadable", nil)
	}
	c, err := s.take(ctx, at, browser, said.Response.CollectedClientData.Challenge, signingIn, "")
	if err != nil {
		return "", err
	}
	if !said.Response.AuthenticatorData.Flags.HasUserVerified() {
		return "", errs.New(errs.Forbidden, "passkey.unverified", nil)
	}
	var found record
	err = s.o.DB.Write(ctx, func(tx *db.Tx) (err error) {
		id := encode(said.RawID)
		if found, err = s.store.byCredential(ctx, tx.Serialize(lockKey, at.host+"/"+id), at.host, id); err != nil {
			return err
		}
		return s.prove(ctx, tx, authority, c, &found, said)
	})
	switch {
	case errs.Is(err, errs.NotFound):
		return "", errs.Wrap(err, errs.NotFound, "passkey.unknown", nil)
	case err != nil:
		return "", err
	case found.credential.Authenticator.CloneWarning:
		return "", errs.New(errs.Forbidden, "passkey.suspect", nil)
	}
	return found.Person, nil
}

// prove verifies the answer by the record that it names and notes what came of it. An answer that speaks of a copy is noted
// without an error, which would undo the note: the record's clone warning says so.
func (s *Service) prove(ctx context.Context, tx *db.Tx, authority *webauthn.WebAuthn, c ceremony, r *record, said *protocol.ParsedCredentialAssertionData) error {
	owner := person{id: r.Person, credentials: webauthn.Credentials{r.credential}}
	_, updated, err := authority.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, c.Session, said)
	if err != nil {
		return refused(err)
	}
	r.credential = *updated
	if updated.Authenticator.CloneWarning {
		r.SuspectAt = s.o.Now()
		if err := s.store.suspect(ctx, tx, *r); err != nil {
			return err
		}
		return s.tell(ctx, tx, Change{Kind: Suspected, Key: r.Key})
	}
	r.UsedAt, r.Synced = s.o.Now(), updated.Flags.BackupState
	return s.store.used(ctx, tx, *r)
}

// refused is the error for an answer that does not prove what it should. What the library says of it names no value.
func refused(err error) error {
	if said, ok := errors.AsType[*protocol.Error](err); ok {
		err = errors.New("webauthn: " + said.Type + ": " + said.Details)
	}
	return errs.Wrap(err, errs.Forbidden, "passkey.refused", nil)
}
