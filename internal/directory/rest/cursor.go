package rest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
)

// cursorParam is the name of the parameter that goes on from an earlier answer.
const cursorParam = "cursor"

// macSize is how many bytes of the code of a cursor are kept: 128 bits, which nobody guesses.
const macSize = 16

// Keys gives the keys of cursors, of this instance alone: the first signs, the others did before a backup was restored.
type Keys func(context.Context) ([][]byte, error)

// scope is what a cursor is good for: one operation of one territory under the same filters.
type scope struct {
	operation, territory, filters string
}

// cursors make and read cursors: a position as JSON behind its code (HMAC-SHA-256 over the scope and the position), in the
// alphabet of addresses (RFC 4648, 5). Readers take them for opaque.
type cursors struct{ keys Keys }

// alphabet refuses a last letter with bits that say nothing, so that no two cursors are one.
func alphabet() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// make writes a position as a cursor.
func (c cursors) make(ctx context.Context, s scope, position any) (string, error) {
	keys, err := c.keys(ctx)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("rest: cursor: %w", err)
	}
	return alphabet().EncodeToString(append(s.code(keys[0], payload), payload...)), nil
}

// read reads the position of a cursor. It returns errs.Usage for a cursor that is not ours or was made for something else,
// and errs.Gone for one from before a backup was restored.
func (c cursors) read(ctx context.Context, s scope, cursor string, position any) error {
	keys, err := c.keys(ctx)
	if err != nil {
		return err
	}
	text, err := alphabet().DecodeString(cursor)
	if err != nil || len(text) < macSize || strings.ContainsAny(cursor, "\r\n") { // which the decoder passes over
		return foreignCursor()
	}
	code, payload := text[:macSize], text[macSize:]
	for i, key := range keys {
		if !hmac.Equal(code, s.code(key, payload)) {
			continue
		}
		if i > 0 {
			return staleCursor()
		}
		if err := json.Unmarshal(payload, position); err != nil {
			return staleCursor() // written by a version that wrote positions otherwise
		}
		return nil
	}
	return foreignCursor()
}

// code authenticates a position for the scope. Each part stands behind its length, so that none runs into the next.
func (s scope) code(key, payload []byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range []string{s.operation, s.territory, s.filters} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	h.Write(payload)
	return h.Sum(nil)[:macSize]
}

func foreignCursor() error { return api.Fault(errs.Usage, cursorParam, "rest.foreign_cursor", nil) }

func staleCursor() error { return api.Fault(errs.Gone, cursorParam, "rest.stale_cursor", nil) }
