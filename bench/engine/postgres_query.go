package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"grappe/bench/corpus"
	"grappe/internal/platform/search"
)

// postgresPage answers in one statement: those that the words and the box find are read once, with whether they pass each facet's choice;
// who fails two of them counts nowhere. Equal lists of codes are counted together before they are taken apart.
const postgresPage = `
WITH found AS MATERIALIZED (
	SELECT id, zones, competences, category, in_zone, in_competence, in_category,
		CASE WHEN in_zone AND in_competence AND in_category THEN %[1]s END AS rank
	FROM (SELECT *, $1::smallint[] IS NULL OR zones && $1 AS in_zone, $2::smallint[] IS NULL OR competences && $2 AS in_competence,
		$3::smallint[] IS NULL OR category = ANY ($3) AS in_category FROM listing WHERE %[2]s) AS each
	WHERE in_zone::int + in_competence::int + in_category::int >= 2)
SELECT 0 AS kind, NULL::uuid AS id, 0::smallint AS code, count(*) AS n FROM found WHERE in_zone AND in_competence AND in_category
UNION ALL SELECT 1, id, 0, 0 FROM (SELECT id FROM found WHERE in_zone AND in_competence AND in_category ORDER BY rank DESC, id LIMIT 20) AS page
UNION ALL SELECT 2, NULL, code, sum(n)::bigint FROM (
	SELECT zones, count(*) AS n FROM found WHERE in_competence AND in_category GROUP BY zones) AS lists, unnest(zones) AS code GROUP BY code
UNION ALL SELECT 3, NULL, code, sum(n)::bigint FROM (
	SELECT competences, count(*) AS n FROM found WHERE in_zone AND in_category GROUP BY competences) AS lists, unnest(competences) AS code GROUP BY code
UNION ALL SELECT 4, NULL, category, count(*) FROM found WHERE in_zone AND in_competence GROUP BY category`

const postgresAll = `SELECT id FROM listing WHERE ($1::smallint[] IS NULL OR zones && $1) AND ($2::smallint[] IS NULL OR competences && $2)
	AND ($3::smallint[] IS NULL OR category = ANY ($3)) AND %s`

// postgresNearest gives, for words that no listing has in any form, the nearest of the most similar ones: within two changes, since a swap of
// neighbours counts as two here.
const postgresNearest = `
WITH unknown AS MATERIALIZED (
	SELECT word FROM unnest($1::text[]) AS asked (word) WHERE NOT EXISTS (SELECT FROM term WHERE term.word = asked.word)
		AND NOT EXISTS (SELECT FROM term WHERE stem = (ts_lexize('french_stem', asked.word))[1]))
SELECT unknown.word, near.word FROM unknown CROSS JOIN LATERAL (
	SELECT word, ndoc, levenshtein_less_equal(word, unknown.word, 2) AS distance FROM term
	WHERE word % unknown.word AND levenshtein_less_equal(word, unknown.word, 2) <= 2
	ORDER BY distance, ndoc DESC LIMIT 8) AS near`

// asked is a query as conditions on the table, with what stands for $1 and so on.
type asked struct {
	where, rank string
	args        []any
}

// Search corrects the words that need it by one statement, and answers by another.
func (p *postgres) Search(ctx context.Context, q corpus.Query) (Answer, error) {
	ask, err := p.ask(ctx, q, Limit)
	if err != nil {
		return Answer{}, stopped(err)
	}
	rows, err := p.conn.Query(context.WithoutCancel(ctx), fmt.Sprintf(postgresPage, ask.rank, ask.where), ask.args...)
	if err != nil {
		return Answer{}, stopped(err)
	}
	a := Answer{Facets: map[string][]Count{}}
	var kind int
	var id *uuid.UUID
	var code int16
	var n int
	_, err = pgx.ForEachRow(rows, []any{&kind, &id, &code, &n}, func() error {
		switch kind {
		case 0:
			a.Total = n
		case 1:
			a.IDs = append(a.IDs, id.String())
		default:
			facet := facets()[kind-2]
			a.Facets[facet] = append(a.Facets[facet], Count{Code: p.names[kind-2][code], N: n})
		}
		return nil
	})
	return a, stopped(err)
}

// stopped tells a statement that took too long from other errors.
func stopped(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "57014" {
		return context.DeadlineExceeded
	}
	return err
}

// ask reads the query. The server itself stops what takes too long: cancelling from here would cost the connection.
func (p *postgres) ask(ctx context.Context, q corpus.Query, limit time.Duration) (asked, error) {
	if p.limit != limit {
		if _, err := p.conn.Exec(ctx, fmt.Sprintf("SET statement_timeout = %d", limit.Milliseconds())); err != nil {
			return asked{}, err
		}
		p.limit = limit
	}
	near, err := p.nearest(ctx, q)
	if err != nil {
		return asked{}, err
	}
	var stems, plain []string
	for _, u := range q.Units {
		switch {
		case u.Phrase:
			plain = append(plain, "("+strings.Join(strings.Fields(u.Typed), " <-> ")+")")
		case u.Unfinished:
			plain = append(plain, u.Typed+":*")
		case len(near[search.Fold(u.Typed)]) > 0:
			stems = append(stems, "("+strings.Join(near[search.Fold(u.Typed)], " | ")+")")
		default:
			stems = append(stems, u.Typed)
		}
	}
	ask := asked{args: make([]any, 3)}
	for facet, name := range facets() {
		if chosen := q.Filters[name]; len(chosen) > 0 {
			ask.args[facet] = p.all(facet, chosen)
		}
	}
	var where []string
	for _, part := range []struct {
		column string
		units  []string
	}{{"plain", plain}, {"stems", stems}} {
		if len(part.units) == 0 {
			continue
		}
		ask.args = append(ask.args, strings.Join(part.units, " & "))
		column := map[string]string{"plain": "plain", "stems": "words"}[part.column]
		query := fmt.Sprintf("to_tsquery('%s', $%d)", part.column, len(ask.args))
		where = append(where, column+" @@ "+query)
		ask.rank = "ts_rank(" + column + ", " + query + ")"
	}
	if b := q.Box; b != nil {
		n := len(ask.args)
		where = append(where, fmt.Sprintf("lat BETWEEN $%d AND $%d AND lon BETWEEN $%d AND $%d", n+1, n+2, n+3, n+4))
		ask.args = append(ask.args, b.South, b.North, b.West, b.East)
	}
	ask.where = strings.Join(where, " AND ")
	return ask, nil
}

// nearest gives for each misspelt word those that are nearest to it.
func (p *postgres) nearest(ctx context.Context, q corpus.Query) (map[string][]string, error) {
	var words []string
	for _, u := range q.Units {
		if !u.Phrase && !u.Unfinished && utf8.RuneCountInString(u.Typed) >= 4 {
			words = append(words, search.Fold(u.Typed))
		}
	}
	if len(words) == 0 {
		return nil, nil
	}
	rows, err := p.conn.Query(context.WithoutCancel(ctx), postgresNearest, words)
	if err != nil {
		return nil, err
	}
	near := map[string][]string{}
	var asked, word string
	_, err = pgx.ForEachRow(rows, []any{&asked, &word}, func() error {
		near[asked] = append(near[asked], word)
		return nil
	})
	return near, err
}

// Found gives all IDs.
func (p *postgres) Found(ctx context.Context, q corpus.Query) ([]string, error) {
	ask, err := p.ask(ctx, q, time.Minute)
	if err != nil {
		return nil, err
	}
	rows, err := p.conn.Query(context.WithoutCancel(ctx), fmt.Sprintf(postgresAll, ask.where), ask.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var id uuid.UUID
		err := row.Scan(&id)
		return id.String(), err
	})
}
