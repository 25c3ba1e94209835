package desk

import (
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// teamPage shows who belongs to the team, and who is invited.
type teamPage struct {
	ui.Frame
	Done    *ui.Notice
	Errors  ui.FormErrors
	Members []member
	Invited []invited
	Form    inviteForm
	Acts    bool // an administrator acts
}

// member is a person of the team, as its list shows them.
type member struct {
	ID, Name, Mail string
	Me             bool
	Role           string
	Since          ui.Moment
	Leaving        string // when the account will be erased, "" for who stays
	URL            string
}

// invited is an open invitation.
type invited struct {
	ID, Mail, Role string
	Sent, Until    ui.Moment
	AgainURL       string
	RevokeURL      string
	Company        string // identifier, "" for the team: where the page leads back to
}

// inviteForm invites somebody.
type inviteForm struct {
	Action string
	Mail   ui.Field
	Roles  ui.Choices
	Send   ui.Button
}

func (p *Pages) team(w http.ResponseWriter, r *http.Request) error {
	return p.showTeam(w, r, nil)
}

func (p *Pages) showTeam(w http.ResponseWriter, r *http.Request, fault error) error {
	actor := by(r)
	members, err := p.service.Accounts.Team(r.Context(), actor)
	if err != nil {
		return err
	}
	open, err := p.service.Accounts.Invitations(r.Context(), actor, "")
	if err != nil {
		return err
	}
	page := teamPage{Frame: ui.Private(r, ui.Of(r).P.T("desk.team"), TeamPath), Acts: actor.Is(account.Administrator)}
	page.Done = ui.DoneNotice(r, "desk.done.")
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = ui.Refused(page.P, fault)
	}
	for _, m := range members {
		page.Members = append(page.Members, p.memberOf(page.Frame, actor, m))
	}
	page.Invited = p.invitedOf(page.Frame, actor.Is(account.Administrator), open)
	page.Form = inviteTo(page.P, page.Errors, values(r), account.StaffRoles(), account.Reader)
	page.Form.Action = page.Path(TeamPath)
	return p.views.Render(w, r, status, "equipe", page)
}

func (p *Pages) memberOf(f ui.Frame, actor account.Actor, m account.Member) member {
	now := p.service.Now()
	v := member{
		ID: m.ID, Name: m.Called(), Mail: mailFor(actor, m.Person), Me: m.ID == actor.Person, Role: roleName(f.P, m.Role), Since: ui.NewMoment(f.P, m.GrantedAt, now),
		URL: f.Path(TeamPath + "/" + url.PathEscape(m.ID)),
	}
	if m.Name == "" {
		v.Name, v.Mail = v.Mail, ""
	}
	if !m.EraseAt.IsZero() {
		v.Leaving = f.P.Date(m.EraseAt)
	}
	return v
}

// mailFor is the address of a person as the actor may see it: administrators and the person see all of it.
func mailFor(actor account.Actor, p account.Person) string {
	if actor.Is(account.Administrator) || actor.Person == p.ID {
		return p.Mail
	}
	return account.HiddenMail(p.Mail)
}

func roleName(p *locale.Printer, role account.Role) string { return p.T("desk.role." + string(role)) }

// invitedOf lists open invitations; their addresses are shown to who decides about them.
func (p *Pages) invitedOf(f ui.Frame, full bool, open []account.Invitation) []invited {
	now, list := p.service.Now(), make([]invited, 0, len(open))
	for _, i := range open {
		path := invitationsPath + "/" + url.PathEscape(i.ID)
		v := invited{
			ID: i.ID, Mail: i.Mail, Role: roleName(f.P, i.Role), Sent: ui.NewMoment(f.P, i.CreatedAt, now), Until: ui.NewMoment(f.P, i.ExpiresAt, now),
			AgainURL: f.Path(path + "/renvoi"), RevokeURL: f.Path(path + "/annulation"), Company: i.Company,
		}
		if !full {
			v.Mail = account.HiddenMail(i.Mail)
		}
		list = append(list, v)
	}
	return list
}

// inviteTo is the form that invites into one of some roles, filled with what was typed before.
func inviteTo(p *locale.Printer, faults ui.FormErrors, typed url.Values, roles []account.Role, usual account.Role) inviteForm {
	chosen := account.Role(typed.Get("role"))
	if chosen == "" {
		chosen = usual
	}
	form := inviteForm{
		Mail: ui.Field{
			Name: account.MailField, Label: p.T("desk.mail"), Hint: p.T("desk.invite_mail_hint"), Type: "email", Autocomplete: "off", Max: 254,
			Value: typed.Get(account.MailField), Error: faults.For(account.MailField),
		},
		Roles: rolesOf(p, faults, roles, chosen),
		Send:  ui.Button{Label: p.T("desk.invite_send"), Kind: ui.Main, Icon: "send", Wide: true},
	}
	return form
}

// rolesOf asks for one of some roles, each with what it may do.
func rolesOf(p *locale.Printer, faults ui.FormErrors, roles []account.Role, chosen account.Role) ui.Choices {
	c := ui.Choices{Name: "role", Legend: p.T("desk.role"), Error: faults.For("role")}
	for _, role := range roles {
		c.Options = append(c.Options, ui.Option{
			Value: string(role), Label: roleName(p, role), Detail: p.T("desk.role_detail." + string(role)), Selected: role == chosen,
		})
	}
	return c
}

func (p *Pages) inviteToTeam(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	_, err := p.service.Accounts.InviteToTeam(r.Context(), by(r), r.PostForm.Get(account.MailField), account.Role(r.PostForm.Get("role")))
	if err == nil {
		return ui.SeeDone(w, r, TeamPath, "invitation")
	}
	if _, _, ok := ui.Refused(ui.Of(r).P, err); ok {
		return p.showTeam(w, r, err)
	}
	return err
}

// memberPage is where the role of one person is changed, or their leaving confirmed.
type memberPage struct {
	ui.Frame
	Errors  ui.FormErrors
	Trail   ui.Breadcrumb
	Member  member
	Roles   ui.Choices
	Action  string
	Back    string
	Dismiss string
	Acts    bool
}

// memberPageOf reads the person of the request's path; errs.NotFound for who is not of the team.
func (p *Pages) memberPageOf(r *http.Request) (memberPage, account.Role, error) {
	actor := by(r)
	members, err := p.service.Accounts.Team(r.Context(), actor)
	if err != nil {
		return memberPage{}, "", err
	}
	for _, m := range members {
		if m.ID != r.PathValue("person") {
			continue
		}
		f := ui.Private(r, "", TeamPath)
		page := memberPage{Frame: f, Member: p.memberOf(f, actor, m), Acts: actor.Is(account.Administrator), Back: f.Path(TeamPath)}
		page.Dismiss = page.Member.URL + "/retrait"
		return page, m.Role, nil
	}
	return memberPage{}, "", errs.New(errs.NotFound, "desk.not_member", nil)
}

func (page *memberPage) called(title string) {
	page.Title = title
	page.Trail = ui.Breadcrumb{{Label: page.P.T("desk.team"), URL: page.Back}, {Label: title, Current: true}}
}

func (p *Pages) member(w http.ResponseWriter, r *http.Request) error {
	return p.showMember(w, r, nil)
}

func (p *Pages) showMember(w http.ResponseWriter, r *http.Request, fault error) error {
	page, role, err := p.memberPageOf(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = ui.Refused(page.P, fault)
	}
	if typed := values(r).Get("role"); typed != "" {
		role = account.Role(typed)
	}
	page.Action = page.Member.URL
	page.Roles = rolesOf(page.P, page.Errors, account.StaffRoles(), role)
	page.called(page.P.T("desk.member", "name", page.Member.Name))
	return p.views.Render(w, r, status, "membre", page)
}

func (p *Pages) setRole(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	err := p.service.Accounts.SetRole(r.Context(), by(r), r.PathValue("person"), account.Role(r.PostForm.Get("role")))
	if err == nil {
		return ui.SeeDone(w, r, TeamPath, "role")
	}
	if _, _, ok := ui.Refused(ui.Of(r).P, err); ok {
		return p.showMember(w, r, err)
	}
	return err
}

func (p *Pages) dismissal(w http.ResponseWriter, r *http.Request) error {
	return p.showDismissal(w, r, nil)
}

func (p *Pages) showDismissal(w http.ResponseWriter, r *http.Request, fault error) error {
	page, _, err := p.memberPageOf(r)
	if err != nil {
		return err
	}
	if err := by(r).Require(account.Administrator); err != nil {
		return err
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = ui.Refused(page.P, fault)
	}
	page.Action = page.Dismiss
	page.called(page.P.T("desk.dismissal", "name", page.Member.Name))
	return p.views.Render(w, r, status, "retrait", page)
}

func (p *Pages) dismiss(w http.ResponseWriter, r *http.Request) error {
	err := p.service.Accounts.Dismiss(r.Context(), by(r), r.PathValue("person"))
	if err == nil {
		if r.PathValue("person") == by(r).Person { // who left sees the desk no more
			return ui.SeeOther(w, r, "/espace")
		}
		return ui.SeeDone(w, r, TeamPath, "retrait")
	}
	if _, _, ok := ui.Refused(ui.Of(r).P, err); ok {
		return p.showDismissal(w, r, err)
	}
	return err
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	return p.onInvitation(w, r, p.service.Accounts.Revoke(r.Context(), by(r), r.PathValue("id")), "annulation")
}

func (p *Pages) sendAgain(w http.ResponseWriter, r *http.Request) error {
	return p.onInvitation(w, r, p.service.Accounts.Resend(r.Context(), by(r), r.PathValue("id")), "renvoi")
}

// onInvitation leads back to where the invitation stood, or shows that page with why nothing was done.
func (p *Pages) onInvitation(w http.ResponseWriter, r *http.Request, err error, what string) error {
	if unreadable := web.ReadForm(r); unreadable != nil {
		return unreadable
	}
	company := r.PostForm.Get("company")
	if err == nil {
		path := TeamPath
		if company != "" {
			path = CompaniesPath + "/" + url.PathEscape(company)
		}
		return ui.SeeDone(w, r, path, what)
	}
	if _, _, ok := ui.Refused(ui.Of(r).P, err); !ok {
		return err
	}
	if company != "" {
		return p.showCompany(w, r, company, err)
	}
	return p.showTeam(w, r, err)
}
