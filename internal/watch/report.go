package watch

import (
	"fmt"
	"io"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/locale"
)

// Write tells a person what became of a register file.
func (r RegisterReport) Write(w io.Writer, p *locale.Printer) error {
	lines := []string{p.T("watch.report_rows", "n", r.Rows, "file", r.File)}
	if r.DryRun {
		lines[0] = p.T("watch.report_dry", "n", r.Rows, "file", r.File)
	}
	lines = append(lines, p.T("watch.report_number", "column", r.Columns.Number, "scheme", p.T(company.SchemeKey(r.Columns.Scheme))))
	if r.Columns.State != "" {
		lines = append(lines, p.T("watch.report_state", "column", r.Columns.State))
	}
	if r.Columns.Ended != "" {
		lines = append(lines, p.T("watch.report_ended", "column", r.Columns.Ended))
	}
	if r.Columns.Dated != "" && r.Columns.Dated != r.Columns.Ended {
		lines = append(lines, p.T("watch.report_dated", "column", r.Columns.Dated))
	}
	for _, count := range []struct {
		n   int
		key string
	}{
		{r.Unreadable, "watch.report_unreadable"},
		{r.Unclear, "watch.report_unclear"},
	} {
		if count.n > 0 {
			lines = append(lines, p.T(count.key, "n", count.n))
		}
	}
	lines = append(lines, p.T("watch.report_known", "n", r.Known), p.T("watch.report_active", "n", r.Active), p.T("watch.report_struck", "n", r.StruckOff))
	lines = append(lines, r.names(p, r.StruckOff, r.struckWords(p))...)
	var others []string
	for _, o := range r.Others {
		others = append(others, o.Name)
	}
	for _, count := range []struct {
		n        int
		did, dry string
		names    []string
	}{
		{r.Changed, "watch.report_changed", "watch.report_changed_dry", nil},
		{r.Kept, "watch.report_kept", "watch.report_kept_dry", r.names(p, r.Kept, others)},
		{r.Flagged, "watch.report_flagged", "watch.report_flagged_dry", nil},
		{r.Cleared, "watch.report_cleared", "watch.report_cleared_dry", nil},
	} {
		key := count.did
		if r.DryRun {
			key = count.dry
		}
		if count.n > 0 {
			lines = append(append(lines, p.T(key, "n", count.n)), count.names...)
		}
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// mostWritten is how many names of a kind are written for a person.
const mostWritten = 20

// names are lines for some of n companies, and one for those that are not among them.
func (r RegisterReport) names(p *locale.Printer, n int, names []string) []string {
	p.Collate(names)
	var lines []string
	for _, name := range names[:min(len(names), mostWritten)] {
		lines = append(lines, "  "+name)
	}
	if more := n - len(lines); more > 0 && len(lines) > 0 {
		lines = append(lines, "  "+p.T("watch.report_more", "n", more))
	}
	return lines
}

// struckWords are the companies that have ended, each with its number and the day where it is known.
func (r RegisterReport) struckWords(p *locale.Printer) []string {
	words := make([]string, len(r.Struck))
	for i, s := range r.Struck {
		words[i] = p.T("watch.report_named", "name", s.Name, "number", s.Number)
		if day, ahead := s.Day(r.Day); ahead {
			words[i] = p.T("watch.report_named_ahead", "name", s.Name, "number", s.Number, "day", p.Date(day))
		} else if !day.IsZero() {
			words[i] = p.T("watch.report_named_on", "name", s.Name, "number", s.Number, "day", p.Date(day))
		}
	}
	return words
}

// Day is that of the end, zero where it is not known, and whether it is still to come on the day of the data.
func (s Struck) Day(data time.Time) (at time.Time, ahead bool) {
	at, err := time.ParseInLocation(time.DateOnly, s.Ended, data.Location())
	if err != nil {
		return time.Time{}, false
	}
	return at, at.After(data)
}
