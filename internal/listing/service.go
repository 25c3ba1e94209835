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
// checked here. Cards that are kept elsewhere (see KeptBy) are refused to all, with errs.Forbidden.
type Service struct {
	db    *db.DB
	store Store
	now   func() time.Time
}

// NewService makes a service over d; now is time.Now outside tests.
func NewService(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

// Edit sets the named fields of a card to those of content on behalf of by, whose At is set to now, and returns the
// card as stored with the names of what changed. version is the one that the person had before their eyes.
//
// errs.Conflict when someone else has written since; errs.Invalid with the faulty fields; errs.Forbidden, with the
// fields, when the staff would overwrite what the owner wrote; errs.NotFound.
func (s *Service) Edit(
	ctx context.Context, by company.Source, id string, version int64, content Content, fields []string,
) (edited Listing, changed []string, err error) {
	by.At = s.now().UTC().Truncate(time.Millisecond)
	err = s.write(ctx, id, version, func(l Listing) (Listing, error) {
		if len(fields) == 0 {
			changed = nil
			return l, nil
		}
		merged, names, refused := mergeTelling(l, content, fields, by)
		if len(refused) > 0 {
			return l, ownersFields(refused)
		}
		changed = names
		if err := merged.Validate(); err != nil {
			return l, err
		}
		merged.ConfirmedAt = by.At
		return merged, nil
	}, &edited)
	return edited, changed, err
}

func ownersFields(names []string) error {
	e := errs.New(errs.Forbidden, "listing.owner_wrote", errs.Args{"n": len(names)})
	for _, name := range names {
		e.Fields = append(e.Fields, errs.Field{Name: name, Key: "listing.owner_wrote_field"})
	}
	return e
}

// Confirm notes that someone has read the card and vouches for it now.
func (s *Service) Confirm(ctx context.Context, id string, version int64) (Listing, error) {
	var confirmed Listing
	err := s.write(ctx, id, version, func(l Listing) (Listing, error) {
		l.ConfirmedAt = s.now().UTC().Truncate(time.Millisecond)
		return l, nil
	}, &confirmed)
	return confirmed, err
}

// Publish shows a card; errs.Conflict for one that is merged into another, errs.Invalid for one that says too little,
// errs.Forbidden for one of a natural person who has not consented.
func (s *Service) Publish(ctx context.Context, id string, version int64) (Listing, error) {
	return s.setState(ctx, id, version, Published)
}

// Hide takes a card from the public; its address then says that it is gone.
func (s *Service) Hide(ctx context.Context, id string, version int64) (Listing, error) {
	return s.setState(ctx, id, version, Hidden)
}

func (s *Service) setState(ctx context.Context, id string, version int64, state State) (Listing, error) {
	var stored Listing
	err := s.write(ctx, id, version, func(l Listing) (Listing, error) {
		if l.State == Merged {
			return l, errs.New(errs.Conflict, "listing.merged_already", nil)
		}
		if state == Published && l.Name == "" {
			return l, errs.New(errs.Invalid, "listing.name_missing", nil)
		}
		l.State = state
		if state == Hidden {
			l.Withheld = false // whatever becomes of a consent, it stays hidden
		}
		return l, nil
	}, &stored)
	return stored, err
}

// write loads a card at the version, lets change make a new one of it, and stores that.
func (s *Service) write(
	ctx context.Context, id string, version int64, change func(Listing) (Listing, error), stored *Listing,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		records, err := s.store.Records(ctx, tx.Serialize(ChangeKind, id), []string{id})
		if err != nil {
			return err
		}
		if len(records) == 0 {
			return errs.New(errs.NotFound, "listing.not_found", nil)
		}
		if err := s.store.MayWrite(ctx, tx, records[0].Listing.Territory); err != nil {
			return err
		}
		if records[0].Listing.Version != version {
			return errs.New(errs.Conflict, "listing.changed", nil)
		}
		before := records[0].Listing.State
		if records[0].Listing, err = change(records[0].Listing); err != nil {
			return err
		}
		if before != Published && records[0].Listing.State == Published {
			if err := s.store.mayPublish(ctx, tx, &records[0]); err != nil {
				return err
			}
		}
		saved, err := s.store.SaveListings(ctx, tx, records, s.now())
		if err != nil {
			return err
		}
		*stored = saved[0].Listing
		return nil
	})
}

// Merge joins the card from into the card into on behalf of by; from's address then leads to into.
func (s *Service) Merge(ctx context.Context, by company.Source, into, from string) (Listing, error) {
	var joined Listing
	by.At = s.now().UTC().Truncate(time.Millisecond)
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		first, second := min(into, from), max(into, from) // one order for all: no circle of waiting
		tx.Serialize(ChangeKind, first).Serialize(ChangeKind, second)
		joined, err = s.store.JoinCards(ctx, tx, into, from, by, s.now())
		return err
	})
	return joined, err
}

// Split undoes the merging of the card from and returns it.
func (s *Service) Split(ctx context.Context, from string) (Listing, error) {
	var parted Listing
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		parted, err = s.store.PartCard(ctx, tx.Serialize(ChangeKind, from), from, s.now())
		return err
	})
	return parted, err
}
