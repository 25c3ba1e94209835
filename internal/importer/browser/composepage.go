package browser

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"grappe/internal/importer"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// composePage leads the columns of a file to the fields of a card.
type composePage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Steps   ui.Stepper
	Done    *ui.Notice
	Errors  ui.FormErrors
	Fault   *ui.Notice // why the last trial or import could not be made
	Action  string
	About   string   // the file in one sentence
	Odd     []string // what is odd about the file as a whole
	Known   *ui.Notice
	Asked   *askedSource // which source it is
	Offers  ui.Field
	Sheet   *ui.Field
	Version int64

	Source  ui.Field
	Credit  []ui.Field
	Empty   ui.Field
	Columns []columnLine
	Blank   []columnLine // that hold nothing
	Hidden  int
	Options []optionGroup
	Boxes   []boxGroup
	Extra   extraConstant
	ID      ui.Field
	Compose []ui.Check

	Preview  preview
	Download string
	Discard  string
	Exact    bool
}

// askedSource asks whether a file comes from the source whose columns it has.
type askedSource struct {
	Notice ui.Notice
	Origin string // of the mapping to choose where it does
	Label  string
}

// optionGroup is a group of fields of a select.
type optionGroup struct {
	Label   string
	Options []ui.Option
}

// target is one select of a column.
type target struct {
	ID, Name, Label, Selected string
	Groups                    []optionGroup
}

// columnLine is a column of the file.
type columnLine struct {
	ID, Path string
	Examples []string
	Filled   string
	First    target
	Also     target
	Others   []string // further fields that it goes to, which stay
	Guess    *ui.Badge
	Index    int
}

// extraConstant gives a field the same value on every card.
type extraConstant struct {
	Target target
	Value  ui.Field
}

const (
	extraTargetName = "kt"
	extraValueName  = "kv"
)

func (p *Pages) compose(w http.ResponseWriter, r *http.Request) error {
	u, err := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	switch u.State {
	case Receiving, Reading, Unreadable:
		return p.waiting(w, r, u)
	case Trying:
		return ui.SeeOther(w, r, filePath(u.ID)+"/essai")
	case Importing, Imported:
		return ui.SeeOther(w, r, filePath(u.ID)+"/import")
	case Ready, Tried:
	}
	return p.showCompose(w, r, u, web.Resumed(r), nil)
}

// composed takes the form: what its button says is done with it.
func (p *Pages) composed(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	ctx, actor, id, form := r.Context(), by(r), r.PathValue("id"), r.PostForm
	switch form.Get(stepName) {
	case "choisir":
		_, err := p.service.Choose(ctx, actor, id, form.Get("modele"), ui.Of(r).Lang)
		return p.afterCompose(w, r, err, filePath(id), "")
	case "feuille":
		_, err := p.service.Resheet(ctx, actor, id, form.Get("feuille"))
		return p.afterCompose(w, r, err, filePath(id), "")
	}
	version, _ := strconv.ParseInt(form.Get(versionName), 10, 64) // 0 for a form without: the last one wins
	moveConstant(form)
	u, err := p.service.Compose(ctx, actor, id, version, form, ui.Of(r).Lang)
	if err != nil {
		return p.afterCompose(w, r, err, "", "")
	}
	switch form.Get(stepName) {
	case "enregistrer":
		_, err = p.service.Keep(ctx, actor, id)
		return p.afterCompose(w, r, err, filePath(id), "correspondance")
	case "essai":
		_, err = p.service.Try(ctx, actor, id)
		return p.afterCompose(w, r, err, filePath(id)+"/essai", "")
	}
	return p.showCompose(w, r, u, nil, nil)
}

// moveConstant takes the value that a new field is to have on every card in among the others.
func moveConstant(form url.Values) {
	if target := form.Get(extraTargetName); target != "" && form.Get(extraValueName) != "" {
		form.Set(constantName(target), form.Get(extraValueName))
		form.Del(extraTargetName)
		form.Del(extraValueName)
	}
}

// afterCompose leads on, or shows the form again with why not.
func (p *Pages) afterCompose(w http.ResponseWriter, r *http.Request, err error, to, what string) error {
	switch {
	case err == nil && what != "":
		return ui.SeeDone(w, r, to, what)
	case err == nil:
		return ui.SeeOther(w, r, to)
	}
	if _, _, ok := refused(ui.Of(r).P, err); !ok {
		return err
	}
	u, readErr := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if readErr != nil {
		return readErr
	}
	if u.State != Ready && u.State != Tried {
		return ui.SeeOther(w, r, filePath(u.ID))
	}
	var typed url.Values
	if e := errs.As(err); e.Key == keyChanged {
		typed = r.PostForm // what was typed is shown over what somebody else wrote, for who wants it all the same
	}
	return p.showCompose(w, r, u, typed, err)
}

// showCompose shows the form of a file, with what was typed over it where that could not be kept.
func (p *Pages) showCompose(w http.ResponseWriter, r *http.Request, u Upload, typed url.Values, fault error) error {
	ctx, f := r.Context(), ui.Private(r, ui.Of(r).P.T("imports.compose"), filePath(u.ID))
	t, err := p.service.Territory(ctx, u.Territory)
	if err != nil {
		return err
	}
	m, err := u.draft()
	if err == nil && typed != nil {
		m, err = p.service.formed(t, u, typed, f.Lang)
	}
	if err != nil {
		return err
	}
	page := composePage{
		Frame: f, Trail: trail(f, ui.Link{Label: u.File, Current: true}), Steps: steps(f.P, 2), Done: ui.DoneNotice(r, "imports.done."), Action: f.Path(filePath(u.ID)),
		About: aboutFile(f.P, u), Version: u.Version, Exact: m.Exact, Hidden: u.Sample.Hidden,
		Download: f.Path(filePath(u.ID) + "/correspondance"), Discard: f.Path(filePath(u.ID) + "/abandon"),
	}
	page.Wide = true
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = refused(f.P, fault)
	}
	if u.Fault != nil {
		page.Fault = &ui.Notice{Tone: ui.Warn, Title: f.P.T("imports.stopped_title"), Text: u.Fault.text(f.P)}
	}
	if err := p.fillCompose(ctx, &page, t, u, m); err != nil {
		return err
	}
	if r.URL.Query().Has("partie") {
		return p.views.Fragment(w, r, status, "correspondance", "live", page)
	}
	return p.views.Render(w, r, status, "correspondance", page)
}

// fillCompose fills in what depends on the mapping.
func (p *Pages) fillCompose(ctx context.Context, page *composePage, t *territory.Territory, u Upload, m *importer.Mapping) error {
	s, f := p.service, page.Frame
	c := newComposer(t, u.Sample, m, s.guessCode)
	for _, w := range u.Sample.Warnings {
		page.Odd = append(page.Odd, importer.Remark{Key: w.Key, Args: w.Args}.Text(f.P))
	}
	offers, err := s.offers(ctx, s.DB.Read(), t, u, f.Lang)
	if err != nil {
		return err
	}
	page.Offers = offersField(f.P, offers, u.Origin)
	page.Asked = askSource(f.P, offers, u.Origin)
	if len(u.Sample.Sheets) > 1 {
		page.Sheet = sheetField(f.P, u.Sample)
	}
	if titleOf(m, f.Lang) != "" {
		if page.Known, err = p.knownSource(ctx, f, u, m); err != nil {
			return err
		}
	}
	page.fillSource(m)
	page.Options = c.optionGroups(f.P)
	for i, column := range u.Sample.Columns {
		line := c.line(f.P, i, column, page.Options)
		if column.Filled == 0 {
			page.Blank = append(page.Blank, line)
		} else {
			page.Columns = append(page.Columns, line)
		}
	}
	page.Boxes = s.boxes(f.P, c, t, page.Errors)
	page.Extra = extraConstant{
		Target: target{ID: extraTargetName, Name: extraTargetName, Label: f.P.T("imports.constant_field"), Groups: page.Options},
		Value:  ui.Field{Name: extraValueName, Label: f.P.T("imports.constant_value"), Max: longestText, Autocomplete: "off"},
	}
	page.ID, page.Compose = c.identifierFields(f.P)
	page.Preview, err = s.preview(ctx, f.P, t, u, m)
	return err
}

// knownSource says what importing under the name of a source means: it was imported before, or never.
func (p *Pages) knownSource(ctx context.Context, f ui.Frame, u Upload, m *importer.Mapping) (*ui.Notice, error) {
	last, ok, err := p.service.Importer.LastOf(ctx, u.Territory, m.Key)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &ui.Notice{Tone: ui.Info, Text: f.P.T("imports.source_new")}, nil
	}
	return &ui.Notice{Tone: ui.Info, Text: f.P.T("imports.source_known", "when", last.StartedAt, "file", last.File)}, nil
}

func (page *composePage) fillSource(m *importer.Mapping) {
	t := page.P.T
	page.Source = ui.Field{
		Name: titleName, Label: t("imports.source_title"), Hint: t("imports.source_title_hint"), Value: titleOf(m, page.Lang), Max: 80, Autocomplete: "off",
		Error: page.Errors.For(titleName),
	}
	page.Credit = []ui.Field{
		{Name: attributionName, Label: t("imports.attribution"), Hint: t("imports.attribution_hint"), Value: m.Attribution, Max: 200, Optional: true, Autocomplete: "off"},
		{Name: licenceName, Label: t("imports.licence"), Value: m.Licence, Max: 100, Optional: true, Autocomplete: "off"},
		{Name: addressName, Label: t("imports.address"), Value: m.URL, Type: "url", InputMode: "url", Max: 300, Optional: true, Autocomplete: "off"},
	}
	page.Empty = ui.Field{Name: emptyName, Label: t("imports.empty_words"), Hint: t("imports.empty_words_hint"), Value: emptyText(m), Max: 500, Optional: true, Autocomplete: "off"}
}

// aboutFile says what a file is in one sentence.
func aboutFile(p *locale.Printer, u Upload) string {
	columns := 0
	for _, c := range u.Sample.Columns {
		if c.Filled > 0 {
			columns++
		}
	}
	format := p.T("imports.format." + u.Sample.Format)
	if u.Sample.Encoding != "" && u.Sample.Encoding != string(tabular.UTF8) {
		format = p.T("imports.format_encoded", "format", format, "encoding", u.Sample.Encoding)
	}
	return p.T("imports.about", "file", u.File, "rows", p.T("imports.rows", "n", u.Sample.Rows), "columns", p.T("imports.columns", "n", columns), "format", format)
}

func offersField(p *locale.Printer, offers []Offer, now Origin) ui.Field {
	field := ui.Field{Name: "modele", Label: p.T("imports.offers"), Hint: p.T("imports.offers_hint")}
	if now.Kind == fromColumns {
		field.Options = append(field.Options, ui.Option{Value: now.name(), Label: p.T("imports.offer_columns"), Selected: true})
	}
	for _, o := range offers {
		label := p.T("imports.offer."+o.Origin.Kind, "title", o.Title, "n", o.Fits, "of", o.Fields)
		field.Options = append(field.Options, ui.Option{Value: o.Origin.name(), Label: label, Selected: o.Origin == now})
	}
	return field
}

// askSource is the question of a file that has the columns of a source and another name, nil for other files.
func askSource(p *locale.Printer, offers []Offer, now Origin) *askedSource {
	i := slices.IndexFunc(offers, func(o Offer) bool { return o.Origin == Origin{fromOwn, now.Key} })
	if now.Kind != fromColumns || i < 0 {
		return nil
	}
	title := offers[i].Title
	return &askedSource{
		Notice: ui.Notice{Tone: ui.Warn, Title: p.T("imports.asked", "source", title), Text: p.T("imports.asked_text", "source", title)},
		Origin: offers[i].Origin.name(), Label: p.T("imports.asked_yes", "source", title),
	}
}

func sheetField(p *locale.Printer, s Sample) *ui.Field {
	field := &ui.Field{Name: "feuille", Label: p.T("imports.sheet")}
	for i, name := range s.Sheets {
		field.Options = append(field.Options, ui.Option{Value: name, Label: name, Selected: name == s.Sheet || s.Sheet == "" && i == 0})
	}
	return field
}

// downloadDraft gives the mapping of a file as the command line takes it.
func (p *Pages) downloadDraft(w http.ResponseWriter, r *http.Request) error {
	u, err := p.service.Upload(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	m, err := u.draft()
	if err != nil {
		return errs.New(errs.NotFound, "imports.no_mapping", nil)
	}
	return sendYAML(w, r, m.Key, u.Mapping)
}
