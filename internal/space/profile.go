package space

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// profilePage is what a person says of themselves.
type profilePage struct {
	base
	Action string
	Name   ui.Field
	Speaks ui.Choices
	Mail   string
}

func (p *Pages) profile(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	asked := account.Profile{Name: by.Name, Lang: by.Lang}
	if v := web.Resumed(r); v != nil {
		asked = account.Profile{Name: v.Get("name"), Lang: v.Get("lang")}
	}
	return p.showProfile(w, r, asked, nil)
}

func (p *Pages) showProfile(w http.ResponseWriter, r *http.Request, asked account.Profile, refused error) error {
	page := profilePage{base: p.begin(r, "/espace/profil", ui.Of(r).P.T("space.profile")), Mail: account.Of(r.Context()).Mail}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	t := page.P.T
	page.Action = page.Path("/espace/profil")
	page.Name = ui.Field{
		Name: "name", Label: t("space.name"), Hint: t("space.name_hint"), Value: asked.Name, Autocomplete: "name", Max: 100, Error: page.Errors.For("name"),
	}
	page.Speaks = ui.Choices{Name: "lang", Legend: t("space.lang"), Hint: t("space.lang_hint"), Row: true, Error: page.Errors.For("lang")}
	for _, lang := range locale.Languages() {
		page.Speaks.Options = append(page.Speaks.Options, ui.Option{Value: lang, Label: ui.Alternate{Lang: lang}.Name(), Selected: lang == asked.Lang})
	}
	return p.views.Render(w, r, status, "profil", page)
}

func (p *Pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	asked := account.Profile{Name: r.PostFormValue("name"), Lang: r.PostFormValue("lang")}
	if err := p.Accounts.SetProfile(r.Context(), account.Of(r.Context()), asked); err != nil {
		return p.showProfile(w, r, asked, err)
	}
	return ui.SeeDone(w, r, "/espace/profil", "profil")
}
