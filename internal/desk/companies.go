package desk

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// companiesPage finds companies by their name.
type companiesPage struct {
	ui.Frame
	Search finder
	Asked  bool
	Found  ui.Table
	None   ui.Empty
	More   bool // there may be others than those that are listed
}

// finder asks for what a page is to find.
type finder struct {
	Action string
	Field  ui.Field
}

func (p *Pages) companies(w http.ResponseWriter, r *http.Request) error {
	q := asked(r.URL.Query().Get("q"))
	found, err := p.service.FindCompanies(r.Context(), by(r), q)
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("desk.companies"), CompaniesPath)
	page := companiesPage{
		Frame: f, Asked: q != "", More: len(found) >= mostFound,
		Search: finder{Action: f.Path(CompaniesPath), Field: ui.Field{
			ID: "desk-q", Name: "q", Type: "search", Label: f.P.T("desk.company_name"), Value: q, Autocomplete: "off", Max: longestAsked,
		}},
		None: ui.Empty{Icon: "search-x", Title: f.P.T("desk.companies_none", "name", q), Text: f.P.T("desk.companies_none_text")},
		Found: ui.Table{Caption: f.P.T("desk.found", "n", len(found)), Dense: true, Columns: []ui.Column{
			{Label: f.P.T("desk.company")}, {Label: f.P.T("desk.place")}, {Label: f.P.T("desk.number")},
		}},
	}
	for _, c := range found {
		page.Found.Rows = append(page.Found.Rows, ui.Row{{Text: c.Name, URL: f.Path(CompaniesPath + "/" + url.PathEscape(c.ID))}, {Text: c.Place}, {Text: c.Number}})
	}
	return p.views.Render(w, r, http.StatusOK, "entreprises", page)
}

// companyPage shows who acts for a company.
type companyPage struct {
	ui.Frame
	Trail     ui.Breadcrumb
	Done      *ui.Notice
	Errors    ui.FormErrors
	Facts     ui.Summary
	Claim     *ui.Notice // whether the company is anybody's
	People    []colleague
	Invited   []invited
	Form      inviteForm
	Acts      bool // a project manager acts
	InviteFor string
}

// colleague is somebody who acts for a company.
type colleague struct {
	Name, Mail, Role, URL string
	Since                 ui.Moment
	Leaving               string
}

func (p *Pages) company(w http.ResponseWriter, r *http.Request) error {
	return p.showCompany(w, r, r.PathValue("id"), nil)
}

func (p *Pages) showCompany(w http.ResponseWriter, r *http.Request, id string, fault error) error {
	actor := by(r)
	c, err := p.service.Company(r.Context(), actor, id)
	if err != nil {
		return err
	}
	people, err := p.service.Accounts.People(r.Context(), actor, c.ID)
	if err != nil {
		return err
	}
	open, err := p.service.Accounts.Invitations(r.Context(), actor, c.ID)
	if err != nil {
		return err
	}
	f := ui.Private(r, c.Name, CompaniesPath+"/"+url.PathEscape(c.ID))
	page := companyPage{
		Frame: f, Trail: ui.Breadcrumb{{Label: f.P.T("desk.companies"), URL: f.Path(CompaniesPath)}, {Label: c.Name, Current: true}},
		Done: ui.DoneNotice(r, "desk.done."), Facts: factsOf(f, c), Claim: claimOf(f, c, people), Acts: actor.Is(account.ProjectManager),
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = ui.Refused(f.P, fault)
	}
	for _, m := range people {
		page.People = append(page.People, p.colleagueOf(f, actor, m))
	}
	page.Invited = p.invitedOf(f, page.Acts, open)
	usual := account.CompanyManager
	if slices.ContainsFunc(people, func(m account.Colleague) bool { return m.Role == account.CompanyManager }) {
		usual = account.CompanyEditor
	}
	page.Form = inviteTo(f.P, page.Errors, values(r), account.CompanyRoles(), usual)
	page.Form.Action = f.Path(CompaniesPath + "/" + url.PathEscape(c.ID) + "/invitations")
	page.InviteFor = f.P.T("desk.invite_company_intro", "company", c.Name)
	return p.views.Render(w, r, status, "entreprise", page)
}

func factsOf(f ui.Frame, c Company) ui.Summary {
	card := ui.SummaryRow{Name: f.P.T("desk.card"), Value: f.P.T("desk.card_none")}
	if c.Card != "" {
		card.Value, card.URL = f.P.T("desk.card_see"), f.Path(c.Card)
	}
	facts := ui.Summary{Rows: []ui.SummaryRow{
		{Name: f.P.T("desk.place"), Value: c.Place}, {Name: f.P.T("desk.number"), Value: c.Number}, {Name: f.P.T("desk.card_mails"), Value: f.P.List(c.Mails)}, card,
	}}
	if c.Natural {
		row := ui.SummaryRow{Name: f.P.T("desk.natural"), Value: f.P.T("desk.natural_no_consent")}
		if c.Consented {
			row.Value = f.P.T("desk.natural_consented")
		}
		facts.Rows = append(facts.Rows, row)
	}
	return facts
}

// claimOf says whether somebody may say that the company is theirs, nothing where it has people.
func claimOf(f ui.Frame, c Company, people []account.Colleague) *ui.Notice {
	switch {
	case len(people) > 0:
		return nil
	case len(c.Mails) == 0:
		return &ui.Notice{Tone: ui.Warn, Title: f.P.T("desk.claim_closed"), Text: f.P.T("desk.claim_closed_text")}
	}
	return &ui.Notice{Tone: ui.Info, Title: f.P.T("desk.claim_open"), Text: f.P.T("desk.claim_open_text", "n", len(c.Mails))}
}

func (p *Pages) colleagueOf(f ui.Frame, actor account.Actor, m account.Colleague) colleague {
	v := colleague{
		Name: m.Called(), Mail: mailFor(actor, m.Person), Role: roleName(f.P, m.Role), Since: ui.NewMoment(f.P, m.Since, p.service.Now()),
		URL: f.Path(PeoplePath + "/" + url.PathEscape(m.ID)),
	}
	if m.Name == "" {
		v.Name, v.Mail = v.Mail, ""
	}
	if !m.EraseAt.IsZero() {
		v.Leaving = f.P.Date(m.EraseAt)
	}
	return v
}

func (p *Pages) inviteToCompany(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	// Only the team invites here: for who manages the company without being of the team there is the space.
	c, err := p.service.Company(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := by(r).Require(account.ProjectManager); err != nil {
		return err
	}
	_, err = p.service.Accounts.Invite(r.Context(), by(r), c.ID, r.PostForm.Get(account.MailField), account.Role(r.PostForm.Get("role")))
	if err == nil {
		return ui.SeeDone(w, r, CompaniesPath+"/"+url.PathEscape(c.ID), "invitation")
	}
	if _, _, ok := ui.Refused(ui.Of(r).P, err); ok {
		return p.showCompany(w, r, c.ID, err)
	}
	return err
}
