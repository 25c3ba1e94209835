package edit

import (
	"context"
	"maps"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
)

var _ account.Holder = (*Service)(nil)

// PersonalData implements account.Holder.
func (s *Service) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	drafts, err := s.store.draftsOf(ctx, q, person)
	section := account.DataSection{Name: "edit.data.drafts", Purpose: "edit.data.for.drafts"}
	for _, d := range drafts {
		var typed []string
		for _, field := range slices.Sorted(maps.Keys(d.Typed)) {
			typed = append(typed, d.Typed[field].Encode())
		}
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "edit.data.field.card", Value: d.Was.Name},
			{Name: "edit.data.field.saved", Value: d.SavedAt},
			{Name: "edit.data.field.fields", Value: slices.Sorted(maps.Keys(d.Typed))},
			{Name: "edit.data.field.typed", Value: typed},
		})
	}
	return []account.DataSection{section}, err
}

// Erase implements account.Holder.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	return s.store.erase(ctx, tx, person)
}

// Purge deletes the drafts that nobody has touched for long.
func (s *Service) Purge(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.purge(ctx, tx, s.Now().Add(-Kept)) })
}

// LogosUsed finds the files that are the logos of drafts.
func (s *Service) LogosUsed(ctx context.Context, q db.Querier) (map[string]bool, error) {
	return files.MentionedBy("SELECT typed FROM curation_drafts WHERE typed LIKE '%/fichiers/%'")(ctx, q)
}
