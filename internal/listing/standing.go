package listing

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// Standing is the part of a card that tells how well it is kept: what the health of a whole directory is counted from.
type Standing struct {
	ID, CompanyID string
	State         State
	Zone          string
	Competences   []string // codes
	Emails        []string
	Completeness  int
	ConfirmedAt   time.Time
	CreatedAt     time.Time
}

// Standings calls f with the standing of each card of a territory that is in one of the states, in one statement; those that cannot
// be read (see Faulty) are passed over. f must not run others.
func (Reader) Standings(ctx context.Context, q db.Querier, territory string, states []State, f func(Standing)) error {
	args := []any{territory}
	for _, s := range states {
		args = append(args, string(s))
	}
	rows, err := q.QueryContext(ctx, `SELECT id, company_id, state, zone, competences, emails, completeness, confirmed_at, created_at
		FROM listings WHERE territory = $1 AND state IN `+company.InSQL(2, len(states)), args...)
	if err != nil {
		return fmt.Errorf("listing: standings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s Standing
		err := rows.Scan(&s.ID, &s.CompanyID, &s.State, &s.Zone, company.List(&s.Competences), company.List(&s.Emails), &s.Completeness,
			db.Millis(&s.ConfirmedAt), db.Millis(&s.CreatedAt))
		switch {
		case err == nil:
			f(s)
		case s.ID == "":
			return fmt.Errorf("listing: standings: %w", err)
		}
	}
	return rows.Err()
}

// IDs reads the ids of the cards of a territory, in any state, above one ("" for the first), in their order.
func (Reader) IDs(ctx context.Context, q db.Querier, territory, after string, limit int) ([]string, error) {
	rows, err := q.QueryContext(ctx, "SELECT id FROM listings WHERE territory = $1 AND id > $2 ORDER BY id LIMIT $3", territory, after, limit)
	if err != nil {
		return nil, fmt.Errorf("listing: ids: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return nil, fmt.Errorf("listing: ids: %w", err)
	}
	return ids, nil
}

// MayBePublic reports whether nothing but its state keeps a card from the public: it presents no natural person, or one who consents.
func (Reader) MayBePublic(ctx context.Context, q db.Querier, l Listing) (bool, error) {
	r := Record{Listing: l}
	c, err := company.Store{}.ByID(ctx, q, l.CompanyID)
	if err != nil {
		return false, err
	}
	if r.Company = c; !r.natural() {
		return true, nil
	}
	given, err := consented(ctx, q, []string{l.CompanyID})
	return given[l.CompanyID], err
}

// ByLetter names the source of a confirmation by the button of a letter: the owner's, in nobody's name.
const ByLetter = "letter"
