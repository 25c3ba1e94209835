package tabular

import (
	"archive/zip"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/xuri/excelize/v2"

	"grappe/internal/platform/errs"
)

// Limits against archives that unpack to more than any list of companies is.
const (
	maxUnpacked  = 2 << 30  // the whole workbook
	maxOtherPart = 64 << 20 // a part that is neither a sheet nor the shared texts: excelize keeps it in memory
	spillOver    = 8 << 20  // larger sheets and shared texts go to a temporary file
)

// workbook streams the rows of one sheet. It walks the sheet twice in step: once for the values as stored, once as
// shown, because the one has the precision and the other the leading zeros and the dates.
type workbook struct {
	file  *excelize.File
	raw   *excelize.Rows
	shown *excelize.Rows
	table *table
	row   int
	rows  int64 // as the sheet declares, 0 when it does not
	size  int64
	read  *atomic.Int64
	o     Options
}

func (r *Reader) openWorkbook(name string, at io.ReaderAt, size int64, o Options) error {
	broken := func(err error) error {
		return errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": name})
	}
	if size > maxWorkbook {
		return errs.New(errs.TooLarge, "tabular.workbook-too-large",
			errs.Args{"file": name, "size": megabytes(size), "limit": megabytes(maxWorkbook)})
	}
	if err := checkArchive(name, at, size, o.MaxUnpacked); err != nil {
		return err
	}
	f, err := excelize.OpenReader(io.NewSectionReader(at, 0, size), excelize.Options{
		UnzipSizeLimit: o.MaxUnpacked, UnzipXMLSizeLimit: min(spillOver, o.MaxUnpacked),
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm:ss",
	})
	if err != nil {
		return broken(err)
	}
	w := &workbook{file: f, size: size, read: r.read, o: o}
	r.sheets = f.GetSheetList()
	if err := w.openSheet(name, o.Sheet); err != nil {
		return errors.Join(err, f.Close())
	}
	if w.table, err = newTable(name, w.record); err != nil {
		if errs.As(err) == nil {
			err = broken(err)
		}
		return errors.Join(err, w.close())
	}
	r.format, r.columns, r.warnings, r.src = XLSX, w.table.columns, w.table.warnings, w
	return nil
}

// checkArchive refuses an archive that is no workbook, is broken, or unpacks to too much.
func checkArchive(name string, at io.ReaderAt, size, most int64) error {
	ok, err := isWorkbook(at, size)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": name})
	}
	if !ok {
		return refuse(kindZip, name)
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": name})
	}
	var sum uint64
	for _, part := range z.File {
		low := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		spills := strings.HasPrefix(low, "xl/worksheets/sheet") || low == "xl/sharedstrings.xml"
		sum += part.UncompressedSize64
		if sum > uint64(most) || !spills && part.UncompressedSize64 > maxOtherPart {
			limit := most
			if sum <= uint64(most) {
				limit = maxOtherPart
			}
			return errs.New(errs.TooLarge, "tabular.workbook-too-large",
				errs.Args{"file": name, "size": megabytes(int64(min(sum, 1<<62))), "limit": megabytes(limit)})
		}
	}
	return nil
}

func (w *workbook) openSheet(name, wanted string) error {
	sheets := w.file.GetSheetList()
	if len(sheets) == 0 {
		return errs.New(errs.Invalid, "tabular.empty", errs.Args{"file": name})
	}
	sheet := ""
	for _, s := range sheets {
		if wanted == "" || strings.EqualFold(s, wanted) {
			sheet = s
			break
		}
	}
	if sheet == "" {
		return errs.New(errs.Invalid, "tabular.sheet-missing",
			errs.Args{"sheet": wanted, "sheets": strings.Join(sheets, ", ")})
	}
	var err error
	if w.raw, err = w.file.Rows(sheet); err == nil {
		w.shown, err = w.file.Rows(sheet)
	}
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": name})
	}
	if ref, err := w.file.GetSheetDimension(sheet); err == nil {
		w.rows = lastRow(ref)
	}
	return nil
}

// lastRow reads the row at the end of a range such as "A1:F1001".
func lastRow(ref string) int64 {
	_, end, _ := strings.Cut(ref, ":")
	n, err := strconv.ParseInt(strings.TrimLeft(end, "$ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// record gives the cells of the next row of the sheet.
func (w *workbook) record() ([]string, int, error) {
	if !w.raw.Next() || !w.shown.Next() {
		if err := errors.Join(w.raw.Error(), w.shown.Error()); err != nil {
			return nil, w.row, errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": ""})
		}
		return nil, w.row, io.EOF
	}
	w.row++
	raw, err := w.raw.Columns(excelize.Options{RawCellValue: true})
	var shown []string
	if err == nil {
		shown, err = w.shown.Columns()
	}
	if err != nil {
		return nil, w.row, errs.Wrap(err, errs.Invalid, "tabular.workbook-broken", errs.Args{"file": ""})
	}
	w.progress()
	if raw = withoutBlankEnd(raw); len(raw) > maxFields {
		return nil, w.row, tooManyFields(w.row)
	}
	sum := 0
	for i := range raw {
		if i < len(shown) {
			raw[i] = cellText(raw[i], shown[i])
		}
		if sum += len(raw[i]); len(raw[i]) > w.o.MaxCell || sum > w.o.MaxRow {
			return nil, w.row, errs.New(errs.TooLarge, "tabular.row-too-large",
				errs.Args{"line": w.row, "limit": megabytes(int64(w.o.MaxRow))})
		}
	}
	return raw, w.row, nil
}

// withoutBlankEnd drops the empty cells that formats and frames leave to the right of a table.
func withoutBlankEnd(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// progress follows the rows, since the archive was unpacked before the first of them.
func (w *workbook) progress() {
	if w.rows > 0 {
		w.read.Store(int64(float64(w.size) * min(1, float64(w.row)/float64(w.rows))))
	}
}

// cellText chooses between a cell as stored and as shown. Numbers are taken as stored, so that nothing is rounded
// away, unless they are shown with leading zeros (a postcode) or with letters or separators of a date or an hour.
func cellText(raw, shown string) string {
	if raw == shown || shown == "" {
		return raw
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return shown // "TRUE" for the stored 1 of a boolean, for one
	}
	plain := strings.Trim(shown, "0123456789")
	switch {
	case plain == "" && strings.HasPrefix(shown, "0") && len(shown) > 1:
		return shown
	case strings.Count(shown, "-") == 2 || strings.Count(shown, "/") == 2 || strings.Contains(shown, ":"):
		return shown
	case shown == "TRUE" || shown == "FALSE":
		return shown
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func (w *workbook) next() (Row, error) { return w.table.next() }

func (w *workbook) close() error {
	var err error
	for _, rows := range []*excelize.Rows{w.raw, w.shown} {
		if rows != nil {
			err = errors.Join(err, rows.Close())
		}
	}
	return errors.Join(err, w.file.Close())
}
