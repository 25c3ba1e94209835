package importer

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

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
	r.counted(n)
	if r.Rows > 0 && r.Unchanged == r.Rows {
		n.say("importer.run.summary.nothing")
	}
	if len(r.Summary) > 0 {
		n.say("importer.run.summary.remarks")
		for _, t := range r.Summary {
			n.line("  " + t.text(p))
		}
	}
	if r.PointsUnchecked && r.Created+r.Updated+r.Merged > 0 {
		n.say("importer.run.summary.outlines", "territory", r.Territory)
	}
	switch {
	case r.Doubtful > 0 && r.DryRun:
		n.say("importer.run.summary.dry_doubtful", "n", r.Doubtful)
	case r.Doubtful > 0:
		n.say("importer.run.summary.doubtful", "n", r.Doubtful, "territory", r.Territory)
	}
	if !r.DryRun && r.Created+r.Updated+r.Merged > 0 {
		n.say("importer.run.summary.undo", "run", r.ID)
	}
	return n.err
}

// counted tells what became of the rows, or what would have become of them.
func (r Report) counted(n *pen) {
	keys := []string{"created", "updated", "unchanged", "merged", "rejected"}
	for i, count := range []int{r.Created, r.Updated, r.Unchanged, r.Merged, r.Rejected} {
		if count == 0 {
			continue
		}
		key := "importer.run.summary." + keys[i]
		if r.DryRun {
			key = "importer.run.summary.dry_" + keys[i]
		}
		n.line("  " + n.p.T(key, "n", count))
	}
}

// text is one line of the summary: the sentence, as an example where there are several.
func (t Tally) text(p *locale.Printer) string {
	switch {
	case len(t.Rows) == 0 && t.Count == 1:
		return t.Message
	case len(t.Rows) == 0:
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
	if t.Count == 1 {
		return p.T("importer.run.summary.once", "message", t.Message, "where", where)
	}
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
	u.counts(n, "importer.run.undo.deleted", "importer.run.undo.parted", "importer.run.undo.restored", "importer.run.undo.held", "importer.run.undo.kept")
	return n.err
}

// Write tells to a person what undoing would do.
func (w Weighing) Write(out io.Writer, p *locale.Printer) error {
	n := &pen{w: out, p: p}
	if w.Already {
		n.say("importer.run.undo.already", "run", w.Run)
		return n.err
	}
	n.say("importer.run.undo.dry", "run", w.Run)
	w.counts(n, "importer.run.undo.would_deleted", "importer.run.undo.would_parted", "importer.run.undo.would_restored", "importer.run.undo.would_held", "importer.run.undo.would_kept")
	return n.err
}

// counts says what of an undo there is any of, each by its key.
func (u UndoReport) counts(n *pen, deleted, parted, restored, held, kept string) {
	for _, c := range []struct {
		key string
		n   int
	}{{deleted, u.Deleted - u.Parted}, {parted, u.Parted}, {restored, u.Restored}, {held, u.Held}, {kept, u.Kept}} {
		if c.n > 0 {
			n.line("  " + n.p.T(c.key, "n", c.n))
		}
	}
}

// WriteRuns lists runs to a person, at the hour of their territory, which zone gives by its code; in UTC where it gives
// nil.
func WriteRuns(w io.Writer, p *locale.Printer, runs []Run, zone func(territory string) *time.Location) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, p.T("importer.run.none"))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	n := &pen{w: table, p: p}
	for _, r := range runs {
		n.line(strings.Join([]string{
			r.ID, r.Territory, r.Source, p.Moment(r.StartedAt, zone(r.Territory)), p.T(r.State.Key()),
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
		n.line("    " + d.why(p))
		n.line("    grappe import merge --territory " + territory + " " + d.A.Slug + " " + d.B.Slug)
		n.line("    grappe import dismiss --territory " + territory + " " + d.A.Slug + " " + d.B.Slug)
	}
	n.line("")
	n.say("importer.run.duplicates.todo")
	return n.err
}

// why tells what speaks for one card and what against.
func (d Duplicate) why(p *locale.Printer) string {
	var pros, cons []string
	for _, r := range d.Reasons {
		text := p.T(listing.Reason(r).Key())
		if against(listing.Reason(r)) {
			cons = append(cons, text)
		} else {
			pros = append(pros, text)
		}
	}
	var parts []string
	if len(pros) > 0 {
		parts = append(parts, p.T("importer.run.duplicates.pro", "reasons", sentence(pros)))
	}
	if len(cons) > 0 {
		parts = append(parts, p.T("importer.run.duplicates.con", "reasons", sentence(cons)))
	}
	return strings.Join(parts, " ")
}

// against reports whether a reason speaks for two cards.
func against(r listing.Reason) bool {
	switch r {
	case listing.OtherIdentifier, listing.OtherName, listing.OtherPlace, listing.OtherCategory:
		return true
	}
	return false
}

// sentence joins reasons, which are written with a capital each, within a sentence.
func sentence(reasons []string) string {
	low := make([]string, len(reasons))
	for i, r := range reasons {
		first, size := utf8.DecodeRuneInString(r)
		low[i] = string(unicode.ToLower(first)) + r[size:]
	}
	return strings.Join(low, ", ")
}

// text names a card on one line.
func (c Card) text() string {
	parts := []string{c.Slug, c.Name}
	if c.City != "" {
		parts = append(parts, c.City)
	}
	return strings.Join(append(parts, c.Refs...), " · ")
}
