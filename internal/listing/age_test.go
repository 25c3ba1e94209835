package listing

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAges(t *testing.T) {
	now := day(1)
	for _, tt := range []struct {
		confirmed time.Time
		age       Age
	}{
		{now, Fresh},
		{now.AddDate(0, 0, 3), Fresh},
		{now.AddDate(-1, 0, 0), Ageing},
		{now.AddDate(-2, 0, 0), Stale},
		{time.Time{}, Unconfirmed},
	} {
		if age := (Ages{}).Of(tt.confirmed, now); age != tt.age {
			t.Errorf("%v: %s, want %s", tt.confirmed, age, tt.age)
		}
	}
}

func zone(t interface{ Fatal(args ...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestMonthsLater(t *testing.T) {
	for _, tt := range []struct {
		zone, from string
		months     int
		want       string // there
	}{
		{"Pacific/Noumea", "2025-03-15T20:00:00Z", 6, "2025-09-16 00:00:00 +11"}, // the 16th there
		{"Pacific/Noumea", "2025-08-31T00:00:00Z", 6, "2026-02-28 00:00:00 +11"},
		{"Pacific/Noumea", "2023-08-30T20:00:00Z", 6, "2024-02-29 00:00:00 +11"},
		{"Europe/Paris", "2025-08-31T22:30:00Z", 6, "2026-03-01 00:00:00 +01"}, // the 1st of September there, in summer
		{"Europe/Paris", "2025-01-15T12:00:00Z", 6, "2025-07-15 00:00:00 +02"},
		{"Europe/Paris", "2024-09-29T12:00:00Z", 18, "2026-03-29 00:00:00 +01"},       // the day on which the clocks change
		{"America/Santiago", "2025-03-07T12:00:00Z", 6, "2025-09-07 01:00:00 -03"},    // midnight is passed over
		{"Pacific/Apia", "2011-12-15T12:00:00Z", 1, "2012-01-15 00:00:00 +14"},        // a day of December was left out
		{"Europe/Paris", "2025-12-31T12:00:00Z", 24, "2027-12-31 00:00:00 +01"},       // over the end of years
		{"Europe/Paris", "2026-01-31T12:00:00Z", -11, "2025-02-28 00:00:00 +01"},      // and back
		{"Pacific/Noumea", "2026-01-01T00:00:00Z", 0, "2026-01-01 00:00:00 +11"},      // today
		{"Pacific/Noumea", "2025-12-31T13:00:00Z", 1, "2026-02-01 00:00:00 +11"},      // midnight sharp
		{"Pacific/Noumea", "2025-12-31T12:59:59.999Z", 1, "2026-01-31 00:00:00 +11"},  // just before
		{"Pacific/Noumea", "2026-02-28T00:00:00+11:00", 6, "2026-08-28 00:00:00 +11"}, // not the last of August
	} {
		from, err := time.Parse(time.RFC3339, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := MonthsLater(from, tt.months, zone(t, tt.zone)).Format("2006-01-02 15:04:05 -07"); got != tt.want {
			t.Errorf("%d months after %s in %s: %s, want %s", tt.months, tt.from, tt.zone, got, tt.want)
		}
	}
}

func drawnZone(t *rapid.T) *time.Location {
	return zone(t, rapid.SampledFrom([]string{"UTC", "Pacific/Noumea", "Europe/Paris", "Pacific/Tahiti", "America/Santiago", "Asia/Beirut"}).Draw(t, "zone"))
}

func drawnTime(t *rapid.T, name string) time.Time {
	return time.UnixMilli(rapid.Int64Range(1_500_000_000_000, 2_000_000_000_000).Draw(t, name)).UTC()
}

// The calendar goes forward only, ends on the first moment of a day, and FreshFrom and CurrentFrom are where Of turns.
func TestAgesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawnZone(t)
		a := Ages{Ageing: rapid.IntRange(1, 20).Draw(t, "ageing"), Stale: rapid.IntRange(21, 60).Draw(t, "stale"), Zone: z}
		now, one, other := drawnTime(t, "now"), drawnTime(t, "one"), drawnTime(t, "other")
		if one.After(other) {
			one, other = other, one
		}
		n := rapid.IntRange(0, 60).Draw(t, "months")
		early, late := MonthsLater(one, n, z), MonthsLater(other, n, z)
		if early.After(late) {
			t.Fatalf("%v before %v", early, late)
		}
		if before := early.Add(-time.Millisecond).In(z); before.Day() == early.Day() {
			t.Fatalf("%v is not the first moment of its day", early)
		}
		until, fresh := a.CurrentFrom(now), a.FreshFrom(now)
		if is := a.Of(one, now) == Fresh; is == one.Before(fresh) {
			t.Fatalf("confirmed %v: fresh %v, and those from %v on are", one, is, fresh)
		}
		if stale := a.Of(one, now) == Stale; stale != one.Before(until) {
			t.Fatalf("confirmed %v: stale %v, and those before %v are", one, stale, until)
		}
		for _, at := range []time.Time{until.Add(-time.Millisecond), until} {
			if stale := a.Of(at, now) == Stale; stale != at.Before(until) {
				t.Fatalf("at the turn, %v: stale %v", at, stale)
			}
		}
		if since := a.Since(one, now); !since.IsZero() && (since.After(now) || a.Of(one, since) != a.Of(one, now) || a.Of(one, since.Add(-time.Millisecond)) == a.Of(one, now)) {
			t.Fatalf("in its age since %v at %v", since, now)
		}
	})
}

func TestSpread(t *testing.T) {
	var parts [6]int
	for i := range 6000 {
		parts[Spread(fmt.Sprint("01970f3c-7d1e-7a52-9c2b-", i), 6)]++
	}
	for part, n := range parts {
		if n < 800 || n > 1200 {
			t.Errorf("%d of 6000 in part %d", n, part)
		}
	}
	if got := Spread("a", 1<<62); got != 0x2f63dc4c8601ec8c { // it stays where it is from one process to the next
		t.Errorf("%x", got)
	}
}
