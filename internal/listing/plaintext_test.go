package listing

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is passed over as plain is what the long way would leave as it is.
func TestPlainIsPlain(t *testing.T) {
	parts := []string{
		"Web", "é", "œ", "’", "·", ":", " ", "  ", "\u00a0", "\u202f", "\u2028", "\u3000", "\u1680", "\u0085", "\n", "\t", "\r", "\v", "\f", "*", "**", "_", "__",
		"`", "[", "]", "](", "(", "#", ">", "-", "+", "— ", "\x00", "\xff", "\xe2", "\xe2\x80", "a", "b.", ": ·", "\x1f",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(t, "parts"), "")
		if isPlain(text) && rewritten(text) != text {
			t.Fatalf("%q passes as plain, and is %q", text, rewritten(text))
		}
	})
	for _, text := range []string{"Un site internet, en trois semaines.", "L’atelier – ouvert à tous : été comme hiver !", "C++ & C#", ""} {
		if !isPlain(text) {
			t.Errorf("%q does not pass as plain", text)
		}
	}
}

func TestPlainTextOfAList(t *testing.T) {
	if got := PlainText("Sans surprise :\n\n- Systèmes\n- Cartes **à jour**\n"); got != "Sans surprise : Systèmes · Cartes à jour" {
		t.Errorf("%q", got)
	}
}
