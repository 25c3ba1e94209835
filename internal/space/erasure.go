package space

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
)

// erasurePage says what erasing an account means, and asks for it.
type erasurePage struct {
	base
	Action string
	Cancel string
	Mail   string
	Day    string // when it will be erased, "" where it was not asked for
	Goes   []string
	Stays  []string
	Data   string // address of what is held
	Tick   tick
}

// sureName is the box that says that the person means it.
const sureName = "sur"

func (p *Pages) erasing(w http.ResponseWriter, r *http.Request) error {
	return p.showErasing(w, r, nil)
}

func (p *Pages) showErasing(w http.ResponseWriter, r *http.Request, refused error) error {
	by := account.Of(r.Context())
	page := erasurePage{base: p.begin(r, "/espace/effacement", ui.Of(r).P.T("space.erase")), Mail: by.Mail}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	t := page.P.T
	page.under(t("space.data"), "/espace/donnees")
	page.Action, page.Cancel, page.Data = page.Path("/espace/effacement"), page.Path("/espace/effacement/annulation"), page.Path("/espace/donnees")
	if !by.EraseAt.IsZero() {
		page.Day = page.P.Date(by.EraseAt)
	}
	page.Goes = []string{t("space.erase_profile"), t("space.erase_proofs"), t("space.erase_roles"), t("space.erase_mails")}
	for _, key := range account.Kept() {
		page.Stays = append(page.Stays, t(key))
	}
	page.Tick = page.tick(sureName, t("space.erase_sure"))
	return p.views.Render(w, r, status, "effacement", page)
}

func (p *Pages) erase(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue(sureName) == "" {
		return p.showErasing(w, r, refusal(sureName, "space.erase_unsure"))
	}
	if err := p.Accounts.AskErasure(r.Context(), account.Of(r.Context())); err != nil {
		return p.showErasing(w, r, err)
	}
	return ui.SeeDone(w, r, "/espace/effacement", "effacement")
}

// keep takes the wish to be erased back.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.CancelErasure(r.Context(), account.Of(r.Context())); err != nil {
		return err
	}
	return ui.SeeDone(w, r, office.Space, "annulation")
}
