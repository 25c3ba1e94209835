package importer

import (
	"context"
	"errors"
)

// Weighing is what undoing a run would do.
type Weighing struct {
	UndoReport
	Stays []Stay `json:"stays,omitempty"` // cards on which something stays
}

// Weigh tells what undoing a run would do, with the first cards on which something would stay: it is undone on a copy of what that
// needs, which is thrown away. The errors are those of Undo.
func (s *Service) Weigh(ctx context.Context, run string, stays int, progress func(done, total int)) (w Weighing, err error) {
	r, err := s.Run(ctx, "", run)
	if err != nil {
		return w, err
	}
	copied, discard, err := s.copyDatabase(ctx, append(readTables(), "import_effects", "import_undos", "import_stays", "listing_revisions")...)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, discard()) }()
	trial := *s
	trial.db = copied
	if w.UndoReport, err = trial.UndoBy(ctx, "", r.ID, progress); err != nil {
		return w, err
	}
	w.Stays, err = trial.Stays(ctx, r.ID, stays)
	return w, err
}
