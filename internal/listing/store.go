package listing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// ChangeKind is the kind under which the change log tells of cards.
const ChangeKind = "listing"

// Store holds the SQL that writes cards. Its methods run in the caller's transaction and record each change.
type Store struct {
	Reader
	companies company.Store
	keeper    string // see KeptBy; empty for the instance itself
	writing   writing
}

// Record is a card with its company.
type Record struct {
	Listing Listing
	Company company.Company
}

const (
	rowsAtOnce = 200
	// SQLite looks each of a statement's parameters up among those before it, so that the time for a statement
	// grows with the square of their number: about 400 is the best of few statements and short ones.
	cardsPerInsert = 12
	keysPerInsert  = 130
)

// Save stores one card and its company; see SaveBatch.
func (s Store) Save(ctx context.Context, tx *db.Tx, record Record, now time.Time) (Record, error) {
	saved, err := s.SaveBatch(ctx, tx, []Record{record}, now)
	if err != nil {
		return Record{}, err
	}
	return saved[0], nil
}

// SaveBatch inserts the records whose Version is 0 and updates the others, companies, addresses and match keys
// included, in a few statements for every 200. It returns them as stored: with an ID and a slug where they were
// empty, the times, the completeness and the new versions. The ones handed in stay as they are, so that the
// transaction may run again. All belong to one territory; a company that several cards share may stand in several
// records, and is stored as it stands in the first. errs.Conflict when a version is no longer the stored one.
func (s Store) SaveBatch(ctx context.Context, tx *db.Tx, records []Record, now time.Time) ([]Record, error) {
	saved := slices.Clone(records)
	if err := s.saveCompanies(ctx, tx, saved, now); err != nil {
		return nil, err
	}
	fresh := map[string]bool{}
	for i := range saved {
		fresh[saved[i].Company.ID] = saved[i].Company.Version == 1
	}
	if err := s.saveListings(ctx, tx, saved, fresh, now); err != nil {
		return nil, err
	}
	return saved, s.tellOthers(ctx, tx, saved, now)
}

// tellOthers records a change of the cards that were not saved but show a company that was: what they say of it changed, and
// perhaps whether they may be public.
func (s Store) tellOthers(ctx context.Context, tx *db.Tx, saved []Record, now time.Time) error {
	told := make(map[string]bool, len(saved))
	var known, natural []string
	for _, r := range saved {
		told[r.Listing.ID] = true
		if r.Company.Version > 1 {
			known = append(known, r.Company.ID)
		}
		if r.Company.Version > 1 && r.Company.NaturalPerson {
			natural = append(natural, r.Company.ID)
		}
	}
	for _, id := range distinct(natural) {
		tx.Serialize(consentLock, id) // whoever publishes another card of it knows, or that card is seen here
	}
	others, err := s.showing(ctx, tx, distinct(known))
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(id string) bool { return told[id] })
	records, err := s.Records(ctx, tx, others)
	if err != nil {
		return err
	}
	settled := slices.Clone(records)
	if err := settle(ctx, tx, settled, nil); err != nil {
		return err
	}
	var moved []Record
	for i, r := range records {
		if r.Listing.State != settled[i].Listing.State {
			moved = append(moved, r)
			continue
		}
		if err := tx.Record(db.Change{Territory: r.Listing.Territory, Kind: ChangeKind, ID: r.Listing.ID}); err != nil {
			return err
		}
	}
	_, err = s.SaveListings(ctx, tx, moved, now)
	return err
}

func (s Store) saveCompanies(ctx context.Context, tx *db.Tx, records []Record, now time.Time) error {
	at := map[string]int{}
	var unique []company.Company
	for i := range records {
		r := &records[i]
		if r.Company.ID == "" {
			r.Company.ID = db.NewID()
		}
		r.Listing.CompanyID = r.Company.ID
		r.Company.Territory = r.Listing.Territory
		if _, twice := at[r.Company.ID]; !twice {
			at[r.Company.ID] = len(unique)
			unique = append(unique, r.Company)
		}
	}
	stored, err := s.companies.SaveBatch(ctx, tx, unique, now)
	if err != nil {
		return err
	}
	for i := range records {
		records[i].Company = stored[at[records[i].Company.ID]]
	}
	return nil
}

// SaveListings stores cards whose companies are stored already and did not change; otherwise like SaveBatch.
func (s Store) SaveListings(ctx context.Context, tx *db.Tx, records []Record, now time.Time) ([]Record, error) {
	saved := slices.Clone(records)
	return saved, s.saveListings(ctx, tx, saved, nil, now)
}

func (s Store) saveListings(ctx context.Context, tx *db.Tx, records []Record, fresh map[string]bool, now time.Time) error {
	now = now.UTC().Truncate(time.Millisecond)
	for i := range records {
		records[i].Listing.prepare(now)
		if records[i].Listing.Territory != records[0].Listing.Territory {
			return fmt.Errorf("listing: a batch of two territories, %s and %s",
				records[0].Listing.Territory, records[i].Listing.Territory)
		}
	}
	if len(records) > 0 {
		if err := s.MayWrite(ctx, tx, records[0].Listing.Territory); err != nil {
			return err
		}
	}
	if err := settle(ctx, tx, records, fresh); err != nil {
		return err
	}
	for chunk := range slices.Chunk(records, rowsAtOnce) {
		before, err := s.standing(ctx, tx, chunk)
		if err != nil {
			return err
		}
		if err := claimSlugs(ctx, tx, chunk); err != nil {
			return err
		}
		for part := range slices.Chunk(chunk, cardsPerInsert) {
			if err := upsert(ctx, tx, part); err != nil {
				return err
			}
		}
		if err := saveKeys(ctx, tx, chunk); err != nil {
			return err
		}
		if err := showLogos(ctx, tx, chunk); err != nil {
			return err
		}
		changes := make([]db.Change, len(chunk))
		for i := range chunk {
			chunk[i].Listing.Version++
			changes[i] = db.Change{Territory: chunk[i].Listing.Territory, Kind: ChangeKind, ID: chunk[i].Listing.ID}
		}
		if err := s.leave(ctx, tx, chunk, before, now); err != nil {
			return err
		}
		if err := tx.Record(changes...); err != nil {
			return err
		}
	}
	return nil
}

func upsert(ctx context.Context, tx *db.Tx, chunk []Record) error {
	args := make([]any, 0, len(chunk)*columnCount)
	for i := range chunk {
		args = append(args, chunk[i].Listing.values()...)
	}
	result, err := tx.ExecContext(ctx, "INSERT INTO listings ("+columns+") VALUES "+
		company.ValuesSQL(len(chunk), columnCount)+" ON CONFLICT (id) DO UPDATE SET "+updates()+
		" WHERE listings.version = excluded.version - 1 AND listings.territory = excluded.territory", args...)
	if err != nil {
		return fmt.Errorf("listing: save: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(chunk)) {
		return errs.Wrap(err, errs.Conflict, "listing.changed", nil)
	}
	return nil
}

// saveKeys replaces the match keys of the cards. A merged card keeps its own: a later duplicate may only have its second
// number or its site, which the card that stands for it does not show.
func saveKeys(ctx context.Context, tx *db.Tx, chunk []Record) error {
	var known []string
	var args []any
	for i := range chunk {
		l := chunk[i].Listing
		if l.Version > 0 {
			known = append(known, l.ID)
		}
		for _, k := range Keys(CandidateOf(l, chunk[i].Company)) {
			args = append(args, l.Territory, company.Storable(k.String()), l.ID)
		}
	}
	if len(known) > 0 {
		if err := deleteIn(ctx, tx, "match_keys", "listing_id", known); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(args, 3*keysPerInsert) {
		_, err := tx.ExecContext(ctx, "INSERT INTO match_keys (territory, match_key, listing_id) VALUES "+
			company.ValuesSQL(len(part)/3, 3)+" ON CONFLICT DO NOTHING", part...)
		if err != nil {
			return fmt.Errorf("listing: match keys: %w", err)
		}
	}
	return nil
}

func deleteIn(ctx context.Context, tx *db.Tx, table, column string, ids []string) error {
	for chunk := range slices.Chunk(ids, 500) {
		query := "DELETE FROM " + table + " WHERE " + column + " IN " + company.InSQL(1, len(chunk))
		if _, err := tx.ExecContext(ctx, query, anys(chunk)...); err != nil {
			return fmt.Errorf("listing: delete from %s: %w", table, err)
		}
	}
	return nil
}

// Delete takes cards away as if they had never been: their addresses, match keys, history and flags too, and their
// companies where no other card shows them. Cards that were merged with one of them stand on their own again. It is
// for undoing an import; what people should no longer see is hidden.
func (s Store) Delete(ctx context.Context, tx *db.Tx, ids []string, now time.Time) error {
	doomed, err := s.ByIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, l := range doomed {
		if asked[l.Territory] {
			continue
		}
		asked[l.Territory] = true
		if err := s.MayWrite(ctx, tx, l.Territory); err != nil {
			return err
		}
	}
	if err := s.partFromDoomed(ctx, tx, ids, now); err != nil {
		return err
	}
	var companies []string
	for _, l := range doomed {
		companies = append(companies, l.CompanyID)
		if err := tx.Record(db.Change{Territory: l.Territory, Kind: ChangeKind, ID: l.ID, Deleted: true}); err != nil {
			return err
		}
	}
	for _, t := range [][2]string{
		{"match_keys", "listing_id"},
		{"listing_slugs", "listing_id"},
		{"listing_mergings", "from_id"},
		{"listing_revisions", "listing_id"},
		{"listing_flags", "listing_id"},
		{"listings", "id"},
	} {
		if err := deleteIn(ctx, tx, t[0], t[1], ids); err != nil {
			return err
		}
	}
	s.forgetFolded(ids)
	unlisted, err := s.unlisted(ctx, tx, companies)
	if err != nil {
		return err
	}
	return s.companies.Delete(ctx, tx, unlisted)
}
