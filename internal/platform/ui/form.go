package ui

import (
	"html/template"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// Kind is the weight of a button.
type Kind string

// The kinds of buttons: one main per page, plain for the rest, quiet beside them, danger for what cannot be undone.
const (
	Plain  Kind = ""
	Main   Kind = "main"
	Quiet  Kind = "quiet"
	Danger Kind = "danger"
)

// Button is a button, or a link that looks like one when URL is set.
type Button struct {
	Label    string
	Kind     Kind
	Icon     string
	URL      string
	Name     string // sent with Value by a button of a form
	Value    string
	Dialog   string // id of the <dialog> it opens; URL is where it leads without scripts
	Close    bool   // closes the dialog it stands in
	Toast    string // sentence it shows
	Wide     bool   // full width on phones
	Disabled bool
	Busy     bool
}

// Type is the button's type attribute: what opens or closes something never sends a form.
func (b Button) Type() string {
	if b.Dialog != "" || b.Close || b.Toast != "" {
		return "button"
	}
	return "submit"
}

// Class is the class attribute.
func (b Button) Class() string {
	class := "button"
	if b.Kind != Plain {
		class += " button-" + string(b.Kind)
	}
	if b.Wide {
		class += " button-wide"
	}
	return class
}

// Option is a choice of a select, a group of choices or a facet.
type Option struct {
	Value    string
	Label    string
	Detail   string
	Selected bool
	Disabled bool
}

// Field is one question with its place for the answer: an input, a text area when Rows is set, a select when Options are.
// With Suggest it is a combobox: a plain field that offers suggestions from that address (see Suggestion).
type Field struct {
	ID           string // Name when empty
	Name         string
	Label        string
	Hint         string
	Error        string
	Value        string
	Type         string // of the input; "text" when empty
	Placeholder  string // an example, never the label
	Autocomplete string
	InputMode    string
	Rows         int
	Max          int // characters; shows a count under a text area
	Options      []Option
	Optional     bool // says so in the label: what is not optional is needed
	Required     bool
	Disabled     bool
	ReadOnly     bool
	Short        bool // a short answer: the field is narrow
	Suggest      string
	SuggestSend  bool   // choosing a suggestion sends the form
	SuggestNone  string // what is shown where nothing is suggested; "" has only readers of the screen told
}

// Suggestion is one line of the answer of a Suggest address: a JSON array of them. The query is its parameter q.
type Suggestion struct {
	Value  string `json:"value"`            // what the field takes
	Label  string `json:"label,omitempty"`  // what is shown; Value when empty
	Detail string `json:"detail,omitempty"` // in small beside the label
	URL    string `json:"url,omitempty"`    // where choosing it leads
}

// HTMLID is the id of the field.
func (f Field) HTMLID() string { return either(f.ID, f.Name) }

// InputType is the type attribute.
func (f Field) InputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// Class is the class attribute of the whole.
func (f Field) Class() string {
	class := "field"
	if f.Short {
		class += " field-short"
	}
	if f.Error != "" {
		class += " field-bad"
	}
	return class
}

// Counted reports whether the count of characters is shown.
func (f Field) Counted() bool { return f.Rows > 0 && f.Max > 0 }

// Length is the count of characters of the value.
func (f Field) Length() int { return len([]rune(f.Value)) }

// DescribedBy lists the ids of what explains the field.
func (f Field) DescribedBy() string {
	return describedBy(f.HTMLID(), f.Hint != "", f.Error != "", f.Counted())
}

// Choices is a question answered by choosing: cards with radio buttons, or check boxes when Multiple.
type Choices struct {
	ID       string // Name when empty
	Name     string
	Legend   string
	Hint     string
	Error    string
	Multiple bool
	Row      bool // side by side where there is room
	Options  []Option
}

// HTMLID is the id of the group; a choice's is this, a hyphen and its number.
func (c Choices) HTMLID() string { return either(c.ID, c.Name) }

// InputType is the type attribute of the choices.
func (c Choices) InputType() string {
	if c.Multiple {
		return "checkbox"
	}
	return "radio"
}

// DescribedBy lists the ids of what explains the group.
func (c Choices) DescribedBy() string {
	return describedBy(c.HTMLID(), c.Hint != "", c.Error != "", false)
}

// Check is one box to tick, alone or in a facet.
type Check struct {
	ID       string
	Name     string
	Value    string
	Label    string
	Count    string // of results, already written for the reader
	Checked  bool
	Disabled bool
	Depth    int // in a tree, 0 to 2
}

// HTML is the box and its words. It is written here and not by a template, for a page of results has a hundred of them.
func (c Check) HTML() template.HTML {
	m := NewMarkup(nil, 200)
	c.write(m)
	return m.html()
}

func (c *Check) write(m *Markup) {
	m.Raw(`<label class="check"`)
	if c.Depth > 0 {
		m.Raw(` data-depth="`).Text(strconv.Itoa(c.Depth)).Raw(`"`)
	}
	m.Raw(`><input type="checkbox" id="`).Text(c.ID).Raw(`" name="`).Text(c.Name).Raw(`" value="`).Text(c.Value).Raw(`"`)
	if c.Checked {
		m.Raw(" checked")
	}
	if c.Disabled {
		m.Raw(" disabled")
	}
	m.Raw("><span>").Text(c.Label).Raw("</span>")
	if c.Count != "" {
		m.Raw(`<span class="check-count">`).Text(c.Count).Raw("</span>")
	}
	m.Raw("</label>")
}

// FormErrors is the list on top of a form that was refused: each faulty field with what to do. The page that shows it begins
// there: it takes the focus, and so is read first.
type FormErrors struct {
	Sample bool // only shown as an example: it takes no focus
	Asks   bool // nothing is wrong: these are questions
	Title  string
	Items  []FormError
}

// FormError is one faulty field. ID is the field's id, to which the list links; none for what concerns the whole form.
type FormError struct {
	ID   string
	Text string
}

// NewFormErrors writes the fields of an errs.E for the reader, and its own sentence as the title. It is empty for another
// error and for nil.
func NewFormErrors(p *locale.Printer, err error) FormErrors {
	e := errs.As(err)
	if e == nil {
		return FormErrors{}
	}
	form := FormErrors{Title: p.T("ui.form.refused", "n", max(1, len(e.Fields)))}
	if e.Key != "" && p.Has(e.Key) {
		form.Title = p.Text(e.Key, e.Args)
	}
	for _, field := range e.Fields {
		form.Items = append(form.Items, FormError{ID: field.Name, Text: p.Text(field.Key, field.Args)})
	}
	return form
}

// For is the sentence for a field, empty when it is in order.
func (f FormErrors) For(id string) string {
	for _, item := range f.Items {
		if item.ID == id {
			return item.Text
		}
	}
	return ""
}

// Pair is a hidden value that a form carries along.
type Pair struct{ Name, Value string }

// SearchBox is the person's question: what, and where when WhereName is set. Empty names are "q" and no second field.
type SearchBox struct {
	ID           string // prefix of the ids, "search" when empty: unique on the page
	Action       string // address of the results
	What         string // what the first field holds
	WhatName     string // "q" when empty
	WhatLabel    string // ui.search.what when empty
	WhatExample  string // ui.search.what_example when empty
	WhatSuggest  string
	Where        string
	WhereName    string
	WhereLabel   string // ui.search.where when empty
	WhereExample string // ui.search.where_example when empty; a territory has its own kinds of places
	WhereSuggest string
	Large        bool // as on a home page
	Hidden       []Pair
}

// WhatField is the first field, with the label and example that are usual.
func (s SearchBox) WhatField(label, example string) Field {
	return Field{
		ID: either(s.ID, "search") + "-what", Name: either(s.WhatName, "q"), Value: s.What,
		Label: either(s.WhatLabel, label), Placeholder: either(s.WhatExample, example),
		Type: "search", Autocomplete: "off", Suggest: s.WhatSuggest, SuggestSend: true, Max: 200,
	}
}

// WhereField is the second field, with the label and example that are usual.
func (s SearchBox) WhereField(label, example string) Field {
	return Field{
		ID: either(s.ID, "search") + "-where", Name: s.WhereName, Value: s.Where,
		Label: either(s.WhereLabel, label), Placeholder: either(s.WhereExample, example),
		Type: "search", Autocomplete: "off", Suggest: s.WhereSuggest, Max: 120,
	}
}

// Facets are the filters of a list of results: beside them where there is room, a sheet on phones.
type Facets struct {
	ID      string // "facets" when empty
	Action  string
	Open    string // words of the button on phones: "Filtrer (3)"
	Send    string // words of the button that sends: "Voir 128 fiches"
	Changed string // words of that button once a choice was made and the number is not known any more; Send when empty
	Clear   string // address without any choice; no link when empty
	Hidden  []Pair
	Groups  []FacetGroup
}

// FacetGroup is one facet. More are the choices behind a disclosure.
type FacetGroup struct {
	Legend string
	Checks []Check
	More   []Check
	Open   bool // shows More: one of them is chosen
}

// HTMLID is the id of the facets; the sheet's is this and "-sheet".
func (f Facets) HTMLID() string { return either(f.ID, "facets") }

// either is the first text that is not empty.
func either(text, usual string) string {
	if text != "" {
		return text
	}
	return usual
}

func describedBy(id string, hint, fault, count bool) string {
	var ids []string
	for _, part := range []struct {
		is   bool
		name string
	}{{hint, "-hint"}, {fault, "-error"}, {count, "-count"}} {
		if part.is {
			ids = append(ids, id+part.name)
		}
	}
	return strings.Join(ids, " ")
}
