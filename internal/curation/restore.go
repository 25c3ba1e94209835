package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// Restore sets fields of a card to what they said before one of its revisions: like Submit, but that nobody vouches for the card by
// it. errs.NotFound where the history no longer has the revision.
func (s *Service) Restore(ctx context.Context, by account.Actor, id string, version int64, revision string, fields []string) (Outcome, error) {
	if err := knownFields(fields, true); err != nil {
		return Outcome{}, err
	}
	return s.submit(ctx, by, id, version, fields, "", func(ctx context.Context, tx *db.Tx) (listing.Content, *string, error) {
		return s.Before(ctx, tx, id, revision)
	})
}

// Before gives what a card said before one of its revisions, and the revision after which it said so, "" for none that is kept.
func (s *Service) Before(ctx context.Context, q db.Querier, id, revision string) (listing.Content, *string, error) {
	if _, err := (listing.Reader{}).Revision(ctx, q, id, revision); err != nil {
		return listing.Content{}, nil, err
	}
	preceding, err := listing.Reader{}.Preceding(ctx, q, id, revision)
	if err != nil {
		return listing.Content{}, nil, err
	}
	content, err := listing.Reader{}.ContentAt(ctx, q, id, preceding)
	return content, &preceding, err
}

// writeOrPutBack writes a submission to the card, as something new or as what stood there before.
func (s *Service) writeOrPutBack(ctx context.Context, tx *db.Tx, in submission) (listing.Listing, []string, error) {
	if in.revision == nil {
		l := in.now
		if len(in.fields) == 0 {
			l.Version = in.version // nobody vouches for what they were not shown
		}
		return s.write(ctx, tx, in.author, l, in.content, in.fields)
	}
	l, err := s.freed(ctx, tx, in.author, in.now, in.fields)
	if err != nil || len(in.fields) == 0 {
		return l, nil, err
	}
	return s.Listings.RestoreIn(ctx, tx, in.author, l.ID, l.Version, *in.revision, in.fields)
}
