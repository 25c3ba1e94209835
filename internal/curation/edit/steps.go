package edit

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// step shows a step of the form.
func (y way) step(step Step) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sheet, done, err := y.open(w, r)
		if err != nil || done {
			return err
		}
		return y.showStep(w, r, http.StatusOK, &sheet, step, web.Resumed(r), nil)
	}
}

// save takes what a step's form holds, and does what the button says that was pressed.
func (y way) save(step Step) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := web.ReadForm(r); err != nil {
			return err
		}
		b := pressed{do: r.PostForm.Get(inputDo), to: r.PostForm.Get(inputGo), version: version(r)}
		helped := step == Hours && fillHours(r.PostForm, b.do)
		input := inputOf(r)
		input.Careful = !helped
		sheet, long, err := y.p.Save(r.Context(), by(r), y.door, r.PathValue("id"), step, input)
		if err != nil {
			return y.refuse(w, r, err)
		}
		faults := sheet.work.at(step)
		for _, field := range long {
			faults = slices.DeleteFunc(faults, func(f errs.Field) bool { return fieldOf(f.Name) == field })
			faults = append(faults, fault(field, "edit.too_long", nil))
		}
		switch id := sheet.Record.Listing.ID; {
		case len(sheet.Crossed) > 0:
			return y.showStep(w, r, http.StatusConflict, &sheet, step, only(r.PostForm, sheet.Crossed), sheet.crossings(sheet.voice(ui.Of(r))))
		case len(long) > 0:
			return y.showStep(w, r, http.StatusUnprocessableEntity, &sheet, step, only(r.PostForm, long), faults)
		case helped:
			return ui.SeeOther(w, r, y.at(id, step)+"#"+hoursField)
		case len(faults) > 0 && !b.leaves():
			return y.showStep(w, r, http.StatusUnprocessableEntity, &sheet, step, nil, faults)
		}
		return y.onward(w, r, &sheet, step, b)
	}
}

// crossings ask about the fields that another window has typed otherwise, with what it has typed.
func (sheet *Sheet) crossings(v voice) []errs.Field {
	var asks []errs.Field
	for _, field := range sheet.Crossed {
		asks = append(asks, fault(field, keyCrossed, errs.Args{"quote": v.names.Quote(sheet.Content, field)}))
	}
	return asks
}

// pressed is the button that a form was sent with, and the version of the card that the form showed.
type pressed struct {
	do, to  string
	version int64
}

// step is the step that the button leads to, with its field; ok is false for a button that leads to none.
func (b pressed) step() (step Step, field string, ok bool) {
	to, field, _ := strings.Cut(b.to, "/")
	return Step(to), field, slices.Contains(Steps(), Step(to))
}

// leaves reports whether the button leads away from a step also where something is to be corrected there.
func (b pressed) leaves() bool {
	_, _, ok := b.step()
	return ok || b.do == doPreview || b.do == doRestore
}

// onward does what a button says, once what its form holds is kept.
func (y way) onward(w http.ResponseWriter, r *http.Request, sheet *Sheet, step Step, b pressed) error {
	id := r.PathValue("id")
	to, field, elsewhere := b.step()
	switch {
	case elsewhere:
		return ui.SeeOther(w, r, y.at(id, to)+anchor(field))
	case b.do == doPreview:
		return ui.SeeOther(w, r, y.path(id)+"/apercu?"+url.Values{inputStep: {string(step)}}.Encode())
	case b.do == doPublish && slices.ContainsFunc(sheet.Changed, func(field string) bool { return stepOf(field) != step }):
		return ui.SeeDone(w, r, y.at(id, Review), "relire") // what else waits is seen before it is public
	case b.do == doPublish:
		return y.send(w, r, id, b.version)
	case b.do == doRestore:
		return ui.SeeDone(w, r, y.at(id, step), "remise")
	case b.do == doSave:
		return ui.SeeDone(w, r, y.at(id, step), "enregistre")
	}
	return ui.SeeOther(w, r, y.at(id, step.next()))
}

// fillHours does what a button of the opening hours asks: copies a day, or writes what many say.
func fillHours(form url.Values, do string) bool {
	switch do {
	case doCopy:
		copyDay(form, form.Get(copyFrom), form[copyTo])
	case doUsual:
		usualWeek(form)
	default:
		return false
	}
	return true
}

// only are the inputs of some fields.
func only(form url.Values, fields []string) url.Values {
	out := url.Values{}
	for _, field := range fields {
		for name, values := range own(form, field) {
			out[name] = values
		}
	}
	return out
}

// anchor is the fragment of a field on its step's page, "" for none.
func anchor(field string) string {
	if place(field) < 0 {
		return ""
	}
	return "#" + field
}
