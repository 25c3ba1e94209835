package freshness

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// addressPrefix begins what Unsubscribe is told of an address without an account.
const addressPrefix = "adresse/"

// reader is somebody to whom a letter goes.
type reader struct {
	to     mail.Address
	person string // "" for a published address of nobody here
	whom   string // for Unsubscribe
	lang   string // "" for the territory's first
}

// deaf are the addresses to which no letter goes.
type deaf struct {
	key      []byte
	bounced  map[string]bool
	persons  map[string]bool // of who has an account and refuses
	withouts map[string]bool // of who has none, hidden
}

// keys are what signs links and hides addresses. They are asked for before a transaction begins: the first of an instance is written.
type keys struct{ link, address []byte }

func (s *Service) keys(ctx context.Context) (k keys, err error) {
	if k.link, err = s.Key(ctx, keyLink); err == nil {
		k.address, err = s.Key(ctx, keyAddress)
	}
	return k, err
}

// deaf reads all of them, for who looks at all of a directory.
func (s *Service) deaf(ctx context.Context, q db.Querier, k keys) (d deaf, err error) {
	d.key = k.address
	if d.bounced, err = s.Outbox.Refusing(ctx, q); err != nil {
		return d, err
	}
	if d.persons, err = s.Accounts.Refusing(ctx, q, Topic); err != nil {
		return d, err
	}
	d.withouts, err = s.store.refused(ctx, q, Topic)
	return d, err
}

// deafAmong reads those among the addresses of some people and cards.
func (s *Service) deafAmong(ctx context.Context, q db.Querier, k keys, people []account.Person, published []string) (d deaf, err error) {
	d.key = k.address
	var all, unknown []string
	for _, p := range people {
		all = append(all, p.Mail)
	}
	for _, w := range published {
		if address, err := account.ParseMail(w); err == nil {
			all, unknown = append(all, address), append(unknown, hidden(d.key, address))
		}
	}
	if d.bounced, err = s.Outbox.RefusingAmong(ctx, q, all); err != nil {
		return d, err
	}
	if d.persons, err = s.Accounts.RefusingAmong(ctx, q, Topic, all); err != nil {
		return d, err
	}
	d.withouts, err = s.store.refusedAmong(ctx, q, Topic, unknown)
	return d, err
}

// listens reports whether an address, in its normal form, takes letters.
func (d deaf) listens(address string) bool {
	return !d.bounced[address] && !d.persons[address] && (len(d.withouts) == 0 || !d.withouts[hidden(d.key, address)])
}

// readers are those of a card: the people who act for its company and want such letters; where there are none, the first address
// that it publishes and that takes them.
func (d deaf) readers(people []account.Person, published []string) []reader {
	var list []reader
	for _, p := range people {
		if d.reaches(p) {
			list = append(list, reader{to: mail.Address{Name: p.Name, Mail: p.Mail}, person: p.ID, whom: p.ID, lang: p.Lang})
		}
	}
	if address := d.published(published); len(list) == 0 && address != "" {
		list = append(list, reader{to: mail.Address{Mail: address}, whom: addressPrefix + hidden(d.key, address)})
	}
	return list
}

// reached reports whether a card has readers.
func (d deaf) reached(people []account.Person, published []string) bool {
	return slices.ContainsFunc(people, d.reaches) || d.published(published) != ""
}

func (d deaf) reaches(p account.Person) bool { return p.Wants(Topic) && !d.bounced[p.Mail] }

// published is the first address of a card that takes letters, in its normal form; "" for none.
func (d deaf) published(written []string) string {
	for _, w := range written {
		if address, err := account.ParseMail(w); err == nil && d.listens(address) {
			return address
		}
	}
	return ""
}

// readersOf gives the readers of the cards of tasks, by the card.
func (s *Service) readersOf(ctx context.Context, q db.Querier, k keys, due []*task) (map[string][]reader, error) {
	companies := make([]string, len(due))
	for i, one := range due {
		companies[i] = one.listing.CompanyID
	}
	people, err := s.Accounts.ActingFor(ctx, q, companies)
	if err != nil {
		return nil, err
	}
	var acting []account.Person
	var published []string
	for _, one := range due {
		acting, published = append(acting, people[one.listing.CompanyID]...), append(published, one.listing.Emails...)
	}
	d, err := s.deafAmong(ctx, q, k, acting, published)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]reader, len(due))
	for _, one := range due {
		found[one.card.ID] = d.readers(people[one.listing.CompanyID], one.listing.Emails)
	}
	return found, nil
}

// IsAddress reports whether what Unsubscribe was told is an address without an account, so that Refuse and the like are for it.
func IsAddress(whom string) bool {
	return len(whom) > len(addressPrefix) && whom[:len(addressPrefix)] == addressPrefix
}

// Refuse notes that an address without an account wants no more letters on a topic: the link of a letter asks for it.
func (s *Service) Refuse(ctx context.Context, whom, topic string) error {
	return s.setRefused(ctx, whom, topic, true)
}

// Allow takes a refusal back.
func (s *Service) Allow(ctx context.Context, whom, topic string) error {
	return s.setRefused(ctx, whom, topic, false)
}

// Refuses reports whether an address without an account wants no letters on a topic.
func (s *Service) Refuses(ctx context.Context, whom, topic string) (bool, error) {
	return s.store.refuses(ctx, s.DB.Read(), whom[len(addressPrefix):], topic)
}

func (s *Service) setRefused(ctx context.Context, whom, topic string, refused bool) error {
	if !IsAddress(whom) {
		return errs.New(errs.NotFound, "freshness.link_broken", nil)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.store.refuse(ctx, tx, whom[len(addressPrefix):], topic, refused)
	})
}
