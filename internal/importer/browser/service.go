package browser

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Upload gives a file of the actor's territory.
func (s *Service) Upload(ctx context.Context, by account.Actor, id string) (Upload, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Upload{}, err
	}
	return s.store.upload(ctx, s.DB.Read(), by.Territory, id)
}

// TrialOutcomes gives what reads what the trial of a file told of each row; errs.NotFound where no trial holds.
func (s *Service) TrialOutcomes(ctx context.Context, by account.Actor, id string) (func(each outcomes) error, error) {
	u, err := s.Upload(ctx, by, id)
	if err == nil && !u.tried() {
		err = errs.New(errs.NotFound, "imports.no_trial", nil)
	}
	return func(each outcomes) error { return s.store.trialOutcomes(ctx, s.DB.Read(), u.ID, each) }, err
}

// mostPrepared is how many files the list shows.
const mostPrepared = 50

// Prepared lists the files that are on their way, the latest first.
func (s *Service) Prepared(ctx context.Context, by account.Actor) ([]Upload, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	return s.store.uploads(ctx, s.DB.Read(), "WHERE territory = $1 AND state NOT IN ($2, $3) ORDER BY id DESC LIMIT $4",
		by.Territory, string(Receiving), string(Imported), mostPrepared)
}

// Runs lists the imports that began before one of them, the latest first; "" for the latest.
func (s *Service) Runs(ctx context.Context, by account.Actor, before string, limit int) ([]importer.Run, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	return s.Importer.RunsAfter(ctx, by.Territory, before, limit)
}

// Findings gives an import with what it told; errs.NotFound.
func (s *Service) Findings(ctx context.Context, by account.Actor, run string) (importer.Findings, error) {
	if err := by.Require(account.Reader); err != nil {
		return importer.Findings{}, err
	}
	return s.Importer.Findings(ctx, by.Territory, run)
}

// errSame ends a change that changes nothing.
var errSame = errors.New("imports: nothing changes")

// change does something to a file in one transaction.
func (s *Service) change(ctx context.Context, by account.Actor, id string, f func(tx *db.Tx, u *Upload) error) (Upload, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Upload{}, err
	}
	var u Upload
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		tx.Serialize("import_upload", id)
		if u, err = s.store.upload(ctx, tx, by.Territory, id); err != nil {
			return err
		}
		if err := f(tx, &u); err != nil {
			return err
		}
		return s.store.save(ctx, tx, &u, s.Now())
	})
	if errors.Is(err, errSame) {
		err = nil
	}
	return u, err
}

// keyChanged is the key of the error of who wrote to a file that somebody else has changed since.
const keyChanged = "imports.changed"

// composing returns errs.Conflict where the mapping of a file cannot be changed now.
func (u Upload) composing() error {
	switch u.State {
	case Ready, Tried:
		return nil
	case Receiving, Reading, Unreadable, Trying, Importing, Imported:
	}
	return errs.New(errs.Conflict, "imports.underway", nil)
}

// Compose keeps the mapping that a form says. errs.Conflict with the key imports.changed when somebody else changed it since the
// version that the form was made of.
func (s *Service) Compose(ctx context.Context, by account.Actor, id string, version int64, form url.Values, lang string) (Upload, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Upload{}, err
	}
	t, err := s.Territory(ctx, by.Territory)
	if err != nil {
		return Upload{}, err
	}
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		if err := u.composing(); err != nil {
			return err
		}
		m, err := s.formed(t, *u, form, lang)
		if err != nil {
			return err
		}
		if u.says(m) { // sent twice: it is nobody else's change
			return errSame
		}
		if version != 0 && version != u.Version {
			return errs.New(errs.Conflict, keyChanged, nil)
		}
		u.Mapping, u.Fault = string(m.YAML()), nil
		return s.untry(ctx, tx, u)
	})
}

// formed is the mapping of a file as a form changes it.
func (s *Service) formed(t *territory.Territory, u Upload, form url.Values, lang string) (*importer.Mapping, error) {
	base, err := u.draft()
	if err != nil {
		return nil, err
	}
	m := newComposer(t, u.Sample, base, s.guessCode).read(form, lang)
	if u.Origin.Kind == fromGuess || u.Origin.Kind == fromColumns {
		m.Key = keyOf(titleOf(m, lang))
	}
	return m, nil
}

// says reports whether the mapping of a file says the same as another, however it is written.
func (u Upload) says(m *importer.Mapping) bool {
	held, err := u.draft()
	return err == nil && string(held.YAML()) == string(m.YAML())
}

// untry makes what was tried with another mapping not hold any more.
func (s *Service) untry(ctx context.Context, tx *db.Tx, u *Upload) error {
	u.State, u.Trial = Ready, nil
	return s.store.dropTrial(ctx, tx, u.ID)
}

// Choose reads a file by another mapping: one of its offers.
func (s *Service) Choose(ctx context.Context, by account.Actor, id, origin, lang string) (Upload, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Upload{}, err
	}
	t, err := s.Territory(ctx, by.Territory)
	if err != nil {
		return Upload{}, err
	}
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		if err := u.composing(); err != nil || origin == u.Origin.name() && u.Origin.Kind == fromColumns {
			return err
		}
		offers, err := s.offers(ctx, tx, t, *u, lang)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(offers, func(o Offer) bool { return o.Origin.name() == origin })
		if i < 0 {
			return errs.New(errs.NotFound, "imports.no_mapping", nil)
		}
		u.choose(offers[i])
		u.Fault = nil
		return s.untry(ctx, tx, u)
	})
}

// Resheet reads another sheet of a workbook.
func (s *Service) Resheet(ctx context.Context, by account.Actor, id, sheet string) (Upload, error) {
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		if err := u.composing(); err != nil {
			return err
		}
		if !slices.Contains(u.Sample.Sheets, sheet) {
			return errs.New(errs.Invalid, "imports.no_sheet", nil)
		}
		u.Sample.Sheet, u.State, u.Trial, u.Fault, u.Done, u.Total = sheet, Reading, nil, nil, 0, 0
		if err := s.store.dropTrial(ctx, tx, u.ID); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, s.readKind(*u), *u, by.Person)
	})
}

// Keep saves the mapping of a file for the next ones of its source.
func (s *Service) Keep(ctx context.Context, by account.Actor, id string) (Upload, error) {
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		m, err := u.draft()
		if err != nil {
			return err
		}
		if err := checkMapping(m); err != nil {
			return err
		}
		if u.Origin.Kind == fromGuess || u.Origin.Kind == fromColumns {
			u.Origin = Origin{fromOwn, m.Key}
		}
		saved := Saved{Territory: u.Territory, Source: m.Key, YAML: u.Mapping, Person: by.Person, SavedAt: s.Now()}
		if err := s.store.saveMapping(ctx, tx, saved); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "imports.mapping_saved", "import_mapping", m.Key)
	})
}

// note writes an act into the audit trail. What it was done to is named by an identifier, or the key of a source.
func (s *Service) note(ctx context.Context, tx *db.Tx, by account.Actor, action, kind, object string) error {
	return s.Accounts.Note(ctx, tx, by, audit.Entry{Action: action, Kind: kind, Object: object})
}

// Try has a trial made.
func (s *Service) Try(ctx context.Context, by account.Actor, id string) (Upload, error) {
	if err := s.mayImport(ctx, by); err != nil {
		return Upload{}, err
	}
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		if u.State != Trying { // one that waits is put into the queue once more, in case it is lost
			if err := u.composing(); err != nil {
				return err
			}
		}
		m, err := u.draft()
		if err != nil {
			return err
		}
		if err := checkMapping(m); err != nil {
			return err
		}
		u.State, u.Trial, u.Fault, u.Done, u.Total = Trying, nil, nil, 0, 0
		if err := s.store.dropTrial(ctx, tx, u.ID); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, kindTry, *u, by.Person)
	})
}

// Start has the file imported. It returns errs.Conflict where no trial holds, and where the source is being imported or undone.
func (s *Service) Start(ctx context.Context, by account.Actor, id string) (Upload, error) {
	if err := s.mayImport(ctx, by); err != nil {
		return Upload{}, err
	}
	return s.change(ctx, by, id, func(tx *db.Tx, u *Upload) error {
		if u.State == Importing { // whoever presses again, or after a fault that lost the job
			return s.enqueue(ctx, tx, kindRun, *u, by.Person)
		}
		if u.State != Tried || !u.tried() {
			return errs.New(errs.Conflict, "imports.not_tried", nil)
		}
		m, err := u.draft()
		if err != nil {
			return err
		}
		if busy, ok, err := s.Importer.Busy(ctx, u.Territory, m.Key); err != nil || ok {
			if err != nil {
				return err
			}
			return s.busy(ctx, busy)
		}
		u.State, u.Fault, u.Done, u.Total = Importing, nil, 0, 0
		if err := s.enqueue(ctx, tx, kindRun, *u, by.Person); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "imports.started", "import_file", u.ID)
	})
}

// busy is the error for a source that somebody else imports or undoes now.
func (s *Service) busy(ctx context.Context, r importer.Run) error {
	names, err := s.Accounts.Names(ctx, []string{r.Person})
	if err != nil {
		return err
	}
	args := errs.Args{"source": r.Source, "who": names[r.Person], "since": r.StartedAt}
	if names[r.Person] == "" {
		return errs.New(errs.Conflict, "imports.busy", args)
	}
	return errs.New(errs.Conflict, "imports.busy_by", args)
}

// Discard takes a file away. One that is being imported stays until that has ended.
func (s *Service) Discard(ctx context.Context, by account.Actor, id string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("import_upload", id)
		u, err := s.store.upload(ctx, tx, by.Territory, id)
		if err != nil {
			return err
		}
		if u.State == Importing {
			return errs.New(errs.Conflict, "imports.underway", nil)
		}
		if err := s.store.delete(ctx, tx, id); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "imports.file_discarded", "import_file", id)
	})
}
