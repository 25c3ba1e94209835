package listing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Reader holds the SQL that reads cards. Its methods take a transaction or db.Read().
type Reader struct{}

// ByID reads one card in any state; errs.NotFound when there is none.
func (r Reader) ByID(ctx context.Context, q db.Querier, id string) (Listing, error) {
	found, err := r.ByIDs(ctx, q, []string{id})
	if err != nil {
		return Listing{}, err
	}
	if len(found) == 0 {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	return found[0], nil
}

// mergeDepth bounds the way from a merged card to the one that stands for it.
const mergeDepth = 8

// BySlug reads the card that an address leads to, through former names and mergings. The caller redirects when the
// card's Slug is not the one asked for, and decides by State what may be shown. errs.NotFound when the address never
// led anywhere.
func (r Reader) BySlug(ctx context.Context, q db.Querier, territory, slug string) (Listing, error) {
	if len(slug) > 200 || company.Storable(slug) != slug {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	var id string
	err := q.QueryRowContext(ctx, "SELECT listing_id FROM listing_slugs WHERE territory = $1 AND slug = $2",
		territory, slug).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	if err != nil {
		return Listing{}, fmt.Errorf("listing: by slug: %w", err)
	}
	l, ok, err := r.StandsFor(ctx, q, id)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "listing.not_found", nil)
	}
	return l, err
}

// StandsFor gives the card that stands for a card: itself, or the one that it was merged into; ok is false where none is left.
func (r Reader) StandsFor(ctx context.Context, q db.Querier, id string) (l Listing, ok bool, err error) {
	found, err := r.standFor(ctx, q, []string{id})
	l, ok = found[id]
	return l, ok, err
}

// standFor gives the cards that stand for some, by the card, with one statement for each step of the ways up.
func (r Reader) standFor(ctx context.Context, q db.Querier, ids []string) (map[string]Listing, error) {
	stands, at := map[string]Listing{}, map[string]string{}
	for _, id := range ids {
		at[id] = id
	}
	for range mergeDepth {
		if len(at) == 0 {
			break
		}
		found, err := r.ByIDs(ctx, q, slices.Collect(maps.Values(at)))
		if err != nil {
			return nil, err
		}
		byID := map[string]Listing{}
		for _, l := range found {
			byID[l.ID] = l
		}
		for id, step := range at {
			switch l, ok := byID[step]; {
			case !ok:
				delete(at, id)
			case l.State != Merged:
				stands[id] = l
				delete(at, id)
			default:
				at[id] = l.MergedInto
			}
		}
	}
	return stands, nil
}

// RecordFor is StandsFor with the company of the card.
func (r Reader) RecordFor(ctx context.Context, q db.Querier, id string) (record Record, ok bool, err error) {
	found, err := r.RecordsFor(ctx, q, []string{id})
	record, ok = found[id]
	return record, ok, err
}

// RecordsFor gives the cards that stand for some, by the card, with their companies. Those for which none is left are not in it.
func (r Reader) RecordsFor(ctx context.Context, q db.Querier, ids []string) (map[string]Record, error) {
	stands, err := r.standFor(ctx, q, ids)
	if err != nil || len(stands) == 0 {
		return nil, err
	}
	keys := slices.Sorted(maps.Keys(stands))
	listings := make([]Listing, len(keys))
	for i, id := range keys {
		listings[i] = stands[id]
	}
	records, err := withCompanies(ctx, q, listings)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Record, len(keys))
	for i, id := range keys {
		out[id] = records[i]
	}
	return out, nil
}

// ByIDs reads the cards of the ids that exist, in the order of ids: one statement for a page of results.
func (Reader) ByIDs(ctx context.Context, q db.Querier, ids []string) ([]Listing, error) {
	found := make(map[string]Listing, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM listings WHERE id IN "+company.InSQL(1, len(chunk)),
			anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: by ids: %w", err)
		}
		if err := scanAll(rows, func(l Listing) { found[l.ID] = l }); err != nil {
			return nil, fmt.Errorf("listing: by ids: %w", err)
		}
	}
	out := make([]Listing, 0, len(found))
	for _, id := range ids {
		if l, ok := found[id]; ok {
			out = append(out, l)
			delete(found, id)
		}
	}
	return out, nil
}

// Records reads cards with their companies, in the order of ids, two statements in all.
func (r Reader) Records(ctx context.Context, q db.Querier, ids []string) ([]Record, error) {
	listings, err := r.ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	return withCompanies(ctx, q, listings)
}

func withCompanies(ctx context.Context, q db.Querier, listings []Listing) ([]Record, error) {
	ids := make([]string, len(listings))
	for i, l := range listings {
		ids[i] = l.CompanyID
	}
	companies, err := company.Store{}.ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	records := make([]Record, len(listings))
	for i, l := range listings {
		records[i] = Record{Listing: l, Company: companies[l.CompanyID]}
	}
	return records, nil
}

// pageSize is how many cards Each holds at a time.
const pageSize = 1000

// Each calls f with every card of the territory, in any state, in the order of ids. It reads page by page, so that
// memory does not grow, f may run statements of its own, and on db.Read() no snapshot is held; for one, hand in
// the transaction of a View.
func (r Reader) Each(ctx context.Context, q db.Querier, territory string, f func(Listing) error) error {
	return r.pages(ctx, q, territory, func(page []Listing) error {
		for _, l := range page {
			if err := f(l); err != nil {
				return err
			}
		}
		return nil
	})
}

// EachRecord is Each with the companies.
func (r Reader) EachRecord(ctx context.Context, q db.Querier, territory string, f func(Record) error) error {
	return r.pages(ctx, q, territory, func(page []Listing) error {
		records, err := withCompanies(ctx, q, page)
		if err != nil {
			return err
		}
		for _, record := range records {
			if err := f(record); err != nil {
				return err
			}
		}
		return nil
	})
}

func (Reader) pages(ctx context.Context, q db.Querier, territory string, f func([]Listing) error) error {
	after := ""
	for {
		rows, err := q.QueryContext(ctx, "SELECT "+columns+
			" FROM listings WHERE territory = $1 AND id > $2 ORDER BY id LIMIT $3", territory, after, pageSize)
		if err != nil {
			return fmt.Errorf("listing: each: %w", err)
		}
		page := make([]Listing, 0, pageSize)
		if err := scanAll(rows, func(l Listing) { page = append(page, l) }); err != nil {
			return fmt.Errorf("listing: each: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		if err := f(page); err != nil {
			return err
		}
		if len(page) < pageSize {
			return nil
		}
		after = page[len(page)-1].ID
	}
}

// Count is how many cards of the territory are in one of the states; in any when none is named.
func (Reader) Count(ctx context.Context, q db.Querier, territory string, states ...State) (int, error) {
	query, args := "SELECT count(*) FROM listings WHERE territory = $1", []any{territory}
	if len(states) > 0 {
		query += " AND state IN " + company.InSQL(2, len(states))
		for _, s := range states {
			args = append(args, string(s))
		}
	}
	var n int
	if err := q.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("listing: count: %w", err)
	}
	return n, nil
}

// Match says that a stored card has a key.
type Match struct {
	Key       string // Key.String()
	ListingID string
}

// commonest is how many cards may share a key before the rest are passed over: what so many share tells nothing.
const commonest = 100

// Candidates finds the cards of the territory that have one of the keys, for many rows of an import at once. Merged
// cards are among them: the caller compares with what they say and then takes the card that stands for them.
func (Reader) Candidates(ctx context.Context, q db.Querier, territory string, keys []Key) ([]Match, error) {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = company.Storable(k.String())
	}
	slices.Sort(texts)
	var out []Match
	for chunk := range slices.Chunk(slices.Compact(texts), 500) {
		rows, err := q.QueryContext(ctx, `SELECT match_key, listing_id FROM (SELECT match_key, listing_id,
			row_number() OVER (PARTITION BY match_key ORDER BY listing_id) AS place FROM match_keys
			WHERE territory = $1 AND match_key IN `+company.InSQL(2, len(chunk))+`) AS found
			WHERE place <= `+fmt.Sprint(commonest)+" ORDER BY match_key, listing_id", append([]any{territory}, anys(chunk)...)...)
		if err != nil {
			return nil, fmt.Errorf("listing: candidates: %w", err)
		}
		if out, err = scanMatches(rows, out); err != nil {
			return nil, fmt.Errorf("listing: candidates: %w", err)
		}
	}
	return out, nil
}

func scanMatches(rows *sql.Rows, out []Match) ([]Match, error) {
	defer rows.Close()
	for rows.Next() {
		var m Match
		if err := rows.Scan(&m.Key, &m.ListingID); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// TagUses counts the spellings of tags on the territory's cards, for Spelling.
func (Reader) TagUses(ctx context.Context, q db.Querier, territory string) (map[string]int, error) {
	rows, err := q.QueryContext(ctx, "SELECT tags FROM listings WHERE territory = $1 AND tags <> '' AND state <> $2",
		territory, string(Merged))
	if err != nil {
		return nil, fmt.Errorf("listing: tags: %w", err)
	}
	defer rows.Close()
	uses := map[string]int{}
	for rows.Next() {
		var tags []string
		if err := rows.Scan(company.List(&tags)); err != nil {
			return nil, fmt.Errorf("listing: tags: %w", err)
		}
		for _, tag := range tags {
			uses[tag]++
		}
	}
	return uses, rows.Err()
}

// OfCompanies gives the card of each of some companies that has any, by the company: the published one where there is one, never
// one that was merged into another.
func (r Reader) OfCompanies(ctx context.Context, q db.Querier, companies []string) (map[string]Listing, error) {
	ids, err := r.showing(ctx, q, companies)
	if err != nil {
		return nil, err
	}
	cards, err := r.ByIDs(ctx, q, ids)
	out := make(map[string]Listing, len(cards))
	for _, card := range cards {
		held, ok := out[card.CompanyID]
		if card.State != Merged && (!ok || card.State == Published && held.State != Published) {
			out[card.CompanyID] = card
		}
	}
	return out, err
}

// showing names the cards that show one of the companies.
func (Reader) showing(ctx context.Context, q db.Querier, companies []string) ([]string, error) {
	var out []string
	for chunk := range slices.Chunk(companies, 500) {
		rows, err := q.QueryContext(ctx, "SELECT id FROM listings WHERE company_id IN "+company.InSQL(1, len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: showing: %w", err)
		}
		ids, err := scanIDs(rows)
		if err != nil {
			return nil, fmt.Errorf("listing: showing: %w", err)
		}
		out = append(out, ids...)
	}
	return out, nil
}

// unlisted names those of the companies that no card shows.
func (Reader) unlisted(ctx context.Context, q db.Querier, companies []string) ([]string, error) {
	var out []string
	for chunk := range slices.Chunk(companies, 500) {
		rows, err := q.QueryContext(ctx, "SELECT id FROM companies WHERE id IN "+company.InSQL(1, len(chunk))+
			" AND NOT EXISTS (SELECT 1 FROM listings WHERE listings.company_id = companies.id)", anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: unlisted: %w", err)
		}
		matches, err := scanIDs(rows)
		if err != nil {
			return nil, fmt.Errorf("listing: unlisted: %w", err)
		}
		out = append(out, matches...)
	}
	return out, nil
}

func scanIDs(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Sizes counts the cards of each territory that has any, in whatever state, from an index.
func (Reader) Sizes(ctx context.Context, q db.Querier) (map[string]int, error) {
	rows, err := q.QueryContext(ctx, "SELECT territory, count(*) FROM listings GROUP BY territory")
	if err != nil {
		return nil, fmt.Errorf("listing: sizes: %w", err)
	}
	defer rows.Close()
	sizes := map[string]int{}
	for rows.Next() {
		var code string
		var n int
		if err := rows.Scan(&code, &n); err != nil {
			return nil, fmt.Errorf("listing: sizes: %w", err)
		}
		sizes[code] = n
	}
	return sizes, rows.Err()
}
