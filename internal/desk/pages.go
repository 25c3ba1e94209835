package desk

import (
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Pages are the desk's pages over its service.
type Pages struct {
	service *Service
	views   *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{service: s, views: views}, nil
}

// Routes answers for the paths of the desk within a territory. A path that takes a form can be opened too: whoever had to sign in
// again meanwhile comes back by it.
func (p *Pages) Routes(router *web.Router) {
	for pattern, h := range map[string]web.Handler{
		"GET " + TodayPath:                              p.today,
		"GET " + TeamPath:                               p.team,
		"POST " + TeamPath:                              p.inviteToTeam,
		"GET " + TeamPath + "/{person}":                 p.member,
		"POST " + TeamPath + "/{person}":                p.setRole,
		"GET " + TeamPath + "/{person}/retrait":         p.dismissal,
		"POST " + TeamPath + "/{person}/retrait":        p.dismiss,
		"GET " + invitationsPath + "/{id}/annulation":   p.to(TeamPath),
		"POST " + invitationsPath + "/{id}/annulation":  p.revoke,
		"GET " + invitationsPath + "/{id}/renvoi":       p.to(TeamPath),
		"POST " + invitationsPath + "/{id}/renvoi":      p.sendAgain,
		"GET " + PeoplePath:                             p.people,
		"GET " + PeoplePath + "/{id}":                   p.person,
		"GET " + CompaniesPath:                          p.companies,
		"GET " + CompaniesPath + "/{id}":                p.company,
		"GET " + CompaniesPath + "/{id}/invitations":    p.company,
		"POST " + CompaniesPath + "/{id}/invitations":   p.inviteToCompany,
		"GET " + JournalPath:                            p.journal,
		"GET " + ExportPath:                             p.export,
		"GET " + HealthPath:                             p.health,
		"GET " + HealthPath + "/taches/{id}/reprise":    p.to(HealthPath),
		"POST " + HealthPath + "/taches/{id}/reprise":   p.retry,
		"GET " + HealthPath + "/taches/{id}/abandon":    p.to(HealthPath),
		"POST " + HealthPath + "/taches/{id}/abandon":   p.discard,
		"GET " + HealthPath + "/courriers/{id}/renvoi":  p.to(HealthPath),
		"POST " + HealthPath + "/courriers/{id}/renvoi": p.resend,
	} {
		router.Handle(pattern, web.NoStore(h))
	}
}

const invitationsPath = TodayPath + "/invitations"

// to leads to a page of the desk: from the address of a form that has no page of its own.
func (p *Pages) to(path string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return ui.SeeOther(w, r, path)
	}
}

// values are what a form's fields hold: what was sent, or what was when a session ended, or what the address asks for.
func values(r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		return r.PostForm
	}
	if v := web.Resumed(r); len(v) > 0 {
		return v
	}
	return r.URL.Query()
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }
