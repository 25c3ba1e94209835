package account

import (
	"context"
	"time"

	"grappe/internal/platform/db"
)

// Seen is a person as the team of a territory sees them: what they do there, and nothing of how they sign in.
type Seen struct {
	Person
	Role      Role // in the team, "" for none
	RoleSince time.Time
	Companies []Belonging // of the territory, the first joined first
}

// Seen gives a person who has to do with the actor's territory (its team, its companies, or they came there first);
// errs.NotFound for anyone else. Readers of the team may.
func (s *Service) Seen(ctx context.Context, by Actor, id string) (Seen, error) {
	if err := by.Require(Reader); err != nil {
		return Seen{}, err
	}
	var seen Seen
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx, "id", id)
		if err != nil {
			return err
		}
		members, err := s.store.team(ctx, tx, by.Territory)
		if err != nil {
			return err
		}
		all, err := s.store.belongings(ctx, tx, id)
		if err != nil {
			return err
		}
		seen = Seen{Person: p}
		for _, m := range members {
			if m.ID == id {
				seen.Role, seen.RoleSince = m.Role, m.GrantedAt
			}
		}
		for _, b := range all {
			if b.Territory != by.Territory {
				continue
			}
			seen.Companies = append(seen.Companies, b)
		}
		if err := s.nameCompanies(ctx, tx, seen.Companies); err != nil {
			return err
		}
		if p.Territory != by.Territory && seen.Role == "" && len(seen.Companies) == 0 {
			return notHere()
		}
		return nil
	})
	if err != nil {
		return Seen{}, err
	}
	return seen, nil
}
