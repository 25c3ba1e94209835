package db

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A row of a backup is a JSON array. Text, whole numbers, booleans and NULL are JSON's own. A number with a point or an
// exponent is a DOUBLE PRECISION, written with the fewest digits that read back as the same number. What JSON
// cannot hold is an object: {"number": "NaN"}, {"bytes": base64} for text that is not UTF-8, {"time": RFC 3339}.
type oddValue struct {
	Number string     `json:"number,omitempty"`
	Bytes  *string    `json:"bytes,omitempty"`
	Time   *time.Time `json:"time,omitempty"`
}

// encodeRow appends a row and a line feed to b.
func encodeRow(b *bytes.Buffer, values []any) error {
	b.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encodeValue(b, v); err != nil {
			return err
		}
	}
	b.WriteString("]\n")
	return nil
}

func encodeValue(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		return encodeFloat(b, v)
	case string:
		return encodeText(b, v)
	case []byte:
		return encodeText(b, string(v))
	case time.Time:
		return encodeJSON(b, oddValue{Time: &v})
	default:
		return fmt.Errorf("db: a column of %T cannot be backed up", v)
	}
	return nil
}

func encodeFloat(b *bytes.Buffer, v float64) error {
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return encodeJSON(b, oddValue{Number: text})
	}
	b.WriteString(text)
	if !strings.ContainsAny(text, ".e") {
		b.WriteString(".0")
	}
	return nil
}

func encodeText(b *bytes.Buffer, v string) error {
	if !utf8.ValidString(v) {
		text := base64.StdEncoding.EncodeToString([]byte(v))
		return encodeJSON(b, oddValue{Bytes: &text})
	}
	return encodeJSON(b, v)
}

func encodeJSON(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line feed
	return nil
}

// decodeRow reads what encodeRow wrote, without the line feed.
func decodeRow(line []byte) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	values := make([]any, len(raw))
	for i, r := range raw {
		var err error
		if values[i], err = decodeValue(r); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func decodeValue(raw json.RawMessage) (any, error) {
	switch raw[0] {
	case 'n':
		return nil, nil
	case 't', 'f':
		return raw[0] == 't', nil
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case '{':
		return decodeOdd(raw)
	}
	if bytes.ContainsAny(raw, ".eE") {
		return strconv.ParseFloat(string(raw), 64)
	}
	return strconv.ParseInt(string(raw), 10, 64)
}

func decodeOdd(raw json.RawMessage) (any, error) {
	var odd oddValue
	if err := json.Unmarshal(raw, &odd); err != nil {
		return nil, err
	}
	switch {
	case odd.Time != nil:
		return *odd.Time, nil
	case odd.Bytes != nil:
		text, err := base64.StdEncoding.DecodeString(*odd.Bytes)
		return string(text), err
	}
	return strconv.ParseFloat(odd.Number, 64)
}
