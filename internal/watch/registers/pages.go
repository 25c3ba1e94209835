package registers

import (
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
	"grappe/internal/watch"
)

// Pages are the pages of registers.
type Pages struct {
	Rooms
	views *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(r Rooms) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{r, views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	for pattern, h := range map[string]web.Handler{
		"GET " + Path:            p.ask,
		"POST " + Path:           p.give,
		"GET " + Path + "/{id}":  p.result,
		"POST " + Path + "/{id}": p.store,
	} {
		router.Handle(pattern, web.NoStore(h))
	}
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	return p.showForm(w, r, web.Resumed(r), false, nil)
}

// give takes a file in, has it read, and leads to what came of it.
func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	ctx, t, by := r.Context(), territory.Of(r.Context()), account.Of(r.Context())
	if err := p.Watch.Admit(ctx, by); err != nil {
		return p.again(w, r, given{}, err)
	}
	g, err := receive(w, r)
	defer g.discard()
	if err != nil {
		return err
	}
	in, err := g.register(t, p.Now())
	if err != nil {
		return p.again(w, r, g, err)
	}
	read, err := p.Watch.Take(ctx, by, t, in)
	if err != nil {
		return p.again(w, r, g, err)
	}
	return ui.SeeOther(w, r, resultPath(read.ID))
}

// again shows the form once more where an error is about what was given.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, g given, err error) error {
	if _, _, ok := ui.Refused(ui.Of(r).P, err, errs.TooLarge); !ok {
		return err
	}
	return p.showForm(w, r, g.typed, g.file != nil, errs.As(err))
}

// store stores what a trial told.
func (p *Pages) store(w http.ResponseWriter, r *http.Request) error {
	read, err := p.Watch.Store(r.Context(), account.Of(r.Context()), territory.Of(r.Context()), r.PathValue("id"))
	if errs.Is(err, errs.Conflict) {
		return p.showResult(w, r, read, errs.As(err))
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, resultPath(read.ID))
}

func resultPath(id string) string { return Path + "/" + url.PathEscape(id) }

// told are the faults of a form: what is wrong, and what to do on this page.
func told(p *locale.Printer, e *errs.E) ui.FormErrors {
	if e == nil {
		return ui.FormErrors{}
	}
	faults := e.Fields
	if len(faults) == 0 {
		faults = []errs.Field{{Name: fileField, Key: e.Key, Args: e.Args}}
	}
	form := ui.FormErrors{Title: p.T("registers.refused")}
	for _, fault := range faults {
		text := p.Text(fault.Key, fault.Args)
		if key := advice(fault.Key); key != "" {
			text += " " + p.T(key)
		}
		form.Items = append(form.Items, ui.FormError{ID: fault.Name, Text: text})
	}
	return form
}

// advice is the key of what to do about a fault on this page, "" where its sentence says so.
func advice(fault string) string {
	switch fault {
	case watch.KeyNoNumber:
		return "registers.choose_number"
	case watch.KeyNoScheme:
		return "registers.choose_scheme"
	case watch.KeyNoState:
		return "registers.choose_state"
	case watch.KeyNoColumn:
		return "registers.choose_column"
	case watch.KeyOlder:
		return "registers.choose_day"
	}
	return ""
}
