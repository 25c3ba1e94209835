package territory

import (
	"strings"

	"grappe/internal/platform/errs"
)

// OutlineCredit says whose work the outlines of a territory are, for the maps that draw them; the zero value is that nobody
// said it.
type OutlineCredit struct {
	Source  string  `json:"source"` // whom the terms ask to name, as text
	Licence Licence `json:"licence,omitzero"`
}

// IsZero reports that nobody said whose the outlines are.
func (c OutlineCredit) IsZero() bool { return c == OutlineCredit{} }

// Text names the source and its licence in few words, for the margin of a map: "Gouvernement de la Nouvelle-Calédonie, CC-BY-4.0".
func (c OutlineCredit) Text() string {
	if c.Licence.ID == "" {
		return c.Source
	}
	return c.Source + ", " + c.Licence.ID
}

// CheckOutlineCredit returns errs.Invalid, with one entry in Fields for each fault, for a credit that cannot be told: a
// licence needs somebody to name, and is checked as by CheckLicence. The zero value is no fault.
func CheckOutlineCredit(credit OutlineCredit) error {
	var c checker
	c.licence(credit.Licence)
	switch {
	case credit.IsZero():
	case strings.TrimSpace(credit.Source) == "":
		c.fault("source", "source_missing", "")
	case !isPlain(credit.Source, longestAttribution):
		c.faultWith("source", "source", errs.Args{"value": clip(credit.Source), "most": longestAttribution})
	}
	return c.invalid("territory.outline_credit")
}
