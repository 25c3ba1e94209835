package account

import (
	"context"
	"errors"
	"time"

	"grappe/internal/platform/db"
)

// How long things are kept. docs/privacy.md says the same, and a test compares the two.
const (
	KeepSessionsDays      = 30 // after they ended
	KeepDevicesMonths     = 13 // after their last use
	KeepInvitationsMonths = 12 // after they ended; the address goes at the end of that year, if that comes first
	KeepUnusedMonths      = 36 // without any sign-in, for an account without a company or a role; then the person is warned
	KeepWarnedDays        = 30 // after the warning
	KeepConsentsMonths    = 60 // after they were withdrawn
	KeepLastLetterDays    = 7  // the address of the letter that says that an account is erased, once it is sent
)

// Purge deletes what is past its time, warns the persons of unused accounts, and erases the accounts whose warning was heard by
// nobody: a daily schedule calls it.
func (s *Service) Purge(ctx context.Context) error {
	return errors.Join(s.purgeRows(ctx), s.warnUnused(ctx), s.eraseUnused(ctx))
}

func (s *Service) purgeRows(ctx context.Context) error {
	now := s.Now()
	days := func(n int) int64 { return db.ToMillis(now.AddDate(0, 0, -n)) }
	months := func(n int) int64 { return db.ToMillis(now.AddDate(0, -n, 0)) }
	year := db.ToMillis(time.Date(now.Year(), time.January, 1, 0, 0, 0, 0, time.UTC))
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM sessions WHERE ended_at > 0 AND ended_at < $1 OR ends_at < $1 OR seen_at < $2`, []any{
				days(KeepSessionsDays), db.ToMillis(now.Add(-IdleFor).AddDate(0, 0, -KeepSessionsDays)),
			}},
			{`DELETE FROM devices WHERE last_at < $1`, []any{months(KeepDevicesMonths)}},
			{`UPDATE invitations SET outcome = 'expired', ended_at = expires_at WHERE outcome = '' AND expires_at <= $1`, []any{db.ToMillis(now)}},
			{`UPDATE invitations SET mail = '' WHERE outcome <> '' AND mail <> '' AND ended_at < $1`, []any{year}},
			{`DELETE FROM invitations WHERE outcome <> '' AND ended_at < $1`, []any{months(KeepInvitationsMonths)}},
			{`DELETE FROM consents WHERE withdrawn_at > 0 AND withdrawn_at < $1`, []any{months(KeepConsentsMonths)}},
			{`UPDATE persons SET warned_at = 0 WHERE warned_at > 0 AND NOT ` + lonely("persons"), nil},
		} {
			if _, err := s.store.run(ctx, tx, step.query, step.args...); err != nil {
				return err
			}
		}
		if mails, ok := s.Outbox.(Mails); ok {
			return mails.Forget(ctx, tx, kindErased, now.AddDate(0, 0, -KeepLastLetterDays))
		}
		return nil
	})
}

// lonely is the condition of a person who has neither a company nor a role.
func lonely(persons string) string {
	return `(NOT EXISTS (SELECT 1 FROM team t WHERE t.person_id = ` + persons + `.id)
		AND NOT EXISTS (SELECT 1 FROM company_people c WHERE c.person_id = ` + persons + `.id))`
}

// unusedBefore is when somebody was here last whose account is unused now.
func (s *Service) unusedBefore() time.Time { return s.Now().AddDate(0, -KeepUnusedMonths, 0) }

// warnUnused tells the persons of unused accounts when these will be erased.
func (s *Service) warnUnused(ctx context.Context) error {
	unused, err := s.store.personsOf(ctx, s.DB.Read(), "p.warned_at = 0 AND p.erase_at = 0 AND p.seen_at < $1 AND "+lonely("p"),
		db.ToMillis(s.unusedBefore()))
	if err != nil {
		return err
	}
	var faults []error
	for _, p := range unused {
		faults = append(faults, s.DB.Write(ctx, func(tx *db.Tx) error {
			p, err := s.store.person(ctx, tx.Serialize("person", p.ID), "id", p.ID)
			if err != nil || !p.WarnedAt.IsZero() || !p.SeenAt.Before(s.unusedBefore()) {
				return err
			}
			if err := s.store.warned(ctx, tx, p.ID, s.Now()); err != nil {
				return err
			}
			return s.tellErasure(ctx, tx, p, p.Territory, kindUnused, s.Now().AddDate(0, 0, KeepWarnedDays))
		}))
	}
	return errors.Join(faults...)
}

// eraseUnused erases the accounts that nobody has come back to since the warning.
func (s *Service) eraseUnused(ctx context.Context) error {
	warned := s.Now().AddDate(0, 0, -KeepWarnedDays)
	due, err := s.store.personsOf(ctx, s.DB.Read(), "p.warned_at > 0 AND p.warned_at <= $1 AND p.seen_at < $2 AND "+lonely("p"),
		db.ToMillis(warned), db.ToMillis(s.unusedBefore()))
	if err != nil {
		return err
	}
	return s.eraseAll(ctx, due, func(p Person) bool {
		return !p.WarnedAt.IsZero() && !p.WarnedAt.After(warned) && p.SeenAt.Before(s.unusedBefore())
	})
}
