package claim

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// The kinds of this room's letters.
const (
	kindCode      = "claim.code"      // to an address of the card: the code
	kindTaken     = "claim.taken"     // to who took it in hand by a proof
	kindPublished = "claim.published" // to the addresses of the card: somebody took it in hand
	kindAsked     = "claim.asked"     // to the managers of a company: somebody asks to join
	kindGranted   = "claim.granted"   // to who asked
	kindRefused   = "claim.refused"   // to who asked
	kindJoined    = "claim.joined"    // to the people of a company: somebody joined by a decision
	kindDisputed  = "claim.disputed"  // to who took it in hand: somebody disputes it
	kindUpheld    = "claim.upheld"    // to who took it in hand: they stay
	kindRemoved   = "claim.removed"   // to who took it in hand: they do not
)

// letter makes the letter of a kind of this room.
func letter(site account.Site, kind, path string, args ...any) mail.Letter {
	return site.Letter("claim.letter.", kind, path, args...)
}

// tellCode mails a code to an address of the card, with who asks for it.
func (s *Service) tellCode(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, digits string) error {
	m := mail.Message{Kind: kindCode, Event: c.ID, To: mail.Address{Mail: c.code.Published}, Lang: c.Lang, Territory: c.Territory, Secret: true, Until: c.code.ExpiresAt}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter {
		return codeLetter(site, r.Listing, called(by.Name, by.Mail), digits)
	})
}

func codeLetter(site account.Site, l listing.Listing, who, digits string) mail.Letter {
	made := letter(site, kindCode, office.ClaimPath(l.Slug)+"/code", "who", who, "name", mail.OneLine(l.Name), "n", int(CodeFor.Minutes()))
	made.Code = digits[:3] + "\u00a0" + digits[3:]
	return made
}

// tellTaken confirms to who took a card in hand that they did.
func (s *Service) tellTaken(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim) error {
	m := mail.Message{Kind: kindTaken, Event: c.ID, To: mail.Address{Name: by.Name, Mail: by.Mail}, Person: by.Person, Lang: by.Lang, Territory: c.Territory}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter {
		return letter(site, kindTaken, Next(r), "name", mail.OneLine(r.Listing.Name))
	})
}

// tellPublished tells who reads the mail of a card that somebody took it in hand, and what to do where it was not them.
func (s *Service) tellPublished(ctx context.Context, tx *db.Tx, r listing.Record, c Claim, key []byte) error {
	for i, address := range othersPublished(r, c) {
		m := mail.Message{Kind: kindPublished, Event: c.ID + "/" + strconv.Itoa(i), To: mail.Address{Mail: address}, Territory: c.Territory}
		err := s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter {
			return publishedLetter(site, r.Listing, called(c.Name, c.Mail), DisputePath+disputeToken(key, c.ID))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// othersPublished are the addresses of a card that are told of a claim: not that of who made it.
func othersPublished(r listing.Record, c Claim) []string {
	d := Door{Card: r}
	return slices.DeleteFunc(slices.Clone(d.codeAddresses()), func(address string) bool { return address == c.Mail })
}

func publishedLetter(site account.Site, l listing.Listing, who, dispute string) mail.Letter {
	return letter(site, kindPublished, dispute, "who", who, "name", mail.OneLine(l.Name))
}

// tellManagers asks the managers of a company about somebody who wants to join.
func (s *Service) tellManagers(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, managers []account.Colleague) error {
	for _, p := range managers {
		err := s.Accounts.Post(ctx, tx, account.To(p.Person, c.Territory, kindAsked, c.ID+"/"+p.ID), func(site account.Site) mail.Letter {
			return letter(site, kindAsked, ClaimPath(c.ID), "who", called(by.Name, by.Mail), "name", mail.OneLine(r.Listing.Name))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// toClaimant is a mail to who made a claim, but for its letter; ok is false for who is not there any more.
func (s *Service) toClaimant(ctx context.Context, tx *db.Tx, c Claim, kind string) (m mail.Message, ok bool, err error) {
	people, err := s.Accounts.Persons(ctx, tx, []string{c.Person})
	p, ok := people[c.Person]
	return account.To(p, c.Territory, kind, c.ID+"/"+strconv.FormatInt(db.ToMillis(s.Now()), 10)), ok, err
}

func (s *Service) tellGranted(ctx context.Context, tx *db.Tx, r listing.Record, c Claim, role account.Role, others bool) error {
	m, ok, err := s.toClaimant(ctx, tx, c, kindGranted)
	if err != nil || !ok {
		return err
	}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter {
		return grantedLetter(site, r, role, others, c.Reason)
	})
}

// grantedLetter tells who asked that they act for the company: alone, or beside others who did already.
func grantedLetter(site account.Site, r listing.Record, role account.Role, others bool, reason string) mail.Letter {
	next := office.EditPath(r.Listing.ID)
	if role == account.CompanyManager { // who else may not consent
		next = Next(r)
	}
	made := letter(site, kindGranted, next, "name", mail.OneLine(r.Listing.Name))
	if others { // what they write is read or not, as that of the others
		made.After = []string{site.P.T("claim.letter.beside")}
	}
	if r.Listing.State == listing.Hidden && !r.Listing.Withheld {
		made.After = append(made.After, site.P.T("claim.letter.hidden"))
	}
	return withReason(site, made, reason)
}

// tellRefused tells who asked that it was refused: for the reason given, or because another was granted.
func (s *Service) tellRefused(ctx context.Context, tx *db.Tx, c Claim) error {
	m, ok, err := s.toClaimant(ctx, tx, c, kindRefused)
	if err != nil || !ok {
		return err
	}
	r, err := s.standing(ctx, tx, c.Listing)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return refusedLetter(site, r.Listing, c.ID, c.Reason) })
}

func refusedLetter(site account.Site, l listing.Listing, id, reason string) mail.Letter {
	if reason == "" {
		reason = site.P.T("claim.letter.rival")
	}
	return withReason(site, letter(site, kindRefused, ClaimPath(id), "name", mail.OneLine(l.Name)), reason)
}

// tellDispute tells who took a card in hand that somebody disputes it, and what became of that.
func (s *Service) tellDispute(ctx context.Context, tx *db.Tx, c Claim, kind string) error {
	m, ok, err := s.toClaimant(ctx, tx, c, kind)
	if err != nil || !ok {
		return err
	}
	r, err := s.standing(ctx, tx, c.Listing)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return disputeLetter(site, kind, r.Listing, c) })
}

func disputeLetter(site account.Site, kind string, l listing.Listing, c Claim) mail.Letter {
	next, reason := office.EditPath(l.ID), c.Reason
	switch kind {
	case kindDisputed:
		next, reason = ClaimPath(c.ID), ""
	case kindRemoved:
		next = ClaimPath(c.ID)
	}
	return withReason(site, letter(site, kind, next, "name", mail.OneLine(l.Name)), reason)
}

// withReason puts a reason behind what a letter says, nothing for none.
func withReason(site account.Site, l mail.Letter, reason string) mail.Letter {
	if reason = strings.Join(strings.Fields(reason), " "); reason != "" {
		l.Paragraphs = append(l.Paragraphs, site.P.T("claim.letter.reason", "reason", reason))
	}
	return l
}

// tellJoined tells the people of a company that somebody joined them by a decision of others than they.
func (s *Service) tellJoined(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, people []account.Colleague) error {
	joined, err := s.Accounts.Persons(ctx, tx, []string{c.Person})
	if err != nil {
		return err
	}
	r, err := s.standing(ctx, tx, c.Listing)
	if err != nil {
		return err
	}
	who := called(joined[c.Person].Name, joined[c.Person].Mail)
	for _, p := range colleagues(people, by, c) {
		err := s.Accounts.Post(ctx, tx, account.To(p.Person, c.Territory, kindJoined, c.ID+"/"+p.ID), func(site account.Site) mail.Letter {
			return joinedLetter(site, r, who)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// colleagues are those of a company who are told that somebody joined: not who let them in, nor they themselves.
func colleagues(people []account.Colleague, by account.Actor, c Claim) []account.Colleague {
	return slices.DeleteFunc(slices.Clone(people), func(p account.Colleague) bool { return p.ID == by.Person || p.ID == c.Person })
}

func joinedLetter(site account.Site, r listing.Record, who string) mail.Letter {
	return letter(site, kindJoined, "/espace/entreprises/"+r.Company.ID, "who", who, "name", mail.OneLine(r.Listing.Name))
}

// called is who somebody is, to those who are to know them: the address, with the name where there is one.
func called(name, address string) string {
	if name == "" {
		return address
	}
	return mail.OneLine(name) + " (" + address + ")"
}
