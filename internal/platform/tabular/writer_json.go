package tabular

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// member is a key of the object to write: a column, or an object of members.
type member struct {
	key     string
	column  int // -1 for an object
	members []*member
}

// nest turns columns whose keys share a prefix into objects, in the order of their first column. A column without a key
// is all there is.
func nest(columns []Column, skip ...string) *member {
	if whole := slices.IndexFunc(columns, func(c Column) bool { return c.Key == "" }); whole >= 0 {
		return &member{column: whole}
	}
	root := &member{column: -1}
	for i, c := range columns {
		if !slices.Contains(skip, c.Key) {
			root.add(strings.Split(c.Key, "."), i)
		}
	}
	return root
}

func (m *member) add(path []string, column int) {
	for _, child := range m.members {
		if len(path) > 1 && child.key == path[0] && child.column < 0 {
			child.add(path[1:], column)
			return
		}
	}
	if len(path) == 1 {
		m.members = append(m.members, &member{key: path[0], column: column})
		return
	}
	child := &member{key: path[0], column: -1}
	child.add(path[1:], column)
	m.members = append(m.members, child)
}

func (m *member) encode(b *bytes.Buffer, values []any) error {
	if m.column >= 0 {
		var v any
		if m.column < len(values) {
			v = values[m.column]
		}
		return encode(b, v)
	}
	b.WriteByte('{')
	for i, child := range m.members {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encode(b, child.key); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := child.encode(b, values); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// encode writes one value as JSON, with & < > left readable.
func encode(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line end that Encode adds
	return nil
}

type jsonWriter struct {
	w            *bufio.Writer
	root         *member
	between, end string
	start        string
	after        string // each row
	rows         int
	buf          bytes.Buffer
	object       func(b *bytes.Buffer, values []any) error
}

func newJSONWriter(w io.Writer, columns []Column, start, between, end string) *jsonWriter {
	j := &jsonWriter{w: bufio.NewWriterSize(w, 32<<10), root: nest(columns), start: start, between: between, end: end}
	j.object = j.root.encode
	return j
}

// newGeoJSONWriter writes a FeatureCollection (RFC 7946).
func newGeoJSONWriter(w io.Writer, columns []Column) *jsonWriter {
	find := func(key string) int {
		return slices.IndexFunc(columns, func(c Column) bool { return c.Key == key })
	}
	id, lat, lon := find("id"), find("lat"), find("lon")
	j := newJSONWriter(w, columns, "{\"type\":\"FeatureCollection\",\"features\":[\n", ",\n", "\n]}\n")
	properties := nest(columns, "lat", "lon")
	j.object = func(b *bytes.Buffer, values []any) error {
		at := func(i int) any {
			if i < 0 || i >= len(values) {
				return nil
			}
			return values[i]
		}
		b.WriteString(`{"type":"Feature",`)
		if v := at(id); v != nil {
			b.WriteString(`"id":`)
			if err := encode(b, v); err != nil {
				return err
			}
			b.WriteByte(',')
		}
		var geometry any
		if x, y := at(lon), at(lat); isNumber(x) && isNumber(y) {
			geometry = map[string]any{"type": "Point", "coordinates": []any{x, y}}
		}
		b.WriteString(`"geometry":`)
		if err := encode(b, geometry); err != nil {
			return err
		}
		b.WriteString(`,"properties":`)
		if err := properties.encode(b, values); err != nil {
			return err
		}
		b.WriteByte('}')
		return nil
	}
	return j
}

func (j *jsonWriter) Write(values []any) error {
	j.buf.Reset()
	if j.rows == 0 {
		j.buf.WriteString(j.start)
	} else {
		j.buf.WriteString(j.between)
	}
	if err := j.object(&j.buf, values); err != nil {
		return err
	}
	j.buf.WriteString(j.after)
	j.rows++
	_, err := j.w.Write(j.buf.Bytes())
	return err
}

func (j *jsonWriter) Flush() error { return j.w.Flush() }

func (j *jsonWriter) Close() error {
	if j.rows == 0 {
		if _, err := j.w.WriteString(j.start); err != nil {
			return err
		}
	}
	if _, err := j.w.WriteString(j.end); err != nil {
		return err
	}
	return j.w.Flush()
}
