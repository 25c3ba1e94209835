package listing

import (
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

// Fields lists the fields of a card that have a provenance, under their JSON names.
func Fields() []company.Field[Content] {
	return []company.Field[Content]{
		company.FieldAt("name", func(c *Content) *string { return &c.Name }),
		company.FieldAt("category", func(c *Content) *Category { return &c.Category }),
		company.FieldAt("headline", func(c *Content) *string { return &c.Headline }),
		company.FieldAt("description", func(c *Content) *string { return &c.Description }),
		company.FieldAt("competences", func(c *Content) *[]string { return &c.Competences }),
		company.FieldAt("sectors", func(c *Content) *[]string { return &c.Sectors }),
		company.FieldAt("tags", func(c *Content) *[]string { return &c.Tags }),
		company.FieldAt("service_area", func(c *Content) *ServiceArea { return &c.ServiceArea }),
		company.FieldAt("phones", func(c *Content) *[]string { return &c.Phones }),
		company.FieldAt("emails", func(c *Content) *[]string { return &c.Emails }),
		company.FieldAt("websites", func(c *Content) *[]string { return &c.Websites }),
		company.FieldAt("social", func(c *Content) *[]Social { return &c.Social }),
		company.FieldAt("opening_hours", func(c *Content) *string { return &c.OpeningHours }),
		company.FieldAt("accessibility", func(c *Content) *[]string { return &c.Accessibility }),
		company.FieldAt("languages", func(c *Content) *[]string { return &c.Languages }),
		company.FieldAt("logo", func(c *Content) *string { return &c.Logo }),
		company.FieldAt("address", func(c *Content) *string { return &c.Address }),
		company.FieldAt("postcode", func(c *Content) *string { return &c.Postcode }),
		company.FieldAt("city", func(c *Content) *string { return &c.City }),
		company.FieldAt("zone", func(c *Content) *string { return &c.Zone }),
		company.FieldAt("point", func(c *Content) **geo.Point { return &c.Point }),
	}
}

// FieldNames lists the JSON names of Fields, in their order.
func FieldNames() []string {
	var names []string
	for _, f := range Fields() {
		names = append(names, f.Name)
	}
	return names
}

// Merge takes the named fields (JSON names; none: all that say something) of incoming into current where
// provenance allows (company.MayOverwrite), and says which changed. A field that changes remembers source. When the
// name changes so that it would make another slug, the slug is emptied and the store claims a new one, the old
// staying as a redirect. Completeness is counted again.
func Merge(current Listing, incoming Content, names []string, source company.Source) (Listing, []string) {
	merged, changed, _ := mergeTelling(current, incoming, names, source)
	return merged, changed
}

func mergeTelling(
	current Listing, incoming Content, names []string, source company.Source,
) (merged Listing, changed, refused []string) {
	merged = current
	merged.Provenance = current.Provenance.Clone()
	changed, refused = company.MergeFields(Fields(), names, &merged.Content, &incoming, merged.Provenance, source)
	if slices.Contains(changed, "name") && Slug(merged.Name) != Slug(current.Name) {
		merged.Slug = ""
	}
	merged.Completeness = Completeness(merged)
	return merged, changed, refused
}

// Merging is what was done to join two cards, and all that is needed to part them again.
type Merging struct {
	Into      string  `json:"into"`
	From      string  `json:"from"`
	FromState State   `json:"from_state"`
	Taken     []Taken `json:"taken,omitempty"` // fields that Into took over from From, which it had empty
	// Natural says that From presents a natural person, by its own company or by a card that was merged into it.
	Natural bool `json:"natural,omitempty"`
	// Confirmed is how the date moved at which Into was vouched for, nil when it did not.
	Confirmed *Moved `json:"confirmed,omitempty"`
}

// Moved is a date before and after.
type Moved struct {
	Before time.Time `json:"before,omitzero"`
	After  time.Time `json:"after"`
}

// Taken is one field that a card took over.
type Taken struct {
	Field string `json:"field"`
	// Source is where the value came from, which tells later whether anybody has changed it since.
	Source company.Source `json:"source"`
	// Held is the source that the empty field had, when someone had emptied it.
	Held *company.Source `json:"held,omitempty"`
}

// Join merges the card from into the card into: what into leaves empty is taken over with its provenance, unless
// someone emptied it on purpose, and from becomes a redirect. Nothing of from is lost: Part undoes it.
func Join(into, from Listing) (Listing, Listing, Merging) {
	merging := Merging{Into: into.ID, From: from.ID, FromState: from.State}
	into.Provenance = into.Provenance.Clone()
	for _, f := range Fields() {
		held, known := into.Provenance[f.Name]
		if !f.Empty(&into.Content) || f.Empty(&from.Content) || held.Person() {
			continue
		}
		f.Copy(&into.Content, &from.Content)
		taken := Taken{Field: f.Name, Source: from.Provenance[f.Name]}
		if known {
			taken.Held = &held
		}
		into.Provenance[f.Name] = taken.Source
		merging.Taken = append(merging.Taken, taken)
	}
	if into.ConfirmedAt.IsZero() && !from.ConfirmedAt.IsZero() { // who vouched for one card did not look at what the other says
		merging.Confirmed = &Moved{Before: into.ConfirmedAt, After: from.ConfirmedAt}
		into.ConfirmedAt = from.ConfirmedAt
	}
	into.Completeness = Completeness(into)
	from.State, from.MergedInto = Merged, into.ID
	return into, from, merging
}

// JoinRecords is Join for cards with their companies: a card that stands for that of a natural person needs a consent as well.
func JoinRecords(into, from Record) (Record, Record, Merging) {
	var m Merging
	into.Listing, from.Listing, m = Join(into.Listing, from.Listing)
	if m.Natural = from.natural(); m.Natural {
		into.Listing.KinNatural = true
	}
	return into, from, m
}

// stillNatural reports whether one of the mergings into a card is that of a natural person.
func stillNatural(into string, mergings []Merging) bool {
	return slices.ContainsFunc(mergings, func(m Merging) bool { return m.Into == into && m.Natural })
}

// Part undoes Join: what into took over and nobody has changed since is given back, and from stands on its own.
func Part(into, from Listing, merging Merging) (Listing, Listing) {
	into.Provenance = into.Provenance.Clone()
	var nothing Content
	fields := Fields()
	for _, taken := range merging.Taken {
		at := slices.IndexFunc(fields, func(f company.Field[Content]) bool { return f.Name == taken.Field })
		if at < 0 || !into.Provenance[taken.Field].Equal(taken.Source) {
			continue
		}
		fields[at].Copy(&into.Content, &nothing)
		delete(into.Provenance, taken.Field)
		if taken.Held != nil {
			into.Provenance[taken.Field] = *taken.Held
		}
	}
	if m := merging.Confirmed; m != nil && into.ConfirmedAt.Equal(m.After) {
		into.ConfirmedAt = m.Before
	}
	into.Completeness = Completeness(into)
	from.State, from.MergedInto = merging.FromState, ""
	return into, from
}

// withoutDate takes the date that a parted merging brought out of the others of the same card, for cards joined when a
// later date still moved an earlier one: one that moved it further gives back, when it is parted too, what stood
// before both. It gives those that changed.
func withoutDate(others []Merging, parted Merging) (changed []Merging) {
	if parted.Confirmed == nil {
		return nil
	}
	for i, m := range others {
		if m.Into != parted.Into || m.From == parted.From || m.Confirmed == nil || !m.Confirmed.Before.Equal(parted.Confirmed.After) {
			continue
		}
		others[i].Confirmed = &Moved{Before: parted.Confirmed.Before, After: m.Confirmed.After}
		changed = append(changed, others[i])
	}
	return changed
}
