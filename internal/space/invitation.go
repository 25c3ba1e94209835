package space

import (
	"cmp"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// invitationPage is what the link of an invitation leads to.
type invitationPage struct {
	base
	Heading  string
	Facts    ui.Summary
	State    *ui.Notice // why it cannot be answered, nil where it can
	SignIn   string     // where a visitor goes first
	Accept   string     // where the buttons send; "" where there are none
	Decline  string
	Next     *ui.Button
	Mail     string // most of it hidden
	SignedIn string // address by which the reader is signed in
}

// invitedTo says to what an invitation invites.
func (p *Pages) invitedTo(f ui.Frame, i account.Invited) string {
	if i.Company == "" {
		return f.P.T("space.invited_team", "place", f.Brand.Cluster)
	}
	return f.P.T("space.invited_company", "company", i.CompanyName)
}

func (p *Pages) invitation(w http.ResponseWriter, r *http.Request) error {
	by, token := account.Of(r.Context()), r.PathValue("token")
	i, err := p.Accounts.Invitation(r.Context(), token)
	if err != nil {
		return err
	}
	page := invitationPage{base: p.begin(r, account.PathInvitation+token, ui.Of(r).P.T("space.invitation")), Mail: i.Mail}
	page.Office = nil // it is no page of the space: a visitor reads it
	t := page.P.T
	page.Heading = p.invitedTo(page.Frame, i)
	page.Facts = ui.Summary{Rows: []ui.SummaryRow{
		{Name: t("space.invited_by"), Value: cmp.Or(i.Inviter, t("space.inviter_gone"))},
		{Name: t("space.invited_for"), Value: i.Mail},
		{Name: t("space.invited_as"), Value: capital(t("account.role."+string(i.Role))) + ". " + t("space.role_means."+string(i.Role))},
		{Name: t("space.invited_until"), Value: page.P.Date(i.ExpiresAt)},
	}}
	if err := p.answerable(r, &page, by, i, token); err != nil {
		return err
	}
	return p.views.Render(w, r, http.StatusOK, "invitation", page)
}

// answerable says what the reader can do with an invitation.
func (p *Pages) answerable(r *http.Request, page *invitationPage, by account.Actor, i account.Invited, token string) error {
	t := page.P.T
	if i.State != account.Waiting {
		tone := ui.Warn
		if i.State == account.Accepted {
			tone = ui.OK
		}
		page.State = &ui.Notice{Tone: tone, Title: t("space.invitation." + string(i.State)), Text: t("space.invitation_next." + string(i.State))}
		page.Next = &ui.Button{Label: t("space.to_space"), URL: page.Path(office.Space)}
		return nil
	}
	if !by.SignedIn() {
		page.SignIn = page.Path("/connexion?" + url.Values{"suite": {account.PathInvitation + token}}.Encode())
		return nil
	}
	here := page.Path(account.PathInvitation + token)
	page.SignedIn = by.Mail
	mine, err := p.Accounts.WaitingFor(r.Context(), by)
	if err != nil {
		return err
	}
	for _, m := range mine {
		if m.ID == i.ID {
			page.Accept, page.Decline = here+"/acceptation", here+"/refus"
			return nil
		}
	}
	page.State = &ui.Notice{Tone: ui.Warn, Title: t("space.invitation_not_yours"), Text: t("space.invitation_not_yours_text", "theirs", i.Mail, "yours", by.Mail)}
	return nil
}

func (p *Pages) acceptByToken(w http.ResponseWriter, r *http.Request) error {
	i, err := p.Accounts.Accept(r.Context(), account.Of(r.Context()), r.PathValue("token"))
	if err != nil {
		return p.notAnswered(w, r, err)
	}
	return accepted(w, r, i)
}

func (p *Pages) declineByToken(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Decline(r.Context(), account.Of(r.Context()), r.PathValue("token")); err != nil {
		return p.notAnswered(w, r, err)
	}
	return ui.SeeDone(w, r, office.Space, "refusee")
}

// notAnswered shows, on the first page of the space, why an invitation could not be answered.
func (p *Pages) notAnswered(w http.ResponseWriter, r *http.Request, err error) error {
	if errs.Is(err, errs.Conflict) {
		return p.showHome(w, r, err)
	}
	return err
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	i, err := p.Accounts.Accept(r.Context(), account.Of(r.Context()), r.PathValue("id"))
	if err != nil {
		return p.notAnswered(w, r, err)
	}
	return accepted(w, r, i)
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Decline(r.Context(), account.Of(r.Context()), r.PathValue("id")); err != nil {
		return p.notAnswered(w, r, err)
	}
	return ui.SeeDone(w, r, office.Space, "refusee")
}

// accepted leads to what the person belongs to now. What is of another territory stands on its own pages.
func accepted(w http.ResponseWriter, r *http.Request, i account.Invitation) error {
	if i.Company != "" && i.Territory == account.Of(r.Context()).Territory {
		return ui.SeeDone(w, r, at(i.Company), "acceptee")
	}
	return ui.SeeDone(w, r, office.Space, "acceptee")
}
