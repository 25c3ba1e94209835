package directory

import (
	"context"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// Apply brings the indexes up to changes of the log. A territory that is new, or of which the index has to know something else,
// is read at once; see Follow for those who cannot wait for that.
func (s *Service) Apply(ctx context.Context, changes []db.Change) error {
	unread, err := s.Follow(ctx, changes)
	if err != nil || len(unread) == 0 {
		return err
	}
	_, err = s.Load(ctx, unread...)
	return err
}

// Follow brings the indexes up to changes of the log, but for the territories that it names: their cards have to be read by
// Load, beside which changes may be followed. Changes are to be told in their order, without a gap. Until then the former index of such a
// territory answers, where there is one.
func (s *Service) Follow(ctx context.Context, changes []db.Change) (unread []string, err error) {
	byTerritory, territories := map[string]map[string]bool{}, map[string]time.Time{}
	at := map[string]time.Time{}
	later := func(of map[string]time.Time, code string, t time.Time) {
		if last, ok := of[code]; !ok || t.After(last) {
			of[code] = t
		}
	}
	for _, ch := range changes {
		switch ch.Kind {
		case territory.ChangeKind:
			later(territories, ch.ID, ch.At)
		case listing.ChangeKind:
			if byTerritory[ch.Territory] == nil {
				byTerritory[ch.Territory] = map[string]bool{}
			}
			byTerritory[ch.Territory][ch.ID] = true
			later(at, ch.Territory, ch.At)
		}
	}
	s.applying.Lock()
	defer s.applying.Unlock()
	if unread, err = s.followTerritories(ctx, territories); err != nil {
		return nil, err
	}
	for code, ids := range byTerritory {
		c := s.catalogueOf(code)
		if c == nil {
			continue // whoever reads its cards catches up
		}
		wanted := make([]string, 0, len(ids))
		for id := range ids {
			wanted = append(wanted, id)
		}
		if err := s.refresh(ctx, c, wanted); err != nil {
			return nil, err
		}
		c.notes.touch(at[code])
	}
	if n := len(changes); n > 0 {
		s.followed = max(s.followed, changes[n-1].Seq)
	}
	return unread, nil
}

// followTerritories lets the pages know of territories that changed, and names those that have to be read: most changes, as of
// a host name, concern no card. The index of a territory that is gone or cannot be read goes.
func (s *Service) followTerritories(ctx context.Context, changed map[string]time.Time) (unread []string, err error) {
	if len(changed) == 0 {
		return nil, nil
	}
	list, err := s.territories.List(ctx)
	if err != nil {
		return nil, err
	}
	for code, at := range changed {
		i := slices.IndexFunc(list, func(t *territory.Territory) bool { return t.Code == code })
		c := s.catalogueOf(code)
		switch {
		case i < 0:
			s.put(code, nil)
		case c != nil && indexedAlike(c.territory, list[i]):
			c.notes.touch(at)
			s.put(code, c.of(list[i]))
		case s.loading[code] > 0: // the reading looks at the territory again when it is done
		default:
			unread = append(unread, code)
		}
	}
	return unread, nil
}

// refresh reads cards and brings a catalogue up to them. One that cannot be read leaves it: no page could show it.
func (s *Service) refresh(ctx context.Context, c *catalogue, ids []string) error {
	found, faulty, err := s.listings.OutlinesByIDs(ctx, s.db.Read(), ids)
	if err != nil {
		return err
	}
	here := make(map[string]bool, len(found))
	for _, o := range found {
		here[o.ID] = true
	}
	var gone []string
	for _, id := range ids {
		if !here[id] {
			gone = append(gone, id)
		}
	}
	s.held.forget(ids)
	c.apply(found, gone)
	s.tellFaulty(ctx, c, faulty)
	return nil
}
