package curation

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// Hiding is how the team takes a card from the public.
type Hiding struct {
	Version int64  // of the card that was shown
	How     string // FlagHidden or FlagCeased
	Reason  string // mailed to who acts for the company; needed where somebody does
}

// HideIn takes a card from the public, for the team, in the transaction of who has checked the role and the territory. Who acts for its
// company is written to, with the reason. errs.Invalid with the field "reason" where there is somebody to tell and nothing to say.
func (s *Service) HideIn(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, h Hiding) (listing.Listing, error) {
	l, err := s.hide(ctx, tx, by, r, &h)
	if err != nil {
		return l, err
	}
	return l, s.tellHidden(ctx, tx, l, h.How, h.Reason)
}

// hide is HideIn that writes to nobody yet.
func (s *Service) hide(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, h *Hiding) (listing.Listing, error) {
	owners, err := s.OwnersToTell(ctx, tx, r.Company.ID)
	if err != nil {
		return listing.Listing{}, err
	}
	var f faults
	h.Reason = strings.TrimSpace(company.Storable(h.Reason))
	f.must(h.Reason != "" || len(owners) == 0, "reason", "curation.hide_reason", nil)
	f.length("reason", h.Reason, MaxReason)
	if err := f.err(); err != nil {
		return listing.Listing{}, err
	}
	source := company.Source{Kind: company.FromStaff, At: s.Now()}
	l, err := s.Listings.HideIn(ctx, tx, listing.Author{Source: source, Person: by.Person}, r.Listing.ID, h.Version)
	if err != nil {
		return l, err
	}
	if h.How == FlagCeased {
		if err := s.cease(ctx, tx, r.Company, source); err != nil {
			return l, err
		}
	}
	return l, s.store.putHiding(ctx, tx, l.ID, h.Reason)
}

// OwnersToTell are who acts for a company, but for those who are about to be erased.
func (s *Service) OwnersToTell(ctx context.Context, q db.Querier, companyID string) ([]account.Colleague, error) {
	people, err := s.Accounts.Acting(ctx, q, companyID)
	return slices.DeleteFunc(people, func(p account.Colleague) bool { return !p.EraseAt.IsZero() }), err
}

// tellHidden writes to who acts for the company of a card that it is not public any more.
func (s *Service) tellHidden(ctx context.Context, tx *db.Tx, l listing.Listing, how, reason string) error {
	owners, err := s.OwnersToTell(ctx, tx, l.CompanyID)
	if err != nil {
		return err
	}
	for _, p := range owners {
		m := account.To(p.Person, l.Territory, hidingKind(how), l.ID+"/"+strconv.FormatInt(l.Version, 10)+"/"+p.ID)
		err := s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return hiddenLetter(site, l, how, reason) })
		if err != nil {
			return err
		}
	}
	return nil
}

func hidingKind(how string) string {
	if how == FlagCeased {
		return kindCeased
	}
	return kindHidden
}

// hiddenLetter tells who acts for a company that its card was taken from the public, why, and what they can do.
func hiddenLetter(site account.Site, l listing.Listing, how, reason string) mail.Letter {
	letter := site.Letter(letterTexts, hidingKind(how), office.EditPath(l.ID), "name", mail.OneLine(l.Name))
	if reason != "" {
		letter.Paragraphs = slices.Insert(letter.Paragraphs, 1, site.P.T("curation.letter.reason", "reason", paragraph(reason)))
	}
	return letter
}

// HidingPreviews are the letters that hiding a card so would send to who acts for its company; none where nobody does.
func (s *Service) HidingPreviews(ctx context.Context, by account.Actor, l listing.Listing, h Hiding) ([]Preview, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	return s.hidingPreviews(ctx, sitesOf{s.Sites, l.Territory, map[string]account.Site{}}, l, h)
}

func (s *Service) hidingPreviews(ctx context.Context, sites sitesOf, l listing.Listing, h Hiding) ([]Preview, error) {
	owners, err := s.OwnersToTell(ctx, s.DB.Read(), l.CompanyID)
	if err != nil {
		return nil, err
	}
	letters, err := sites.to(ctx, readersOf(owners), func(site account.Site) mail.Letter { return hiddenLetter(site, l, h.How, h.Reason) })
	for i := range letters {
		letters[i].Owners, letters[i].Hidden = true, true
	}
	return letters, err
}

// HidingReasons tells why the team took some cards from the public, as far as it said so.
func (s *Service) HidingReasons(ctx context.Context, q db.Querier, cards []string) (map[string]string, error) {
	reasons := map[string]string{}
	if len(cards) == 0 {
		return reasons, nil
	}
	args := make([]any, len(cards))
	for i, id := range cards {
		args[i] = id
	}
	rows, err := q.QueryContext(ctx, "SELECT listing_id, reason FROM curation_hidings WHERE listing_id IN "+company.InSQL(1, len(cards)), args...)
	if err != nil {
		return nil, fmt.Errorf("curation: hidings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, reason string
		if err := rows.Scan(&id, &reason); err != nil {
			return nil, fmt.Errorf("curation: hidings: %w", err)
		}
		reasons[id] = reason
	}
	return reasons, rows.Err()
}

// putHiding keeps why a card was hidden in the place of what was said before, nothing for no reason.
func (store) putHiding(ctx context.Context, tx *db.Tx, card, reason string) error {
	query, args := "DELETE FROM curation_hidings WHERE listing_id = $1", []any{card}
	if reason != "" {
		query = "INSERT INTO curation_hidings (listing_id, reason) VALUES ($1, $2) ON CONFLICT (listing_id) DO UPDATE SET reason = excluded.reason"
		args = append(args, reason)
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("curation: hidings: %w", err)
	}
	return nil
}
