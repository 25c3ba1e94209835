package curation

import (
	"context"

	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
)

// LogosUsed finds the files that are the logo that a change proposes or takes away.
func (s *Service) LogosUsed(ctx context.Context, q db.Querier) (map[string]bool, error) {
	return files.MentionedBy(`SELECT wanted FROM curation_changes WHERE wanted LIKE '%/fichiers/%'
		UNION ALL SELECT held FROM curation_changes WHERE held LIKE '%/fichiers/%'
		UNION ALL SELECT undo FROM curation_changes WHERE undo LIKE '%/fichiers/%'`)(ctx, q)
}
