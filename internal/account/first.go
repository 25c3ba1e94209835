package account

import (
	"context"
	"slices"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// KeyTaken is the key of the errs.Conflict for a company for which people act already.
const KeyTaken = "account.company_taken"

// AttachFirst lets a person manage a company for which nobody acts, in the transaction of another room that has made sure of it and
// notes why: of two at once, one does. Who acts for it already stays as they are, and first is false. It returns errs.Conflict
// with KeyTaken where others do, and the errors of Attach.
func (s *Service) AttachFirst(ctx context.Context, tx *db.Tx, person, company, territory string) (first bool, err error) {
	people, err := s.store.people(ctx, serializePeople(tx, company), company)
	switch {
	case err != nil:
		return false, err
	case slices.ContainsFunc(people, func(c Colleague) bool { return c.ID == person }):
		return false, nil
	case len(people) > 0:
		return false, errs.New(errs.Conflict, KeyTaken, nil)
	}
	return true, s.Attach(ctx, tx, person, company, territory, CompanyManager)
}

// Detach takes a person away from a company for the team, in the transaction of another room that says why: who came in by a claim
// that was none of theirs. It returns errs.Conflict where the others would be left without a manager; who has left already is no
// fault.
func (s *Service) Detach(ctx context.Context, tx *db.Tx, by Actor, company, person string) error {
	if err := by.Require(ProjectManager); err != nil {
		return err
	}
	c, err := s.circle(ctx, tx, by, company)
	if err != nil || roleOf(c.all, person) == "" {
		return err
	}
	return s.remove(ctx, tx, by, c, person)
}
