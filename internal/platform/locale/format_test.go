package locale

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDates(t *testing.T) {
	fr, en := printers(t)
	at := func(y int, m time.Month, d, h, min int) time.Time { return time.Date(y, m, d, h, min, 0, 0, fr.Zone()) }
	tests := []struct{ got, want string }{
		{fr.Date(at(2026, 2, 3, 0, 0)), "mardi 3~février 2026"},
		{fr.Date(at(2026, 2, 1, 0, 0)), "dimanche 1er~février 2026"},
		{fr.Date(time.Date(2026, 2, 3, 13, 30, 0, 0, time.UTC)), "mercredi 4~février 2026"},
		{en.Date(at(2026, 2, 3, 0, 0)), "Tuesday 3 February 2026"},
		{fr.DateTime(at(2026, 2, 3, 9, 30)), "mardi 3~février 2026 à 9~h~30"},
		{fr.DateTime(at(2026, 8, 15, 14, 0)), "samedi 15~août 2026 à 14~h"},
		{fr.DateTime(at(2026, 8, 15, 0, 5)), "samedi 15~août 2026 à 0~h~05"},
		{en.DateTime(at(2026, 2, 3, 9, 30)), "Tuesday 3 February 2026 at 9:30 am"},
		{en.DateTime(at(2026, 2, 3, 12, 0)), "Tuesday 3 February 2026 at 12:00 pm"},
		{fr.Moment(at(2026, 2, 3, 9, 30), fr.Zone()), "mardi 3~février 2026 à 9~h~30 (UTC+11:00)"},
		{fr.Moment(at(2026, 2, 3, 9, 30), nil), "lundi 2~février 2026 à 22~h~30 (UTC)"},
		{fr.ShortDate(at(2026, 2, 3, 9, 30)), "3~févr.~2026"},
		{fr.ShortDate(at(2026, 5, 1, 0, 0)), "1er~mai~2026"},
		{fr.ShortDate(time.Date(2026, 11, 2, 13, 30, 0, 0, time.UTC)), "3~nov.~2026"},
		{en.ShortDate(at(2026, 2, 3, 9, 30)), "3~Feb~2026"},
		{fr.DayMonth(at(2026, 12, 1, 0, 0)), "1er~décembre"},
		{fr.Month(at(2026, 12, 1, 0, 0)), "décembre 2026"},
		{en.Month(at(2026, 12, 1, 0, 0)), "December 2026"},
		{fr.In(time.UTC).Clock(at(2026, 2, 3, 9, 30)), "22~h~30"},
		{fr.Date(time.Time{}) + fr.DateTime(time.Time{}) + fr.Moment(time.Time{}, nil) + fr.ShortDate(time.Time{}) + fr.Ago(time.Time{}, at(2026, 1, 1, 0, 0)), ""},
	}
	for _, tt := range tests {
		if seen(tt.got) != tt.want {
			t.Errorf("%q, want %q", seen(tt.got), tt.want)
		}
	}
}

func TestAgo(t *testing.T) {
	fr, en := printers(t)
	now := time.Date(2026, 3, 31, 0, 10, 0, 0, fr.Zone())
	tests := []struct {
		t      time.Time
		fr, en string
	}{
		{now.Add(23 * time.Hour), "aujourd’hui", "today"},
		{now.Add(-20 * time.Minute), "hier", "yesterday"},
		{now.Add(24 * time.Hour), "demain", "tomorrow"},
		{now.AddDate(0, 0, -2), "il y a 2 jours", "2 days ago"},
		{now.AddDate(0, 0, 6), "dans 6 jours", "in 6 days"},
		{now.AddDate(0, 0, -7), "il y a 1 semaine", "1 week ago"},
		{now.AddDate(0, 0, -27), "il y a 3 semaines", "3 weeks ago"},
		{time.Date(2026, 2, 28, 12, 0, 0, 0, fr.Zone()), "il y a 1 mois", "1 month ago"},
		{time.Date(2025, 12, 31, 12, 0, 0, 0, fr.Zone()), "il y a 3 mois", "3 months ago"},
		{time.Date(2025, 4, 1, 12, 0, 0, 0, fr.Zone()), "il y a 11 mois", "11 months ago"},
		{time.Date(2025, 3, 31, 12, 0, 0, 0, fr.Zone()), "il y a 1 an", "1 year ago"},
		{time.Date(2028, 6, 1, 12, 0, 0, 0, fr.Zone()), "dans 2 ans", "in 2 years"},
	}
	for _, tt := range tests {
		if got := fr.Ago(tt.t, now); got != tt.fr {
			t.Errorf("%v: %q, want %q", tt.t, got, tt.fr)
		}
		if got := en.Ago(tt.t, now); got != tt.en {
			t.Errorf("%v: %q, want %q", tt.t, got, tt.en)
		}
	}
	leap := time.Date(2024, 2, 29, 12, 0, 0, 0, fr.Zone())
	if got := fr.Ago(leap, time.Date(2024, 3, 31, 12, 0, 0, 0, fr.Zone())); got != "il y a 1 mois" {
		t.Errorf("29 February seen from 31 March: %q", got)
	}
}

func TestNumbers(t *testing.T) {
	fr, en := printers(t)
	tests := []struct{ got, want string }{
		{fr.Number(0), "0"},
		{fr.Number(999), "999"},
		{fr.Number(1640), "1^640"},
		{fr.Number(-12345678), Minus + "12^345^678"},
		{en.Number(12345), "12,345"},
		{fr.Decimal(1234.5, 2), "1^234,50"},
		{fr.Decimal(-0.001, 2), "0,00"},
		{en.Decimal(0.126, 2), "0.13"},
		{fr.Decimal(math.NaN(), 2), "–"},
		{fr.Percent(0.42), "42^%"},
		{fr.Percent(0.425), "42,5^%"},
		{en.Percent(1), "100%"},
		{fr.Percent(math.Inf(1)), "–"},
		{fr.Money(12500, "XPF"), "12^500~F~CFP"},
		{fr.Money(12500, ""), "12^500~F~CFP"},
		{fr.Money(10560, "EUR"), "105,60~€"},
		{fr.Money(-5, "EUR"), Minus + "0,05~€"},
		{fr.Money(123456789, "EUR"), "1^234^567,89~€"},
		{fr.Money(100, "NZD"), "1,00~$~NZ"},
		{fr.Money(100, "VUV"), "100~VUV"},
		{en.Money(12500, "XPF"), "CFPF~12,500"},
		{en.Money(10560, "EUR"), "€105.60"},
		{en.Money(-10560, "EUR"), Minus + "€105.60"},
		{en.Money(100, "NZD"), "NZ$1.00"},
		{en.Money(math.MinInt64, "XPF"), Minus + "CFPF~9,223,372,036,854,775,808"},
		{fr.Distance(4.4), "4~m"},
		{fr.Distance(347), "350~m"},
		{fr.Distance(996), "1~km"},
		{fr.Distance(3449), "3,4~km"},
		{en.Distance(3449), "3.4~km"},
		{fr.Distance(12345678), "12^346~km"},
		{fr.Distance(-1), "0~m"},
		{fr.Bytes(0), "0~octet"},
		{fr.Bytes(1), "1~octet"},
		{en.Bytes(0), "0~bytes"},
		{fr.Bytes(1_000_000), "1~Mo"},
		{fr.Bytes(1_540_000), "1,5~Mo"},
		{en.Bytes(999_600), "1~MB"},
		{fr.Bytes(2_000_000_000_000), "2^000~Go"},
		{fr.List(nil), ""},
		{fr.List([]string{"a"}), "a"},
		{fr.List([]string{"a", "b"}), "a et b"},
		{en.List([]string{"a", "b", "c"}), "a, b and c"},
		{fr.ListOr([]string{"a", "b", "c"}), "a, b ou c"},
	}
	for _, tt := range tests {
		if seen(tt.got) != tt.want {
			t.Errorf("%q, want %q", seen(tt.got), tt.want)
		}
	}
}

func TestNumberReadsBack(t *testing.T) {
	fr, en := printers(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		for _, p := range []*Printer{fr, en} {
			text := p.Number(n)
			plain := strings.NewReplacer(p.style.thousands, "", Minus, "-").Replace(text)
			if back, err := strconv.Atoi(plain); err != nil || back != n {
				t.Fatalf("Number(%d) = %q reads back as %d (%v)", n, text, back, err)
			}
			groups := strings.Split(strings.TrimPrefix(text, Minus), p.style.thousands)
			for i, g := range groups {
				if len(g) > 3 || len(g) == 0 || i > 0 && len(g) != 3 {
					t.Fatalf("Number(%d) = %q is grouped wrongly", n, text)
				}
			}
			if strings.ContainsAny(text, " \t") {
				t.Fatalf("Number(%d) = %q may break", n, text)
			}
		}
	})
}

func TestMoneyReadsBack(t *testing.T) {
	fr, _ := printers(t)
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		plain := strings.NewReplacer(NarrowSpace, "", Minus, "-", ",", "", NoBreak+"€", "").Replace(fr.Money(minor, "EUR"))
		if back, err := strconv.ParseInt(plain, 10, 64); err != nil || back != minor {
			t.Fatalf("Money(%d) reads back as %d (%v)", minor, back, err)
		}
	})
}

func TestCollate(t *testing.T) {
	fr, _ := printers(t)
	got := []string{"Zoé", "atelier 10", "Éclair", "Atelier 9", "eau", "œuf", "Ouvéa", "école"}
	fr.Collate(got)
	want := []string{"Atelier 9", "atelier 10", "eau", "Éclair", "école", "œuf", "Ouvéa", "Zoé"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
