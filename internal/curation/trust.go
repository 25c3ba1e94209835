package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// TrustOf gives how far a company is trusted as things stand: Disputed, whatever was set, for as long as somebody disputes who acts
// for it.
func (s *Service) TrustOf(ctx context.Context, q db.Querier, companyID string) (Trust, error) {
	_, stands, err := s.TrustSet(ctx, q, companyID)
	return stands, err
}

// TrustSet gives how far a company is trusted as it was set, and as things stand: see TrustOf.
func (s *Service) TrustSet(ctx context.Context, q db.Querier, companyID string) (set, stands Trust, err error) {
	set, err = s.store.trust(ctx, q, companyID)
	if err != nil {
		return "", "", err
	}
	disputed, err := s.disputed(ctx, q, companyID)
	if err != nil || disputed[companyID] {
		return set, Disputed, err
	}
	return set, set, nil
}

func (s *Service) disputed(ctx context.Context, q db.Querier, companies ...string) (map[string]bool, error) {
	if s.Disputed == nil || len(companies) == 0 {
		return nil, nil
	}
	return s.Disputed(ctx, q, companies...)
}

// SetTrust says how far a company of the territory is trusted: a project manager does. errs.Invalid, with the field "trust".
func (s *Service) SetTrust(ctx context.Context, by account.Actor, companyID string, t Trust) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	if !t.Known() {
		return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "trust", Key: "curation.trust_unknown"}}}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := company.Store{}.ByID(ctx, tx, companyID)
		if err != nil || c.Territory != by.Territory {
			return errs.Wrap(err, errs.NotFound, "curation.no_company", nil)
		}
		before, err := s.store.trust(ctx, tx, companyID)
		if err != nil || before == t {
			return err
		}
		if err := s.SetTrustIn(ctx, tx, companyID, t); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{
			Action: "curation.trust_set", Kind: "company", Object: companyID, Detail: map[string]string{"trust": string(t), "before": string(before)},
		})
	})
}

// SetTrustIn is SetTrust for who has decided it otherwise, and notes why, in their transaction.
func (s *Service) SetTrustIn(ctx context.Context, tx *db.Tx, companyID string, t Trust) error {
	return s.store.setTrust(ctx, tx, companyID, t)
}

// ClaimedIn is SetTrustIn for who took a company's card in hand, or disputes that: a company that the team watches stays watched.
func (s *Service) ClaimedIn(ctx context.Context, tx *db.Tx, companyID string, t Trust) error {
	return s.store.claimed(ctx, tx, companyID, t)
}
