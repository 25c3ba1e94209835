package edit

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"grappe/internal/listing"
	"grappe/internal/platform/ui"
)

// stateView says how complete the card would be, and what to add or to read again.
type stateView struct {
	Bar    ui.Progress
	Next   *advice  // the best thing to add
	More   []advice // the others
	Doubts []advice // what to read again
	Saved  string   // when the draft was saved, "" for none
	Drop   string   // where one is asked whether to throw the draft away
}

// advice leads to a field.
type advice struct {
	Text  string
	Step  Step
	Field string
	URL   string // on pages without the form, whose buttons keep what was typed
}

// longDescription is from how many characters on a description earns all its points.
const longDescription = 120

// gain is what a field that is missing would earn.
type gain struct {
	field  string
	points int
	longer bool // it is there, and too short to earn all
}

// gains are what a card can still earn, the most first.
func gains(l listing.Listing) []gain {
	missing := listing.Missing(l)
	var out []gain
	for _, w := range listing.Weights() {
		switch {
		case slices.Contains(missing, w.Field):
			out = append(out, gain{w.Field, w.Points, false})
		case w.Field == "description" && utf8.RuneCountInString(l.Description) < longDescription:
			out = append(out, gain{w.Field, w.Points - w.Points/2, true})
		}
	}
	slices.SortStableFunc(out, func(a, b gain) int { return cmp.Compare(b.points, a.points) })
	return out
}

func (y way) state(v voice, sheet *Sheet, at func(Step) string) stateView {
	l := sheet.preview().Listing
	st := stateView{Bar: ui.Progress{ID: "completude", Label: v.P.T("edit.complete"), Text: v.P.T("edit.complete_of", "n", l.Completeness), Value: l.Completeness, Max: 100}}
	lead := func(text, field string) advice {
		a := advice{Text: text, Step: stepOf(field), Field: field}
		if at != nil {
			a.URL = v.Path(at(a.Step)) + "#" + field
		}
		return a
	}
	for _, g := range gains(l) {
		if slices.Contains(sheet.Locked, g.field) {
			continue
		}
		key := "edit.add." + g.field
		if g.longer {
			key = "edit.add.longer"
		}
		st.More = append(st.More, lead(v.P.T("edit.gain", "what", v.P.T(key), "n", g.points), g.field))
	}
	if len(st.More) > 0 {
		st.Next, st.More = &st.More[0], st.More[1:]
	}
	for _, field := range listing.DoubtfulFields(sheet.Record.Listing, y.p.Now()) {
		if !slices.Contains(sheet.Locked, field) && !slices.Contains(sheet.Changed, field) {
			st.Doubts = append(st.Doubts, lead(v.name(field), field))
		}
	}
	if !sheet.Draft.SavedAt.IsZero() {
		st.Saved = v.P.T("edit.draft_saved", "when", v.moment(sheet.Draft.SavedAt, y.p.Now()))
		st.Drop = v.Path(y.path(sheet.Record.Listing.ID) + "/abandon")
	}
	return st
}
