package desk

import (
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
)

// peoplePage finds people by their name or address.
type peoplePage struct {
	ui.Frame
	Search  finder
	Asked   bool
	Caption string
	Found   []foundPerson
	None    ui.Empty
	More    bool
}

// foundPerson is a person as the list shows them.
type foundPerson struct {
	Name, Mail, Role, URL, Seen string
	Companies                   int
}

func (p *Pages) people(w http.ResponseWriter, r *http.Request) error {
	actor, q := by(r), asked(r.URL.Query().Get("q"))
	if err := actor.Require(account.Reader); err != nil {
		return err
	}
	var found []account.Found
	if q != "" {
		var err error
		if found, err = p.service.Accounts.SearchPersons(r.Context(), actor, actor.Territory, q, mostFound); err != nil {
			return err
		}
	}
	f := ui.Private(r, ui.Of(r).P.T("desk.people"), PeoplePath)
	page := peoplePage{
		Frame: f, Asked: q != "", More: len(found) >= mostFound,
		Search: finder{Action: f.Path(PeoplePath), Field: ui.Field{
			ID: "desk-q", Name: "q", Type: "search", Label: f.P.T("desk.person_or_mail"), Value: q, Autocomplete: "off", Max: longestAsked,
		}},
		None:    ui.Empty{Icon: "search-x", Title: f.P.T("desk.people_none", "name", q), Text: f.P.T("desk.people_none_text")},
		Caption: f.P.T("desk.found_people", "n", len(found)),
	}
	for _, v := range found {
		line := foundPerson{Name: v.Called(), Mail: mailFor(actor, v.Person), URL: f.Path(PeoplePath + "/" + url.PathEscape(v.ID)), Role: f.P.T("desk.no_role"), Companies: v.Companies, Seen: f.P.Ago(v.SeenAt, p.service.Now())}
		if v.Name == "" {
			line.Name, line.Mail = line.Mail, ""
		}
		if v.Role != "" {
			line.Role = roleName(f.P, v.Role)
		}
		page.Found = append(page.Found, line)
	}
	return p.views.Render(w, r, http.StatusOK, "personnes", page)
}

// personPage is what the team may see of a person.
type personPage struct {
	ui.Frame
	Trail     ui.Breadcrumb
	Facts     ui.Summary
	Leaving   string
	Companies ui.Table
	Member    string // where the role in the team is changed, "" for nowhere
	Journal   string // what the person did, for administrators
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	actor := by(r)
	v, err := p.service.Accounts.Seen(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	f, now := ui.Private(r, v.Called(), PeoplePath+"/"+url.PathEscape(v.ID)), p.service.Now()
	when := func(m ui.Moment) string { return f.P.T("desk.when_ago", "when", m.Full, "ago", m.Ago) }
	role := f.P.T("desk.no_role")
	if v.Role != "" {
		role = f.P.T("desk.role_since", "role", roleName(f.P, v.Role), "when", f.P.Date(v.RoleSince))
	}
	page := personPage{
		Frame: f, Trail: ui.Breadcrumb{{Label: f.P.T("desk.people"), URL: f.Path(PeoplePath)}, {Label: v.Called(), Current: true}},
		Facts: ui.Summary{Rows: []ui.SummaryRow{
			{Name: f.P.T("desk.person_name"), Value: v.Name},
			{Name: f.P.T("desk.mail"), Value: mailFor(actor, v.Person)},
			{Name: f.P.T("desk.in_team"), Value: role},
			{Name: f.P.T("desk.language"), Value: f.P.T("desk.lang." + v.Lang)},
			{Name: f.P.T("desk.came"), Value: f.P.Date(v.CreatedAt)},
			{Name: f.P.T("desk.seen"), Value: when(ui.NewMoment(f.P, v.SeenAt, now))},
		}},
		Companies: ui.Table{Caption: f.P.T("desk.companies_of"), Dense: true, Empty: f.P.T("desk.companies_of_none"), Columns: []ui.Column{
			{Label: f.P.T("desk.company")}, {Label: f.P.T("desk.role")}, {Label: f.P.T("desk.since")},
		}},
	}
	if !v.EraseAt.IsZero() {
		page.Leaving = f.P.Date(v.EraseAt)
	}
	for _, b := range v.Companies {
		page.Companies.Rows = append(page.Companies.Rows, ui.Row{
			{Text: b.Name, URL: f.Path(CompaniesPath + "/" + url.PathEscape(b.Company))}, {Text: roleName(f.P, b.Role)}, ui.DayCell(f.P, b.Since),
		})
	}
	if actor.Is(account.Administrator) {
		page.Journal = f.Path(JournalPath) + "?" + url.Values{personName: {v.ID}}.Encode()
		if v.Role != "" {
			page.Member = f.Path(TeamPath + "/" + url.PathEscape(v.ID))
		}
	}
	return p.views.Render(w, r, http.StatusOK, "personne", page)
}
