package oidc

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// ChangeKind is that of the services in the change log.
const ChangeKind = "oidc_provider"

// List gives the services of a territory, by name.
func (s *Service) List(ctx context.Context, territory string) ([]Provider, error) {
	return s.store.providers(ctx, s.db.Read(), "WHERE territory = $1 ORDER BY name, code", territory)
}

// Get gives a service; it returns errs.NotFound where there is none.
func (s *Service) Get(ctx context.Context, territory, code string) (Provider, error) {
	return s.store.provider(ctx, s.db.Read(), territory, code)
}

// Save is SaveTx in a transaction of its own.
func (s *Service) Save(ctx context.Context, p Provider) (saved Provider, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		saved, err = s.SaveTx(ctx, tx, p)
		return err
	})
	return saved, err
}

// SaveTx writes a service, in place of the one with its code. It returns errs.Invalid with the faulty fields.
func (s *Service) SaveTx(ctx context.Context, tx *db.Tx, p Provider) (Provider, error) {
	p, err := p.clean()
	if err != nil {
		return Provider{}, err
	}
	if err := s.store.save(ctx, tx, p, s.now()); err != nil {
		return Provider{}, err
	}
	if err := tx.Record(db.Change{Territory: p.Territory, Kind: ChangeKind, ID: p.Code}); err != nil {
		return Provider{}, err
	}
	return s.store.provider(ctx, tx, p.Territory, p.Code)
}

// Delete is DeleteTx in a transaction of its own.
func (s *Service) Delete(ctx context.Context, territory, code string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.DeleteTx(ctx, tx, territory, code) })
}

// DeleteTx takes a service away; it returns errs.NotFound where there is none.
func (s *Service) DeleteTx(ctx context.Context, tx *db.Tx, territory, code string) error {
	if _, err := s.store.provider(ctx, tx, territory, code); err != nil {
		return err
	}
	if err := s.store.delete(ctx, tx, territory, code); err != nil {
		return err
	}
	return tx.Record(db.Change{Territory: territory, Kind: ChangeKind, ID: code, Deleted: true})
}

// store holds the SQL.
type store struct{}

const columns = "territory, code, name, issuer, client_id, client_secret, domains, created_at, updated_at"

func (store) providers(ctx context.Context, q db.Querier, rest string, args ...any) ([]Provider, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM oidc_providers "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("oidc: read: %w", err)
	}
	defer rows.Close()
	var out []Provider
	for rows.Next() {
		var p Provider
		err := rows.Scan(&p.Territory, &p.Code, &p.Name, &p.Issuer, &p.ClientID, &p.ClientSecret, db.JSON(&p.Domains),
			db.Millis(&p.CreatedAt), db.Millis(&p.UpdatedAt))
		if err != nil {
			return nil, fmt.Errorf("oidc: read: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func (s store) provider(ctx context.Context, q db.Querier, territory, code string) (Provider, error) {
	found, err := s.providers(ctx, q, "WHERE territory = $1 AND code = $2", territory, code)
	if err != nil {
		return Provider{}, err
	}
	if len(found) == 0 {
		return Provider{}, errs.New(errs.NotFound, "oidc.none", nil)
	}
	return found[0], nil
}

func (store) save(ctx context.Context, q db.Querier, p Provider, now time.Time) error {
	_, err := q.ExecContext(ctx, "INSERT INTO oidc_providers ("+columns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$8)
		ON CONFLICT (territory, code) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
		client_secret = excluded.client_secret, domains = excluded.domains, updated_at = excluded.updated_at`,
		p.Territory, p.Code, p.Name, p.Issuer, p.ClientID, p.ClientSecret, db.JSON(p.Domains), db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("oidc: save: %w", err)
	}
	return nil
}

func (store) delete(ctx context.Context, q db.Querier, territory, code string) error {
	if _, err := q.ExecContext(ctx, "DELETE FROM oidc_providers WHERE territory = $1 AND code = $2", territory, code); err != nil {
		return fmt.Errorf("oidc: delete: %w", err)
	}
	return nil
}
