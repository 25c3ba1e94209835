package ui

import (
	"fmt"
	"math"
)

// Chart is bars from zero with their values beside them, and the table behind. Point is the sentence that says what it shows.
type Chart struct {
	Point   string
	Label   string // head of the names' column
	Measure string // head of the values' column
	Source  string
	Bars    []Bar
}

// Bar is one bar: its length by Value, its words by Text. Quiet bars stand back behind the one that the sentence is about.
type Bar struct {
	Label string
	Value float64
	Text  string
	Quiet bool
}

// The geometry of a chart, in pixels: a line of words, the bar under it, and the gap to the next.
const (
	chartRow  = 46
	chartText = 14
	chartBar  = 22
	// The longest bar leaves room for its value, in percent of the width.
	chartWidth = 78.0
)

// ChartBar is a bar placed on its chart.
type ChartBar struct {
	Bar
	TextY, BarY, ValueY int
	Width               string // in percent
}

// Table is the chart's values as a table.
func (c Chart) Table() Table {
	t := Table{Caption: c.Point, Columns: []Column{{Label: c.Label}, {Label: c.Measure, Number: true}}, Dense: true}
	for _, b := range c.Bars {
		t.Rows = append(t.Rows, Row{{Text: b.Label}, {Text: b.Text}})
	}
	return t
}

// Height is the height of the drawing in pixels.
func (c Chart) Height() int { return len(c.Bars) * chartRow }

// Placed gives the bars with their places. Negative values and those that are no number have no length.
func (c Chart) Placed() []ChartBar {
	var longest float64
	for _, b := range c.Bars {
		longest = math.Max(longest, length(b.Value))
	}
	placed := make([]ChartBar, len(c.Bars))
	for i, b := range c.Bars {
		var share float64
		if longest > 0 {
			share = length(b.Value) / longest
		}
		top := i * chartRow
		placed[i] = ChartBar{
			Bar: b, TextY: top + chartText, BarY: top + chartBar, ValueY: top + chartBar + 12,
			Width: fmt.Sprintf("%.2f%%", share*chartWidth),
		}
	}
	return placed
}

func length(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0
	}
	return v
}
