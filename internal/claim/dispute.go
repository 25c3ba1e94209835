package claim

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// DisputePath is where somebody who reads the mail of a card says that it was not them who took it in hand.
const DisputePath = "/fiches/contestation/" // and the token

// disputeToken signs a link about a claim: nothing of it is kept.
func disputeToken(key []byte, claim string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("dispute\x00" + claim))
	return claim + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Disputable gives the claim of a link, with its card, as it can be disputed. It returns errs.NotFound for a link that is none of
// ours, errs.Conflict for a claim that is disputed already, errs.Gone for one that is no more, too long ago, or that the team upheld.
func (s *Service) Disputable(ctx context.Context, q db.Querier, token string) (c Claim, r listing.Record, err error) {
	key, err := s.Key(ctx, keyPurpose)
	if err != nil {
		return c, r, err
	}
	id, _, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(token), []byte(disputeToken(key, id))) {
		return c, r, errs.New(errs.NotFound, "claim.no_dispute", nil)
	}
	if c, err = s.store.byID(ctx, q, id); errs.Is(err, errs.NotFound) {
		return c, r, errs.New(errs.Gone, "claim.dispute_over", nil)
	}
	if err != nil {
		return c, r, err
	}
	if r, err = s.standing(ctx, q, c.Listing); err != nil {
		return c, r, err
	}
	switch {
	case c.State == Disputed:
		return c, r, errs.New(errs.Conflict, "claim.disputed_already", nil)
	case !c.disputable(s.Now()):
		return c, r, errs.New(errs.Gone, "claim.dispute_over", nil)
	}
	return c, r, nil
}

// Dispute has the team look at a claim again, on the word of who reads the mail of its card: until then what the company writes waits
// for the team. It returns the errors of Disputable.
func (s *Service) Dispute(ctx context.Context, token string) error {
	c, _, err := s.Disputable(ctx, s.DB.Read(), token)
	if err != nil {
		return err
	}
	return s.on(ctx, c.ID, func(tx *db.Tx, c Claim) error {
		if !c.disputable(s.Now()) { // disputed or decided meanwhile
			return errs.New(errs.Conflict, "claim.disputed_already", nil)
		}
		c.State, c.DisputedAt = Disputed, s.Now()
		if err := s.store.put(ctx, tx, c); err != nil {
			return err
		}
		if err := s.Trust(ctx, tx, c.Company, false); err != nil {
			return err
		}
		if err := s.note(ctx, tx, account.Actor{Territory: c.Territory}, "claim.disputed", c); err != nil {
			return err
		}
		return s.tellDispute(ctx, tx, c, kindDisputed)
	})
}

// Disputed tells of which companies it is still to be decided whether somebody who acts for them rightly does.
func (s *Service) Disputed(ctx context.Context, q db.Querier, companies ...string) (map[string]bool, error) {
	if len(companies) == 0 {
		return nil, nil
	}
	args := []any{string(Disputed)}
	for _, id := range companies {
		args = append(args, id)
	}
	found, err := s.store.find(ctx, q, "state = $1 AND company_id IN "+company.InSQL(2, len(companies)), args...)
	disputed := map[string]bool{}
	for _, c := range found {
		disputed[c.Company] = true
	}
	return disputed, err
}

// doubts are the claims of a company that somebody disputed, and that were not upheld.
type doubts []Claim

// bars reports whether a person's word is not enough any more, whatever proves it: people decide.
func (d doubts) bars(person string) bool {
	return slices.ContainsFunc(d, func(c Claim) bool { return c.Person == person })
}

// open reports whether one is still to be decided.
func (d doubts) open() bool {
	return slices.ContainsFunc(d, func(c Claim) bool { return c.State == Disputed })
}
