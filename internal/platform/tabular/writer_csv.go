package tabular

import (
	"bufio"
	"io"
	"strings"
)

type csvWriter struct {
	w     *bufio.Writer
	delim rune
	width int
}

// NewCSVWriter starts a CSV file with a delimiter of the caller's choice: ';' is what French spreadsheets expect.
func NewCSVWriter(w io.Writer, columns []Column, delim rune) (Writer, error) {
	c := &csvWriter{w: bufio.NewWriterSize(w, 32<<10), delim: delim, width: len(columns)}
	if _, err := c.w.WriteString("\ufeff"); err != nil {
		return nil, err
	}
	headers := make([]any, len(columns))
	for i, col := range columns {
		headers[i] = col.header()
	}
	return c, c.Write(headers)
}

// NewSheetWriter starts the CSV file that a person takes from a page in a language to open it in a spreadsheet: parted by
// semicolons in French, where a comma parts decimals and spreadsheets put a line with commas into one cell, by commas elsewhere.
func NewSheetWriter(lang string, w io.Writer, columns []Column) (Writer, error) {
	if lang == "fr" {
		return NewCSVWriter(w, columns, ';')
	}
	return NewCSVWriter(w, columns, ',')
}

func (c *csvWriter) Write(values []any) error {
	for i := range c.width {
		var v any
		if i < len(values) {
			v = values[i]
		}
		cell := text(v)
		if !isNumber(v) {
			cell = cloak(cell)
		}
		if i > 0 {
			if _, err := c.w.WriteRune(c.delim); err != nil {
				return err
			}
		}
		if err := c.cell(cell); err != nil {
			return err
		}
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

// cell quotes what RFC 4180 asks to quote, and what a reader could misunderstand: blanks at the ends, other
// delimiters, and the only cell of a line when it is empty.
func (c *csvWriter) cell(s string) error {
	plain := !strings.ContainsAny(s, "\"\r\n,;\t|") && !strings.ContainsRune(s, c.delim) &&
		strings.TrimSpace(s) == s && (s != "" || c.width > 1)
	if !plain {
		s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	_, err := c.w.WriteString(s)
	return err
}

func (c *csvWriter) Flush() error { return c.w.Flush() }

func (c *csvWriter) Close() error { return c.w.Flush() }
