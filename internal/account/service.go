package account

import (
	"context"
	"log/slog"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/web"
)

// Rooms are what the service needs of others.
type Rooms struct {
	DB        *db.DB
	Outbox    Outbox
	Sites     Sites
	Companies Companies
	Holders   func() []Holder // other rooms that hold something about persons
	Now       func() time.Time
	Log       *slog.Logger

	// Unsubscribe gives, in the transaction of a mail, the path within a territory where a person refuses its topic with one click;
	// "" for none.
	Unsubscribe func(ctx context.Context, tx *db.Tx, person, topic string) (string, error)

	// Consented is told, in the same transaction, that the publication of a company's card has been consented to, or is not any
	// more. nil where nobody needs to know.
	Consented func(ctx context.Context, tx *db.Tx, company string, given bool) error

	// CodeIsEnough lets the roles of a team hold after a code alone: for a demonstration, where nobody is real.
	CodeIsEnough bool
}

// Outbox takes letters, in the transaction of what they speak of.
type Outbox interface {
	Put(ctx context.Context, tx *db.Tx, m mail.Message) (added bool, err error)
}

// Companies names companies. An identifier that is none gives errs.NotFound.
type Companies interface {
	CompanyName(ctx context.Context, q db.Querier, id string) (name, territory string, err error)
	// CompanyNames gives the names of several by their identifiers; one that is not there is left out.
	CompanyNames(ctx context.Context, q db.Querier, ids []string) (map[string]string, error)
}

// Service is what people do with accounts. Each method that takes an Actor checks what it may do.
type Service struct {
	Rooms
	store store
}

// NewService makes the service.
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

// Note writes into the audit trail what the actor does, in their territory unless the entry names one.
func (s *Service) Note(ctx context.Context, tx *db.Tx, by Actor, e audit.Entry) error {
	e.Actor, e.At, e.Request = by.Person, s.Now(), web.RequestID(ctx)
	if !by.operator && by.Mail+by.Name != "" {
		e.ActorName = by.called()
	}
	if e.Territory == "" {
		e.Territory = by.Territory
	}
	return audit.Write(ctx, tx, e)
}
