package locale

import (
	"fmt"
	"strconv"
	"time"
)

func frenchDays() [7]string {
	return [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
}

func frenchMonths() [12]string {
	return [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
}

func shortFrenchMonths() [12]string {
	return [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}
}

// Date writes the day in words in the printer's zone: "mardi 3 février 2026", "Tuesday 3 February 2026". The zero time
// is empty, here and below.
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if p.lang == English {
		return t.Format("Monday 2 January 2006")
	}
	return frenchDays()[t.Weekday()] + " " + p.DayMonth(t) + " " + strconv.Itoa(t.Year())
}

// DayMonth writes the day without its year: "3 février", "1er mars", "3 February".
func (p *Printer) DayMonth(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if p.lang == English {
		return t.Format("2 January")
	}
	return frenchDay(t) + NoBreak + frenchMonths()[t.Month()-1]
}

// frenchDay is the day of the month.
func frenchDay(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// Month writes the month and year: "février 2026", "February 2026".
func (p *Printer) Month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if p.lang == English {
		return t.Format("January 2006")
	}
	return frenchMonths()[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Clock writes the time of day: "9 h 30", "9 h", "9:30 am".
func (p *Printer) Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if p.lang == English {
		return t.Format("3:04 pm")
	}
	clock := strconv.Itoa(t.Hour()) + NoBreak + "h"
	if t.Minute() != 0 {
		clock += NoBreak + fmt.Sprintf("%02d", t.Minute())
	}
	return clock
}

// DateTime writes the day and the time: "mardi 3 février 2026 à 9 h 30", "Tuesday 3 February 2026 at 9:30 am".
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	at := " à "
	if p.lang == English {
		at = " at "
	}
	return p.Date(t) + at + p.Clock(t)
}

// Moment is DateTime in a time zone, UTC for nil, with its difference from UTC: "mardi 3 février 2026 à 9 h 30 (UTC+11:00)". It is
// for who does not read in that zone as a matter of course, as on the command line.
func (p *Printer) Moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	label := "UTC"
	if _, offset := t.In(zone).Zone(); offset != 0 {
		label += t.In(zone).Format("-07:00")
	}
	return p.In(zone).DateTime(t) + " (" + label + ")"
}

// ShortDate is for tables, on one line: "3 févr. 2026", "1er mars 2026", "3 Feb 2026".
func (p *Printer) ShortDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if p.lang == English {
		return t.Format("2" + NoBreak + "Jan" + NoBreak + "2006")
	}
	return frenchDay(t) + NoBreak + shortFrenchMonths()[t.Month()-1] + NoBreak + strconv.Itoa(t.Year())
}

// Ago says how far t lies from now, by the calendar of the printer's zone: "aujourd’hui", "hier", "il y a 3 mois",
// "dans 2 jours".
func (p *Printer) Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	day, today := civil(t.In(p.zone)), civil(now.In(p.zone))
	days := int(today.Sub(day).Hours() / 24)
	switch days {
	case 0:
		return p.choose("aujourd’hui", "today")
	case 1:
		return p.choose("hier", "yesterday")
	case -1:
		return p.choose("demain", "tomorrow")
	}
	from, to := day, today
	if days < 0 {
		from, to, days = today, day, -days
	}
	months := monthsBetween(from, to)
	var span string
	switch {
	case days < 7:
		span = p.span(days, "jour", "jours", "day", "days")
	case months == 0:
		span = p.span(days/7, "semaine", "semaines", "week", "weeks")
	case months < 24 && months != 12:
		span = p.span(months, "mois", "mois", "month", "months")
	default:
		span = p.span(months/12, "an", "ans", "year", "years")
	}
	switch {
	case p.lang == English && day.After(today):
		return "in " + span
	case p.lang == English:
		return span + " ago"
	case day.After(today):
		return "dans " + span
	default:
		return "il y a " + span
	}
}

// civil is the calendar day of t as an instant of UTC, where every day has 24 hours.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// monthsBetween counts whole months; the last day of a short month completes one that began on a later day.
func monthsBetween(from, to time.Time) int {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	lastDay := to.AddDate(0, 0, 1).Month() != to.Month()
	if to.Day() < from.Day() && !lastDay {
		months--
	}
	return months
}

func (p *Printer) choose(french, english string) string {
	if p.lang == English {
		return english
	}
	return french
}

func (p *Printer) span(n int, frOne, frMany, enOne, enMany string) string {
	one, many := frOne, frMany
	if p.lang == English {
		one, many = enOne, enMany
	}
	if n == 1 {
		return "1 " + one
	}
	return p.Number(n) + " " + many
}
