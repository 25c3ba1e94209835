package freshness

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// faults names the fields of an error.
func faults(err error) string {
	var names []string
	if e := errs.As(err); e != nil {
		for _, f := range e.Fields {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, " ")
}

func TestLinks(t *testing.T) {
	key, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	now := time.Date(2026, 2, 3, 9, 30, 12, 345, time.UTC)
	l := link{db.NewID(), now}
	token, err := l.token(key)
	if err != nil {
		t.Fatal(err)
	}
	if len(token) > 50 || strings.ContainsAny(token, "/+=?&") {
		t.Errorf("%q is no part of a path, or long", token)
	}
	got, ok := readLink(key, token)
	if !ok || got.Listing != l.Listing || !got.At.Equal(now.Truncate(time.Second)) {
		t.Errorf("%+v, %v", got, ok)
	}
	if got.over(got.At.AddDate(0, 18, 0)) || !got.over(got.At.AddDate(0, 18, 1)) {
		t.Error("it holds for 18 months")
	}
	if _, ok := readLink(other, token); ok {
		t.Error("another key reads it")
	}
	for _, broken := range []string{"", ".", token[:len(token)-1], token + "A", token + "=", token + "\n", " " + token, strings.ToUpper(token), strings.ToLower(token)} {
		if _, ok := readLink(key, broken); ok {
			t.Errorf("%q is read", broken)
		}
	}
	if _, err := (link{"not-a-uuid", now}).token(key); err == nil {
		t.Error("a link to nothing is made")
	}
}

// No other text is read as a link, and one that differs in a single sign least of all.
func TestForgedLinks(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	rapid.Check(t, func(t *rapid.T) {
		token, err := link{db.NewID(), time.UnixMilli(rapid.Int64Range(0, 4_000_000_000_000).Draw(t, "at"))}.token(key)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := readLink(key, token); !ok {
			t.Fatalf("%q is not read", token)
		}
		signs := []byte(token)
		i := rapid.IntRange(0, len(signs)-1).Draw(t, "place")
		signs[i] = rapid.SampledFrom([]byte("ABab01-_.~\x00")).Draw(t, "sign")
		if _, ok := readLink(key, string(signs)); ok && string(signs) != token {
			t.Fatalf("%q is read beside %q", signs, token)
		}
		if _, ok := readLink(key, rapid.String().Draw(t, "any")); ok {
			t.Fatal("anything is read")
		}
	})
}

func TestHiddenAddresses(t *testing.T) {
	one, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	a := hidden(one, "lea@exemple.nc")
	if a != hidden(one, "Lea@Exemple.nc") || a == hidden(other, "lea@exemple.nc") || a == hidden(one, "leo@exemple.nc") || strings.Contains(a, "lea") {
		t.Error(a)
	}
	if !IsAddress(addressPrefix+a) || IsAddress(addressPrefix) || IsAddress(db.NewID()) || IsAddress("") {
		t.Error("addresses are told from persons")
	}
}
