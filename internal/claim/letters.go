package claim

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"grappe/internal/account"
	"grappe/internal/listing"
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
)

// message is a mail to be put. write makes its letter once the site is known.
type message struct {
	kind, event string
	to          mail.Address
	person      string // "" for who has no account
	lang        string // "" for the territory's own
	territory   string
	secret      bool
	until       time.Time
	write       func(site account.Site) mail.Letter
}

// post puts a message into the outbox. A territory that is gone writes no letters.
func (s *Service) post(ctx context.Context, tx *db.Tx, m message) error {
	site, err := s.Sites.Site(ctx, m.territory, m.lang)
	if errs.Is(err, errs.NotFound) {
		s.Log.WarnContext(ctx, "no letter: the territory is not there", "kind", m.kind, "territory", m.territory)
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.Outbox.Put(ctx, tx, mail.Message{
		Event: m.kind + "/" + m.event, Kind: m.kind, To: m.to, Person: m.person, Territory: m.territory, Lang: site.P.Lang(), From: site.Cluster,
		ReplyTo: site.Contact, Accent: site.Accent, Letter: m.write(site), Secret: m.secret, Until: m.until,
	})
	return err
}

// letter makes the letter of a kind from the texts under "claim.letter.<kind>.": subject, text, button, after and why. Where nobody
// knows the absolute address of the page, the letter says where to go instead.
func letter(site account.Site, kind, path string, args ...any) mail.Letter {
	args = append(args, "cluster", site.Cluster)
	say := func(part string) string {
		return site.P.T("claim.letter."+strings.TrimPrefix(kind, "claim.")+"."+part, args...)
	}
	l := mail.Letter{Subject: say("subject"), Heading: say("subject"), Paragraphs: []string{say("text")}, After: []string{say("after")}, Why: say("why")}
	if url := site.URL(path); url != "" {
		l.Action = &mail.Action{Label: say("button"), URL: url}
		return l
	}
	l.Paragraphs = append(l.Paragraphs, site.P.T("claim.letter.without_address", args...))
	return l
}

// tellCode mails a code to an address of the card, with who asks for it.
func (s *Service) tellCode(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, digits string) error {
	return s.post(ctx, tx, message{
		kind: kindCode, event: c.ID, to: mail.Address{Mail: c.code.Published}, territory: c.Territory, secret: true, until: c.code.ExpiresAt,
		write: func(site account.Site) mail.Letter {
			return codeLetter(site, r.Listing, called(by.Name, by.Mail), digits)
		},
	})
}

func codeLetter(site account.Site, l listing.Listing, who, digits string) mail.Letter {
	made := letter(site, kindCode, PagePath(l.Slug)+"/code", "who", who, "name", oneLine(l.Name), "n", int(CodeFor.Minutes()))
	made.Code = digits[:3] + "\u00a0" + digits[3:]
	return made
}

// tellTaken confirms to who took a card in hand that they did.
func (s *Service) tellTaken(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim) error {
	return s.post(ctx, tx, message{
		kind: kindTaken, event: c.ID, to: mail.Address{Name: by.Name, Mail: by.Mail}, person: by.Person, lang: by.Lang, territory: c.Territory,
		write: func(site account.Site) mail.Letter {
			return letter(site, kindTaken, Next(r), "name", oneLine(r.Listing.Name))
		},
	})
}

// tellPublished tells who reads the mail of a card that somebody took it in hand, and what to do where it was not them.
func (s *Service) tellPublished(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, key []byte) error {
	d := Door{Card: r}
	for i, address := range d.codeAddresses() {
		if address == by.Mail {
			continue
		}
		err := s.post(ctx, tx, message{
			kind: kindPublished, event: c.ID + "/" + strconv.Itoa(i), to: mail.Address{Mail: address}, territory: c.Territory,
			write: func(site account.Site) mail.Letter {
				return publishedLetter(site, r.Listing, called(by.Name, by.Mail), disputeToken(key, c.ID))
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func publishedLetter(site account.Site, l listing.Listing, who, token string) mail.Letter {
	return letter(site, kindPublished, DisputePath+token, "who", who, "name", oneLine(l.Name))
}

// tellManagers asks the managers of a company about somebody who wants to join.
func (s *Service) tellManagers(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, c Claim, managers []account.Colleague) error {
	for _, p := range managers {
		err := s.post(ctx, tx, message{
			kind: kindAsked, event: c.ID + "/" + p.ID, to: mail.Address{Name: p.Name, Mail: p.Mail}, person: p.ID, lang: p.Lang, territory: c.Territory,
			write: func(site account.Site) mail.Letter {
				return letter(site, kindAsked, ClaimPath(c.ID), "who", called(by.Name, by.Mail), "name", oneLine(r.Listing.Name))
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// toClaimant is a message to who made a claim; ok is false for who is not there any more.
func (s *Service) toClaimant(ctx context.Context, tx *db.Tx, c Claim, kind string) (m message, ok bool, err error) {
	people, err := s.Accounts.Persons(ctx, tx, []string{c.Person})
	p, ok := people[c.Person]
	return message{
		kind: kind, event: c.ID + "/" + strconv.FormatInt(db.ToMillis(s.Now()), 10), to: mail.Address{Name: p.Name, Mail: p.Mail}, person: p.ID, lang: p.Lang, territory: c.Territory,
	}, ok, err
}

func (s *Service) tellGranted(ctx context.Context, tx *db.Tx, r listing.Record, c Claim, role account.Role) error {
	m, ok, err := s.toClaimant(ctx, tx, c, kindGranted)
	if err != nil || !ok {
		return err
	}
	next := EditPath(r.Listing.ID)
	if role == account.CompanyManager { // who else may not consent
		next = Next(r)
	}
	m.write = func(site account.Site) mail.Letter {
		return withReason(site, letter(site, kindGranted, next, "name", oneLine(r.Listing.Name)), c.Reason)
	}
	return s.post(ctx, tx, m)
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
	m.write = func(site account.Site) mail.Letter { return refusedLetter(site, r.Listing, c.Reason) }
	return s.post(ctx, tx, m)
}

func refusedLetter(site account.Site, l listing.Listing, reason string) mail.Letter {
	if reason == "" {
		reason = site.P.T("claim.letter.rival")
	}
	return withReason(site, letter(site, kindRefused, "/annuaire/"+l.Slug, "name", oneLine(l.Name)), reason)
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
	for _, p := range people {
		if p.ID == by.Person || p.ID == c.Person {
			continue
		}
		err := s.post(ctx, tx, message{
			kind: kindJoined, event: c.ID + "/" + p.ID, to: mail.Address{Name: p.Name, Mail: p.Mail}, person: p.ID, lang: p.Lang, territory: c.Territory,
			write: func(site account.Site) mail.Letter {
				return letter(site, kindJoined, "/espace/entreprises/"+c.Company, "who", who, "name", oneLine(r.Listing.Name))
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// called is who somebody is, to those who are to know them: the address, with the name where there is one.
func called(name, address string) string {
	if name == "" {
		return address
	}
	return oneLine(name) + " (" + address + ")"
}

const longestShown = 60

// oneLine is a name as a letter shows it: on one line, without signs that turn the direction of what follows, not too long.
func oneLine(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	runes := []rune(strings.Join(strings.Fields(clean), " "))
	if len(runes) > longestShown {
		return strings.TrimSpace(string(runes[:longestShown-1])) + "…"
	}
	return string(runes)
}
