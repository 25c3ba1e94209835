package curation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/spelling"
)

// says reports whether two changes say the same: of the same card, or of organisations of which all is the same. Where neither names a
// field, their messages tell.
func (c Change) says(o Change) bool {
	if c.Kind != o.Kind || c.Listing != o.Listing || c.About != o.About || c.Number != o.Number || c.Natural != o.Natural || !slices.Equal(c.Fields, o.Fields) {
		return false
	}
	if len(c.Fields) == 0 {
		return alike(c.Message) == alike(o.Message)
	}
	return len(differing(c.After, o.After, c.Fields)) == 0
}

// alike is what messages of the same words have in common.
func alike(text string) string { return strings.Join(strings.Fields(spelling.Plain(text)), " ") }

// join lets a change that begins to wait wait with one that says the same already, where there is one. What looks like spam leads nothing
// that does not.
func (s *Service) join(ctx context.Context, tx *db.Tx, c *stored) (bool, error) {
	if c.Kind == Edit {
		return false, nil
	}
	found, err := s.store.find(ctx, tx, "territory = $1 AND state = $2 AND listing_id = $3 AND kind = $4 AND id <> $5 ORDER BY id LIMIT 200",
		c.Territory, string(Waiting), c.Listing, string(c.Kind), c.ID)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(found, func(o stored) bool { return o.says(c.Change) && (c.Suspicious() || !o.Suspicious()) })
	if i < 0 {
		return false, nil
	}
	if _, err := lock(ctx, tx, found[i].Change); err != nil {
		return false, err
	}
	first, err := s.store.byID(ctx, tx, found[i].ID)
	if err != nil || first.State != Waiting { // decided meanwhile
		return false, err
	}
	c.State, c.Next = Joined, first.ID
	return true, nil
}

// joinedTo gives the changes that say what another one says, the oldest first.
func (s *Service) joinedTo(ctx context.Context, q db.Querier, id string) ([]stored, error) {
	return s.store.find(ctx, q, "next_id = $1 AND state = $2 ORDER BY id", id, string(Joined))
}

// settleJoined makes of the changes that say what a decided one said what has become of that one, and lets their authors know. While
// it is the owner's to answer, they wait. Silent lets nobody know: what joined spam looks like spam itself.
func (s *Service) settleJoined(ctx context.Context, tx *db.Tx, c Change, silent bool) error {
	if c.State.Open() {
		return nil
	}
	joined, err := s.joinedTo(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, j := range joined {
		if err := s.author(ctx, tx, &j); err != nil {
			return err
		}
		j.State, j.Taken, j.Reason, j.Created = c.State, c.Taken, c.Reason, c.Created
		j.DecidedAt, j.DecidedBy = c.DecidedAt, c.DecidedBy
		if err := s.store.put(ctx, tx, j); err != nil {
			return err
		}
		if silent {
			continue
		}
		if err := s.tellDecision(ctx, tx, j.Change, ""); err != nil {
			return err
		}
	}
	return nil
}

// unsettleJoined takes settleJoined back.
func (s *Service) unsettleJoined(ctx context.Context, tx *db.Tx, id string) error {
	settled, err := s.store.find(ctx, tx, "next_id = $1 AND state IN ($2, $3, $4)", id, string(Accepted), string(Partly), string(Refused))
	if err != nil {
		return err
	}
	for _, j := range settled {
		j.State, j.Taken, j.Reason, j.Created, j.DecidedAt, j.DecidedBy = Joined, nil, "", "", time.Time{}, ""
		if err := s.store.put(ctx, tx, j); err != nil {
			return err
		}
	}
	return nil
}

// promote lets the first of those that say what a withdrawn one said wait in its place, and the others say what that one says.
func (s *Service) promote(ctx context.Context, tx *db.Tx, id string) error {
	joined, err := s.joinedTo(ctx, tx, id)
	if err != nil {
		return err
	}
	for i, j := range joined {
		if j.Next = joined[0].ID; i == 0 {
			j.State, j.Next = Waiting, ""
		}
		if err := s.store.put(ctx, tx, j); err != nil {
			return err
		}
	}
	return nil
}

// Voices counts, for some changes that wait, how many others say the same.
func (s *Service) Voices(ctx context.Context, by account.Actor, ids []string) (map[string]int, error) {
	if err := by.Require(account.Reader); err != nil || len(ids) == 0 {
		return nil, err
	}
	args := []any{string(Joined)}
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := s.DB.Read().QueryContext(ctx, "SELECT next_id, count(*) FROM curation_changes WHERE state = $1 AND next_id IN "+company.InSQL(2, len(ids))+" GROUP BY next_id", args...)
	if err != nil {
		return nil, fmt.Errorf("curation: voices: %w", err)
	}
	defer rows.Close()
	voices := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("curation: voices: %w", err)
		}
		voices[id] = n
	}
	return voices, rows.Err()
}

// Same gives the changes that say what one says, the oldest first, to the team.
func (s *Service) Same(ctx context.Context, by account.Actor, id string) ([]Change, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	if _, err := s.here(ctx, s.DB.Read(), by, id); err != nil {
		return nil, err
	}
	found, err := s.joinedTo(ctx, s.DB.Read(), id)
	return shownTo(by, found), err
}
