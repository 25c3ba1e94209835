package account

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// NewDevice tells a person that somebody has signed in from a browser that was not met before, in the territory. agent is what
// AgentName says, "" for an unknown browser.
func (s *Service) NewDevice(ctx context.Context, tx *db.Tx, person Person, territory, agent string) error {
	at := s.Now()
	return s.Post(ctx, tx, To(person, territory, kindNewDevice, db.NewID()), func(site Site) mail.Letter { return newDeviceLetter(site, agent, at) })
}

func newDeviceLetter(site Site, agent string, at time.Time) mail.Letter {
	if agent = mail.OneLine(agent); agent == "" {
		agent = site.P.T("account.agent_unknown")
	}
	return site.letter(kindNewDevice, PathSecurity, "agent", agent, "at", site.P.DateTime(at))
}

// SecurityNotice tells a person that how they sign in has changed. detail names what has: a passkey, an organisation.
func (s *Service) SecurityNotice(ctx context.Context, tx *db.Tx, person Person, territory string, n Notice, detail string) error {
	at := s.Now()
	return s.Post(ctx, tx, To(person, territory, string(n), db.NewID()), func(site Site) mail.Letter { return noticeLetter(site, n, detail, at) })
}

func noticeLetter(site Site, n Notice, detail string, at time.Time) mail.Letter {
	return site.letter(string(n), PathSecurity, "name", mail.OneLine(detail), "at", site.P.DateTime(at))
}

// tellGranted tells a person of a new role: for a company, or in the team for "".
func (s *Service) tellGranted(ctx context.Context, tx *db.Tx, p Person, territory, company string, role Role) error {
	return s.Post(ctx, tx, To(p, territory, kindGranted, db.NewID()), func(site Site) mail.Letter { return grantedLetter(site, company, role) })
}

func grantedLetter(site Site, company string, role Role) mail.Letter {
	path := PathSpace
	if company == "" {
		path = PathDesk
	}
	return site.letter(kindGranted, path, "place", place(site, company), "role", roleName(site.P, role), "may", site.P.T("account.role_may."+string(role)))
}

// tellRemoved tells a person that a role has ended: for a company, or in the team for "".
func (s *Service) tellRemoved(ctx context.Context, tx *db.Tx, p Person, territory, company string) error {
	return s.Post(ctx, tx, To(p, territory, kindRemoved, db.NewID()), func(site Site) mail.Letter { return removedLetter(site, company) })
}

func removedLetter(site Site, company string) mail.Letter {
	return site.letter(kindRemoved, "", "place", place(site, company))
}

// tellErasure tells a person of a step of the erasure, or that an account is unused: at is the day on which it will be erased.
func (s *Service) tellErasure(ctx context.Context, tx *db.Tx, p Person, territory, kind string, at time.Time) error {
	m := To(p, territory, kind, db.NewID())
	if kind == kindErased { // to an address that belongs to nobody here any more
		m.Person, m.To.Name, m.Secret = "", "", true
	}
	return s.Post(ctx, tx, m, func(site Site) mail.Letter { return erasureLetter(site, kind, at) })
}

func erasureLetter(site Site, kind string, at time.Time) mail.Letter {
	path := PathData
	switch kind {
	case kindErased:
		path = ""
	case kindUnused:
		path = PathSpace
	}
	return site.letter(kind, path, "at", site.P.Date(at))
}
