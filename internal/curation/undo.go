package curation

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// undo is what takes a decision back while its letter has not left.
type undo struct {
	From        State              `json:"from"`                  // the change waited as
	Owner       bool               `json:"owner,omitempty"`       // who decided acted for the company
	Card        string             `json:"card,omitempty"`        // that was written, "" for none
	Version     int64              `json:"version,omitempty"`     // that the decision made of it
	Before      listing.Content    `json:"before,omitzero"`       // of the fields that it took
	Provenance  company.Provenance `json:"provenance,omitempty"`  // of these fields
	ConfirmedAt time.Time          `json:"confirmed_at,omitzero"` //
	State       listing.State      `json:"card_state,omitempty"`  //
	Withheld    bool               `json:"withheld,omitempty"`    //
	Slug        string             `json:"slug,omitempty"`        //
	Standing    *standingOf        `json:"standing,omitempty"`    // of the company that was noted to have ended
	Graduated   bool               `json:"graduated,omitempty"`   // the company was a newcomer until then
}

// undoColumn reads and writes an undo as JSON, the empty text for none.
type undoColumn struct{ u **undo }

// Scan implements sql.Scanner.
func (c undoColumn) Scan(src any) error {
	text, ok := src.(string)
	if b, bytes := src.([]byte); bytes {
		text, ok = string(b), true
	}
	if !ok {
		return fmt.Errorf("curation: JSON in a column of %T", src)
	}
	if *c.u = nil; text == "" {
		return nil
	}
	*c.u = new(undo)
	return json.Unmarshal([]byte(text), *c.u)
}

// Value implements driver.Valuer.
func (c undoColumn) Value() (driver.Value, error) {
	if *c.u == nil {
		return "", nil
	}
	text, err := json.Marshal(*c.u)
	return string(text), err
}

// Undoable reports whether the actor can take the decision of a change back at now.
func (s *Service) Undoable(by account.Actor, c Change, now time.Time) bool {
	return s.Grace > 0 && by.Person != "" && c.DecidedBy == by.Person && now.Before(c.DecidedAt.Add(s.Grace)) &&
		slices.Contains([]State{Offered, Accepted, Partly, Refused}, c.State)
}

// Undo takes back a decision of the actor's own, within the grace, where they still have the role that it took: the card says again
// what it said, and the change waits. A card that the decision made is taken away. errs.Conflict where the time is over, or where
// somebody has written the card since.
func (s *Service) Undo(ctx context.Context, by account.Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.onChange(ctx, by, id, func(tx *db.Tx, c stored, now listing.Record) error {
		if c.State == Waiting {
			return errs.New(errs.Conflict, "curation.undo_done", nil)
		}
		if !s.Undoable(by, c.Change, s.Now()) || c.undo == nil {
			return errs.New(errs.Conflict, "curation.undo_late", nil)
		}
		u := *c.undo
		if err := mayUndo(by, u, cmp.Or(now.Listing.CompanyID, c.Company)); err != nil {
			return err
		}
		if err := s.takeBack(ctx, tx, by, c, u); err != nil {
			return err
		}
		if u.Graduated {
			if err := s.store.tryAgain(ctx, tx, c.Company); err != nil {
				return err
			}
		}
		before := c.State
		c.State, c.undo, c.DecidedAt, c.DecidedBy, c.ByOwner = u.From, nil, time.Time{}, "", false
		c.Taken, c.Passed, c.Reason, c.Created = nil, nil, "", ""
		if err := s.store.put(ctx, tx, c); err != nil {
			return err
		}
		if err := s.unsettleJoined(ctx, tx, c.ID); err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{
			Action: "curation.undone", Kind: ChangeKind, Object: c.ID, OnBehalf: c.Company, Detail: map[string]string{"kind": string(c.Kind), "before": string(before)},
		})
	})
}

// mayUndo returns nil for who still has the role in which they decided.
func mayUndo(by account.Actor, u undo, companyID string) error {
	if u.Owner {
		return by.RequireFor(companyID, account.CompanyEditor)
	}
	return by.Require(account.ProjectManager)
}

// takeBack makes of the card what it was.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, by account.Actor, c stored, u undo) error {
	if u.Card == "" {
		return nil
	}
	found, err := cards(ctx, tx.Serialize(listing.ChangeKind, u.Card), u.Card)
	if err != nil {
		return err
	}
	r, ok := found[u.Card]
	if !ok || r.Listing.Version != u.Version {
		return errs.New(errs.Conflict, "curation.undo_written", nil)
	}
	if c.Kind == New {
		if free, err := s.Accounts.Claimable(ctx, tx, r.Company.ID); err != nil || !free {
			return cmp.Or(err, error(errs.New(errs.Conflict, "curation.undo_written", nil)))
		}
		return listing.Store{}.Delete(ctx, tx, []string{u.Card}, s.Now())
	}
	if err := s.store.putHiding(ctx, tx, u.Card, ""); err != nil {
		return err
	}
	l := &r.Listing
	l.Content = over(l.Content, u.Before, c.Taken)
	l.Provenance = l.Provenance.Clone()
	for _, name := range c.Taken {
		delete(l.Provenance, name)
		if source, ok := u.Provenance[name]; ok {
			l.Provenance[name] = source
		}
	}
	l.ConfirmedAt, l.State, l.Withheld, l.Slug = u.ConfirmedAt, u.State, u.Withheld, u.Slug
	source := company.Source{Kind: company.FromStaff, At: s.Now()}
	_, err = listing.Store{}.As(by.Person).Doing(listing.Restored, source).SaveListings(ctx, tx, []listing.Record{r}, s.Now())
	if err != nil || u.Standing == nil {
		return err
	}
	return s.revive(ctx, tx, r.Company, *u.Standing)
}
