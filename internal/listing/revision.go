package listing

import (
	"slices"
	"time"

	"grappe/internal/company"
)

// Act says what made a revision.
type Act string

// What is done to cards. Merged and Parted are told of both cards.
const (
	Created   Act = "created" // by a person; cards that an import makes have no revision of it
	Edited    Act = "edited"
	Imported  Act = "imported"
	Shown     Act = "published"
	Concealed Act = "hidden"
	Expired   Act = "lapsed"
	Revived   Act = "revived"
	Joined    Act = "merged"
	Parted    Act = "parted"
	Restored  Act = "restored"
	Confirmed Act = "confirmed" // somebody vouched for the card as it stood
)

// Acts lists what is done to cards.
func Acts() []Act {
	return []Act{Created, Edited, Imported, Shown, Concealed, Expired, Revived, Joined, Parted, Restored, Confirmed}
}

// Key is the key of the act's words: "listing.act.edited".
func (a Act) Key() string { return "listing.act." + string(a) }

// Revision is what one write made of a card.
type Revision struct {
	ID          string
	Listing     string
	Territory   string
	Version     int64 // that it made
	At          time.Time
	Act         Act
	Source      company.Source // of who did it, else of the first field that changed
	Person      string         // identifier; "" for imports and schedules, and for who was erased
	Fields      []string       // that changed
	Before      Content        // what they said until then
	StateBefore State
	Other       string // the card that it was merged with, or parted from
}

// writing is in whose name a store writes, and what that is called in the history of the cards. The zero value is nobody, who
// does what the cards tell by themselves.
type writing struct {
	person string
	act    Act
	source company.Source
	other  map[string]string // by the card
	fold   *fold
}

// fold gathers what several writes of one transaction make of cards.
type fold struct {
	before map[string]Listing // as they stood before the first write
	after  map[string]Listing // as they stand now, without those that did not exist before
	made   map[string]bool    // those
}

// diff names the fields in which two states of a card differ.
func diff(before, after *Content) []string {
	var changed []string
	for _, f := range Fields() {
		if !f.Same(before, after) {
			changed = append(changed, f.Name)
		}
	}
	return changed
}

// revision is what a write made of a card; ok is false where nobody has to know.
func (w *writing) revision(before, after *Listing, now time.Time) (r Revision, ok bool) {
	changed := diff(&before.Content, &after.Content)
	r = Revision{
		Listing: after.ID, Territory: after.Territory, Version: after.Version, At: now, Source: w.source, Person: w.person,
		Fields: changed, StateBefore: before.State, Other: w.other[after.ID],
	}
	for _, f := range Fields() {
		if !slices.Contains(changed, f.Name) {
			continue
		}
		f.Copy(&r.Before, &before.Content)
		if r.Source.Kind == "" {
			r.Source = after.Provenance[f.Name]
		}
	}
	r.Act = w.called(before, after, r)
	switch {
	case r.Act != Joined && r.Act != Parted:
		r.Other = ""
	case r.Other == "" && after.State == Merged:
		r.Other = after.MergedInto
	case r.Other == "":
		r.Other = before.MergedInto
	}
	moved := len(changed) > 0 || before.State != after.State
	return r, moved || r.Act == Joined || r.Act == Parted || r.Act == Confirmed
}

// called is the name of what was done.
func (w *writing) called(before, after *Listing, r Revision) Act {
	moved := before.State != after.State
	switch {
	case moved && before.State == Lapsed && after.State == Published && len(r.Fields) == 0:
		return Revived
	case w.act == Edited && len(r.Fields) == 0 && !moved && !before.ConfirmedAt.Equal(after.ConfirmedAt):
		return Confirmed
	case w.act != "" && (w.fold == nil || !moved):
		return w.act
	case moved && before.State == Merged:
		return Parted
	case moved && after.State == Published:
		return Shown
	case moved && after.State == Merged:
		return Joined
	case moved && after.State == Lapsed:
		return Expired
	case moved:
		return Concealed
	case r.Source.Person():
		return Edited
	}
	return Imported
}

// Undo gives what a card said before the revision, from what it said right after.
func (r *Revision) Undo(after Content) Content {
	for _, f := range Fields() {
		if slices.Contains(r.Fields, f.Name) {
			f.Copy(&after, &r.Before)
		}
	}
	return after
}

// rewind takes revisions, the latest first, back out of a content.
func rewind(c Content, revisions []Revision) Content {
	for i := range revisions {
		c = revisions[i].Undo(c)
	}
	return c
}
