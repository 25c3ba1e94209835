package tabular

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"grappe/internal/platform/errs"
)

// Limits of one JSON row. Each field repeats the keys of the objects around it, so that a small file could otherwise
// ask for any amount of memory.
const (
	maxPath  = 1 << 10 // bytes of a field's path
	maxItems = 200_000 // values inside arrays: the corners of a large outline
)

// flattener reads one JSON value token by token into the fields of a row, keeping the order of the file.
type flattener struct {
	dec     *json.Decoder
	maxCell int
	line    int // of the row, for errors
	fields  []Field
	depth   int
	items   int
}

// element reads one element of the array of rows and reports whether it was an object. Any other value is passed over.
func (f *flattener) element() (bool, error) {
	tok, err := f.dec.Token()
	if err != nil {
		return false, unexpected(err)
	}
	if tok == json.Delim('{') {
		return true, f.object("")
	}
	if tok == json.Delim('[') {
		_, err = f.array("")
		f.fields = nil
	}
	return false, err
}

// row makes the row of what element read.
func (f *flattener) row(line int, object bool) Row {
	row := Row{Line: line, Fields: f.fields}
	if !object {
		row.Notes = []Warning{{Line: line, Key: "tabular.warn.not-object"}}
		return row
	}
	row.Fields = withPoint(row.Fields)
	return row
}

// object reads the members of an object whose brace was read.
func (f *flattener) object(prefix string) error {
	if err := f.deeper(); err != nil {
		return err
	}
	empty := true
	for {
		tok, err := f.dec.Token()
		if err != nil {
			return unexpected(err)
		}
		if tok == json.Delim('}') {
			break
		}
		key, _ := tok.(string) // the decoder gives only strings here
		empty = false
		path, err := f.join(prefix, key)
		if err != nil {
			return err
		}
		if err := f.member(path); err != nil {
			return err
		}
	}
	f.depth--
	if empty && prefix != "" {
		return f.add(prefix, nil)
	}
	return nil
}

// join makes the path of a member.
func (f *flattener) join(prefix, key string) (string, error) {
	if len(prefix)+1+len(key) > maxPath {
		return "", errs.New(errs.TooLarge, "tabular.path-too-long", errs.Args{"line": f.line, "limit": maxPath})
	}
	if prefix == "" {
		return key, nil
	}
	return prefix + "." + key, nil
}

// add takes a field in.
func (f *flattener) add(path string, value any) error {
	if len(f.fields) == maxFields {
		return tooManyFields(f.line)
	}
	f.fields = append(f.fields, Field{Path: path, Value: value})
	return nil
}

// item counts a value of an array.
func (f *flattener) item() error {
	if f.items++; f.items > maxItems {
		return errs.New(errs.TooLarge, "tabular.too-many-values", errs.Args{"line": f.line, "limit": maxItems})
	}
	return nil
}

// member reads one value into the fields under path.
func (f *flattener) member(path string) error {
	tok, err := f.dec.Token()
	if err != nil {
		return unexpected(err)
	}
	switch tok {
	case json.Delim('{'):
		return f.object(path)
	case json.Delim('['):
		at := len(f.fields)
		list, err := f.array(path)
		if err != nil {
			return err
		}
		if len(list) > 0 || at == len(f.fields) {
			return f.add(path, list)
		}
		return nil
	}
	if err := f.checkSize(tok); err != nil {
		return err
	}
	return f.add(path, tok)
}

// array reads the elements of an array whose bracket was read. Objects in it become fields under path and their
// rank; the other values are given back.
func (f *flattener) array(path string) ([]any, error) {
	if err := f.deeper(); err != nil {
		return nil, err
	}
	list := []any{}
	for i := 0; ; i++ {
		tok, err := f.dec.Token()
		if err != nil {
			return nil, unexpected(err)
		}
		if tok == json.Delim(']') {
			f.depth--
			return list, nil
		}
		if err := f.item(); err != nil {
			return nil, err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			var inner []any
			var rank string
			if rank, err = f.join(path, strconv.Itoa(i)); err != nil {
				return nil, err
			}
			if tok == json.Delim('{') {
				err = f.object(rank)
				break
			}
			inner, err = f.array(rank)
			list = append(list, inner)
		default:
			err = f.checkSize(tok)
			list = append(list, tok)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (f *flattener) deeper() error {
	if f.depth++; f.depth > maxDepth {
		return errs.New(errs.Invalid, "tabular.json-deep", errs.Args{"limit": maxDepth})
	}
	return nil
}

func (f *flattener) checkSize(tok json.Token) error {
	if s, ok := tok.(string); ok && len(s) > f.maxCell {
		return errs.New(errs.TooLarge, "tabular.cell-too-large",
			errs.Args{"line": f.line, "limit": megabytes(int64(f.maxCell))})
	}
	return nil
}

// unexpected is the error for a value that stops in its middle.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// withPoint adds geometry.lon and geometry.lat to the row of a GeoJSON Point (RFC 7946: longitude first).
func withPoint(fields []Field) []Field {
	point := false
	for _, f := range fields {
		switch f.Path {
		case "geometry.type":
			point = f.Value == "Point"
		case "geometry.coordinates":
			c, ok := f.Value.([]any)
			if !ok || len(c) < 2 {
				return fields
			}
			lon, ok1 := c[0].(json.Number)
			lat, ok2 := c[1].(json.Number)
			if ok1 && ok2 {
				fields = append(fields, Field{"geometry.lon", lon}, Field{"geometry.lat", lat})
			}
		}
	}
	if !point && len(fields) > 1 && fields[len(fields)-1].Path == "geometry.lat" {
		return fields[:len(fields)-2]
	}
	return fields
}

// jsonLines streams one object per line.
type jsonLines struct {
	text *textInput
	r    *bufio.Reader
	o    Options
	line int
}

func openJSONLines(text *textInput, o Options) (*jsonLines, error) {
	return &jsonLines{text: text, r: bufio.NewReaderSize(text.open(), 64<<10), o: o}, nil
}

func (j *jsonLines) next() (Row, error) {
	for {
		raw, err := j.readLine()
		if err != nil {
			return Row{}, err
		}
		if len(bytes.TrimSpace(raw)) > 0 {
			return j.parse(raw)
		}
	}
}

// readLine gives the next line, without its end, io.EOF when there is none.
func (j *jsonLines) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := j.r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > j.o.MaxRow {
			return nil, errs.New(errs.TooLarge, "tabular.row-too-large",
				errs.Args{"line": j.line + 1, "limit": megabytes(int64(j.o.MaxRow))})
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, j.text.unreadable(err)
		case err != nil && len(line) == 0:
			return nil, io.EOF
		}
		j.line++
		return line, nil
	}
}

func (j *jsonLines) parse(raw []byte) (Row, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	f := flattener{dec: dec, maxCell: j.o.MaxCell, line: j.line}
	object, err := f.element()
	if err == nil {
		if _, end := dec.Token(); !errors.Is(end, io.EOF) {
			err = afterEnd{}
		}
	}
	if e := errs.As(err); e != nil {
		return Row{}, e
	}
	if err != nil {
		at := bytes.TrimRight(raw[:min(int(dec.InputOffset()), len(raw))], " \t\r\n")
		return Row{}, errs.Wrap(err, errs.Invalid, "tabular.json-malformed",
			errs.Args{"line": j.line, "column": 1 + len(bytes.Runes(at))})
	}
	return f.row(j.line, object), nil
}

func (j *jsonLines) close() error { return nil }
