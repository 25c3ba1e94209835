package space

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// leavePage says what leaving a company means.
type leavePage struct {
	base
	Company  string
	Action   string
	Means    []string
	HandOver string // where the last manager goes first, "" for who may leave
}

func (p *Pages) leaving(w http.ResponseWriter, r *http.Request) error {
	return p.showLeave(w, r, nil)
}

func (p *Pages) showLeave(w http.ResponseWriter, r *http.Request, refused error) error {
	by := account.Of(r.Context())
	id, name, people, err := p.mine(r)
	if err != nil {
		return err
	}
	page := leavePage{base: p.begin(r, at(id)+"/depart", ui.Of(r).P.T("space.leave")), Company: name}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.inCompany(name, at(id), true)
	page.Action = page.Path(at(id) + "/depart")
	page.Means = []string{page.P.T("space.leave_access"), page.P.T("space.leave_past")}
	switch {
	case len(people) == 1:
		page.Means = append(page.Means, page.P.T("space.leave_alone"))
	case lastManager(people, by.Person):
		page.HandOver = page.Path(at(id) + "/passation")
	default:
		page.Means = append(page.Means, page.P.T("space.leave_back"))
	}
	return p.views.Render(w, r, status, "depart", page)
}

// mine is named for a company that the actor acts for.
func (p *Pages) mine(r *http.Request) (id, name string, people []account.Colleague, err error) {
	if err := account.Of(r.Context()).RequireFor(r.PathValue("id"), account.CompanyEditor); err != nil {
		return "", "", nil, err
	}
	return p.named(r)
}

// lastManager reports whether nobody else who stays manages the company. The service decides; the page only says it beforehand.
func lastManager(people []account.Colleague, person string) bool {
	is := false
	for _, c := range people {
		switch {
		case c.Role != account.CompanyManager:
		case c.ID == person:
			is = true
		case c.EraseAt.IsZero():
			return false
		}
	}
	return is
}

func (p *Pages) leave(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Leave(r.Context(), account.Of(r.Context()), r.PathValue("id")); err != nil {
		return p.showLeave(w, r, err)
	}
	return ui.SeeDone(w, r, office.Space, "depart")
}

// handOverPage asks who manages the company from now on.
type handOverPage struct {
	base
	Company string
	Action  string
	To      ui.Choices
	Then    ui.Choices
	Invite  string // where a manager goes who is alone
}

// handOverForm is what that page asks.
type handOverForm struct{ to, then string }

// What the actor does afterwards.
const (
	stays  = "rester"
	leaves = "partir"
)

func (p *Pages) handingOver(w http.ResponseWriter, r *http.Request) error {
	form := handOverForm{then: stays}
	if v := web.Resumed(r); v != nil {
		form = handOverForm{v.Get("a"), v.Get("ensuite")}
	}
	return p.showHandOver(w, r, form, nil)
}

func (p *Pages) showHandOver(w http.ResponseWriter, r *http.Request, form handOverForm, refused error) error {
	by := account.Of(r.Context())
	id, name, people, err := p.mine(r)
	if err != nil {
		return err
	}
	if !by.For(id, account.CompanyManager) {
		return errs.New(errs.Forbidden, account.KeyNotYours, nil)
	}
	page := handOverPage{base: p.begin(r, at(id)+"/passation", ui.Of(r).P.T("space.hand_over")), Company: name}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.inCompany(name, at(id), true)
	t := page.P.T
	page.Action = page.Path(at(id) + "/passation")
	page.To = ui.Choices{Name: "a", Legend: t("space.hand_over_to"), Error: page.Errors.For("a")}
	for _, c := range people {
		if c.ID != by.Person && c.EraseAt.IsZero() {
			called, _ := known(c)
			page.To.Options = append(page.To.Options, ui.Option{Value: c.ID, Label: called, Detail: capital(t("account.role." + string(c.Role))), Selected: c.ID == form.to})
		}
	}
	if len(page.To.Options) == 0 {
		page.Invite = page.Path(at(id) + "/invitations")
	}
	page.Then = ui.Choices{Name: "ensuite", Legend: t("space.hand_over_then"), Options: []ui.Option{
		{Value: stays, Label: t("space.hand_over_stay"), Detail: t("space.role_means.company_editor"), Selected: form.then != leaves},
		{Value: leaves, Label: t("space.hand_over_leave"), Detail: t("space.leave_access"), Selected: form.then == leaves},
	}}
	return p.views.Render(w, r, status, "passation", page)
}

func (p *Pages) handOver(w http.ResponseWriter, r *http.Request) error {
	id, form := r.PathValue("id"), handOverForm{r.PostFormValue("a"), r.PostFormValue("ensuite")}
	if form.to == "" {
		return p.showHandOver(w, r, form, refusal("a", "space.hand_over_choose"))
	}
	if err := p.Accounts.HandOver(r.Context(), account.Of(r.Context()), id, form.to, form.then == leaves); err != nil {
		return p.showHandOver(w, r, form, err)
	}
	if form.then == leaves {
		return ui.SeeDone(w, r, office.Space, "depart")
	}
	return ui.SeeDone(w, r, at(id), "passation")
}
