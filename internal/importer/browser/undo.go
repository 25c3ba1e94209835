package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/queue"
)

// undoable returns errs.Conflict for a run that cannot be undone now.
func undoable(r importer.Run) error {
	switch r.State {
	case importer.Done, importer.Interrupted, importer.Failed, importer.Undoing:
		return nil
	case importer.Running:
		return errs.New(errs.Conflict, "imports.still_running", nil)
	case importer.Undone:
		return errs.New(errs.Conflict, "imports.undone_already", nil)
	case importer.Expired:
	}
	return errs.New(errs.Conflict, "imports.expired", nil)
}

// PlanOf gives what was asked for about undoing a run, nil where nothing was.
func (s *Service) PlanOf(ctx context.Context, by account.Actor, run string) (*Plan, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	p, err := s.store.plan(ctx, s.DB.Read(), run)
	if err != nil || p == nil || p.Territory != by.Territory {
		return nil, err
	}
	return p, nil
}

// ToUndo gives a run with its plan to who may undo it.
func (s *Service) ToUndo(ctx context.Context, by account.Actor, run string) (importer.Run, *Plan, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return importer.Run{}, nil, err
	}
	r, err := s.Importer.Run(ctx, by.Territory, run)
	if err != nil {
		return importer.Run{}, nil, err
	}
	p, err := s.PlanOf(ctx, by, run)
	return r, p, err
}

// Count has it counted what undoing a run would do.
func (s *Service) Count(ctx context.Context, by account.Actor, run string) error {
	return s.plan(ctx, by, run, func(_ *db.Tx, _ importer.Run, held *Plan) (kind string, err error) {
		if held != nil && held.State == Undoing {
			return "", errs.New(errs.Conflict, "imports.underway", nil)
		}
		return kindCount, nil
	}, Counting)
}

// Undo has a run undone. It returns errs.Conflict where nobody counted what that would do, unless it has begun already.
func (s *Service) Undo(ctx context.Context, by account.Actor, run string) error {
	return s.plan(ctx, by, run, func(tx *db.Tx, r importer.Run, held *Plan) (kind string, err error) {
		switch {
		case held != nil && held.State == Undoing: // pressed again: put into the queue once more, in case it is lost
			return kindUndo, nil
		case r.State == importer.Undoing, held != nil && (held.State == Counted || held.State == Failed):
		default:
			return "", errs.New(errs.Conflict, "imports.not_counted", nil)
		}
		return kindUndo, s.note(ctx, tx, by, "imports.undone", "import_run", run)
	}, Undoing)
}

// plan brings the plan of a run into a state and puts a job into the queue.
func (s *Service) plan(ctx context.Context, by account.Actor, run string, may func(tx *db.Tx, r importer.Run, held *Plan) (kind string, err error), state PlanState) error {
	if err := s.mayImport(ctx, by); err != nil {
		return err
	}
	r, err := s.Importer.Run(ctx, by.Territory, run)
	if err != nil {
		return err
	}
	if err := undoable(r); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("import_undo_plan", run)
		held, err := s.store.plan(ctx, tx, run)
		if err != nil {
			return err
		}
		kind, err := may(tx, r, held)
		if err != nil {
			return err
		}
		p := Plan{Run: run, Territory: by.Territory, Person: by.Person, State: state, At: s.Now()}
		if held != nil {
			p.Result = held.Result
		}
		if err := s.store.savePlan(ctx, tx, p); err != nil {
			return err
		}
		_, err = s.Queue.Enqueue(ctx, tx, queue.Task{Kind: kind, Key: run, Territory: by.Territory, Payload: task{by.Territory, run, by.Person}})
		return err
	})
}

// settlePlan writes down what became of a job on a plan.
func (s *Service) settlePlan(ctx context.Context, about task, last bool, err error, during PlanState, done func(p *Plan)) error {
	if err != nil && !last && !told(ctx, err) {
		return err
	}
	fault := faultOf(err)
	if err != nil && !told(ctx, err) {
		s.Log.ErrorContext(ctx, "an import cannot be undone", "run", about.Object, "error", err)
		fault = &Fault{Key: "imports.failed"}
	} else if fault != nil && fault.Key == "importer.run.busy" {
		fault = &Fault{Key: "imports.busy_then"}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("import_undo_plan", about.Object)
		p, e := s.store.plan(ctx, tx, about.Object)
		if e != nil || p == nil || p.State != during {
			return e
		}
		if p.At = s.Now(); err == nil {
			done(p)
		} else {
			if p.State, p.Fault = Failed, fault; during == Counting {
				p.State = Uncounted
			}
		}
		return s.store.savePlan(ctx, tx, *p)
	})
}

// doCount counts what undoing a run would do.
func (s *Service) doCount(ctx context.Context, about task, last bool) error {
	tell := s.teller(ctx, func(q db.Querier, done, total int64) error {
		return s.store.planProgress(ctx, q, about.Object, done, max(1, total))
	})
	tell(0, 1)
	w, err := s.Importer.Weigh(ctx, about.Object, mostNamed+1, func(done, total int) { tell(int64(done), int64(total)) })
	return s.settlePlan(ctx, about, last, err, Counting, func(p *Plan) { p.State, p.Result, p.Fault = Counted, w, nil })
}

// doUndo undoes a run. A job that was killed goes on where its last commit was.
func (s *Service) doUndo(ctx context.Context, about task, last bool) error {
	_, err := s.Importer.UndoBy(ctx, about.Person, about.Object, nil)
	return s.settlePlan(ctx, about, last, err, Undoing, func(p *Plan) { p.State, p.Fault = Undone, nil })
}

// keptMonths is how long who did what to imports is kept, as their details are.
const keptMonths = 24

// Purge takes away the files that nobody went on with, those whose run has ended, and what is told of old runs.
func (s *Service) Purge(ctx context.Context) error {
	if err := errors.Join(s.Importer.Purge(ctx), s.Importer.ForgetNames(ctx), s.forgetOld(ctx)); err != nil {
		return err
	}
	now := s.Now()
	for {
		n := 0
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			old, err := s.store.uploads(ctx, tx, `WHERE created_at < $2 AND (state <> $1 OR changed_at < $2) OR state IN ($3, $4) AND changed_at < $5 ORDER BY id LIMIT 10`,
				string(Importing), db.ToMillis(now.Add(-keptFor)), string(Imported), string(Receiving), db.ToMillis(now.Add(-24*time.Hour)))
			if err != nil {
				return err
			}
			ids := make([]string, len(old))
			for i, u := range old {
				ids[i] = u.ID
			}
			n = len(ids)
			return s.store.delete(ctx, tx, ids...)
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// forgetOld forgets what undoing old runs would have done, and who saved old mappings.
func (s *Service) forgetOld(ctx context.Context) error {
	before := db.ToMillis(s.Now().AddDate(0, -keptMonths, 0))
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []string{"DELETE FROM import_undo_plans WHERE at < $1", "UPDATE import_mappings SET person = '' WHERE saved_at < $1 AND person <> ''"} {
			if _, err := tx.ExecContext(ctx, statement, before); err != nil {
				return fmt.Errorf("imports: forget: %w", err)
			}
		}
		return nil
	})
}
