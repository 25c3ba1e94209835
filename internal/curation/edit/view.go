package edit

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/ui"
)

// base is what all pages of the form have.
type base struct {
	ui.Frame
	Crumbs  ui.Breadcrumb
	Name    string     // of the card
	Version int64      // that the draft stands on
	Trusted bool       // what is published is public at once
	Done    *ui.Notice // what has just been done, nil for nothing
	Sends   string     // what the button does that publishes, beside it; "" where it says so itself
	Errors  ui.FormErrors
	Notes   []note
}

// note is something to know about the card, with what one can do about it.
type note struct {
	ui.Notice
	Link  ui.Link // none without Label
	Other ui.Link // beside it, of less weight

	Quotes []string // of what was written, a line for each field
	Send   sending  // none without Action
}

// sending is a button that sends nothing but itself.
type sending struct {
	Action  string
	Button  ui.Button
	Version int64
}

// begin is the base of the page at a path.
func (y way) begin(r *http.Request, sheet *Sheet, path, title string) base {
	t := ui.Of(r).P.T
	name := cmp.Or(sheet.Record.Listing.Name, sheet.Draft.Was.Name, t("edit.no_name"))
	f := ui.Private(r, t("edit.title_of", "title", title, "name", name), path)
	f.Office = nil
	b := base{Frame: f, Name: name, Version: sheet.Draft.Base, Trusted: sheet.Trusted}
	id := sheet.Record.Listing.ID
	if y.door == Team {
		b.Crumbs = ui.Breadcrumb{{Label: f.P.T("edit.crumb_cards"), URL: f.Path(DeskPath[:len(DeskPath)-1])}, {Label: name, URL: f.Path(DeskPath + id)}, {Label: title, Current: true}}
	} else {
		b.Crumbs = ui.Breadcrumb{{Label: f.P.T("edit.crumb_space"), URL: f.Path(office.Space)}, {Label: name, Current: true}}
	}
	if y.door == Owner && sheet.Trusted {
		b.Sends = f.P.T("edit.publish_note")
	} else if y.door == Owner {
		b.Sends = f.P.T("edit.send_note")
	}
	b.Done = done(r, sheet)
	return b
}

// taken is what has been done by who has just taken the card in hand: the room of claims leads here with it.
const taken = "prise"

// done says what has just been done, nil for nothing.
func done(r *http.Request, sheet *Sheet) *ui.Notice {
	if r.URL.Query().Get(ui.DoneParam) != taken || sheet.Door != Owner {
		return ui.DoneNotice(r, "edit.done.")
	}
	t := ui.Of(r).P.T
	n := &ui.Notice{Tone: ui.OK, Title: t("edit.taken"), Text: t("edit.taken_newcomer"), Alert: true}
	if sheet.Trusted {
		n.Text = t("edit.taken_trusted")
	}
	return n
}

// stepPage is a step of the form.
type stepPage struct {
	base
	Heading  string
	Lead     string
	Step     Step
	Number   int
	Steps    ui.StepLinks
	Controls []control
	Logo     *logoView
	Action   string
	Shown    string
	Window   string
	Copy     string // of what cannot be saved, by whom and of which card: the browser keeps it under that name
	Clock    string // when the page was made
	Unsaved  string // JSON: what the saving line says while nothing is saved
	State    stateView
	Preview  previewView
}

// logoView is the step of the logo.
type logoView struct {
	Now     ui.Avatar
	Control control // where it is locked
	Has     bool
	Old     bool // another one can be put back
	Changed bool
	Foreign string // the address of a logo that stands elsewhere, which pages do not show
	Drop    string
	Error   string
	Most    int // megabytes of a file
	Pixels  int // millions of a picture
}

// previewView is the card as it would be, and where it is made anew.
type previewView struct {
	Card    template.HTML
	Page    string // address of the preview as a page
	Refresh string // where a form is sent to see it as it would be
}

func (y way) showStep(w http.ResponseWriter, r *http.Request, status int, sheet *Sheet, step Step, over url.Values, faults []errs.Field) error {
	id := sheet.Record.Listing.ID
	marks := sheet.marks(sheet.Draft, step).String()
	version := sheet.Draft.Base
	if over != nil {
		if kept := over.Get(inputShown); kept != "" { // of a form that was sent too late
			marks, version = kept, cmp.Or(number(over.Get(inputVersion)), version)
			sheet.take(&sheet.Draft, step, over, readMarks(kept), sheet.Locked)
		} else {
			for _, q := range asked(step) {
				if v := own(over, q.field); len(v) > 0 {
					sheet.Draft.Typed[q.field] = v
				}
			}
		}
		sheet.work = sheet.scope.work(sheet.Draft)
	}
	if faults == nil {
		faults = sheet.work.at(step)
	}
	page := stepPage{base: y.begin(r, sheet, y.at(id, step), ui.Of(r).P.T(step.Key())), Step: step, Number: slices.Index(Steps(), step) + 1, Shown: marks, Window: rand.Text()}
	page.Clock, page.Copy, page.Unsaved = page.P.Clock(y.p.Now()), mark(url.Values{sheet.Draft.Person: {id}}), unsaved(page.P)
	page.Version, page.Action = version, page.Path(y.at(id, step))
	page.Heading, page.Lead = page.P.T("edit.ask."+string(step)), page.P.T("edit.lead."+string(step))
	v := sheet.voice(page.Frame)
	if page.Errors = v.formErrors(faults); step == Logo && len(faults) > 0 {
		page.Errors.Title = v.P.T("edit.logo_refused") // which keeps nobody from publishing
	}
	page.Notes = y.notes(v, sheet, step == Essential)
	if step == Essential {
		refused, err := y.refusedNote(r, v, sheet)
		if err != nil {
			return err
		}
		page.Notes = append(page.Notes, refused...)
	}
	page.Steps, page.State = steps(v, sheet, step, nil), y.state(v, sheet, nil)
	asks, wrong := questionsAmong(faults)
	s := &screen{voice: v, sheet: sheet, errors: v.formErrors(wrong), asks: v.formErrors(asks), doubts: listing.DoubtfulFields(sheet.Record.Listing, y.p.Now())}
	var err error
	if y.door == Team && len(sheet.Locked) > 0 {
		if s.who, err = y.p.authors(r.Context(), by(r), sheet, sheet.Locked); err != nil {
			return err
		}
	}
	if step == Logo {
		page.Logo = s.logoForm(page.Path(y.at(id, Logo)+"/retrait"), page.Errors.For("logo"))
	} else {
		page.Controls = s.controls(step)
	}
	if err := y.maps(r, s, page.Controls); err != nil {
		return err
	}
	if page.Preview, err = y.previewOf(r, sheet); err != nil {
		return err
	}
	return y.p.views.Render(w, r, status, "modifier", page)
}

// number reads a version that a form brought back, 0 for what is none.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// steps is the line of the steps; at gives the address of one on pages without the form, and is nil where buttons of the form lead on.
func steps(v voice, sheet *Sheet, current Step, at func(Step) string) ui.StepLinks {
	line := ui.StepLinks{Label: v.P.T("edit.steps"), Name: inputGo}
	if at == nil {
		line.Form = formID
	}
	for _, step := range Steps() {
		l := ui.StepLink{Name: v.P.T(step.Key()), Value: string(step), Current: step == current, Faulty: len(sheet.work.at(step)) > 0 && step != Review}
		for _, q := range asked(step) {
			l.Changed = l.Changed || slices.Contains(sheet.Changed, q.field)
		}
		if at != nil {
			l.URL = v.Path(at(step))
		}
		line.Steps = append(line.Steps, l)
	}
	return line
}

// formID is the id of a step's form, to which buttons elsewhere on the page belong.
const formID = "fiche"

// logoForm shows the logo as it would be.
func (s *screen) logoForm(drop, wrong string) *logoView {
	c := s.sheet.Content
	_, changed := s.sheet.Draft.Typed["logo"]
	l := &logoView{Now: ui.Avatar{Name: s.sheet.Content.Name, Image: c.OwnLogo(), Large: true}, Has: c.Logo != "", Changed: changed, Old: changed && s.sheet.Draft.Was.Logo != "", Drop: drop, Error: wrong, Most: MaxLogo >> 20, Pixels: picture.UsualPixels / 1_000_000}
	if c.Logo != "" && c.OwnLogo() == "" {
		l.Foreign = c.Logo
	}
	if slices.Contains(s.sheet.Locked, "logo") {
		l.Control = control{Name: s.name("logo"), Locked: s.locked("logo")}
	}
	return l
}

// previewOf is the card as the draft would have it.
func (y way) previewOf(r *http.Request, sheet *Sheet) (previewView, error) {
	f := ui.Of(r)
	v := previewView{Page: f.Path(y.path(sheet.Record.Listing.ID) + "/apercu"), Refresh: f.Path(y.path(sheet.Record.Listing.ID) + "/apercu")}
	if y.p.draw.Card == nil {
		return v, nil
	}
	var err error
	v.Card, err = y.p.draw.Card(r, sheet.preview(), true)
	return v, err
}

// moment says when a draft was saved: the hour alone for one of today.
func (v voice) moment(at, now time.Time) string {
	if v.P.Date(at) == v.P.Date(now) {
		return v.P.T("edit.today_at", "clock", v.P.Clock(at))
	}
	return v.P.T("edit.on_day", "day", v.P.Date(at))
}

// unsaved is what the saving line says while nothing is saved, by why.
func unsaved(p *locale.Printer) string {
	said := map[string]string{"saving": p.T("edit.saving")}
	for why, key := range map[string]string{"offline": "edit.unsaved.offline", "down": "edit.unsaved.down", "signedout": "edit.unsaved.signedout", "closed": "edit.unsaved.closed"} {
		said[why] = p.T(key, "since", "{since}")
	}
	text, err := json.Marshal(said)
	if err != nil {
		return "" // never: these are texts
	}
	return string(text)
}
