package cards

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Card is a card as the team sees it.
type Card struct {
	listing.Record
	Flags  []listing.Flag
	People []account.Colleague // who acts for its company
	Trust  curation.Trust      // of these people, as it was set
	Stands curation.Trust      // the same, or Disputed
	Open   []curation.Change   // that wait for a decision
	Merged []listing.Listing   // that it stands for
	Into   listing.Listing     // that stands for it, the zero Listing for none
	Last   []Step              // the latest first, without what the card said
}

// lastShown is how many revisions the page of a card shows.
const lastShown = 3

// Card gives one card, to the team.
func (s *Service) Card(ctx context.Context, by account.Actor, id string) (Card, error) {
	if err := by.Require(account.Reader); err != nil {
		return Card{}, err
	}
	q := s.DB.Read()
	r, err := s.here(ctx, q, by, id)
	if err != nil {
		return Card{}, err
	}
	c := Card{Record: r}
	flags, err := listing.Reader{}.Flags(ctx, q, []string{id})
	if err != nil {
		return Card{}, err
	}
	c.Flags = flags[id]
	if c.People, err = s.Accounts.Acting(ctx, q, r.Company.ID); err != nil {
		return Card{}, err
	}
	if c.Trust, c.Stands, err = s.Changes.TrustSet(ctx, q, r.Company.ID); err != nil {
		return Card{}, err
	}
	changes, err := s.Changes.OfListing(ctx, by, id)
	if err != nil {
		return Card{}, err
	}
	deeds := make([]curation.Deed, len(changes))
	for i, one := range changes {
		deeds[i] = one.Deed()
	}
	c.Open = slices.DeleteFunc(changes, func(c curation.Change) bool { return !c.State.Open() })
	if err := s.kinOf(ctx, q, &c); err != nil {
		return Card{}, err
	}
	c.Last, err = s.last(ctx, q, id, deeds)
	return c, err
}

// last gives the last that became of a card, to the team.
func (s *Service) last(ctx context.Context, q db.Querier, id string, deeds []curation.Deed) ([]Step, error) {
	revisions, err := listing.Reader{}.Revisions(ctx, q, id, "", lastShown)
	if err != nil {
		return nil, err
	}
	v := viewer{team: true}
	if v.names, err = s.Accounts.Names(ctx, append(personsOf(revisions), personsBehind(deeds)...)); err != nil {
		return nil, err
	}
	steps := make([]Step, len(revisions))
	for i, r := range revisions {
		steps[i].Revision = r
		v.says(&steps[i], deeds)
	}
	return steps, nil
}

// kinOf reads the cards that a card stands for, and the one that stands for it.
func (s *Service) kinOf(ctx context.Context, q db.Querier, c *Card) error {
	mergings, err := listing.Reader{}.MergedInto(ctx, q, c.Listing.ID)
	if err != nil {
		return err
	}
	ids := []string{c.Listing.MergedInto}
	for _, m := range mergings {
		ids = append(ids, m.From)
	}
	found, err := listing.Reader{}.ByIDs(ctx, q, ids)
	for _, l := range found {
		if l.ID == c.Listing.MergedInto {
			c.Into = l
		} else {
			c.Merged = append(c.Merged, l)
		}
	}
	return err
}

// personsOf are those who made some revisions.
func personsOf(revisions []listing.Revision) []string {
	var out []string
	for _, r := range revisions {
		if r.Person != "" && !slices.Contains(out, r.Person) {
			out = append(out, r.Person)
		}
	}
	return out
}

// Act is what the team does with a card by one button.
type Act string

// The acts.
const (
	Publish Act = "publier"
	Hide    Act = "masquer"
	Confirm Act = "confirmer"
)

// Do does one thing to a card: a project manager does. version is that of the card that was shown. The errors are those of
// listing.Service, and of curation.Service.HideIn for what needs a reason.
func (s *Service) Do(ctx context.Context, by account.Actor, id string, version int64, act Act, reason string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	do, action := s.Listings.ConfirmIn, "cards.confirmed"
	switch act {
	case Publish:
		do, action = s.Listings.PublishIn, "cards.published"
	case Hide:
		action = "cards.hidden"
	case Confirm:
	default:
		return errs.New(errs.Usage, "cards.act_unknown", nil)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.here(ctx, tx, by, id)
		if err != nil {
			return err
		}
		var l listing.Listing
		if act == Hide {
			l, err = s.Changes.HideIn(ctx, tx, by, r, curation.Hiding{Version: version, How: curation.FlagHidden, Reason: reason})
		} else {
			l, err = do(ctx, tx, staff(by), id, version)
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, by, action, l, map[string]string{"state": string(l.State), "before": string(r.Listing.State)})
	})
}

// Settle takes a flag away: somebody of the team has seen to it.
func (s *Service) Settle(ctx context.Context, by account.Actor, id string, kind listing.FlagKind) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.here(ctx, tx, by, id)
		if err != nil {
			return err
		}
		flags, err := listing.Reader{}.Flags(ctx, tx, []string{id})
		if err != nil || !slices.ContainsFunc(flags[id], func(f listing.Flag) bool { return f.Kind == kind }) {
			return err
		}
		if err := (listing.Store{}).ClearFlag(ctx, tx, id, kind); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "cards.flag_settled", r.Listing, map[string]string{"flag": string(kind)})
	})
}

// staff is the team as an author.
func staff(by account.Actor) listing.Author {
	return listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: by.Person}
}

func (s *Service) note(ctx context.Context, tx *db.Tx, by account.Actor, action string, l listing.Listing, detail map[string]string) error {
	return s.Accounts.Note(ctx, tx, by, audit.Entry{
		Action: action, Kind: listing.ChangeKind, Object: l.ID, OnBehalf: l.CompanyID, Detail: detail,
	})
}
