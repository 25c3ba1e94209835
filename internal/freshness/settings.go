package freshness

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// settingsPage asks an administrator how the territory keeps its cards true: first the months, then, before anything is saved, what
// they would bring.
type settingsPage struct {
	ui.Frame
	Trail    ui.Breadcrumb
	Errors   ui.FormErrors
	Action   string
	Active   ui.Choices
	Months   []ui.Field
	Signer   ui.Field
	Example  string
	Forecast *forecastView
	Sent     []ui.Pair // what is saved by the button of the forecast
}

// forecastView is what the chosen policy would bring.
type forecastView struct {
	Point  string
	Lines  ui.Summary
	Begins string // what begins anew, "" for nothing
}

// reminderField is the name of a reminder's field.
func reminderField(i int) string { return fieldReminder + strconv.Itoa(i+1) }

// previewName asks for what the months would bring.
const previewName = "voir"

func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	t, by := territory.Of(r.Context()), account.Of(r.Context())
	if err := by.Require(account.Administrator); err != nil {
		return err
	}
	now, err := p.service.Policy(r.Context(), by, t)
	if err != nil {
		return err
	}
	form := valuesOf(now)
	if typed := web.Resumed(r); len(typed) > 0 {
		form = typed
	}
	if r.URL.Query().Get(previewName) == "" {
		return p.showSettings(w, r, http.StatusOK, now, form, nil, nil)
	}
	form = r.URL.Query()
	wanted, err := policyOf(form)
	if err == nil {
		var f Forecast
		if f, err = p.service.Forecast(r.Context(), by, t, wanted); err == nil {
			return p.showSettings(w, r, http.StatusOK, now, form, &f, nil)
		}
	}
	if !errs.Is(err, errs.Invalid) {
		return err
	}
	return p.showSettings(w, r, http.StatusUnprocessableEntity, now, form, nil, err)
}

func (p *Pages) setPolicy(w http.ResponseWriter, r *http.Request) error {
	t, by := territory.Of(r.Context()), account.Of(r.Context())
	if err := by.Require(account.Administrator); err != nil {
		return err
	}
	if err := web.ReadForm(r); err != nil {
		return err
	}
	wanted, err := policyOf(r.PostForm)
	if err == nil {
		_, err = p.service.SetPolicy(r.Context(), by, t, wanted)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return ui.SeeDone(w, r, HealthPath, "1")
	case kind != errs.Invalid && kind != errs.Conflict:
		return err
	default:
		now, again := p.service.Policy(r.Context(), by, t)
		if again != nil {
			return again
		}
		r.PostForm.Set(fieldVersion, strconv.FormatInt(now.Version, 10))
		return p.showSettings(w, r, kind.Status(), now, r.PostForm, nil, err)
	}
}

// valuesOf is a policy as its form holds it.
func valuesOf(p Policy) url.Values {
	v := url.Values{
		fieldUnconfirmed: {strconv.Itoa(p.Unconfirmed)}, fieldLapse: {strconv.Itoa(p.Lapse)}, fieldSigner: {p.Signer},
		fieldVersion: {strconv.FormatInt(p.Version, 10)}, fieldActive: {answerNo},
	}
	if p.Runs() {
		v.Set(fieldActive, answerYes)
	}
	for i, months := range p.Reminders {
		v.Set(reminderField(i), strconv.Itoa(months))
	}
	return v
}

// policyOf reads a form; errs.Invalid with the faulty fields. Reminders that are left empty are left out.
func policyOf(form url.Values) (Policy, error) {
	p := Policy{Active: form.Get(fieldActive) == answerYes, Signer: form.Get(fieldSigner)}
	e := &errs.E{Kind: errs.Invalid}
	number := func(field string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(field)))
		if err != nil {
			e.Fields = append(e.Fields, errs.Field{Name: field, Key: "freshness.months_number"})
		}
		return n
	}
	given := map[string]string{} // the fields of the reminders as check names them, by those of the form
	for i := range MostReminders {
		if strings.TrimSpace(form.Get(reminderField(i))) != "" {
			given[reminderField(len(p.Reminders))] = reminderField(i)
			p.Reminders = append(p.Reminders, number(reminderField(i)))
		}
	}
	p.Unconfirmed, p.Lapse = number(fieldUnconfirmed), number(fieldLapse)
	p.Version, _ = strconv.ParseInt(form.Get(fieldVersion), 10, 64) // one that is none is nobody's: a conflict
	if found := errs.As(p.check()); found != nil {
		for _, fault := range found.Fields {
			fault.Name = cmp.Or(given[fault.Name], fault.Name)
			if !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == fault.Name }) {
				e.Fields = append(e.Fields, fault)
			}
		}
	}
	if len(e.Fields) > 0 {
		return p, e
	}
	return p, nil
}

func (p *Pages) showSettings(w http.ResponseWriter, r *http.Request, status int, now Policy, form url.Values, f *Forecast, fault error) error {
	fr := ui.Private(r, ui.Of(r).P.T("freshness.settings"), SettingsPath)
	say := fr.P.T
	page := settingsPage{
		Frame: fr, Action: fr.Path(SettingsPath), Errors: ui.NewFormErrors(fr.P, fault), Example: say("freshness.settings_example"),
		Trail: ui.Breadcrumb{{Label: say("freshness.health"), URL: fr.Path(HealthPath)}, {Label: fr.Title, Current: true}},
	}
	months := func(field, label, hint string, optional bool) ui.Field {
		return ui.Field{
			Name: field, Label: say(label), Hint: hint, Value: form.Get(field), InputMode: "numeric", Autocomplete: "off", Short: true, Max: 3,
			Optional: optional, Error: page.Errors.For(field),
		}
	}
	page.Months = []ui.Field{
		months(reminderField(0), "freshness.reminder_1", say("freshness.reminder_hint"), false),
		months(reminderField(1), "freshness.reminder_2", "", true), months(reminderField(2), "freshness.reminder_3", "", true),
		months(fieldUnconfirmed, "freshness.field_unconfirmed", say("freshness.unconfirmed_hint"), false),
		months(fieldLapse, "freshness.field_lapse", say("freshness.lapse_hint"), false),
	}
	page.Signer = ui.Field{
		Name: fieldSigner, Label: say("freshness.signer"), Hint: say("freshness.signer_hint", "cluster", fr.Brand.Cluster), Value: form.Get(fieldSigner),
		Max: longestSigner, Optional: true, Autocomplete: "off", Error: page.Errors.For(fieldSigner),
	}
	page.Errors.Items = naming(fr, page.Errors.Items, append(slices.Clone(page.Months), page.Signer))
	on := form.Get(fieldActive) == answerYes
	page.Active = ui.Choices{Name: fieldActive, Legend: say("freshness.active"), Options: []ui.Option{
		{Value: answerYes, Label: say("freshness.active_yes"), Detail: say("freshness.active_yes_detail"), Selected: on},
		{Value: answerNo, Label: say("freshness.active_no"), Detail: say("freshness.active_no_detail"), Selected: !on},
	}}
	page.Sent = sent(form)
	if f != nil {
		wanted, err := policyOf(form)
		if err != nil {
			return err
		}
		page.Forecast = forecastOf(fr, *f, wanted, now)
	}
	return p.views.Render(w, r, status, "reglages", page)
}

// naming says of each fault on top of the form which field has it: several may have the same.
func naming(f ui.Frame, faults []ui.FormError, fields []ui.Field) []ui.FormError {
	for i, fault := range faults {
		if at := slices.IndexFunc(fields, func(field ui.Field) bool { return field.Name == fault.ID }); at >= 0 {
			faults[i].Text = f.P.T("freshness.fault_of", "field", fields[at].Label, "fault", fault.Text)
		}
	}
	return faults
}

// sent are the fields of a form, to be sent again.
func sent(form url.Values) []ui.Pair {
	names := []string{fieldActive, fieldUnconfirmed, fieldLapse, fieldSigner, fieldVersion}
	for i := range MostReminders {
		names = append(names, reminderField(i))
	}
	slices.Sort(names)
	var pairs []ui.Pair
	for _, name := range names {
		pairs = append(pairs, ui.Pair{Name: name, Value: form.Get(name)})
	}
	return pairs
}

// forecastOf tells what a policy would bring if it took the place of the present one.
func forecastOf(f ui.Frame, c Forecast, wanted, now Policy) *forecastView {
	v := &forecastView{Point: f.P.T("freshness.forecast_off", "n", c.Cards)}
	row := func(key string, n int) {
		v.Lines.Rows = append(v.Lines.Rows, ui.SummaryRow{Name: f.P.T(key), Value: f.P.T("freshness.n_cards", "n", n)})
	}
	v.Lines.Rows = append(v.Lines.Rows, ui.SummaryRow{
		Name: f.P.T("freshness.forecast_unconfirmed"), Value: f.P.T("freshness.n_cards_now", "n", c.Unconfirmed, "now", f.P.Number(c.Before)),
	})
	if !wanted.Active {
		return v
	}
	v.Point = f.P.T("freshness.forecast_on", "n", c.Letters, "cards", f.P.Number(c.Cards))
	v.Lines.Rows = append(v.Lines.Rows,
		ui.SummaryRow{Name: f.P.T("freshness.forecast_today"), Value: f.P.T("freshness.n_letters", "n", c.Today)},
		ui.SummaryRow{Name: f.P.T("freshness.forecast_letters", "days", spreadDays), Value: f.P.T("freshness.n_letters", "n", c.Letters)})
	row("freshness.forecast_leaving", c.Leaving)
	if !c.First.IsZero() {
		v.Lines.Rows = append(v.Lines.Rows, ui.SummaryRow{Name: f.P.T("freshness.forecast_first"), Value: f.P.Date(c.First)})
	}
	if !now.Runs() || !wanted.sameMonths(now) {
		v.Begins = f.P.T("freshness.forecast_begins", "spread", spreadDays, "grace", graceDays)
	}
	return v
}
