package app

import (
	"context"
	"time"

	"grappe/internal/curation/edit"
	"grappe/internal/territory"
)

// openEdit makes the room of the form in which cards are edited, and what it does every day.
func (a *App) openEdit() {
	a.Edit = edit.NewService(edit.Rooms{
		DB: a.DB, Curation: a.Curation, Accounts: a.Accounts, Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors,
		Territory: a.placed, Picture: a.Picture, Ages: a.ages, Now: a.now,
	})
	a.Queue.Daily("edit.purge", 3*time.Hour+40*time.Minute, a.Edit.Purge)
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
