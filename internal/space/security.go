package space

import (
	"html/template"
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
)

// securityPage is how a person proves who they are, and where they are signed in.
type securityPage struct {
	base
	Passkeys   template.HTML
	Identities []identityLine
	Here       *sessionLine
	Others     []sessionLine
	Ended      ui.Table
	EndOthers  string
}

// identityLine is an account of an organisation.
type identityLine struct {
	Identity
	Detail string
}

// sessionLine is a browser in which the person is signed in.
type sessionLine struct {
	Browser string
	Icon    string
	Since   string
	Seen    string
	Method  string
	End     string // where the button sends
}

func (p *Pages) security(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	open, ended, err := p.Accounts.Sessions(r.Context(), by)
	if err != nil {
		return err
	}
	page := securityPage{base: p.begin(r, "/espace/securite", ui.Of(r).P.T("space.security"))}
	if page.Identities, err = p.identities(r, page.Frame); err != nil {
		return err
	}
	if p.Passkeys != nil {
		if page.Passkeys, err = p.Passkeys.Panel(r); err != nil {
			return err
		}
	}
	page.EndOthers = page.Path("/espace/sessions/autres/fin")
	for _, s := range open {
		line := p.session(page.Frame, s)
		if s.ID == by.Session {
			page.Here = &line
		} else {
			page.Others = append(page.Others, line)
		}
	}
	t := page.P.T
	page.Ended = ui.Table{Caption: t("space.sessions_ended"), Dense: true, Columns: []ui.Column{
		{Label: t("space.browser")}, {Label: t("space.since")}, {Label: t("space.seen")},
	}}
	for _, s := range ended {
		line := p.session(page.Frame, s)
		page.Ended.Rows = append(page.Ended.Rows, ui.Row{{Text: line.Browser}, {Text: line.Since}, {Text: line.Seen}})
	}
	return p.views.Render(w, r, http.StatusOK, "securite", page)
}

// session puts a session into words.
func (p *Pages) session(f ui.Frame, s account.Session) sessionLine {
	line := sessionLine{
		Browser: s.Agent, Since: f.P.DateTime(s.CreatedAt), Seen: f.P.Ago(s.SeenAt, p.Now()),
		Method: f.P.T("account.method." + string(s.Method)), End: f.Path("/espace/sessions/" + s.ID + "/fin"),
	}
	if line.Browser == "" {
		line.Browser = f.P.T("space.browser_unknown")
	}
	return line
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	if err := p.Accounts.EndSession(r.Context(), by, r.PathValue("id")); err != nil {
		return err
	}
	return ui.SeeDone(w, r, "/espace/securite", "session")
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Accounts.EndOthers(r.Context(), account.Of(r.Context())); err != nil {
		return err
	}
	return ui.SeeDone(w, r, "/espace/securite", "sessions")
}
