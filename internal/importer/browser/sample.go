package browser

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Bounds of what is remembered of a file.
const (
	mostColumns   = 150
	mostExamples  = 4
	mostValues    = 30 // different values of a column, where they are to be led to codes
	firstRows     = 5
	longestText   = 200     // of an example
	longestValue  = 20_000  // of a value of the first rows
	largestSample = 500_000 // bytes of the first rows
	mostUnique    = 6       // columns that are looked at whether they tell rows apart
)

// readSample reads a whole file once. The errors are those of tabular.Open and Reader.Next.
func readSample(ctx context.Context, name, sheet string, in io.ReaderAt, size, unpacked int64, t *territory.Territory, progress func(done, total int64)) (Sample, error) {
	r, err := tabular.Open(ctx, name, in, size, tabular.Options{MaxBytes: MaxFile, MaxUnpacked: unpacked, Sheet: sheet})
	if err != nil {
		return Sample{}, err
	}
	defer r.Close()
	g := gatherer{at: map[string]int{}, seen: map[string]map[uint64]bool{}, s: Sample{
		Format: string(r.Format()), Encoding: string(r.Encoding()), Sheets: r.Sheets(), Sheet: sheet, Unique: map[string]bool{},
	}}
	if r.Delimiter() != 0 {
		g.s.Delimiter = string(r.Delimiter())
	}
	for _, path := range r.Columns() {
		g.column(path)
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Sample{}, err
		}
		g.add(row)
		if g.s.Rows%500 == 0 && progress != nil {
			progress(r.Progress())
		}
	}
	if g.s.Rows == 0 {
		return Sample{}, errs.New(errs.Invalid, "imports.no_rows", errs.Args{"file": name})
	}
	for _, w := range r.Warnings() {
		g.s.Warnings = append(g.s.Warnings, sampleWarning(w))
	}
	g.finish()
	guess(&g.s, t)
	return g.s, nil
}

// gatherer takes the rows of a file in.
type gatherer struct {
	s     Sample
	at    map[string]int             // of the columns
	seen  map[string]map[uint64]bool // values of the columns that may tell rows apart; nil for one that does not
	bytes int
}

// starred makes one column of the elements of a list of objects: "contacts.0.mail" gives "contacts.*.mail".
func starred(path string) string {
	if !strings.ContainsAny(path, "0123456789") {
		return path
	}
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if _, err := strconv.Atoi(part); err == nil && i > 0 && i < len(parts)-1 {
			parts[i] = "*"
			break // the mapper knows one star
		}
	}
	return strings.Join(parts, ".")
}

// column is the place of a column, -1 for one too many.
func (g *gatherer) column(path string) int {
	if at, ok := g.at[path]; ok {
		return at
	}
	if strings.HasPrefix(path, "geometry.coordinates") || path == "geometry.type" || path == "type" && g.s.Format == string(tabular.GeoJSON) {
		g.at[path] = -1 // outlines are no columns; a point is at geometry.lat and geometry.lon
		return -1
	}
	if len(g.s.Columns) == mostColumns {
		g.at[path] = -1
		g.s.Hidden++
		return -1
	}
	g.at[path] = len(g.s.Columns)
	if mayIdentify(path) && len(g.seen) < mostUnique {
		g.seen[path] = map[uint64]bool{}
	}
	g.s.Columns = append(g.s.Columns, Column{Path: path})
	return g.at[path]
}

func (g *gatherer) add(row tabular.Row) {
	g.s.Rows++
	if len(g.s.First) < firstRows && g.bytes < largestSample {
		g.keep(row)
	}
	filled := map[int]bool{}
	for _, f := range row.Fields {
		path := starred(f.Path)
		at := g.column(path)
		if at < 0 {
			continue
		}
		text := textOf(f.Value)
		if strings.TrimSpace(text) == "" {
			continue
		}
		c := &g.s.Columns[at]
		if !filled[at] {
			filled[at] = true
			c.Filled++
		}
		c.see(text)
		g.identify(path, text)
	}
}

// see notes an example and, while there are few, the different values.
func (c *Column) see(text string) {
	short := cutText(strings.Join(strings.Fields(text), " "), longestText)
	if len(c.Examples) < mostExamples && !slices.Contains(c.Examples, short) {
		c.Examples = append(c.Examples, short)
	}
	value := strings.TrimSpace(text)
	if len(value) > longestText {
		c.many = true
	}
	if !c.many && !slices.Contains(c.Values, value) {
		c.Values = append(c.Values, value)
		c.many = len(c.Values) > mostValues
	}
}

// identify forgets a column whose values come back: it tells no rows apart.
func (g *gatherer) identify(path, text string) {
	seen := g.seen[path]
	if seen == nil {
		return
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.TrimSpace(text))) // never fails
	if seen[h.Sum64()] {
		g.seen[path] = nil
		return
	}
	seen[h.Sum64()] = true
}

// keep remembers one of the first rows, its endless values cut.
func (g *gatherer) keep(row tabular.Row) {
	kept := sampleRow{Line: row.Line}
	for _, f := range row.Fields {
		if text, ok := f.Value.(string); ok {
			f.Value = cutText(text, longestValue)
			g.bytes += len(text)
		}
		if g.bytes > largestSample {
			break
		}
		if !strings.HasPrefix(f.Path, "geometry.coordinates") {
			kept.Fields = append(kept.Fields, f)
		}
	}
	g.s.First = append(g.s.First, kept)
}

func (g *gatherer) finish() {
	for i := range g.s.Columns {
		if c := &g.s.Columns[i]; c.many {
			c.Values = nil
		}
	}
	for path, seen := range g.seen {
		if at := g.at[path]; seen != nil && at >= 0 && g.s.Columns[at].Filled == g.s.Rows {
			g.s.Unique[path] = true
		}
	}
}

// textOf is a value as the mapper reads it, lists in one line.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		var parts []string
		for _, e := range v {
			if text := textOf(e); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

func cutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	return string(r[:most-1]) + "…"
}
