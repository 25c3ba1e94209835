package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Pages are the desk's pages over its service.
type Pages struct {
	service *Service
	views   *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{service: s, views: views}, nil
}

// Routes answers for the paths of the desk within a territory. A path that takes a form can be opened too: whoever had to sign in
// again meanwhile comes back by it.
func (p *Pages) Routes(router *web.Router) {
	for pattern, h := range map[string]web.Handler{
		"GET " + TodayPath:                              p.today,
		"GET " + TeamPath:                               p.team,
		"POST " + TeamPath:                              p.inviteToTeam,
		"GET " + TeamPath + "/{person}":                 p.member,
		"POST " + TeamPath + "/{person}":                p.setRole,
		"GET " + TeamPath + "/{person}/retrait":         p.dismissal,
		"POST " + TeamPath + "/{person}/retrait":        p.dismiss,
		"GET " + invitationsPath + "/{id}/annulation":   p.to(TeamPath),
		"POST " + invitationsPath + "/{id}/annulation":  p.revoke,
		"GET " + invitationsPath + "/{id}/renvoi":       p.to(TeamPath),
		"POST " + invitationsPath + "/{id}/renvoi":      p.sendAgain,
		"GET " + PeoplePath:                             p.people,
		"GET " + PeoplePath + "/{id}":                   p.person,
		"GET " + CompaniesPath:                          p.companies,
		"GET " + CompaniesPath + "/{id}":                p.company,
		"GET " + CompaniesPath + "/{id}/invitations":    p.company,
		"POST " + CompaniesPath + "/{id}/invitations":   p.inviteToCompany,
		"GET " + JournalPath:                            p.journal,
		"GET " + ExportPath:                             p.export,
		"GET " + HealthPath:                             p.health,
		"GET " + HealthPath + "/taches/{id}/reprise":    p.to(HealthPath),
		"POST " + HealthPath + "/taches/{id}/reprise":   p.retry,
		"GET " + HealthPath + "/taches/{id}/abandon":    p.to(HealthPath),
		"POST " + HealthPath + "/taches/{id}/abandon":   p.discard,
		"GET " + HealthPath + "/courriers/{id}/renvoi":  p.to(HealthPath),
		"POST " + HealthPath + "/courriers/{id}/renvoi": p.resend,
	} {
		router.Handle(pattern, private(h))
	}
}

const invitationsPath = TodayPath + "/invitations"

// private keeps what a handler answers off every disk.
func private(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		web.CacheNever(w)
		return h(w, r)
	}
}

// frame is that of a page of the desk at a path.
func frame(r *http.Request, title, path string) ui.Frame {
	f := ui.Of(r)
	f.Title, f.Robots = title, "noindex"
	f.Place(path)
	f.Canonical = "" // it is nobody's but the team's
	return f
}

// to leads to a page of the desk: from the address of a form that has no page of its own.
func (p *Pages) to(path string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return goTo(w, r, path)
	}
}

// goTo leads to a page of the desk after something was done, or to the form of a path that has none.
func goTo(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, ui.Of(r).Path(path), http.StatusSeeOther)
	return nil
}

// done leads to a page which says that something was done.
func done(w http.ResponseWriter, r *http.Request, path, what string) error {
	return goTo(w, r, path+"?"+url.Values{doneName: {what}}.Encode())
}

const doneName = "fait"

// dones are the things that pages say were done, each with its text desk.done.
func dones() []string {
	return []string{"invitation", "role", "retrait", "annulation", "renvoi", "reprise", "abandon", "courrier"}
}

// doneNotice says what was done just before, nothing where nothing was.
func doneNotice(r *http.Request, p *locale.Printer) *ui.Notice {
	what := r.URL.Query().Get(doneName)
	if !slices.Contains(dones(), what) {
		return nil
	}
	return &ui.Notice{Tone: ui.OK, Title: p.T("desk.done." + what), Alert: true}
}

// values are what a form's fields hold: what was sent, or what was when a session ended, or what the address asks for.
func values(r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		return r.PostForm
	}
	if v := web.Resumed(r); len(v) > 0 {
		return v
	}
	return r.URL.Query()
}

// sent reads the form of a request.
func sent(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return err
		}
		return errs.Wrap(err, errs.Usage, "desk.form_unreadable", nil)
	}
	return nil
}

// refused reports whether an error is one that a form comes back with, and gives what it says on top.
func refused(p *locale.Printer, err error) (ui.FormErrors, int, bool) {
	switch kind := errs.KindOf(err); kind {
	case errs.Invalid, errs.Conflict, errs.TooMany:
		return ui.NewFormErrors(p, err), kind.Status(), true
	}
	return ui.FormErrors{}, 0, false
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }

// moment is a time in words, for the column of a table: the day and the hour, and how long ago that was.
type moment struct {
	Full  string // "mardi 3 février 2026 à 9 h 30"
	Short string // "03/02/2026, 9 h 30"
	Day   string // "03/02/2026"
	Ago   string // "il y a 3 jours"
	ISO   string
}

// IsZero reports that there is no such time.
func (m moment) IsZero() bool { return m.Full == "" }

func momentOf(p *locale.Printer, t, now time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	return moment{Full: p.DateTime(t), Short: p.ShortDate(t) + ", " + p.Clock(t), Day: p.ShortDate(t), Ago: p.Ago(t, now), ISO: t.UTC().Format(time.RFC3339)}
}
