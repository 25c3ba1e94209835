package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"grappe/bench/corpus"
	"grappe/internal/platform/db/dbtest"
)

// ErrMissing is the error of an engine that is not installed here.
var ErrMissing = errors.New("not installed here")

// postgres is a PostgreSQL server of our own with one connection to it.
type postgres struct {
	server *dbtest.Server
	conn   *pgx.Conn
	limit  time.Duration // statement_timeout, as it is now
	coding
}

// coding numbers the codes of facets: numbers take less room in a database, and are quicker, than texts.
type coding struct {
	numbers []map[string]int16 // by facet in the order of facets
	names   [][]string
}

func (c *coding) number(facet int, code string) int16 {
	for len(c.numbers) <= facet {
		c.numbers, c.names = append(c.numbers, map[string]int16{}), append(c.names, nil)
	}
	n, ok := c.numbers[facet][code]
	if !ok {
		n = int16(len(c.names[facet]))
		c.numbers[facet][code] = n
		c.names[facet] = append(c.names[facet], code)
	}
	return n
}

func (c *coding) all(facet int, codes []string) []int16 {
	out := make([]int16, 0, len(codes))
	for _, code := range codes {
		out = append(out, c.number(facet, code))
	}
	slices.Sort(out)
	return out
}

// newPostgres starts a server for this process alone, with memory enough for all that it has to hold.
func newPostgres() (*postgres, error) {
	server, err := dbtest.Start("shared_buffers=2GB", "effective_cache_size=6GB", "work_mem=256MB", "maintenance_work_mem=1GB", "random_page_cost=1.1",
		"jit=off", "max_parallel_workers_per_gather=0", "max_wal_size=8GB", "max_connections=20", "wal_level=minimal", "max_wal_senders=0")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL is %w: %w", ErrMissing, err)
	}
	conn, err := pgx.Connect(context.Background(), server.URL)
	if err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return &postgres{server: server, conn: conn}, nil
}

const postgresSchema = `
CREATE EXTENSION unaccent;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION fuzzystrmatch;
CREATE TEXT SEARCH CONFIGURATION stems (COPY = french);
ALTER TEXT SEARCH CONFIGURATION stems ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION plain ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE UNLOGGED TABLE raw (id uuid, name text, competence text, tag text, headline text, place text, description text,
	zones smallint[], competences smallint[], category smallint, lat float8, lon float8);`

// postgresBuild makes the table that is searched, its index, and the dictionary for what is misspelt.
const postgresBuild = `
SET max_parallel_workers_per_gather = 2;
CREATE TABLE listing AS SELECT id,
	setweight(to_tsvector('stems', name), 'A') || setweight(to_tsvector('stems', competence || ' ' || tag), 'B') ||
	setweight(to_tsvector('stems', headline || ' ' || place), 'C') || setweight(to_tsvector('stems', description), 'D') AS words,
	to_tsvector('plain', concat_ws(' . ', name, competence, tag, headline, place, description)) AS plain,
	zones, competences, category, lat, lon FROM raw;
DROP TABLE raw;
CREATE INDEX listing_words ON listing USING gin (words, plain) WITH (fastupdate = off);
CREATE TABLE term AS SELECT word, ndoc, (ts_lexize('french_stem', word))[1] AS stem FROM ts_stat('SELECT plain FROM listing');
CREATE INDEX term_word ON term (word);
CREATE INDEX term_stem ON term (stem);
CREATE INDEX term_trigrams ON term USING gin (word gin_trgm_ops) WITH (fastupdate = off);
VACUUM ANALYZE listing;
VACUUM ANALYZE term;
SET max_parallel_workers_per_gather = 0;
SET pg_trgm.similarity_threshold = 0.2;`

// Build copies the texts in, and makes of them what is searched.
func (p *postgres) Build(ctx context.Context, c *corpus.Corpus) (time.Duration, error) {
	if err := p.run(ctx, postgresSchema); err != nil {
		return 0, err
	}
	start := time.Now()
	var making time.Duration
	i := 0
	columns := []string{"id", "name", "competence", "tag", "headline", "place", "description", "zones", "competences", "category", "lat", "lon"}
	_, err := p.conn.CopyFrom(ctx, pgx.Identifier{"raw"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if i == c.Len {
			return nil, nil
		}
		before := time.Now()
		defer func() { making += time.Since(before) }()
		l := c.Listing(i)
		i++
		row := []any{l.ID}
		for _, field := range c.Text(l) {
			row = append(row, strings.Join(field, " . "))
		}
		list := codes(c, l)
		return append(row, p.all(0, list[0]), p.all(1, list[1]), p.number(2, list[2][0]), l.Point.Lat, l.Point.Lon), nil
	}))
	if err != nil {
		return 0, err
	}
	if err := p.run(ctx, postgresBuild); err != nil {
		return 0, err
	}
	return time.Since(start) - making, nil
}

// run executes statements one by one: VACUUM must stand alone.
func (p *postgres) run(ctx context.Context, statements string) error {
	for statement := range strings.SplitSeq(statements, ";\n") {
		if _, err := p.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return nil
}

// Stats counts the tables that are searched with their indexes, and the server's processes.
func (p *postgres) Stats(ctx context.Context) (Stats, error) {
	s := Stats{BytesAre: "table and index on disk", ResidentIs: "PSS of the server's processes"}
	var folder, version string
	err := p.conn.QueryRow(ctx, `SELECT pg_total_relation_size('listing') + pg_total_relation_size('term'), current_setting('data_directory'),
		current_setting('server_version')`).Scan(&s.Bytes, &folder, &version)
	if err != nil {
		return s, err
	}
	s.Version = "PostgreSQL " + strings.Fields(version)[0]
	data, err := os.ReadFile(filepath.Join(folder, "postmaster.pid"))
	if err != nil {
		return s, err
	}
	pid, err := strconv.Atoi(strings.SplitN(string(data), "\n", 2)[0])
	if err != nil {
		return s, err
	}
	s.ResidentMB, err = familyResident(pid)
	return s, err
}

// Close ends the server.
func (p *postgres) Close() error {
	return errors.Join(p.conn.Close(context.Background()), p.server.Stop())
}
