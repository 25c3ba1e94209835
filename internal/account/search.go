package account

import (
	"context"
	"database/sql"
	"strings"

	"grappe/internal/platform/db"
	"grappe/internal/platform/spelling"
)

// Found is a person as the team finds them.
type Found struct {
	Person
	Role      Role // in the team of the territory, "" for none
	Companies int  // of the territory for which the person acts
}

// SearchPersons finds persons who have to do with a territory (its team, its companies, or they came there first) by a part of
// their name or address: those whose name or address begins with it first, at most limit of them. Readers of the team may.
func (s *Service) SearchPersons(ctx context.Context, by Actor, territory, query string, limit int) ([]Found, error) {
	if err := by.Require(Reader); err != nil {
		return nil, err
	}
	if territory != by.Territory {
		return nil, notHere()
	}
	all, err := s.store.around(ctx, s.DB.Read(), territory)
	if err != nil {
		return nil, err
	}
	words, address := spelling.Plain(query), strings.ToLower(strings.TrimSpace(query))
	var first, others []Found
	for _, f := range all {
		name := spelling.Plain(f.Name)
		switch {
		case address == "" || strings.HasPrefix(f.Mail, address) || words != "" && strings.HasPrefix(name, words):
			first = append(first, f)
		case strings.Contains(f.Mail, address) || words != "" && strings.Contains(name, words):
			others = append(others, f)
		}
	}
	found := append(first, others...)
	return found[:min(len(found), max(limit, 0))], nil
}

// around reads the persons who have to do with a territory, by name. There are some thousands at most, and names are compared
// without accents, which neither engine does.
func (store) around(ctx context.Context, q db.Querier, territory string) ([]Found, error) {
	var list []Found
	rows, err := q.QueryContext(ctx, `SELECT coalesce(t.role, ''), coalesce(c.n, 0), `+personColumns+` FROM persons p
		LEFT JOIN team t ON t.person_id = p.id AND t.territory = $1
		LEFT JOIN (SELECT person_id, count(*) AS n FROM company_people WHERE territory = $1 GROUP BY person_id) c ON c.person_id = p.id
		WHERE p.erased_at = 0 AND (p.territory = $1 OR t.role IS NOT NULL OR c.n > 0) ORDER BY lower(p.name), p.mail`, territory)
	err = each(rows, err, func(rows *sql.Rows) error {
		var f Found
		err := rows.Scan(append([]any{&f.Role, &f.Companies}, f.columns()...)...)
		list = append(list, f)
		return err
	})
	return list, err
}

// CompanyPeopleCounts counts who acts for each company of the actor's territory, by the company's identifier; those without
// anybody are not in it. Readers of the team may.
func (s *Service) CompanyPeopleCounts(ctx context.Context, by Actor) (map[string]int, error) {
	if err := by.Require(Reader); err != nil {
		return nil, err
	}
	return s.store.counts(ctx, s.DB.Read(), by.Territory)
}
