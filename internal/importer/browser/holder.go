package browser

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
)

var _ account.Holder = (*Service)(nil)

// PersonalData implements account.Holder: what a person gave, imported, undid and saved.
func (s *Service) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	section := account.DataSection{Name: "imports.data.acts", Purpose: "imports.data.acts_for"}
	rows, err := q.QueryContext(ctx, `SELECT 'given', territory, file, created_at FROM import_uploads WHERE person = $1
		UNION ALL SELECT 'imported', territory, file, started_at FROM import_runs WHERE person = $1
		UNION ALL SELECT 'undone', r.territory, r.file, u.started_at FROM import_undos u JOIN import_runs r ON r.id = u.run WHERE u.person = $1
		UNION ALL SELECT 'counted', r.territory, r.file, p.at FROM import_undo_plans p JOIN import_runs r ON r.id = p.run WHERE p.person = $1
		UNION ALL SELECT 'mapping', territory, source, saved_at FROM import_mappings WHERE person = $1
		ORDER BY 4, 1, 3`, person)
	if err != nil {
		return nil, fmt.Errorf("imports: personal data: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var what, territory, object string
		var at time.Time
		if err := rows.Scan(&what, &territory, &object, db.Millis(&at)); err != nil {
			return nil, fmt.Errorf("imports: personal data: %w", err)
		}
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "imports.data.act", Value: what, Words: "imports.data.act." + what},
			{Name: "imports.data.what", Value: object},
			{Name: "imports.data.territory", Value: territory},
			{Name: "imports.data.at", Value: at},
		})
	}
	return []account.DataSection{section}, rows.Err()
}

// Erase implements account.Holder: what was done stays, and nobody is named any more.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	for _, table := range []string{"import_uploads", "import_runs", "import_undos", "import_undo_plans", "import_mappings"} {
		if _, err := tx.ExecContext(ctx, "UPDATE "+table+" SET person = '' WHERE person = $1", person); err != nil {
			return fmt.Errorf("imports: erase: %w", err)
		}
	}
	return nil
}
