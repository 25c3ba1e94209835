package desk

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
)

// Health is how the service is doing. What could not be asked is in Unknown, by the name of its part.
type Health struct {
	At      time.Time
	Jobs    queue.Stats
	Dead    []queue.DeadJob // of the territory, then of the instance
	Mail    mail.Stats      // of the territory
	Given   []mail.Mail     // given up, without their bodies
	Refused []mail.Mail     // whose addresses refuse, each address once
	Index   IndexState
	Backup  Backup
	Space   Space
	Unknown map[string]bool // of partJobs and its like
}

// The parts of the service, as the page names them.
const (
	partJobs    = "jobs"
	partMail    = "mail"
	partIndex   = "index"
	partBackup  = "backup"
	partStorage = "storage"

	unknownKey = "desk.trouble_unknown"
)

// From when on something is out of order.
const (
	lateJob     = 10 * time.Minute
	lateIndex   = time.Minute
	staleBackup = 48 * time.Hour
	littleSpace = 10 // percent of the disk
	noSpace     = 3
)

// Trouble is one thing that is out of order, with the key of its sentence.
type Trouble struct {
	Part string
	Key  string
	Args map[string]any
	Tone ui.Tone // ui.Bad for what needs somebody now, ui.Warn for the rest
}

// Troubles says what is out of order, the worst first.
func (h Health) Troubles() []Trouble {
	var bad, warn []Trouble
	add := func(is bool, tone ui.Tone, part, key string, args map[string]any) {
		switch {
		case !is || h.Unknown[part]:
		case tone == ui.Bad:
			bad = append(bad, Trouble{part, key, args, tone})
		default:
			warn = append(warn, Trouble{part, key, args, tone})
		}
	}
	failing := 0
	for _, s := range h.Jobs.Schedules {
		if s.Failures > 0 {
			failing++
		}
	}
	none := h.Backup.At.IsZero()
	free := int64(100)
	if h.Space.Disk > 0 {
		free = h.Space.Free * 100 / h.Space.Disk
	}
	add(len(h.Dead) > 0, ui.Bad, partJobs, "desk.trouble_dead", map[string]any{"n": len(h.Dead)})
	add(!h.Jobs.Oldest.IsZero() && h.At.Sub(h.Jobs.Oldest) > lateJob, ui.Warn, partJobs, "desk.trouble_late", nil)
	add(failing > 0, ui.Warn, partJobs, "desk.trouble_schedules", map[string]any{"n": failing})
	add(!h.Mail.Ready, ui.Bad, partMail, "desk.trouble_transport", nil)
	add(h.Mail.Failing > 0, ui.Warn, partMail, "desk.trouble_failing", map[string]any{"n": h.Mail.Failing})
	add(!h.Index.Ready, ui.Bad, partIndex, "desk.trouble_index", nil)
	add(h.Index.Ready && h.Index.Late > lateIndex, ui.Warn, partIndex, "desk.trouble_behind", map[string]any{"n": h.Index.Behind})
	add(none, ui.Warn, partBackup, "desk.trouble_no_backup", nil)
	add(!none && h.At.Sub(h.Backup.At) > staleBackup, ui.Warn, partBackup, "desk.trouble_old_backup", nil)
	add(free < noSpace, ui.Bad, partStorage, "desk.trouble_no_space", nil)
	add(free >= noSpace && free < littleSpace, ui.Warn, partStorage, "desk.trouble_space", map[string]any{"percent": free})
	for _, part := range []string{partJobs, partMail, partIndex, partBackup, partStorage} {
		if h.Unknown[part] {
			warn = append(warn, Trouble{Part: part, Key: unknownKey, Tone: ui.Warn})
		}
	}
	return append(bad, warn...)
}

// Health asks every part how it is doing. A part that cannot say is unknown, and the others are told all the same.
func (s *Service) Health(ctx context.Context, by account.Actor) (Health, error) {
	if err := by.Require(account.Reader); err != nil {
		return Health{}, err
	}
	h := Health{At: s.Now(), Unknown: map[string]bool{}}
	for _, part := range []struct {
		name string
		ask  func() error
	}{
		{partJobs, func() (err error) {
			if h.Jobs, err = s.Queue.Stats(ctx); err == nil {
				h.Dead, err = s.dead(ctx, by.Territory)
			}
			return err
		}},
		{partMail, func() error { return s.askMail(ctx, by.Territory, &h) }},
		{partIndex, func() (err error) { h.Index, err = s.Index.IndexState(ctx, by.Territory); return err }},
		{partBackup, func() (err error) { h.Backup, err = s.Backups.LastBackup(ctx); return err }},
		{partStorage, func() (err error) { h.Space, err = s.Storage.Storage(ctx); return err }},
	} {
		if err := part.ask(); err != nil {
			s.Log.WarnContext(ctx, "a part of the service cannot say how it is doing", "part", part.name, "error", err)
			h.Unknown[part.name] = true
		}
	}
	return h, ctx.Err()
}

// mostMails is how many mails of each kind the page lists.
const mostMails = 100

func (s *Service) askMail(ctx context.Context, territory string, h *Health) (err error) {
	if h.Mail, err = s.Outbox.Stats(ctx, territory); err != nil {
		return err
	}
	if h.Given, err = s.Outbox.List(ctx, mail.Filter{Territory: territory, State: mail.Failed, Limit: mostMails}); err != nil {
		return err
	}
	refused, err := s.Outbox.List(ctx, mail.Filter{Territory: territory, State: mail.Refused, Limit: mostMails})
	seen := map[string]bool{}
	for _, m := range refused {
		if m.To.Mail != "" && !seen[m.To.Mail] {
			seen[m.To.Mail] = true
			h.Refused = append(h.Refused, m)
		}
	}
	return err
}

// askedByHealth is how many dead letters of the territory ask for an administrator.
func (s *Service) askedByHealth(ctx context.Context, by account.Actor) (int, error) {
	if !by.Is(account.Administrator) {
		return 0, nil
	}
	dead, err := s.Queue.Dead(ctx, by.Territory, mostDead)
	return len(dead), err
}
