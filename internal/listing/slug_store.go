package listing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// claim is a card that needs a slug: the one it wishes for, or the next free "wish-2", "wish-3"….
type claim struct {
	id, stem, slug string
	record         *Record
}

// claimRounds bounds the search for a free slug. Each round takes a number never given before, so a second is
// rarely needed: only where a card is really called "Atelier 2".
const claimRounds = 20

// claimSlugs gives every card of the chunk that has no slug one of its own, and keeps the slugs that cards bring
// along when they are inserted. Of two transactions that claim one slug at once, the table's key lets one win.
func claimSlugs(ctx context.Context, tx *db.Tx, chunk []Record) error {
	var pending []*claim
	for i := range chunk {
		l := &chunk[i].Listing
		switch {
		case l.Slug == "":
			stem := Slug(l.Name)
			pending = append(pending, &claim{id: l.ID, stem: stem, slug: stem, record: &chunk[i]})
		case l.Version == 0:
			stem := Slug(l.Slug)
			pending = append(pending, &claim{id: l.ID, stem: stem, slug: stem, record: &chunk[i]})
		}
	}
	for range claimRounds {
		if len(pending) == 0 {
			return nil
		}
		// One order for all transactions: they wait for each other and never in a circle.
		slices.SortFunc(pending, func(a, b *claim) int { return cmp.Or(cmp.Compare(a.slug, b.slug), cmp.Compare(a.id, b.id)) })
		owners, err := takeSlugs(ctx, tx, chunk[0].Listing.Territory, pending)
		if err != nil {
			return err
		}
		pending = slices.DeleteFunc(pending, func(c *claim) bool {
			if owners[c.slug] != c.id {
				return false
			}
			c.record.Listing.Slug = c.slug
			return true
		})
		if err := nextSlugs(ctx, tx, chunk[0].Listing.Territory, pending); err != nil {
			return err
		}
	}
	return fmt.Errorf("listing: no free slug for %q after %d rounds", pending[0].stem, claimRounds)
}

// takeSlugs tries to take each claim's slug and returns who has them now.
func takeSlugs(ctx context.Context, tx *db.Tx, territory string, claims []*claim) (map[string]string, error) {
	insert := make([]any, 0, 3*len(claims))
	wanted := []any{territory}
	for _, c := range claims {
		insert = append(insert, territory, c.slug, c.id)
		wanted = append(wanted, c.slug)
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO listing_slugs (territory, slug, listing_id) VALUES "+
		company.ValuesSQL(len(claims), 3)+" ON CONFLICT DO NOTHING", insert...)
	if err != nil {
		return nil, fmt.Errorf("listing: claim slugs: %w", err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT slug, listing_id FROM listing_slugs WHERE territory = $1 AND slug IN "+
		company.InSQL(2, len(claims)), wanted...)
	if err != nil {
		return nil, fmt.Errorf("listing: claim slugs: %w", err)
	}
	defer rows.Close()
	owners := make(map[string]string, len(claims))
	for rows.Next() {
		var slug, id string
		if err := rows.Scan(&slug, &id); err != nil {
			return nil, fmt.Errorf("listing: claim slugs: %w", err)
		}
		owners[slug] = id
	}
	return owners, rows.Err()
}

// nextSlugs gives each claim the next number of its stem, one statement for all.
func nextSlugs(ctx context.Context, tx *db.Tx, territory string, claims []*claim) error {
	if len(claims) == 0 {
		return nil
	}
	byStem := map[string][]*claim{}
	var stems []string
	for _, c := range claims {
		if byStem[c.stem] == nil {
			stems = append(stems, c.stem)
		}
		byStem[c.stem] = append(byStem[c.stem], c)
	}
	slices.Sort(stems)
	args := make([]any, 0, 3*len(stems))
	for _, stem := range stems {
		args = append(args, territory, stem, 1+len(byStem[stem]))
	}
	rows, err := tx.QueryContext(ctx, "INSERT INTO listing_slug_counters (territory, stem, last) VALUES "+
		company.ValuesSQL(len(stems), 3)+` ON CONFLICT (territory, stem)
		DO UPDATE SET last = listing_slug_counters.last + excluded.last - 1 RETURNING stem, last`, args...)
	if err != nil {
		return fmt.Errorf("listing: number slugs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var stem string
		var last int
		if err := rows.Scan(&stem, &last); err != nil {
			return fmt.Errorf("listing: number slugs: %w", err)
		}
		group := byStem[stem]
		for i, c := range group {
			c.slug = stem + "-" + strconv.Itoa(last-len(group)+1+i)
		}
	}
	return rows.Err()
}
