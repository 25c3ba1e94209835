package account

import (
	"context"
	"slices"

	"grappe/internal/platform/db"
)

// Refuses reports whether a person wants no mails on a topic. It returns errs.NotFound for who is not there.
func (s *Service) Refuses(ctx context.Context, person, topic string) (bool, error) {
	p, err := s.Person(ctx, person)
	return slices.Contains(p.Refused, topic), err
}

// Allow takes a refusal back: the page to which the link of a mail leads asks for it, without a session.
func (s *Service) Allow(ctx context.Context, person, topic string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", person), "id", person)
		if err != nil || !slices.Contains(p.Refused, topic) {
			return err
		}
		left := slices.DeleteFunc(p.Refused, func(refused string) bool { return refused == topic })
		if err := s.store.setProfile(ctx, tx, person, Profile{Name: p.Name, Lang: p.Lang, Refused: left}); err != nil {
			return err
		}
		return tx.Record(db.Change{Kind: ChangePerson, ID: person})
	})
}
