package listing

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseHours(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00; PH off": "Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00; PH off",
		"mo-fr 8:00-12:00, 13:00 - 17:00":                       "Mo-Fr 08:00-12:00,13:00-17:00",
		"24/7":                                                  "24/7",
		`"by appointment"`:                                      `"by appointment"`,
		`Mo-Fr 08:00-12:00 "sur rendez-vous"`:                   `Mo-Fr 08:00-12:00; "by appointment"`,
		"Mo,We,Fr 09:00-12:00":                                  "Mo 09:00-12:00; We 09:00-12:00; Fr 09:00-12:00",
		"09:00-18:00":                                           "Mo-Su 09:00-18:00",
		"Mo-Su 09:00-18:00; We off":                             "Mo-Tu 09:00-18:00; Th-Su 09:00-18:00",
		"Fr-Mo 10:00-20:00":                                     "Mo 10:00-20:00; Fr-Su 10:00-20:00",
		"Fr-Sa 22:00-02:00":                                     "Fr-Sa 22:00-02:00",
		"Mo-Fr 13:00-17:00,08:00-12:00":                         "Mo-Fr 08:00-12:00,13:00-17:00",
		"PH 10:00-12:00":                                        "PH 10:00-12:00",
		"Su,PH off; Mo-Sa 07:00-24:00;":                         "Mo-Sa 07:00-24:00; PH off",
		`Mo-Fr 08:00-16:00; "fermé en août"`:                    `Mo-Fr 08:00-16:00; "fermé en août"`,
		"Mo: 08:00-12:00":                                       "Mo 08:00-12:00",
	} {
		h, err := ParseHours(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := h.String(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{
		"", " ; ", "ouvert le matin", "Lu-Ve 08:00-12:00", "Mo-Fr", "Mo-Fr 08:00", "Mo-Fr 25:00-26:00", "Mo 08:00-12:60",
		"Mo 08:00-12:00,11:00-14:00", `"never closed`, "Jan-Mar Mo 08:00-12:00", "Mo[1] 08:00-12:00", "24/7; Su off",
		"sunrise-sunset", "8h-12h", "<b>", "Mo-PH 08:00-12:00", "7 : 30 - 11 : 30", `"a"; "b"`,
	} {
		if h, err := ParseHours(text); err == nil {
			t.Errorf("%q is taken for %q", text, h)
		}
	}
}

func TestHoursRoundTrip(t *testing.T) {
	spans := rapid.Custom(func(t *rapid.T) []Span {
		var out []Span
		at := 0
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			from := at + rapid.IntRange(0, 200).Draw(t, "gap")
			to := from + rapid.IntRange(1, 300).Draw(t, "length")
			out = append(out, Span{from, to})
			at = to
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		h := Hours{ByAppointment: rapid.Bool().Draw(t, "appointment")}
		for wd := range h.Days {
			h.Days[wd] = spans.Draw(t, "day")
		}
		h.Comment = rapid.StringMatching(`[a-z]([a-zé; -]{0,10}[a-z])?`).Draw(t, "comment")
		if rapid.Bool().Draw(t, "closed") {
			h.Holidays = HolidaysClosed
		}
		again, err := ParseHours(h.String())
		if err != nil || again.String() != h.String() {
			t.Fatalf("%q: %q, %v", h, again, err)
		}
	})
}

func TestOpenAt(t *testing.T) {
	zone := time.FixedZone("Nouméa", 11*3600)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) } // the 16th is a Monday
	holiday := func(t time.Time) bool { return t.Day() == 18 }
	parse := func(text string) Hours {
		h, err := ParseHours(text)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	week := parse("Mo-Fr 08:00-12:00,13:00-17:00; Sa 22:00-02:00; PH off")
	tests := []struct {
		name        string
		hours       Hours
		at          time.Time
		open, known bool
	}{
		{"at opening", week, at(16, 8, 0), true, true},
		{"before opening", week, at(16, 7, 59), false, true},
		{"at closing", week, at(16, 12, 0), false, true},
		{"afternoon", week, at(17, 16, 59), true, true},
		{"public holiday", week, at(18, 9, 0), false, true},
		{"Saturday night", week, at(21, 23, 0), true, true},
		{"past midnight", week, at(22, 1, 59), true, true},
		{"Sunday", week, at(22, 2, 0), false, true},
		{"holiday unsaid", parse("Mo-Fr 08:00-12:00"), at(18, 9, 0), false, false},
		{"always", parse("24/7"), at(18, 3, 0), true, true},
		{"by appointment", parse(`"by appointment"`), at(16, 9, 0), false, false},
	}
	for _, tt := range tests {
		open, known := tt.hours.OpenAt(tt.at, holiday)
		if open != tt.open || known != tt.known {
			t.Errorf("%s: open %v known %v", tt.name, open, known)
		}
	}
	if open, _ := week.OpenAt(at(18, 9, 0), nil); !open {
		t.Error("a Wednesday is no holiday where nobody says so")
	}
	days := week.Week()
	if len(days) != 7 || days[0].Weekday != time.Monday || len(days[0].Spans) != 2 || len(days[6].Spans) != 0 {
		t.Errorf("week %v", days)
	}
}
