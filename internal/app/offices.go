package app

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/curation"
	"grappe/internal/curation/suggest"
	"grappe/internal/desk"
	"grappe/internal/freshness"
	"grappe/internal/mailroom"
	"grappe/internal/office"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/signin"
	"grappe/internal/space"
)

// people adds the pages of persons and of the team.
func (h *house) people() error {
	entry, err := signin.NewPages(h.app.SignIn, h.address)
	if err != nil {
		return err
	}
	entry.Routes(h.inside)
	keys := h.newPasskeys(entry)
	keys.Routes(h.inside)
	h.app.SignIn.KeyButton, h.app.SignIn.Keys = keys.Login, keysHere(keys)
	if err := h.organisations(entry); err != nil {
		return err
	}
	if err := h.edits(); err != nil {
		return err
	}
	own, err := space.NewPages(space.Rooms{
		Accounts: h.app.Accounts, Passkeys: keys, Identities: identities{h.app.Accounts}, Topics: space.Topics, Waiters: h.waiters, Ongoing: h.ongoing, Place: h.placeName,
		Action: desk.Action, Natural: h.app.natural, Card: h.app.publicCard, Cards: h.editing, Now: h.app.now,
	})
	if err != nil {
		return err
	}
	own.Routes(h.inside)
	if err := h.moderating(); err != nil {
		return err
	}
	team := h.newDesk()
	teamPages, err := desk.NewPages(team)
	if err != nil {
		return err
	}
	teamPages.Routes(h.inside)
	if err := h.suggestions(); err != nil {
		return err
	}
	h.entries = slices.Concat(space.Entries(), team.Entries(), h.moderate.Entries())
	if err := h.teamCards(); err != nil {
		return err
	}
	if err := h.freshness(); err != nil {
		return err
	}
	if err := h.registers(); err != nil {
		return err
	}
	if err := h.imports(); err != nil {
		return err
	}
	return h.mailroom()
}

// waiters are the features that have things wait for a person.
func (h *house) waiters() []office.Waiter {
	return []office.Waiter{consentsWanted{h.app}, claimsToAnswer{h.app}, offersToAnswer{h.app}, cardsToConfirm{h.app}, keyWaiter{h.app}}
}

func (h *house) newDesk() *desk.Service {
	a := h.app
	return desk.NewService(desk.Rooms{
		DB: a.DB, Accounts: a.Accounts, Queue: a.Queue, Outbox: a.Outbox, Companies: deskCompanies{a}, Index: indexState{a}, Backups: backups{a},
		Storage: storage{a}, Waiters: h.teamWaiters, Now: a.now, Log: a.log,
	})
}

// mailroom adds the pages about mails: where one stops them, and in a demonstration the mails themselves.
func (h *house) mailroom() error {
	key, err := h.app.secrets.key(context.Background(), keyUnsubscribe)
	if err != nil {
		return err
	}
	rooms := mailroom.Rooms{
		Key: key, Refusals: refusals{h.app.Accounts, h.app.Freshness}, Topics: space.Topics, Now: h.app.now,
		Samples: func() []mail.Sample {
			return slices.Concat(signin.Samples(), account.Samples(), curation.Samples(), claim.Samples(), suggest.Samples(), freshness.Samples())
		},
		Printer: func(r *http.Request, lang string) *locale.Printer {
			f := ui.Of(r)
			return h.app.texts.Printer(lang, f.P.Zone(), "")
		},
	}
	if h.app.options.Fictional {
		rooms.Outbox = h.app.Outbox
	}
	pages, err := mailroom.NewPages(rooms)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}

// keyUnsubscribe is the purpose of the key that signs the links by which mails are refused.
const keyUnsubscribe = "mail.unsubscribe"

// placeName names a territory in a language, "" for one that is not there.
func (h *house) placeName(_ context.Context, code, lang string) string {
	if t := h.registry.held.Load().byCode[code]; t != nil {
		return t.Name(lang)
	}
	return ""
}

// furnish gives a page of an office its menu.
func (h *house) furnish(r *http.Request, p place, f *ui.Frame, by account.Actor) {
	for _, o := range []struct{ path, label string }{{office.Space, "app.tool_space"}, {office.Desk, "app.tool_desk"}} {
		if p.path != o.path && !strings.HasPrefix(p.path, o.path+"/") {
			continue
		}
		var entries []office.Entry
		for _, e := range h.entries {
			if e.Office == o.path {
				entries = append(entries, e)
			}
		}
		if menu := office.Menu(r.Context(), entries, by, f.P, f.Path, p.path); len(menu) > 0 {
			f.Office = &ui.Office{Label: f.P.T(o.label), Menu: menu, Leave: ui.Link{Label: f.P.T("app.leave"), URL: f.Path("/deconnexion")}}
		}
	}
}
