package ui

import (
	"fmt"
	"math"
	"strings"
)

// Course is how numbers went over time: an area for each under its name and its last value, all on one scale from zero, and the table
// behind. Point is the sentence that says what it shows.
type Course struct {
	Point  string
	Label  string   // head of the moments' column
	Times  []string // the moments in words, the first first
	At     []float64
	Series []Series
	Source string
}

// Series is one number of a Course: its values at the moments, and what they are in words. Quiet ones stand back behind those that the
// sentence is about.
type Series struct {
	Label  string
	Values []float64
	Texts  []string
	Quiet  bool
}

// The geometry of a course, in pixels: a line of words, the plot under it, and the gap to the next; the moments stand below all.
const (
	courseRow  = 84
	coursePlot = 22
	courseFoot = 18
)

// CourseLine is a series placed on its course, with its area in percent of the plot.
type CourseLine struct {
	Series
	TextY, PlotY int
	Last         string
	Area         string
}

// Height is the height of the drawing in pixels.
func (c Course) Height() int { return len(c.Series)*courseRow + courseFoot }

// PlotHeight is that of one plot.
func (c Course) PlotHeight() int { return courseRow - coursePlot - 16 }

// FootY is where the words of the first and the last moment stand.
func (c Course) FootY() int { return c.Height() - 4 }

// First and Last are the moments at the ends.
func (c Course) First() string { return end(c.Times, 0) }

// Last is the last moment.
func (c Course) Last() string { return end(c.Times, len(c.Times)-1) }

func end(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// Placed gives the series with their places. Values that are negative or no number lie on the ground.
func (c Course) Placed() []CourseLine {
	var highest float64
	for _, s := range c.Series {
		for _, v := range s.Values {
			highest = math.Max(highest, length(v))
		}
	}
	placed := make([]CourseLine, len(c.Series))
	for i, s := range c.Series {
		top := i * courseRow
		line := CourseLine{Series: s, TextY: top + chartText, PlotY: top + coursePlot, Last: end(s.Texts, len(s.Texts)-1)}
		line.Area = c.area(s.Values, highest)
		placed[i] = line
	}
	return placed
}

// at is where a moment stands, from 0 to 1.
func (c Course) at(i int) float64 {
	if i < len(c.At) {
		return min(length(c.At[i]), 1)
	}
	return float64(i) / math.Max(1, float64(len(c.Times)-1))
}

// area is what lies under values; a single one is a band across.
func (c Course) area(values []float64, highest float64) string {
	var b strings.Builder
	for i, v := range values {
		y := 100.0
		if highest > 0 {
			y = 100 * (1 - length(v)/highest)
		}
		if i == 0 {
			fmt.Fprintf(&b, "M%.2f 100 V%.2f", 100*c.at(0), y)
		} else {
			fmt.Fprintf(&b, " L%.2f %.2f", 100*c.at(i), y)
		}
	}
	switch len(values) {
	case 0:
		return ""
	case 1:
		b.WriteString(" H100")
	}
	return b.String() + " V100 Z"
}

// Table is the course's values as a table, the last moment first.
func (c Course) Table() Table {
	t := Table{Caption: c.Point, Columns: []Column{{Label: c.Label}}, Dense: true}
	for _, s := range c.Series {
		t.Columns = append(t.Columns, Column{Label: s.Label, Number: true})
	}
	for i := len(c.Times) - 1; i >= 0; i-- {
		row := Row{{Text: c.Times[i]}}
		for _, s := range c.Series {
			row = append(row, Cell{Text: end(s.Texts, i)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
