package ui

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawn writes a side with its marks: -gone- and +come+.
func drawn(s Side) string {
	var lines []string
	wrap := func(m Mark, text string) string {
		sign := map[Mark]string{Gone: "-", Come: "+"}[m]
		return sign + text + sign
	}
	for _, l := range s {
		var b strings.Builder
		for _, p := range l.Parts {
			b.WriteString(wrap(p.Mark, p.Text))
		}
		lines = append(lines, wrap(l.Mark, b.String()))
	}
	return strings.Join(lines, "|")
}

func TestCompareTexts(t *testing.T) {
	for _, tt := range []struct{ before, after, was, is string }{
		{"", "", "", ""},
		{"a b c", "a b c", "a b c", "a b c"},
		{"", "neuf", "", "+neuf+"},
		{"vieux", "", "-vieux-", ""},
		{"Nous faisons des sites web", "Nous faisons de beaux sites web", "Nous faisons -des -sites web", "Nous faisons +de beaux +sites web"},
		{"un deux trois quatre", "un trois deux quatre", "un -deux -trois quatre", "un trois +deux +quatre"},
		{"a  b", "a b", "a  b", "a b"},
		{"a b", "a\nb", "-a -b", "+a\n+b"},
		{"rien de ce qui était", "tout autre chose ici là", "-rien de ce qui était-", "+tout autre chose ici là+"},
	} {
		was, is := CompareTexts(tt.before, tt.after)
		if drawn(was) != tt.was || drawn(is) != tt.is {
			t.Errorf("%q and %q: %q and %q", tt.before, tt.after, drawn(was), drawn(is))
		}
	}
}

// Whatever the texts, both sides say all of what they said, and what is not marked is the same on both.
func TestCompareTextsLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([abé]{1,2}[ \n]{1,2}){0,12}[ab]?`)
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		was, is := CompareTexts(before, after)
		whole, kept := func(s Side) string { return said(s, false) }, func(s Side) string { return strings.Join(strings.Fields(said(s, true)), " ") }
		if whole(was) != before || whole(is) != after || kept(was) != kept(is) {
			t.Fatalf("%q and %q: %q and %q", before, after, drawn(was), drawn(is))
		}
	})
}

func said(s Side, unmarked bool) string {
	var b strings.Builder
	for _, l := range s {
		for _, p := range l.Parts {
			if !unmarked || p.Mark == Same {
				b.WriteString(p.Text)
			}
		}
	}
	return b.String()
}

func TestCompareLists(t *testing.T) {
	was, is := CompareLists([]string{"a", "b"}, []string{"b", "c"})
	if drawn(was) != "-a-|b" || drawn(is) != "b|+c+" {
		t.Errorf("%q and %q", drawn(was), drawn(is))
	}
}

func BenchmarkCompareTexts(b *testing.B) {
	var before, after strings.Builder
	for i := range 1700 {
		fmt.Fprint(&before, "mot", i%97, " ")
		fmt.Fprint(&after, "mot", (i+i%3)%97, " ")
	}
	for b.Loop() {
		CompareTexts(before.String(), after.String())
	}
}
