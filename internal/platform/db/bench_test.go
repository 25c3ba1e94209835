package db_test

import (
	"bytes"
	"context"
	"strconv"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

func benchmarkWrites(b *testing.B, d *db.DB) {
	for n := 0; b.Loop(); n++ {
		mustWrite(b, d, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: strconv.Itoa(n)}) })
	}
}

// A transaction that records one change, durable when it returns on SQLite (the tests' PostgreSQL does not sync).
func BenchmarkWriteSQLite(b *testing.B)   { benchmarkWrites(b, dbtest.SQLite(b)) }
func BenchmarkWritePostgres(b *testing.B) { benchmarkWrites(b, dbtest.Postgres(b)) }

// A backup of 20,000 rows, and its restoration into a new SQLite file.
func BenchmarkBackup(b *testing.B) {
	d := dbtest.SQLite(b)
	mustWrite(b, d, func(tx *db.Tx) error {
		for n := range 20_000 {
			if err := tx.Record(db.Change{Territory: "nc", Kind: "listing", ID: db.NewID(), Deleted: n%9 == 0}); err != nil {
				return err
			}
		}
		return nil
	})
	b.Run("backup", func(b *testing.B) {
		for b.Loop() {
			backup(b, d)
		}
	})
	archive := backup(b, d)
	b.Run("restore", func(b *testing.B) {
		for b.Loop() {
			o := db.Options{URL: db.SQLiteURL(b.TempDir() + "/x.db"), Migrations: schema.FS}
			if err := db.Restore(context.Background(), o, bytes.NewReader(archive)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
