package atlas

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestClasses(t *testing.T) {
	for _, c := range []struct {
		values []int
		want   []class
	}{
		{nil, nil},
		{[]int{0, 0}, nil},
		{[]int{0, 4, 4}, []class{{4, 4, 2}}},
		{[]int{1, 1, 2, 30, 50, 97, 0}, []class{{1, 1, 2}, {2, 2, 1}, {30, 30, 1}, {50, 50, 1}, {97, 97, 1}}},
		{[]int{176, 36, 29, 27, 10, 9, 7, 7, 6, 5, 5, 4, 3, 2}, []class{{2, 6, 6}, {7, 10, 4}, {27, 29, 2}, {36, 36, 1}, {176, 176, 1}}},
	} {
		got := classesOf(c.values)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
	if shade(classesOf([]int{5}), 5) != 3 || shade(nil, 0) != 0 {
		t.Error("the shade of a single class is the middle one, of none no one")
	}
	for n, want := range map[int][]int{2: {1, 5}, 3: {1, 3, 5}, 4: {1, 2, 4, 5}, 5: {1, 2, 3, 4, 5}} {
		var got []int
		for i := range n {
			got = append(got, shadeOf(i, n))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d classes have the shades %v", n, got)
		}
	}
}

// spreadOf is the sum of squared distances from the means of runs that end at cuts.
func spreadOf(sorted []int, cuts []int) float64 {
	total, from := 0.0, 0
	for _, to := range append(slices.Clone(cuts), len(sorted)) {
		mean := 0.0
		for _, v := range sorted[from:to] {
			mean += float64(v) / float64(to-from)
		}
		for _, v := range sorted[from:to] {
			total += (float64(v) - mean) * (float64(v) - mean)
		}
		from = to
	}
	return total
}

// Every value has a shade, higher values no fainter ones, and no other cut into as many classes is better.
func TestClassesAreTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 40), 0, 9).Draw(t, "values")
		classes := classesOf(values)
		last, positive := 0, []int{}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		for _, v := range sorted {
			s := shade(classes, v)
			if (s == 0) != (v == 0) || s < last || s > mostClasses {
				t.Fatalf("%d has the shade %d after %d", v, s, last)
			}
			last = s
			if v > 0 {
				positive = append(positive, v)
			}
		}
		var cuts []int
		sum := 0
		for _, c := range classes {
			sum += c.Zones
			cuts = append(cuts, sum)
		}
		if sum != len(positive) {
			t.Fatalf("the classes hold %d of %d values", sum, len(positive))
		}
		if len(classes) == 0 {
			return
		}
		got, best := spreadOf(positive, cuts[:len(cuts)-1]), math.Inf(1)
		var try func(cuts []int, from, left int)
		try = func(cuts []int, from, left int) {
			if left == 0 {
				best = math.Min(best, spreadOf(positive, cuts))
				return
			}
			for at := from; at < len(positive); at++ {
				if positive[at] != positive[at-1] {
					try(append(slices.Clone(cuts), at), at+1, left-1)
				}
			}
		}
		try(nil, 1, len(classes)-1)
		if got > best+1e-6 {
			t.Fatalf("%v is cut at %v with %f, and could be with %f", positive, cuts, got, best)
		}
	})
}
