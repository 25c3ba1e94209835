package account

import (
	"context"
	"slices"

	"grappe/internal/platform/db"
)

// Allow notes that a person wants the mails on a topic again: the page that took them back offers it for a moment.
func (s *Service) Allow(ctx context.Context, person, topic string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", person), "id", person)
		if err != nil || !slices.Contains(p.Refused, topic) {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(p.Refused), func(t string) bool { return t == topic })
		return s.store.setProfile(ctx, tx, person, Profile{Name: p.Name, Lang: p.Lang, Refused: left})
	})
}

// Refuses reports whether a person wants no mails on a topic. It returns errs.NotFound for a person who is not there.
func (s *Service) Refuses(ctx context.Context, person, topic string) (bool, error) {
	p, err := s.Person(ctx, person)
	return slices.Contains(p.Refused, topic), err
}
