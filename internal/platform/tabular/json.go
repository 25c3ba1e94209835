package tabular

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"

	"grappe/internal/platform/errs"
)

// maxDepth is how deep objects and arrays may stand in each other.
const maxDepth = 64

// jsonRows streams the elements of one array of objects: the file itself, or the first such array inside it.
type jsonRows struct {
	text   *textInput
	dec    *json.Decoder
	budget *budget
	o      Options
	depth  int // of the array, in containers
	rank   int
	single *Row // the file was one object without any array of objects
}

// budget bounds how much may be read before a row is complete.
type budget struct {
	r     io.Reader
	left  int
	spent bool
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.spent = true
		return 0, errors.New("row too large")
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// openJSON finds the array of rows.
func openJSON(text *textInput, o Options) (*jsonRows, error) {
	j := &jsonRows{text: text, o: o}
	j.reset()
	found, err := j.findRows()
	if err != nil {
		return nil, j.fault(err)
	}
	if found {
		return j, nil
	}
	j.reset()
	var row Row
	if err := j.readSingle(&row); err != nil {
		return nil, err
	}
	j.single = &row
	return j, nil
}

func (j *jsonRows) reset() {
	j.budget = &budget{r: j.text.open(), left: j.o.MaxRow}
	j.dec = json.NewDecoder(j.budget)
	j.dec.UseNumber()
	j.depth = 0
}

// findRows reads up to the first element of the array of rows. It is false when the file, which was then read to
// its end and is well formed, holds no array of objects.
func (j *jsonRows) findRows() (bool, error) {
	for {
		j.budget.left = j.o.MaxRow
		tok, err := j.dec.Token()
		if errors.Is(err, io.EOF) && j.depth == 0 {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		switch tok {
		case json.Delim('['):
			j.depth++
			if j.depth > maxDepth {
				return false, j.tooDeep()
			}
			rows, err := j.atRows()
			if rows || err != nil {
				return rows, err
			}
		case json.Delim('{'):
			if j.depth++; j.depth > maxDepth {
				return false, j.tooDeep()
			}
		case json.Delim(']'), json.Delim('}'):
			if j.depth--; j.depth == 0 {
				return false, j.atEnd()
			}
		default:
			if j.depth == 0 {
				return false, errs.New(errs.Invalid, "tabular.no-rows", errs.Args{"file": j.text.name})
			}
		}
	}
}

// atRows looks, right after a bracket, at whether the array holds rows: any element at the top of the file, an
// object elsewhere.
func (j *jsonRows) atRows() (bool, error) {
	if j.depth == 1 {
		return true, nil
	}
	if !j.dec.More() {
		return false, nil
	}
	next, err := j.peek()
	return next == '{', err
}

// peek gives the first byte of the next value without consuming it.
func (j *jsonRows) peek() (byte, error) {
	rest, err := io.ReadAll(io.LimitReader(j.dec.Buffered(), 4096))
	if err != nil {
		return 0, err
	}
	rest = bytes.TrimLeft(rest, " \t\r\n,:")
	if len(rest) == 0 {
		return 0, nil
	}
	return rest[0], nil
}

func (j *jsonRows) next() (Row, error) {
	if j.rank > 0 && j.single != nil {
		return Row{}, io.EOF
	}
	if j.single != nil {
		j.rank++
		return *j.single, nil
	}
	j.budget.left = j.o.MaxRow
	if !j.dec.More() {
		if j.budget.spent {
			return Row{}, j.fault(errors.New("row too large"))
		}
		return Row{}, j.finish()
	}
	j.rank++
	f := flattener{dec: j.dec, maxCell: j.o.MaxCell, line: j.rank}
	object, err := f.element()
	if err != nil {
		return Row{}, j.fault(err)
	}
	return f.row(j.rank, object), nil
}

// finish reads what stands after the rows, so that a file cut short is told.
func (j *jsonRows) finish() error {
	for j.depth > 0 {
		j.budget.left = j.o.MaxRow
		tok, err := j.dec.Token()
		if err != nil {
			return j.fault(err)
		}
		switch tok {
		case json.Delim('['), json.Delim('{'):
			j.depth++
		case json.Delim(']'), json.Delim('}'):
			j.depth--
		}
	}
	if err := j.atEnd(); err != nil {
		return j.fault(err)
	}
	return io.EOF
}

// atEnd checks that nothing stands after the end of the value.
func (j *jsonRows) atEnd() error {
	j.budget.left = j.o.MaxRow
	_, err := j.dec.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		err = afterEnd{}
	}
	return err
}

// readSingle reads the whole file, one object, as one row.
func (j *jsonRows) readSingle(row *Row) error {
	f := flattener{dec: j.dec, maxCell: j.o.MaxCell, line: 1}
	object, err := f.element()
	if err != nil {
		return j.fault(err)
	}
	if *row = f.row(1, object); !object || len(row.Fields) == 0 {
		return errs.New(errs.Invalid, "tabular.no-rows", errs.Args{"file": j.text.name})
	}
	return nil
}

func (j *jsonRows) close() error { return nil }

func (j *jsonRows) tooDeep() error {
	return errs.New(errs.Invalid, "tabular.json-deep", errs.Args{"limit": maxDepth})
}

// afterEnd is the error for text that stands after the end of the value.
type afterEnd struct{}

func (afterEnd) Error() string { return "text after the end" }

// fault says where in the file the error stands.
func (j *jsonRows) fault(err error) error {
	if e := errs.As(err); e != nil {
		return e
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		line, column := j.text.position(math.MaxInt64)
		return errs.Wrap(io.ErrUnexpectedEOF, errs.Invalid, "tabular.json-cut", errs.Args{"line": line, "column": column})
	}
	line, column := j.text.position(j.dec.InputOffset())
	if j.budget.spent {
		return errs.Wrap(err, errs.TooLarge, "tabular.row-too-large",
			errs.Args{"line": line, "limit": megabytes(int64(j.o.MaxRow))})
	}
	if _, after := err.(afterEnd); after || isSyntax(err) { //nolint:errorlint // never wrapped
		return errs.Wrap(err, errs.Invalid, "tabular.json-malformed", errs.Args{"line": line, "column": column})
	}
	return j.text.unreadable(err)
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*json.SyntaxError](err)
	return ok
}
