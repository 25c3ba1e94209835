package company

import (
	"reflect"
	"slices"
)

// Field is how a merge reads and writes one field of a record of type T.
type Field[T any] struct {
	// Name is the field's JSON name, the key of its provenance.
	Name string
	at   func(*T) reflect.Value
}

// FieldAt describes the field of T that at points to.
func FieldAt[T, V any](name string, at func(*T) *V) Field[T] {
	return Field[T]{Name: name, at: func(t *T) reflect.Value { return reflect.ValueOf(at(t)).Elem() }}
}

// Empty reports whether the field of t says nothing.
func (f Field[T]) Empty(t *T) bool {
	v := f.at(t)
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// Same reports whether the field says the same in both; nil and empty lists are the same.
func (f Field[T]) Same(a, b *T) bool {
	if f.Empty(a) && f.Empty(b) {
		return true
	}
	return reflect.DeepEqual(f.at(a).Interface(), f.at(b).Interface())
}

// Copy sets the field of to as it is in from.
func (f Field[T]) Copy(to, from *T) { f.at(to).Set(f.at(from)) }

// MergeFields takes the fields called names (none: all that say something) of incoming into current where the
// provenance allows, notes the source of each in provenance, and returns the names that changed, in the order of
// fields. Equal values change nothing, so that the same file read twice is told as unchanged; refused are those
// that differ and that a source of more authority keeps.
func MergeFields[T any](
	fields []Field[T], names []string, current, incoming *T, provenance Provenance, source Source,
) (changed, refused []string) {
	for _, f := range fields {
		empty := f.Empty(incoming)
		if len(names) == 0 && empty || len(names) > 0 && !slices.Contains(names, f.Name) {
			continue
		}
		if f.Same(current, incoming) {
			continue
		}
		held, allowed := provenance[f.Name], MayOverwrite
		if empty {
			allowed = MayErase
		}
		if !allowed(held, source) {
			refused = append(refused, f.Name)
			continue
		}
		f.Copy(current, incoming)
		provenance[f.Name] = source
		changed = append(changed, f.Name)
	}
	return changed, refused
}

// FieldNaturalPerson is the name of the field that says that a company is one person. A source that is silent about it, or says no,
// takes it back from nobody but itself: a company is natural when any source says so.
const FieldNaturalPerson = "natural_person"

// Fields lists the fields of a company that have a provenance.
func Fields() []Field[Company] {
	return []Field[Company]{
		FieldAt("legal_name", func(c *Company) *string { return &c.LegalName }),
		FieldAt("usual_name", func(c *Company) *string { return &c.UsualName }),
		FieldAt("identifiers", func(c *Company) *[]Identifier { return &c.Identifiers }),
		FieldAt("activities", func(c *Company) *[]Activity { return &c.Activities }),
		FieldAt("size_class", func(c *Company) *string { return &c.SizeClass }),
		FieldAt("founded_year", func(c *Company) *int { return &c.FoundedYear }),
		FieldAt("status", func(c *Company) *Status { return &c.Status }),
		FieldAt("establishments", func(c *Company) *[]Establishment { return &c.Establishments }),
		FieldAt(FieldNaturalPerson, func(c *Company) *bool { return &c.NaturalPerson }),
	}
}

// Merge takes the named fields (JSON names; none: all that say something) of incoming into current where
// provenance allows, and says which changed. Identity, territory, version and times are left alone, and nothing
// that current holds is shared with what is returned and then changed.
func Merge(current, incoming Company, names []string, source Source) (Company, []string) {
	merged := current
	merged.Provenance = current.Provenance.Clone()
	changed, _ := MergeFields(Fields(), names, &merged, &incoming, merged.Provenance, source)
	return merged, changed
}
