package freshness

import (
	"time"

	"grappe/internal/listing"
)

// How a policy begins, and how much it leaves people in peace.
const (
	spreadDays = 60 // over which letters go out that were due before the beginning
	graceDays  = 90 // after the beginning, before which no card leaves
	quietDays  = 28 // between two letters about a card: less than any month
	noticeDays = 30 // between the last letter and the day on which the card leaves
)

// Card is what the rule asks of a card.
type Card struct {
	ID          string
	Public      bool
	ConfirmedAt time.Time // zero for never
	CreatedAt   time.Time

	Round    time.Time // the anchor of the round that Sent is of
	Begun    time.Time // the beginning that Sent is of: see Policy.start
	Sent     int       // months of the last reminder that is done, 0 for none
	LetterAt time.Time // when the last letter went out, zero for never
	Since    time.Time // since when it is public without a break, as far as anybody knows
}

// anchor is when the round of the card began.
func (c Card) anchor() time.Time {
	if c.ConfirmedAt.IsZero() {
		return c.CreatedAt
	}
	return c.ConfirmedAt
}

// Act is what is due for a card.
type Act int

// The acts.
const (
	Nothing Act = iota
	Remind
	Lapse
)

// Step is what is due for a card now, and when to look at it again where nothing is.
type Step struct {
	Do     Act
	Months int       // of the reminder
	Next   time.Time // zero for never: not before somebody writes the card, or changes the policy
}

// Due says what a policy asks for a card now. All of it is counted in days and calendar months at the territory's place.
//
// A reminder is due so many months after the card's round began. One that was due before the policy, or the card's time in the
// directory, began, goes out on a day of the 60 that follow, the same for the same card; of several that are due only the last is
// sent, and none in the four weeks after another letter. A card leaves when its months are over, though not within 90 days of that
// beginning, nor within 30 of its last letter, nor as long as a reminder is due.
func Due(p Policy, c Card, now time.Time) Step {
	if !p.Runs() || !c.Public {
		return Step{}
	}
	var next time.Time
	remind := 0
	for _, r := range p.reminders(c) {
		if now.Before(r.day) {
			next = earlier(next, r.day)
		} else {
			remind = r.months
		}
	}
	if remind > 0 {
		return Step{Do: Remind, Months: remind}
	}
	lapse := p.lapseOf(c)
	if !now.Before(lapse) && next.IsZero() {
		return Step{Do: Lapse}
	}
	if now.Before(lapse) {
		next = earlier(next, lapse)
	}
	return Step{Next: next}
}

// reminder is one of the letters to come.
type reminder struct {
	months int
	day    time.Time
}

// start is when the policy began for a card.
func (p Policy) start(c Card) time.Time { return listing.Later(p.BeganAt, c.Since) }

// sent are the months of the last reminder of this round since the policy began for the card: what was said before is no warning.
func (p Policy) sent(c Card) int {
	if c.Round.Equal(c.anchor()) && c.Begun.Equal(p.start(c)) {
		return c.Sent
	}
	return 0
}

// reminded is a card once a reminder is done; written reports that a letter went out.
func (p Policy) reminded(c Card, months int, written bool, now time.Time) Card {
	c.Round, c.Begun, c.Sent = c.anchor(), p.start(c), months
	if written {
		c.LetterAt = now
	}
	return c
}

// reminders are the letters to come, by their months.
func (p Policy) reminders(c Card) []reminder {
	var all []reminder
	start := p.start(c)
	first := listing.DaysLater(start, 0, p.Zone)
	for _, months := range p.Reminders {
		if months <= p.sent(c) {
			continue
		}
		day := listing.MonthsLater(c.anchor(), months, p.Zone)
		if day.Before(first) {
			day = listing.DaysLater(start, spread(c.ID), p.Zone)
		}
		if !c.LetterAt.IsZero() {
			day = listing.Later(day, listing.DaysLater(c.LetterAt, quietDays, p.Zone))
		}
		all = append(all, reminder{months, day})
	}
	return all
}

// lapseOf is the day on which the card leaves when nobody vouches for it.
func (p Policy) lapseOf(c Card) time.Time {
	day := listing.Later(listing.MonthsLater(c.anchor(), p.Lapse, p.Zone), listing.DaysLater(p.start(c), graceDays, p.Zone))
	if !c.LetterAt.IsZero() {
		day = listing.Later(day, listing.DaysLater(c.LetterAt, noticeDays, p.Zone))
	}
	return day
}

// spread is the day of the first 60 that a card has.
func spread(id string) int { return int(listing.Spread(id, spreadDays)) }

// earlier is the first of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// Forecast is what a policy would bring when nobody vouches for any card.
type Forecast struct {
	Cards       int
	Unconfirmed int // say so at once
	Before      int // said so until now
	Today       int // letters of the first day
	Letters     int // of the first 60 days
	Leaving     int // cards that leave within leavingDays
	First       time.Time
}

// leavingDays is how far ahead a forecast looks for cards that leave.
const leavingDays = 120

// add adds a card to a forecast for a policy that begins at now. Everybody is taken to be reachable.
func (f *Forecast) add(p Policy, c Card, now time.Time) {
	if !c.Public {
		return
	}
	f.Cards++
	if p.Ages().Of(c.ConfirmedAt, now).Doubtful() {
		f.Unconfirmed++
	}
	endOfLetters, end := listing.DaysLater(now, spreadDays, p.Zone), listing.DaysLater(now, leavingDays, p.Zone)
	for at := now; ; {
		step := Due(p, c, at)
		switch step.Do {
		case Remind:
			c = p.reminded(c, step.Months, true, at)
			if at.Equal(now) {
				f.Today++
			}
			if at.Before(endOfLetters) {
				f.Letters++
			}
			continue
		case Lapse:
			f.Leaving++
			f.First = earlier(f.First, at)
			return
		case Nothing:
		}
		if step.Next.IsZero() || step.Next.After(end) {
			return
		}
		at = step.Next
	}
}
