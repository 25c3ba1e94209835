package ui

import (
	"time"

	"grappe/internal/platform/locale"
)

// Moment is a time in words.
type Moment struct {
	Full  string // "mardi 3 février 2026 à 9 h 30"
	Short string // "3 févr. 2026, 9 h 30"
	Day   string // "3 févr. 2026"
	Ago   string // "il y a 3 jours"
	ISO   string
}

// NewMoment puts a time into words; the zero time has none.
func NewMoment(p *locale.Printer, t, now time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{Full: p.DateTime(t), Short: p.ShortDate(t) + ", " + p.Clock(t), Day: p.ShortDate(t), Ago: p.Ago(t, now), ISO: t.UTC().Format(time.RFC3339)}
}

// DayCell is the day of a time in a table, empty for the zero time.
func DayCell(p *locale.Printer, t time.Time) Cell {
	m := NewMoment(p, t, t)
	return Cell{Text: m.Day, When: m.ISO}
}

// IsZero reports that there is no such time.
func (m Moment) IsZero() bool { return m == Moment{} }
