package atlas

import "slices"

// mostClasses is how many shades a map has, besides that of zero.
const mostClasses = 5

// class is a run of values that share a shade.
type class struct{ From, To, Zones int }

// classesOf sorts the values above zero into at most mostClasses classes so that those of one class are as close as can be:
// the natural breaks of Jenks (1967), by Fisher's exact method (1958). With few different values each is its own class.
func classesOf(values []int) []class {
	var sorted []int
	for _, v := range values {
		if v > 0 {
			sorted = append(sorted, v)
		}
	}
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	n := min(mostClasses, len(distinct))
	if n == 0 {
		return nil
	}
	var classes []class
	for _, run := range natural(sorted, n) {
		classes = append(classes, class{From: run[0], To: run[len(run)-1], Zones: len(run)})
	}
	return classes
}

// natural cuts sorted values into n runs with the least sum of squared distances from the means; equal values stay together.
func natural(sorted []int, n int) [][]int {
	m := len(sorted)
	sum, squares := make([]float64, m+1), make([]float64, m+1)
	for i, v := range sorted {
		sum[i+1], squares[i+1] = sum[i]+float64(v), squares[i]+float64(v)*float64(v)
	}
	spread := func(from, to int) float64 { // of sorted[from:to]
		s, k := sum[to]-sum[from], float64(to-from)
		return squares[to] - squares[from] - s*s/k
	}
	const never = 1e300
	best, cut := make([][]float64, n+1), make([][]int, n+1)
	for k := range best {
		best[k], cut[k] = make([]float64, m+1), make([]int, m+1)
		for i := range best[k] {
			best[k][i] = never
		}
	}
	best[0][0] = 0
	for k := 1; k <= n; k++ {
		for to := k; to <= m; to++ {
			if to < m && sorted[to] == sorted[to-1] {
				continue
			}
			for from := k - 1; from < to; from++ {
				if best[k-1][from] == never {
					continue
				}
				if total := best[k-1][from] + spread(from, to); total < best[k][to] {
					best[k][to], cut[k][to] = total, from
				}
			}
		}
	}
	runs := make([][]int, n)
	for k, to := n, m; k > 0; k-- {
		from := cut[k][to]
		runs[k-1] = sorted[from:to]
		to = from
	}
	return runs
}

// shade is that of a value, from 1 to mostClasses; 0 for zero.
func shade(classes []class, value int) int {
	for i, c := range classes {
		if value <= c.To && value > 0 {
			return shadeOf(i, len(classes))
		}
	}
	return 0
}

// shadeOf spreads few classes over all the shades: the first is the faintest and the last the strongest.
func shadeOf(i, classes int) int {
	if classes == 1 {
		return (mostClasses + 1) / 2
	}
	return 1 + (i*(mostClasses-1)+(classes-1)/2)/(classes-1)
}
