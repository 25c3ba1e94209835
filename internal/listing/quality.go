package listing

import "unicode/utf8"

// Weight is how much one part of a card counts in its completeness.
type Weight struct {
	Field  string // the JSON name, for "what is missing"
	Points int
}

// Weights lists what makes a card complete: 100 points in all, most for what a visitor needs to choose and to
// call. A description under 120 characters gives half.
func Weights() []Weight {
	return []Weight{
		{"name", 5},
		{"headline", 10},
		{"description", 15},
		{"competences", 15},
		{"phones", 10},
		{"emails", 5},
		{"websites", 8},
		{"address", 6},
		{"zone", 6},
		{"point", 5},
		{"opening_hours", 4},
		{"tags", 3},
		{"service_area", 3},
		{"logo", 3},
		{"social", 2},
	}
}

// Incomplete is the completeness under which a card says too little.
const Incomplete = 50

// Completeness counts the points of Weights that the card earns, 0 to 100.
func Completeness(l Listing) int {
	points := 0
	missing := map[string]bool{}
	for _, field := range Missing(l) {
		missing[field] = true
	}
	for _, w := range Weights() {
		switch {
		case missing[w.Field]:
		case w.Field == "description" && utf8.RuneCountInString(l.Description) < 120:
			points += w.Points / 2
		default:
			points += w.Points
		}
	}
	return points
}

// Missing names the weighted fields that the card leaves empty, the weightiest first of equals in their order.
func Missing(l Listing) []string {
	given := map[string]bool{
		"name": l.Name != "", "headline": l.Headline != "", "description": l.Description != "",
		"competences": len(l.Competences) > 0, "phones": len(l.Phones) > 0, "emails": len(l.Emails) > 0,
		"websites": len(l.Websites) > 0, "address": l.Address != "", "zone": l.Zone != "", "point": l.Point != nil,
		"opening_hours": l.OpeningHours != "", "tags": len(l.Tags) > 0, "service_area": !l.ServiceArea.Empty(),
		"logo": l.Logo != "", "social": len(l.Social) > 0,
	}
	var out []string
	for _, w := range Weights() {
		if !given[w.Field] {
			out = append(out, w.Field)
		}
	}
	return out
}

// Empty reports whether the area says nothing beyond where the organisation sits.
func (a ServiceArea) Empty() bool { return len(a.Zones) == 0 && !a.Everywhere && !a.Remote }
