package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// What the team makes of a flag.
const (
	FlagChecked = "checked" // it is not so, or no more: the flag goes
	FlagHidden  = "hidden"  // the card is taken from the public
	FlagCeased  = "ceased"  // the company has ended: it is noted, and the card taken from the public
)

// SettleFlag does one of these about what speaks against a card, which is at a version: a project manager does. errs.NotFound where
// the card bears no such flag, errs.Conflict "listing.changed" where it has changed since; else the errors of HideIn.
func (s *Service) SettleFlag(ctx context.Context, by account.Actor, id string, kind listing.FlagKind, h Hiding) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := cards(ctx, tx.Serialize(listing.ChangeKind, id), id)
		if err != nil {
			return err
		}
		r, ok := found[id]
		flags, err := listing.Reader{}.Flags(ctx, tx, []string{id})
		if err != nil {
			return err
		}
		if !ok || r.Listing.Territory != by.Territory || !bears(flags[id], kind) {
			return errs.New(errs.NotFound, "curation.no_flag", nil)
		}
		if h.How != FlagChecked {
			if _, err := s.HideIn(ctx, tx, by, r, h); err != nil {
				return err
			}
		}
		if err := (listing.Store{}).ClearFlag(ctx, tx, id, kind); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{
			Action: "curation.flag_settled", Kind: listing.ChangeKind, Object: id, Detail: map[string]string{"company": r.Company.ID, "flag": string(kind), "how": h.How},
		})
	})
}

func bears(flags []listing.Flag, kind listing.FlagKind) bool {
	for _, f := range flags {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

// end takes from the public the card of an organisation that, as a report says, is no more, and notes that the company has ended where
// that was decided. Both can be taken back with the decision.
func (s *Service) end(ctx context.Context, tx *db.Tx, by account.Actor, c *stored, now listing.Record, d Decision) error {
	l := now.Listing
	switch {
	case l.ID == "":
		return errs.New(errs.Gone, "curation.card_gone", nil)
	case d.Card != l.ID:
		return errs.New(errs.Conflict, "listing.changed", nil)
	}
	c.undo.remember(l, nil)
	if d.End == FlagCeased {
		c.undo.Standing = &standingOf{now.Company.Status, now.Company.Provenance["status"]}
	}
	hidden, err := s.hide(ctx, tx, by, now, &Hiding{Version: d.Seen, How: d.End, Reason: d.Reason})
	c.undo.Version = hidden.Version
	return err
}

// standingOf is what was known of a company's standing, and from whom.
type standingOf struct {
	Status company.Status `json:"status"`
	Source company.Source `json:"source"`
}

// revive gives a company that was noted to have ended the standing that it had.
func (s *Service) revive(ctx context.Context, tx *db.Tx, c company.Company, was standingOf) error {
	c.Status, c.Provenance = was.Status, c.Provenance.Clone()
	c.Provenance["status"] = was.Source
	if was.Source == (company.Source{}) {
		delete(c.Provenance, "status")
	}
	_, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{c}, s.Now())
	return err
}

// cease notes that a company has ended.
func (s *Service) cease(ctx context.Context, tx *db.Tx, c company.Company, source company.Source) error {
	merged, changed := company.Merge(c, company.Company{Status: company.Ceased}, []string{"status"}, source)
	if len(changed) == 0 {
		return nil
	}
	_, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{merged}, s.Now())
	return err
}
