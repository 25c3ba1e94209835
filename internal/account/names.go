package account

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"grappe/internal/platform/db"
)

// mostAtOnce is how many identifiers one statement asks for.
const mostAtOnce = 500

// Names says how people are called, by their identifiers; who is erased or was never here is left out. It is for rooms that have
// made sure that who asks may know.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for chunk := range slices.Chunk(ids, mostAtOnce) {
		if err := s.store.names(ctx, s.DB.Read(), chunk, names); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (store) names(ctx context.Context, q db.Querier, ids []string, names map[string]string) error {
	places, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		places[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	rows, err := q.QueryContext(ctx, `SELECT id, name, mail FROM persons WHERE erased_at = 0 AND id IN (`+strings.Join(places, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p Person
		if err := rows.Scan(&p.ID, &p.Name, &p.Mail); err != nil {
			return err
		}
		names[p.ID] = p.Called()
	}
	return rows.Err()
}

// Persons reads persons by their identifiers; who is erased or was never here is left out. It is for rooms that have made sure that
// who asks may know.
func (s *Service) Persons(ctx context.Context, q db.Querier, ids []string) (map[string]Person, error) {
	found := map[string]Person{}
	for chunk := range slices.Chunk(ids, mostAtOnce) {
		places, args := make([]string, len(chunk)), make([]any, len(chunk))
		for i, id := range chunk {
			places[i], args[i] = fmt.Sprintf("$%d", i+1), id
		}
		rows, err := q.QueryContext(ctx, `SELECT `+personColumns+` FROM persons p WHERE erased_at = 0 AND id IN (`+strings.Join(places, ", ")+`)`, args...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var p Person
			err := rows.Scan(p.columns()...)
			found[p.ID] = p
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
