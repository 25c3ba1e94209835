package directory

import (
	"slices"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/ui"
)

// fillHours shows the week, and whether it is open now; a text that is no week is shown as written.
func (v *card) fillHours(page *cardPage) {
	text := v.Listing.OpeningHours
	if text == "" {
		return
	}
	hours, err := listing.ParseHours(text)
	if err != nil {
		page.HoursText = text
		return
	}
	now := v.rooms.service.now().In(v.territory.Location())
	if open, known := hours.OpenAt(now, nil); known && open {
		page.OpenNow = ui.Badge{Label: v.P.T("directory.open_now"), Tone: ui.OK}
	} else if known {
		page.OpenNow = ui.Badge{Label: v.P.T("directory.closed_now")}
	}
	if week := hours.Week(); slices.ContainsFunc(week, func(d listing.Day) bool { return len(d.Spans) > 0 }) {
		page.Hours.Rows = v.week(week)
	}
	if hours.Holidays != listing.HolidaysUnsaid {
		page.Hours.Rows = append(page.Hours.Rows, ui.SummaryRow{Name: v.P.T("directory.holidays"), Value: v.spans(hours.HolidaySpans)})
	}
	switch {
	case hours.ByAppointment && len(page.Hours.Rows) > 0:
		page.HoursText = v.P.T("directory.also_by_appointment")
	case hours.ByAppointment:
		page.HoursText = v.P.T("directory.by_appointment")
	}
	if hours.Comment != "" {
		page.HoursText = joined(hours.Comment, page.HoursText)
	}
}

// week writes days in a row with the same hours as one line.
func (v *card) week(days []listing.Day) []ui.SummaryRow {
	var rows []ui.SummaryRow
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && slices.Equal(days[last+1].Spans, days[i].Spans) {
			last++
		}
		name := v.P.T(listing.WeekdayKey(int(days[i].Weekday)))
		switch {
		case last == i+1:
			name = v.P.T("directory.two_days", "one", name, "other", v.P.T(listing.WeekdayKey(int(days[last].Weekday))))
		case last > i:
			name = v.P.T("directory.days", "from", name, "to", v.P.T(listing.WeekdayKey(int(days[last].Weekday))))
		}
		rows = append(rows, ui.SummaryRow{Name: name, Value: v.spans(days[i].Spans)})
		i = last + 1
	}
	return rows
}

func (v *card) spans(spans []listing.Span) string {
	if len(spans) == 0 {
		return v.P.T("directory.closed")
	}
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = v.clock(s.Open) + "–" + v.clock(s.Close)
	}
	return strings.Join(words, ", ")
}

func (v *card) clock(minutes int) string {
	return v.P.In(time.UTC).Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
}
