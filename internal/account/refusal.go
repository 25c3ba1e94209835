package account

import (
	"context"
	"slices"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// What a person can refuse is bounded: the rooms have a handful of topics.
const (
	mostTopics   = 20
	longestTopic = 40
)

// Refuses reports whether a person wants no mails on a topic. It returns errs.NotFound for who is not there.
func (s *Service) Refuses(ctx context.Context, person, topic string) (bool, error) {
	p, err := s.Person(ctx, person)
	return p.refuses(topic), err
}

// Refuse notes that a person wants no more mails on a topic: the link of a mail asks for it, without a session. It returns
// errs.Invalid for a topic that no room can have.
func (s *Service) Refuse(ctx context.Context, person, topic string) error {
	return s.setRefused(ctx, person, func(before []string) []string { return chosen(before, []string{topic}, nil) })
}

// Allow takes a refusal back: the page to which the link of a mail leads asks for it, without a session.
func (s *Service) Allow(ctx context.Context, person, topic string) error {
	return s.setRefused(ctx, person, func(before []string) []string { return chosen(before, []string{topic}, []string{topic}) })
}

// ChooseTopics notes which of the declared topics the actor wants mails on.
func (s *Service) ChooseTopics(ctx context.Context, by Actor, declared, wanted []string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.setRefused(ctx, by.Person, func(before []string) []string { return chosen(before, declared, wanted) })
}

// chosen gives the topics that are refused once those of the declared ones are wanted. One that is not declared stays as it was.
func chosen(before, declared, wanted []string) []string {
	refused := slices.DeleteFunc(slices.Clone(before), func(topic string) bool { return slices.Contains(declared, topic) })
	for _, topic := range declared {
		if !slices.Contains(wanted, topic) {
			refused = append(refused, topic)
		}
	}
	slices.Sort(refused)
	return slices.Compact(refused)
}

func (s *Service) setRefused(ctx context.Context, person string, change func(before []string) []string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", person), "id", person)
		if err != nil {
			return err
		}
		refused := change(p.Refused)
		if len(refused) > mostTopics || slices.ContainsFunc(refused, func(topic string) bool { return len(topic) > longestTopic }) {
			return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "refused", Key: "account.topic_unknown"}}}
		}
		if slices.Equal(refused, p.Refused) {
			return nil
		}
		if err := s.store.setRefused(ctx, tx, person, refused); err != nil {
			return err
		}
		return tx.Record(db.Change{Kind: ChangePerson, ID: person})
	})
}
