package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", which the product uses

	"grappe/bench/corpus"
)

// fts5 is SQLite's full text, in a file of its own with the tables that facets are counted by.
type fts5 struct {
	db   *sql.DB
	path string
	coding
	sets map[string]int // codes of one facet that some listing has together → number of the set
}

func newFTS5(dir string) (*fts5, error) {
	path := filepath.Join(dir, "fts5.db")
	// The whole index is mapped, and no more than one connection is ever used.
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=mmap_size(17179869184)&_pragma=cache_size(-262144)&_pragma=temp_store(MEMORY)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &fts5{db: db, path: path, sets: map[string]int{}}, nil
}

const fts5Schema = `
CREATE VIRTUAL TABLE fulltext USING fts5(name, competence, tag, headline, place, description,
	content='', tokenize="unicode61 remove_diacritics 2", prefix='2 3 4');
INSERT INTO fulltext (fulltext, rank) VALUES ('rank', 'bm25(100.0, 60.0, 40.0, 25.0, 20.0, 12.0)');
CREATE TABLE listing (doc INTEGER PRIMARY KEY, id TEXT NOT NULL, zones INTEGER NOT NULL, competences INTEGER NOT NULL, category INTEGER NOT NULL,
	lat REAL NOT NULL, lon REAL NOT NULL);
CREATE TABLE code_set (id INTEGER, facet INTEGER, code INTEGER, PRIMARY KEY (id, code)) WITHOUT ROWID;
CREATE INDEX code_set_code ON code_set (facet, code, id);
CREATE VIRTUAL TABLE term USING fts5vocab('fulltext', 'row');`

// fts5Finish merges the index into one piece, and makes the trigrams of its words, which an application has to make itself.
const fts5Finish = `
INSERT INTO fulltext (fulltext) VALUES ('optimize');
CREATE VIRTUAL TABLE near USING fts5(term, uses UNINDEXED, tokenize='trigram');
INSERT INTO near (term, uses) SELECT term, doc FROM term;
INSERT INTO near (near) VALUES ('optimize');
ANALYZE;`

// Build writes all in one transaction.
func (f *fts5) Build(ctx context.Context, c *corpus.Corpus) (time.Duration, error) {
	if _, err := f.db.ExecContext(ctx, fts5Schema); err != nil {
		return 0, err
	}
	start := time.Now()
	making, err := f.fill(ctx, c)
	if err != nil {
		return 0, err
	}
	_, err = f.db.ExecContext(ctx, fts5Finish)
	return time.Since(start) - making, err
}

func (f *fts5) fill(ctx context.Context, c *corpus.Corpus) (making time.Duration, err error) {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, tx.Commit()) }()
	var insert [3]*sql.Stmt
	for i, text := range []string{
		"INSERT INTO fulltext (rowid, name, competence, tag, headline, place, description) VALUES (?, ?, ?, ?, ?, ?, ?)",
		"INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?)", "INSERT INTO code_set VALUES (?, ?, ?)",
	} {
		if insert[i], err = tx.PrepareContext(ctx, text); err != nil {
			return 0, err
		}
		defer insert[i].Close()
	}
	for i := range c.Len {
		before := time.Now()
		l := c.Listing(i)
		making += time.Since(before)
		row := []any{i}
		for _, field := range c.Text(l) {
			row = append(row, strings.Join(field, " . "))
		}
		if _, err := insert[0].ExecContext(ctx, row...); err != nil {
			return 0, err
		}
		list := codes(c, l)
		row = []any{i, l.ID}
		for facet := range 2 {
			set, err := f.set(ctx, insert[2], facet, list[facet])
			if err != nil {
				return 0, err
			}
			row = append(row, set)
		}
		if _, err := insert[1].ExecContext(ctx, append(row, f.number(2, list[2][0]), l.Point.Lat, l.Point.Lon)...); err != nil {
			return 0, err
		}
	}
	return making, nil
}

// set numbers a set of codes of a facet, which is kept when it is new.
func (f *fts5) set(ctx context.Context, insert *sql.Stmt, facet int, codes []string) (int, error) {
	numbers := f.all(facet, codes)
	key := fmt.Sprint(facet, numbers)
	id, ok := f.sets[key]
	if ok {
		return id, nil
	}
	id = len(f.sets)
	f.sets[key] = id
	for _, code := range numbers {
		if _, err := insert.ExecContext(ctx, id, facet, code); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// Stats counts the file.
func (f *fts5) Stats(ctx context.Context) (Stats, error) {
	size, err := folderBytes(f.path)
	if err != nil {
		return Stats{}, err
	}
	var version string
	if err := f.db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return Stats{}, err
	}
	mb, err := ownResident()
	return Stats{
		Version: fmt.Sprintf("SQLite %s FTS5 (modernc %s)", version, moduleVersion("modernc.org/sqlite")), Bytes: size, BytesAre: "tables and index on disk",
		ResidentMB: mb, ResidentIs: "the process, with the file's pages that it has read",
	}, err
}

// Close closes the file.
func (f *fts5) Close() error { return f.db.Close() }
