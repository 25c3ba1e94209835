package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Consent is a natural person's consent to the publication of their company's card, with its proof: who, when, to which words.
type Consent struct {
	ID          string
	Territory   string
	Company     string
	Person      string // identifier
	Words       string // version of the text that was shown
	GivenAt     time.Time
	WithdrawnAt time.Time // zero while it holds
}

// GiveConsent notes that the actor, who manages the company, consents to the publication of its card, having read that version of
// the words. It takes the place of a consent to other words.
func (s *Service) GiveConsent(ctx context.Context, by Actor, company, wordsVersion string) error {
	return s.consent(ctx, by, company, func(tx *db.Tx, former Consent, held bool) (bool, error) {
		if held && former.Words == wordsVersion {
			return false, nil
		}
		if held {
			if err := s.store.withdraw(ctx, tx, "id", former.ID, s.Now()); err != nil {
				return false, err
			}
		}
		c := Consent{ID: db.NewID(), Territory: by.Territory, Company: company, Person: by.Person, Words: wordsVersion, GivenAt: s.Now()}
		if err := s.store.addConsent(ctx, tx, c); err != nil {
			return false, err
		}
		return true, s.consented(ctx, tx, by, c, true)
	})
}

// WithdrawConsent ends the consent to the publication of a company's card: one of its managers does, whoever gave it. It returns
// errs.Conflict where none holds.
func (s *Service) WithdrawConsent(ctx context.Context, by Actor, company string) error {
	return s.consent(ctx, by, company, func(tx *db.Tx, former Consent, held bool) (bool, error) {
		if !held {
			return false, errs.New(errs.Conflict, "account.no_consent", nil)
		}
		if err := s.store.withdraw(ctx, tx, "id", former.ID, s.Now()); err != nil {
			return false, err
		}
		return true, s.consented(ctx, tx, by, former, false)
	})
}

// consent runs f on the consent that a company has, on behalf of one of its managers; f reports whether it changed anything.
func (s *Service) consent(ctx context.Context, by Actor, company string, f func(tx *db.Tx, former Consent, held bool) (bool, error)) error {
	if err := by.RequireFor(company, CompanyManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.companyHere(ctx, tx, by, company); err != nil {
			return err
		}
		former, held, err := s.Consent(ctx, tx.Serialize("consent", company), company)
		if err != nil {
			return err
		}
		changed, err := f(tx, former, held)
		if err != nil || !changed {
			return err
		}
		return tx.Record(db.Change{Territory: by.Territory, Kind: ChangePeople, ID: company})
	})
}

// consented tells the room that publishes cards, and notes it.
func (s *Service) consented(ctx context.Context, tx *db.Tx, by Actor, c Consent, given bool) error {
	if s.Consented != nil {
		if err := s.Consented(ctx, tx, c.Company, given); err != nil {
			return err
		}
	}
	action := "account.consent_withdrawn"
	if given {
		action = "account.consent_given"
	}
	return s.Note(ctx, tx, by, audit.Entry{
		Territory: c.Territory, Action: action, OnBehalf: c.Company, Kind: "company", Object: c.Company,
		Detail: map[string]string{"consent": c.ID, "words": c.Words},
	})
}

// Consent gives the consent that holds for a company; false where there is none.
func (s *Service) Consent(ctx context.Context, q db.Querier, company string) (Consent, bool, error) {
	list, err := s.store.consents(ctx, q, "company_id = $1 AND withdrawn_at = 0", company)
	if err != nil || len(list) == 0 {
		return Consent{}, false, err
	}
	return list[0], true, nil
}

// consents reads those of a condition, the last first.
func (store) consents(ctx context.Context, q db.Querier, condition string, args ...any) ([]Consent, error) {
	var list []Consent
	rows, err := q.QueryContext(ctx, `SELECT id, territory, company_id, person_id, words, given_at, withdrawn_at FROM consents
		WHERE `+condition+` ORDER BY given_at DESC, id DESC`, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var c Consent
		err := rows.Scan(&c.ID, &c.Territory, &c.Company, &c.Person, &c.Words, db.Millis(&c.GivenAt), db.Millis(&c.WithdrawnAt))
		list = append(list, c)
		return err
	})
	return list, err
}

func (store) addConsent(ctx context.Context, tx *db.Tx, c Consent) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO consents (id, territory, company_id, person_id, words, given_at, withdrawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0)`, c.ID, c.Territory, c.Company, c.Person, c.Words, db.Millis(&c.GivenAt))
	return err
}

// withdraw ends the consents that hold and of which a column has the value.
func (store) withdraw(ctx context.Context, tx *db.Tx, column, value string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE consents SET withdrawn_at = $1 WHERE withdrawn_at = 0 AND `+column+` = $2`, db.ToMillis(at), value)
	return err
}
