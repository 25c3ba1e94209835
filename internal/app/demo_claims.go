package app

import (
	"bytes"
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/typeset"
)

// claim has people say that a card is theirs, two of them of the same card, each with a paper.
func (c *care) claim(ctx context.Context) error {
	a, l := c.app, listing.Listing{}
	for _, s := range c.said.Claims {
		if !s.Rival {
			l = c.card()
		}
		by := account.Actor{Mail: s.Mail, Name: s.Name, Lang: "fr", Territory: demoTerritory}
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			p, _, err := a.Accounts.Arrive(ctx, tx, s.Mail, demoTerritory, "fr")
			if by.Person = p.ID; err != nil {
				return err
			}
			return a.Accounts.Name(ctx, tx, p.ID, s.Name)
		})
		if err != nil {
			return err
		}
		rooms := a.Claims.Rooms
		rooms.Now = c.before(s.Days)
		paper, err := c.paper(s.Name, l.Name, rooms.Now())
		if err != nil {
			return err
		}
		if _, err := claim.New(rooms).Request(ctx, by, claim.Request{
			Listing: l.ID, Ask: claim.AskTeam, Message: s.Message, Document: paper, DocumentName: "extrait.pdf",
		}); err != nil {
			return err
		}
	}
	return nil
}

// paper is the extract of a register that does not exist.
func (c *care) paper(who, organisation string, at time.Time) ([]byte, error) {
	p := c.app.texts.Printer("fr", nil, "")
	d, err := typeset.New(typeset.Info{Title: p.T("app.demo_paper"), Author: p.T("app.demo_register"), Lang: "fr", Made: at}, nil)
	if err != nil {
		return nil, err
	}
	d.AddPage()
	d.Text(20, 24, typeset.Style{Face: typeset.Bold, Size: 18}, p.T("app.demo_paper"))
	body := typeset.Style{Size: 12}
	d.Lines(20, 40, body, []string{p.T("app.demo_register"), organisation, who, p.Date(at), p.T("app.fictional")})
	var b bytes.Buffer
	_, err = d.WriteTo(&b)
	return b.Bytes(), err
}
