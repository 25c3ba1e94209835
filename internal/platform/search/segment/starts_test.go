package segment

import (
	"testing"

	"pgregory.net/rapid"
)

// TestStarts proves that places come back, near to each other and far apart.
func TestStarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := []uint32{0}
		for range rapid.IntRange(0, 300).Draw(t, "places") {
			step := rapid.OneOf(rapid.Uint32Range(0, 40), rapid.Just(uint32(1<<15)), rapid.Just(uint32(1<<24))).Draw(t, "step")
			list = append(list, list[len(list)-1]+step)
		}
		s := startsOf(list)
		for i, want := range list {
			if got := s.at(uint32(i)); got != want {
				t.Fatalf("place %d is %d, want %d", i, got, want)
			}
		}
	})
}
