package account

import (
	"slices"

	"grappe/internal/platform/errs"
)

// How many people a company has at most, and how many companies a person.
const (
	MostPeople    = 50
	MostCompanies = 50
)

// holding is what the rules on roles ask of somebody who holds one.
type holding struct {
	person string
	role   Role
	going  bool // has asked to be erased
}

// onlyOne reports whether a person is the only one who holds a role and stays: who has asked to be erased does not count.
func onlyOne(all []holding, person string, role Role) bool {
	held := false
	for _, h := range all {
		switch {
		case h.role != role:
		case h.person == person:
			held = true
		case !h.going:
			return false
		}
	}
	return held
}

// roleOf is the role of a person, "" for none.
func roleOf(all []holding, person string) Role {
	for _, h := range all {
		if h.person == person {
			return h.role
		}
	}
	return ""
}

// mayPart returns errs.Conflict where a person is the last to manage a company that has other people.
func mayPart(all []holding, person, company string) error {
	if len(all) > 1 && onlyOne(all, person, CompanyManager) {
		return errs.New(errs.Conflict, "account.last_manager", errs.Args{"company": company})
	}
	return nil
}

// mayBecome returns errs.Conflict where a company would have nobody to manage it once a person has another role.
func mayBecome(all []holding, person string, role Role, company string) error {
	if role != CompanyManager && onlyOne(all, person, CompanyManager) {
		return errs.New(errs.Conflict, "account.last_manager", errs.Args{"company": company})
	}
	return nil
}

// mayVacate returns errs.Conflict where a territory would have no administrator once a person has another role, or none ("").
// The operator may leave it without one.
func mayVacate(by Actor, all []holding, person string, role Role) error {
	if !by.operator && role != Administrator && onlyOne(all, person, Administrator) {
		return errs.New(errs.Conflict, "account.last_administrator", nil)
	}
	return nil
}

// known returns errs.Invalid, with the field "role", for a role that is not among the roles.
func known(role Role, among []Role) error {
	if slices.Contains(among, role) {
		return nil
	}
	return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "role", Key: "account.role_unknown"}}}
}

// called is how the actor is named to others.
func (a Actor) called() string { return Person{Name: a.Name, Mail: a.Mail}.Called() }

func notHere() error { return errs.New(errs.NotFound, "account.not_here", nil) }
