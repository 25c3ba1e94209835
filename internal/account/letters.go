package account

import (
	"context"
	"time"

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

// letter makes the letter of a kind of this room.
func (s Site) letter(kind, path string, args ...any) mail.Letter {
	return s.Letter("account.letter.", kind, path, args...)
}

// roleName is a role in words.
func roleName(p *locale.Printer, role Role) string { return p.T("account.role." + string(role)) }

// To is a mail to a person, for Post.
func To(p Person, territory, kind, event string) mail.Message {
	return mail.Message{Event: event, Kind: kind, To: mail.Address{Name: p.Name, Mail: p.Mail}, Person: p.ID, Lang: p.Lang, Territory: territory}
}

// Post puts a mail into the outbox with the letter that write makes of it, once the territory's site is known in m.Lang. m.Event
// has to be unique among those of its kind. A mail of a topic names how to refuse it; where it cannot, it is of none. A territory
// that is gone writes no letters.
func (s *Service) Post(ctx context.Context, tx *db.Tx, m mail.Message, write func(site Site) mail.Letter) error {
	site, err := s.Sites.Site(ctx, m.Territory, m.Lang)
	if errs.Is(err, errs.NotFound) {
		s.Log.WarnContext(ctx, "no letter: the territory is not there", "kind", m.Kind, "territory", m.Territory)
		return nil
	}
	if err != nil {
		return err
	}
	if m.Topic != "" && m.Person != "" && s.Unsubscribe != nil {
		path, err := s.Unsubscribe(ctx, tx, m.Person, m.Topic)
		if err != nil {
			return err
		}
		if path != "" {
			m.Unsubscribe = site.URL(path)
		}
	}
	if m.Unsubscribe == "" {
		m.Topic = ""
	}
	m.Event, m.Letter = m.Kind+"/"+m.Event, write(site)
	_, err = s.Outbox.Put(ctx, tx, site.Sign(m))
	return err
}

// tellInvited mails an invitation with its link.
func (s *Service) tellInvited(ctx context.Context, tx *db.Tx, by Actor, i Invitation, company, token string) error {
	kind := kindInviteCompany
	if i.Company == "" {
		kind = kindInviteTeam
	}
	m, err := s.toInvited(ctx, tx, i, kind, hashToken(token))
	if err != nil {
		return err
	}
	m.Secret = true
	return s.Post(ctx, tx, m, func(site Site) mail.Letter {
		who := by.Mail // in full: who is invited is to know by whom
		if by.Name != "" {
			who = by.Name + " (" + by.Mail + ")"
		}
		if by.operator {
			who = site.Cluster
		}
		return invitedLetter(site, kind, who, company, i.Role, i.ExpiresAt, PathInvitation+token)
	})
}

// toInvited is a mail to the address of an invitation, whether a person has it or not, but for its letter.
func (s *Service) toInvited(ctx context.Context, q db.Querier, i Invitation, kind, event string) (mail.Message, error) {
	p, err := s.Known(ctx, q, i.Mail)
	if errs.Is(err, errs.NotFound) {
		p, err = Person{Mail: i.Mail, Lang: i.Lang}, nil
	}
	m := To(p, i.Territory, kind, i.ID+"/"+event)
	m.Until = i.ExpiresAt
	return m, err
}

func invitedLetter(site Site, kind, who, company string, role Role, until time.Time, path string) mail.Letter {
	return site.letter(kind, path, "who", mail.OneLine(who), "company", mail.OneLine(company), "role", roleName(site.P, role), "until", site.P.Date(until))
}

// tellReminder recalls an invitation. It holds no link of its own, which would end the first: it leads to where the invitation
// waits.
func (s *Service) tellReminder(ctx context.Context, tx *db.Tx, i Invitation, shown Invited) error {
	m, err := s.toInvited(ctx, tx, i, kindReminder, "1")
	if err != nil {
		return err
	}
	if m.Person != "" {
		p, err := s.store.person(ctx, tx, "id", m.Person)
		if err != nil || p.refuses(TopicReminders) {
			return err
		}
	}
	m.Topic = TopicReminders
	return s.Post(ctx, tx, m, func(site Site) mail.Letter {
		return reminderLetter(site, place(site, shown.CompanyName), i.Role, i.ExpiresAt)
	})
}

func reminderLetter(site Site, where string, role Role, until time.Time) mail.Letter {
	return site.letter(kindReminder, PathSpace, "place", where, "role", roleName(site.P, role), "until", site.P.Date(until))
}

// place is what a role is of: a company, or the cluster for "".
func place(site Site, company string) string {
	if company == "" {
		return site.Cluster
	}
	return mail.OneLine(company)
}
