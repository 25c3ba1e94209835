package browser

import (
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
)

// trialPage tells what an import would do.
type trialPage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Steps   ui.Stepper
	Errors  ui.FormErrors
	Fault   *ui.Notice
	Lead    string
	Nothing bool // it would change nothing
	None    bool // it would make no card of any row
	Report  report
	Start   string // where the import is begun
	Again   string // where the trial is made again
	Compose string
	Discard string
}

// seemsStuck is for how long nothing may be heard of a job before a person may press it on.
const seemsStuck = 2 * time.Minute

func (p *Pages) trial(w http.ResponseWriter, r *http.Request) error { return p.showTrial(w, r, nil) }

func (p *Pages) showTrial(w http.ResponseWriter, r *http.Request, fault error) error {
	u, err := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.trial"), filePath(u.ID)+"/essai")
	at, way := steps(f.P, 3), trail(f, ui.Link{Label: u.File, URL: f.Path(filePath(u.ID))}, ui.Link{Label: f.Title, Current: true})
	switch {
	case u.State == Importing || u.State == Imported:
		return ui.SeeOther(w, r, filePath(u.ID)+"/import")
	case u.State == Trying:
		page := waitPage{Frame: f, Trail: way, Steps: &at, About: f.P.T("imports.trying_text")}
		page.Progress, page.Said = progressOf(f.P, u.Done, u.Total, "try")
		if p.service.Now().Sub(u.ChangedAt) > seemsStuck {
			page.Stuck, page.StuckURL = &ui.Button{Label: f.P.T("imports.try_again"), Icon: "rotate-cw"}, f.Path(filePath(u.ID)+"/essai")
		}
		return p.views.Render(w, r, http.StatusOK, "attente", page)
	case !u.tried():
		return ui.SeeOther(w, r, filePath(u.ID))
	}
	t, err := p.service.Territory(r.Context(), u.Territory)
	if err != nil {
		return err
	}
	name, err := p.people(r, u.Trial.Person)
	if err != nil {
		return err
	}
	told, err := p.service.trialReport(r.Context(), f, t, u)
	if err != nil {
		return err
	}
	c := u.Trial.Counts
	page := trialPage{
		Frame: f, Trail: way, Steps: at, Lead: f.P.T("imports.trial_lead", "file", u.File, "who", name(u.Trial.Person), "when", f.P.Ago(u.Trial.At, p.service.Now())),
		Nothing: c.Rows == c.Unchanged+c.Rejected && c.Rejected < c.Rows, None: c.Rejected == c.Rows, Report: told,
		Start: f.Path(filePath(u.ID) + "/import"), Again: f.Path(filePath(u.ID) + "/essai"), Compose: f.Path(filePath(u.ID)), Discard: f.Path(filePath(u.ID) + "/abandon"),
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = refused(f.P, fault)
	}
	if u.Fault != nil {
		page.Fault = &ui.Notice{Tone: ui.Warn, Title: f.P.T("imports.stopped_title"), Text: u.Fault.text(f.P)}
	}
	return p.views.Render(w, r, status, "essai", page)
}

// try makes the trial again.
func (p *Pages) try(w http.ResponseWriter, r *http.Request) error {
	_, err := p.service.Try(r.Context(), by(r), r.PathValue("id"))
	if err == nil {
		return ui.SeeOther(w, r, filePath(r.PathValue("id"))+"/essai")
	}
	return p.afterCompose(w, r, err, "", "")
}

// start begins the import.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	if err := by(r).Require(account.ProjectManager); err != nil {
		return err
	}
	_, err := p.service.Start(r.Context(), by(r), r.PathValue("id"))
	if err == nil {
		return ui.SeeOther(w, r, filePath(r.PathValue("id"))+"/import")
	}
	if _, _, ok := refused(ui.Of(r).P, err); ok {
		return p.showTrial(w, r, err)
	}
	return err
}

// progress follows an import that has no run yet, and leads to its run once there is one.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	u, err := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.importing"), filePath(u.ID)+"/import")
	switch {
	case u.Run != "" && (u.State == Importing || u.State == Imported):
		return ui.SeeOther(w, r, RunPath(u.Run))
	case u.State == Tried:
		return ui.SeeOther(w, r, filePath(u.ID)+"/essai")
	case u.State != Importing:
		return ui.SeeOther(w, r, filePath(u.ID))
	}
	at := steps(f.P, 4)
	page := waitPage{
		Frame: f, Trail: trail(f, ui.Link{Label: u.File, URL: f.Path(filePath(u.ID) + "/essai")}, ui.Link{Label: f.Title, Current: true}), Steps: &at,
		About: f.P.T("imports.importing_text"),
	}
	page.Progress, page.Said = progressOf(f.P, u.Done, u.Total, "import")
	if p.service.Now().Sub(u.ChangedAt) > seemsStuck {
		page.Stuck, page.StuckURL = &ui.Button{Label: f.P.T("imports.press_on"), Icon: "rotate-cw"}, f.Path(filePath(u.ID)+"/import")
	}
	return p.views.Render(w, r, http.StatusOK, "attente", page)
}

// trialTable writes what would become of each row as a table for a spreadsheet.
func (p *Pages) trialTable(w http.ResponseWriter, r *http.Request) error {
	rows, err := p.service.TrialOutcomes(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.table(w, r, "imports.trial_file", rows)
}
