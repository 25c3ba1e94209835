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

// Brought gives the people who came to a company by an invitation of one of some persons, or of somebody whom these had brought: the
// persons themselves first.
func (s *Service) Brought(ctx context.Context, q db.Querier, company string, persons []string) ([]string, error) {
	accepted, err := s.store.invitations(ctx, q, "company_id = $1 AND outcome = $2", company, string(Accepted))
	if err != nil {
		return nil, err
	}
	all := slices.Clone(persons)
	for grown := true; grown; {
		grown = false
		for _, i := range accepted {
			if i.Person != "" && slices.Contains(all, i.InvitedBy) && !slices.Contains(all, i.Person) {
				all, grown = append(all, i.Person), true
			}
		}
	}
	return all, nil
}

// Detach takes persons away from a company for the team, in the transaction of another room that says why: who came in by a claim
// that was none of theirs, first, and whom they brought. The invitations that they sent open nothing any more. It returns errs.Conflict
// where others would be left without a manager; who has left already is no fault.
func (s *Service) Detach(ctx context.Context, tx *db.Tx, by Actor, company string, persons []string) error {
	if err := by.Require(ProjectManager); err != nil {
		return err
	}
	c, err := s.circle(ctx, tx, by, company)
	if err != nil {
		return err
	}
	for _, person := range persons {
		if _, err := s.store.endInvitations(ctx, tx, Revoked, "", s.Now(), "company_id = $4 AND invited_by = $5", company, person); err != nil {
			return err
		}
	}
	for _, person := range slices.Backward(persons) { // who claimed goes last: a manager goes after those whom they manage
		if roleOf(c.all, person) == "" {
			continue
		}
		if err := s.remove(ctx, tx, by, c, person); err != nil {
			return err
		}
		c.all = slices.DeleteFunc(c.all, func(h holding) bool { return h.person == person })
	}
	return nil
}
