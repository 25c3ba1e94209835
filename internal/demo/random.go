package demo

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"
)

// dice is the source of chance of one entry: the same seed and number throw the same.
type dice struct{ *rand.Rand }

// newDice makes the dice of entry i of a seed.
func newDice(seed uint64, i int) dice { return dice{rand.New(rand.NewPCG(seed, uint64(i)+1))} }

// chance is true for so many in a hundred.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// pick takes one; an empty list gives the zero value.
func pick[T any](d dice, from []T) T {
	var zero T
	if len(from) == 0 {
		return zero
	}
	return from[d.IntN(len(from))]
}

// some takes n different ones in a random order, or all of them.
func some[T any](d dice, from []T, n int) []T {
	out := make([]T, 0, n)
	for _, at := range d.Perm(len(from)) {
		if len(out) == n {
			break
		}
		out = append(out, from[at])
	}
	return out
}

// weighted takes an index with a chance in proportion to its weight. At least one weight is positive.
func weighted(d dice, weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := d.IntN(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// id is a UUID of version 7 (RFC 9562) of that moment, random in its other bits.
func (d dice) id(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[0:8], uint64(at.UnixMilli())<<16|uint64(d.Uint32()&0x0fff)|0x7000)
	binary.BigEndian.PutUint64(b[8:16], d.Uint64()&^(3<<62)|2<<62)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
