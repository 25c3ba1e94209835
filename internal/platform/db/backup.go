package db

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A backup is a tar compressed by zstd. Its first entry is manifest.json, then come the rows of each table as
// tables/NAME/NNNNNN.jsonl, one JSON array of a row's values per line, and last summary.json with the counts and
// checksums. It names no engine's own type, so that a backup of either engine restores on either.
const (
	backupFormat  = 1
	manifestEntry = "manifest.json"
	summaryEntry  = "summary.json"
	tablesFolder  = "tables/"
	// partBytes is how large a part of a table grows before it is written: a tar entry names its size first.
	partBytes = 1 << 20
)

// Manifest says what a backup holds.
type Manifest struct {
	Format int       `json:"format"`
	Engine string    `json:"engine"`
	Schema int64     `json:"schema"` // number of the last migration
	At     time.Time `json:"at"`
	Tables []Table   `json:"tables"`
}

// Table is a table of a backup with its columns in the order of the values.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// tableSum is what summary.json says of a table: SHA256 is that of the bytes of all its parts.
type tableSum struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Backup writes all rows of all tables, as one snapshot of the database while it serves: a transaction is in it
// whole or not at all. It returns errs.Unavailable when the database fails, and the error of w when w fails; what
// was written by then is no backup, and Restore refuses it.
func (d *DB) Backup(ctx context.Context, w io.Writer) error { return d.backup(ctx, w, nil) }

// backup writes the rows of the tables that are named, of all where none is.
func (d *DB) backup(ctx context.Context, w io.Writer, tables []string) error {
	return d.View(ctx, func(tx *Tx) error {
		manifest, err := d.describe(ctx, tx)
		if err != nil {
			return err
		}
		if tables != nil {
			manifest.Tables = slices.DeleteFunc(manifest.Tables, func(t Table) bool { return !slices.Contains(tables, t.Name) })
		}
		zw, err := zstd.NewWriter(w)
		if err != nil {
			return err
		}
		b := &backup{ctx: ctx, tx: tx, tar: tar.NewWriter(zw), at: manifest.At, sums: map[string]tableSum{}}
		if err := b.write(manifest); err != nil {
			zw.Close()
			return err
		}
		return zw.Close()
	})
}

// describe reads the manifest from the database's own catalogue.
func (d *DB) describe(ctx context.Context, q Querier) (Manifest, error) {
	m := Manifest{Format: backupFormat, Engine: d.engine.name, At: time.Now().UTC()}
	var err error
	if m.Schema, err = lastVersion(ctx, q); err != nil {
		return m, err
	}
	m.Tables, err = d.catalogue(ctx, q)
	return m, err
}

func (d *DB) catalogue(ctx context.Context, q Querier) ([]Table, error) {
	names, err := texts(ctx, q, d.engine.tables)
	if err != nil {
		return nil, err
	}
	tables := make([]Table, len(names))
	for i, name := range names {
		tables[i].Name = name
		if tables[i].Columns, err = texts(ctx, q, d.engine.columns, name); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// texts gives the first column of a query's rows.
func texts(ctx context.Context, q Querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// backup is a backup being written.
type backup struct {
	ctx  context.Context
	tx   *Tx
	tar  *tar.Writer
	at   time.Time
	sums map[string]tableSum
}

func (b *backup) write(m Manifest) error {
	if err := b.entryJSON(manifestEntry, m); err != nil {
		return err
	}
	for _, table := range m.Tables {
		if err := b.table(table); err != nil {
			return fmt.Errorf("db: backup of %s: %w", table.Name, err)
		}
	}
	if err := b.entryJSON(summaryEntry, b.sums); err != nil {
		return err
	}
	return b.tar.Close()
}

func (b *backup) entryJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return b.entry(name, text)
}

func (b *backup) entry(name string, content []byte) error {
	err := b.tar.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600, ModTime: b.at, Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	_, err = b.tar.Write(content)
	return err
}

// table writes the rows of one table, a part at a time, so that memory does not grow with the table.
func (b *backup) table(t Table) error {
	rows, err := b.tx.QueryContext(b.ctx, "SELECT "+quoteAll(t.Columns)+" FROM "+quote(t.Name))
	if err != nil {
		return err
	}
	defer rows.Close()
	truth, err := booleans(rows)
	if err != nil {
		return err
	}
	out := &tableWriter{backup: b, name: t.Name, hash: sha256.New()}
	values := make([]any, len(t.Columns))
	targets := make([]any, len(t.Columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for _, i := range truth {
			if n, ok := values[i].(int64); ok {
				values[i] = n != 0
			}
		}
		if err := out.row(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.end()
}

// booleans gives the places of the BOOLEAN columns, whose values SQLite holds as numbers.
func booleans(rows *sql.Rows) ([]int, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var places []int
	for i, column := range types {
		if column.DatabaseTypeName() == "BOOLEAN" {
			places = append(places, i)
		}
	}
	return places, nil
}

// tableWriter gathers rows into parts.
type tableWriter struct {
	backup *backup
	name   string
	part   bytes.Buffer
	parts  int
	rows   int64
	hash   hash.Hash
}

func (w *tableWriter) row(values []any) error {
	if err := encodeRow(&w.part, values); err != nil {
		return err
	}
	w.rows++
	if w.part.Len() < partBytes {
		return nil
	}
	return w.flush()
}

func (w *tableWriter) flush() error {
	if w.part.Len() == 0 {
		return nil
	}
	w.parts++
	w.hash.Write(w.part.Bytes())
	err := w.backup.entry(fmt.Sprintf("%s%s/%06d.jsonl", tablesFolder, w.name, w.parts), w.part.Bytes())
	w.part.Reset()
	return err
}

func (w *tableWriter) end() error {
	if err := w.flush(); err != nil {
		return err
	}
	w.backup.sums[w.name] = tableSum{Rows: w.rows, SHA256: hex.EncodeToString(w.hash.Sum(nil))}
	return nil
}

// quote quotes a name of a table or column for both engines.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}
