package browser

import (
	"grappe/internal/company"
	"grappe/internal/listing"
)

// companyState is what a company says beside its card.
type companyState struct {
	LegalName   string               `json:"legal_name,omitempty"`
	Identifiers []company.Identifier `json:"identifiers,omitempty"`
	Activities  []company.Activity   `json:"activities,omitempty"`
	SizeClass   string               `json:"size_class,omitempty"`
	FoundedYear int                  `json:"founded_year,omitempty"`
	Status      company.Status       `json:"status,omitempty"`
	Natural     bool                 `json:"natural,omitempty"`
}

func stateOf(c listing.Content, co company.Company) cardState {
	return cardState{Content: c, Company: companyState{
		LegalName: co.LegalName, Identifiers: co.Identifiers, Activities: co.Activities, SizeClass: co.SizeClass, FoundedYear: co.FoundedYear,
		Status: co.Status, Natural: co.NaturalPerson,
	}}
}
