package edit

import (
	"net/url"
	"strconv"

	"grappe/internal/platform/ui"
)

// hoursView asks when it is open: how that is said, and where it is a week, day by day.
type hoursView struct {
	ID       string
	Mode     ui.Choices
	Kept     []string // the words that the card has, where the form cannot express them
	Days     []dayView
	Usual    bool // nothing is written yet: what many say is offered
	Copy     copyView
	Also     ui.Check
	Holidays ui.Choices
	Open     dayView // on public holidays
	Comment  ui.Field
	Asked    string // the blank days that were asked about
}

// dayView is one day.
type dayView struct {
	Key    string
	Name   string
	Closed ui.Check
	Spans  []spanView
	Errors []string
	Asks   []string
	Sure   []ui.Check // confirm openings that look like a slip
}

// spanView is one opening: two inputs.
type spanView struct {
	From, To         string // their names
	FromTime, ToTime string
	FromLabel        string
	ToLabel          string
	Bad              bool
	Asked            bool
	ErrorID          string
}

// copyView is how a day is copied to others.
type copyView struct {
	From []ui.Option
	To   []ui.Check
}

// What the form calls the copying of a day.
const (
	copyFrom = "copier-de"
	copyTo   = "copier-vers"
)

func (s *screen) hoursForm(v url.Values) *hoursView {
	h := &hoursView{
		ID:      hoursField,
		Mode:    ui.Choices{ID: hoursField, Name: inputMode, Legend: s.name(hoursField), Error: s.errors.For(hoursField)},
		Also:    ui.Check{ID: inputAppointment, Name: inputAppointment, Value: "oui", Label: s.P.T("edit.hours_also"), Checked: v.Get(inputAppointment) != ""},
		Comment: ui.Field{Name: inputComment, Label: s.P.T("edit.hours_comment"), Hint: s.P.T("edit.hours_comment_hint"), Value: v.Get(inputComment), Max: 120, Optional: true, Autocomplete: "off"},
	}
	mode, was := v.Get(inputMode), showHours(s.sheet.Draft.Was.OpeningHours).Get(inputMode)
	modes := []string{hoursWeek, hoursAlways, hoursAppointment, hoursNone}
	if was == hoursKept {
		modes = append([]string{hoursKept}, modes...)
		h.Kept = []string{s.sheet.Draft.Was.OpeningHours}
	}
	for _, m := range modes {
		h.Mode.Options = append(h.Mode.Options, ui.Option{Value: m, Label: s.P.T("edit.hours_mode." + m), Selected: m == mode || mode == "" && m == hoursNone})
	}
	n, any := spansShown(v), false
	for _, key := range week() {
		wd, _ := strconv.Atoi(key) // one of ours
		d := s.dayForm(v, key, s.day(wd), n)
		d.Closed = ui.Check{ID: dayInput(key), Name: dayInput(key), Value: "oui", Label: s.P.T("edit.hours_closed"), Checked: v.Get(dayInput(key)) != ""}
		h.Days = append(h.Days, d)
		any = any || d.Spans[0].FromTime != "" || d.Closed.Checked
		h.Copy.From = append(h.Copy.From, ui.Option{Value: key, Label: s.day(wd)})
		h.Copy.To = append(h.Copy.To, ui.Check{ID: copyTo + "-" + key, Name: copyTo, Value: key, Label: s.day(wd), Checked: wd >= 2 && wd <= 5})
	}
	h.Usual = !any
	s.holidays(h, v)
	s.askSure(h, v)
	h.Asked = s.askedBlank(v)
	return h
}

func (s *screen) holidays(h *hoursView, v url.Values) {
	h.Holidays = ui.Choices{ID: inputHolidays, Name: inputHolidays, Legend: s.P.T("edit.hours_holidays_ask"), Row: true}
	for _, o := range []struct{ value, word string }{{"", "unsaid"}, {holidaysClosed, "closed"}, {holidaysOpen, "open"}} {
		h.Holidays.Options = append(h.Holidays.Options, ui.Option{Value: o.value, Label: s.P.T("edit.holidays." + o.word), Selected: v.Get(inputHolidays) == o.value})
	}
	h.Open = s.dayForm(v, holidayKey, s.P.T("edit.on_holidays"), holidaySpans)
}

func (s *screen) dayForm(v url.Values, key, name string, spans int) dayView {
	d := dayView{Key: key, Name: name}
	for i := range spans {
		from, to := spanInput(key, i, spanFrom), spanInput(key, i, spanTo)
		x := spanView{
			From: from, To: to, FromTime: v.Get(from), ToTime: v.Get(to), ErrorID: hoursField + "-" + key + "-error",
			FromLabel: s.P.T("edit.hours_from", "day", name, "n", i+1), ToLabel: s.P.T("edit.hours_to", "day", name, "n", i+1),
		}
		for _, id := range []string{from, to} {
			if wrong := s.errors.For(id); wrong != "" {
				x.Bad = true
				d.Errors = append(d.Errors, wrong)
			}
			if ask := s.asks.For(id); ask != "" {
				x.Asked = true
				d.Asks = append(d.Asks, ask)
			}
		}
		d.Spans = append(d.Spans, x)
	}
	return d
}
