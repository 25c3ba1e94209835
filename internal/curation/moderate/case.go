package moderate

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// casePage is one case.
type casePage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Done    done
	Errors  ui.FormErrors
	Sheet   Sheet
	Kind    string // of the case, in words
	Filter  string // the kind of cases that are being worked through
	Since   ui.Moment
	Action  string
	Preview string // address of the form that shows what would be mailed
	Before  string // addresses of the neighbours in the queue, "" for none
	After   string
	Place   string // "3 sur 17"
	Acts    bool
	Main    []Choice // choices that ask for no reason
	Reason  []Choice // those that do
	Ready   ui.Field
	Text    ui.Field
	Picks   bool // one of the sides is chosen
	Picked  string
	Opened  bool // the part that asks for a reason is open
	Letters []letter
}

// letter is what would be mailed after a choice.
type letter struct {
	Label string
	Draft
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showCase(w, r, p.chosenHere(r), web.Resumed(r), nil, http.StatusOK)
}

// chosenHere is the kind of cases that are being worked through, as the address says.
func (p *Pages) chosenHere(r *http.Request) string { return p.kindOf(r.URL.Query()) }

// showCase shows a case, with what was typed in its form and why that was refused.
func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, kind string, form url.Values, fault error, status int) error {
	actor, id := by(r), r.PathValue("id")
	docket, err := p.service.docket(r.PathValue("kind"))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("moderate.kind."+docket.Kind()), CasePath(docket.Kind(), id))
	sheet, err := docket.Show(r.Context(), actor, id, f)
	if err != nil {
		return err
	}
	own := CasePath(docket.Kind(), url.PathEscape(id))
	page := casePage{
		Frame: f, Sheet: sheet, Kind: f.Title, Filter: kind, Since: ui.NewMoment(f.P, sheet.At, p.service.Now()), Done: p.doneOf(r, f, kind),
		Action: f.Path(own), Preview: f.Path(own + "/" + previewPath), Acts: actor.Is(account.ProjectManager) && len(sheet.Choices) > 0,
		Trail: ui.Breadcrumb{{Label: f.P.T("moderate.title"), URL: f.Path(within(Path, orAll(kind)))}, {Label: sheet.Title, Current: true}},
	}
	page.Title = sheet.Title
	if r.URL.Query().Get(ui.DoneParam) == doneUndo && len(sheet.Choices) == 0 { // somebody has decided again since
		page.Done = done{}
	}
	if fault != nil {
		var ok bool
		if page.Errors, status, ok = refused(f.P, fault); !ok {
			return fault
		}
	}
	p.neighbours(r, actor, docket.Kind()+"/"+id, &page)
	page.fill(form)
	if writer, ok := docket.(Writer); ok && sheet.Lang != "" && page.Acts {
		if page.Letters, err = letters(r, writer, id, page, form); err != nil {
			return err
		}
		if len(sheet.Reasons) > 0 { // the letters say it whatever is decided
			page.Text.Hint = f.P.T("moderate.reason_goes") + " " + page.Text.Hint
		}
	}
	return p.views.Render(w, r, status, "cas", page)
}

// neighbours finds the place of a case in the queue.
func (p *Pages) neighbours(r *http.Request, actor account.Actor, key string, page *casePage) {
	all, _ := p.service.queue(r.Context(), actor, page.P, page.Filter)
	before, after, place := around(all, key)
	address := func(c waiting) string {
		if c.ID == "" {
			return ""
		}
		return page.Path(within(CasePath(c.Kind, url.PathEscape(c.ID)), page.Filter))
	}
	page.Before, page.After = address(before), address(after)
	if place > 0 {
		n := slices.IndexFunc(all, func(w waiting) bool { return w.Doubtful }) // those are counted apart
		if n < 0 {
			n = len(all)
		}
		if place <= n {
			page.Place = page.P.T("moderate.place", "place", place, "n", n)
		}
	}
}

// fill puts into the form what was typed, else what the case proposes.
func (page *casePage) fill(form url.Values) {
	typed := len(form) > 0
	for _, item := range page.Sheet.Changes.Items {
		if box := item.Check; box != nil && typed {
			box.Checked = slices.Contains(form[takeName], box.Value)
		}
	}
	page.Picked = form.Get(pickName)
	for i := range page.Sheet.Sides {
		if option := page.Sheet.Sides[i].Choice; option != nil {
			page.Picks = true
			if option.Selected = option.Selected && !typed || option.Value == page.Picked; option.Selected {
				page.Picked = option.Value
			}
		}
	}
	for _, c := range page.Sheet.Choices {
		if c.Reason {
			page.Reason = append(page.Reason, c)
		} else {
			page.Main = append(page.Main, c)
		}
	}
	page.Ready, page.Text = reasonFields(page.P, page.Sheet.Reasons, form, page.Errors)
	page.Opened = page.Text.Error != "" || form.Get(readyName)+form.Get(textName) != ""
}

// letters are what would be mailed after each choice.
func letters(r *http.Request, writer Writer, id string, page casePage, form url.Values) ([]letter, error) {
	var decisions []Decision
	for _, c := range page.Sheet.Choices {
		d := decisionOf(form)
		d.Act, d.Seen = c.Act, page.Sheet.Seen
		if c.Reason && d.Ready == "" && d.Text == "" {
			d.Text = page.P.T("moderate.your_reason")
		}
		if len(form) == 0 {
			d.Take = ticked(page.Sheet.Changes)
		}
		decisions = append(decisions, d)
	}
	written, err := writer.Letters(r.Context(), account.Of(r.Context()), id, decisions)
	var out []letter
	for i, drafts := range written {
		for _, d := range drafts {
			out = append(out, letter{page.Sheet.Choices[i].Label, d})
		}
	}
	return out, err
}

// ticked are the fields whose boxes are ticked.
func ticked(changes ui.Differences) []string {
	var fields []string
	for _, item := range changes.Items {
		if item.Check != nil && item.Check.Checked {
			fields = append(fields, item.Check.Value)
		}
	}
	return fields
}

// preview shows the case again with what would be mailed; nothing is decided.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	return p.showCase(w, r, p.kindOf(r.PostForm), r.PostForm, nil, http.StatusOK)
}

// decide decides a case, and leads to the next one.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	actor, kind, d := by(r), p.kindOf(r.PostForm), decisionOf(r.PostForm)
	docket, err := p.service.docket(r.PathValue("kind"))
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	all, _ := p.service.queue(r.Context(), actor, ui.Of(r).P, kind)
	done, err := docket.Decide(r.Context(), actor, id, d)
	if err != nil {
		if _, _, ok := refused(ui.Of(r).P, err); ok {
			return p.showCase(w, r, kind, r.PostForm, err, 0)
		}
		return err
	}
	what := said(d.Act, done)
	own := docket.Kind() + "/" + id
	left, _ := p.service.queue(r.Context(), actor, ui.Of(r).P, kind) // a decision may have decided others, too
	next := following(all, left, own)
	if next.ID == "" {
		return ui.SeeOther(w, r, within(Path, orAll(kind), ui.DoneParam, what, caseName, own))
	}
	return ui.SeeOther(w, r, within(CasePath(next.Kind, url.PathEscape(next.ID)), kind, ui.DoneParam, what, caseName, own))
}

// said is what the next page is told of a decision.
func said(act string, done Done) string {
	if done.As != "" {
		act = done.As
	}
	if done.Undo {
		act += "."
	}
	return act
}

// doneUndo is what a page is told of a decision that was taken back.
const doneUndo = "annulation"

// undo takes a decision back, and leads to its case.
func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	docket, err := p.service.docket(r.PathValue("kind"))
	if err != nil {
		return err
	}
	undoer, ok := docket.(Undoer)
	if !ok {
		return errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	kind, id := p.kindOf(r.PostForm), r.PathValue("id")
	if err := undoer.Undo(r.Context(), by(r), id); err != nil {
		if _, _, ok := refused(ui.Of(r).P, err); ok {
			return p.showCase(w, r, kind, nil, err, 0)
		}
		return err
	}
	return ui.SeeOther(w, r, within(CasePath(docket.Kind(), url.PathEscape(id)), kind, ui.DoneParam, doneUndo))
}
