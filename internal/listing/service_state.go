package listing

import (
	"context"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Confirm notes that someone has read the card and vouches for it now. One that lapsed is public again; errs.Forbidden where it is
// that of a natural person who does not consent.
func (s *Service) Confirm(ctx context.Context, by Author, id string, version int64) (Listing, error) {
	return s.alone(ctx, by, id, version, s.ConfirmIn)
}

// ConfirmIn is Confirm in the caller's transaction.
func (s *Service) ConfirmIn(ctx context.Context, tx *db.Tx, by Author, id string, version int64) (Listing, error) {
	by = s.dated(by)
	return s.write(ctx, tx, by, Confirmed, id, version, func(l Listing) (Listing, error) {
		if l.State == Merged {
			return l, errs.New(errs.Conflict, "listing.merged_already", nil)
		}
		l.ConfirmedAt = by.Source.At
		if l.State == Lapsed {
			l.State = Published
		}
		return l, nil
	})
}

// Publish shows a card; errs.Conflict for one that is merged into another or that lapsed, which somebody has to vouch for,
// errs.Invalid for one that says too little, errs.Forbidden for one of a natural person who has not consented.
func (s *Service) Publish(ctx context.Context, by Author, id string, version int64) (Listing, error) {
	return s.alone(ctx, by, id, version, s.PublishIn)
}

// PublishIn is Publish in the caller's transaction.
func (s *Service) PublishIn(ctx context.Context, tx *db.Tx, by Author, id string, version int64) (Listing, error) {
	return s.write(ctx, tx, s.dated(by), Shown, id, version, func(l Listing) (Listing, error) {
		switch {
		case l.State == Merged:
			return l, errs.New(errs.Conflict, "listing.merged_already", nil)
		case l.State == Lapsed:
			return l, errs.New(errs.Conflict, "listing.lapsed", nil)
		case l.Name == "":
			return l, errs.New(errs.Invalid, "listing.name_missing", nil)
		}
		l.State = Published
		return l, nil
	})
}

// Hide takes a card from the public, whatever becomes of a consent; its address then says that it is gone. errs.Conflict for one
// that is merged into another.
func (s *Service) Hide(ctx context.Context, by Author, id string, version int64) (Listing, error) {
	return s.alone(ctx, by, id, version, s.HideIn)
}

// HideIn is Hide in the caller's transaction.
func (s *Service) HideIn(ctx context.Context, tx *db.Tx, by Author, id string, version int64) (Listing, error) {
	return s.write(ctx, tx, s.dated(by), Concealed, id, version, func(l Listing) (Listing, error) {
		if l.State == Merged {
			return l, errs.New(errs.Conflict, "listing.merged_already", nil)
		}
		l.State, l.Withheld = Hidden, false
		return l, nil
	})
}

// Lapse takes a card from the public that nobody has vouched for in a long time; errs.Conflict for one that is not public.
func (s *Service) Lapse(ctx context.Context, by Author, id string, version int64) (Listing, error) {
	return s.alone(ctx, by, id, version, s.LapseIn)
}

// LapseIn is Lapse in the caller's transaction.
func (s *Service) LapseIn(ctx context.Context, tx *db.Tx, by Author, id string, version int64) (Listing, error) {
	return s.write(ctx, tx, s.dated(by), Expired, id, version, func(l Listing) (Listing, error) {
		if l.State != Published {
			return l, errs.New(errs.Conflict, "listing.not_published", nil)
		}
		l.State = Lapsed
		return l, nil
	})
}

// alone does one thing to a card in a transaction of its own.
func (s *Service) alone(
	ctx context.Context, by Author, id string, version int64,
	do func(context.Context, *db.Tx, Author, string, int64) (Listing, error),
) (Listing, error) {
	var stored Listing
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		stored, err = do(ctx, tx, by, id, version)
		return err
	})
	return stored, err
}

// Merge joins the card from into the card into; from's address then leads to into. errs.Conflict when one of them is merged
// already.
func (s *Service) Merge(ctx context.Context, by Author, into, from string) (Listing, error) {
	var joined Listing
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		joined, err = s.MergeIn(ctx, tx, by, into, from)
		return err
	})
	return joined, err
}

// MergeIn is Merge in the caller's transaction.
func (s *Service) MergeIn(ctx context.Context, tx *db.Tx, by Author, into, from string) (Listing, error) {
	by = s.dated(by)
	first, second := min(into, from), max(into, from) // one order for all: no circle of waiting
	tx.Serialize(ChangeKind, first).Serialize(ChangeKind, second)
	return s.by(by, Joined).JoinCards(ctx, tx, into, from, by.Source, s.now())
}

// Split undoes the merging of the card from and returns it; errs.Conflict when it is not merged.
func (s *Service) Split(ctx context.Context, by Author, from string) (Listing, error) {
	var parted Listing
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		parted, err = s.SplitIn(ctx, tx, by, from)
		return err
	})
	return parted, err
}

// SplitIn is Split in the caller's transaction.
func (s *Service) SplitIn(ctx context.Context, tx *db.Tx, by Author, from string) (Listing, error) {
	return s.by(s.dated(by), Parted).PartCard(ctx, tx.Serialize(ChangeKind, from), from, s.now())
}
