// Package space holds the pages of a person: what waits for them, their profile, proofs and sessions, the mails they get, the
// people of their companies and invitations, what is held about them and its erasure. It must not decide who may do what, nor
// keep anything: the services of the rooms that it is given do.
package space

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Texts holds the sentences of these pages, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Passkeys draws the section of a person's passkeys, with all its forms.
type Passkeys interface {
	Panel(r *http.Request) (template.HTML, error)
}

// Cards draws the section of the cards of a person's companies, nothing where there is none.
type Cards interface {
	Panel(r *http.Request) (template.HTML, error)
}

// Rooms are what the pages need of others.
type Rooms struct {
	Accounts   *account.Service
	Passkeys   Passkeys               // nil: there are none
	Cards      Cards                  // nil: there are none
	Identities Identities             // nil: there are none
	Entries    func() []office.Entry  // of the space's menu, from all features; nil: the frame's own menu stays
	Waiters    func() []office.Waiter // things that wait for a person, besides those of accounts
	Ongoing    func() []office.Waiter // things that go on, and ask for nothing
	Topics     func() []office.Topic  // of mails that can be refused
	// Place names a territory in a language, "" for one that is not there.
	Place func(ctx context.Context, territory, lang string) string
	// Natural reports whether a company is a natural person, whose card needs consent; nil: none is.
	Natural func(ctx context.Context, company string) (bool, error)
	// Card gives the path of a company's published card, "" for none; nil: nobody knows.
	Card func(ctx context.Context, company string) (path string, err error)
	// Action puts an action of the audit trail into words, "" for one that has none; nil: they are shown as they are named.
	Action func(p *locale.Printer, action string) string
	Now    func() time.Time // nil: time.Now
}

// Pages are these pages.
type Pages struct {
	Rooms
	views *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(r Rooms) (*Pages, error) {
	if r.Now == nil {
		r.Now = time.Now
	}
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{r, views}, nil
}

// Entries are the lines of this room in the menu of the space.
func Entries() []office.Entry {
	return []office.Entry{
		{Office: office.Space, Label: "space.menu_home", Path: office.Space, Icon: "house", Rank: 0},
		{Office: office.Space, Label: "space.menu_profile", Path: "/espace/profil", Icon: "user-round", Rank: 100},
		{Office: office.Space, Label: "space.menu_security", Path: "/espace/securite", Icon: "key-round", Rank: 110},
		{Office: office.Space, Label: "space.menu_mails", Path: "/espace/courriels", Icon: "mail", Rank: 120},
		{Office: office.Space, Label: "space.menu_data", Path: "/espace/donnees", Icon: "file-text", Rank: 130},
	}
}

// Topics are those of the mails of accounts that a person may refuse.
func Topics() []office.Topic {
	return []office.Topic{{Name: account.TopicReminders, Label: "space.topic_reminders", Detail: "space.topic_reminders_text"}}
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	both := func(path string, show, send web.Handler) {
		router.Handle("GET "+path, own(show))
		router.Handle("POST "+path, own(send))
	}
	router.Handle("GET /espace", own(p.home))
	both("/espace/profil", p.profile, p.saveProfile)
	router.Handle("GET /espace/securite", own(p.security))
	router.Handle("POST /espace/organisations/retrait", own(p.unlink))
	router.Handle("POST /espace/sessions/{id}/fin", own(p.endSession))
	router.Handle("POST /espace/sessions/autres/fin", own(p.endOthers))
	both("/espace/courriels", p.mails, p.saveMails)

	router.Handle("GET /espace/entreprises/{id}", own(p.company))
	both("/espace/entreprises/{id}/invitations", p.inviting, p.invite)
	router.Handle("POST /espace/entreprises/{id}/invitations/{invitation}/retrait", own(p.revoke))
	router.Handle("POST /espace/entreprises/{id}/invitations/{invitation}/renvoi", own(p.resend))
	both("/espace/entreprises/{id}/personnes/{person}", p.colleague, p.setRole)
	router.Handle("POST /espace/entreprises/{id}/personnes/{person}/retrait", own(p.remove))
	both("/espace/entreprises/{id}/depart", p.leaving, p.leave)
	both("/espace/entreprises/{id}/passation", p.handingOver, p.handOver)
	both("/espace/entreprises/{id}/consentement", p.consent, p.setConsent)

	router.Handle("GET "+account.PathInvitation+"{token}", web.NoStore(p.invitation))
	router.Handle("POST "+account.PathInvitation+"{token}/acceptation", own(p.acceptByToken))
	router.Handle("POST "+account.PathInvitation+"{token}/refus", own(p.declineByToken))
	router.Handle("POST /espace/invitations/{id}/acceptation", own(p.accept))
	router.Handle("POST /espace/invitations/{id}/refus", own(p.decline))

	router.Handle("GET /espace/donnees", own(p.data))
	router.Handle("GET /espace/donnees.json", own(p.dataFile))
	both("/espace/effacement", p.erasing, p.erase)
	router.Handle("POST /espace/effacement/annulation", own(p.keep))
}

// own is for who has signed in.
func own(h web.Handler) web.Handler { return web.NoStore(office.SignedIn(h)) }

// base is what all these pages have.
type base struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Done   string        // what has just been done, "" for nothing
	Errors ui.FormErrors // of a form that was refused
}

// begin is the base of the page at a path, with its title.
func (p *Pages) begin(r *http.Request, path, title string) base {
	f := ui.Private(r, title, path)
	entry := path
	if path == "/espace/effacement" { // it has no line of its own
		entry = "/espace/donnees"
	}
	if p.Entries != nil {
		f.Office = &ui.Office{
			Label: f.P.T("space.menu"), Menu: office.Menu(r.Context(), p.Entries(), account.Of(r.Context()), f.P, f.Path, entry),
		}
	}
	if f.Office != nil && entry != path {
		f.Office = standing(f.Office, f.Path(entry))
	}
	crumbs := ui.Breadcrumb{{Label: f.P.T("space.menu"), URL: f.Path(office.Space)}, {Label: title, Current: true}}
	return base{Frame: f, Crumbs: crumbs, Done: ui.Done(r, "space.done.")}
}

// standing is the menu with the line of an address as where the page stands.
func standing(o *ui.Office, address string) *ui.Office {
	same := *o
	same.Menu = slices.Clone(o.Menu)
	for i := range same.Menu {
		same.Menu[i].Current = same.Menu[i].URL == address
	}
	return &same
}

// under puts a page between the space and this one.
func (b *base) under(label, path string) {
	last := len(b.Crumbs) - 1
	b.Crumbs = append(b.Crumbs[:last:last], ui.Link{Label: label, URL: b.Path(path)}, b.Crumbs[last])
}

// inCompany puts a company under the first line of the menu, as where the page stands, and into the way to the page.
func (b *base) inCompany(name, path string, page bool) {
	if page {
		b.under(name, path)
	}
	if b.Office == nil {
		return
	}
	same := standing(b.Office, "")
	same.Menu = slices.Insert(same.Menu, min(1, len(same.Menu)), ui.Link{Label: name, URL: b.Path(path), Icon: "building-2", Current: true})
	b.Office = same
}

// refused notes why a form was refused, and gives the status of the page that shows it again; ok is false for an error that is
// no refusal of what was typed.
func (b *base) refused(err error) (status int, ok bool) {
	if err == nil {
		return http.StatusOK, true
	}
	b.Errors, status, ok = ui.Refused(b.P, err)
	return status, ok
}
