// Package tabular reads rows out of the files that people have (CSV, TSV, JSON, JSON Lines, GeoJSON, XLSX), whatever
// their encoding and delimiter, and writes rows back in the same formats; memory does not grow with the file. It
// must not know what the rows are about: no company, no territory, no mapping.
package tabular

import (
	"context"
	"embed"
	"errors"
	"io"
	"os"
	"sync/atomic"

	"grappe/internal/platform/errs"
)

// Texts holds the sentences behind the keys of this package's errors and warnings.
//
//go:embed texts
var Texts embed.FS

// Format is the shape of a file.
type Format string

// The formats read and written. TSV is CSV with tabulations; it is told apart for the person's sake.
const (
	CSV       Format = "csv"
	TSV       Format = "tsv"
	JSON      Format = "json"
	JSONLines Format = "jsonl"
	GeoJSON   Format = "geojson"
	XLSX      Format = "xlsx"
)

// Encoding is how the bytes of a text file spell letters.
type Encoding string

// The encodings read. XLSX files have none of them: the empty one.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// Limits used where Options leaves zero, in bytes.
const (
	DefaultMaxBytes = 2<<30 - 1 // a file of 2 GiB is refused before it is read
	DefaultMaxCell  = 1 << 20
	DefaultMaxRow   = 8 << 20
	maxWorkbook     = 256 << 20 // a workbook is held in memory while it is packed
	maxFields       = 2000      // of a row
)

// Options say what the caller knows better than the file's content does. The zero value detects everything.
type Options struct {
	Format    Format   // empty: by content
	Encoding  Encoding // empty: by content
	Delimiter rune     // 0: by content, among , ; tabulation and |
	Sheet     string   // the sheet of a workbook; empty: the first
	MaxBytes  int64    // largest file; 0: DefaultMaxBytes
	MaxCell   int      // largest value of one cell; 0: DefaultMaxCell
	MaxRow    int      // largest row; 0: DefaultMaxRow
	// MaxUnpacked is the largest workbook once it is unpacked; 0: 2 GiB. A file of a few kilobytes can ask for all of it.
	MaxUnpacked int64
}

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxCell <= 0 {
		o.MaxCell = DefaultMaxCell
	}
	if o.MaxRow <= 0 {
		o.MaxRow = DefaultMaxRow
	}
	if o.MaxUnpacked <= 0 {
		o.MaxUnpacked = maxUnpacked
	}
	return o
}

// Field is one value of a row under its path: the header of its column, or for JSON the dotted way to it
// ("properties.name", "geolocalisation.lon", "contacts.0.mail").
//
// Value is a string (always, for CSV, TSV and XLSX), or for JSON a json.Number as written in the file, a bool,
// nil, or a []any of those for an array.
type Field struct {
	Path  string
	Value any
}

// Row is one record of the file.
type Row struct {
	// Line is where the row begins: the line of a text file, the row of a sheet, and for JSON arrays and
	// GeoJSON the rank of the element, counted from 1.
	Line int
	// Fields are the values, in the order of the file.
	Fields []Field
	// Notes tell what is odd in this row alone; reading goes on.
	Notes []Warning
}

// Get finds the value at a path. For a key that JSON gives twice, the last counts.
func (r Row) Get(path string) (any, bool) {
	for i := len(r.Fields) - 1; i >= 0; i-- {
		if r.Fields[i].Path == path {
			return r.Fields[i].Value, true
		}
	}
	return nil, false
}

// Warning is something that the person should know and that does not stop the reading. Line is 0 when it is
// about the file as a whole.
type Warning struct {
	Line int
	Key  string
	Args errs.Args
}

// source is one format's stream of rows: io.EOF at its end.
type source interface {
	next() (Row, error)
	close() error
}

// Reader streams the rows of one file. It is used by one goroutine; Progress alone may be called by others.
type Reader struct {
	ctx      context.Context //nolint:containedctx // a reader lives as long as one call of Open's caller
	src      source
	format   Format
	encoding Encoding
	delim    rune
	columns  []string
	sheets   []string
	warnings []Warning
	text     *textInput
	read     *atomic.Int64
	total    int64
	failed   error
	closer   io.Closer
}

// OpenFile opens the file at path. Errors are those of Open, and errs.NotFound for a file that is not there.
func OpenFile(ctx context.Context, path string, o Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, errs.Wrap(err, errs.NotFound, "tabular.not-found", errs.Args{"file": path})
		}
		return nil, errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": path})
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a directory")
	}
	if err != nil {
		_ = f.Close()
		return nil, errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": path})
	}
	r, err := Open(ctx, path, f, info.Size(), o)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	r.closer = f
	return r, nil
}

// Open recognises the format, encoding and delimiter of a file of size bytes by its content and makes it ready
// to stream; name is only used in sentences. Text files are scanned once for their encoding. A file that is empty,
// binary, broken or too large gives an errs.E of kind Invalid or TooLarge whose sentence says what to do.
func Open(ctx context.Context, name string, r io.ReaderAt, size int64, o Options) (*Reader, error) {
	o = o.withDefaults()
	if size > o.MaxBytes {
		return nil, errs.New(errs.TooLarge, "tabular.too-large",
			errs.Args{"file": name, "size": megabytes(size), "limit": megabytes(o.MaxBytes)})
	}
	rd := &Reader{ctx: ctx, read: new(atomic.Int64), total: size}
	head, err := readHead(r, size)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": name})
	}
	if len(head) == 0 {
		return nil, errs.New(errs.Invalid, "tabular.empty", errs.Args{"file": name})
	}
	if kind := magic(head); kind == kindZip {
		err = rd.openWorkbook(name, r, size, o)
	} else if kind != "" {
		err = refuse(kind, name)
	} else {
		err = rd.openText(name, r, size, o)
	}
	if err != nil {
		return nil, err
	}
	return rd, nil
}

// openText opens a file of text: JSON in one of its shapes, or delimited.
func (r *Reader) openText(name string, at io.ReaderAt, size int64, o Options) error {
	text, err := newTextInput(r.ctx, name, at, size, o.Encoding, r.read)
	if err != nil {
		return err
	}
	r.text, r.encoding = text, text.encoding
	head, err := text.head(sniffBytes)
	if err != nil {
		return err
	}
	r.format, err = sniffText(name, head, o.Format)
	if err != nil {
		return err
	}
	switch r.format {
	case JSON, GeoJSON:
		r.src, err = openJSON(text, o)
	case JSONLines:
		r.src, err = openJSONLines(text, o)
	default:
		err = r.openDelimited(text, head, o)
	}
	return err
}

// Next gives the next row, io.EOF after the last one. After any other error the reader gives that error again.
func (r *Reader) Next() (Row, error) {
	if r.failed != nil {
		return Row{}, r.failed
	}
	row, err := Row{}, r.ctx.Err()
	if err == nil {
		row, err = r.src.next()
	}
	if err != nil {
		r.failed = err
		if err == io.EOF { //nolint:errorlint // sources give io.EOF itself
			r.read.Store(r.total)
		}
	}
	return row, err
}

// Format is the format found.
func (r *Reader) Format() Format { return r.format }

// Encoding is the encoding found, empty for a workbook.
func (r *Reader) Encoding() Encoding { return r.encoding }

// Delimiter is the delimiter found, 0 for a format that has none.
func (r *Reader) Delimiter() rune { return r.delim }

// Columns are the headers of a CSV, TSV or XLSX file, made unique; nil for JSON.
func (r *Reader) Columns() []string { return r.columns }

// Sheets are the sheets of a workbook, in their order; nil for any other file.
func (r *Reader) Sheets() []string { return r.sheets }

// Warnings are those about the file as a whole. They are complete once Next has given io.EOF.
func (r *Reader) Warnings() []Warning {
	if r.text == nil {
		return r.warnings
	}
	return append(r.warnings[:len(r.warnings):len(r.warnings)], r.text.warnings()...)
}

// Progress is how many bytes were read, of how many. It may be called while another goroutine reads.
func (r *Reader) Progress() (read, total int64) { return min(r.read.Load(), r.total), r.total }

// Close releases the file and its temporary copies.
func (r *Reader) Close() error {
	var err error
	if r.src != nil {
		err = r.src.close()
	}
	if r.closer != nil {
		err = errors.Join(err, r.closer.Close())
	}
	return err
}

const keyTooManyFields = "tabular.too-many-fields"

func tooManyFields(line int) error {
	return errs.New(errs.TooLarge, keyTooManyFields, errs.Args{"line": line, "limit": maxFields})
}

func megabytes(n int64) int64 { return (n + 1<<20 - 1) >> 20 }
