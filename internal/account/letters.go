package account

import (
	"context"
	"strings"
	"time"
	"unicode"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Where the letters of this room lead, within a territory.
const (
	PathInvitation = "/invitations/"    // and the token
	PathSpace      = "/espace"          // what waits for a person, invitations too
	PathSecurity   = "/espace/securite" // sessions, passkeys
	PathData       = "/espace/donnees"  // export and erasure
	PathDesk       = "/gestion"         // the team's
)

// TopicReminders is the topic of mails that recall something: the one that can be refused.
const TopicReminders = "reminders"

// The kinds of this room's mails.
const (
	kindInviteCompany   = "account.invite_company"
	kindInviteTeam      = "account.invite_team"
	kindReminder        = "account.reminder"
	kindNewDevice       = "account.new_device"
	kindGranted         = "account.role_granted"
	kindRemoved         = "account.role_removed"
	kindErasureAsked    = "account.erasure_asked"
	kindErasureCanceled = "account.erasure_cancelled"
	kindErased          = "account.erased"
	kindUnused          = "account.unused"
)

// Notice is something that has changed in how a person signs in.
type Notice string

// The notices.
const (
	PasskeyAdded     Notice = "account.passkey_added"
	PasskeyRemoved   Notice = "account.passkey_removed"
	PasskeySuspected Notice = "account.passkey_suspected" // its counter went back: somebody may have copied it
	AccountLinked    Notice = "account.account_linked"    // of an organisation (OIDC)
	AccountUnlinked  Notice = "account.account_unlinked"
	AccessReset      Notice = "account.access_reset" // by the operator: passkeys and sessions are gone
)

func notices() []Notice {
	return []Notice{PasskeyAdded, PasskeyRemoved, PasskeySuspected, AccountLinked, AccountUnlinked, AccessReset}
}

// letter makes the letter of a kind from the texts under "account.letter.<kind>.": subject, text, button, after and why. Where
// nobody knows the absolute address of the page, the letter says where to go instead.
func (s Site) letter(kind, path string, args ...any) mail.Letter {
	args = append(args, "cluster", s.Cluster)
	say := func(part string) string {
		return s.P.T("account.letter."+short(kind)+"."+part, args...)
	}
	l := mail.Letter{
		Subject: say("subject"), Heading: say("subject"), Paragraphs: []string{say("text")}, After: []string{say("after")}, Why: say("why"),
	}
	switch url := s.URL(path); {
	case path == "":
	case url != "":
		l.Action = &mail.Action{Label: say("button"), URL: url}
	default:
		l.Paragraphs = append(l.Paragraphs, s.P.T("account.letter.without_address", args...))
	}
	return l
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

// roleName is a role in words.
func roleName(p *locale.Printer, role Role) string { return p.T("account.role." + string(role)) }

// message is a mail to be put: who it is for and what it is about. write makes its letter once the site is known.
type message struct {
	kind, event string
	topic       string
	to          mail.Address
	person      string // "" for who has no account
	lang        string
	territory   string
	secret      bool
	until       time.Time
	write       func(site Site) mail.Letter
}

// to is a message to a person.
func to(p Person, territory, kind, event string, write func(site Site) mail.Letter) message {
	return message{
		kind: kind, event: kind + "/" + event, to: mail.Address{Name: p.Name, Mail: p.Mail}, person: p.ID, lang: p.Lang, territory: territory, write: write,
	}
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
	out := mail.Message{
		Event: m.event, Kind: m.kind, To: m.to, Person: m.person, Territory: m.territory, Lang: m.lang, From: site.Cluster, ReplyTo: site.Contact,
		Accent: site.Accent, Letter: m.write(site), Secret: m.secret, Until: m.until,
	}
	if m.topic != "" && m.person != "" && s.Unsubscribe != nil {
		// Without an address to unsubscribe at, the mail cannot name a topic.
		if url := s.Unsubscribe(m.person, m.topic); url != "" && site.Base != "" {
			out.Topic, out.Unsubscribe = m.topic, site.URL(url)
		}
	}
	_, err = s.Outbox.Put(ctx, tx, out)
	return err
}

// tellInvited mails an invitation with its link.
func (s *Service) tellInvited(ctx context.Context, tx *db.Tx, by Actor, i Invitation, company, token string) error {
	kind := kindInviteCompany
	if i.Company == "" {
		kind = kindInviteTeam
	}
	m, err := s.toInvited(ctx, tx, i, kind, hashToken(token), func(site Site) mail.Letter {
		who := by.called()
		if by.operator {
			who = site.Cluster
		}
		return invitedLetter(site, kind, who, company, i.Role, i.ExpiresAt, PathInvitation+token)
	})
	if err != nil {
		return err
	}
	m.secret = true
	return s.post(ctx, tx, m)
}

// toInvited is a message to the address of an invitation, whether a person has it or not.
func (s *Service) toInvited(ctx context.Context, q db.Querier, i Invitation, kind, event string, write func(site Site) mail.Letter) (message, error) {
	p, err := s.Known(ctx, q, i.Mail)
	if errs.Is(err, errs.NotFound) {
		p, err = Person{Mail: i.Mail, Lang: i.Lang}, nil
	}
	m := to(p, i.Territory, kind, i.ID+"/"+event, write)
	m.until = i.ExpiresAt
	return m, err
}

func invitedLetter(site Site, kind, who, company string, role Role, until time.Time, path string) mail.Letter {
	return site.letter(kind, path, "who", oneLine(who), "company", oneLine(company), "role", roleName(site.P, role), "until", site.P.Date(until))
}

// tellReminder recalls an invitation. It holds no link of its own, which would end the first: it leads to where the invitation
// waits.
func (s *Service) tellReminder(ctx context.Context, tx *db.Tx, i Invitation, shown Invited) error {
	m, err := s.toInvited(ctx, tx, i, kindReminder, "1", func(site Site) mail.Letter {
		return reminderLetter(site, place(site, shown.CompanyName), i.Role, i.ExpiresAt)
	})
	if err != nil {
		return err
	}
	if m.person != "" {
		p, err := s.store.person(ctx, tx, "id", m.person)
		if err != nil || p.refuses(TopicReminders) {
			return err
		}
	}
	m.topic = TopicReminders
	return s.post(ctx, tx, m)
}

func reminderLetter(site Site, where string, role Role, until time.Time) mail.Letter {
	return site.letter(kindReminder, PathSpace, "place", where, "role", roleName(site.P, role), "until", site.P.Date(until))
}

// place is what a role is of: a company, or the cluster for "".
func place(site Site, company string) string {
	if company == "" {
		return site.Cluster
	}
	return oneLine(company)
}
