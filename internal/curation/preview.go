package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/mail"
)

// Preview is a letter that a decision would send: to the author of the change, or to the owners of its card.
type Preview struct {
	Owners bool
	Letter mail.Letter
}

// Previews gives the letters that each of some decisions of the team would send; none where nobody would be written to.
func (s *Service) Previews(ctx context.Context, by account.Actor, id string, decisions []Decision) ([][]Preview, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	c, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return nil, err
	}
	var now listing.Record
	if c.Listing != "" {
		if now, _, err = standing(ctx, s.DB.Read(), c.Listing); err != nil {
			return nil, err
		}
	}
	about, err := s.placed(ctx, subjectOf(c.Change, now.Listing))
	if err != nil {
		return nil, err
	}
	toAuthor, err := s.authorsSite(ctx, c.Change)
	if err != nil {
		return nil, err
	}
	if s.Follow != nil {
		about.Follow = "/annuaire" // the page itself is the author's alone
	}
	out := make([][]Preview, len(decisions))
	for i, d := range decisions {
		if about.Change, err = s.foreseen(ctx, c, now.Listing, d); err != nil {
			return nil, err
		}
		if about.Change.State == Offered {
			if out[i], err = s.toOwnersPreview(ctx, about); err != nil {
				return nil, err
			}
		}
		if toAuthor != nil && (about.Change.State != Offered || len(about.Change.Taken) > 0) {
			out[i] = append(out[i], Preview{Letter: decisionLetter(*toAuthor, about)})
		}
	}
	return out, nil
}

// foreseen is what a decision of the team would make of a change.
func (s *Service) foreseen(ctx context.Context, c stored, now listing.Listing, d Decision) (Change, error) {
	taken := inOrder(d.Take)
	if len(taken) > 0 && c.Kind == Edit && now.CompanyID != c.Company {
		c.suggest(now)
	}
	var passed []string
	if c.Kind == Suggestion {
		var err error
		if passed, err = s.passed(ctx, s.DB.Read(), now, taken); err != nil {
			return Change{}, err
		}
	}
	c.Taken, c.Passed, c.Reason = without(taken, passed), passed, d.Reason
	c.State = settled(c.Fields, c.Taken, passed, d.Done)
	return c.Change, nil
}

// authorsSite is the site as the author of a change reads of it, nil where nobody would be written to.
func (s *Service) authorsSite(ctx context.Context, c Change) (*account.Site, error) {
	to, _, lang, err := s.addressOf(ctx, c)
	if err != nil || to.Mail == "" {
		return nil, err
	}
	site, err := s.Sites.Site(ctx, c.Territory, lang)
	return &site, err
}

// toOwnersPreview is the letter that passes a correction on to the owners of a card, none where nobody is left to read it.
func (s *Service) toOwnersPreview(ctx context.Context, about subject) ([]Preview, error) {
	owners, err := s.ownersToTell(ctx, s.DB.Read(), about.Change)
	if err != nil || len(owners) == 0 {
		return nil, err
	}
	site, err := s.Sites.Site(ctx, about.Change.Territory, owners[0].Lang)
	return []Preview{{Owners: true, Letter: ownersLetter(site, kindOffered, about)}}, err
}
