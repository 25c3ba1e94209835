package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Since when reminders go out is told at the hour of the territory, which is said.
func TestFreshnessSaysItsHour(t *testing.T) {
	began := time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC)
	for lang, want := range map[string]string{"fr": "lundi 2 mars 2026 à 9 h 30 (UTC+11:00)", "en": "Monday 2 March 2026 at 9:30 am (UTC+11:00)"} {
		say, err := newSpeaker(lang)
		if err != nil {
			t.Fatal(err)
		}
		var told bytes.Buffer
		lines := freshnessLines{Territory: "nc", Active: true, Began: &began}
		if err := lines.write(&output{Speaker: say, stdout: &told, stderr: &told}, time.FixedZone("Pacific/Noumea", 11*3600)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(told.String()), " "); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %q", lang, want, got)
		}
	}
}
