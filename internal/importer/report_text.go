package importer

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"grappe/internal/listing"
	"grappe/internal/platform/locale"
)

// Keys of the sentences that the command line says after it settled a duplicate, with the slugs of the two cards.
const (
	KeyJoined    = "importer.run.joined"
	KeyParted    = "importer.run.parted"
	KeyDismissed = "importer.run.dismissed"
	// KeyResume says that an import stopped, with the rows that are safe: n of total.
	KeyResume = "importer.run.resume"
)

// pen writes lines and keeps the first error.
type pen struct {
	w   io.Writer
	p   *locale.Printer
	err error
}

func (n *pen) say(key string, args ...any) { n.line(n.p.T(key, args...)) }

func (n *pen) line(text string) {
	if n.err == nil {
		_, n.err = fmt.Fprintln(n.w, text)
	}
}

// Write tells the import to a person: what became of the rows, then each kind of remark with its number, one
// sentence as an example, and the first rows.
func (r Report) Write(w io.Writer, p *locale.Printer) error {
	n := &pen{w: w, p: p}
	switch {
	case r.DryRun:
		n.say("importer.run.summary.dry", "n", r.Rows, "file", r.File)
	case r.Resumed:
		n.say("importer.run.summary.resumed", "n", r.Rows, "file", r.File)
	default:
		n.say("importer.run.summary.rows", "n", r.Rows, "file", r.File)
	}
	for _, c := range []struct {
		key string
		n   int
	}{
		{"importer.run.summary.created", r.Created},
		{"importer.run.summary.updated", r.Updated},
		{"importer.run.summary.unchanged", r.Unchanged},
		{"importer.run.summary.merged", r.Merged},
		{"importer.run.summary.rejected", r.Rejected},
	} {
		if c.n > 0 {
			n.line("  " + p.T(c.key, "n", c.n))
		}
	}
	if r.Rows > 0 && r.Unchanged == r.Rows {
		n.say("importer.run.summary.nothing")
	}
	if len(r.Summary) > 0 {
		n.say("importer.run.summary.remarks")
		for _, t := range r.Summary {
			n.line("  " + t.text(p))
		}
	}
	if r.Doubtful > 0 {
		n.say("importer.run.summary.doubtful", "n", r.Doubtful, "territory", r.Territory)
	}
	if !r.DryRun && r.Created+r.Updated+r.Merged > 0 {
		n.say("importer.run.summary.undo", "run", r.ID)
	}
	return n.err
}

// text is one line of the summary.
func (t Tally) text(p *locale.Printer) string {
	if len(t.Rows) == 0 {
		return p.T("importer.run.summary.tally", "n", t.Count, "message", t.Message)
	}
	rows := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = strconv.Itoa(row)
	}
	list, n := strings.Join(rows, ", "), len(rows)
	if t.more {
		list, n = list+"…", n+1
	}
	where := p.T("importer.run.summary.at_rows", "n", n, "rows", list)
	return p.T("importer.run.summary.tally_rows", "n", t.Count, "message", t.Message, "where", where)
}

// Write tells to a person what was undone.
func (u UndoReport) Write(w io.Writer, p *locale.Printer) error {
	n := &pen{w: w, p: p}
	if u.Already {
		n.say("importer.run.undo.already", "run", u.Run)
		return n.err
	}
	n.say("importer.run.undo.done", "run", u.Run)
	n.line("  " + p.T("importer.run.undo.deleted", "n", u.Deleted))
	n.line("  " + p.T("importer.run.undo.restored", "n", u.Restored))
	if u.Kept > 0 {
		n.line("  " + p.T("importer.run.undo.kept", "n", u.Kept))
	}
	return n.err
}

// WriteRuns lists runs to a person.
func WriteRuns(w io.Writer, p *locale.Printer, runs []Run) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, p.T("importer.run.none"))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	n := &pen{w: table, p: p}
	for _, r := range runs {
		n.line(strings.Join([]string{
			r.ID, r.Territory, r.Source, p.DateTime(r.StartedAt), p.T(r.State.Key()),
			r.counts(p), r.File,
		}, "\t"))
	}
	if n.err != nil {
		return n.err
	}
	return table.Flush()
}

// counts tells on one line what became of the rows, leaving out what did not happen.
func (r Run) counts(p *locale.Printer) string {
	parts := []string{p.T("importer.run.line", "n", r.Rows, "total", r.Total)}
	for _, c := range []struct {
		key string
		n   int
	}{
		{"importer.run.count.created", r.Created},
		{"importer.run.count.updated", r.Updated},
		{"importer.run.count.merged", r.Merged},
		{"importer.run.count.rejected", r.Rejected},
	} {
		if c.n > 0 {
			parts = append(parts, p.T(c.key, "n", c.n))
		}
	}
	return strings.Join(parts, ", ")
}

// WriteDuplicates lists pairs to a person, with what to do about them.
func WriteDuplicates(w io.Writer, p *locale.Printer, territory string, pairs []Duplicate) error {
	n := &pen{w: w, p: p}
	if len(pairs) == 0 {
		n.say("importer.run.duplicates.none")
		return n.err
	}
	n.say("importer.run.duplicates.head", "n", len(pairs))
	for _, d := range pairs {
		n.line("")
		n.line("  " + d.A.text())
		n.line("  " + d.B.text())
		reasons := make([]string, len(d.Reasons))
		for i, r := range d.Reasons {
			reasons[i] = p.T(listing.Reason(r).Key())
		}
		n.line("    " + p.T("importer.run.duplicates.why", "reasons", strings.Join(reasons, ", ")))
	}
	n.line("")
	first := pairs[0]
	n.say("importer.run.duplicates.todo", "territory", territory, "a", first.A.Slug, "b", first.B.Slug)
	return n.err
}

// text names a card on one line.
func (c Card) text() string {
	parts := []string{c.Slug, c.Name}
	if c.City != "" {
		parts = append(parts, c.City)
	}
	return strings.Join(append(parts, c.Refs...), " · ")
}
