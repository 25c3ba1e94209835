package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/platform/mail"
)

// Previews gives the letters that decisions would send to the author of a change, in their order; none where nobody would be written to.
func (s *Service) Previews(ctx context.Context, by account.Actor, id string, decisions []Decision) ([]mail.Letter, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	c, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return nil, err
	}
	to, _, lang, err := s.addressOf(ctx, c.Change)
	if err != nil || to.Mail == "" {
		return nil, err
	}
	about, err := s.subject(ctx, s.DB.Read(), c.Change)
	if err != nil {
		return nil, err
	}
	site, err := s.Sites.Site(ctx, c.Territory, lang)
	if err != nil {
		return nil, err
	}
	if s.Follow != nil {
		about.Follow = "/annuaire" // the page itself is the author's alone
	}
	letters := make([]mail.Letter, 0, len(decisions))
	for _, d := range decisions {
		about.Change = c.Change
		about.Change.Taken, about.Change.Reason = inOrder(d.Take), d.Reason
		about.Change.State = settled(c.Fields, about.Change.Taken, nil, d.Done)
		letters = append(letters, decisionLetter(site, about))
	}
	return letters, nil
}
