package search

import (
	"testing"

	"pgregory.net/rapid"
)

func TestEdits(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("abcé𐐀")), 1, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		got, beginning := newPattern(a).edits(b)
		want := plainEdits(a, b)
		if least := plainBeginning(a, b); got != want || beginning != least {
			t.Fatalf("%q to %q: %d edits, %d to a beginning; want %d and %d", a, b, got, beginning, want, least)
		}
		for k := range 3 {
			if want <= k && signatureOf(a).tooFar(signatureOf(b), k) {
				t.Fatalf("%q and %q are %d apart, but the signature says more than %d", a, b, want, k)
			}
		}
	})
}
