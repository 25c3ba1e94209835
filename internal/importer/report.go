package importer

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
)

// Bounds of what a report holds in memory. The full report, which is streamed, has everything.
const (
	maxWarnings   = 10_000
	maxRejections = 1_000
	exampleRows   = 5
)

// Told is a sentence about a row; Row 0 is the file.
type Told struct {
	Row     int    `json:"row"`
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Tally is how often something was told, with the first of its sentences and the first rows.
type Tally struct {
	Code    string `json:"code"`
	Count   int    `json:"count"`
	Rows    []int  `json:"examples"`
	Message string `json:"message"`
	more    bool   // there are more rows than those
}

// Report is what an import did.
type Report struct {
	Run
	DryRun  bool    `json:"dry_run,omitempty"`
	Resumed bool    `json:"resumed,omitempty"` // it went on where an earlier call was stopped
	Seconds float64 `json:"seconds"`           // of this call
	// PointsUnchecked tells that the file gives points and that the territory has no outlines to check them by.
	PointsUnchecked bool `json:"points_unchecked,omitempty"`

	Warnings   []Told  `json:"warnings"` // the first 10,000
	Omitted    int     `json:"warnings_omitted,omitempty"`
	Rejections []Told  `json:"rejections"` // the first 1,000
	Summary    []Tally `json:"summary"`    // of the warnings and rejections, by code, in the order of their first
}

// add counts a sentence.
func (r *Report) tally(at map[string]int, t Told) {
	i, known := at[t.Code]
	if !known {
		i = len(r.Summary)
		at[t.Code] = i
		r.Summary = append(r.Summary, Tally{Code: t.Code, Message: t.Message, Rows: []int{}})
	}
	s := &r.Summary[i]
	s.Count++
	switch {
	case t.Row == 0 || slices.Contains(s.Rows, t.Row):
	case len(s.Rows) < exampleRows:
		s.Rows = append(s.Rows, t.Row)
	default:
		s.more = true
	}
}

// Report tells again what an import did; p may be nil. With full, everything is written there as JSON.
func (s *Service) Report(ctx context.Context, run string, p *locale.Printer, full io.Writer) (Report, error) {
	r, err := s.store.run(ctx, s.db.Read(), run)
	if err != nil {
		return Report{}, err
	}
	report, err := s.report(ctx, s.db.Read(), r, p)
	if err != nil || full == nil {
		return report, err
	}
	return report, s.writeFull(ctx, s.db.Read(), run, report, p, full)
}

// report reads the outcomes back: what a killed process had told is told too.
func (s *Service) report(ctx context.Context, q db.Querier, run Run, p *locale.Printer) (Report, error) {
	report := Report{Run: run, Warnings: []Told{}, Rejections: []Told{}, Summary: []Tally{}}
	at := map[string]int{}
	err := s.store.eachOutcome(ctx, q, run.ID, func(o Outcome) error {
		for _, w := range o.Warnings {
			t := tell(p, o.Row, w)
			report.tally(at, t)
			if len(report.Warnings) < maxWarnings {
				report.Warnings = append(report.Warnings, t)
			} else {
				report.Omitted++
			}
		}
		if o.Why != nil {
			t := tell(p, o.Row, *o.Why)
			report.tally(at, t)
			if len(report.Rejections) < maxRejections {
				report.Rejections = append(report.Rejections, t)
			}
		}
		return nil
	})
	return report, err
}

// Row is the outcome of one row in the full report.
type Row struct {
	Row        int      `json:"row"`
	ExternalID string   `json:"external_id,omitempty"`
	Outcome    string   `json:"outcome"`
	Slug       string   `json:"slug,omitempty"`
	Into       string   `json:"into,omitempty"`
	Fields     []string `json:"fields,omitempty"`
	Kept       []string `json:"kept,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Duplicates []Doubt  `json:"duplicates,omitempty"`
}

// writeFull streams the report with every warning and the outcome of every row.
func (s *Service) writeFull(
	ctx context.Context, q db.Querier, run string, report Report, p *locale.Printer, w io.Writer,
) error {
	warnings := &jsonList{w: w}
	head := report
	head.Warnings, head.Omitted = nil, 0
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	// The head's own list of warnings gives way to the whole one.
	open := strings.Replace(strings.TrimSuffix(string(text), "}"), `"warnings":null,`, "", 1)
	if _, err := io.WriteString(w, open+",\n\"warnings\":["); err != nil {
		return err
	}
	err = s.store.eachOutcome(ctx, q, run, func(o Outcome) error {
		for _, remark := range o.Warnings {
			if err := warnings.add(tell(p, o.Row, remark)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "],\n\"outcomes\":["); err != nil {
		return err
	}
	rows := &jsonList{w: w}
	err = s.store.eachOutcome(ctx, q, run, func(o Outcome) error {
		if o.Outcome == "" {
			return nil
		}
		row := Row{Row: o.Row, ExternalID: o.ID, Outcome: o.Outcome, Slug: o.Slug, Into: o.Into, Fields: o.Fields, Kept: o.Kept, Duplicates: o.Doubtful}
		if p != nil {
			row.Reason = o.Reason(p)
		}
		return rows.add(row)
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "]}\n")
	return err
}

// jsonList writes the elements of a JSON array, one a line.
type jsonList struct {
	w io.Writer
	n int
}

func (l *jsonList) add(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	sep := ",\n"
	if l.n == 0 {
		sep = "\n"
	}
	l.n++
	_, err = io.WriteString(l.w, sep+string(text))
	return err
}

// tell writes a stored remark for the person, without words where there is no printer.
func tell(p *locale.Printer, row int, r Remark) Told {
	t := Told{Row: row, Code: r.Code, Field: r.Field}
	if p != nil {
		t.Message = r.Text(p)
	}
	return t
}
