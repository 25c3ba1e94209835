package browser

import (
	"context"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

const (
	outcomesPerBatch = 500
	// mostChanges is how many cards the report of a trial shows with their difference.
	mostChanges = 10
)

// doTry makes a trial of a file.
func (s *Service) doTry(ctx context.Context, about task, last bool) error {
	u, ok, err := s.begun(ctx, about, Trying)
	if err != nil || !ok {
		return err
	}
	trial, err := s.try(ctx, u, about.Person)
	return s.settle(ctx, about, last, err, Trying, Ready, func(_ *db.Tx, now *Upload) error {
		now.State, now.Trial, now.Fault, now.Done, now.Total = Tried, trial, nil, 0, 0
		return nil
	})
}

func (s *Service) try(ctx context.Context, u Upload, person string) (*Trial, error) {
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.dropTrial(ctx, tx, u.ID) }); err != nil {
		return nil, err
	}
	file, discard, err := s.spool(ctx, u)
	if err != nil {
		return nil, err
	}
	defer discard()
	o, err := s.options(ctx, u, file)
	if err != nil {
		return nil, err
	}
	tell := s.uploadTeller(ctx, u)
	trial := &Trial{Mapping: fingerprint(u.Mapping), Person: person}
	o.DryRun = true
	o.Progress = func(done, total int) { tell(int64(done), int64(total)) }
	o.Findings = func(ctx context.Context, f importer.Findings) error { return s.keepFindings(ctx, u, f, trial) }
	report, err := s.Importer.Import(ctx, o)
	if err != nil {
		return nil, err
	}
	trial.Counts, trial.Doubtful, trial.Warned, trial.Unchecked = report.Counts, report.Doubtful, report.Warned, report.PointsUnchecked
	trial.At = s.Now()
	return trial, nil
}

// keepFindings keeps what a trial told before its copy of the base is gone.
func (s *Service) keepFindings(ctx context.Context, u Upload, f importer.Findings, trial *Trial) (err error) {
	if trial.Summary, err = f.Summary(ctx); err != nil {
		return err
	}
	differences, err := f.Differences(ctx, mostChanges)
	if err != nil {
		return err
	}
	for _, d := range differences {
		trial.Differences = append(trial.Differences, changeOf(d))
	}
	var batch []importer.Outcome
	seq := int64(0)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.addTrialBatch(ctx, tx, u.ID, seq, batch) })
		batch, seq = batch[:0], seq+1
		return err
	}
	err = f.Outcomes(ctx, func(o importer.Outcome) error {
		if batch = append(batch, o); len(batch) == outcomesPerBatch {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

func changeOf(d importer.Difference) Change {
	state := func(r listing.Record) cardState { return stateOf(r.Listing.Content, r.Company) }
	c := Change{Outcome: d.Outcome, Fields: d.Fields, After: state(d.After)}
	if d.Before != nil {
		before := state(*d.Before)
		c.Before = &before
	}
	return c
}
