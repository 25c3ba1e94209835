package moderate

import (
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Pages are the pages of the queue.
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

const (
	batchesPath = Path + "/lots"
	undoPath    = "annulation"
	previewPath = "apercu"
)

// Routes answers for the paths of the queue within a territory. A path that takes a form can be opened too: whoever had to sign in
// again meanwhile comes back by it.
func (p *Pages) Routes(router *web.Router) {
	own := CasePath("{kind}", "{id}")
	for pattern, h := range map[string]web.Handler{
		"GET " + Path:                     team(p.list),
		"POST " + Path:                    deciders(p.decideMany),
		"GET " + batchesPath + "/{id}":    team(p.results),
		"GET " + own:                      team(p.show),
		"POST " + own:                     deciders(p.decide),
		"GET " + own + "/" + previewPath:  web.NoStore(p.back),
		"POST " + own + "/" + previewPath: deciders(p.preview),
		"GET " + own + "/" + undoPath:     web.NoStore(p.back),
		"POST " + own + "/" + undoPath:    deciders(p.undo),
	} {
		router.Handle(pattern, h)
	}
}

// team is for who sees the queue, whatever there is at the address.
func team(h web.Handler) web.Handler { return only(account.Reader, h) }

// deciders is for who decides.
func deciders(h web.Handler) web.Handler { return only(account.ProjectManager, h) }

func only(role account.Role, h web.Handler) web.Handler {
	return web.NoStore(func(w http.ResponseWriter, r *http.Request) error {
		if err := by(r).Require(role); err != nil {
			return err
		}
		return h(w, r)
	})
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }

// The parameters of these pages.
const (
	kindName   = "sorte"  // of which cases are shown
	allKinds   = "tout"   // its value for all
	caseName   = "cas"    // to which case, or which cases are picked
	actName    = "acte"   // what is to be done
	takeName   = "champs" // which fields are taken
	pickName   = "choix"
	readyName  = "motif"
	textName   = "raison"
	seenName   = "vu"
	afterName  = "suite" // the row to go on with
	hereName   = "ici"   // on which row one stands
	kindCookie = "grappe_file"
)

// chosen is the kind of cases that are shown, "" for all: what the address says, else what was looked at last.
func (p *Pages) chosen(w http.ResponseWriter, r *http.Request) string {
	asked := r.URL.Query().Get(kindName)
	known := func(kind string) bool {
		_, err := p.service.docket(kind)
		return err == nil
	}
	if asked != allKinds && !known(asked) {
		if c, err := r.Cookie(kindCookie); err == nil && known(c.Value) && asked == "" {
			return c.Value
		}
		return ""
	}
	c := &http.Cookie{
		Name: kindCookie, Value: asked, Path: ui.Of(r).Path(Path), MaxAge: 180 * 24 * 60 * 60, HttpOnly: true, Secure: web.IsTLS(r), SameSite: http.SameSiteLaxMode,
	}
	if asked == allKinds {
		c.Value, c.MaxAge, asked = "", -1, ""
	}
	http.SetCookie(w, c)
	return asked
}

// within is an address with the kind of cases that are being worked through.
func within(path, kind string, more ...string) string {
	q := url.Values{}
	if kind != "" {
		q.Set(kindName, kind)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// back leads from the address of a form that has no page of its own to the case.
func (p *Pages) back(w http.ResponseWriter, r *http.Request) error {
	return ui.SeeOther(w, r, within(CasePath(r.PathValue("kind"), r.PathValue("id")), r.URL.Query().Get(kindName)))
}

// decisionOf reads what was decided.
func decisionOf(form url.Values) Decision {
	return Decision{
		Act: form.Get(actName), Take: form[takeName], Pick: form.Get(pickName), Ready: form.Get(readyName), Text: strings.TrimSpace(form.Get(textName)), Seen: form.Get(seenName),
	}
}

// refused reports whether an error is one that a form comes back with, and gives what it says on top.
func refused(p *locale.Printer, err error) (ui.FormErrors, int, bool) {
	return ui.Refused(p, err, errs.Gone)
}

// done is what a page says was done just before, with the way to take it back.
type done struct {
	Notice *ui.Notice
	Undo   string // address of the form, "" for none
	Ends   int    // seconds until it can no longer be taken back, 0 where nothing says
	For    string // the same in words
	Kind   string // the kind of cases that are being worked through
	See    string // address of the case
}

// doneOf reads what the address says was done just before.
func (p *Pages) doneOf(r *http.Request, f ui.Frame, kind string) done {
	q := r.URL.Query()
	what, undoable := strings.CutSuffix(q.Get(ui.DoneParam), ".")
	if !f.P.Has("moderate.done." + what) {
		return done{}
	}
	d := done{Notice: &ui.Notice{Tone: ui.OK, Title: f.P.T("moderate.done." + what), Alert: true}, Kind: kind}
	if about, id, ok := strings.Cut(q.Get(caseName), "/"); ok {
		docket, err := p.service.docket(about)
		if err != nil {
			return d
		}
		d.See = f.Path(CasePath(about, url.PathEscape(id)))
		if sheet, err := docket.Show(r.Context(), by(r), id, f); err == nil {
			d.Notice.Text = sheet.Title
		}
		if _, may := docket.(Undoer); may && undoable {
			d.Undo = f.Path(CasePath(about, url.PathEscape(id)) + "/" + undoPath)
			d.Ends, d.For = undoFor(f.P, docket)
		}
	}
	return d
}

// undoFor says for how many seconds a decision can be taken back, also in words: 0 and "" where its docket does not say.
func undoFor(p *locale.Printer, d Docket) (int, string) {
	limited, ok := d.(Limited)
	if !ok {
		return 0, ""
	}
	seconds := int(limited.UndoFor().Seconds())
	if seconds < 120 {
		return seconds, p.T("moderate.undo_seconds", "n", seconds)
	}
	return seconds, p.T("moderate.undo_minutes", "n", seconds/60)
}
