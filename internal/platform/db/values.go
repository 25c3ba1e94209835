package db

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// NewID makes an identifier: a UUID of version 7 (RFC 9562), whose order is the order of making.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// ToMillis gives the milliseconds since 1970-01-01 UTC that stand for t in a BIGINT column, 0 for the zero time.
func ToMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMillis is the time, in UTC, that a BIGINT column holds; the zero time for 0.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// MillisColumn reads and writes a time as a BIGINT column of milliseconds.
type MillisColumn struct{ t *time.Time }

// Millis reads a BIGINT column into *t, or writes *t to it. NULL reads as the zero time.
func Millis(t *time.Time) MillisColumn { return MillisColumn{t} }

// Scan implements sql.Scanner.
func (m MillisColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m.t = time.Time{}
	case int64:
		*m.t = FromMillis(v)
	default:
		return fmt.Errorf("db: a time in a column of %T", src)
	}
	return nil
}

// Value implements driver.Valuer.
func (m MillisColumn) Value() (driver.Value, error) { return ToMillis(*m.t), nil }

// JSONColumn reads and writes a value as a TEXT column of JSON.
type JSONColumn struct{ v any }

// JSON reads a TEXT column into v, a pointer, or writes v or what it points to. NULL and the empty text leave v as
// it is.
func JSON(v any) JSONColumn { return JSONColumn{v} }

// Scan implements sql.Scanner.
func (j JSONColumn) Scan(src any) error {
	var text []byte
	switch v := src.(type) {
	case nil:
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("db: JSON in a column of %T", src)
	}
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, j.v)
}

// Value implements driver.Valuer.
func (j JSONColumn) Value() (driver.Value, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(j.v); err != nil {
		return nil, err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
