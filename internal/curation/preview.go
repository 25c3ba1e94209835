package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/platform/mail"
)

// Preview gives the letter that a decision would send to the author of a change; ok is false where nobody would be written to.
func (s *Service) Preview(ctx context.Context, by account.Actor, id string, d Decision) (l mail.Letter, ok bool, err error) {
	if err := by.Require(account.Reader); err != nil {
		return l, false, err
	}
	c, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return l, false, err
	}
	to, _, lang, err := s.addressOf(ctx, c.Change)
	if err != nil || to.Mail == "" {
		return l, false, err
	}
	about, err := s.subject(ctx, s.DB.Read(), c.Change)
	if err != nil {
		return l, false, err
	}
	c.Taken, c.Reason = inOrder(d.Take), d.Reason
	c.State = settled(c.Fields, c.Taken, nil, d.Done)
	about.Change = c.Change
	site, err := s.Sites.Site(ctx, c.Territory, lang)
	if err != nil {
		return l, false, err
	}
	return decisionLetter(site, about), true, nil
}
