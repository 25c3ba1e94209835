package browser

import (
	"context"
	"errors"
	"os"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/queue"
)

// The kinds of jobs.
const (
	kindRead      = "imports.read"
	kindReadLarge = "imports.read_large"
	kindTry       = "imports.try"
	kindRun       = "imports.run"
	kindCount     = "imports.count"
	kindUndo      = "imports.undo"
)

// task is what a job is about: an upload or a run, and who asked for it.
type task struct {
	Territory string `json:"territory"`
	Object    string `json:"object"`
	Person    string `json:"person"`
}

// longest is how long one attempt of a job may take; attempts is how often one is tried whose process dies or whose base fails.
const (
	longest  = 4 * time.Hour
	attempts = 12
)

func (s *Service) handle() {
	long := queue.Policy{Attempts: attempts, Backoff: queue.Exponential(3*time.Second, 2*time.Minute), Timeout: longest, Long: true}
	quick := long
	quick.Long, quick.Timeout = false, 5*time.Minute
	on := func(kind string, p queue.Policy, do func(ctx context.Context, j task, last bool) error) {
		s.Queue.Handle(kind, p, func(ctx context.Context, j queue.Job) error {
			var about task
			if err := j.Read(&about); err != nil {
				return err
			}
			return do(ctx, about, j.Attempt >= attempts)
		})
	}
	on(kindRead, quick, s.doRead)
	on(kindReadLarge, long, s.doRead)
	on(kindTry, long, s.doTry)
	on(kindRun, long, s.doRun)
	on(kindCount, long, s.doCount)
	on(kindUndo, long, s.doUndo)
	s.Queue.Daily("imports.purge", 3*time.Hour, s.Purge)
}

// readKind is the kind of job that reads a file.
func (s *Service) readKind(u Upload) string {
	if u.Size > aLargeFile {
		return kindReadLarge
	}
	return kindRead
}

func (s *Service) enqueue(ctx context.Context, tx *db.Tx, kind string, u Upload, person string) error {
	_, err := s.Queue.Enqueue(ctx, tx, queue.Task{Kind: kind, Key: u.ID, Territory: u.Territory, Payload: task{u.Territory, u.ID, person}})
	return err
}

// told reports whether an error is one that a person is told, so that trying again would not help: what is wrong with the file, the
// mapping or the moment. Others are faults of ours, or the end of the process.
func told(ctx context.Context, err error) bool {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	e := errs.As(err)
	return e != nil && e.Key != "" && e.Kind != errs.Unavailable && e.Kind != errs.Internal
}

// settle writes down what became of a job on an upload: done on success, failed with the fault where a person is told or no attempt is
// left. Any other error is given back, and the job is tried again.
func (s *Service) settle(ctx context.Context, about task, last bool, err error, during, failed State, done func(tx *db.Tx, u *Upload) error) error {
	if err != nil && !last && !told(ctx, err) {
		return err
	}
	fault := faultOf(err)
	if err != nil && !told(ctx, err) {
		s.Log.ErrorContext(ctx, "an import cannot go on", "upload", about.Object, "error", err)
		fault = &Fault{Key: "imports.failed"}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("import_upload", about.Object)
		u, e := s.store.upload(ctx, tx, about.Territory, about.Object)
		if e != nil || u.State != during { // taken away, or begun anew
			return notThere(e)
		}
		if err == nil {
			if e := done(tx, &u); e != nil {
				return e
			}
		} else {
			u.State, u.Fault, u.Done, u.Total = failed, fault, 0, 0
		}
		return s.store.save(ctx, tx, &u, s.Now())
	})
}

// notThere is nil for what somebody took away meanwhile.
func notThere(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// begun reads the upload of a job; ok is false where there is nothing to do any more.
func (s *Service) begun(ctx context.Context, about task, during State) (u Upload, ok bool, err error) {
	u, err = s.store.upload(ctx, s.DB.Read(), about.Territory, about.Object)
	if err != nil || u.State != during {
		return u, false, notThere(err)
	}
	return u, true, s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.progress(ctx, tx, u.ID, during, 0, 1, s.Now()) })
}

// spool copies a file to a temporary one of this machine; discard takes it away.
func (s *Service) spool(ctx context.Context, u Upload) (file *os.File, discard func(), err error) {
	file, err = os.CreateTemp("", "grappe-import-*")
	if err != nil {
		return nil, nil, err
	}
	discard = func() {
		file.Close()
		os.Remove(file.Name())
	}
	if err := s.store.copyParts(ctx, s.DB.Read(), u, file); err != nil {
		discard()
		return nil, nil, err
	}
	return file, discard, nil
}

// tellEvery is how often the base is told how far something is.
const tellEvery = 700 * time.Millisecond

// teller writes down how far something is, now and then. What cannot be written is told the next time.
func (s *Service) teller(ctx context.Context, write func(q db.Querier, done, total int64) error) func(done, total int64) {
	var last time.Time
	return func(done, total int64) {
		if now := time.Now(); done >= total || now.Sub(last) >= tellEvery {
			last = now
			_ = s.DB.Write(ctx, func(tx *db.Tx) error { return write(tx, done, total) })
		}
	}
}

func (s *Service) uploadTeller(ctx context.Context, u Upload) func(done, total int64) {
	return s.teller(ctx, func(q db.Querier, done, total int64) error {
		return s.store.progress(ctx, q, u.ID, u.State, done, max(1, total), s.Now())
	})
}

// doRead reads a file.
func (s *Service) doRead(ctx context.Context, about task, last bool) error {
	u, ok, err := s.begun(ctx, about, Reading)
	if err != nil || !ok {
		return err
	}
	file, discard, err := s.spool(ctx, u)
	if err == nil {
		defer discard()
		err = s.readIn(ctx, &u, file, maxUnpacked, s.uploadTeller(ctx, u))
	}
	return s.settle(ctx, about, last, err, Reading, Unreadable, func(_ *db.Tx, now *Upload) error {
		u.Version, u.CreatedAt, u.Person = now.Version, now.CreatedAt, now.Person
		*now = u
		return nil
	})
}

// options are those of an import of a file.
func (s *Service) options(ctx context.Context, u Upload, file *os.File) (importer.Options, error) {
	m, err := importer.ParseMapping(u.File, []byte(u.Mapping))
	if err != nil {
		return importer.Options{}, err
	}
	t, err := s.Territory(ctx, u.Territory)
	return importer.Options{Territory: t, Mapping: m, File: u.File, Input: file, Size: u.Size}, err
}

// doRun imports a file. A job that was killed goes on where the run's last commit was.
func (s *Service) doRun(ctx context.Context, about task, last bool) error {
	u, ok, err := s.begun(ctx, about, Importing)
	if err != nil || !ok {
		return err
	}
	if ended, err := s.ended(ctx, u); err != nil || !ended {
		if err == nil {
			err = s.run(ctx, u, about.Person)
		}
		return s.settle(ctx, about, last, err, Importing, Tried, s.imported(ctx))
	}
	return s.settle(ctx, about, last, nil, Importing, Tried, s.imported(ctx))
}

// ended reports whether the run of a file ended before its job did: the process died between the two.
func (s *Service) ended(ctx context.Context, u Upload) (bool, error) {
	if u.Run == "" {
		return false, nil
	}
	r, err := s.Importer.Run(ctx, u.Territory, u.Run)
	return err == nil && r.State == importer.Done, err
}

func (s *Service) run(ctx context.Context, u Upload, person string) error {
	file, discard, err := s.spool(ctx, u)
	if err != nil {
		return err
	}
	defer discard()
	o, err := s.options(ctx, u, file)
	if err != nil {
		return err
	}
	o.Person = person
	o.Began = func(ctx context.Context, r importer.Run) error {
		return s.DB.Write(ctx, func(tx *db.Tx) error {
			tx.Serialize("import_upload", u.ID)
			now, err := s.store.upload(ctx, tx, u.Territory, u.ID)
			if err != nil {
				return err
			}
			now.Run = r.ID
			if err := s.store.save(ctx, tx, &now, s.Now()); err != nil {
				return err
			}
			at := s.Now()
			return s.store.saveMapping(ctx, tx, Saved{Territory: u.Territory, Source: o.Mapping.Key, YAML: u.Mapping, Person: person, SavedAt: at, UsedAt: at})
		})
	}
	_, err = s.Importer.Import(ctx, o)
	if e := errs.As(err); e != nil && e.Key == "importer.run.busy" {
		return errs.New(errs.Conflict, "imports.busy_then", nil)
	}
	return err
}

// imported forgets the file of a run that has ended: all that is told of it is the run's.
func (s *Service) imported(ctx context.Context) func(tx *db.Tx, u *Upload) error {
	return func(tx *db.Tx, u *Upload) error {
		u.State, u.Fault, u.Done, u.Total, u.Sample, u.Trial = Imported, nil, 0, 0, Sample{}, nil
		u.Parts = 0
		return s.store.empty(ctx, tx, u.ID)
	}
}
