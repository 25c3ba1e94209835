package company

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ValuesSQL writes the rows of a VALUES list with numbered parameters: "($1,$2),($3,$4)".
func ValuesSQL(rows, columns int) string {
	var b strings.Builder
	b.Grow(rows * columns * 6)
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteByte(',')
			}
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// InSQL writes count numbered parameters from first on, in brackets: "($2,$3,$4)".
func InSQL(first, count int) string {
	var b strings.Builder
	for i := range count {
		b.WriteString([]string{"($", ",$"}[min(i, 1)])
		b.WriteString(strconv.Itoa(first + i))
	}
	b.WriteByte(')')
	return b.String()
}

// Storable is s without what no TEXT column can hold: invalid UTF-8 becomes U+FFFD, NUL goes. All else stays.
func Storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// ListColumn reads and writes a list as JSON in a TEXT column, empty for an empty list.
type ListColumn[T any] struct{ list *[]T }

// List reads a TEXT column into *list, or writes *list to it.
func List[T any](list *[]T) ListColumn[T] { return ListColumn[T]{list} }

// Scan implements sql.Scanner.
func (c ListColumn[T]) Scan(src any) error {
	*c.list = nil
	text, err := columnText(src)
	if err != nil || len(text) == 0 {
		return err
	}
	return json.Unmarshal(text, c.list)
}

// Value implements driver.Valuer.
func (c ListColumn[T]) Value() (driver.Value, error) {
	if len(*c.list) == 0 {
		return "", nil
	}
	text, err := json.Marshal(*c.list)
	return string(text), err
}

// ProvenanceColumn reads and writes a provenance as JSON in a TEXT column. Most fields of a record come from one
// source, so each source is written once: {"s":[source,…],"f":{"name":0,…}}.
type ProvenanceColumn struct{ provenance *Provenance }

// ProvenanceOf reads a TEXT column into *p, or writes *p to it.
func ProvenanceOf(p *Provenance) ProvenanceColumn { return ProvenanceColumn{p} }

type storedProvenance struct {
	Sources []Source       `json:"s"`
	Fields  map[string]int `json:"f"`
}

// Scan implements sql.Scanner.
func (c ProvenanceColumn) Scan(src any) error {
	*c.provenance = nil
	text, err := columnText(src)
	if err != nil || len(text) == 0 {
		return err
	}
	var stored storedProvenance
	if err := json.Unmarshal(text, &stored); err != nil {
		return err
	}
	p := make(Provenance, len(stored.Fields))
	for field, at := range stored.Fields {
		if at < 0 || at >= len(stored.Sources) {
			return fmt.Errorf("company: provenance of %s names source %d of %d", field, at, len(stored.Sources))
		}
		p[field] = stored.Sources[at]
	}
	*c.provenance = p
	return nil
}

// Value implements driver.Valuer.
func (c ProvenanceColumn) Value() (driver.Value, error) {
	if len(*c.provenance) == 0 {
		return "", nil
	}
	stored := storedProvenance{Fields: make(map[string]int, len(*c.provenance))}
	for field, source := range *c.provenance {
		at := slices.IndexFunc(stored.Sources, source.Equal)
		if at < 0 {
			at = len(stored.Sources)
			stored.Sources = append(stored.Sources, source)
		}
		stored.Fields[field] = at
	}
	text, err := json.Marshal(stored)
	return string(text), err
}

func columnText(src any) ([]byte, error) {
	switch v := src.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(v), nil
	case []byte:
		return v, nil
	}
	return nil, fmt.Errorf("company: JSON in a column of %T", src)
}
