package curation

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
)

// Waiting gives the changes that wait for the team, the oldest first, behind all others those that look like spam. Readers see addresses with most of them hidden.
func (s *Service) Waiting(ctx context.Context, by account.Actor, f Filter) ([]Change, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	found, err := s.store.waiting(ctx, s.DB.Read(), by.Territory, f)
	return shownTo(by, found), err
}

// shownTo gives changes as somebody of the team may see them.
func shownTo(by account.Actor, found []stored) []Change {
	out := make([]Change, len(found))
	for i, c := range found {
		if out[i] = c.Change; !by.Is(account.ProjectManager) && c.Mail != "" {
			out[i].Mail = account.HiddenMail(c.Mail)
		}
	}
	return out
}

// Tally is how many changes wait, and since when the oldest of them does; beside them, how many look like spam.
type Tally struct {
	N        int
	Oldest   time.Time
	Doubtful int
}

// Tally counts the changes that wait for the team, by kind.
func (s *Service) Tally(ctx context.Context, by account.Actor) (map[Kind]Tally, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	return s.store.tally(ctx, s.DB.Read(), by.Territory)
}

// Change gives a change with the card as it stands now: the one that stands for it where it was merged, the zero Record for a New
// one and for a card that is gone. The team sees all of its territory; the author of a change, and who acts for the company of its
// card, see it as Mine and OfListing show it.
func (s *Service) Change(ctx context.Context, by account.Actor, id string) (Change, listing.Record, error) {
	if err := by.RequireSignedIn(); err != nil {
		return Change{}, listing.Record{}, err
	}
	c, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return Change{}, listing.Record{}, err
	}
	shown := shownTo(by, []stored{c})[0]
	if !by.Is(account.Reader) && c.Person != by.Person {
		list := s.shownToOwner(by, []stored{c})
		if len(list) == 0 {
			return Change{}, listing.Record{}, by.Require(account.Reader)
		}
		shown = list[0]
	}
	var now listing.Record
	if c.Listing != "" {
		now, _, err = standing(ctx, s.DB.Read(), c.Listing)
	}
	return shown, now, err
}

// Mine gives the changes that the actor has proposed in the territory, the latest first.
func (s *Service) Mine(ctx context.Context, by account.Actor) ([]Change, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	found, err := s.store.find(ctx, s.DB.Read(), "person_id = $1 AND territory = $2 ORDER BY id DESC LIMIT 100", by.Person, by.Territory)
	return plain(found), err
}

func plain(found []stored) []Change {
	out := make([]Change, len(found))
	for i, c := range found {
		out[i] = c.Change
	}
	return out
}

// OfListing gives the changes of a card that wait or were decided, the latest first: to the team, and to who acts for its company,
// who sees of other people neither name nor address, and nothing that looks like spam before the team has decided.
func (s *Service) OfListing(ctx context.Context, by account.Actor, id string) ([]Change, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	r, ok, err := standing(ctx, s.DB.Read(), id)
	if err != nil {
		return nil, err
	}
	_, own := by.Companies[r.Listing.CompanyID]
	if !own {
		if err := by.Require(account.Reader); err != nil {
			return nil, err
		}
	}
	if !ok || r.Listing.Territory != by.Territory {
		return nil, absent()
	}
	found, err := s.store.find(ctx, s.DB.Read(), "listing_id = $1 AND state <> $2 ORDER BY id DESC LIMIT 100", id, string(Unconfirmed))
	if by.Is(account.Reader) {
		return shownTo(by, found), err
	}
	return s.shownToOwner(by, found), err
}

// shownToOwner gives the changes that who acts for a company may see of its cards.
func (s *Service) shownToOwner(by account.Actor, found []stored) []Change {
	var out []Change
	for _, c := range found {
		_, own := by.Companies[c.Company]
		hidden := c.Kind == New || c.State == Unconfirmed || c.State == Joined || c.Suspicious() && c.State == Waiting
		if !own || hidden {
			continue
		}
		if c.Kind == Suggestion && c.Person != by.Person {
			c.Person, c.Mail, c.Name = "", "", ""
		}
		c.DecidedBy = ""
		out = append(out, c.Change)
	}
	return out
}
