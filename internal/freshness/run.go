package freshness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// How the work of a day is done.
const (
	opensAt       = 8 // o'clock there, from when on the day's letters are written
	batchSize     = 100
	mostBatches   = 200 // of a territory at a time; the rest comes an hour later
	changesAtOnce = 2000
	pageSize      = 500
	mostPages     = 200
	daysKept      = 5 * 366
)

// Tick does what is due in all territories: each works its day once, after eight o'clock there. It is called every hour; what was
// broken off goes on where it stopped. A territory that fails does not keep the others from their work.
func (s *Service) Tick(ctx context.Context) error {
	if err := s.follow(ctx); err != nil {
		return fmt.Errorf("freshness: the change log: %w", err)
	}
	list, err := s.Territories.List(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, t := range list {
		if ctx.Err() != nil {
			return errors.Join(failed, ctx.Err())
		}
		if err := s.day(ctx, t); err != nil {
			failed = errors.Join(failed, fmt.Errorf("freshness: %s: %w", t.Code, err))
		}
	}
	return failed
}

// follow has the cards looked at that were written since the last time. What was there before anybody followed is taken over by adopt.
func (s *Service) follow(ctx context.Context) error {
	for {
		position, ok, err := s.store.followed(ctx, s.DB.Read())
		if err != nil {
			return err
		}
		if !ok {
			return s.DB.Write(ctx, func(tx *db.Tx) error {
				last, err := db.LastChange(ctx, tx.Serialize("freshness", ""))
				if err != nil {
					return err
				}
				return s.store.follow(ctx, tx, last)
			})
		}
		changes, err := s.DB.Changes(ctx, position, changesAtOnce)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.apply(ctx, tx, position, changes) }); err != nil {
			return err
		}
	}
}

// apply marks the cards of changes behind a position, unless somebody else has followed them meanwhile.
func (s *Service) apply(ctx context.Context, tx *db.Tx, position int64, changes []db.Change) error {
	now, _, err := s.store.followed(ctx, tx.Serialize("freshness", ""))
	if err != nil || now != position {
		return err
	}
	written := map[string]map[string]bool{}
	for _, c := range changes {
		if c.Kind != listing.ChangeKind {
			continue
		}
		if written[c.Territory] == nil {
			written[c.Territory] = map[string]bool{}
		}
		written[c.Territory][c.ID] = !c.Deleted
	}
	for code, cards := range written {
		var ids []string
		for id, there := range cards {
			if there {
				ids = append(ids, id)
			}
		}
		if err := s.markThere(ctx, tx, code, ids); err != nil {
			return err
		}
	}
	return s.store.follow(ctx, tx, changes[len(changes)-1].Seq)
}

// markThere marks those of some cards that are there.
func (s *Service) markThere(ctx context.Context, tx *db.Tx, territory string, ids []string) error {
	there, err := s.cards.Stamps(ctx, tx, ids)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { _, ok := there[id]; return !ok })
	slices.Sort(ids)
	return s.store.mark(ctx, tx, territory, ids)
}

// day works the day of a territory where it has begun and is not done. Cards that are kept elsewhere are left alone.
func (s *Service) day(ctx context.Context, t *territory.Territory) error {
	now := s.Now()
	local := now.In(t.Location())
	if !s.Early && local.Hour() < opensAt {
		return nil
	}
	k, err := s.store.policy(ctx, s.DB.Read(), t)
	if err != nil || k.worked >= local.Format(time.DateOnly) {
		return err
	}
	keeper, err := s.cards.Keeper(ctx, s.DB.Read(), t.Code)
	if err != nil || keeper != "" {
		return err
	}
	done, err := s.adopt(ctx, t, k)
	if err != nil || !done {
		return err
	}
	if k.Runs() && !s.heard(ctx, t) {
		return s.count(ctx, t, now, false)
	}
	if done, err = s.work(ctx, t, now); err != nil || !done {
		return err
	}
	return s.count(ctx, t, now, true)
}

// heard reports whether letters leave, and say where to go. As long as they do not, nobody is asked, and nothing leaves the public.
func (s *Service) heard(ctx context.Context, t *territory.Territory) bool {
	site, err := s.Sites.Site(ctx, t.Code, t.Languages[0])
	heard := err == nil && site.Base != "" && s.Outbox.Ready()
	if !heard {
		s.Log.WarnContext(ctx, "no card is asked about: no mail leaves, or nobody knows where the territory stands", "territory", t.Code, "error", err)
	}
	return heard
}

// adopt takes the cards over that were there before the change log was followed, page by page.
func (s *Service) adopt(ctx context.Context, t *territory.Territory, k kept) (done bool, err error) {
	for page := 0; k.adopted != adoptedAll && page < mostPages; page++ {
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			if k, err = s.store.policy(ctx, tx.Serialize("freshness", t.Code), t); err != nil || k.adopted == adoptedAll {
				return err
			}
			ids, err := s.cards.IDs(ctx, tx, t.Code, k.adopted, pageSize)
			if err != nil {
				return err
			}
			if k.adopted = adoptedAll; len(ids) == pageSize {
				k.adopted = ids[len(ids)-1]
			}
			if err := s.store.mark(ctx, tx, t.Code, ids); err != nil {
				return err
			}
			return s.store.save(ctx, tx, k)
		})
		if err != nil {
			return false, err
		}
	}
	return k.adopted == adoptedAll, nil
}

// work looks at the cards that are due, batch by batch; each is one transaction, so that what is done is done once. done is false
// where more are left than are looked at in one go.
func (s *Service) work(ctx context.Context, t *territory.Territory, now time.Time) (done bool, err error) {
	signs, err := s.keys(ctx)
	if err != nil {
		return false, err
	}
	for range mostBatches {
		n := 0
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = s.batch(ctx, tx, t, signs, now)
			return err
		})
		if err != nil || n < batchSize {
			return err == nil, err
		}
	}
	return false, nil
}

// occasion is where and when cards are looked at.
type occasion struct {
	t      *territory.Territory
	policy Policy
	signs  keys
	now    time.Time
	sites  map[string]account.Site // by language, those that letters have needed
}

// task is what is done to a card.
type task struct {
	card    Card
	listing listing.Listing
	step    Step
	begun   time.Time // when the policy began for the card, before anything is done
}

// batch looks at some cards that are due, and does what the rule says. It gives how many they were.
func (s *Service) batch(ctx context.Context, tx *db.Tx, t *territory.Territory, signs keys, now time.Time) (int, error) {
	k, err := s.store.policy(ctx, tx.Serialize("freshness", t.Code), t)
	if err != nil {
		return 0, err
	}
	rows, err := s.store.due(ctx, tx, t.Code, now, batchSize)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	tasks, err := s.tasks(ctx, tx, k.Policy, rows, now)
	if err != nil {
		return 0, err
	}
	done, err := s.act(ctx, tx, occasion{t, k.Policy, signs, now, map[string]account.Site{}}, tasks)
	if err != nil {
		return 0, err
	}
	tomorrow := listing.DaysLater(now, 1, k.Zone)
	next := make([]row, 0, len(rows))
	for _, r := range rows {
		r.next = db.ToMillis(tomorrow) // where the card cannot be read
		if one, ok := tasks[r.listing]; ok {
			at := Due(k.Policy, one.card, now)
			if at.Do != Nothing { // one thing a day; or somebody is just writing the card
				at.Next = tomorrow
			}
			r = k.rowOf(one.card, at.Next)
		}
		next = append(next, r)
	}
	if err := s.store.keep(ctx, tx, next); err != nil {
		return 0, err
	}
	return len(rows), s.store.done(ctx, tx, t.Code, now.In(k.Zone).Format(time.DateOnly), done)
}

// tasks says what is due for cards, by the card. One that cannot be read is left out, and told in the log.
func (s *Service) tasks(ctx context.Context, q db.Querier, p Policy, rows []row, now time.Time) (map[string]*task, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.listing
	}
	found, err := s.cards.ByIDs(ctx, q, ids)
	for faulty, ok := errors.AsType[*listing.Faulty](err); ok; faulty, ok = errors.AsType[*listing.Faulty](err) {
		s.Log.ErrorContext(ctx, "a card cannot be asked about", "listing", faulty.ID, "error", faulty.Err)
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == faulty.ID })
		found, err = s.cards.ByIDs(ctx, q, ids)
	}
	if err != nil {
		return nil, err
	}
	tasks := make(map[string]*task, len(found))
	for _, r := range rows {
		i := slices.IndexFunc(found, func(l listing.Listing) bool { return l.ID == r.listing })
		if i >= 0 {
			c := cardOf(r, found[i], now)
			tasks[r.listing] = &task{card: c, listing: found[i], step: Due(p, c, now), begun: p.start(c)}
		}
	}
	return tasks, nil
}

// act writes the letters of tasks, and takes cards out of the public.
func (s *Service) act(ctx context.Context, tx *db.Tx, o occasion, tasks map[string]*task) (Work, error) {
	var done Work
	var due []*task
	for _, one := range tasks {
		if one.step.Do != Nothing {
			due = append(due, one)
		}
	}
	if len(due) == 0 {
		return done, nil
	}
	slices.SortFunc(due, func(a, b *task) int { return cmp.Compare(a.card.ID, b.card.ID) }) // cards are locked in one order by all
	readers, err := s.readersOf(ctx, tx, o.signs, due)
	if err != nil {
		return done, err
	}
	for _, one := range due {
		if one.step.Do == Lapse {
			if err := s.lapse(ctx, tx, one); errs.Is(err, errs.Conflict) {
				continue // somebody has just written it
			} else if err != nil {
				return done, err
			}
			done.Lapsed++
		}
		n, err := s.write(ctx, tx, o, one, readers[one.card.ID])
		if err != nil {
			return done, err
		}
		done.Letters += n
		if one.step.Do == Remind {
			one.card = o.policy.reminded(one.card, one.step.Months, len(readers[one.card.ID]) > 0, o.now)
		}
	}
	return done, nil
}

// lapse takes a card out of the public; errs.Conflict where somebody has written it since it was read.
func (s *Service) lapse(ctx context.Context, tx *db.Tx, one *task) error {
	left, err := s.Listings.LapseIn(ctx, tx, listing.Author{}, one.listing.ID, one.listing.Version)
	if err == nil {
		one.listing = left
		one.card.Public, one.card.Since = false, time.Time{}
	}
	return err
}

// count counts the directory as it stands, and says that the day is done where it is.
func (s *Service) count(ctx context.Context, t *territory.Territory, now time.Time, done bool) error {
	signs, err := s.keys(ctx)
	if err != nil {
		return err
	}
	survey, err := s.survey(ctx, s.DB.Read(), t, signs, now)
	if err != nil {
		return err
	}
	day := now.In(t.Location())
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		k, err := s.store.policy(ctx, tx.Serialize("freshness", t.Code), t)
		if err != nil {
			return err
		}
		if done {
			k.worked = day.Format(time.DateOnly)
			if err := s.store.save(ctx, tx, k); err != nil {
				return err
			}
		}
		if err := s.store.forget(ctx, tx, t.Code, day.AddDate(0, 0, -daysKept).Format(time.DateOnly)); err != nil {
			return err
		}
		return s.store.counted(ctx, tx, t.Code, day.Format(time.DateOnly), survey.All)
	})
}
