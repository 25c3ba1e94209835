package app

import (
	"time"

	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/moderate"
	remote "grappe/internal/platform/fetch"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
	"grappe/internal/watch"
	"grappe/internal/watch/registers"
)

// openWatch makes the room that notices what speaks against cards, and what it does every night. Sites are never asked in a
// demonstration, whose companies do not exist.
func (a *App) openWatch() {
	rooms := watch.Rooms{
		DB: a.DB, Accounts: a.Accounts, Territories: a.Territories, Refusing: a.Outbox.Refusing, Now: a.now, Log: a.log,
		Printer: func(t *territory.Territory) *locale.Printer {
			return a.texts.Printer(t.Languages[0], t.Location(), t.Currency)
		},
	}
	if a.options.WatchSites && !a.options.Fictional {
		rooms.Sites = watch.NewAsker(remote.Options{UserAgent: watch.UserAgent(a.options.PublicURL)})
	}
	a.Watch = watch.New(rooms)
	night := 2*time.Hour + watch.Jitter(a.options.PublicURL)
	a.Queue.Daily("watch.reconcile", night, a.Watch.Reconcile)
	a.Queue.Daily("watch.sites", night+15*time.Minute, a.Watch.Round)
}

// registers adds the page where the team has registers of companies read.
func (h *house) registers() error {
	pages, err := registers.NewPages(registers.Rooms{
		Watch: h.app.Watch, Flags: moderate.Path + "?sorte=" + flagDocket{}.Kind(), Card: teamcards.CardPath, Now: h.app.now,
	})
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}
