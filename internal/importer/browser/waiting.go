package browser

import (
	"context"
	"fmt"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/db"
)

var _ office.Waiter = (*Service)(nil)

// whereStopped asks for the files of a territory whose trial or import has stopped: somebody has to do something about them.
const whereStopped = "WHERE territory = $1 AND state IN ($2, $3) AND fault NOT IN ('', 'null')"

// stopped is how many files wait for somebody because something went wrong.
func (s *Service) stopped(ctx context.Context, by account.Actor) (n int, err error) {
	if !by.Is(account.ProjectManager) {
		return 0, nil
	}
	err = s.DB.Read().QueryRowContext(ctx, "SELECT count(*) FROM import_uploads "+whereStopped, by.Territory, string(Ready), string(Tried)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("imports: stopped: %w", db.Found(err))
	}
	return n, nil
}

// mostWaiting is how many stopped imports the first page of the desk names.
const mostWaiting = 5

// Waiting implements office.Waiter: imports that have stopped.
func (s *Service) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	if !by.Is(account.ProjectManager) {
		return nil, nil
	}
	found, err := s.store.uploads(ctx, s.DB.Read(), whereStopped+" ORDER BY id DESC LIMIT $4", by.Territory, string(Ready), string(Tried), mostWaiting)
	if err != nil {
		return nil, err
	}
	p := s.Printer(ctx, lang)
	var out []office.Waiting
	for _, u := range found {
		out = append(out, office.Waiting{
			Title: p.T("imports.waiting", "file", u.File), Detail: u.Fault.text(p), Action: p.T("imports.go_on"), Path: filePath(u.ID) + stepPath(u.State), Icon: "file-warning",
		})
	}
	return out, nil
}
