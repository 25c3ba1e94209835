package tabular

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
)

// sampleRows is how many rows are looked at before the header is understood.
const sampleRows = 50

// delimited streams the records of CSV and TSV.
type delimited struct {
	scan  *scanner
	table *table
}

// openDelimited finds the delimiter and understands the header.
func (r *Reader) openDelimited(text *textInput, head []byte, o Options) error {
	if r.delim = o.Delimiter; r.delim == 0 {
		r.delim = '\t'
		if o.Format != TSV {
			r.delim = detectDelimiter(head, o)
		}
	}
	if r.delim == '\t' {
		r.format = TSV
	}
	d := &delimited{scan: newScanner(text.open(), r.delim, o)}
	t, err := newTable(text.name, func() ([]string, int, error) {
		cells, line, err := d.scan.record()
		for i, c := range cells {
			cells[i] = uncloak(c)
		}
		return cells, line, err
	})
	if err != nil {
		return err
	}
	d.table = t
	r.columns, r.warnings, r.src = t.columns, t.warnings, d
	return nil
}

func (d *delimited) next() (Row, error) { return d.table.next() }
func (d *delimited) close() error       { return nil }

// table gives records their header's names. It is what CSV, TSV and XLSX have in common.
type table struct {
	records  func() ([]string, int, error)
	sample   []record
	columns  []string
	warnings []Warning
}

type record struct {
	cells []string
	line  int
	err   error
}

// newTable reads the header and enough rows to know whether it fits them.
func newTable(name string, records func() ([]string, int, error)) (*table, error) {
	t := &table{records: records}
	header, line, err := t.pull()
	if errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Invalid, "tabular.empty", errs.Args{"file": name})
	}
	if err != nil {
		return nil, err
	}
	for len(t.sample) < sampleRows {
		cells, line, err := t.pull()
		t.sample = append(t.sample, record{cells, line, err})
		if err != nil {
			break
		}
	}
	t.name(header, line)
	return t, nil
}

// pull gives a copy of the next record that is not blank.
func (t *table) pull() ([]string, int, error) {
	for {
		cells, line, err := t.records()
		if err != nil {
			return nil, line, err
		}
		for _, c := range cells {
			if strings.TrimSpace(c) != "" {
				return append([]string(nil), cells...), line, nil
			}
		}
	}
}

// name makes the columns out of the header, telling what is odd about it.
func (t *table) name(header []string, line int) {
	warn := func(key string, args errs.Args) {
		t.warnings = append(t.warnings, Warning{Line: line, Key: key, Args: args})
	}
	for i, h := range header {
		header[i] = cleanHeader(h)
	}
	usual := t.usualWidth(len(header))
	switch {
	case usual == len(header)+1 && t.firstIsIndex():
		header = append([]string{""}, header...)
		warn("tabular.warn.header-short-index", errs.Args{"cells": usual, "headers": usual - 1})
	case usual > len(header):
		warn("tabular.warn.header-short", errs.Args{"cells": usual, "headers": len(header)})
		for len(header) < usual {
			header = append(header, "")
		}
	case usual == len(header)-1 && header[usual] == "":
		header = header[:usual]
	case usual < len(header):
		warn("tabular.warn.header-long", errs.Args{"cells": usual, "headers": len(header)})
	}
	taken := map[string]bool{}
	for _, h := range header {
		taken[h] = true
	}
	seen := map[string]int{}
	for i, h := range header {
		if h == "" {
			h = unique("column_"+strconv.Itoa(i+1), 1, taken)
			warn("tabular.warn.header-empty", errs.Args{"rank": i + 1, "name": h})
		} else if seen[h]++; seen[h] > 1 {
			fresh := unique(h, seen[h], taken)
			warn("tabular.warn.header-twice", errs.Args{"header": h, "name": fresh})
			h = fresh
		}
		t.columns = append(t.columns, h)
	}
}

// unique gives a name that no column has: base, or base with the first free suffix from n.
func unique(base string, n int, taken map[string]bool) string {
	name := base
	if n > 1 {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	for n = max(n, 1); taken[name]; name = fmt.Sprintf("%s_%d", base, n) {
		n++
	}
	taken[name] = true
	return name
}

func cleanHeader(h string) string {
	return strings.Join(strings.Fields(strings.Trim(h, "\ufeff")), " ")
}

// usualWidth is the width most rows of the sample have; the header's own when there are none.
func (t *table) usualWidth(header int) int {
	counts := map[int]int{}
	best := header
	for _, r := range t.sample {
		if r.err != nil {
			continue
		}
		counts[len(r.cells)]++
		if n := len(r.cells); counts[n] > counts[best] || counts[n] == counts[best] && n == header {
			best = n
		}
	}
	return best
}

// firstIsIndex reports whether the first cell of the sampled rows counts them, from any start: the column that
// exports write without a header.
func (t *table) firstIsIndex() bool {
	rows, want := 0, 0
	for _, r := range t.sample {
		if r.err != nil {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(r.cells[0]))
		if err != nil || rows > 0 && n != want {
			return false
		}
		want = n + 1
		rows++
	}
	return rows > 0
}

func (t *table) next() (Row, error) {
	var r record
	if len(t.sample) > 0 {
		r, t.sample = t.sample[0], t.sample[1:]
	} else {
		r.cells, r.line, r.err = t.pull()
	}
	if r.err != nil {
		return Row{}, r.err
	}
	row := Row{Line: r.line, Fields: make([]Field, len(t.columns))}
	for i, name := range t.columns {
		value := ""
		if i < len(r.cells) {
			value = r.cells[i]
		}
		row.Fields[i] = Field{Path: name, Value: value}
	}
	for _, extra := range r.cells[min(len(t.columns), len(r.cells)):] {
		if strings.TrimSpace(extra) != "" {
			row.Notes = append(row.Notes, Warning{
				Line: r.line, Key: "tabular.warn.row-long",
				Args: errs.Args{"cells": len(r.cells), "headers": len(t.columns)},
			})
			break
		}
	}
	return row, nil
}

// cloak makes a cell safe from being run as a formula by a spreadsheet: an apostrophe goes before a first
// character that starts one. A cell that already looks cloaked gets one more, so that uncloak gives it back.
func cloak(s string) string {
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// uncloak takes back what cloak did. It also reads what people type to keep a spreadsheet from calculating.
func uncloak(s string) string {
	if strings.HasPrefix(s, "'") && startsFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

// startsFormula follows OWASP's list of characters that start a formula in some spreadsheet.
func startsFormula(s string) bool {
	return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0
}
