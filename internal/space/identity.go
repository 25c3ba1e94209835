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
		lines = append(lines, identityLine{i.Provider, f.P.T("space.identity_detail", "linked", f.P.ShortDate(i.LinkedAt), "used", f.P.ShortDate(i.UsedAt))})
	}
	return lines, err
}
