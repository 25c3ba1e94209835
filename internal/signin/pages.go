package signin

import (
	"html/template"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are those of the sign-in.
type Pages struct {
	service *Service
	views   *ui.Pages
	address func(r *http.Request, path string) string
}

// NewPages parses the views. address gives the absolute address of a page as letters may name it to whoever made the request,
// "" where nobody vouches for the host; it fails when a view does not parse.
func NewPages(s *Service, address func(r *http.Request, path string) string) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{service: s, views: views, address: address}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /connexion", web.Secret(p.start))
	router.Handle("POST /connexion", web.Secret(p.ask))
	router.Handle("GET /connexion/code", web.Secret(p.codePage))
	router.Handle("POST /connexion/code", web.Secret(p.code))
	router.Handle("GET /connexion/lien/{token}", web.Secret(p.linkPage))
	router.Handle("POST /connexion/lien/{token}", web.Secret(p.link))
	router.Handle("GET /connexion/confirmer", web.Secret(p.confirmPage))
	router.Handle("POST /connexion/confirmer", web.Secret(p.confirm))
	router.Handle("POST /deconnexion", web.Secret(p.leave))
}

// startPage asks for the address.
type startPage struct {
	ui.Frame
	Errors ui.FormErrors
	Mail   ui.Field
	Since  string
	Next   string
	ways
	Parked bool
	Silent bool
}

// ways are the ways in that need no mail.
type ways struct {
	KeyButton template.HTML
	Providers []ui.Link
}

func (p *Pages) ways(r *http.Request, next string, again bool) (w ways, err error) {
	query := url.Values{}
	if next != "" {
		query.Set("suite", next)
	}
	if p.service.KeyButton != nil {
		if w.KeyButton, err = p.service.KeyButton(r, query); err != nil {
			return w, err
		}
	}
	if p.service.Providers != nil {
		w.Providers, err = p.service.Providers(r, next, again)
	}
	return w, err
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	next := LocalPath(r.URL.Query().Get("suite"))
	if account.Of(r.Context()).SignedIn() {
		return p.goOn(w, r, next)
	}
	return p.showStart(w, r, http.StatusOK, r.URL.Query().Get("mail"), next, nil)
}

func (p *Pages) showStart(w http.ResponseWriter, r *http.Request, status int, typed, next string, fault error) error {
	f := ui.Private(r, ui.Of(r).P.T("signin.title"), withNext("/connexion", next))
	since, err := p.service.since(r.Context())
	if err != nil {
		return err
	}
	page := startPage{Frame: f, Since: since, Next: next, Errors: ui.NewFormErrors(f.P, fault), Parked: hasParked(next), Silent: p.service.Silent}
	page.Mail = ui.Field{
		Name: account.MailField, Type: "email", Label: f.P.T("signin.mail_label"), Hint: f.P.T("signin.mail_hint"), Value: typed,
		Autocomplete: "username webauthn", InputMode: "email", Required: true, Error: page.Errors.For(account.MailField),
	}
	if page.ways, err = p.ways(r, next, false); err != nil {
		return err
	}
	return p.views.Render(w, r, status, "connexion", page)
}

// withNext is a path of the sign-in that leads on to another one, "" for none.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?" + url.Values{"suite": {next}}.Encode()
}

// hasParked reports whether something that was typed waits at the end of the way.
func hasParked(next string) bool {
	u, err := url.Parse(next)
	return err == nil && u.Query().Get(ResumeParam) != ""
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	f, typed, next := ui.Of(r), r.PostForm.Get(account.MailField), LocalPath(r.PostForm.Get("suite"))
	if r.PostForm.Get(trapField) != "" {
		http.Redirect(w, r, f.Path("/connexion/code"), http.StatusSeeOther) // as for anybody
		return nil
	}
	hasty, err := p.service.hasty(r.Context(), r.PostForm.Get(sinceField))
	if err != nil {
		return err
	}
	if hasty {
		return p.showStart(w, r, http.StatusUnprocessableEntity, typed, next, errs.New(errs.Invalid, "signin.hasty", nil))
	}
	err = p.askFor(w, r, asking{Mail: typed, Next: next})
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.TooMany) {
		return p.showStart(w, r, errs.KindOf(err).Status(), typed, next, err)
	}
	return err
}

// askFor mails a code, and leads on to where it is typed.
func (p *Pages) askFor(w http.ResponseWriter, r *http.Request, in asking) error {
	f := ui.Of(r)
	in.Browser, in.Before, in.Device = account.NewToken(), cookieOf(r, askingCookie), cookieOf(r, deviceCookie)
	in.Territory, in.Lang, in.Client = territory.Of(r.Context()).Code, f.Lang, web.ClientAddr(r.Context())
	in.Link = func(token string) string { return p.address(r, "/connexion/lien/"+token) }
	if err := p.service.ask(r.Context(), in); err != nil {
		return err
	}
	setAsking(w, r, f, in.Browser)
	http.Redirect(w, r, f.Path("/connexion/code"), http.StatusSeeOther)
	return nil
}

// codePage asks for the six digits.
type codePage struct {
	ui.Frame
	Errors  ui.FormErrors
	Mail    string
	Code    ui.Field
	Demo    bool
	Restart string
}

func (p *Pages) codePage(w http.ResponseWriter, r *http.Request) error {
	a, err := p.service.store.latest(r.Context(), p.service.DB.Read(), account.HashToken(cookieOf(r, askingCookie)))
	if err != nil {
		return err
	}
	if verdict := a.state(p.service.Now()); verdict != nil {
		if a.Outcome == used && account.Of(r.Context()).SignedIn() {
			return p.goOn(w, r, a.Next)
		}
		return p.stopped(w, r, a, verdict)
	}
	return p.showCode(w, r, http.StatusOK, a, nil)
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, status int, a attempt, fault error) error {
	f := ui.Private(r, ui.Of(r).P.T("signin.code_title"), "/connexion/code")
	page := codePage{Frame: f, Mail: a.Mail, Errors: ui.NewFormErrors(f.P, fault), Demo: p.service.Demo, Restart: restart(f, a)}
	page.Code = ui.Field{
		Name: "code", Label: f.P.T("signin.code_label"), Hint: f.P.T("signin.code_hint", "n", int(holdsFor.Minutes())), Short: true, Required: true,
		Autocomplete: "one-time-code", InputMode: "numeric", Error: page.Errors.For("code"),
	}
	return p.views.Render(w, r, status, "code", page)
}

// restart is where a new code is asked for, on the way to the same page.
func restart(f ui.Frame, a attempt) string {
	path := "/connexion"
	if a.Person != "" {
		path += "/confirmer"
	}
	v := url.Values{}
	if a.Next != "" {
		v.Set("suite", a.Next)
	}
	if a.Person == "" && a.Mail != "" {
		v.Set("mail", a.Mail)
	}
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	return f.Path(path)
}

func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	method := account.ByCode
	var a attempt
	var verdict error
	var out entered
	err := p.service.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
		a, verdict, err = p.service.try(r.Context(), tx, cookieOf(r, askingCookie), cookieOf(r, deviceCookie), r.PostForm.Get("code"), web.ClientAddr(r.Context()))
		if err != nil || verdict != nil {
			return err
		}
		out, err = p.service.proved(r, tx, a, method)
		return err
	})
	switch {
	case err != nil:
		return err
	case errs.Is(verdict, errs.Invalid):
		return p.showCode(w, r, http.StatusUnprocessableEntity, a, verdict)
	case verdict != nil:
		return p.stopped(w, r, a, verdict)
	}
	return p.welcome(w, r, out)
}

// linkPage leads to the sign-in by a button: what only looks at addresses, as mail scanners do, uses nothing up.
type linkPage struct {
	ui.Frame
	Mail string
	Next string
}

func (p *Pages) linkPage(w http.ResponseWriter, r *http.Request) error {
	a, verdict, err := p.service.link(r.Context(), p.service.DB.Read(), cookieOf(r, askingCookie), r.PathValue("token"))
	if err != nil {
		return err
	}
	if verdict != nil {
		return p.stopped(w, r, a, verdict)
	}
	page := linkPage{Frame: ui.Private(r, ui.Of(r).P.T("signin.link_title"), r.URL.Path), Mail: a.Mail}
	return p.views.Render(w, r, http.StatusOK, "lien", page)
}

func (p *Pages) link(w http.ResponseWriter, r *http.Request) error {
	var a attempt
	var verdict error
	var out entered
	err := p.service.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
		a, verdict, err = p.service.follow(r.Context(), tx, cookieOf(r, askingCookie), r.PathValue("token"))
		if err != nil || verdict != nil {
			return err
		}
		out, err = p.service.proved(r, tx, a, account.ByLink)
		return err
	})
	switch {
	case err != nil:
		return err
	case verdict != nil:
		return p.stopped(w, r, a, verdict)
	}
	return p.welcome(w, r, out)
}

// stoppedPage says why an attempt leads nowhere, and how to begin again.
type stoppedPage struct {
	ui.Frame
	Heading string
	Text    string
	Restart string
}

func (p *Pages) stopped(w http.ResponseWriter, r *http.Request, a attempt, verdict error) error {
	f, e := ui.Of(r), errs.As(verdict)
	if e == nil {
		return verdict
	}
	page := stoppedPage{Frame: f, Heading: f.P.T("signin.stopped"), Text: f.P.Text(e.Key, e.Args), Restart: restart(f, a)}
	if e.Key == "signin.other_browser" {
		page.Heading = f.P.T("signin.stopped_elsewhere")
		page.Restart = f.Path("/connexion") // whose link it is, is not said to whoever holds it
	}
	page.Title, page.Robots = page.Heading, "noindex"
	return p.views.Render(w, r, e.Kind.Status(), "arret", page)
}

// welcome sets the cookies of who has just signed in, and leads on.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, out entered) error {
	f := ui.Of(r)
	setSession(w, r, out.Token)
	setDevice(w, r, f, out.Device)
	setAsking(w, r, f, "")
	return p.goOn(w, r, out.Next)
}

// goOn leads to a path within the territory, to the person's space for none.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request, next string) error {
	if next = LocalPath(next); next == "" {
		next = "/espace"
	}
	return ui.SeeOther(w, r, next)
}

// leave ends the session of this browser.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	if by.SignedIn() {
		if err := p.service.Accounts.EndSession(r.Context(), by, by.Session); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	setSession(w, r, "")
	if next := LocalPath(r.PostFormValue("suite")); next != "" { // with another account
		return ui.SeeOther(w, r, withNext("/connexion", next))
	}
	return ui.SeeOther(w, r, "/")
}
