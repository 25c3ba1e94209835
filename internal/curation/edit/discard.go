package edit

import (
	"net/http"

	"grappe/internal/platform/ui"
)

// discardPage asks whether a draft is to be thrown away, or what waits for the team to be taken back, and shows what it is.
type discardPage struct {
	base
	Heading string
	Lead    string
	Loss    string // the heading of Lost
	Lost    *ui.Differences
	Action  string
	Drop    ui.Button
	Back    ui.Button
}

func (y way) discarding(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	id := sheet.Record.Listing.ID
	if sheet.Draft.SavedAt.IsZero() {
		return ui.SeeOther(w, r, y.path(id)) // there is no draft
	}
	page := discardPage{base: y.begin(r, &sheet, y.path(id)+"/abandon", ui.Of(r).P.T("edit.discard"))}
	v := sheet.voice(page.Frame)
	page.Heading, page.Lead = v.P.T("edit.discard_heading"), v.P.T("edit.discard_lead", "n", len(sheet.Changed))
	page.Loss = v.P.T("edit.discard_lost")
	page.Lost = v.changes(sheet.Changed, sheet.Draft.Was, sheet.Content, nil)
	page.Action = v.Path(y.path(id) + "/abandon")
	page.Drop = ui.Button{Label: v.P.T("edit.discard"), Kind: ui.Danger, Icon: "trash-2"}
	page.Back = ui.Button{Label: v.P.T("edit.go_on"), URL: v.Path(y.path(id))}
	return y.p.views.Render(w, r, http.StatusOK, "abandon", page)
}

func (y way) discard(w http.ResponseWriter, r *http.Request) error {
	if err := y.p.Discard(r.Context(), by(r), r.PathValue("id")); err != nil {
		return err
	}
	return ui.SeeDone(w, r, y.path(r.PathValue("id")), "abandon")
}

func (y way) takingBack(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	id, c := sheet.Record.Listing.ID, sheet.Pending
	if c == nil {
		return ui.SeeOther(w, r, y.path(id)) // nothing waits
	}
	path := y.path(id) + "/attente/retrait"
	page := discardPage{base: y.begin(r, &sheet, path, ui.Of(r).P.T("edit.take_back_title"))}
	v := sheet.voice(page.Frame)
	n := len(c.Fields)
	page.Heading, page.Lead = v.P.T("edit.take_back_heading", "n", n), v.P.T("edit.take_back_lead", "day", v.P.Date(c.CreatedAt), "n", n)
	if name := v.sender(&sheet); name != "" {
		page.Heading, page.Lead = v.P.T("edit.take_back_heading_of", "name", name, "n", n), v.P.T("edit.take_back_lead_of", "name", name, "day", v.P.Date(c.CreatedAt), "n", n)
	}
	page.Loss = v.P.T("edit.take_back_lost")
	page.Lost = v.changes(c.Fields, c.Before, c.After, nil)
	page.Action = v.Path(path)
	page.Drop = ui.Button{Label: v.P.T("edit.take_back_do", "n", n), Icon: "undo-2"}
	page.Back = ui.Button{Label: v.P.T("edit.take_back_leave", "n", n), URL: v.Path(y.path(id))}
	return y.p.views.Render(w, r, http.StatusOK, "abandon", page)
}

func (y way) takeBack(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	taken, err := y.p.TakeBack(r.Context(), by(r), id)
	if err != nil {
		return y.refuse(w, r, err)
	}
	if !taken {
		return ui.SeeOther(w, r, y.path(id)) // the team has decided meanwhile
	}
	return ui.SeeDone(w, r, y.path(id), "retiree")
}
