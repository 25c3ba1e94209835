package space

import (
	"context"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
)

// Identity is an account of an organisation by which a person is known.
type Identity struct {
	Provider string // its name
	Issuer   string // with Subject, what the provider knows it by
	Subject  string
	LinkedAt time.Time
	UsedAt   time.Time
}

// Identities lists those of a person.
type Identities interface {
	Identities(ctx context.Context, person string) ([]Identity, error)
}

// identities are those of the reader, in words.
func (p *Pages) identities(r *http.Request, f ui.Frame) ([]identityLine, error) {
	if p.Identities == nil {
		return nil, nil
	}
	list, err := p.Identities.Identities(r.Context(), account.Of(r.Context()).Person)
	var lines []identityLine
	for _, i := range list {
		lines = append(lines, identityLine{i, f.P.T("space.identity_detail", "linked", f.P.ShortDate(i.LinkedAt), "used", f.P.ShortDate(i.UsedAt))})
	}
	return lines, err
}

// unlink takes an account of an organisation away from its person.
func (p *Pages) unlink(w http.ResponseWriter, r *http.Request) error {
	err := p.Accounts.UnlinkIdentity(r.Context(), account.Of(r.Context()), r.PostFormValue("issuer"), r.PostFormValue("subject"))
	if err != nil {
		return err
	}
	return ui.SeeDone(w, r, "/espace/securite", "organisation")
}
