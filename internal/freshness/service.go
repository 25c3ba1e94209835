package freshness

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Rooms are what the service needs of others.
type Rooms struct {
	DB          *db.DB
	Accounts    *account.Service
	Listings    *listing.Service
	Territories Territories
	Competences *taxonomy.Taxonomy
	Outbox      Outbox
	Sites       account.Sites
	Key         func(ctx context.Context, purpose string) ([]byte, error) // the same for the same purpose, and for no other
	Now         func() time.Time
	Log         *slog.Logger
	Early       bool // the work of a day is done at whatever hour: in a demonstration, where no letter wakes anybody

	// Says puts what a card says in a field into words, a line for each thing.
	Says func(t *territory.Territory, p *locale.Printer, c listing.Content, field string) []string

	// Unsubscribe gives, in the transaction of a mail, the path within a territory where whom it is for refuses its topic: a person's
	// identifier, or what Address gives for an address without an account. "" for none.
	Unsubscribe func(ctx context.Context, tx *db.Tx, whom, topic string) (string, error)
}

// Territories are those of the instance.
type Territories interface {
	List(ctx context.Context) ([]*territory.Territory, error)
}

// Outbox takes letters, and knows where none arrive.
type Outbox interface {
	account.Outbox
	Ready() bool // letters leave
	Refusing(ctx context.Context, q db.Querier) (map[string]bool, error)
	RefusingAmong(ctx context.Context, q db.Querier, addresses []string) (map[string]bool, error)
}

var _ Outbox = (*mail.Outbox)(nil)

// Service keeps directories true. Each method that takes an Actor checks what it may do.
type Service struct {
	Rooms
	store store
	cards listing.Reader

	mu       sync.RWMutex
	policies map[string]Policy // as last read, without their zones
}

// NewService makes the service. Reload reads the policies that Ages tells of.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	now := r.Now
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	return &Service{Rooms: r}
}

// Reload reads the policies of all territories anew: at the start, and when the change log tells of one.
func (s *Service) Reload(ctx context.Context) error {
	policies, err := s.store.policies(ctx, s.DB.Read())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policies = policies
	return nil
}

// Ages says when the cards of a territory age, as Reload last read it.
func (s *Service) Ages(code string) listing.Ages {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.policies[code].Ages()
}

// Leaves is how many months after somebody vouched for it last a card of a territory leaves the public, 0 for never.
func (s *Service) Leaves(code string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p := s.policies[code]; p.Runs() {
		return p.Lapse
	}
	return 0
}

// Policy is how the actor's territory keeps its cards true.
func (s *Service) Policy(ctx context.Context, by account.Actor, t *territory.Territory) (Policy, error) {
	if err := by.Require(account.Reader); err != nil {
		return Policy{}, err
	}
	k, err := s.store.policy(ctx, s.DB.Read(), t)
	return k.Policy, err
}

// SetPolicy writes how the actor's territory keeps its cards true. Where it sets in, or its months change, it begins anew: see Due.
// errs.Invalid with the faulty fields; errs.Conflict where another administrator has changed it since p.Version.
func (s *Service) SetPolicy(ctx context.Context, by account.Actor, t *territory.Territory, p Policy) (Policy, error) {
	if err := by.Require(account.Administrator); err != nil {
		return p, err
	}
	p.Territory, p.Zone, p.Signer = t.Code, t.Location(), strings.Join(strings.Fields(p.Signer), " ")
	if err := p.check(); err != nil {
		return p, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := s.store.policy(ctx, tx.Serialize("freshness", t.Code), t)
		if err != nil {
			return err
		}
		if before.Version != p.Version {
			return errs.New(errs.Conflict, "freshness.policy_changed", nil)
		}
		next := before
		next.Policy = p.begun(before.Policy, s.Now())
		next.Version++
		if err := s.store.save(ctx, tx, next); err != nil {
			return err
		}
		if err := s.store.markAll(ctx, tx, t.Code); err != nil {
			return err
		}
		p = next.Policy
		if err := s.Accounts.Note(ctx, tx, by, audit.Entry{Action: "freshness.policy_set", Kind: "territory", Object: t.Code, Detail: p.detail()}); err != nil {
			return err
		}
		return tx.Record(db.Change{Territory: t.Code, Kind: ChangeKind, ID: t.Code})
	})
	if err != nil {
		return p, err
	}
	return p, s.Reload(ctx)
}

// begun is the policy with when it began: anew where it sets in or its months are others.
func (p Policy) begun(before Policy, now time.Time) Policy {
	p.BeganAt = before.BeganAt
	if p.Active && (!before.Runs() || !p.sameMonths(before)) {
		p.BeganAt = now
	}
	return p
}

// detail is what the audit trail says of a policy.
func (p Policy) detail() map[string]string {
	months := make([]string, len(p.Reminders))
	for i, m := range p.Reminders {
		months[i] = strconv.Itoa(m)
	}
	return map[string]string{
		"active": strconv.FormatBool(p.Active), "reminders": strings.Join(months, " "), "unconfirmed": strconv.Itoa(p.Unconfirmed), "lapse": strconv.Itoa(p.Lapse),
	}
}

// Begin has the reminders of a territory begin, for who may not use pages: a demonstration. It changes nothing where they did.
func (s *Service) Begin(ctx context.Context, operator account.Actor, t *territory.Territory) error {
	k, err := s.store.policy(ctx, s.DB.Read(), t)
	if err != nil || k.Runs() {
		return err
	}
	k.Active = true
	_, err = s.SetPolicy(ctx, operator, t, k.Policy)
	return err
}

// Recall writes how a directory was kept on a day (2026-02-03) that nobody counted: in a demonstration.
func (s *Service) Recall(ctx context.Context, tx *db.Tx, territory, day string, c Counts) error {
	return s.store.counted(ctx, tx, territory, day, c)
}

// Forecast counts what a policy would bring if it began now.
func (s *Service) Forecast(ctx context.Context, by account.Actor, t *territory.Territory, p Policy) (Forecast, error) {
	var f Forecast
	if err := by.Require(account.Administrator); err != nil {
		return f, err
	}
	p.Zone = t.Location()
	if err := p.check(); err != nil {
		return f, err
	}
	err := s.DB.View(ctx, func(tx *db.Tx) error {
		before, err := s.store.policy(ctx, tx, t)
		if err != nil {
			return err
		}
		now := s.Now()
		p := p.begun(before.Policy, now)
		rows, err := s.store.all(ctx, tx, t.Code)
		if err != nil {
			return err
		}
		return s.cards.Standings(ctx, tx, t.Code, []listing.State{listing.Published}, func(l listing.Standing) {
			if before.Ages().Of(l.ConfirmedAt, now).Doubtful() {
				f.Before++
			}
			f.add(p, cardOf(rows[l.ID], listing.Listing{ID: l.ID, State: l.State, ConfirmedAt: l.ConfirmedAt, CreatedAt: l.CreatedAt}, now), now)
		})
	})
	return f, err
}

// cardOf is a card as the rule sees it: as it stands, and as this room has kept it. One that nobody has looked at yet, that became
// public again, or that was confirmed earlier than was known, is in the directory since now.
func cardOf(r row, l listing.Listing, now time.Time) Card {
	c := Card{
		ID: l.ID, Public: l.State == listing.Published, ConfirmedAt: l.ConfirmedAt, CreatedAt: l.CreatedAt,
		Round: r.round, Begun: r.begun, Sent: r.sent, LetterAt: r.letter, Since: r.since,
	}
	switch {
	case !c.Public:
		c.Since = time.Time{}
	case c.Since.IsZero(), c.anchor().Before(c.Round):
		c.Since = now
	}
	return c
}

// rowOf is a card as this room keeps it, to be looked at next at a moment.
func (p Policy) rowOf(c Card, next time.Time) row {
	r := row{listing: c.ID, territory: p.Territory, round: c.anchor(), begun: p.start(c), sent: p.sent(c), letter: c.LetterAt, since: c.Since, next: never}
	if !next.IsZero() {
		r.next = db.ToMillis(next)
	}
	return r
}
