package freshness

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/listing"
)

func zoneOf(t interface{ Fatal(args ...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// at reads a moment at a place: "2026-02-03 08:15".
func at(t interface{ Fatal(args ...any) }, z *time.Location, written string) time.Time {
	m, err := time.ParseInLocation("2006-01-02 15:04", written, z)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDue(t *testing.T) {
	nc, paris := zoneOf(t, "Pacific/Noumea"), zoneOf(t, "Europe/Paris")
	began := map[*time.Location]time.Time{nc: at(t, nc, "2024-01-10 09:00"), paris: at(t, paris, "2024-01-10 09:00")}
	id := "a"
	for spread(id) != 20 {
		id += "a"
	}
	for _, tt := range []struct {
		name      string
		zone      *time.Location
		confirmed string // "" for never
		created   string
		sent      int
		letter    string
		since     string
		now       string
		want      string // what is due, or the day on which to look again
	}{
		{"fresh", nc, "2024-03-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-03-02 08:00", "2024-09-01"},
		{"the day before", nc, "2024-03-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-08-31 23:59", "2024-09-01"},
		{"the first reminder", nc, "2024-03-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-09-01 00:00", "remind 6"},
		{"once", nc, "2024-03-01 10:00", "2020-01-01 00:00", 6, "2024-09-01 08:05", "", "2024-09-01 08:05", "2024-12-01"},
		{"the second", nc, "2024-03-01 10:00", "2020-01-01 00:00", 6, "2024-09-01 08:05", "", "2024-12-01 08:00", "remind 9"},
		{"the third", nc, "2024-03-01 10:00", "2020-01-01 00:00", 9, "2024-12-01 08:05", "", "2025-03-01 08:00", "remind 12"},
		{"then it waits for its end", nc, "2024-03-01 10:00", "2020-01-01 00:00", 12, "2025-03-01 08:05", "", "2025-03-01 08:05", "2026-03-01"},
		{"unconfirmed is no act", nc, "2024-03-01 10:00", "2020-01-01 00:00", 12, "2025-03-01 08:05", "", "2025-10-01 08:05", "2026-03-01"},
		{"it leaves", nc, "2024-03-01 10:00", "2020-01-01 00:00", 12, "2025-03-01 08:05", "", "2026-03-01 08:00", "lapse"},
		{"never confirmed counts from its making", nc, "", "2024-03-01 10:00", 0, "", "", "2024-09-01 08:00", "remind 6"},

		{"the last of February", paris, "2024-08-31 22:30", "2020-01-01 00:00", 0, "", "", "2025-02-27 08:00", "2025-02-28"},
		{"on it", paris, "2024-08-31 22:30", "2020-01-01 00:00", 0, "", "", "2025-02-28 08:00", "remind 6"},
		{"over the change of clocks", paris, "2024-09-30 08:00", "2020-01-01 00:00", 0, "", "", "2025-03-29 23:59", "2025-03-30"},
		{"on the day of it", paris, "2024-09-30 08:00", "2020-01-01 00:00", 0, "", "", "2025-03-30 03:00", "remind 6"},

		{"late before the beginning: spread", nc, "2023-06-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-01-10 09:00", "2024-01-30"},
		{"the day of the spread", nc, "2023-06-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-01-30 08:00", "remind 6"},
		{"its own day comes first", nc, "2023-04-20 10:00", "2020-01-01 00:00", 0, "", "", "2024-01-20 08:00", "remind 9"},
		{"four weeks after a letter at least", nc, "2023-05-01 10:00", "2020-01-01 00:00", 6, "2024-01-30 08:05", "", "2024-02-01 08:00", "2024-02-27"},
		{"only the last of several", nc, "2022-06-01 10:00", "2020-01-01 00:00", 0, "", "", "2024-01-30 08:00", "remind 12"},
		{"not within 90 days", nc, "2020-06-01 10:00", "2020-01-01 00:00", 12, "", "", "2024-02-01 08:00", "2024-04-09"},
		{"then it leaves at once", nc, "2020-06-01 10:00", "2020-01-01 00:00", 12, "", "", "2024-04-09 08:00", "lapse"},
		{"not within 30 days of a letter", nc, "2022-03-01 10:00", "2020-01-01 00:00", 12, "2024-04-01 08:00", "", "2024-04-20 08:00", "2024-05-01"},
		{"a letter first, however late", nc, "2020-06-01 10:00", "2020-01-01 00:00", 0, "", "", "2026-01-01 08:00", "remind 12"},
		{"new in the directory: its own beginning", nc, "2021-06-01 10:00", "2024-05-01 10:00", 0, "", "2024-05-01 10:00", "2024-05-02 10:00", "2024-05-21"},
		{"and its own 90 days", nc, "2021-06-01 10:00", "2024-05-01 10:00", 12, "", "2024-05-01 10:00", "2024-05-02 10:00", "2024-07-30"},
	} {
		p := Usual("nc", tt.zone)
		p.Active, p.BeganAt = true, began[tt.zone]
		moment := func(written string) (m time.Time) {
			if written != "" {
				m = at(t, tt.zone, written)
			}
			return m
		}
		c := Card{
			ID: id, Public: true, ConfirmedAt: moment(tt.confirmed), CreatedAt: moment(tt.created), Sent: tt.sent, LetterAt: moment(tt.letter), Since: moment(tt.since),
		}
		c.Round, c.Begun = c.anchor(), p.start(c)
		if got := stepOf(Due(p, c, moment(tt.now)), tt.zone); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		c.Public = false
		if got := Due(p, c, moment(tt.now)); got != (Step{}) {
			t.Errorf("%s, not public: %+v", tt.name, got)
		}
		c.Public, p.Active = true, false
		if got := Due(p, c, moment(tt.now)); got != (Step{}) {
			t.Errorf("%s, off: %+v", tt.name, got)
		}
	}
}

func stepOf(s Step, z *time.Location) string {
	switch s.Do {
	case Remind:
		return fmt.Sprint("remind ", s.Months)
	case Lapse:
		return "lapse"
	case Nothing:
	}
	if s.Next.IsZero() {
		return "never"
	}
	return s.Next.In(z).Format(time.DateOnly)
}

// A round that began anew knows nothing of the letters of the one before.
func TestANewRound(t *testing.T) {
	z := zoneOf(t, "Pacific/Noumea")
	p := Usual("nc", z)
	p.Active, p.BeganAt = true, at(t, z, "2020-01-01 08:00")
	c := Card{ID: "x", Public: true, ConfirmedAt: at(t, z, "2024-01-05 08:00"), CreatedAt: at(t, z, "2019-01-05 08:00")}
	c = p.reminded(c, 12, true, at(t, z, "2025-01-05 08:10"))
	c.ConfirmedAt = at(t, z, "2025-01-20 11:00")
	if got := stepOf(Due(p, c, at(t, z, "2025-01-21 08:00")), z); got != "2025-07-20" {
		t.Error(got)
	}
}

func drawPolicy(t *rapid.T) Policy {
	z := zoneOf(t, rapid.SampledFrom([]string{"UTC", "Pacific/Noumea", "Europe/Paris", "Pacific/Tahiti", "Asia/Beirut"}).Draw(t, "zone"))
	p := Usual("t", z)
	p.Reminders = nil
	months := 0
	for range rapid.IntRange(1, 3).Draw(t, "reminders") {
		months += rapid.IntRange(1, 12).Draw(t, "step")
		p.Reminders = append(p.Reminders, months)
	}
	p.Unconfirmed = months + rapid.IntRange(1, 12).Draw(t, "unconfirmed")
	p.Lapse = p.Unconfirmed + rapid.IntRange(1, 12).Draw(t, "lapse")
	p.Active, p.BeganAt = true, drawMoment(t, "began")
	return p
}

func drawMoment(t *rapid.T, name string) time.Time {
	return time.UnixMilli(rapid.Int64Range(1_600_000_000_000, 1_800_000_000_000).Draw(t, name)).UTC()
}

// What a year or ten bring to a card that nobody confirms, looked at only when the rule says so: each reminder once at most and in
// order, with peace between; never an early letter; the end not too soon, once, and for sure.
func TestTheLifeOfACard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		c := Card{ID: fmt.Sprint(rapid.Int().Draw(t, "id")), Public: true, CreatedAt: drawMoment(t, "created"), Since: drawMoment(t, "since")}
		if rapid.Bool().Draw(t, "confirmed") {
			c.ConfirmedAt = drawMoment(t, "confirmed at")
		}
		c.Round = c.anchor()
		start := listing.Later(p.BeganAt, c.Since)
		reachable := rapid.Bool().Draw(t, "reachable")
		now, last, letter, slept := listing.Later(start, c.anchor()), 0, time.Time{}, false
		for steps := 0; ; steps++ {
			if steps > 40 {
				t.Fatalf("it does not end: %+v", c)
			}
			step := Due(p, c, now)
			switch step.Do {
			case Remind:
				due := listing.MonthsLater(c.anchor(), step.Months, p.Zone)
				switch {
				case step.Months <= last:
					t.Fatalf("the reminder of %d months after that of %d", step.Months, last)
				case now.Before(due):
					t.Fatalf("the reminder of %d months on %v, due on %v", step.Months, now, due)
				case !letter.IsZero() && now.Before(listing.DaysLater(letter, quietDays, p.Zone)):
					t.Fatalf("letters on %v and %v", letter, now)
				case !slept && !due.Before(listing.DaysLater(start, 0, p.Zone)) && now.After(listing.Later(due, quiet(letter, p.Zone)).Add(24*time.Hour)):
					t.Fatalf("the reminder of %d months, due on %v, came on %v", step.Months, due, now)
				case !slept && now.After(listing.DaysLater(listing.Later(due, listing.Later(start, letter)), spreadDays+1, p.Zone)):
					t.Fatalf("a late reminder came on %v, long after %v", now, start)
				}
				last = step.Months
				c = p.reminded(c, step.Months, reachable, now)
				if reachable {
					letter = now
				}
			case Lapse:
				switch {
				case now.Before(listing.MonthsLater(c.anchor(), p.Lapse, p.Zone)):
					t.Fatalf("it left on %v, %d months were not over", now, p.Lapse)
				case now.Before(listing.DaysLater(start, graceDays, p.Zone)):
					t.Fatalf("it left on %v, too soon after %v", now, start)
				case !letter.IsZero() && now.Before(listing.DaysLater(letter, noticeDays, p.Zone)):
					t.Fatalf("it left on %v, its last letter was of %v", now, letter)
				case last != p.Reminders[len(p.Reminders)-1]:
					t.Fatalf("it left after the reminder of %d months", last)
				}
				return
			case Nothing:
				if !step.Next.After(now) {
					t.Fatalf("to be looked at again on %v, at %v", step.Next, now)
				}
				now = step.Next
				if rapid.IntRange(0, 5).Draw(t, "asleep") == 0 { // the service stood still for a while
					now, slept = now.AddDate(0, 0, rapid.IntRange(0, 200).Draw(t, "days")), true
				}
				now = now.Add(8 * time.Hour)
			}
		}
	})
}

// quiet is until when a letter keeps the next one away.
func quiet(letter time.Time, z *time.Location) time.Time {
	if letter.IsZero() {
		return letter
	}
	return listing.DaysLater(letter, quietDays, z)
}

// A card that is looked at every day has the same life as one that is looked at when the rule says so.
func TestLookingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		c := Card{ID: fmt.Sprint(rapid.Int().Draw(t, "id")), Public: true, CreatedAt: drawMoment(t, "created"), ConfirmedAt: drawMoment(t, "confirmed")}
		c.Round = c.anchor()
		now := listing.DaysLater(listing.Later(p.BeganAt, c.anchor()), 1, p.Zone).Add(9 * time.Hour)
		for range 400 {
			step := Due(p, c, now)
			if step.Do != Nothing {
				return
			}
			tomorrow := listing.DaysLater(now, 1, p.Zone).Add(9 * time.Hour)
			if due := Due(p, c, tomorrow).Do != Nothing; due != !tomorrow.Before(step.Next) {
				t.Fatalf("at %v: due %v, and the day before said %v", tomorrow, due, step.Next)
			}
			now = tomorrow
		}
	})
}

// Whatever is late on the first day is spread over the 60 that follow, about evenly.
func TestSpread(t *testing.T) {
	days := map[int]int{}
	for i := range 6000 {
		days[spread(fmt.Sprint("01970f3c-7d1e-7a52-9c2b-", i))]++
	}
	for day := range spreadDays {
		if n := days[day]; n < 50 || n > 150 {
			t.Errorf("%d of 6000 on day %d", n, day)
		}
	}
	if len(days) != spreadDays {
		t.Errorf("%d days", len(days))
	}
}

func TestForecast(t *testing.T) {
	z := zoneOf(t, "Pacific/Noumea")
	now := at(t, z, "2026-02-03 10:00")
	p := Usual("nc", z)
	p.Active, p.BeganAt = true, now
	var f Forecast
	for i := range 600 {
		f.add(p, Card{ID: fmt.Sprint("old", i), Public: true, ConfirmedAt: now.AddDate(-3, 0, 0)}, now)
	}
	f.add(p, Card{ID: "fresh", Public: true, ConfirmedAt: now}, now)
	f.add(p, Card{ID: "soon", Public: true, ConfirmedAt: now.AddDate(0, -6, 10)}, now)
	f.add(p, Card{ID: "never", Public: true, CreatedAt: now}, now)
	f.add(p, Card{ID: "hidden", ConfirmedAt: now.AddDate(-3, 0, 0)}, now)
	if f.Cards != 603 || f.Unconfirmed != 601 || f.Letters != 601 || f.Leaving != 600 || f.Today < 1 || f.Today > 30 || !f.First.Equal(at(t, z, "2026-05-04 00:00")) {
		t.Errorf("%+v", f)
	}
	p.Active = false
	var off Forecast
	off.add(p, Card{ID: "old", Public: true, ConfirmedAt: now.AddDate(-3, 0, 0)}, now)
	if off != (Forecast{Cards: 1, Unconfirmed: 1}) {
		t.Errorf("off: %+v", off)
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		reminders          []int
		unconfirmed, lapse int
		want               string
	}{
		{[]int{6, 9, 12}, 18, 24, ""},
		{[]int{1}, 2, 3, ""},
		{nil, 18, 24, "rappel1"},
		{[]int{9, 6, 12}, 18, 24, "rappel2"},
		{[]int{6, 6}, 18, 24, "rappel2"},
		{[]int{6, 9, 12}, 12, 24, "non-confirmee"},
		{[]int{6, 9, 12}, 18, 18, "retrait"},
		{[]int{0, 9, 12}, 18, 24, "rappel1"},
		{[]int{-3}, 0, 121, "rappel1 non-confirmee retrait"},
	} {
		p := Policy{Reminders: tt.reminders, Unconfirmed: tt.unconfirmed, Lapse: tt.lapse}
		if got := faults(p.check()); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt, got, tt.want)
		}
	}
}
