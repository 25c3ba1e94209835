package watch

import (
	"fmt"
	"io"

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
	for _, count := range []struct {
		n   int
		key string
	}{
		{r.Changed, "watch.report_changed"},
		{r.Kept, "watch.report_kept"},
		{r.Flagged, "watch.report_flagged"},
		{r.Cleared, "watch.report_cleared"},
	} {
		if count.n > 0 {
			lines = append(lines, p.T(count.key, "n", count.n))
		}
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
