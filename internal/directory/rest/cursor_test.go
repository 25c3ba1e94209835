package rest

import (
	"context"
	"errors"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
)

func keysOf(keys ...string) Keys {
	return func(context.Context) ([][]byte, error) {
		var all [][]byte
		for _, key := range keys {
			all = append(all, []byte(key))
		}
		return all, nil
	}
}

func made(t *testing.T, c cursors, s scope) string {
	t.Helper()
	cursor, err := c.make(t.Context(), s, search.Position{ID: "01970f3c", Score: 12, Day: "2026-02-03"})
	if err != nil {
		t.Fatal(err)
	}
	return cursor
}

// refusedAs fails the test unless the error is of the kind and names the parameter.
func refusedAs(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	e := errs.As(err)
	if e == nil || e.Kind != kind || len(e.Fields) != 1 || e.Fields[0].Name != "cursor" {
		t.Errorf("%s: %v, want a refusal of kind %d that names the cursor", what, err, kind)
	}
}

func TestCursorComesBack(t *testing.T) {
	c, s := cursors{keysOf("one")}, scope{"listings", "nc", "q=web"}
	cursor := made(t, c, s)
	for _, r := range cursor {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_') {
			t.Errorf("%q would have to be escaped in an address", r)
		}
	}
	var p search.Position
	if err := c.read(t.Context(), s, cursor, &p); err != nil || p.ID != "01970f3c" || p.Score != 12 || p.Day != "2026-02-03" {
		t.Errorf("%+v, %v", p, err)
	}
	if again := made(t, c, s); again != cursor {
		t.Error("the same position makes two cursors: no answer with one could be kept")
	}
}

// Whoever changes anything in a cursor, or uses it for another question, is refused.
func TestCursorIsBound(t *testing.T) {
	c, s := cursors{keysOf("one")}, scope{"listings", "nc", "q=web"}
	cursor := made(t, c, s)
	var p search.Position
	for i := range len(cursor) {
		for _, letter := range []byte("A_9zQ") {
			forged := []byte(cursor)
			if forged[i] == letter {
				continue
			}
			forged[i] = letter
			refusedAs(t, string(forged), c.read(t.Context(), s, string(forged), &p), errs.Usage)
		}
		refusedAs(t, cursor[:i], c.read(t.Context(), s, cursor[:i], &p), errs.Usage)
	}
	for _, forged := range []string{cursor + "A", cursor + "AAAA", cursor + "=", cursor + "\n", "A" + cursor, " " + cursor, "é", "////"} {
		refusedAs(t, forged, c.read(t.Context(), s, forged, &p), errs.Usage)
	}
	for _, other := range []scope{
		{"listings", "wf", "q=web"}, {"changes", "nc", "q=web"}, {"listings", "nc", "q=we"}, {"listings", "nc", ""}, {"listingsn", "c", "q=web"},
	} {
		refusedAs(t, other.operation+other.territory+other.filters, c.read(t.Context(), other, cursor, &p), errs.Usage)
	}
	refusedAs(t, "another instance", cursors{keysOf("two")}.read(t.Context(), s, cursor, &p), errs.Usage)
}

// A cursor from before a restore is told from a forged one.
func TestCursorFromBeforeARestore(t *testing.T) {
	s := scope{"changes", "nc", ""}
	cursor := made(t, cursors{keysOf("old")}, s)
	var p search.Position
	for _, keys := range []Keys{keysOf("new", "old"), keysOf("newer", "new", "old")} {
		refusedAs(t, "restored", cursors{keys}.read(t.Context(), s, cursor, &p), errs.Gone)
	}
	fails := errors.New("away")
	broken := cursors{func(context.Context) ([][]byte, error) { return nil, fails }}
	if err := broken.read(t.Context(), s, cursor, &p); !errors.Is(err, fails) {
		t.Error(err)
	}
	if _, err := broken.make(t.Context(), s, p); !errors.Is(err, fails) {
		t.Error(err)
	}
}
