package curation

import (
	"context"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// How many fields a letter quotes that were not taken, and how much of each, in letters.
const (
	mostQuoted  = 4
	longestSaid = 100
)

// Untaken are the fields of a decided change that the card did not take.
func (c Change) Untaken() []string { return without(c.Fields, c.Taken) }

// quotes are what the author of a refused edit had written, a line for each field, with what introduces them; none for another change.
func quotes(site account.Site, about subject) []string {
	c := about.Change
	fields := c.Untaken()
	if c.Kind != Edit || about.Place == nil || len(fields) == 0 {
		return nil
	}
	names := NamesOf(about.Place, about.Terms, site.P)
	lines := []string{site.P.T("curation.letter.quoted")}
	for _, field := range fields[:min(len(fields), mostQuoted)] {
		lines = append(lines, names.Quote(c.After, field))
	}
	return lines
}

// Quote is a field of a card with what it says, on one line and cut where it is long.
func (n Names) Quote(c listing.Content, field string) string {
	name := n.P.T(listing.FieldKey(field))
	text := []rune(strings.Join(strings.Fields(strings.Join(n.Said(c, field), " · ")), " "))
	if len(text) == 0 {
		return n.P.T("curation.quote_empty", "field", name)
	}
	if len(text) > longestSaid {
		text = append([]rune(strings.TrimSpace(string(text[:longestSaid]))), '…')
	}
	return n.P.T("curation.quote", "field", name, "text", string(text))
}

// RefusedOn is the last edit of a card by its company that the team decided, where it did not take all of it, to who acts for the company;
// false for none, and where it can be taken back yet.
func (s *Service) RefusedOn(ctx context.Context, by account.Actor, l listing.Listing) (Change, bool, error) {
	if err := by.RequireFor(l.CompanyID, account.CompanyEditor); err != nil {
		return Change{}, false, err
	}
	found, err := s.store.find(ctx, s.DB.Read(), "listing_id = $1 AND kind = $2 AND company_id = $3 AND decided_at > 0 AND decided_at <= $4 AND state IN ($5, $6, $7) ORDER BY id DESC LIMIT 1",
		l.ID, string(Edit), l.CompanyID, db.ToMillis(s.Now().Add(-s.Grace)), string(Refused), string(Partly), string(Accepted))
	if err != nil || len(found) == 0 || !slices.Contains([]State{Refused, Partly}, found[0].State) {
		return Change{}, false, err
	}
	c := found[0].Change
	c.DecidedBy = ""
	return c, true, nil
}
