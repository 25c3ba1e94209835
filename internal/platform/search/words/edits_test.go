package words

import (
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/spelling"
)

func edits(a, b string) (whole, beginning int) {
	var p Pattern
	p.Set(a)
	return p.Edits(b)
}

// plainBeginning is the least distance of a word to a beginning of another, by its definition.
func plainBeginning(a, b string) int {
	least := spelling.Distance(a, "", 100)
	for i := range b {
		least = min(least, spelling.Distance(a, b[:i], 100))
	}
	return min(least, spelling.Distance(a, b, 100))
}

func TestEdits(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("abcé𐐀")), 1, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		got, beginning := edits(a, b)
		want := spelling.Distance(a, b, 100)
		if least := plainBeginning(a, b); got != want || beginning != least {
			t.Fatalf("%q to %q: %d edits, %d to a beginning; want %d and %d", a, b, got, beginning, want, least)
		}
		for k := range 3 {
			if want <= k && signatureOf(a).TooFar(signatureOf(b), k) {
				t.Fatalf("%q and %q are %d apart, but the signature says more than %d", a, b, want, k)
			}
		}
	})
}

// TestGlance proves that whoever is passed over at a glance is too far in both numbers, and that it knows both signatures.
func TestGlance(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("aeuxslij3")), 1, 9, -1)
	endings := rapid.SampledFrom([]string{"", "s", "x", "aux", "eaux", "al", "eau", "ail", "aux"})
	rapid.Check(t, func(t *rapid.T) {
		a := letters.Draw(t, "a") + endings.Draw(t, "ending of a")
		b := letters.Draw(t, "b") + endings.Draw(t, "ending of b")
		if got, ok := GlanceOf(a).Signatures(); got != SignaturesOf(a) && ok {
			t.Fatalf("%q: %v, want %v", a, got, SignaturesOf(a))
		}
		for k := 1; k <= 2; k++ {
			if least := plainBeginning(a, b); least <= k && GlanceOf(b).Lacks(GlanceOf(a), k) {
				t.Fatalf("a beginning of %q is %d from %q", b, least, a)
			}
			if !GlanceOf(a).TooFar(GlanceOf(b), k) {
				continue
			}
			var written, singular Pattern
			written.Set(a)
			singular.Set(Singular(a))
			d, _ := written.Edits(b)
			e, _ := singular.Edits(Singular(b))
			if min(d, e) <= k {
				t.Fatalf("%q and %q are %d apart, %d in the singular", a, b, d, e)
			}
		}
	})
}
