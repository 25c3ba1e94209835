package edit

import (
	"net/url"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// Draft is what somebody has typed about a card and not published yet.
type Draft struct {
	Person    string
	Listing   string
	Territory string
	Base      int64                 // version of the card that they saw
	Was       listing.Content       // what the card said then
	Typed     map[string]url.Values // by field, where it is not what the card said
	Resumed   string                // the change that waited and that it was begun with, "" for none
	SavedAt   time.Time             // zero for one that is not kept: nothing was typed
	Window    string                // the page that it was last typed in, "" where that did not say
}

// draftOf begins a draft of a card.
func draftOf(person string, l listing.Listing) Draft {
	return Draft{Person: person, Listing: l.ID, Territory: l.Territory, Base: l.Version, Was: l.Content, Typed: map[string]url.Values{}}
}

// Empty reports whether nothing was typed.
func (d Draft) Empty() bool { return len(d.Typed) == 0 }

// work is what a draft makes of the card.
type work struct {
	Content listing.Content
	Faults  []errs.Field
	Changed []string // fields that say something else than the card did, the faulty ones among them, in the order of the form
}

// faulty reports whether a field has a fault.
func (w work) faulty(field string) bool {
	return slices.ContainsFunc(w.Faults, func(f errs.Field) bool { return fieldOf(f.Name) == field })
}

// at are the faults of a step.
func (w work) at(step Step) []errs.Field {
	return slices.DeleteFunc(slices.Clone(w.Faults), func(f errs.Field) bool { return stepOf(fieldOf(f.Name)) != step })
}

// work reads what was typed.
func (s scope) work(d Draft) work {
	w := work{Content: d.Was}
	for _, q := range questions() {
		if v, ok := d.Typed[q.field]; ok {
			w.Faults = append(w.Faults, q.read(s, v, &d.Was, &w.Content)...)
		}
	}
	w.Faults = append(w.Faults, askReachable(d.Typed, d.Was, w.Content)...)
	if e := errs.As(w.Content.Validate()); e != nil {
		for _, f := range e.Fields {
			if !w.faulty(f.Name) {
				w.Faults = append(w.Faults, f)
			}
		}
	}
	slices.SortStableFunc(w.Faults, func(a, b errs.Field) int { return place(fieldOf(a.Name)) - place(fieldOf(b.Name)) })
	all := fields()
	for _, q := range questions() {
		_, typed := d.Typed[q.field]
		if f := all[q.field]; !f.Same(&d.Was, &w.Content) || typed && w.faulty(q.field) {
			w.Changed = append(w.Changed, q.field)
		}
	}
	return w
}

// place is that of a field in the form.
func place(field string) int {
	return slices.IndexFunc(questions(), func(q question) bool { return q.field == field })
}

// form is what the form shows of a field: what was typed, else what the card says.
func (s scope) form(d Draft, q question) url.Values {
	if v, ok := d.Typed[q.field]; ok {
		return v
	}
	return q.shown(s, &d.Was)
}

// marks are those of the fields of a step as the form shows them.
func (s scope) marks(d Draft, step Step) marks {
	m := marks{}
	for _, q := range asked(step) {
		m[q.field] = mark(s.form(d, q))
	}
	return m
}

// mostTyped is how much of one field a draft keeps, in bytes: more than the longest text that a card may hold.
const mostTyped = 60_000

// means reports whether what was typed says what the card said, in other words.
func (s scope) means(d *Draft, q question, typed url.Values) bool {
	got := s.work(*d).Content
	return len(q.read(s, typed, &d.Was, &got)) == 0 && fields()[q.field].Same(&d.Was, &got)
}

// size is how many bytes a form of a field is long.
func size(v url.Values) int {
	n := 0
	for _, values := range v {
		for _, text := range values {
			n += len(text)
		}
	}
	return n
}

// take takes what a step's form holds into a draft: the fields that are not as they were shown, by the marks, but for those that are
// locked. It gives the fields that are too long to be kept, which stay as they are.
func (s scope) take(d *Draft, step Step, form url.Values, shown marks, locked []string) (long []string) {
	if !step.asks() {
		return nil
	}
	for _, q := range asked(step) {
		typed := own(form, q.field)
		switch {
		case slices.Contains(locked, q.field) || mark(typed) == shown[q.field]:
		case size(typed) > mostTyped:
			long = append(long, q.field)
		case same(typed, q.shown(s, &d.Was)), s.means(d, q, typed):
			delete(d.Typed, q.field)
		default:
			d.Typed[q.field] = typed
		}
	}
	return long
}

// crossed are the fields that a form changes otherwise than the draft does, where the form did not show what the draft holds.
func crossed(d Draft, step Step, form url.Values, shown marks) []string {
	var out []string
	for _, q := range asked(step) {
		typed := own(form, q.field)
		held, ok := d.Typed[q.field]
		if ok && shown[q.field] != "" && mark(held) != shown[q.field] && mark(typed) != shown[q.field] && !same(held, typed) {
			out = append(out, q.field)
		}
	}
	return out
}

// onto carries a draft over to what a card says now: the fields of keep stay as they are in the draft, all others are the card's.
func (s scope) onto(d Draft, l listing.Listing, keep []string) Draft {
	next, mine := draftOf(d.Person, l), s.work(d).Content
	next.Resumed = d.Resumed
	for _, q := range questions() {
		if !slices.Contains(keep, q.field) {
			continue
		}
		v, typed := d.Typed[q.field]
		if !typed { // as it was seen, which is not what the card says now
			v = q.shown(s, &mine)
		}
		if !same(v, q.shown(s, &next.Was)) {
			next.Typed[q.field] = v
		}
	}
	return next
}
