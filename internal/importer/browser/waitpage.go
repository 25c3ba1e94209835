package browser

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// waitPage shows how far something is that goes on by itself. With scripts it asks again by itself; without, a person does: a page that
// comes anew while one reads it is lost to screen readers.
type waitPage struct {
	ui.Frame
	Trail    ui.Breadcrumb
	Steps    *ui.Stepper
	About    string
	Progress ui.Progress
	Said     string     // how far it is, said now and then
	Stuck    *ui.Button // presses it on, where it seems to have stopped
	StuckURL string
	Fault    *ui.Notice
	Ways     []ui.Button
}

// progressOf shows how far something is: waiting for its turn where nobody knows.
func progressOf(p *locale.Printer, done, total int64, what string) (ui.Progress, string) {
	bar := ui.Progress{ID: "avancement", Label: p.T("imports.doing." + what)}
	switch {
	case total == 0:
		bar.Text = p.T("imports.waits")
	case total == 1:
		bar.Text = p.T("imports.begins")
	default:
		bar.Value, bar.Max = int(min(done, total)), int(total)
		bar.Text = p.T("imports.so_far", "percent", p.Percent(float64(bar.Value)/float64(bar.Max)))
	}
	return bar, bar.Text
}

// waiting shows that a file is being read, or why it cannot be.
func (p *Pages) waiting(w http.ResponseWriter, r *http.Request, u Upload) error {
	f := ui.Private(r, ui.Of(r).P.T("imports.reading"), filePath(u.ID))
	at := steps(f.P, 1)
	page := waitPage{Frame: f, Trail: trail(f, ui.Link{Label: u.File, Current: true}), Steps: &at, About: f.P.T("imports.reading_text", "file", u.File)}
	if u.State == Unreadable {
		page.Title = f.P.T("imports.unreadable")
		page.About = ""
		page.Fault = &ui.Notice{Tone: ui.Bad, Title: f.P.T("imports.unreadable_title", "file", u.File)}
		if u.Fault != nil {
			page.Fault.Text = u.Fault.text(f.P)
		}
		page.Ways = []ui.Button{
			{Label: f.P.T("imports.other_file"), URL: f.Path(newPath), Kind: ui.Main, Icon: "file-up"},
			{Label: f.P.T("imports.discard"), URL: f.Path(filePath(u.ID) + "/abandon"), Kind: ui.Quiet},
		}
		return p.views.Render(w, r, http.StatusOK, "attente", page)
	}
	page.Progress, page.Said = progressOf(f.P, u.Done, u.Total, "read")
	return p.views.Render(w, r, http.StatusOK, "attente", page)
}

// discarding asks whether a file is to be taken away.
func (p *Pages) discarding(w http.ResponseWriter, r *http.Request) error {
	return p.showDiscard(w, r, nil)
}

// askPage asks whether something is to be taken away.
type askPage struct {
	ui.Frame
	Trail  ui.Breadcrumb
	Errors ui.FormErrors
	Text   string // what happens then
	Action string
	Does   string // what the button says
	Back   string
}

func (p *Pages) showDiscard(w http.ResponseWriter, r *http.Request, fault error) error {
	u, err := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.discarding"), filePath(u.ID)+"/abandon")
	page := askPage{
		Frame: f, Trail: trail(f, ui.Link{Label: u.File, URL: f.Path(filePath(u.ID) + stepPath(u.State))}, ui.Link{Label: f.Title, Current: true}),
		Text: f.P.T("imports.discard_text", "file", u.File), Does: f.P.T("imports.discard"),
		Action: f.Path(filePath(u.ID) + "/abandon"), Back: f.Path(filePath(u.ID) + stepPath(u.State)),
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = refused(f.P, fault)
	}
	return p.views.Render(w, r, status, "retrait", page)
}

func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	if err := by(r).Require(account.ProjectManager); err != nil {
		return err
	}
	err := p.service.Discard(r.Context(), by(r), r.PathValue("id"))
	if err == nil {
		return ui.SeeDone(w, r, Path, "abandon")
	}
	if _, _, ok := refused(ui.Of(r).P, err); ok {
		return p.showDiscard(w, r, err)
	}
	return err
}
