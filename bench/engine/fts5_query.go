package engine

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"grappe/bench/corpus"
	"grappe/internal/platform/search"
	"grappe/internal/platform/spelling"
)

// Those that fail two choices count nowhere. Equal sets of codes are counted together before they are taken apart.
const fts5Found = `
WITH found AS MATERIALIZED (
	SELECT fulltext.rank AS rank, id, zones, competences, category, %[1]s AS in_zone, %[2]s AS in_competence, %[3]s AS in_category
	FROM fulltext JOIN listing ON listing.doc = fulltext.rowid WHERE fulltext MATCH ?%[4]s AND (%[1]s) + (%[2]s) + (%[3]s) >= 2)`

const fts5Page = fts5Found + `
SELECT 0 AS kind, '' AS id, 0 AS code, count(*) AS n FROM found WHERE in_zone AND in_competence AND in_category
UNION ALL SELECT 1, id, 0, 0 FROM (SELECT id FROM found WHERE in_zone AND in_competence AND in_category ORDER BY rank LIMIT 20)
UNION ALL SELECT 2, '', code, sum(n) FROM (
	SELECT zones, count(*) AS n FROM found WHERE in_competence AND in_category GROUP BY zones) JOIN code_set ON code_set.id = zones GROUP BY code
UNION ALL SELECT 3, '', code, sum(n) FROM (
	SELECT competences, count(*) AS n FROM found WHERE in_zone AND in_category GROUP BY competences) JOIN code_set ON code_set.id = competences GROUP BY code
UNION ALL SELECT 4, '', category, count(*) FROM found WHERE in_zone AND in_competence GROUP BY category`

const fts5All = fts5Found + ` SELECT id FROM found WHERE in_zone AND in_competence AND in_category`

// Search answers in one statement, after one or two for each word that may be misspelt.
func (f *fts5) Search(ctx context.Context, q corpus.Query) (Answer, error) {
	rows, err := f.ask(ctx, fts5Page, q)
	if err != nil {
		return Answer{}, err
	}
	defer rows.Close()
	a := Answer{Facets: map[string][]Count{}}
	for rows.Next() {
		var kind, n int
		var code int16
		var id string
		if err := rows.Scan(&kind, &id, &code, &n); err != nil {
			return Answer{}, err
		}
		switch kind {
		case 0:
			a.Total = n
		case 1:
			a.IDs = append(a.IDs, id)
		default:
			facet := facets()[kind-2]
			a.Facets[facet] = append(a.Facets[facet], Count{Code: f.names[kind-2][code], N: n})
		}
	}
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	return a, rows.Err()
}

// Found gives all IDs.
func (f *fts5) Found(ctx context.Context, q corpus.Query) ([]string, error) {
	rows, err := f.ask(ctx, fts5All, q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

func (f *fts5) ask(ctx context.Context, statement string, q corpus.Query) (*sql.Rows, error) {
	match, err := f.match(ctx, q)
	if err != nil {
		return nil, err
	}
	passes := func(facet int, test string) string {
		chosen := q.Filters[facets()[facet]]
		if len(chosen) == 0 {
			return "1"
		}
		return fmt.Sprintf(test, strings.Trim(strings.ReplaceAll(fmt.Sprint(f.all(facet, chosen)), " ", ", "), "[]"))
	}
	zone := passes(0, "zones IN (SELECT id FROM code_set WHERE facet = 0 AND code IN (%s))")
	competence := passes(1, "competences IN (SELECT id FROM code_set WHERE facet = 1 AND code IN (%s))")
	category := passes(2, "category IN (%s)")
	args := []any{match}
	box := ""
	if b := q.Box; b != nil {
		box = " AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?"
		args = append(args, b.South, b.North, b.West, b.East)
	}
	return f.db.QueryContext(ctx, fmt.Sprintf(statement, zone, competence, category, box), args...)
}

// match writes the words in the language of FTS5. It has no French stems: a word of five letters or more finds those that
// begin with it without its mark of plural, a shorter one its plurals.
func (f *fts5) match(ctx context.Context, q corpus.Query) (string, error) {
	var all []string
	for _, u := range q.Units {
		switch word := search.Fold(u.Typed); {
		case u.Phrase:
			all = append(all, `"`+u.Typed+`"`)
		case u.Unfinished:
			all = append(all, `"`+word+`"*`)
		default:
			near, err := f.nearest(ctx, word)
			if err != nil {
				return "", err
			}
			for i := range near {
				near[i] = bare(near[i])
			}
			if len(near) == 0 {
				near = []string{bare(word)}
			}
			all = append(all, "("+strings.Join(near, " OR ")+")")
		}
	}
	return strings.Join(all, " AND "), nil
}

func bare(word string) string {
	stem := strings.TrimRight(word, "sx")
	if utf8.RuneCountInString(word) < 5 {
		return `("` + stem + `" OR "` + stem + `s" OR "` + stem + `x")`
	}
	return `"` + stem + `"*`
}

// nearest gives the words nearest to one that no listing has: the trigrams find candidates, which are measured here.
func (f *fts5) nearest(ctx context.Context, word string) ([]string, error) {
	var one int
	err := f.db.QueryRowContext(ctx, "SELECT 1 FROM fulltext WHERE fulltext MATCH ? LIMIT 1", bare(word)).Scan(&one)
	most := fuzziness(word)
	if err != sql.ErrNoRows || most == 0 {
		return nil, err
	}
	var grams []string
	letters := []rune(word)
	for i := range len(letters) - 2 {
		grams = append(grams, `"`+string(letters[i:i+3])+`"`)
	}
	rows, err := f.db.QueryContext(ctx, "SELECT term FROM near WHERE near MATCH ? ORDER BY rank, uses DESC LIMIT 200", strings.Join(grams, " OR "))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var best []string
	for rows.Next() {
		var term string
		if err := rows.Scan(&term); err != nil {
			return nil, err
		}
		switch d := min(spelling.Distance(word, term, most), spelling.Distance(word, strings.TrimRight(term, "sx"), most)); {
		case d > most:
		case d < most:
			best, most = []string{term}, d
		case len(best) < 8:
			best = append(best, term)
		}
	}
	return best, rows.Err()
}
