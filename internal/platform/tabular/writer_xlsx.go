package tabular

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The limits of Excel's own format.
const (
	maxSheetRows = excelize.TotalRows
	maxCellRunes = excelize.TotalCellChars
)

type xlsxWriter struct {
	w     io.Writer
	file  *excelize.File
	sheet *excelize.StreamWriter
	width int
	row   int
}

// newXLSXWriter starts a workbook of one sheet: bold headers that stay in sight, columns wide enough to read.
func newXLSXWriter(w io.Writer, columns []Column, name string) (Writer, error) {
	f := excelize.NewFile()
	x := &xlsxWriter{w: w, file: f, width: len(columns)}
	err := x.start(columns, name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return x, nil
}

func (x *xlsxWriter) start(columns []Column, name string) (err error) {
	if name != "" {
		if err := x.file.SetSheetName(x.file.GetSheetName(0), name); err != nil {
			return err
		}
	}
	bold, err := x.file.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
	})
	if err != nil {
		return err
	}
	if x.sheet, err = x.file.NewStreamWriter(x.file.GetSheetName(0)); err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		title := c.header()
		if err := x.sheet.SetColWidth(i+1, i+1, float64(min(max(len(title)+4, 14), 40))); err != nil {
			return err
		}
		cells[i] = excelize.Cell{StyleID: bold, Value: title}
	}
	if err := x.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return x.put(cells)
}

func (x *xlsxWriter) put(cells []any) error {
	x.row++
	if x.row > maxSheetRows {
		return excelize.ErrMaxRows
	}
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.sheet.SetRow(at, cells)
}

func (x *xlsxWriter) Write(values []any) error {
	cells := make([]any, x.width)
	for i := range cells {
		if i < len(values) {
			cells[i] = sheetValue(values[i])
		}
	}
	return x.put(cells)
}

// sheetValue is a number as a number when a sheet can hold it exactly, and text for anything else: text is never a
// formula here, whatever it starts with.
func sheetValue(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case int, int32, int64, float64:
		return v
	case json.Number:
		f, err := v.Float64()
		if err == nil && text(f) == v.String() {
			return f
		}
	}
	s := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1 // XML cannot hold it
		}
		return r
	}, text(v))
	if s == "" {
		return nil
	}
	if runes := []rune(s); len(runes) > maxCellRunes {
		return string(runes[:maxCellRunes])
	}
	return s
}

func (x *xlsxWriter) Flush() error { return nil }

func (x *xlsxWriter) Close() error {
	err := x.sheet.Flush()
	if err == nil {
		err = x.file.Write(x.w)
	}
	return errors.Join(err, x.file.Close())
}
