package listing

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// The card of a natural person's company is public only while that person consents. Every writing method of Store sees to it:
// a card that is to be public without is stored as Withheld, and becomes public when the consent is there, or when the company
// turns out to be nobody's own. Copies of another territory's cards never are of natural persons here, for nobody publishes
// who is one: the instance that they come from answers for the consents, and withdraws the card when one ends.

// consentLock is held by who writes the cards of a natural person's company, and by who tells that the consent changed.
const consentLock = "listing_consent"

// Consent notes that the natural person of a company consents to the publication of its cards, or does so no longer, in the
// transaction of whoever keeps the proof of that. The cards that waited for it become public, the public ones are hidden; it
// returns how many.
func (s Store) Consent(ctx context.Context, tx *db.Tx, companyID string, given bool, now time.Time) (int, error) {
	tx.Serialize(consentLock, companyID)
	note, move := "DELETE FROM listing_consents WHERE company_id = $1", `UPDATE listings SET state = $1, withheld = TRUE, updated_at = $2,
		version = version + 1 WHERE company_id = $3 AND state = $4 AND (kin_natural OR EXISTS (SELECT 1 FROM companies c
		WHERE c.id = listings.company_id AND c.natural_person)) RETURNING id, territory, version`
	args := []any{string(Hidden), db.ToMillis(now), companyID, string(Published)}
	act, stood := Concealed, func(context.Context, *db.Tx, string) (map[string]State, error) { return nil, nil }
	if given {
		note, move = "INSERT INTO listing_consents (company_id) VALUES ($1) ON CONFLICT DO NOTHING", `UPDATE listings SET state = $1,
			withheld = FALSE, updated_at = $2, version = version + 1 WHERE company_id = $3 AND withheld AND state IN ($4, $5) AND name <> ''
			RETURNING id, territory, version`
		args = []any{string(Published), db.ToMillis(now), companyID, string(Draft), string(Hidden)}
		act, stood = Shown, withheldStates
	}
	if _, err := tx.ExecContext(ctx, note, companyID); err != nil {
		return 0, fmt.Errorf("listing: consent: %w", err)
	}
	states, err := stood(ctx, tx, companyID)
	if err != nil {
		return 0, err
	}
	rows, err := tx.QueryContext(ctx, move, args...)
	if err != nil {
		return 0, fmt.Errorf("listing: consent: %w", err)
	}
	revisions, changes, err := scanMoved(rows)
	if err != nil {
		return 0, fmt.Errorf("listing: consent: %w", err)
	}
	for i := range revisions {
		r := &revisions[i]
		r.At, r.Act, r.Person, r.StateBefore = now, act, s.writing.person, Published
		if state, ok := states[r.Listing]; ok {
			r.StateBefore = state
		}
	}
	if err := insertRevisions(ctx, tx, revisions); err != nil {
		return 0, err
	}
	return len(changes), tx.Record(changes...)
}

// withheldStates reads where the cards of a company stand that wait for a consent.
func withheldStates(ctx context.Context, tx *db.Tx, companyID string) (map[string]State, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, state FROM listings WHERE company_id = $1 AND withheld", companyID)
	if err != nil {
		return nil, fmt.Errorf("listing: consent: %w", err)
	}
	defer rows.Close()
	states := map[string]State{}
	for rows.Next() {
		var id string
		var state State
		if err := rows.Scan(&id, &state); err != nil {
			return nil, fmt.Errorf("listing: consent: %w", err)
		}
		states[id] = state
	}
	return states, rows.Err()
}

// scanMoved reads cards whose state was changed, with the versions that this made.
func scanMoved(rows *sql.Rows) (revisions []Revision, changes []db.Change, err error) {
	defer rows.Close()
	for rows.Next() {
		var r Revision
		if err := rows.Scan(&r.Listing, &r.Territory, &r.Version); err != nil {
			return nil, nil, err
		}
		revisions = append(revisions, r)
		changes = append(changes, db.Change{Territory: r.Territory, Kind: ChangeKind, ID: r.Listing})
	}
	return revisions, changes, rows.Err()
}

// NaturalPersons tells which of some companies are natural persons, by themselves or because a card of theirs stands for that of
// one, so that their cards need a consent.
func (Reader) NaturalPersons(ctx context.Context, q db.Querier, companies []string) (map[string]bool, error) {
	return companiesOf(ctx, q, `SELECT id FROM companies c WHERE (natural_person OR EXISTS (SELECT 1 FROM listings l
		WHERE l.company_id = c.id AND l.kin_natural AND l.state <> '`+string(Merged)+`')) AND id IN `, companies)
}

// consented tells which of some companies' persons consent now.
func consented(ctx context.Context, q db.Querier, companies []string) (map[string]bool, error) {
	return companiesOf(ctx, q, "SELECT company_id FROM listing_consents WHERE company_id IN ", companies)
}

func companiesOf(ctx context.Context, q db.Querier, query string, companies []string) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk := range slices.Chunk(companies, 500) {
		rows, err := q.QueryContext(ctx, query+company.InSQL(1, len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: natural persons: %w", err)
		}
		ids, err := scanIDs(rows)
		if err != nil {
			return nil, fmt.Errorf("listing: natural persons: %w", err)
		}
		for _, id := range ids {
			found[id] = true
		}
	}
	return found, nil
}

// natural reports whether the card needs a consent to be public.
func (r *Record) natural() bool { return r.Company.NaturalPerson || r.Listing.KinNatural }

// wanted reports whether the card is public, or would be but for a consent.
func (l *Listing) wanted() bool {
	return l.State == Published || l.Withheld && (l.State == Draft || l.State == Hidden)
}

// settle makes of cards that are about to be stored what the consents allow. fresh are companies that did not exist before, to
// whose cards nobody can have consented.
func settle(ctx context.Context, tx *db.Tx, records []Record, fresh map[string]bool) error {
	var ask []string
	for i := range records {
		if r := &records[i]; r.natural() && r.Listing.wanted() && !fresh[r.Company.ID] {
			ask = append(ask, r.Company.ID)
		}
	}
	ask = distinct(ask) // in one order for all: no circle of waiting
	for _, id := range ask {
		tx.Serialize(consentLock, id)
	}
	given, err := consented(ctx, tx, ask)
	if err != nil {
		return err
	}
	for i := range records {
		r := &records[i]
		r.Listing.settle(!r.natural() || given[r.Company.ID])
	}
	return nil
}

func (l *Listing) settle(allowed bool) {
	switch {
	case !l.wanted():
	case allowed && l.Withheld && l.Name != "":
		l.State, l.Withheld = Published, false
	case !allowed && l.State == Published:
		l.State, l.Withheld = Hidden, true
		if l.Version == 0 { // its address never was public
			l.State = Draft
		}
	}
}

// mayPublish returns errs.Forbidden where a card cannot become public for want of a consent. No consent ends, and no company
// becomes a natural person's, between the answer and the end of the transaction.
func (s Store) mayPublish(ctx context.Context, tx *db.Tx, r *Record) error {
	c, err := s.companies.ByID(ctx, tx.Serialize(consentLock, r.Company.ID), r.Company.ID)
	if err != nil {
		return err
	}
	if r.Company = c; !r.natural() {
		return nil
	}
	given, err := consented(ctx, tx, []string{c.ID})
	if err == nil && !given[c.ID] {
		err = errs.New(errs.Forbidden, "listing.consent_missing", nil)
	}
	return err
}
