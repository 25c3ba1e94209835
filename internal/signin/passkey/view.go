package passkey

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
)

//go:embed view/*.html
var viewFS embed.FS

// The parts that this package draws, for pages of others: whoever has such a page declares the method that it calls, and app
// hands the service in.

// loginPart is the button to sign in.
type loginPart struct{ Options, Finish string }

// Login is the button to sign in by a passkey, in the language of the page; nothing where passkeys cannot be used. It is hidden
// until the browser is known to have them. The query goes to Door with the request, and says where the person wants to go.
func (s *Service) Login(r *http.Request, query url.Values) (template.HTML, error) {
	if !s.Works(r) {
		return "", nil
	}
	f := ui.Of(r)
	finish := url.URL{Path: f.Path(signIn), RawQuery: query.Encode()}
	return draw(f, "login.html", loginPart{f.Path(signInOptions), finish.String()})
}

// panelPart is the list of a person's passkeys.
type panelPart struct {
	Keys                             []panelKey
	Options, Finish, Confirm, Manage string
	Works, Full                      bool
	LongestName, Most                int
}

type panelKey struct {
	Key
	Elsewhere bool // bound to another host
}

// Panel is the section with the passkeys of the actor of the request, their forms, and the form that makes another one.
func (s *Service) Panel(r *http.Request) (template.HTML, error) {
	by := account.Of(r.Context())
	if err := by.RequireSignedIn(); err != nil {
		return "", err
	}
	keys, err := s.Keys(r.Context(), by.Person)
	if err != nil {
		return "", err
	}
	f, at := ui.Of(r), s.siteOf(r)
	part := panelPart{
		Options: f.Path(enrolOptions), Finish: f.Path(enrol), Manage: f.Path(enrol),
		Works: at.usable(), Full: len(keys) >= Most, LongestName: LongestName, Most: Most,
	}
	if s.o.Confirm != "" {
		part.Confirm = f.Path(s.o.Confirm)
	}
	for _, k := range keys {
		part.Keys = append(part.Keys, panelKey{k, k.Host != at.host})
	}
	return draw(f, "panel.html", part)
}

// draw makes a part in the language of a frame.
func draw(f ui.Frame, name string, part any) (template.HTML, error) {
	view, err := template.New("").Funcs(template.FuncMap{
		"t": f.P.T, "icon": f.Assets.Icon, "date": func(t time.Time) string { return f.P.Date(t) },
	}).ParseFS(viewFS, "view/*.html")
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := view.ExecuteTemplate(&out, name, part); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}
