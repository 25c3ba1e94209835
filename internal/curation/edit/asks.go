package edit

import (
	"net/url"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// The keys of the faults that are questions: nothing is wrong with what was typed, but it looks like a slip.
const (
	keyLong        = "edit.hours_long"
	keyNight       = "edit.hours_night"
	keyBlank       = "edit.hours_blank"   // days without anything
	keyEmptied     = "edit.hours_emptied" // no hours are left
	keyUnreachable = "edit.unreachable"   // nothing is left by which to reach them
	keyZoneEmptied = "edit.zone_emptied"  // the commune was there
	keyCrossed     = "edit.crossed"       // another window has typed otherwise
)

// answerKey is the key of the words for how a question is answered on its step, "" for a fault that is none.
func answerKey(key string) string {
	switch key {
	case keyLong, keyNight:
		return "edit.answer.tick"
	case keyBlank:
		return "edit.answer.blank"
	case keyCrossed:
		return "edit.answer.crossed"
	case keyEmptied, keyUnreachable, keyZoneEmptied:
		return "edit.answer.empty"
	}
	return ""
}

// questionsAmong tells the questions among some faults of the others.
func questionsAmong(faults []errs.Field) (asks, wrong []errs.Field) {
	for _, f := range faults {
		if answerKey(f.Key) != "" {
			asks = append(asks, f)
		} else {
			wrong = append(wrong, f)
		}
	}
	return asks, wrong
}

// formErrors are the faults of a form in words, questions with how to answer them.
func (v voice) formErrors(faults []errs.Field) ui.FormErrors {
	if len(faults) == 0 {
		return ui.FormErrors{}
	}
	_, wrong := questionsAmong(faults)
	e := ui.FormErrors{Asks: len(wrong) == 0, Title: v.faultsTitle(faults)}
	times := map[string]int{}
	for _, f := range faults {
		times[sentence(v.fault(f))]++
	}
	for _, f := range faults {
		text := sentence(v.fault(f))
		if times[text] > 1 { // of several fields: it says of which
			text = v.P.T("edit.fault_of", "field", v.name(fieldOf(f.Name)), "fault", text)
		}
		if key := answerKey(f.Key); key != "" {
			text += " " + v.P.T(key)
		}
		e.Items = append(e.Items, ui.FormError{ID: f.Name, Text: text})
	}
	return e
}

// faultsTitle heads some faults.
func (v voice) faultsTitle(faults []errs.Field) string {
	if _, wrong := questionsAmong(faults); len(wrong) == 0 {
		return v.P.T("edit.questions", "n", len(faults))
	}
	return v.P.T("edit.faults", "n", len(faults))
}

// contacts are the fields by which one reaches whom a card presents.
func contacts() []string { return []string{"phones", "emails", "websites"} }

// inputBare brings back that somebody was asked whether nothing is to be left of what they erased; of the field it follows.
const inputBare = "-vides"

// unreachable is the first of the contacts that were erased, where none is left; "" for none.
func unreachable(was, now listing.Content) string {
	all, first := fields(), ""
	for _, field := range contacts() {
		f := all[field]
		if !f.Empty(&now) {
			return ""
		}
		if first == "" && !f.Empty(&was) {
			first = field
		}
	}
	return first
}

// askReachable asks once whether nothing is to be left by which to reach them.
func askReachable(typed map[string]url.Values, was, now listing.Content) []errs.Field {
	field := unreachable(was, now)
	if field == "" || typed[field].Get(field+inputBare) != "" {
		return nil
	}
	return []errs.Field{fault(field, keyUnreachable, nil)}
}
