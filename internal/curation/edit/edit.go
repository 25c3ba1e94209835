// Package edit is the form in which a card of the directory is edited, by the people of its company under /espace and by the team
// under /gestion: its steps, what was typed and not published yet, the difference with what others wrote meanwhile. It must not
// know who is trusted to publish at once, which the room around it decides, nor how the directory shows a card.
package edit

import (
	"embed"
	"slices"
)

// Texts holds the sentences of these pages, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Step is a screen of the form, by its name in the address.
type Step string

// The steps. Review shows what changes, and asks nothing.
const (
	Essential Step = "essentiel"
	Activity  Step = "activite"
	Place     Step = "lieu"
	Contact   Step = "contact"
	Hours     Step = "horaires"
	Logo      Step = "logo"
	Review    Step = "publier"
)

// Steps lists the steps in their order.
func Steps() []Step { return []Step{Essential, Activity, Place, Contact, Hours, Logo, Review} }

// Key is the key of the step's name: "edit.step.contact".
func (s Step) Key() string { return "edit.step." + string(s) }

// asks reports whether the step has a form of fields.
func (s Step) asks() bool { return slices.Contains(Steps(), s) && s != Logo && s != Review }

// next is the step after this one, the last one after the last.
func (s Step) next() Step {
	all := Steps()
	return all[min(slices.Index(all, s)+1, len(all)-1)]
}

// stepOf is the step that asks for a field.
func stepOf(field string) Step {
	for _, q := range questions() {
		if q.field == field {
			return q.step
		}
	}
	return Essential
}
