package db

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"grappe/internal/platform/errs"
)

func TestPostgresErrorsAreExplained(t *testing.T) {
	d := &DB{engine: postgresEngine()}
	for code, key := range map[string]string{
		"53100": "db.full", "25006": "db.readonly", "42501": "db.readonly", "XX001": "db.corrupt", "58030": "db.disk",
		"3D000": "db.missing", "53300": "db.busy", "40P01": "db.busy", "22021": "db.text", "57P03": "db.unreachable",
		"23505": "db.conflict", "23503": "db.conflict", "23514": "db.conflict", "28P01": "db.refused", "08006": "db.unreachable",
	} {
		inner := fmt.Errorf("inserting: %w", &pgconn.PgError{Code: code})
		err := d.explained(inner)
		if e := errs.As(err); e == nil || e.Key != key || !errors.Is(err, inner) {
			t.Errorf("%s is explained as %v, not %s", code, err, key)
		}
		if again := d.engine.again(inner); again != (code == "40P01") {
			t.Errorf("%s: run again: %v", code, again)
		}
	}
	for _, err := range []error{io.ErrUnexpectedEOF, driver.ErrBadConn, &pgconn.ConnectError{Config: &pgconn.Config{}}} {
		if e := errs.As(d.explained(err)); e == nil || e.Key != "db.unreachable" {
			t.Errorf("%v is explained as %v", err, e)
		}
	}
	syntax := &pgconn.PgError{Code: "42601"}
	for _, err := range []error{context.Canceled, fmt.Errorf("x: %w", context.DeadlineExceeded), syntax, errs.New(errs.Gone, "other", nil)} {
		if got := d.explained(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// A row reads back as it was written, whatever it holds.
func TestRowsReadBackAsWritten(t *testing.T) {
	values := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(v bool) any { return v }),
		rapid.Map(rapid.Int64(), func(v int64) any { return v }),
		rapid.Map(rapid.Float64(), func(v float64) any { return v }),
		rapid.Map(rapid.SampledFrom([]float64{math.Inf(1), math.Inf(-1), math.Copysign(0, -1), math.MaxFloat64}), func(v float64) any { return v }),
		rapid.Map(rapid.String(), func(v string) any { return v }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(v []byte) any { return string(v) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(values, 1, 8).Draw(t, "row")
		var b bytes.Buffer
		if err := encodeRow(&b, row); err != nil {
			t.Fatal(err)
		}
		line := b.Bytes()
		if bytes.IndexByte(line, '\n') != len(line)-1 {
			t.Fatalf("%q is not one line", line)
		}
		back, err := decodeRow(line)
		if err != nil || !reflect.DeepEqual(back, row) {
			t.Fatalf("%#v reads back as %#v, %v", row, back, err)
		}
	})
}

func TestOddValues(t *testing.T) {
	at := time.Date(2026, 2, 3, 4, 5, 6, 7, time.UTC)
	var b bytes.Buffer
	if err := encodeRow(&b, []any{math.NaN(), at, []byte("\xff"), 1640.0, int64(1640)}); err != nil {
		t.Fatal(err)
	}
	if want := `[{"number":"NaN"},{"time":"2026-02-03T04:05:06.000000007Z"},{"bytes":"/w=="},1640.0,1640]` + "\n"; b.String() != want {
		t.Fatalf("the row is %s", b.String())
	}
	back, err := decodeRow(b.Bytes())
	if err != nil || !math.IsNaN(back[0].(float64)) || back[1] != at || back[2] != "\xff" || back[3] != 1640.0 || back[4] != int64(1640) {
		t.Fatalf("it reads back as %#v, %v", back, err)
	}
	if err := encodeRow(&b, []any{struct{}{}}); err == nil {
		t.Error("a struct was written")
	}
}
