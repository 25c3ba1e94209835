package account

import (
	"context"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Identity is an organisation's account (OIDC) by which a person is known.
type Identity struct {
	Issuer   string
	Subject  string // the provider's own name of the account
	Provider string // as the person knows it: "Province Sud"
	LinkedAt time.Time
	UsedAt   time.Time
}

// ByIdentity gives the person of an organisation's account, and notes that it was used. It returns errs.NotFound for none.
func (s *Service) ByIdentity(ctx context.Context, tx *db.Tx, issuer, subject string) (Person, error) {
	var person string
	err := db.Found(tx.QueryRowContext(ctx, `UPDATE identities SET used_at = $1 WHERE issuer = $2 AND subject = $3 RETURNING person_id`,
		db.ToMillis(s.Now()), issuer, subject).Scan(&person))
	if err != nil {
		return Person{}, err
	}
	return s.Here(ctx, tx, person)
}

// KnowsIdentity reports whether an organisation's account is somebody's.
func (s *Service) KnowsIdentity(ctx context.Context, issuer, subject string) (known bool, err error) {
	err = s.DB.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM identities WHERE issuer = $1 AND subject = $2)`, issuer, subject).Scan(&known)
	return known, db.Found(err)
}

// HasIdentity reports whether a person is known by an organisation's account.
func (s *Service) HasIdentity(ctx context.Context, q db.Querier, person string) (has bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM identities WHERE person_id = $1)`, person).Scan(&has)
	return has, db.Found(err)
}

// LinkIdentity makes an organisation's account one of a person's, and tells them by mail where it was not. An account that is
// another person's returns errs.Conflict.
func (s *Service) LinkIdentity(ctx context.Context, tx *db.Tx, p Person, territory string, i Identity) error {
	now := db.ToMillis(s.Now())
	result, err := tx.ExecContext(ctx, `INSERT INTO identities (issuer, subject, person_id, provider, linked_at, used_at) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT (issuer, subject) DO UPDATE SET provider = excluded.provider, used_at = excluded.used_at
		WHERE identities.person_id = excluded.person_id`, i.Issuer, i.Subject, p.ID, i.Provider, now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errs.Wrap(err, errs.Conflict, "account.identity_taken", nil)
	}
	err = s.Note(ctx, tx, Actor{Person: p.ID, Name: p.Called(), Territory: territory}, audit.Entry{
		Action: "account.identity_linked", Kind: "person", Object: p.ID, Detail: map[string]string{"provider": i.Provider},
	})
	if err != nil {
		return err
	}
	return s.SecurityNotice(ctx, tx, p, territory, AccountLinked, i.Provider)
}

// Identities lists the organisations' accounts of the actor, the last used first.
func (s *Service) Identities(ctx context.Context, by Actor) ([]Identity, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	rows, err := s.DB.Read().QueryContext(ctx, `SELECT issuer, subject, provider, linked_at, used_at FROM identities WHERE person_id = $1 ORDER BY used_at DESC, issuer, subject`, by.Person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Identity
	for rows.Next() {
		var i Identity
		if err := rows.Scan(&i.Issuer, &i.Subject, &i.Provider, db.Millis(&i.LinkedAt), db.Millis(&i.UsedAt)); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// UnlinkIdentity takes an organisation's account away from the actor, after a fresh proof. It returns errs.NotFound for one that
// is not theirs.
func (s *Service) UnlinkIdentity(ctx context.Context, by Actor, issuer, subject string) error {
	if err := by.RequireFresh(s.Now()); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var provider string
		err := db.Found(tx.QueryRowContext(ctx, `DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND person_id = $3 RETURNING provider`,
			issuer, subject, by.Person).Scan(&provider))
		if errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "account.no_identity", nil)
		}
		if err != nil {
			return err
		}
		p, err := s.store.person(ctx, tx, "id", by.Person)
		if err != nil {
			return err
		}
		if err := s.SecurityNotice(ctx, tx, p, by.Territory, AccountUnlinked, provider); err != nil {
			return err
		}
		return s.Note(ctx, tx, by, audit.Entry{Action: "account.identity_unlinked", Kind: "person", Object: by.Person})
	})
}
