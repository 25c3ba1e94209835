package locale

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

// TestSorterKeys proves that short keys sort as the whole ones of the collator do.
func TestSorterKeys(t *testing.T) {
	name := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune("aàâeEéoœ -’1漢")), 0, 5, -1),
		rapid.StringOfN(rapid.SampledFrom([]rune("eEéè")), 2, 3, -1), // many have the same letters
	)
	s := NewSorter(language.French)
	c := collate.New(language.French, collate.IgnoreCase, collate.Numeric)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		var buf collate.Buffer
		want := bytes.Compare(c.KeyFromString(&buf, a), c.KeyFromString(&buf, b))
		if got := strings.Compare(s.Key(a), s.Key(b)); got != want {
			t.Fatalf("%q to %q: %d, want %d", a, b, got, want)
		}
	})
	if n := len(s.Key("Plomberie Martin")); n > 40 {
		t.Errorf("%d bytes for 16 letters without accents", n)
	}
}
