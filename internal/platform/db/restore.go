package db

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"grappe/internal/platform/errs"
)

// Restore fills the database of the options, which must be empty, from a backup, then migrates it to the present
// schema. Rows, counts and checksums are verified before anything is committed: after an error the
// database is still empty. It returns errs.Conflict for a database with rows (key db.not_empty) or with a schema
// beyond the backup's (db.not_fresh) and for a backup of a newer version (db.newer_backup), errs.Invalid for what is no backup or a damaged one (db.not_backup,
// db.damaged_backup), and what Open returns.
func Restore(ctx context.Context, o Options, r io.Reader) error {
	archive, err := openArchive(r)
	if err != nil {
		return err
	}
	defer archive.close()
	d, err := connect(ctx, o)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.prepare(ctx, o, archive.manifest); err != nil {
		return err
	}
	if err := d.Write(ctx, func(tx *Tx) error { return archive.restore(ctx, tx) }); err != nil {
		return err
	}
	return d.migrate(ctx, o.Migrations, latest)
}

// prepare brings an empty database to the schema that the backup was made with; the steps after it then run on the
// restored rows.
func (d *DB) prepare(ctx context.Context, o Options, m Manifest) error {
	if err := mustBeEmpty(ctx, d.Read(), d.engine); err != nil {
		return err
	}
	provider, err := d.provider(o.Migrations)
	if err != nil {
		return err
	}
	current, err := d.version(ctx)
	known := known(provider)
	switch {
	case err != nil:
		return err
	case m.Schema < 1:
		return damaged(errors.New("db: the manifest names no schema"))
	case m.Schema > known:
		return errs.New(errs.Conflict, "db.newer_backup", errs.Args{"version": m.Schema, "known": known})
	case current > m.Schema:
		return errs.New(errs.Conflict, "db.not_fresh", errs.Args{"version": current, "backup": m.Schema})
	}
	return d.migrate(ctx, o.Migrations, m.Schema)
}

// mustBeEmpty refuses a database with rows. No migration step inserts rows of its own.
func mustBeEmpty(ctx context.Context, q Querier, e engine) error {
	names, err := texts(ctx, q, e.tables)
	if err != nil {
		return err
	}
	for _, name := range names {
		var full bool
		err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+quote(name)+")").Scan(&full)
		if err != nil {
			return err
		}
		if full {
			return errs.New(errs.Conflict, "db.not_empty", errs.Args{"table": name})
		}
	}
	return nil
}

// archive is a backup being read.
type archive struct {
	manifest Manifest
	zstd     *zstd.Decoder
	tar      *tar.Reader
}

// longestManifest bounds what is read of an entry that is held in memory whole.
const longestManifest = 4 << 20

func openArchive(r io.Reader) (*archive, error) {
	none := func(err error) error { return errs.Wrap(err, errs.Invalid, "db.not_backup", nil) }
	zr, err := zstd.NewReader(r)
	if err != nil {
		return nil, none(err)
	}
	a := &archive{zstd: zr, tar: tar.NewReader(zr)}
	header, err := a.tar.Next()
	if err != nil || header.Name != manifestEntry {
		zr.Close()
		return nil, none(err)
	}
	if err := json.NewDecoder(io.LimitReader(a.tar, longestManifest)).Decode(&a.manifest); err != nil {
		zr.Close()
		return nil, none(err)
	}
	if a.manifest.Format != backupFormat {
		zr.Close()
		return nil, errs.New(errs.Conflict, "db.newer_backup",
			errs.Args{"version": int64(a.manifest.Format), "known": int64(backupFormat)})
	}
	return a, nil
}

func (a *archive) close() { a.zstd.Close() }

// damaged is the error for an archive that does not hold what it should.
func damaged(err error) error {
	if errs.As(err) != nil {
		return err
	}
	return errs.Wrap(err, errs.Invalid, "db.damaged_backup", nil)
}

// refused is the error for rows that the database does not take. The database was empty and has the schema of the
// backup, so a violated constraint or a value of the wrong type is the archive's fault.
func refused(err error) error {
	if err == nil || errs.Is(err, errs.Unavailable) || errs.Is(err, errs.Invalid) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errs.Wrap(err, errs.Invalid, "db.damaged_backup", nil)
}

// restore reads the rows into the tables of the transaction.
func (a *archive) restore(ctx context.Context, tx *Tx) error {
	if err := a.checkTables(ctx, tx); err != nil {
		return err
	}
	if err := mustBeEmpty(ctx, tx, tx.d.engine); err != nil {
		return err
	}
	finish, err := tx.d.engine.suspendKeys(ctx, tx)
	if err != nil {
		return err
	}
	if err := a.entries(ctx, tx); err != nil {
		return err
	}
	return refused(finish())
}

// checkTables compares the tables of the manifest, whose names end in statements, with those of the database.
func (a *archive) checkTables(ctx context.Context, tx *Tx) error {
	have, err := tx.d.catalogue(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range a.manifest.Tables {
		i := slices.IndexFunc(have, func(h Table) bool { return h.Name == t.Name })
		if i < 0 {
			return damaged(fmt.Errorf("db: no table %q", t.Name))
		}
		for _, column := range t.Columns {
			if !slices.Contains(have[i].Columns, column) {
				return damaged(fmt.Errorf("db: no column %q in %q", column, t.Name))
			}
		}
	}
	return nil
}

// loaded is what was read of a table so far.
type loaded struct {
	rows int64
	hash hash.Hash
}

// entries reads the parts of the tables and, at the end, the summary that they must agree with.
func (a *archive) entries(ctx context.Context, tx *Tx) error {
	sums := map[string]*loaded{}
	for _, t := range a.manifest.Tables {
		sums[t.Name] = &loaded{hash: sha256.New()}
	}
	for {
		header, err := a.tar.Next()
		if err != nil {
			return damaged(fmt.Errorf("db: the archive ends early: %w", err))
		}
		if header.Name == summaryEntry {
			return a.verify(sums)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(header.Name, tablesFolder), "/")
		i := slices.IndexFunc(a.manifest.Tables, func(t Table) bool { return t.Name == name })
		if i < 0 {
			return damaged(fmt.Errorf("db: an entry %q", header.Name))
		}
		if err := a.part(ctx, tx, a.manifest.Tables[i], sums[name]); err != nil {
			return err
		}
	}
}

func (a *archive) verify(sums map[string]*loaded) error {
	var summary map[string]tableSum
	if err := json.NewDecoder(io.LimitReader(a.tar, longestManifest)).Decode(&summary); err != nil {
		return damaged(err)
	}
	for name, have := range sums {
		if want := summary[name]; want.Rows != have.rows || want.SHA256 != hex.EncodeToString(have.hash.Sum(nil)) {
			return damaged(fmt.Errorf("db: table %q: %d rows of %d, or other rows", name, have.rows, want.Rows))
		}
	}
	// Reading to the end checks the checksum of the compressed stream.
	if _, err := a.tar.Next(); !errors.Is(err, io.EOF) {
		return damaged(fmt.Errorf("db: the archive goes on after its summary: %w", err))
	}
	return nil
}

// part inserts the rows of one entry.
func (a *archive) part(ctx context.Context, tx *Tx, t Table, sum *loaded) error {
	in := newInserter(tx, t)
	lines := bufio.NewReaderSize(io.TeeReader(a.tar, sum.hash), 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return in.flush(ctx)
		}
		if err != nil {
			return damaged(err)
		}
		values, err := decodeRow(line)
		if err != nil || len(values) != len(t.Columns) {
			return damaged(fmt.Errorf("db: a row of %q: %w", t.Name, err))
		}
		sum.rows++
		if err := in.add(ctx, values); err != nil {
			return err
		}
	}
}

// inserter gathers rows into statements of many rows.
type inserter struct {
	tx    *Tx
	table Table
	rows  int
	args  []any
}

// argsPerInsert is small because SQLite's driver looks through all arguments for each of them.
const argsPerInsert = 60

func newInserter(tx *Tx, t Table) *inserter { return &inserter{tx: tx, table: t} }

func (in *inserter) add(ctx context.Context, values []any) error {
	in.args = append(in.args, values...)
	in.rows++
	if len(in.args)+len(values) <= argsPerInsert {
		return nil
	}
	return in.flush(ctx)
}

func (in *inserter) flush(ctx context.Context) error {
	if in.rows == 0 {
		return nil
	}
	query := "INSERT INTO " + quote(in.table.Name) + " (" + quoteAll(in.table.Columns) + ") VALUES " +
		placeholders(in.rows, len(in.table.Columns))
	_, err := in.tx.ExecContext(ctx, query, in.args...)
	in.rows, in.args = 0, in.args[:0]
	return refused(err)
}

// placeholders gives ($1,$2),($3,$4) for two rows of two columns.
func placeholders(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteByte(')')
	return b.String()
}
