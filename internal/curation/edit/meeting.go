package edit

import (
	"net/http"
	"slices"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// meetingPage shows a draft beside what others wrote meanwhile.
type meetingPage struct {
	base
	Action string
	Seen   int64 // version of the card that is shown
	Both   []choiceView
	Mine   []choiceView
	Theirs *ui.Differences
	Apart  int // how many fields only others have changed
	Back   string
}

// choiceView is a field, or all that makes a place, of which one version is kept.
type choiceView struct {
	Field  string
	Name   string
	Was    []string
	Mine   []string
	Theirs []string
	Keep   bool   // mine
	By     string // who wrote theirs, and when
}

// placeChoice is the name of the choice of all that makes a place.
const placeChoice = "lieu"

// What is kept of a field.
const (
	keepMine   = "moi"
	keepTheirs = "eux"
	inputKeep  = "garder-" // the field follows
)

func (y way) meeting(w http.ResponseWriter, r *http.Request) error {
	return y.showMeeting(w, r, http.StatusOK, nil)
}

func (y way) showMeeting(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	seen := r.URL.Query().Get(inputVersion) // that was to be confirmed
	m, err := y.p.Meet(r.Context(), by(r), y.door, r.PathValue("id"), number(seen))
	if err != nil {
		return y.refuse(w, r, err)
	}
	id := m.Record.Listing.ID
	if len(m.Both)+len(m.Theirs) == 0 && refused == nil {
		if seen != "" {
			return ui.SeeDone(w, r, y.at(id, Review), "changee")
		}
		return ui.SeeOther(w, r, y.at(id, Review)) // nobody else has written anything
	}
	page := meetingPage{base: y.begin(r, &m.Sheet, y.path(id)+"/difference", ui.Of(r).P.T("edit.meeting")), Seen: m.Record.Listing.Version}
	page.Action, page.Back = page.Path(y.path(id)+"/difference"), page.Path(y.path(id))
	if refused != nil {
		page.Errors = ui.NewFormErrors(page.P, refused)
	}
	v := m.voice(page.Frame)
	page.Both = v.choices(m.Both, &m)
	if len(m.Both) > 0 {
		who, err := y.p.authors(r.Context(), by(r), &m.Sheet, m.Both)
		if err != nil {
			return err
		}
		for i := range page.Both {
			page.Both[i].By = y.by(v, latest(who, page.Both[i].Field))
		}
	}
	for _, field := range m.Mine {
		page.Mine = append(page.Mine, v.choice(field, []string{field}, &m))
	}
	page.Theirs, page.Apart = v.changes(m.Theirs, m.Draft.Was, m.Record.Listing.Content, nil), len(m.Theirs)
	return y.p.views.Render(w, r, status, "difference", page)
}

// choices are one for each field, and one for all that makes a place.
func (v voice) choices(fields []string, m *Meeting) []choiceView {
	var out []choiceView
	var place []string
	for _, field := range fields {
		if curation.InPlace(field) {
			place = append(place, field)
			continue
		}
		out = append(out, v.choice(field, []string{field}, m))
	}
	if len(place) > 0 {
		out = append(out, v.choice(placeChoice, place, m))
	}
	return out
}

func (v voice) choice(name string, fields []string, m *Meeting) choiceView {
	c := choiceView{Field: name, Keep: true}
	for _, field := range fields {
		c.Was = append(c.Was, v.said(field, m.Draft.Was)...)
		c.Mine = append(c.Mine, v.said(field, m.Content)...)
		c.Theirs = append(c.Theirs, v.said(field, m.Record.Listing.Content)...)
	}
	if c.Name = v.P.T("edit.place"); name != placeChoice {
		c.Name = v.name(name)
	}
	return c
}

// latest is the last that somebody wrote of a field, or of what makes a place.
func latest(who map[string]written, name string) written {
	if name != placeChoice {
		return who[name]
	}
	var last written
	for field, w := range who {
		if curation.InPlace(field) && w.Version > last.Version {
			last = w
		}
	}
	return last
}

// settle takes the choices, and publishes what is then the draft.
func (y way) settle(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	m, err := y.p.Meet(r.Context(), by(r), y.door, id, 0)
	if err != nil {
		return y.refuse(w, r, err)
	}
	var keep []string
	for _, field := range slices.Concat(m.Mine, m.Both, m.unread()) {
		name := field
		if curation.InPlace(field) && slices.Contains(m.Both, field) {
			name = placeChoice
		}
		if r.PostForm.Get(inputKeep+name) != keepTheirs {
			keep = append(keep, field)
		}
	}
	_, err = y.p.Settle(r.Context(), by(r), y.door, id, version(r), keep)
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Usage) {
		return y.showMeeting(w, r, http.StatusConflict, errs.New(errs.Conflict, "edit.moved_again", nil))
	}
	if err != nil {
		return y.refuse(w, r, err)
	}
	if r.PostForm.Get(inputDo) != doPublish {
		return ui.SeeOther(w, r, y.at(id, Review))
	}
	return y.send(w, r, id, version(r))
}

// offerPage shows a correction that somebody proposes to the company.
type offerPage struct {
	base
	Changes ui.Differences
	Message string
	By      string
	Action  string
	Seen    int64
	Back    string
}

// asksAbout are the fields of a correction that are the company's to decide: those that the team has passed on, where it has.
func asksAbout(c curation.Change) []string {
	if c.State == curation.Offered {
		return c.Passed
	}
	return c.Fields
}

func (y way) offer(w http.ResponseWriter, r *http.Request) error {
	return y.showOffer(w, r, http.StatusOK, nil)
}

func (y way) showOffer(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err
	}
	at := slices.IndexFunc(sheet.Offers, func(c curation.Change) bool { return c.ID == r.PathValue("change") })
	if at < 0 {
		return errs.New(errs.NotFound, "edit.no_offer", nil)
	}
	c, l := sheet.Offers[at], sheet.Record.Listing
	path := OfferPath(l.ID, c.ID)
	page := offerPage{base: y.begin(r, &sheet, path, ui.Of(r).P.T("edit.offer")), Message: c.Message, Seen: l.Version, Back: ui.Of(r).Path(y.path(l.ID)), Action: ui.Of(r).Path(path)}
	page.By = page.P.T("edit.offer_by", "day", page.P.Date(c.CreatedAt))
	if c.State == curation.Offered {
		page.By = page.P.T("edit.offer_passed", "day", page.P.Date(c.CreatedAt))
	}
	if refused != nil {
		page.Errors = ui.NewFormErrors(page.P, refused)
	}
	own := asksAbout(c)
	fields := slices.DeleteFunc(curation.Differing(l.Content, c.After), func(field string) bool { return !slices.Contains(own, field) })
	for _, d := range curation.Differences(l.Content, c.After, fields, sheet.voice(page.Frame).names) {
		d.Check = &ui.Check{ID: "prendre-" + d.Field, Name: "prendre", Value: d.Field, Label: page.P.T("edit.offer_take", "field", d.Label), Checked: true}
		page.Changes.Items = append(page.Changes.Items, d.Difference)
	}
	return y.p.views.Render(w, r, status, "correction", page)
}

func (y way) answer(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id, take := r.PathValue("id"), r.PostForm["prendre"]
	what := "correction"
	if r.PostForm.Get(inputDo) != doPublish {
		take, what = nil, "ecartee"
	} else if len(take) == 0 {
		return y.showOffer(w, r, http.StatusUnprocessableEntity, &errs.E{Kind: errs.Invalid, Key: "edit.offer_nothing"})
	}
	err := y.p.Answer(r.Context(), by(r), id, r.PathValue("change"), take, version(r))
	if kind := errs.KindOf(err); err != nil && (kind == errs.Conflict || kind == errs.Invalid) {
		return y.showOffer(w, r, kind.Status(), err)
	}
	if err != nil {
		return y.refuse(w, r, err)
	}
	return ui.SeeDone(w, r, y.path(id), what)
}

// closedPage is that of a card that cannot be edited, or not any more.
type closedPage struct {
	base
	Heading string
	Text    string
	Into    ui.Button // to the card that it is part of
	Carry   sending
	Typed   *ui.Differences // what had been typed
	Home    ui.Button
	Contact ui.Link
}

func (y way) showClosed(w http.ResponseWriter, r *http.Request, c *Closed) error {
	sheet := &Sheet{Record: c.Record}
	if c.Sheet != nil {
		sheet = c.Sheet
	}
	id := r.PathValue("id")
	f := ui.Of(r)
	why := map[errs.Kind]string{errs.Gone: "merged", errs.Forbidden: "left", errs.NotFound: "gone"}[c.Err.Kind]
	if c.Record.Listing.ID == "" && c.Sheet == nil || why == "left" && c.Sheet == nil {
		return c.Err // nothing of theirs to show
	}
	page := closedPage{base: y.begin(r, sheet, y.path(id), f.P.T("edit.closed."+why)), Heading: f.P.T("edit.closed." + why)}
	into, intoCompany := "", ""
	if c.Into != nil {
		into, intoCompany = c.Into.Listing.Name, c.Into.Listing.CompanyID
	}
	text := why
	if _, own := by(r).Companies[intoCompany]; why == "merged" && y.door == Owner && !own {
		text = "merged_others"
	}
	page.Text = f.P.T("edit.closed_text."+text, "name", page.Name, "into", into)
	page.Home = ui.Button{Label: f.P.T("edit.to_space"), URL: f.Path("/espace")}
	if y.door == Team {
		page.Home = ui.Button{Label: f.P.T("edit.to_cards"), URL: f.Path(DeskPath[:len(DeskPath)-1])}
	}
	v := sheet.voice(page.Frame)
	if v.territory != nil {
		page.Contact = v.contact()
	}
	if c.Into != nil && c.Into.Listing.State == listing.Published {
		page.Into = ui.Button{Label: f.P.T("edit.see_into", "name", c.Into.Listing.Name), URL: f.Path(curation.CardPath(c.Into.Listing.Slug))}
	}
	if c.Carry {
		page.Carry = sending{Action: f.Path(y.path(id) + "/report"), Button: ui.Button{Label: f.P.T("edit.carry"), Kind: ui.Main}}
	}
	if c.Sheet != nil {
		page.Typed = v.changes(c.Sheet.Changed, c.Sheet.Draft.Was, c.Sheet.Content, nil)
	}
	return y.p.views.Render(w, r, c.Err.Kind.Status(), "arret", page)
}

func (y way) carryOver(w http.ResponseWriter, r *http.Request) error {
	into, err := y.p.CarryOver(r.Context(), by(r), y.door, r.PathValue("id"))
	if err != nil {
		return y.refuse(w, r, err)
	}
	return ui.SeeDone(w, r, y.path(into), "report")
}
