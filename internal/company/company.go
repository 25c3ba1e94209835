// Package company is the one record of a legal unit: its names, register numbers, activities, size and
// establishments, with the source of each field. It knows territories; it must not know listings, pages or imports.
package company

import (
	"time"

	"grappe/internal/platform/geo"
)

// Company is one legal unit as a territory knows it.
type Company struct {
	ID             string          `json:"id"`
	Territory      string          `json:"territory"`
	LegalName      string          `json:"legal_name,omitempty"`
	UsualName      string          `json:"usual_name"`
	Identifiers    []Identifier    `json:"identifiers,omitempty"`
	Activities     []Activity      `json:"activities,omitempty"`
	SizeClass      string          `json:"size_class,omitempty"` // INSEE's "tranche d'effectif": NN 00 01 02 03 11 12 21 22 31 32 41 42 51 52 53
	FoundedYear    int             `json:"founded_year,omitempty"`
	Status         Status          `json:"status"`
	Establishments []Establishment `json:"establishments,omitempty"`
	NaturalPerson  bool            `json:"natural_person,omitempty"` // it is one person, whose card needs consent; never published
	Provenance     Provenance      `json:"provenance,omitempty"`
	CreatedAt      time.Time       `json:"created_at"`
	UpdatedAt      time.Time       `json:"updated_at"`
	Version        int64           `json:"version"` // grows by one with each write; 0 has never been stored
}

// Status says whether the company still trades.
type Status string

// The states of a company. Unknown is what an import that says nothing leaves.
const (
	Unknown Status = "unknown"
	Active  Status = "active"
	Ceased  Status = "ceased"
)

// Key is the key of the status's name: "company.status.active".
func (s Status) Key() string { return "company.status." + string(s) }

// Identifier is a number that a public register gave. Value is the canonical form (no spaces, leading zeros
// kept) when Valid, and as written otherwise: a number that fails its check is kept and flagged, never corrected.
type Identifier struct {
	Scheme  string `json:"scheme"` // "rid", "ridet", "siren", "siret", "tahiti", "tahiti-iti"
	Value   string `json:"value"`
	Written string `json:"written"`
	Valid   bool   `json:"valid"`
}

// Activity is a code of a nomenclature of activities.
type Activity struct {
	Nomenclature string `json:"nomenclature"` // "naf-rev2", "naf-2025"
	Code         string `json:"code"`         // "62.01Z"
	Main         bool   `json:"main,omitempty"`
}

// Establishment is one place where the company works.
type Establishment struct {
	Name       string     `json:"name,omitempty"`
	Head       bool       `json:"head,omitempty"`
	Identifier string     `json:"identifier,omitempty"` // canonical number of the establishment (RIDET, SIRET, TAHITI-ITI)
	Address    string     `json:"address,omitempty"`    // as written, lines joined by "\n"
	Postcode   string     `json:"postcode,omitempty"`
	City       string     `json:"city,omitempty"` // as written
	Zone       string     `json:"zone,omitempty"` // code of the finest zone of the territory's tree
	Point      *geo.Point `json:"point,omitempty"`
}

// Source says who gave a field its present value, and when.
type Source struct {
	Kind SourceKind `json:"kind"`
	Name string     `json:"name,omitempty"` // the mapping's source key for an import, the register's name
	Run  string     `json:"run,omitempty"`  // the import run
	At   time.Time  `json:"at"`
}

// SourceKind orders sources: a field is never overwritten by a source of lower authority.
type SourceKind string

// The kinds of source, from the least to the most authoritative.
const (
	FromImport   SourceKind = "import"
	FromRegister SourceKind = "register"
	FromStaff    SourceKind = "staff"
	FromOwner    SourceKind = "owner"
)

// Provenance maps a field's JSON name to its source.
type Provenance map[string]Source
