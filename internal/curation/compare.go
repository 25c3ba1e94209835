package curation

import (
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// Comparison is what three states of a card say of each other: the one that an author saw (base), what the author made of it
// (mine), and what stands now. The names are in the order of listing.Fields.
type Comparison struct {
	Mine   []string // what the author changed, and what does not stand already
	Theirs []string // what others have changed meanwhile
	Both   []string // of what the author changed, what others have changed otherwise: somebody must choose
}

// Compare compares in three ways; fields are those that the author may have changed. What makes a place (see place) is one thing:
// a street of one and a town of the other would lead nowhere.
func Compare(base, mine, now listing.Content, fields []string) Comparison {
	var c Comparison
	changed := map[string]bool{}
	for _, f := range listing.Fields() {
		moved := !f.Same(&base, &now)
		if moved {
			c.Theirs = append(c.Theirs, f.Name)
		}
		if slices.Contains(fields, f.Name) && !f.Same(&base, &mine) && !f.Same(&mine, &now) {
			c.Mine = append(c.Mine, f.Name)
			changed[f.Name] = true
		}
	}
	moved := slices.ContainsFunc(c.Theirs, InPlace) && slices.ContainsFunc(c.Mine, InPlace)
	for _, f := range listing.Fields() {
		theirs := slices.Contains(c.Theirs, f.Name)
		switch {
		case changed[f.Name] && theirs, moved && InPlace(f.Name) && (changed[f.Name] || theirs && !f.Same(&mine, &now)):
			c.Both = append(c.Both, f.Name)
		}
	}
	return c
}

// place are the fields that only together say where something is.
func place() []string { return []string{"address", "postcode", "city", "zone", "point"} }

// InPlace reports whether a field makes a place together with others: a street of one and a town of another would lead nowhere.
func InPlace(field string) bool { return slices.Contains(place(), field) }

// differing gives those of some fields in which two contents differ.
func differing(a, b listing.Content, fields []string) []string {
	var out []string
	for _, f := range chosen(fields) {
		if !f.Same(&a, &b) {
			out = append(out, f.Name)
		}
	}
	return out
}

// only is a content without all but some fields.
func only(c listing.Content, fields []string) listing.Content {
	return over(listing.Content{}, c, fields)
}

// over is a content with some fields of another.
func over(under, upper listing.Content, fields []string) listing.Content {
	for _, f := range chosen(fields) {
		f.Copy(&under, &upper)
	}
	return under
}

// chosen are the fields of those names, in their order.
func chosen(names []string) []company.Field[listing.Content] {
	return slices.DeleteFunc(listing.Fields(), func(f company.Field[listing.Content]) bool { return !slices.Contains(names, f.Name) })
}

// inOrder gives names in the order of listing.Fields, each once, without those that are none.
func inOrder(names []string) []string {
	var out []string
	for _, f := range chosen(names) {
		out = append(out, f.Name)
	}
	return out
}

// without gives the names that are not among others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(others, n) })
}

// ownersWords gives those of some fields that the owner of a card has written: nobody else overwrites them.
func ownersWords(l listing.Listing, fields []string) []string {
	return slices.DeleteFunc(inOrder(fields), func(n string) bool { return l.Provenance[n].Kind != company.FromOwner })
}

// OwnersWords gives the fields of a card that its owner has written.
func OwnersWords(l listing.Listing) []string { return ownersWords(l, listing.FieldNames()) }

// Outdated gives the fields of a change that the owner of the card has written otherwise since.
func Outdated(c Change, l listing.Listing) []string {
	moved := differing(c.Before, l.Content, c.Fields)
	return ownersWords(l, without(moved, inOrder(same(c.After, l.Content, c.Fields))))
}

// Usual gives the fields of a change that are taken unless somebody says otherwise: those in which the card says what the author saw,
// or what is proposed.
func Usual(c Change, l listing.Listing) []string {
	if c.Kind == New {
		return c.Fields
	}
	moved := differing(c.Before, l.Content, c.Fields)
	return without(c.Fields, without(moved, same(c.After, l.Content, c.Fields)))
}

// same gives those of some fields in which two contents say the same.
func same(a, b listing.Content, fields []string) []string {
	return without(inOrder(fields), differing(a, b, fields))
}

// settled is what has become of a change of which some fields were taken and others passed on to the owner; done says that what its
// message asked for was seen to.
func settled(fields, taken, passed []string, done bool) State {
	switch {
	case len(passed) > 0:
		return Offered
	case len(taken) > 0 && len(without(fields, taken)) == 0, len(taken) == 0 && done:
		return Accepted
	case len(taken) > 0:
		return Partly
	}
	return Refused
}
