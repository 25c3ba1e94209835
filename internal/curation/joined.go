package curation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// says reports whether two changes say the same: of the same card, or of organisations of which all is the same. Where neither names a
// field, their messages tell.
func (c Change) says(o Change) bool {
	if c.Kind != o.Kind || c.Listing != o.Listing || c.About != o.About || c.Number != o.Number || c.Natural != o.Natural || !slices.Equal(c.Fields, o.Fields) {
		return false
	}
	if len(c.Fields) == 0 {
		return Alike(c.Message) == Alike(o.Message)
	}
	return len(differing(c.After, o.After, c.Fields)) == 0
}

// Alike is what messages of the same words have in common, however they are written.
func Alike(text string) string { return strings.Join(strings.Fields(spelling.Plain(text)), " ") }

// Of reports whether two changes are one person's: an account or a mailbox has one voice.
func (c Change) Of(o Change) bool {
	return c.Person != "" && c.Person == o.Person || c.Mail != "" && c.Mail == o.Mail
}

// voices are the first words of each person, of some changes in their order.
func voices(all []stored) []stored {
	var first []stored
	for _, c := range all {
		if !slices.ContainsFunc(first, func(o stored) bool { return o.Of(c.Change) }) {
			first = append(first, c)
		}
	}
	return first
}

// join lets a change that begins to wait wait with one that says the same already, where there is one. What looks like spam and what
// does not never wait together.
func (s *Service) join(ctx context.Context, tx *db.Tx, c *stored) (bool, error) {
	if c.Kind == Edit {
		return false, nil
	}
	found, err := s.store.find(ctx, tx, "territory = $1 AND state = $2 AND listing_id = $3 AND kind = $4 AND id <> $5 ORDER BY id LIMIT 200",
		c.Territory, string(Waiting), c.Listing, string(c.Kind), c.ID)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(found, func(o stored) bool { return o.says(c.Change) && c.Suspicious() == o.Suspicious() })
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

// settleJoined makes of the changes that say what a decided one said what has become of that one, and lets their authors know, each
// once. While it is the owner's to answer, they wait. Silent lets nobody know: what joined spam looks like spam itself.
func (s *Service) settleJoined(ctx context.Context, tx *db.Tx, c Change, silent bool) error {
	if c.State.Open() {
		return nil
	}
	joined, err := s.joinedTo(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	told := []stored{{Change: c}}
	for _, j := range joined {
		if err := s.author(ctx, tx, &j); errs.Is(err, errs.NotFound) { // erased meanwhile
			continue
		} else if err != nil {
			return err
		}
		j.State, j.Taken, j.Reason, j.Created = c.State, c.Taken, c.Reason, c.Created
		j.DecidedAt, j.DecidedBy, j.ByOwner = c.DecidedAt, c.DecidedBy, c.ByOwner
		if err := s.store.put(ctx, tx, j); err != nil {
			return err
		}
		if silent || slices.ContainsFunc(told, func(o stored) bool { return o.Of(j.Change) }) {
			continue
		}
		if err := s.tellDecision(ctx, tx, j.Change, ""); err != nil {
			return err
		}
		told = append(told, j)
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
		j.State, j.Taken, j.Reason, j.Created, j.DecidedAt, j.DecidedBy, j.ByOwner = Joined, nil, "", "", time.Time{}, "", false
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

// Voices counts, for some changes that wait, how many other people say the same.
func (s *Service) Voices(ctx context.Context, by account.Actor, ids []string) (map[string]int, error) {
	if err := by.Require(account.Reader); err != nil || len(ids) == 0 {
		return nil, err
	}
	args := []any{string(Joined)}
	for _, id := range ids {
		args = append(args, id)
	}
	these := company.InSQL(2, len(ids))
	rows, err := s.DB.Read().QueryContext(ctx, "SELECT id, next_id, person_id, mail FROM curation_changes WHERE state = $1 AND next_id IN "+these+
		" OR id IN "+these+" ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("curation: voices: %w", err)
	}
	defer rows.Close()
	groups := map[string][]stored{}
	for rows.Next() {
		var c stored
		if err := rows.Scan(&c.ID, &c.Next, &c.Person, &c.Mail); err != nil {
			return nil, fmt.Errorf("curation: voices: %w", err)
		}
		leader := cmp.Or(c.Next, c.ID)
		groups[leader] = append(groups[leader], c)
	}
	counted := map[string]int{}
	for id, all := range groups {
		if n := len(voices(all)) - 1; n > 0 {
			counted[id] = n
		}
	}
	return counted, rows.Err()
}

// Same gives the changes that say what one says, the oldest first, to the team: what the same person wrote again only where it has
// other words.
func (s *Service) Same(ctx context.Context, by account.Actor, id string) ([]Change, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	first, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return nil, err
	}
	joined, err := s.joinedTo(ctx, s.DB.Read(), id)
	all := []stored{first}
	for _, j := range joined {
		if !slices.ContainsFunc(all, func(o stored) bool {
			return o.Of(j.Change) && (j.Message == "" || Alike(o.Message) == Alike(j.Message))
		}) {
			all = append(all, j)
		}
	}
	return shownTo(by, all[1:]), err
}
