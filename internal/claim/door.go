package claim

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// Standing is what can be done about a card.
type Standing string

// The standings.
const (
	Free      Standing = "free"      // nobody acts for its company
	Taken     Standing = "taken"     // somebody does
	Yours     Standing = "yours"     // who asks does
	Elsewhere Standing = "elsewhere" // it is a copy of another instance's
	Closed    Standing = "closed"    // it is not public
)

// Door is a card as somebody stands before it who says that it is theirs.
type Door struct {
	Card      listing.Record
	Standing  Standing
	Original  string    // where the card comes from, of Elsewhere
	Natural   bool      // it presents a natural person
	Proof     Proof     // that the person's address gives, "" for none
	Domain    string    // of which any address would, "" for none
	Addresses []Address // of the card, to which a code can go
	Mine      *Claim    // the person's own that is open, nil for none
	Others    bool      // somebody else's request waits
}

// Address is one that the card shows.
type Address struct {
	Key     string // stands for it in a form
	Shown   string // mostly hidden where the card is not public
	Refuses bool   // it refuses our mails
}

// Door finds what the actor can do about the card at an address. It returns errs.NotFound for an address that leads nowhere. The
// caller redirects where the card has another address than the one asked for.
func (s *Service) Door(ctx context.Context, by account.Actor, territory, slug string) (Door, error) {
	q := s.DB.Read()
	l, err := s.cards.BySlug(ctx, q, territory, slug)
	if err != nil {
		return Door{}, err
	}
	d := Door{Standing: Free}
	if d.Card, err = s.record(ctx, q, l.ID); err != nil {
		return d, err
	}
	d.Natural = natural(d.Card)
	kept, err := s.cards.Keeper(ctx, q, territory)
	if err != nil {
		return d, err
	}
	if kept != "" {
		d.Standing = Elsewhere
		if s.Original != nil {
			d.Original, err = s.Original(ctx, territory, l.ID)
		}
		return d, err
	}
	if d.Proof, err = s.proves(ctx, q, by.Mail, d.Card); err != nil {
		return d, err
	}
	if by.For(d.Card.Company.ID, account.CompanyEditor) {
		d.Standing = Yours
		return d, nil
	}
	if !claimable(l) && (!l.Withheld || d.Proof == "") {
		d.Standing = Closed
		return d, nil
	}
	if d.Proof == "" && claimable(l) {
		if d.Domain, err = s.proving(ctx, q, d.Card); err != nil {
			return d, err
		}
	}
	if !by.SignedIn() {
		return d, nil
	}
	return d, s.look(ctx, q, by, &d)
}

// overtaken reports whether somebody took the card in hand while the actor's request waits for the team: they can be asked.
func (d Door) overtaken() bool {
	return d.Standing == Taken && d.Mine != nil && d.Mine.State == Waiting && d.Mine.Ask == AskTeam
}

// look finds who acts for the company, who else claims it, and where a code can go.
func (s *Service) look(ctx context.Context, q db.Querier, by account.Actor, d *Door) error {
	free, err := s.Accounts.Claimable(ctx, q, d.Card.Company.ID)
	if err != nil {
		return err
	}
	if !free {
		d.Standing = Taken
	}
	open, err := s.store.openOf(ctx, q, d.Card.Company.ID)
	if err != nil {
		return err
	}
	for _, c := range open {
		switch {
		case c.Person == by.Person && (c.State == Waiting || c.State == Coded && c.awaits(s.Now()) == nil):
			d.Mine = &c
		case c.Person != by.Person && c.State == Waiting:
			d.Others = true
		}
	}
	doubt, err := s.store.doubts(ctx, q, d.Card.Company.ID)
	if err != nil {
		return err
	}
	if doubt.bars(by.Person) { // only people decide
		d.Proof, d.Domain = "", ""
		return nil
	}
	if !free || d.Proof != "" || d.Card.Listing.Withheld {
		return nil
	}
	for _, address := range d.codeAddresses() {
		refuses, err := s.Outbox.Refuses(ctx, q, address)
		if err != nil {
			return err
		}
		d.Addresses = append(d.Addresses, Address{addressKey(d.Card.Listing.ID, address), shown(d.Card.Listing, address), refuses})
	}
	return nil
}

// codeAddresses are those of the card that a code may go to.
func (d *Door) codeAddresses() []string {
	all := published(d.Card.Listing)
	return all[:min(len(all), mostShown)]
}
