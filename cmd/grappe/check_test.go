package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"grappe/internal/platform/db"
	"grappe/internal/schema"
)

// decoded is a file of a script as JSON; the file may be stdout.
func decoded(ts *testscript.TestScript, name string) any {
	var value any
	if err := json.Unmarshal([]byte(ts.ReadFile(name)), &value); err != nil {
		ts.Fatalf("%s is no JSON: %v", name, err)
	}
	return value
}

// at follows a path: names and numbers between dots, len for the length of a list.
func at(value any, path string) (any, error) {
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			inner, ok := v[step]
			if !ok {
				return nil, fmt.Errorf("no %q in %s", step, path)
			}
			value = inner
		case []any:
			if step == "len" {
				value = float64(len(v))
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil, fmt.Errorf("no element %q in %s", step, path)
			}
			value = v[i]
		default:
			return nil, fmt.Errorf("nothing at %q in %s", step, path)
		}
	}
	return value, nil
}

// json FILE PATH [VALUE]: the file has something there, of that value; with ! it has not.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH [VALUE]")
	}
	value, err := at(decoded(ts, args[0]), args[1])
	if len(args) == 2 {
		if neg == (err == nil) {
			ts.Fatalf("json %s %s: %v %v", args[0], args[1], value, err)
		}
		return
	}
	ts.Check(err)
	if got := fmt.Sprint(value); neg == (got == args[2]) {
		ts.Fatalf("json %s %s: %s", args[0], args[1], got)
	}
}

// sum FILE: the report of an import has every member that programs rely on, and every row has one outcome.
func scriptSum(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sum FILE")
	}
	report := decoded(ts, args[0])
	number := func(name string) float64 {
		value, err := at(report, name)
		ts.Check(err)
		n, ok := value.(float64)
		if !ok {
			ts.Fatalf("%s is %v, no number", name, value)
		}
		return n
	}
	parts := number("created") + number("updated") + number("unchanged") + number("merged") + number("rejected")
	if rows := number("rows"); parts != rows {
		ts.Fatalf("%v rows, but %v outcomes", rows, parts)
	}
	trial, _ := at(report, "dry_run")
	if run, err := at(report, "run"); err != nil || run == "" && trial != true {
		ts.Fatalf("the run has no identifier: %v", err)
	}
	list, err := at(report, "warnings")
	ts.Check(err)
	warnings, ok := list.([]any)
	if !ok {
		ts.Fatalf("warnings is no list")
	}
	for i := range warnings {
		for _, name := range []string{"row", "code", "message"} {
			if _, err := at(warnings[i], name); err != nil {
				ts.Fatalf("warning %d: %v", i, err)
			}
		}
	}
}

// setfrom VARIABLE FILE PATH: keeps a value of a JSON file.
func scriptSetFrom(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: setfrom VARIABLE FILE PATH")
	}
	value, err := at(decoded(ts, args[1]), args[2])
	ts.Check(err)
	ts.Setenv(args[0], fmt.Sprint(value))
}

// newer FILE: marks a base as migrated by a version of Grappe that is yet to come.
func scriptNewer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: newer FILE")
	}
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: db.SQLiteURL(ts.MkAbs(args[0])), Migrations: schema.FS})
	ts.Check(err)
	defer d.Close()
	ts.Check(d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
		return err
	}))
}

// spoil FILE CODE: makes the YAML of a territory of that base unreadable.
func scriptSpoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoil FILE CODE")
	}
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: db.SQLiteURL(ts.MkAbs(args[0])), Migrations: schema.FS})
	ts.Check(err)
	defer d.Close()
	ts.Check(d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE territories SET source = 'code: [', version = version + 1 WHERE code = $1", args[1])
		return err
	}))
}
