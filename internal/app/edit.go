package app

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation/edit"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/territory"
)

// openEdit makes the room of the form in which cards are edited, and what it does every day.
func (a *App) openEdit() {
	a.Edit = edit.NewService(edit.Rooms{
		DB: a.DB, Curation: a.Curation, Accounts: a.Accounts, Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors,
		Territory: a.placed, Picture: a.Picture, Ages: a.ages, Now: a.now, Demo: a.options.Fictional,
	})
	a.Queue.Daily("edit.purge", 3*time.Hour+40*time.Minute, a.Edit.Purge)
}

// offersToAnswer tells the people of a company of the corrections that are proposed to it.
type offersToAnswer struct{ app *App }

var _ office.Waiter = offersToAnswer{}

// Waiting implements office.Waiter.
func (o offersToAnswer) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	offers, err := o.app.Edit.Offers(ctx, by)
	p := o.app.printer(ctx, lang)
	var list []office.Waiting
	for _, one := range offers {
		names := make([]string, len(one.Fields))
		for i, field := range one.Fields {
			names[i] = p.T(listing.FieldKey(field))
		}
		list = append(list, office.Waiting{
			Title:  p.T("app.offer_waits", "name", one.Card.Name),
			Detail: p.T("app.offer_waits_detail", "day", one.Change.CreatedAt, "fields", p.List(names)), Action: p.T("app.offer_answer"), Path: one.Path, Icon: "flag",
		})
	}
	return list, err
}

// placed is a territory with its outlines, nil where none were loaded.
func (a *App) placed(ctx context.Context, code string) (*territory.Territory, *territory.Outlines, error) {
	t, err := a.Territories.Get(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	o, err := a.outlines(ctx, code)
	return t, o, err
}

// edits adds the pages of the form.
func (h *house) edits() error {
	var err error
	h.editing, err = edit.NewPages(h.app.Edit, edit.Drawings{Card: h.shown.Preview, Areas: h.app.Atlas.Areas})
	if err != nil {
		return err
	}
	h.editing.Routes(h.inside)
	return nil
}
