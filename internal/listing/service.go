package listing

import (
	"context"
	"embed"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Texts holds the sentences and names of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Service is what people do with cards. Who may do it is the caller's to have checked; whose words a field holds is
// checked here. Cards that are kept elsewhere (see KeptBy) are refused to all, with errs.Forbidden. Each act leaves a revision.
// version is always the one that the person had before their eyes: errs.Conflict when someone else has written since. All of it
// returns errs.NotFound for a card that is not there.
type Service struct {
	db    *db.DB
	store Store
	now   func() time.Time
}

// Author is on whose behalf something is done to a card, and by whom. The Source's At is set to now.
type Author struct {
	Source company.Source
	Person string // identifier; "" for nobody
}

// NewService makes a service over d; now is time.Now outside tests.
func NewService(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

// Edit sets the named fields of a card to those of content and returns the card as stored with the names of what changed. Whoever
// edits a card vouches for it: one that lapsed is public again, where a consent does not want.
//
// errs.Invalid with the faulty fields; errs.Forbidden, with the fields, when the staff would overwrite what the owner wrote.
func (s *Service) Edit(
	ctx context.Context, by Author, id string, version int64, content Content, fields []string,
) (edited Listing, changed []string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		edited, changed, err = s.EditIn(ctx, tx, by, id, version, content, fields)
		return err
	})
	return edited, changed, err
}

// EditIn is Edit in the caller's transaction, as the others called …In are.
func (s *Service) EditIn(
	ctx context.Context, tx *db.Tx, by Author, id string, version int64, content Content, fields []string,
) (edited Listing, changed []string, err error) {
	return s.editIn(ctx, tx, by, id, version, content, fields, true)
}

// CorrectIn is EditIn for who has looked at these fields alone: nobody vouches for the card by it.
func (s *Service) CorrectIn(
	ctx context.Context, tx *db.Tx, by Author, id string, version int64, content Content, fields []string,
) (corrected Listing, changed []string, err error) {
	return s.editIn(ctx, tx, by, id, version, content, fields, false)
}

func (s *Service) editIn(
	ctx context.Context, tx *db.Tx, by Author, id string, version int64, content Content, fields []string, vouches bool,
) (edited Listing, changed []string, err error) {
	by = s.dated(by)
	edited, err = s.write(ctx, tx, by, Edited, id, version, func(l Listing) (Listing, error) {
		if len(fields) == 0 {
			return l, nil
		}
		l, changed, err = overwrite(l, content, fields, by)
		if !vouches {
			return l, err
		}
		l.ConfirmedAt = by.Source.At
		if l.State == Lapsed {
			l.State, l.Withheld = Hidden, true // and public where settle finds that it may be
		}
		return l, err
	})
	return edited, changed, err
}

// overwrite sets fields of a card, all of them or none.
func overwrite(l Listing, content Content, fields []string, by Author) (Listing, []string, error) {
	merged, changed, refused := mergeTelling(l, content, fields, by.Source)
	if len(refused) > 0 {
		return l, nil, ownersFields(refused)
	}
	return merged, changed, merged.Validate()
}

func ownersFields(names []string) error {
	e := errs.New(errs.Forbidden, "listing.owner_wrote", errs.Args{"n": len(names)})
	for _, name := range names {
		e.Fields = append(e.Fields, errs.Field{Name: name, Key: "listing.owner_wrote_field"})
	}
	return e
}

// Restore sets the named fields to what they said right after a revision, as Edit would but for vouching for the card.
func (s *Service) Restore(
	ctx context.Context, by Author, id string, version int64, revision string, fields []string,
) (restored Listing, changed []string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		restored, changed, err = s.RestoreIn(ctx, tx, by, id, version, revision, fields)
		return err
	})
	return restored, changed, err
}

// RestoreIn is Restore in the caller's transaction.
func (s *Service) RestoreIn(
	ctx context.Context, tx *db.Tx, by Author, id string, version int64, revision string, fields []string,
) (restored Listing, changed []string, err error) {
	by = s.dated(by)
	restored, err = s.write(ctx, tx, by, Restored, id, version, func(l Listing) (Listing, error) {
		then, err := s.store.ContentAt(ctx, tx, id, revision)
		if err != nil || len(fields) == 0 {
			return l, err
		}
		l, changed, err = overwrite(l, then, fields, by)
		return l, err
	})
	return restored, changed, err
}

// CreateIn stores a new card with its company. What the card says is the author's, who vouches for it; it is a draft unless the
// record says otherwise. errs.Invalid with the faulty fields.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, by Author, record Record) (Record, error) {
	by = s.dated(by)
	if err := record.Listing.Validate(); err != nil {
		return Record{}, err
	}
	content := record.Listing.Content
	record.Listing.Content, record.Listing.Version = Content{}, 0
	record.Listing, _ = Merge(record.Listing, content, nil, by.Source)
	record.Listing.ConfirmedAt = by.Source.At
	saved, err := s.store.Save(ctx, tx, record, s.now())
	if err != nil {
		return Record{}, err
	}
	l := saved.Listing
	return saved, insertRevisions(ctx, tx, []Revision{{
		Listing: l.ID, Territory: l.Territory, Version: l.Version, At: by.Source.At, Act: Created,
		Source: by.Source, Person: by.Person, StateBefore: Draft,
	}})
}

func (s *Service) dated(by Author) Author {
	by.Source.At = s.now().UTC().Truncate(time.Millisecond)
	return by
}

// by is the store of an author who does something called act.
func (s *Service) by(a Author, act Act) Store {
	return s.store.As(a.Person).doing(act, a.Source, nil)
}

// write loads a card at the version, lets change make a new one of it, and stores that.
func (s *Service) write(
	ctx context.Context, tx *db.Tx, by Author, act Act, id string, version int64, change func(Listing) (Listing, error),
) (Listing, error) {
	records, err := s.store.Records(ctx, tx.Serialize(ChangeKind, id), []string{id})
	if err != nil {
		return Listing{}, err
	}
	if len(records) == 0 {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	if err := s.store.MayWrite(ctx, tx, records[0].Listing.Territory); err != nil {
		return Listing{}, err
	}
	if records[0].Listing.Version != version {
		return Listing{}, errs.New(errs.Conflict, "listing.changed", nil)
	}
	before := records[0].Listing.State
	if records[0].Listing, err = change(records[0].Listing); err != nil {
		return Listing{}, err
	}
	if before != Published && records[0].Listing.State == Published {
		if err := s.store.mayPublish(ctx, tx, &records[0]); err != nil {
			return Listing{}, err
		}
	}
	saved, err := s.by(by, act).SaveListings(ctx, tx, records, s.now())
	if err != nil {
		return Listing{}, err
	}
	return saved[0].Listing, nil
}
