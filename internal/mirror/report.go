package mirror

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"grappe/internal/platform/locale"
)

// Report is what a synchronisation did.
type Report struct {
	Mirror    Mirror         `json:"mirror"`
	Created   int            `json:"created"`
	Updated   int            `json:"updated"`
	Removed   int            `json:"removed"`
	Unchanged int            `json:"unchanged"`
	LeftOut   map[string]int `json:"left_out"`  // cards that cannot stand here, by reason
	Left      []LeftCard     `json:"left"`      // the first of them
	Mended    map[string]int `json:"mended"`    // cards of which a field was shortened or emptied, by field
	Restarted bool           `json:"restarted"` // the source did not know how far we were: it was read from its beginning
	Seconds   float64        `json:"seconds"`
}

// LeftCard is a card that was left out.
type LeftCard struct {
	ID     string `json:"id"` // at the source
	Reason string `json:"reason"`
}

// mostLeft is how many left out cards a report names.
const mostLeft = 100

func (r *Report) leave(reason, id string) {
	if r.LeftOut == nil {
		r.LeftOut = map[string]int{}
	}
	r.LeftOut[reason]++
	if len(r.Left) < mostLeft {
		r.Left = append(r.Left, LeftCard{ID: id, Reason: reason})
	}
}

func (r *Report) mend(fields []string) {
	for _, f := range fields {
		if r.Mended == nil {
			r.Mended = map[string]int{}
		}
		r.Mended[f]++
	}
}

// Write tells a person what the synchronisation did.
func (r Report) Write(w io.Writer, p *locale.Printer) error {
	lines := []string{p.T("mirror.report.head", "host", r.Mirror.Host(), "territory", r.Mirror.Territory, "n", r.Mirror.Cards)}
	if r.Restarted {
		lines = append(lines, p.T("mirror.report.restarted"))
	}
	counts := []string{
		p.T("mirror.report.created", "n", r.Created), p.T("mirror.report.updated", "n", r.Updated),
		p.T("mirror.report.removed", "n", r.Removed), p.T("mirror.report.unchanged", "n", r.Unchanged),
	}
	lines = append(lines, p.T("mirror.report.counts", "created", counts[0], "updated", counts[1], "removed", counts[2], "unchanged", counts[3]))
	for _, reason := range slices.Sorted(maps.Keys(r.LeftOut)) {
		lines = append(lines, p.T("mirror.report.left", "n", r.LeftOut[reason], "why", p.T("mirror.left."+reason)))
	}
	for _, field := range slices.Sorted(maps.Keys(r.Mended)) {
		lines = append(lines, p.T("mirror.report.mended", "n", r.Mended[field], "field", fieldName(p, field)))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// fieldName is a field in words where there are any.
func fieldName(p *locale.Printer, field string) string {
	if key := "listing.field." + field; p.Has(key) {
		return p.T(key)
	}
	if key := "mirror.field." + field; p.Has(key) {
		return p.T(key)
	}
	return field
}

// Message is the sentence about the last failure, empty where there was none.
func (m Mirror) Message(p *locale.Printer) string {
	if m.Fault == nil || !p.Has(m.Fault.Key) {
		return ""
	}
	return p.Text(m.Fault.Key, m.Fault.Args)
}

// WriteMirrors lists mirrors to a person. zone gives the time zone in which dates of a territory are told.
func WriteMirrors(w io.Writer, p *locale.Printer, mirrors []Mirror, zone func(code string) *time.Location) error {
	if len(mirrors) == 0 {
		_, err := fmt.Fprintln(w, p.T("mirror.list.empty"))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, m := range mirrors {
		state := p.T("mirror.list.never")
		if !m.LastOKAt.IsZero() {
			state = p.T("mirror.list.ok", "date", p.Moment(m.LastOKAt, zone(m.Territory)))
		}
		if _, err := fmt.Fprintln(table, m.Territory+"\t"+m.Source+"\t"+p.T("mirror.list.cards", "n", m.Cards)+"\t"+state); err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, m := range mirrors {
		if m.Failures == 0 {
			continue
		}
		line := p.T("mirror.list.failing", "territory", m.Territory, "n", m.Failures, "date", p.Moment(m.FailingSince, zone(m.Territory)), "why", m.Message(p))
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
