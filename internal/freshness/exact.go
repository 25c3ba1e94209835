package freshness

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Standing is what became of the card of a link.
type Standing string

// What a link finds. Only Asked and Left wait for the button.
const (
	Asked  Standing = "asked"  // the card is public, and waits to be confirmed
	Left   Standing = "left"   // it left the public, and comes back when it is confirmed
	Done   Standing = "done"   // somebody has confirmed it since the letter was written
	Away   Standing = "away"   // it is not public, which no button changes
	Joined Standing = "joined" // it is part of another card
	Gone   Standing = "gone"   // it is there no more
	Over   Standing = "over"   // the letter is too old
)

// Seen is what a link may show: nothing of the card unless it is public, or was and waits to be again.
type Seen struct {
	Standing Standing
	Card     listing.Listing // of Asked, Left and Done; of Joined the public card that it is part of, zero for none
	Owned    bool            // somebody acts for the company
	Until    time.Time       // when the card is asked about again, zero for not
	Silent   time.Time       // when the card will say that it is not confirmed, of one about which nobody will be asked; zero for any other
	Moved    bool            // the card is not the one that was to be confirmed
	Changed  []string        // the fields of it that say something else since, as far as is known
}

// waits reports whether the button does something.
func (s Standing) waits() bool { return s == Asked || s == Left }

// Look says what the link of a letter finds, and changes nothing: programs that look for viruses follow links, too. errs.NotFound
// for a link that is none of ours.
func (s *Service) Look(ctx context.Context, t *territory.Territory, token string) (Seen, error) {
	l, k, err := s.link(ctx, token)
	if err != nil {
		return Seen{}, err
	}
	var seen Seen
	err = s.DB.View(ctx, func(tx *db.Tx) (err error) {
		seen, err = s.look(ctx, tx, t, l, k)
		return err
	})
	return seen, err
}

func (s *Service) link(ctx context.Context, token string) (l link, k keys, err error) {
	if k.link, err = s.Key(ctx, keyLink); err != nil {
		return l, k, err
	}
	l, ok := readLink(k.link, token)
	if !ok {
		return l, k, errs.New(errs.NotFound, "freshness.link_broken", nil)
	}
	k.address, err = s.Key(ctx, keyAddress)
	return l, k, err
}

// look says what a link finds now.
func (s *Service) look(ctx context.Context, q db.Querier, t *territory.Territory, l link, k keys) (Seen, error) {
	found, err := s.cards.ByIDs(ctx, q, []string{l.Listing})
	if err != nil || len(found) == 0 {
		return Seen{Standing: Gone}, err
	}
	card := found[0]
	switch {
	case card.Territory != t.Code:
		return Seen{}, errs.New(errs.NotFound, "freshness.link_broken", nil)
	case card.State == listing.Merged:
		return s.joined(ctx, q, card)
	case card.State == listing.Published && !card.ConfirmedAt.Before(l.At):
		return s.confirmed(ctx, q, t, card, k)
	case l.over(s.Now()):
		return Seen{Standing: Over}, nil
	case card.State == listing.Published:
		return s.shown(ctx, q, card, Asked)
	case card.State != listing.Lapsed:
		return s.away(ctx, q, card)
	}
	may, err := s.cards.MayBePublic(ctx, q, card)
	if err != nil {
		return Seen{}, err
	}
	if !may {
		return s.away(ctx, q, card)
	}
	return s.shown(ctx, q, card, Left)
}

// away is a card that is not public: nothing of it is told but whether somebody holds it, who finds it in their space.
func (s *Service) away(ctx context.Context, q db.Querier, card listing.Listing) (Seen, error) {
	people, err := s.Accounts.ActingFor(ctx, q, []string{card.CompanyID})
	return Seen{Standing: Away, Owned: len(people[card.CompanyID]) > 0}, err
}

// joined finds the public card that a merged one is part of.
func (s *Service) joined(ctx context.Context, q db.Querier, card listing.Listing) (Seen, error) {
	into, ok, err := s.cards.StandsFor(ctx, q, card.MergedInto)
	if err != nil || !ok || into.State != listing.Published {
		return Seen{Standing: Joined}, err
	}
	return Seen{Standing: Joined, Card: into}, nil
}

func (s *Service) shown(ctx context.Context, q db.Querier, card listing.Listing, as Standing) (Seen, error) {
	people, err := s.Accounts.ActingFor(ctx, q, []string{card.CompanyID})
	return Seen{Standing: as, Card: card, Owned: len(people[card.CompanyID]) > 0}, err
}

// confirmed is a card that somebody has confirmed, with when it is asked about again: never where nobody reads such letters.
func (s *Service) confirmed(ctx context.Context, q db.Querier, t *territory.Territory, card listing.Listing, k keys) (Seen, error) {
	people, err := s.Accounts.ActingFor(ctx, q, []string{card.CompanyID})
	if err != nil {
		return Seen{}, err
	}
	seen := Seen{Standing: Done, Card: card, Owned: len(people[card.CompanyID]) > 0}
	policy, err := s.store.policy(ctx, q, t)
	if err != nil || !policy.Runs() {
		return seen, err
	}
	d, err := s.deafAmong(ctx, q, k, people[card.CompanyID], card.Emails)
	if err != nil {
		return seen, err
	}
	if d.reached(people[card.CompanyID], card.Emails) {
		seen.Until = listing.MonthsLater(card.ConfirmedAt, policy.Reminders[0], t.Location())
	} else {
		seen.Silent = listing.MonthsLater(card.ConfirmedAt, policy.Unconfirmed, t.Location())
	}
	return seen, nil
}

// Vouch confirms the card of a link where it waits for that, once, and says what is found then. by is whoever presses the button:
// mostly nobody who has signed in. version is that of the card as it was shown: nobody vouches for another, see Seen.Moved.
func (s *Service) Vouch(ctx context.Context, t *territory.Territory, by account.Actor, token string, version int64) (Seen, error) {
	l, k, err := s.link(ctx, token)
	if err != nil {
		return Seen{}, err
	}
	var seen Seen
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if seen, err = s.look(ctx, tx.Serialize(listing.ChangeKind, l.Listing), t, l, k); err != nil {
			return err
		}
		if err := s.compare(ctx, tx, &seen, version); err != nil || seen.Moved || !seen.Standing.waits() {
			return err
		}
		if _, err := s.Listings.ConfirmIn(ctx, tx, authorOf(by, seen.Card), seen.Card.ID, version); err != nil {
			return err
		}
		if err := s.store.done(ctx, tx, t.Code, s.Now().In(t.Location()).Format(time.DateOnly), Work{Confirmed: 1}); err != nil {
			return err
		}
		seen, err = s.look(ctx, tx, t, l, k)
		return err
	})
	if errs.Is(err, errs.Forbidden) { // the consent ended in this moment
		return Seen{Standing: Away}, nil
	}
	return seen, err
}

// compare says of a card whether it is the one that was shown. One that somebody has changed and so confirmed is asked about like any
// other: whoever pressed the button meant what it said before.
func (s *Service) compare(ctx context.Context, q db.Querier, seen *Seen, version int64) (err error) {
	if seen.Card.Version == version || !seen.Standing.waits() && seen.Standing != Done {
		return nil
	}
	seen.Changed, err = s.cards.ChangedSince(ctx, q, seen.Card, version)
	switch {
	case seen.Standing.waits():
		seen.Moved = true
	case len(seen.Changed) > 0:
		seen.Moved, seen.Standing = true, Asked
	}
	return err
}

// authorOf is on whose behalf a card is confirmed by the button of a letter: the company's, in the name of who acts for it and has
// signed in, else in nobody's.
func authorOf(by account.Actor, card listing.Listing) listing.Author {
	if by.For(card.CompanyID, account.CompanyEditor) {
		return listing.Author{Source: company.Source{Kind: company.FromOwner}, Person: by.Person}
	}
	return listing.Author{Source: company.Source{Kind: company.FromOwner, Name: listing.ByLetter}}
}
