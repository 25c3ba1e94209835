package space

import (
	"net/http"
	"unicode"
	"unicode/utf8"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// companyPage is the people of a company.
type companyPage struct {
	base
	Name        string
	Manages     bool // the reader decides who acts for it
	Mine        bool // the reader acts for it
	Alone       bool // the reader is the only one
	People      []personLine
	Invitations []invitationLine
	Here        string // address of the page, to which those of its forms are added
	Natural     bool
}

// personLine is somebody who acts for the company.
type personLine struct {
	Name, Initial, Mail, Role, Since string
	Me, Going                        bool
	Change                           string // address; "" where nothing can be changed
}

// invitationLine is an open invitation.
type invitationLine struct{ Mail, Role, Until, Revoke, Resend string }

// at is the path of a company's page.
func at(id string) string { return "/espace/entreprises/" + id }

// named gives the name of the company of a request, to who may see its people.
func (p *Pages) named(r *http.Request) (id, name string, people []account.Colleague, err error) {
	id = r.PathValue("id")
	name, _, err = p.Accounts.Companies.CompanyName(r.Context(), p.Accounts.DB.Read(), id)
	if errs.Is(err, errs.NotFound) {
		return id, "", nil, errs.New(errs.NotFound, "space.no_such_company", nil)
	}
	if err == nil {
		people, err = p.Accounts.People(r.Context(), account.Of(r.Context()), id)
	}
	return id, name, people, err
}

func (p *Pages) company(w http.ResponseWriter, r *http.Request) error {
	return p.showCompany(w, r, nil)
}

func (p *Pages) showCompany(w http.ResponseWriter, r *http.Request, refused error) error {
	by := account.Of(r.Context())
	id, name, people, err := p.named(r)
	if err != nil {
		return err
	}
	page := companyPage{base: p.begin(r, at(id), name), Name: name, Manages: manages(by, id), Here: ui.Of(r).Path(at(id))}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.inCompany(name, at(id), false)
	page.Mine = by.For(id, account.CompanyEditor)
	page.Alone = page.Mine && len(people) == 1
	for _, c := range people {
		line := personLine{
			Name: c.Called(), Initial: initial(c), Role: capital(page.P.T("account.role." + string(c.Role))), Since: page.P.Date(c.Since),
			Me: c.ID == by.Person, Going: !c.EraseAt.IsZero(),
		}
		if page.Manages {
			line.Name, line.Mail = known(c)
		}
		if line.Me && c.Name == "" {
			line.Name, line.Mail = by.Mail, "" // one's own address is nothing to hide
		}
		if page.Manages && !line.Me {
			line.Change = page.Here + "/personnes/" + c.ID
		}
		page.People = append(page.People, line)
	}
	if page.Manages {
		if page.Invitations, err = p.open(r, page.Frame, id); err != nil {
			return err
		}
	}
	if p.Natural != nil && page.Mine {
		if page.Natural, err = p.Natural(r.Context(), id); err != nil {
			return err
		}
	}
	return p.views.Render(w, r, status, "entreprise", page)
}

// open lists the open invitations to a company.
func (p *Pages) open(r *http.Request, f ui.Frame, id string) ([]invitationLine, error) {
	list, err := p.Accounts.Invitations(r.Context(), account.Of(r.Context()), id)
	var lines []invitationLine
	for _, i := range list {
		here := f.Path(at(id) + "/invitations/" + i.ID)
		lines = append(lines, invitationLine{
			Mail: i.Mail, Role: capital(f.P.T("account.role." + string(i.Role))), Until: f.P.Date(i.ExpiresAt), Revoke: here + "/retrait", Resend: here + "/renvoi",
		})
	}
	return lines, err
}

// known is how who decides about a person sees them: by the name with the address, by the address alone where there is no name.
func known(c account.Colleague) (name, mail string) {
	if c.Name == "" {
		return c.Mail, ""
	}
	return c.Name, c.Mail
}

// initial is what stands for a person beside their name.
func initial(c account.Colleague) string {
	if c.Name == "" {
		return c.Mail[:1]
	}
	return c.Name
}

// manages reports whether the actor is shown the forms that decide about a company's people. The service judges what they send.
func manages(by account.Actor, company string) bool {
	return by.For(company, account.CompanyManager) || by.Is(account.ProjectManager)
}

// invitePage asks whom to invite to a company.
type invitePage struct {
	base
	Company string
	Action  string
	Mail    ui.Field
	Role    ui.Choices
}

func (p *Pages) inviting(w http.ResponseWriter, r *http.Request) error {
	v := web.Resumed(r)
	role := account.Role(v.Get("role"))
	if role == "" {
		role = account.CompanyEditor
	}
	return p.showInvite(w, r, v.Get(account.MailField), role, nil)
}

func (p *Pages) showInvite(w http.ResponseWriter, r *http.Request, mail string, role account.Role, refused error) error {
	id, name, _, err := p.named(r)
	if err != nil {
		return err
	}
	if !manages(account.Of(r.Context()), id) {
		return errs.New(errs.Forbidden, account.KeyNotYours, nil)
	}
	page := invitePage{base: p.begin(r, at(id)+"/invitations", ui.Of(r).P.T("space.invite")), Company: name}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.inCompany(name, at(id), true)
	t := page.P.T
	page.Action = page.Path(at(id) + "/invitations")
	page.Mail = ui.Field{
		Name: account.MailField, Label: t("space.invite_mail"), Hint: t("space.invite_mail_hint"), Type: "email", Autocomplete: "off",
		Value: mail, Max: 254, Error: page.Errors.For(account.MailField),
	}
	page.Role = roles(page.base, t("space.invite_role"), role)
	return p.views.Render(w, r, status, "inviter", page)
}

// roles is the choice of what somebody may do for a company.
func roles(b base, legend string, chosen account.Role) ui.Choices {
	c := ui.Choices{Name: "role", Legend: legend, Error: b.Errors.For("role")}
	for _, role := range account.CompanyRoles() {
		c.Options = append(c.Options, ui.Option{
			Value: string(role), Label: capital(b.P.T("account.role." + string(role))), Detail: b.P.T("space.role_means." + string(role)), Selected: role == chosen,
		})
	}
	return c
}

// capital begins a text with a capital letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	mail, role := r.PostFormValue(account.MailField), account.Role(r.PostFormValue("role"))
	if _, err := p.Accounts.Invite(r.Context(), account.Of(r.Context()), r.PathValue("id"), mail, role); err != nil {
		return p.showInvite(w, r, mail, role, err)
	}
	return ui.SeeDone(w, r, at(r.PathValue("id")), "invitee")
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Revoke(r.Context(), account.Of(r.Context()), r.PathValue("invitation")); err != nil {
		return p.showCompany(w, r, err)
	}
	return ui.SeeDone(w, r, at(r.PathValue("id")), "reprise")
}

func (p *Pages) resend(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Resend(r.Context(), account.Of(r.Context()), r.PathValue("invitation")); err != nil {
		return p.showCompany(w, r, err)
	}
	return ui.SeeDone(w, r, at(r.PathValue("id")), "renvoyee")
}

// colleaguePage is one person of a company: what they may do, and their removal.
type colleaguePage struct {
	base
	Company string
	Person  personLine
	Action  string
	Role    ui.Choices
}

func (p *Pages) colleague(w http.ResponseWriter, r *http.Request) error {
	return p.showColleague(w, r, account.Role(web.Resumed(r).Get("role")), nil)
}

func (p *Pages) showColleague(w http.ResponseWriter, r *http.Request, role account.Role, refused error) error {
	id, name, people, err := p.named(r)
	if err != nil {
		return err
	}
	if !manages(account.Of(r.Context()), id) {
		return errs.New(errs.Forbidden, account.KeyNotYours, nil)
	}
	for _, c := range people {
		if c.ID != r.PathValue("person") {
			continue
		}
		if role == "" {
			role = c.Role
		}
		called, mail := known(c)
		page := colleaguePage{base: p.begin(r, at(id)+"/personnes/"+c.ID, called), Company: name, Person: personLine{Name: called, Mail: mail}}
		status, ok := page.refused(refused)
		if !ok {
			return refused
		}
		page.inCompany(name, at(id), true)
		page.Person.Since = page.P.T("space.since_day", "day", c.Since)
		page.Action = page.Path(at(id) + "/personnes/" + c.ID)
		page.Role = roles(page.base, page.P.T("space.may_do"), role)
		return p.views.Render(w, r, status, "personne", page)
	}
	return errs.New(errs.NotFound, "space.no_such_person", nil)
}

func (p *Pages) setRole(w http.ResponseWriter, r *http.Request) error {
	id, role := r.PathValue("id"), account.Role(r.PostFormValue("role"))
	if err := p.Accounts.SetCompanyRole(r.Context(), account.Of(r.Context()), id, r.PathValue("person"), role); err != nil {
		return p.showColleague(w, r, role, err)
	}
	return ui.SeeDone(w, r, at(id), "role")
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Accounts.Remove(r.Context(), account.Of(r.Context()), id, r.PathValue("person")); err != nil {
		return p.showColleague(w, r, "", err)
	}
	return ui.SeeDone(w, r, at(id), "retrait")
}
