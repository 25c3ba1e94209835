package claim

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// codePage asks for the code that was mailed to an address of the card.
type codePage struct {
	base
	Sent  string // the address
	Code  ui.Field
	Demo  bool
	Stopt string // why no code is awaited, "" where one is
}

func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	d, err := p.doorOf(w, r, "/code")
	if err != nil {
		return quiet(err)
	}
	if d.Mine == nil || d.Mine.State != Coded { // nothing was sent, or it is over
		return ui.SeeOther(w, r, office.ClaimPath(d.Card.Listing.Slug))
	}
	return p.showCode(w, r, d, nil)
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, d Door, fault error) error {
	l := d.Card.Listing
	page := codePage{base: begin(r, l, office.ClaimPath(l.Slug)+"/code", ui.Of(r).P.T("claim.code_title")), Demo: p.service.Demo}
	status, ok := page.refused(fault)
	if !ok || d.Mine == nil {
		return fault
	}
	page.Sent = shown(l, d.Mine.code.Published)
	page.Code = ui.Field{
		Name: codeField, Label: page.P.T("claim.code_label"), Hint: page.P.T("claim.code_hint", "n", int(CodeFor.Minutes())), Short: true, Required: true,
		Autocomplete: "one-time-code", InputMode: "numeric", Error: page.Errors.For(codeField),
		Value: web.Resumed(r).Get(codeField),
	}
	return p.views.Render(w, r, status, "code", page)
}

// sendOrTry judges a typed code, or mails one where an address was chosen.
func (p *Pages) sendOrTry(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	d, err := p.doorOf(w, r, "/code")
	if err != nil {
		return quiet(err)
	}
	by, id := account.Of(r.Context()), d.Card.Listing.ID
	if !r.PostForm.Has(codeField) {
		by.Lang = ui.Of(r).Lang // the letter is for who reads this page
		if err := p.service.SendCode(r.Context(), by, id, r.PostForm.Get(addressField)); err != nil {
			return p.showDoor(w, r, d, err)
		}
		return ui.SeeOther(w, r, office.ClaimPath(d.Card.Listing.Slug)+"/code")
	}
	card, err := p.service.TryCode(r.Context(), by, id, r.PostForm.Get(codeField))
	switch {
	case err == nil:
		return inHand(w, r, card)
	case errs.Is(err, errs.Invalid) && d.Mine != nil:
		return p.showCode(w, r, d, err)
	}
	return p.showAgain(w, r, err)
}
