package listing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// KeptBy is a store for whoever brings the cards of a territory from elsewhere: it writes to territories that are kept by
// this source, and to no other. Every other store refuses them.
func KeptBy(source string) Store { return Store{keeper: source} }

// Keeper gives the address from which the cards of a territory come, empty where they are this instance's own.
func (Reader) Keeper(ctx context.Context, q db.Querier, territory string) (string, error) {
	var source string
	err := q.QueryRowContext(ctx, "SELECT source FROM listing_keepers WHERE territory = $1", territory).Scan(&source)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("listing: keeper: %w", err)
	}
	return source, nil
}

// MayWrite returns errs.Forbidden, naming the source, for a territory whose cards are kept elsewhere, and errs.Conflict to
// a keeper that keeps it no more. The writing methods ask it themselves: it is for who would rather know first.
func (s Store) MayWrite(ctx context.Context, q db.Querier, territory string) error {
	kept, err := s.Keeper(ctx, q, territory)
	switch {
	case err != nil || kept == s.keeper:
		return err
	case s.keeper != "":
		return errs.New(errs.Conflict, "listing.kept_no_more", errs.Args{"territory": territory, "source": hostOf(s.keeper)})
	}
	return errs.New(errs.Forbidden, "listing.kept_elsewhere", errs.Args{"territory": territory, "source": hostOf(kept)})
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// importLock is what an import holds while it writes cards to a territory (see internal/importer).
const importLock = "import"

// Keep makes this store's source the keeper of a territory. It returns errs.Conflict for a territory that holds cards of
// its own, in whatever state, or that is kept by another source; nothing where it keeps the territory already.
func (s Store) Keep(ctx context.Context, tx *db.Tx, territory string) error {
	kept, err := s.Keeper(ctx, tx.Serialize(importLock, territory), territory)
	if err != nil || kept == s.keeper {
		return err
	}
	if kept != "" {
		return errs.New(errs.Conflict, "listing.kept_by_other", errs.Args{"territory": territory, "source": hostOf(kept)})
	}
	n, err := s.Count(ctx, tx, territory)
	if err != nil {
		return err
	}
	if n > 0 {
		return errs.New(errs.Conflict, "listing.own_cards", errs.Args{"territory": territory, "n": n})
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO listing_keepers (territory, source) VALUES ($1, $2)", territory, s.keeper)
	if err != nil {
		return fmt.Errorf("listing: keep: %w", err)
	}
	return nil
}

// Release gives a territory that this store keeps back to the instance, with the cards that it holds then.
func (s Store) Release(ctx context.Context, tx *db.Tx, territory string) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM listing_keepers WHERE territory = $1 AND source = $2", territory, s.keeper)
	if err != nil {
		return fmt.Errorf("listing: release: %w", err)
	}
	return nil
}

// ClaimSlug takes a slug for a stored card that was renamed elsewhere, or the next free one like it; the ones that it had
// before go on leading to it. The caller stores the card with what it returns.
func (s Store) ClaimSlug(ctx context.Context, tx *db.Tx, territory, id, wish string) (string, error) {
	wanted := []Record{{Listing: Listing{ID: id, Territory: territory, Slug: wish}}}
	if err := claimSlugs(ctx, tx, wanted); err != nil {
		return "", err
	}
	return wanted[0].Listing.Slug, nil
}
