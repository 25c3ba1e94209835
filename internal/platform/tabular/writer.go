package tabular

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
)

// Column is one column to write. Key is its path in JSON, where "a.b" is member b of object a; Title is its header
// in CSV, TSV and XLSX, Key when it is empty. In JSON, a column whose key is empty holds the whole object of the row, or
// the whole properties of a GeoJSON feature, and its value may be anything that encoding/json writes.
type Column struct {
	Key   string
	Title string
}

func (c Column) header() string {
	if c.Title != "" {
		return c.Title
	}
	return c.Key
}

// Writer writes rows one after the other. Values stand in the order of the columns and are nil, strings, bools,
// whole or floating numbers, json.Number, []string or []any. Flush hands on what is written so far, so that a reader far
// away sees it; a workbook keeps all to its end. Close ends the file; it does not close what is below.
type Writer interface {
	Write(values []any) error
	Flush() error
	Close() error
}

// NewWriter starts a file of the format on w. A GeoJSON file takes its points from the columns whose keys are "lat"
// and "lon", and the identifiers of its features from the column "id". CSV and TSV are UTF-8 with a byte order
// mark, and no cell of theirs is run as a formula by a spreadsheet; the readers of this package take that back.
func NewWriter(format Format, w io.Writer, columns []Column) (Writer, error) {
	return NewNamedWriter(format, w, columns, "")
}

// NewNamedWriter is NewWriter with a name for the sheet of a workbook: at most 31 characters, none of : \\ / ? * [ ]. The
// library's own name stands where it is empty; the other formats have none.
func NewNamedWriter(format Format, w io.Writer, columns []Column, sheet string) (Writer, error) {
	if len(columns) == 0 {
		return nil, errs.New(errs.Usage, "tabular.no-columns", nil)
	}
	switch format {
	case CSV:
		return NewCSVWriter(w, columns, ',')
	case TSV:
		return NewCSVWriter(w, columns, '\t')
	case JSON:
		return newJSONWriter(w, columns, "[\n", ",\n", "\n]\n"), nil
	case JSONLines:
		lines := newJSONWriter(w, columns, "", "", "")
		lines.after = "\n"
		return lines, nil
	case GeoJSON:
		return newGeoJSONWriter(w, columns), nil
	case XLSX:
		return newXLSXWriter(w, columns, sheet)
	}
	return nil, errs.New(errs.Usage, "tabular.format-unknown", errs.Args{"format": string(format)})
}

// text is a value as a cell shows it. The elements of a list stand on lines of their own.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, "\n")
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = text(e)
		}
		return strings.Join(parts, "\n")
	}
	return fmt.Sprint(v)
}

// isNumber reports whether a value is a number by type, and so no text that a spreadsheet could run.
func isNumber(v any) bool {
	switch v.(type) {
	case int, int32, int64, float64, json.Number:
		return true
	}
	return false
}
