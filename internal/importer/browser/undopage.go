package browser

import (
	"context"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// undoPage says what undoing a run would do, and asks whether to.
type undoPage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Errors  ui.FormErrors
	Fault   *ui.Notice
	Action  string
	Back    string
	File    string
	Counted bool
	Would   undoneView
	Old     string // that it was counted a while ago
}

// countsHold is for how long what was counted is shown without a word.
const countsHold = time.Minute

func (p *Pages) undoing(w http.ResponseWriter, r *http.Request) error { return p.showUndo(w, r, nil) }

func (p *Pages) showUndo(w http.ResponseWriter, r *http.Request, fault error) error {
	ctx, actor := r.Context(), by(r)
	run, plan, err := p.service.ToUndo(ctx, actor, r.PathValue("run"))
	if err != nil {
		return err
	}
	if undoable(run) != nil || run.State == importer.Undoing || plan != nil && plan.State == Undoing {
		return ui.SeeOther(w, r, RunPath(run.ID))
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.undo_title"), RunPath(run.ID)+"/annulation")
	way := trail(f, ui.Link{Label: run.File, URL: f.Path(RunPath(run.ID))}, ui.Link{Label: f.Title, Current: true})
	if plan != nil && plan.State == Counting && fault == nil {
		page := waitPage{Frame: f, Trail: way, About: f.P.T("imports.counting_text")}
		page.Progress, page.Said = progressOf(f.P, plan.Done, plan.Total, "count")
		if p.service.Now().Sub(plan.At) > seemsStuck {
			page.Stuck, page.StuckURL = &ui.Button{Name: stepName, Value: "compter", Label: f.P.T("imports.count_again"), Icon: "rotate-cw"}, f.Path(RunPath(run.ID)+"/annulation")
		}
		return p.views.Render(w, r, http.StatusOK, "attente", page)
	}
	page := undoPage{Frame: f, Trail: way, Action: f.Path(RunPath(run.ID) + "/annulation"), Back: f.Path(RunPath(run.ID)), File: run.File}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = refused(f.P, fault)
	}
	switch {
	case plan == nil:
	case (plan.State == Failed || plan.State == Uncounted) && plan.Fault != nil:
		page.Fault = &ui.Notice{Tone: ui.Warn, Title: f.P.T("imports.undo_stopped"), Text: plan.Fault.text(f.P)}
	case plan.State == Counted:
		page.Counted = true
		page.Would.Tiles = undoTiles(f.P, plan.Result.UndoReport, "imports.undo_would.")
		if err := p.service.stays(ctx, f, &page.Would, plan.Result.Stays); err != nil {
			return err
		}
		if age := p.service.Now().Sub(plan.At); age > countsHold {
			page.Old = f.P.T("imports.counted_ago", "ago", f.P.Ago(plan.At, p.service.Now()))
		}
	}
	return p.views.Render(w, r, status, "annulation", page)
}

// undoTiles are the counts of an undo, those of nothing left out. A row that was joined to a card was never a card of its own for
// who reads the directory: it is told apart from the cards.
func undoTiles(p *locale.Printer, u importer.UndoReport, tense string) []ui.Tile {
	var out []ui.Tile
	for _, t := range []struct {
		key string
		n   int
	}{{"deleted", u.Deleted - u.Parted}, {"restored", u.Restored}, {"held", u.Held}, {"kept", u.Kept}, {"parted", u.Parted}} {
		if t.n > 0 || t.key == "deleted" && u.Deleted+u.Restored+u.Held+u.Kept == 0 {
			out = append(out, ui.Tile{Value: p.Number(t.n), Label: p.T(tense+t.key, "n", t.n)})
		}
	}
	return out
}

// undo has it counted what undoing would do, or undoes.
func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	ctx, actor, run := r.Context(), by(r), r.PathValue("run")
	to, err := RunPath(run)+"/annulation", error(nil)
	if r.PostForm.Get(stepName) == "annuler" {
		to, err = RunPath(run), p.service.Undo(ctx, actor, run)
	} else {
		err = p.service.Count(ctx, actor, run)
	}
	if err == nil {
		return ui.SeeOther(w, r, to)
	}
	if _, _, ok := refused(ui.Of(r).P, err); ok {
		return p.showUndo(w, r, err)
	}
	return err
}

// followingUndo shows how far an undo is.
func (p *Pages) followingUndo(w http.ResponseWriter, r *http.Request, f ui.Frame, run importer.Run) error {
	state, err := p.service.Importer.UndoOf(r.Context(), run.ID)
	if err != nil {
		return err
	}
	plan, err := p.service.PlanOf(r.Context(), by(r), run.ID)
	if err != nil {
		return err
	}
	f.Title = f.P.T("imports.undoing")
	page := waitPage{Frame: f, Trail: trail(f, ui.Link{Label: run.File, Current: true}), About: f.P.T("imports.undoing_text")}
	var doneSoFar, total int64
	if state != nil {
		doneSoFar, total = int64(state.Done), int64(max(2, state.Total))
	}
	page.Progress, page.Said = progressOf(f.P, doneSoFar, total, "undo")
	switch {
	case plan != nil && plan.State == Failed && plan.Fault != nil:
		page.Fault = &ui.Notice{Tone: ui.Warn, Title: f.P.T("imports.undo_stopped"), Text: plan.Fault.text(f.P)}
	case plan != nil && p.service.Now().Sub(plan.At) < seemsStuck:
		return p.views.Render(w, r, http.StatusOK, "attente", page)
	}
	if by(r).Is(account.ProjectManager) {
		page.Stuck = &ui.Button{Name: stepName, Value: "annuler", Label: f.P.T("imports.press_on"), Icon: "rotate-cw"}
		page.StuckURL = f.Path(RunPath(run.ID) + "/annulation")
	}
	return p.views.Render(w, r, http.StatusOK, "attente", page)
}

// undone tells what undoing a run did.
func (p *Pages) undone(ctx context.Context, f ui.Frame, run importer.Run, r *http.Request) (*undoneView, error) {
	state, err := p.service.Importer.UndoOf(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	v := &undoneView{Lead: f.P.T("imports.undone_plain")}
	if state == nil { // by a version that did not keep it
		return v, nil
	}
	name, err := p.people(r, state.Person)
	if err != nil {
		return nil, err
	}
	v.Lead = f.P.T("imports.undone_lead", "who", name(state.Person), "when", state.EndedAt)
	v.Tiles = undoTiles(f.P, state.UndoReport, "imports.undo_did.")
	stays, err := p.service.Importer.Stays(ctx, run.ID, mostNamed+1)
	if err != nil {
		return nil, err
	}
	return v, p.service.stays(ctx, f, v, stays)
}

// mostNamed is how many cards are named on which something stays.
const mostNamed = 200
