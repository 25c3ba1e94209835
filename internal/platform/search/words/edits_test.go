package words

import (
	"slices"
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
	})
}

// TestSieve proves that whoever is passed over is too far as written, in the singular and by every beginning.
func TestSieve(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("aeuxslijé3")), 1, 40, -1)
	endings := rapid.SampledFrom([]string{"", "s", "x", "aux", "eaux", "al", "eau", "ail", "aux"})
	word := rapid.Custom(func(t *rapid.T) string { return letters.Draw(t, "letters") + endings.Draw(t, "ending") })
	long := rapid.StringOfN(rapid.RuneFrom([]rune("aeuxslijé3")), 26, 36, -1) // about the length from which all count alike
	rapid.Check(t, func(t *rapid.T) {
		a, others := rapid.OneOf(word, long).Draw(t, "a"), rapid.SliceOfN(word, 1, 150).Draw(t, "others")
		others = append(others, a[:len(a)-len(a)%2]+"l", Singular(a)+"s", a+"es", a+"lu")
		var sieve Sieve
		for i, b := range others {
			sieve.Add(uint32(i), b)
		}
		before := sieve
		sieve.Add(uint32(len(others)), a)
		var written, singular Pattern
		written.Set(a)
		singular.Set(Singular(a))
		for k := 1; k <= 2; k++ {
			near, begins := before.Near(a, k, nil), before.Beginnings(a, k, nil)
			for i, b := range others {
				d, start := written.Edits(b)
				e, _ := singular.Edits(Singular(b))
				if min(d, e) <= k && !slices.Contains(near, uint32(i)) {
					t.Fatalf("%q is passed over, %q is %d apart, %d in the singular", b, a, d, e)
				}
				if start <= k && !slices.Contains(begins, uint32(i)) {
					t.Fatalf("%q is passed over, %q is %d from a beginning of it", b, a, start)
				}
			}
			if slices.Contains(near, uint32(len(others))) {
				t.Fatalf("a copy knows a word that was added later")
			}
		}
	})
}
