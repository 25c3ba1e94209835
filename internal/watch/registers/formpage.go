package registers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
	"grappe/internal/watch"
)

// formPage is where a file is given.
type formPage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Errors  ui.FormErrors
	Action  string
	File    ui.Field
	Most    int64  // bytes
	TooMuch string // what is said of a larger one before it is sent
	Day     ui.Field
	Mode    ui.Choices
	See     ui.Details
	There   string // which columns the file has, "" where nobody knows
	Columns []ui.Field
	Closed  ui.Check
	Last    ui.Table
}

// showForm shows the form with what was typed. again says that a file was given, which the browser does not keep.
func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, typed url.Values, again bool, fault *errs.E) error {
	last, err := p.Watch.Registers(r.Context(), account.Of(r.Context()))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("registers.title"), Path)
	say := f.P.T
	page := formPage{
		Frame: f, Action: f.Path(Path), Errors: told(f.P, fault), Most: MaxFile, TooMuch: say("registers.too_large", "limit", MaxFile/1_000_000),
		Trail: ui.Breadcrumb{{Label: say("registers.health"), URL: f.Path(healthPath)}, {Label: f.Title, Current: true}}, Last: lastTable(f.P, last),
	}
	hint := say("registers.file_hint", "limit", MaxFile/1_000_000)
	if again {
		hint = say("registers.file_again") + " " + hint
	}
	page.File = ui.Field{Name: fileField, Label: say("registers.file"), Hint: hint, Error: page.Errors.For(fileField)}
	page.Day = ui.Field{
		Name: watch.FieldDay, Label: say("registers.day"), Hint: say("registers.day_hint"), Type: "date", Required: true, Short: true, Autocomplete: "off",
		Value: p.Now().In(territory.Of(r.Context()).Location()).Format(time.DateOnly), Error: page.Errors.For(watch.FieldDay),
	}
	if typed.Has(watch.FieldDay) {
		page.Day.Value = typed.Get(watch.FieldDay)
	}
	store := typed.Get(modeField) == modeStore
	page.Mode = ui.Choices{Name: modeField, Legend: say("registers.mode"), Options: []ui.Option{
		{Value: modeTrial, Label: say("registers.mode_trial"), Detail: say("registers.mode_trial_detail"), Selected: !store},
		{Value: modeStore, Label: say("registers.mode_store"), Detail: say("registers.mode_store_detail"), Selected: store},
	}}
	page.columns(typed, fault)
	status := http.StatusOK
	if fault != nil {
		status = fault.Kind.Status()
	}
	return p.views.Render(w, r, status, "registre", page)
}

// columns fills in the choice of columns: by their names, or among those that the file has where a fault tells them.
func (page *formPage) columns(typed url.Values, fault *errs.E) {
	say := page.P.T
	var names []string
	if fault != nil {
		names, _ = fault.Args["columns"].([]string)
	}
	column := func(field, label, hint string) ui.Field {
		c := ui.Field{Name: field, Label: say(label), Hint: say(hint), Value: typed.Get(field), Optional: true, Autocomplete: "off", Max: 200, Error: page.Errors.For(field)}
		if len(names) > 0 {
			c.Options = []ui.Option{{Label: say("registers.column_guessed")}}
			for _, n := range names {
				c.Options = append(c.Options, ui.Option{Value: n, Label: n, Selected: n == c.Value})
			}
		}
		return c
	}
	scheme := ui.Field{
		Name: watch.FieldScheme, Label: say("registers.scheme"), Hint: say("registers.scheme_hint"), Optional: true, Error: page.Errors.For(watch.FieldScheme),
		Options: []ui.Option{{Label: say("registers.scheme_guessed")}},
	}
	for _, s := range company.Schemes() {
		scheme.Options = append(scheme.Options, ui.Option{Value: s, Label: say(company.SchemeKey(s)), Selected: s == typed.Get(watch.FieldScheme)})
	}
	page.Columns = []ui.Field{
		column(watch.FieldNumber, "registers.number", "registers.number_hint"), scheme,
		column(watch.FieldState, "registers.state", "registers.state_hint"), column(watch.FieldEnded, "registers.ended", "registers.ended_hint"),
	}
	page.Closed = ui.Check{ID: closedField, Name: closedField, Value: yes, Label: say("registers.closed"), Checked: typed.Get(closedField) == yes}
	chosen := page.Closed.Checked || slices.ContainsFunc(page.Columns, func(c ui.Field) bool { return typed.Get(c.Name) != "" })
	page.See = ui.Details{Label: say("registers.columns"), Open: len(names) > 0 || chosen}
	if len(names) > 0 {
		page.There = say("registers.columns_there", "list", some(page.P, names))
	}
}

// mostListed is how many names a sentence lists.
const mostListed = 25

// some lists names, the first of many.
func some(p *locale.Printer, names []string) string {
	if more := len(names) - mostListed; more > 0 {
		return p.T("registers.and_more", "list", names[:mostListed], "n", more)
	}
	return p.List(names)
}

// lastTable says when each register was last read.
func lastTable(p *locale.Printer, last []watch.LastRead) ui.Table {
	t := ui.Table{Caption: p.T("registers.last_caption"), Empty: p.T("registers.last_none"), Columns: []ui.Column{
		{Label: p.T("registers.last_register")}, {Label: p.T("registers.last_data")}, {Label: p.T("registers.last_read")}, {Label: p.T("registers.last_by")},
	}}
	for _, r := range last {
		read := ui.Cell{Text: p.T("registers.unfinished")}
		if m := ui.NewMoment(p, r.Read, r.Read); !m.IsZero() {
			read = ui.Cell{Text: m.Short, When: m.ISO}
		}
		var numbers []string
		for _, scheme := range r.Schemes() {
			numbers = append(numbers, p.T(company.SchemeKey(scheme)))
		}
		t.Rows = append(t.Rows, ui.Row{{Text: p.List(numbers)}, ui.DayCell(p, r.Data), read, {Text: cmp.Or(r.By, "–")}})
	}
	return t
}
