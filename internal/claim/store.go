package claim

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
)

// ChangeKind is the kind under which this room records changes. No public page shows any.
const ChangeKind = "claim"

// store is the SQL of claims.
type store struct{}

const (
	columns = "id, territory, listing_id, company_id, person_id, lang, state, proof, ask, message, document, document_name, published, " +
		"code_mac, tries, created_at, expires_at, ended_at, disputed_at, settled_at, decided_by, reason"
	columnCount = 22
)

// add stores a new claim.
func (store) add(ctx context.Context, tx *db.Tx, c Claim) error {
	places := make([]string, columnCount)
	for i := range places {
		places[i] = "$" + strconv.Itoa(i+1)
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO claims ("+columns+") VALUES ("+strings.Join(places, ", ")+")",
		c.ID, c.Territory, c.Listing, c.Company, c.Person, c.Lang, string(c.State), string(c.Proof), string(c.Ask), c.Message, c.Document,
		c.DocumentName, c.code.Published, c.code.MAC, c.code.Tries, db.Millis(&c.CreatedAt), db.Millis(&c.code.ExpiresAt), db.Millis(&c.EndedAt),
		db.Millis(&c.DisputedAt), db.Millis(&c.SettledAt), c.DecidedBy, c.Reason)
	if err != nil {
		return fmt.Errorf("claim: add: %w", err)
	}
	return tx.Record(db.Change{Territory: c.Territory, Kind: ChangeKind, ID: c.ID})
}

// put stores what has become of a claim: never who made it, nor what they said. errs.NotFound for one that was erased meanwhile.
func (store) put(ctx context.Context, tx *db.Tx, c Claim) error {
	result, err := tx.ExecContext(ctx, "UPDATE claims SET listing_id = $2, company_id = $3, state = $4, ask = $5, document = $6, document_name = $7, tries = $8, "+
		"ended_at = $9, disputed_at = $10, settled_at = $11, decided_by = $12, reason = $13 WHERE id = $1",
		c.ID, c.Listing, c.Company, string(c.State), string(c.Ask), c.Document, c.DocumentName, c.code.Tries,
		db.Millis(&c.EndedAt), db.Millis(&c.DisputedAt), db.Millis(&c.SettledAt), c.DecidedBy, c.Reason)
	if err != nil {
		return fmt.Errorf("claim: put: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(err, error(errs.New(errs.NotFound, "claim.not_found", nil)))
	}
	return tx.Record(db.Change{Territory: c.Territory, Kind: ChangeKind, ID: c.ID})
}

// find reads the claims of a condition, with what orders and limits them.
func (store) find(ctx context.Context, q db.Querier, rest string, args ...any) ([]Claim, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM claims WHERE "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("claim: find: %w", err)
	}
	defer rows.Close()
	var all []Claim
	for rows.Next() {
		var c Claim
		err := rows.Scan(&c.ID, &c.Territory, &c.Listing, &c.Company, &c.Person, &c.Lang, &c.State, &c.Proof, &c.Ask, &c.Message, &c.Document,
			&c.DocumentName, &c.code.Published, &c.code.MAC, &c.code.Tries, db.Millis(&c.CreatedAt), db.Millis(&c.code.ExpiresAt), db.Millis(&c.EndedAt),
			db.Millis(&c.DisputedAt), db.Millis(&c.SettledAt), &c.DecidedBy, &c.Reason)
		if err != nil {
			return nil, fmt.Errorf("claim: find: %w", err)
		}
		all = append(all, c)
	}
	return all, db.Found(rows.Err())
}

// byID reads one claim; errs.NotFound.
func (s store) byID(ctx context.Context, q db.Querier, id string) (Claim, error) {
	found, err := s.find(ctx, q, "id = $1", id)
	if err != nil {
		return Claim{}, err
	}
	if len(found) == 0 {
		return Claim{}, errs.New(errs.NotFound, "claim.not_found", nil)
	}
	return found[0], nil
}

// openOf are the claims of a company about which something is still to be done, the first made first.
func (s store) openOf(ctx context.Context, q db.Querier, company string) ([]Claim, error) {
	return s.find(ctx, q, "company_id = $1 AND state IN ($2, $3, $4) ORDER BY id", company, string(Coded), string(Waiting), string(Disputed))
}

// rivals are the other claims of a company that bear on a decision about one: those that wait, and those that were granted.
func (s store) rivals(ctx context.Context, q db.Querier, c Claim) ([]Claim, error) {
	return s.find(ctx, q, "company_id = $1 AND id <> $2 AND state IN ($3, $4, $5) ORDER BY id", c.Company, c.ID, string(Waiting), string(Disputed), string(Granted))
}

// doubts are the claims of a company that were disputed and not upheld.
func (s store) doubts(ctx context.Context, q db.Querier, company string) (doubts, error) {
	return s.find(ctx, q, "company_id = $1 AND (state = $2 OR state = $3 AND disputed_at > 0) ORDER BY id", company, string(Disputed), string(Refused))
}

// codeOf is the last code that a person asked for about a company, the zero value for none.
func (s store) codeOf(ctx context.Context, q db.Querier, company, person string) (Claim, error) {
	found, err := s.find(ctx, q, "company_id = $1 AND person_id = $2 AND state = $3 ORDER BY id DESC LIMIT 1", company, person, string(Coded))
	if err != nil || len(found) == 0 {
		return Claim{}, err
	}
	return found[0], nil
}

// endCodes ends the codes that a person asked for about a company: another one follows.
func (s store) endCodes(ctx context.Context, tx *db.Tx, company, person string, at time.Time) error {
	return s.end(ctx, tx, Expired, at, "state = $3 AND company_id = $4 AND person_id = $5", string(Coded), company, person)
}

// endOwn ends what a person asked for about a company for which they act now: nobody needs the documents of that any more.
func (s store) endOwn(ctx context.Context, tx *db.Tx, company, person string, at time.Time) error {
	if err := s.endCodes(ctx, tx, company, person, at); err != nil {
		return err
	}
	asked, err := s.find(ctx, tx, "state = $1 AND company_id = $2 AND person_id = $3", string(Waiting), company, person)
	if err != nil {
		return err
	}
	for _, c := range asked {
		if err := s.withdraw(ctx, tx, c, at); err != nil {
			return err
		}
	}
	return nil
}

// withdraw ends a claim that nobody decides any more, and deletes its document.
func (s store) withdraw(ctx context.Context, tx *db.Tx, c Claim, at time.Time) error {
	if err := (files.Store{}).Delete(ctx, tx, c.Document); err != nil {
		return err
	}
	c.State, c.EndedAt, c.Document, c.DocumentName = Withdrawn, at, "", ""
	return s.put(ctx, tx, c)
}

func (store) end(ctx context.Context, tx *db.Tx, state State, at time.Time, condition string, args ...any) error {
	args = append([]any{string(state), db.ToMillis(at)}, args...)
	if _, err := tx.ExecContext(ctx, "UPDATE claims SET state = $1, ended_at = $2 WHERE "+condition, args...); err != nil {
		return fmt.Errorf("claim: end: %w", err)
	}
	return nil
}

// forTeam is the condition of the claims that the team decides about, with its arguments.
func forTeam(territory string, now time.Time) (string, []any) {
	return "territory = $1 AND (state = $2 OR state = $3 AND (ask = $4 OR created_at <= $5))",
		[]any{territory, string(Disputed), string(Waiting), string(AskTeam), db.ToMillis(now.Add(-ManagersFor))}
}

func (s store) waiting(ctx context.Context, q db.Querier, territory string, now time.Time, limit int) ([]Claim, error) {
	where, args := forTeam(territory, now)
	return s.find(ctx, q, where+" ORDER BY CASE WHEN state = $2 THEN 0 ELSE 1 END, created_at, id LIMIT "+strconv.Itoa(limit), args...)
}

// forManagers are the requests to the managers of companies, without those about cards that were merged into another's.
func (s store) forManagers(ctx context.Context, q db.Querier, territory string, companies []string) ([]Claim, error) {
	if len(companies) == 0 {
		return nil, nil
	}
	args := []any{string(Waiting), string(AskManagers), territory}
	places := make([]string, len(companies))
	for i, id := range companies {
		args = append(args, id)
		places[i] = "$" + strconv.Itoa(i+4)
	}
	return s.find(ctx, q, "state = $1 AND ask = $2 AND territory = $3 AND company_id IN ("+strings.Join(places, ", ")+")"+
		" AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.id = claims.listing_id AND l.state = '"+string(listing.Merged)+"') ORDER BY id", args...)
}
