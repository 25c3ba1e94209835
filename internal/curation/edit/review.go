package edit

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// reviewPage shows what changes before it is published.
type reviewPage struct {
	base
	Steps   ui.StepLinks
	Changes *ui.Differences
	Count   int
	Faults  []faultLink
	Asks    bool // all of them are questions

	FaultsTitle string
	Action      string
	Seen        int64  // version of the card that is shown
	Back        string // to the first step
	Waits       bool   // all of it waits for the team already
	First       bool   // the team has accepted nothing yet of what the company wrote
	State       stateView
	Preview     previewView
	Team        bool
}

// faultLink leads to a faulty field.
type faultLink struct{ Text, URL string }

func (y way) review(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	return y.showReview(w, r, http.StatusOK, &sheet, nil)
}

func (y way) showReview(w http.ResponseWriter, r *http.Request, status int, sheet *Sheet, refused error) error {
	id := sheet.Record.Listing.ID
	page := reviewPage{base: y.begin(r, sheet, y.at(id, Review), ui.Of(r).P.T(Review.Key())), Back: ui.Of(r).Path(y.path(id)), Team: y.door == Team, Waits: sheet.Waits(), First: sheet.First}
	v := sheet.voice(page.Frame)
	at := func(s Step) string { return y.at(id, s) }
	page.Notes, page.Steps, page.State = y.notes(v, sheet, true), steps(v, sheet, Review, at), y.state(v, sheet, at)
	page.Action = page.Path(y.at(id, Review))
	page.Count, page.Seen = len(sheet.Changed), sheet.Record.Listing.Version
	page.Changes = v.changes(sheet.Changed, sheet.Record.Listing.Content, sheet.Content, func(field string) string { return y.at(id, stepOf(field)) + "#" + field })
	asks, wrong := questionsAmong(sheet.Faults)
	page.Asks, page.FaultsTitle = len(asks) > 0 && len(wrong) == 0, v.faultsTitle(sheet.Faults)
	for _, f := range sheet.Faults {
		text := v.P.T("edit.fault_of", "field", v.name(fieldOf(f.Name)), "fault", v.fault(f))
		if answerKey(f.Key) != "" {
			text += " " + v.P.T("edit.answer.there", "step", v.P.T(stepOf(fieldOf(f.Name)).Key()))
		}
		page.Faults = append(page.Faults, faultLink{text, page.Path(y.at(id, stepOf(fieldOf(f.Name)))) + "#" + f.Name})
	}
	if e := errs.As(refused); refused != nil && !(len(page.Faults) > 0 && e != nil && e.Key == keyFaulty) {
		page.Errors = ui.NewFormErrors(page.P, refused)
	}
	var err error
	if page.Preview, err = y.previewOf(r, sheet); err != nil {
		return err
	}
	return y.p.views.Render(w, r, status, "publier", page)
}

func (y way) publish(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	return y.send(w, r, r.PathValue("id"), version(r))
}

// send publishes the draft, or vouches for the card as it was seen, and leads to the page that says what became of it.
func (y way) send(w http.ResponseWriter, r *http.Request, id string, seen int64) error {
	out, err := y.p.Publish(r.Context(), by(r), y.door, id, seen)
	if _, ok := errors.AsType[*curation.Clash](err); ok {
		return ui.SeeOther(w, r, y.path(id)+"/difference")
	}
	if e := errs.As(err); e != nil && e.Key == keyChanged {
		return ui.SeeOther(w, r, y.since(id, seen))
	}
	if kind := errs.KindOf(err); err != nil && (kind == errs.Invalid || kind == errs.Conflict || kind == errs.Forbidden && errs.As(err).Key == "listing.owner_wrote" || consentMissing(err)) {
		sheet, done, failed := y.open(w, r)
		if failed != nil || done {
			return failed
		}
		return y.showReview(w, r, kind.Status(), &sheet, err)
	}
	if err != nil {
		return y.refuse(w, r, err)
	}
	what := "publiee"
	switch {
	case out.Change.ID != "":
		what = "attente"
	case len(out.Changed) == 0:
		what = "confirmee"
	}
	return ui.SeeDone(w, r, y.path(id)+"/fin", what)
}

// keyChanged is the key of the error about a card that is not the one that was shown any more.
const keyChanged = "listing.changed"

// since is the page of what others have written since a version of the card was shown.
func (y way) since(id string, seen int64) string {
	return y.path(id) + "/difference?" + url.Values{inputVersion: {strconv.FormatInt(seen, 10)}}.Encode()
}

func consentMissing(err error) bool {
	e := errs.As(err)
	return e != nil && e.Key == "listing.consent_missing"
}

// donePage says what became of what was published.
type donePage struct {
	base
	Heading string
	Lead    string
	What    string
	Card    string // address of the public page, "" where there is none
	Next    string // back to the form
	Home    ui.Button
	Waiting *ui.Differences
	Count   int
	State   stateView
}

func (y way) done(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	id := sheet.Record.Listing.ID
	what := r.URL.Query().Get(ui.DoneParam)
	if !slices.Contains([]string{"publiee", "attente", "confirmee"}, what) || what == "attente" && sheet.Pending == nil {
		return ui.SeeOther(w, r, y.path(id))
	}
	said := what
	if what == "publiee" && sheet.Record.Listing.State != listing.Published {
		said = "gardee"
	}
	page := donePage{base: y.begin(r, &sheet, y.path(id)+"/fin", ui.Of(r).P.T("edit.end."+said)), What: what, Next: ui.Of(r).Path(y.path(id))}
	page.Done = nil
	v := sheet.voice(page.Frame)
	page.Heading, page.Lead = page.P.T("edit.end."+said), page.P.T("edit.end_text."+said)
	if what == "attente" && sheet.First {
		page.Lead = page.P.T("edit.end_text.attente_first")
	}
	page.Notes, page.State = y.public(v, &sheet), y.state(v, &sheet, func(s Step) string { return y.at(id, s) })
	if sheet.Record.Listing.State == listing.Published {
		page.Card = page.Path(curation.CardPath(sheet.Record.Listing.Slug))
	}
	page.Home = ui.Button{Label: page.P.T("edit.to_space"), URL: page.Path("/espace")}
	if y.door == Team {
		page.Home = ui.Button{Label: page.P.T("edit.to_card"), URL: page.Path(DeskPath + id)}
	}
	if c := sheet.Pending; what == "attente" {
		page.Waiting, page.Count = v.changes(c.Fields, c.Before, c.After, nil), len(c.Fields)
	}
	return y.p.views.Render(w, r, http.StatusOK, "fin", page)
}

// preview shows the card as it would be, as a page.
func (y way) preview(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	id := sheet.Record.Listing.ID
	page := previewPage{base: y.begin(r, &sheet, y.path(id)+"/apercu", ui.Of(r).P.T("edit.preview"))}
	step := Step(r.URL.Query().Get(inputStep))
	if !slices.Contains(Steps(), step) {
		step = Essential
	}
	page.Back, page.Publish = page.Path(y.at(id, step)), page.Path(y.at(id, Review))
	if y.p.draw.Card != nil {
		if page.Card, err = y.p.draw.Card(r, sheet.preview(), false); err != nil {
			return err
		}
	}
	return y.p.views.Render(w, r, http.StatusOK, "apercu", page)
}

type previewPage struct {
	base
	Card    template.HTML
	Back    string
	Publish string
}

// refreshed is what the island puts into the page: the card as it would be, how complete it is, and the marks of what is kept now.
type refreshed struct {
	base
	Shown   string
	Clock   string // when it was saved
	State   stateView
	Preview previewView
}

// refresh keeps what a form holds, and answers with the card as it would be.
func (y way) refresh(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	step := Step(r.PostForm.Get(inputStep))
	input := inputOf(r)
	input.Careful = true
	sheet, _, err := y.p.Save(r.Context(), by(r), y.door, r.PathValue("id"), step, input)
	if closed, ok := IsClosed(err); ok {
		return closed.Err // the island leaves the page as it is
	}
	if err != nil {
		return err
	}
	shown := sheet.marks(sheet.Draft, step)
	for _, field := range sheet.Crossed {
		shown[field] = readMarks(input.Shown)[field] // so that it is asked about once the form is sent
	}
	page := refreshed{base: y.begin(r, &sheet, y.path(sheet.Record.Listing.ID), ""), Shown: shown.String(), Clock: ui.Of(r).P.Clock(y.p.Now())}
	if page.State = y.state(sheet.voice(page.Frame), &sheet, nil); len(sheet.Crossed) > 0 {
		page.State.Saved = page.P.T("edit.crossed_saved")
	}
	if page.Preview, err = y.previewOf(r, &sheet); err != nil {
		return err
	}
	return y.p.views.Fragment(w, r, http.StatusOK, "modifier", "refreshed", page)
}

func (y way) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	_, err := y.p.Confirm(r.Context(), by(r), id, version(r))
	if e := errs.As(err); e != nil && e.Key == keyChanged {
		return ui.SeeOther(w, r, y.since(id, version(r)))
	}
	if errs.Is(err, errs.Conflict) || consentMissing(err) || errs.Is(err, errs.Invalid) {
		return ui.SeeDone(w, r, y.path(id), "changee")
	}
	if err != nil {
		return y.refuse(w, r, err)
	}
	return ui.SeeOther(w, r, office.Space+"?"+ui.DoneParam+"=exacte#fiches")
}
