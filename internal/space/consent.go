package space

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// ConsentWords is the version of what ConsentKeys say: it is kept with the consent as its proof. Whoever changes one of these
// texts gives them a new version.
const ConsentWords = "2026-1"

// ConsentKeys are the texts that a person consents to.
func ConsentKeys() []string {
	return []string{"space.consent_what", "space.consent_where", "space.consent_end", "space.consent_yes"}
}

// consentPage asks a natural person whether the company's card may be published.
type consentPage struct {
	base
	Company string
	Action  string
	Version string
	Given   string // when it was given, "" where none holds
	Older   bool   // it was given to other words
	Card    string // address of the published card, "" for none
	Manages bool
	Tick    tick
}

// The fields of that form.
const (
	agreeName = "accord"
	wordsName = "version"
	doName    = "faire" // withdraw, or give
	withdraws = "retirer"
)

func (p *Pages) consent(w http.ResponseWriter, r *http.Request) error {
	return p.showConsent(w, r, nil)
}

func (p *Pages) showConsent(w http.ResponseWriter, r *http.Request, refused error) error {
	id, name, _, err := p.mine(r)
	if err != nil {
		return err
	}
	if err := p.natural(r, id); err != nil {
		return err
	}
	page := consentPage{base: p.begin(r, at(id)+"/consentement", ui.Of(r).P.T("space.consent")), Company: name, Version: ConsentWords}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.inCompany(name, at(id), true)
	page.Action = page.Path(at(id) + "/consentement")
	page.Manages = account.Of(r.Context()).For(id, account.CompanyManager)
	held, ok, err := p.Accounts.Consent(r.Context(), p.Accounts.DB.Read(), id)
	if err != nil {
		return err
	}
	if ok {
		page.Given, page.Older = page.P.Date(held.GivenAt), held.Words != ConsentWords
	}
	path, err := p.card(r, id)
	if err != nil {
		return err
	}
	if path != "" {
		page.Card = page.Path(path)
	}
	page.Tick = page.tick(agreeName, page.P.T("space.consent_yes"))
	return p.views.Render(w, r, status, "consentement", page)
}

// card is the path of a company's published card, "" for none.
func (p *Pages) card(r *http.Request, id string) (string, error) {
	if p.Card == nil {
		return "", nil
	}
	return p.Card(r.Context(), id)
}

// natural returns errs.NotFound for a company that needs no consent.
func (p *Pages) natural(r *http.Request, id string) error {
	if p.Natural == nil {
		return errs.New(errs.NotFound, "space.consent_not_needed", nil)
	}
	is, err := p.Natural(r.Context(), id)
	if err == nil && !is {
		err = errs.New(errs.NotFound, "space.consent_not_needed", nil)
	}
	return err
}

func (p *Pages) setConsent(w http.ResponseWriter, r *http.Request) error {
	id, by := r.PathValue("id"), account.Of(r.Context())
	if err := by.RequireFor(id, account.CompanyManager); err != nil { // nobody else learns whether it is a natural person
		return err
	}
	if err := p.natural(r, id); err != nil {
		return err
	}
	if r.PostFormValue(doName) == withdraws {
		if err := p.Accounts.WithdrawConsent(r.Context(), by, id); err != nil {
			return p.showConsent(w, r, err)
		}
		return ui.SeeDone(w, r, at(id)+"/consentement", "desaccord")
	}
	switch {
	case r.PostFormValue(agreeName) == "":
		return p.showConsent(w, r, refusal(agreeName, "space.consent_untick"))
	case r.PostFormValue(wordsName) != ConsentWords: // what was read is not what would be noted
		return p.showConsent(w, r, errs.New(errs.Conflict, "space.consent_changed", nil))
	}
	if err := p.Accounts.GiveConsent(r.Context(), by, id, ConsentWords); err != nil {
		return p.showConsent(w, r, err)
	}
	path, err := p.card(r, id)
	if err != nil {
		return err
	}
	if path == "" {
		return ui.SeeDone(w, r, at(id)+"/consentement", "accord_sans_fiche")
	}
	return ui.SeeDone(w, r, at(id)+"/consentement", "accord")
}

// tick is a box that must be ticked, and why where it was not.
type tick struct {
	Check ui.Check
	Fault string
}

func (b *base) tick(name, label string) tick {
	return tick{ui.Check{ID: name, Name: name, Value: "oui", Label: label}, b.Errors.For(name)}
}

// refusal is that of one field.
func refusal(field, key string) error {
	return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: field, Key: key}}}
}
