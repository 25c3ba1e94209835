package company

import "maps"

// Rank orders kinds of source by authority: the owner knows best, then the cluster's staff, then a register, then
// an import. An unknown kind ranks below all.
func Rank(kind SourceKind) int {
	switch kind {
	case FromImport:
		return 1
	case FromRegister:
		return 2
	case FromStaff:
		return 3
	case FromOwner:
		return 4
	}
	return 0
}

// Person reports whether the source is a person who typed, and not a file or a register.
func (s Source) Person() bool { return s.Kind == FromOwner || s.Kind == FromStaff }

// Equal reports whether both are the same source at the same instant.
func (s Source) Equal(o Source) bool {
	return s.Kind == o.Kind && s.Name == o.Name && s.Run == o.Run && s.At.Equal(o.At)
}

// MayOverwrite reports whether a field whose present value came from current may take a value from incoming.
//
//   - A field that nobody filled may be filled by anyone.
//   - A higher rank overwrites a lower one, never the other way: no import overwrites an owner or the staff.
//   - Between people of one rank the last one wins.
//   - A file or register overwrites what it gave itself (same Name), so that a corrected file corrects.
//   - Another file or register of the same rank overwrites only with newer data: Source.At is the date of the data
//     where the source says one, and of the run otherwise.
func MayOverwrite(current, incoming Source) bool {
	if current.Kind == "" {
		return true
	}
	held, offered := Rank(current.Kind), Rank(incoming.Kind)
	switch {
	case offered != held:
		return offered > held
	case incoming.Person():
		return true
	case current.Name == incoming.Name:
		return true
	}
	return incoming.At.After(current.At)
}

// MayErase reports whether an empty value from incoming may take the place of a value from current: a person may
// empty a field, and a file may take back what it gave, but a file's silence erases nobody else's words.
func MayErase(current, incoming Source) bool {
	if !MayOverwrite(current, incoming) {
		return false
	}
	return incoming.Person() || (current.Kind == incoming.Kind && current.Name == incoming.Name)
}

// Clone copies the provenance, never nil.
func (p Provenance) Clone() Provenance {
	if p == nil {
		return Provenance{}
	}
	return maps.Clone(p)
}

// Key is the key of the words for the kind of source: "company.source.owner".
func (k SourceKind) Key() string { return "company.source." + string(k) }
