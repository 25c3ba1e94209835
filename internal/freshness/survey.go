package freshness

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// mostFlags is how many flags are looked at.
const mostFlags = 1_000_000

// Survey is how well a territory's directory is kept.
type Survey struct {
	All          Counts
	Unreachable  int // somebody acts for them, and nobody can be written to
	Lapsed       int // cards that left the public
	ByZone       map[string]Counts
	ByCompetence map[string]Counts
}

// add counts a card: c says of each thing whether it holds, as 0 or 1.
func (c *Counts) add(one Counts) {
	c.Cards += one.Cards
	c.Fresh += one.Fresh
	c.Ageing += one.Ageing
	c.Unconfirmed += one.Unconfirmed
	c.Orphaned += one.Orphaned
	c.Incomplete += one.Incomplete
	c.Flagged += one.Flagged
}

// survey counts in a few statements, however many cards there are.
func (s *Service) survey(ctx context.Context, q db.Querier, t *territory.Territory, signs keys, now time.Time) (Survey, error) {
	v := Survey{ByZone: map[string]Counts{}, ByCompetence: map[string]Counts{}}
	k, err := s.store.policy(ctx, q, t)
	if err != nil {
		return v, err
	}
	people, err := s.Accounts.ActingIn(ctx, q, t.Code)
	if err != nil {
		return v, err
	}
	d, err := s.deaf(ctx, q, signs)
	if err != nil {
		return v, err
	}
	flags, err := s.cards.Flagged(ctx, q, t.Code, mostFlags)
	if err != nil {
		return v, err
	}
	flagged := map[string]bool{}
	for _, f := range flags {
		flagged[f.Listing] = true
	}
	ages := k.Ages()
	err = s.cards.Standings(ctx, q, t.Code, []listing.State{listing.Published, listing.Lapsed}, func(l listing.Standing) {
		if l.State == listing.Lapsed {
			v.Lapsed++
			return
		}
		acting := people[l.CompanyID]
		one := countsOf(ages.Of(l.ConfirmedAt, now), l, flagged[l.ID])
		switch {
		case len(acting) == 0:
			one.Orphaned = 1
		case !d.reached(acting, l.Emails):
			v.Unreachable++
		}
		v.count(l, one)
	})
	return v, err
}

func countsOf(age listing.Age, l listing.Standing, flagged bool) Counts {
	one := Counts{Cards: 1}
	switch age {
	case listing.Fresh:
		one.Fresh = 1
	case listing.Ageing:
		one.Ageing = 1
	case listing.Stale, listing.Unconfirmed:
		one.Unconfirmed = 1
	}
	if l.Completeness < listing.Incomplete {
		one.Incomplete = 1
	}
	if flagged {
		one.Flagged = 1
	}
	return one
}

func (v *Survey) count(l listing.Standing, one Counts) {
	v.All.add(one)
	in := v.ByZone[l.Zone]
	in.add(one)
	v.ByZone[l.Zone] = in
	for _, code := range l.Competences {
		in := v.ByCompetence[code]
		in.add(one)
		v.ByCompetence[code] = in
	}
}

// Health is how well the actor's directory is kept, with how it was before.
func (s *Service) Health(ctx context.Context, by account.Actor, t *territory.Territory) (h Health, err error) {
	if err := by.Require(account.Reader); err != nil {
		return h, err
	}
	signs, err := s.keys(ctx)
	if err != nil {
		return h, err
	}
	h.At = s.Now()
	from := h.At.In(t.Location()).AddDate(-1, 0, 0).Format(time.DateOnly)
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		k, err := s.store.policy(ctx, tx, t)
		if err != nil {
			return err
		}
		if h.Days, err = s.store.days(ctx, tx, t.Code, from); err != nil {
			return err
		}
		h.Policy, h.Worked = k.Policy, k.worked
		h.Survey, err = s.survey(ctx, tx, t, signs, h.At)
		return err
	})
	h.Ready, h.Days = s.Outbox.Ready(), upTo(h.Days, h.At.In(t.Location()).Format(time.DateOnly), h.All)
	return h, err
}

// upTo are days that end with today as it stands now.
func upTo(days []Day, today string, now Counts) []Day {
	if n := len(days); n > 0 && days[n-1].Day == today {
		days[n-1].Counts = now
		return days
	}
	return append(days, Day{Day: today, Counts: now})
}

// Health is what the team sees of its directory.
type Health struct {
	Survey
	Policy Policy
	Days   []Day  // of the last year, in their order, the last of them today
	Worked string // the last day, there, whose work is done; "" for none
	At     time.Time
	Ready  bool // letters leave
}
