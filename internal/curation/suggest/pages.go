package suggest

import (
	"context"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are those on which people say what they have to say.
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

// ProposePath is where an organisation is proposed, within a territory.
const ProposePath = "/proposer-une-fiche"

// ReportPath is where an error of a card is reported, within a territory.
func ReportPath(slug string) string { return "/annuaire/" + slug + "/signaler" }

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET "+ReportPath("{slug}"), web.Secret(p.report))
	router.Handle("POST "+ReportPath("{slug}"), web.Secret(p.sendReport))
	router.Handle("GET "+ProposePath, web.Secret(p.propose))
	router.Handle("POST "+ProposePath, web.Secret(p.sendProposal))
	router.Handle("GET "+path+"{token}", web.Secret(p.follow))
	router.Handle("POST "+path+"{token}", web.Secret(p.act))
}

// form is what all forms of this room have.
type form struct {
	ui.Frame
	Crumbs  ui.Breadcrumb
	Errors  ui.FormErrors
	Action  string
	Hidden  []ui.Pair
	Fields  []ui.Field
	Message ui.Field
	Author  []ui.Field // who is asked for their address; none for who is signed in
	As      string     // who is signed in
	Silent  bool
}

// fill adds what is asked of everybody: a message, and who it is from.
func (p *Pages) fill(r *http.Request, f *form, typed url.Values) error {
	key, err := p.service.key(r.Context())
	if err != nil {
		return err
	}
	f.Silent = p.service.Silent
	f.Hidden = append(f.Hidden, ui.Pair{Name: sinceField, Value: since(key, p.service.Now())})
	f.Message = ui.Field{
		Name: messageField, Label: f.P.T("suggest.message"), Hint: f.P.T("suggest.message_hint"), Rows: 4, Max: curation.MaxMessage,
		Value: typed.Get(messageField), Optional: true,
	}
	if by := account.Of(r.Context()); by.SignedIn() {
		f.As = by.Mail
	} else {
		f.Author = []ui.Field{
			{
				Name: account.MailField, Type: "email", Label: f.P.T("suggest.mail"), Hint: f.P.T("suggest.mail_hint"), Value: typed.Get(account.MailField),
				Autocomplete: "email", InputMode: "email", Required: true,
			},
			{Name: nameField, Label: f.P.T("suggest.name"), Value: typed.Get(nameField), Autocomplete: "name", Optional: true},
		}
	}
	f.blame()
	return nil
}

// blame marks the faulty fields.
func (f *form) blame() {
	for _, list := range [][]ui.Field{f.Fields, f.Author} {
		for i := range list {
			list[i].Error = f.Errors.For(list[i].HTMLID())
		}
	}
	f.Message.Error = f.Errors.For(messageField)
}

// suggestAt is the address that completes a field, "" for none.
func suggestAt(f ui.Frame, path string) string {
	if path == "" {
		return ""
	}
	return f.Path(path)
}

// shows reports whether an error is shown on the form that it refuses, with all that was typed.
func shows(err error) bool {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.TooMany, errs.TooLarge, errs.Unavailable, errs.Conflict:
		return true
	}
	return false
}

// status is that of a form that is shown again because of an error, of the form itself for nil.
func status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return errs.KindOf(err).Status()
}

// checked reads a form that came back: what it holds, how long it was away, and why it is not taken as it is. What was typed is
// there with any error, shortened to what a person could have typed where it was too much.
func (p *Pages) checked(r *http.Request) (typed url.Values, waited sending, err error) {
	key, err := p.service.key(r.Context())
	if err != nil {
		return nil, sending{}, err
	}
	typed, err = posted(r)
	if typed == nil {
		return nil, sending{}, err
	}
	if err != nil {
		return shortened(typed), sending{}, err
	}
	by, f := account.Of(r.Context()), ui.Of(r)
	in := sending{By: by, Client: web.ClientAddr(r.Context()), Link: func(path string) string { return p.service.Address(r, path) }}
	in.Change.Territory, in.Change.Lang = territory.Of(r.Context()).Code, f.Lang
	old, ok := age(key, typed.Get(sinceField), p.service.Now())
	if in.After = old; !ok {
		return typed, in, errs.New(errs.Invalid, "suggest.stale", nil)
	}
	if typed.Get(trapField) != "" {
		in.Change.Signs = []string{curation.SignTrap}
	}
	return typed, in, nil
}

// mostWords is how much of a longer text a form gives back, and asks for in a presentation.
const mostWords = curation.MaxMessage

// shortened cuts each value of a form that is too large to what a person could have typed into it.
func shortened(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		for _, v := range values[:min(len(values), 50)] {
			most := 500
			if name == messageField || name == "description" {
				most = mostWords
			}
			if r := []rune(v); len(r) > most {
				v = string(r[:most])
			}
			out.Add(name, v)
		}
	}
	return out
}

// sign sets who a change is from, and gives the faults of what they typed.
func (in *sending) sign(typed url.Values) []errs.Field {
	a, faults := parseAuthor(in.By, author{Mail: typed.Get(account.MailField), Name: typed.Get(nameField), Message: typed.Get(messageField)})
	in.Change.Mail, in.Change.Name, in.Change.Message = a.Mail, a.Name, a.Message
	return faults
}

// sent leads to the page on which what was sent is followed.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request, in sending, id string) error {
	key, err := p.service.key(r.Context())
	if err != nil {
		return err
	}
	may := mayLook // the mail is confirmed by its letter alone
	if in.By.SignedIn() {
		may = mayAct
	}
	return ui.SeeOther(w, r, path+token(key, may, id))
}

// stopPage says why there is nothing to fill in, and where to go instead.
type stopPage struct {
	ui.Frame
	Heading string
	Text    string
	Ways    []ui.Button
}

func (p *Pages) stop(w http.ResponseWriter, r *http.Request, code int, page stopPage) error {
	page.Title, page.Robots = page.Heading, "noindex"
	return p.views.Render(w, r, code, "arret", page)
}

// keeper is where the cards of a territory are kept, "" where they are the instance's own.
func (s *Service) keeper(ctx context.Context, territory string) (string, error) {
	return s.listings.Keeper(ctx, s.DB.Read(), territory)
}

// copied says that the cards are another site's, and leads there.
func (p *Pages) copied(w http.ResponseWriter, r *http.Request, address string) error {
	f := ui.Of(r)
	page := stopPage{Frame: f, Heading: f.P.T("suggest.copy"), Text: f.P.T("suggest.copy_text", "site", siteName(address))}
	page.Ways = []ui.Button{{Label: f.P.T("suggest.copy_go", "site", siteName(address)), Kind: ui.Main, Icon: "external-link", URL: address}}
	code := http.StatusOK
	if r.Method == http.MethodPost {
		code = http.StatusConflict
	}
	return p.stop(w, r, code, page)
}

// siteName is the host of an address, as people name a site.
func siteName(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}
