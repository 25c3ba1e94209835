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
		do := r.PostForm.Get(inputDo)
		to, field, _ := strings.Cut(r.PostForm.Get(inputGo), "/")
		helped := step == Hours && fillHours(r.PostForm, do)
		sheet, long, err := y.p.Save(r.Context(), by(r), y.door, r.PathValue("id"), step, inputOf(r))
		if err != nil {
			return y.refuse(w, r, err)
		}
		faults := sheet.work.at(step)
		for _, field := range long {
			faults = slices.DeleteFunc(faults, func(f errs.Field) bool { return fieldOf(f.Name) == field })
			faults = append(faults, fault(field, "edit.too_long", nil))
		}
		id := sheet.Record.Listing.ID
		switch {
		case len(long) > 0:
			return y.showStep(w, r, http.StatusUnprocessableEntity, &sheet, step, only(r.PostForm, long), faults)
		case helped:
			return ui.SeeOther(w, r, y.at(id, step)+"#"+hoursField)
		case slices.Contains(Steps(), Step(to)):
			return ui.SeeOther(w, r, y.at(id, Step(to))+anchor(field))
		case do == doPreview:
			return ui.SeeOther(w, r, y.path(id)+"/apercu?"+url.Values{inputStep: {string(step)}}.Encode())
		case len(faults) > 0:
			return y.showStep(w, r, http.StatusUnprocessableEntity, &sheet, step, nil, faults)
		case do == doPublish:
			return y.send(w, r, id)
		case do == doSave:
			return ui.SeeDone(w, r, y.at(id, step), "enregistre")
		}
		return ui.SeeOther(w, r, y.at(id, step.next()))
	}
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
