package claim

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
)

// Take has the actor manage the company of a card that their address proves to be theirs, and gives the card. It returns
// errs.Forbidden with KeyNoProof where it proves nothing, or where the actor's claim was disputed, errs.Conflict with account.KeyTaken where others act for the company
// already: nobody is put in beside them, or in their place, by an address alone. It returns errs.TooMany for who takes too many.
func (s *Service) Take(ctx context.Context, by account.Actor, id string) (listing.Record, error) {
	key, err := s.Key(ctx, keyPurpose)
	if err != nil {
		return listing.Record{}, err
	}
	var taken listing.Record
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.enter(ctx, tx, by, id)
		if err != nil {
			return err
		}
		proof, err := s.proves(ctx, tx, by.Mail, r)
		if err != nil {
			return err
		}
		if proof == "" {
			return errs.New(errs.Forbidden, KeyNoProof, nil)
		}
		taken = r
		return s.proved(ctx, tx, by, r, s.begin(by, r, proof), key)
	})
	return taken, err
}

// begin is a claim that the actor makes now.
func (s *Service) begin(by account.Actor, r listing.Record, proof Proof) Claim {
	return Claim{
		ID: db.NewID(), Territory: r.Listing.Territory, Listing: r.Listing.ID, Company: r.Company.ID, Person: by.Person, Lang: by.Lang,
		Name: by.Name, Mail: by.Mail, Proof: proof, CreatedAt: s.Now(),
	}
}

// made stores a claim that somebody has just made, and who is not erased meanwhile.
func (s *Service) made(ctx context.Context, tx *db.Tx, c Claim) error {
	if _, err := s.Accounts.Here(ctx, tx, c.Person); err != nil {
		return err
	}
	return s.store.add(ctx, tx, c)
}

// proved lets the actor in by a proof.
func (s *Service) proved(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, key []byte) error {
	first, err := s.Accounts.AttachFirst(ctx, tx, by.Person, c.Company, c.Territory)
	if err != nil || !first {
		return err // who pressed the button twice is in already
	}
	doubt, err := s.store.doubts(ctx, tx, c.Company)
	if err != nil {
		return err
	}
	if doubt.bars(by.Person) {
		return errs.New(errs.Forbidden, KeyNoProof, nil)
	}
	if err := s.take(ctx, tx, s.limits.takePerson.By(by.Person), s.limits.takeCompany.By(c.Company)); err != nil {
		return err
	}
	if err := s.store.endOwn(ctx, tx, c.Company, by.Person, s.Now()); err != nil {
		return err
	}
	keep := s.store.put
	if c.State == "" { // made now, and no code that was waited for
		keep = s.store.add
	}
	c.State, c.EndedAt = Granted, s.Now()
	if err := keep(ctx, tx, c); err != nil {
		return err
	}
	if err := s.Trust(ctx, tx, c.Company, !doubt.open()); err != nil {
		return err
	}
	if err := s.note(ctx, tx, by, "claim.taken", c); err != nil {
		return err
	}
	if err := s.tellTaken(ctx, tx, by, r, c); err != nil {
		return err
	}
	told := s.take(ctx, tx, s.limits.told.By(c.Company+" "+by.Person))
	if told != nil {
		return throttle.Commits(told) // the link of the letter of today still disputes that they are there
	}
	return s.tellPublished(ctx, tx, r, c, key)
}
