package listing

import (
	"hash/fnv"
	"time"
)

// Age says in one word how far the card can be trusted.
type Age string

// The ages of a card, by Ages: Unconfirmed when nobody ever vouched for it. A Stale one is unconfirmed, too, to whoever reads it.
const (
	Fresh       Age = "fresh"
	Ageing      Age = "ageing"
	Stale       Age = "stale"
	Unconfirmed Age = "unconfirmed"
)

// AllAges lists the ages, the one that can be trusted most first.
func AllAges() []Age { return []Age{Fresh, Ageing, Stale, Unconfirmed} }

// Doubtful reports whether the card has to say that it is unconfirmed.
func (a Age) Doubtful() bool { return a == Stale || a == Unconfirmed }

// Ages says when cards age: how many months after somebody vouched for one, by the calendar of a place. Months of 0 are the usual
// ones, no zone is UTC.
type Ages struct {
	Ageing, Stale int
	Zone          *time.Location
}

// The usual months.
const (
	UsualAgeing = 6
	UsualStale  = 18
)

func (a Ages) settled() Ages {
	if a.Ageing == 0 {
		a.Ageing = UsualAgeing
	}
	if a.Stale == 0 {
		a.Stale = UsualStale
	}
	if a.Zone == nil {
		a.Zone = time.UTC
	}
	return a
}

// Of is the age of a card for which somebody vouched last at confirmed, the zero time for never.
func (a Ages) Of(confirmed, now time.Time) Age {
	a = a.settled()
	switch {
	case confirmed.IsZero():
		return Unconfirmed
	case now.Before(MonthsLater(confirmed, a.Ageing, a.Zone)):
		return Fresh
	case now.Before(MonthsLater(confirmed, a.Stale, a.Zone)):
		return Ageing
	}
	return Stale
}

// Since is when the card came into the age that it has, the zero time where it has always been in it.
func (a Ages) Since(confirmed, now time.Time) time.Time {
	a = a.settled()
	switch a.Of(confirmed, now) {
	case Ageing:
		return MonthsLater(confirmed, a.Ageing, a.Zone)
	case Stale:
		return MonthsLater(confirmed, a.Stale, a.Zone)
	case Fresh, Unconfirmed:
	}
	return time.Time{}
}

// FreshFrom is the first day, at the place, whose confirmations are Fresh on the day of now.
func (a Ages) FreshFrom(now time.Time) time.Time {
	a = a.settled()
	return notOver(now, a.Ageing, a.Zone)
}

// CurrentFrom is the first day, at the place, whose confirmations are not Stale on the day of now: those of all days before are.
func (a Ages) CurrentFrom(now time.Time) time.Time {
	a = a.settled()
	return notOver(now, a.Stale, a.Zone)
}

// notOver is the first day of which MonthsLater is still to come on the day of now.
func notOver(now time.Time, months int, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	first := dayOf(y, m-time.Month(months), 1, zone)
	if d == lastOf(dayOf(y, m, 1, zone)) { // where later days of the month end up, too
		d = lastOf(first)
	}
	return dayOf(first.Year(), first.Month(), min(d, lastOf(first))+1, zone)
}

// MonthsLater is the first moment of the day, at a place, that is so many calendar months after that of t: the last day of the month
// where it has none of that number.
func MonthsLater(t time.Time, months int, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	first := dayOf(y, m+time.Month(months), 1, zone)
	return dayOf(first.Year(), first.Month(), min(d, lastOf(first)), zone)
}

// DaysLater is the first moment of the day, at a place, that is so many days after that of t.
func DaysLater(t time.Time, days int, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return dayOf(y, m, d+days, zone)
}

// Later is the last of two times.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Spread is a part of a whole of so many, always the same for a text: so that what could be done of all cards at once is not.
func Spread(text string, parts int64) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash takes all
	return int64(h.Sum64() % uint64(parts))
}

// lastOf is the number of the last day of a month.
func lastOf(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 12, 0, 0, 0, time.UTC).Day()
}

// dayOf is the first moment of a day: not always midnight, which some clocks pass over.
func dayOf(y int, m time.Month, d int, zone *time.Location) time.Time {
	day := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if noon := time.Date(y, m, d, 12, 0, 0, 0, zone); noon.Day() != day.Day() {
		day = day.Add(time.Hour)
	}
	return day
}
