package account

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"grappe/internal/platform/db"
)

// Wants reports whether the person wants mails on a topic: not who refuses them, nor who is about to go.
func (p Person) Wants(topic string) bool { return p.EraseAt.IsZero() && !p.refuses(topic) }

// ActingFor lists who acts for some companies, by the company, its managers first: for rooms that write to many at once.
func (s *Service) ActingFor(ctx context.Context, q db.Querier, companies []string) (map[string][]Person, error) {
	found := map[string][]Person{}
	for len(companies) > 0 {
		n := min(len(companies), mostAtOnce)
		places, args := make([]string, n), make([]any, n)
		for i, id := range companies[:n] {
			places[i], args[i] = fmt.Sprintf("$%d", i+1), id
		}
		if err := s.store.acting(ctx, q, "c.company_id IN ("+strings.Join(places, ", ")+")", args, found); err != nil {
			return nil, err
		}
		companies = companies[n:]
	}
	return found, nil
}

// ActingIn is ActingFor for all companies of a territory, in one statement.
func (s *Service) ActingIn(ctx context.Context, q db.Querier, territory string) (map[string][]Person, error) {
	found := map[string][]Person{}
	return found, s.store.acting(ctx, q, "c.territory = $1", []any{territory}, found)
}

// Refusing gives the addresses of all persons who want no mails on a topic, in one statement.
func (s *Service) Refusing(ctx context.Context, q db.Querier, topic string) (map[string]bool, error) {
	found := map[string]bool{}
	return found, s.store.refusing(ctx, q, topic, "", nil, found)
}

// RefusingAmong gives those of some addresses whose persons want no mails on a topic.
func (s *Service) RefusingAmong(ctx context.Context, q db.Querier, topic string, addresses []string) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk := range slices.Chunk(addresses, mostAtOnce) {
		places, args := make([]string, len(chunk)), make([]any, len(chunk))
		for i, address := range chunk {
			places[i], args[i] = fmt.Sprintf("$%d", i+2), address
		}
		if err := s.store.refusing(ctx, q, topic, " AND p.mail IN ("+strings.Join(places, ", ")+")", args, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// refusing reads who wants no mails on a topic, of whom a condition holds.
func (store) refusing(ctx context.Context, q db.Querier, topic, condition string, args []any, found map[string]bool) error {
	like := `%"` + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(topic) + `"%`
	rows, err := q.QueryContext(ctx, `SELECT `+personColumns+` FROM persons p WHERE p.erased_at = 0 AND p.refused LIKE $1 ESCAPE '\'`+condition, append([]any{like}, args...)...)
	return each(rows, err, func(rows *sql.Rows) error {
		var p Person
		err := rows.Scan(p.columns()...)
		if p.refuses(topic) {
			found[p.Mail] = true
		}
		return err
	})
}

// acting reads who acts for the companies of a condition.
func (store) acting(ctx context.Context, q db.Querier, condition string, args []any, found map[string][]Person) error {
	rows, err := q.QueryContext(ctx, `SELECT c.company_id, `+personColumns+` FROM company_people c JOIN persons p ON p.id = c.person_id
		WHERE p.erased_at = 0 AND `+condition+` ORDER BY c.company_id, CASE c.role WHEN 'company_manager' THEN 1 ELSE 2 END, c.since, p.id`, args...)
	return each(rows, err, func(rows *sql.Rows) error {
		var company string
		var p Person
		err := rows.Scan(append([]any{&company}, p.columns()...)...)
		found[company] = append(found[company], p)
		return err
	})
}
