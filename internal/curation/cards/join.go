package cards

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Twin is a card that may present the same organisation as another.
type Twin struct {
	Listing listing.Listing
	Reasons []listing.Reason
	Sure    bool
}

// mostTwins is how many are offered.
const mostTwins = 10

// Alike looks for cards that may present the same organisation as one that stands for itself, the surest first; with words, for
// those of that name instead.
func (s *Service) Alike(ctx context.Context, by account.Actor, id, words string) (listing.Record, []Twin, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return listing.Record{}, nil, err
	}
	q := s.DB.Read()
	r, err := s.here(ctx, q, by, id)
	if err != nil {
		return r, nil, err
	}
	if words != "" {
		found, err := s.Find(ctx, by, Filter{Words: words})
		var twins []Twin
		for _, line := range found.Lines {
			if line.Listing.ID != id && len(twins) < mostTwins {
				twins = append(twins, Twin{Listing: line.Listing})
			}
		}
		return r, twins, err
	}
	var number curation.Number
	if ids := r.Company.Identifiers; len(ids) > 0 {
		number = curation.Number{Scheme: ids[0].Scheme, Written: ids[0].Value}
	}
	kin, err := s.Changes.Alike(ctx, q, by.Territory, r.Listing.Content, number)
	var twins []Twin
	for _, k := range kin {
		if k.Record.Listing.ID != id && len(twins) < mostTwins {
			twins = append(twins, Twin{k.Record.Listing, k.Verdict.Reasons, k.Verdict.Judgement == listing.Sure})
		}
	}
	return r, twins, err
}

// Pair are two cards before they are reunited: the one that stays, and the one that goes into it.
type Pair struct {
	Into, From listing.Record
	Owned      map[string]bool // by the card: somebody acts for its company
	Joined     listing.Record  // what Into would become
	Taken      []string        // fields that it would take over
	Lost       []string        // fields in which From says something else, which is no longer shown
	Same       []string        // fields in which both say the same
	Verdict    listing.Verdict // what speaks for one organisation
	Obstacle   error           // why they cannot be reunited, nil where they can
}

// Pair shows what would become of two cards that are reunited.
func (s *Service) Pair(ctx context.Context, by account.Actor, into, from string) (Pair, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Pair{}, err
	}
	q := s.DB.Read()
	p := Pair{Owned: map[string]bool{}}
	var err error
	for _, one := range []struct {
		id string
		r  *listing.Record
	}{{into, &p.Into}, {from, &p.From}} {
		if *one.r, err = s.here(ctx, q, by, one.id); err != nil {
			return Pair{}, err
		}
		orphan, err := s.Accounts.Claimable(ctx, q, one.r.Company.ID)
		if err != nil {
			return Pair{}, err
		}
		p.Owned[one.id] = !orphan
	}
	p.Verdict = listing.Judge(listing.CandidateOf(p.Into.Listing, p.Into.Company), listing.CandidateOf(p.From.Listing, p.From.Company))
	switch {
	case into == from:
		p.Obstacle = errs.New(errs.Conflict, "cards.same_card", nil)
	case p.Into.Listing.State == listing.Merged || p.From.Listing.State == listing.Merged:
		p.Obstacle = errs.New(errs.Conflict, "listing.merged_already", nil)
	}
	var m listing.Merging
	p.Joined, _, m = listing.JoinRecords(p.Into, p.From)
	for _, t := range m.Taken {
		p.Taken = append(p.Taken, t.Field)
	}
	for _, f := range listing.Fields() {
		switch a, b := &p.Into.Listing.Content, &p.From.Listing.Content; {
		case f.Empty(a) && f.Empty(b) || slices.Contains(p.Taken, f.Name):
		case f.Same(a, b) || f.Empty(b):
			p.Same = append(p.Same, f.Name)
		default:
			p.Lost = append(p.Lost, f.Name)
		}
	}
	return p, nil
}

// Seen are the versions of two cards that somebody had before their eyes.
type Seen struct{ Into, From int64 }

// Merge reunites two cards: a project manager does. errs.Conflict where one of them was written since, or is reunited already.
func (s *Service) Merge(ctx context.Context, by account.Actor, into, from string, seen Seen) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	if into == from {
		return errs.New(errs.Conflict, "cards.same_card", nil)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, id := range []string{min(into, from), max(into, from)} { // the order of listing.Service
			tx.Serialize(listing.ChangeKind, id)
		}
		for id, version := range map[string]int64{into: seen.Into, from: seen.From} {
			r, err := s.here(ctx, tx, by, id)
			if err != nil {
				return err
			}
			if r.Listing.Version != version {
				return errs.New(errs.Conflict, "cards.pair_changed", nil)
			}
		}
		joined, err := s.Listings.MergeIn(ctx, tx, staff(by), into, from)
		if err != nil {
			return err
		}
		if err := s.Rooms.Twins.Settle(ctx, tx, by.Territory, into, from, true); err != nil {
			return err
		}
		if err := s.Changes.MergedIn(ctx, tx, by, into, from); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "cards.merged", joined, map[string]string{"from": from})
	})
}

// Parting is a card that would be parted from the one that stands for it.
type Parting struct {
	Into, From listing.Listing // as they stand
	Back, Own  listing.Listing // as they would
	Given      []string        // fields that Into would give back
}

// Partings are the ways in which a card can be parted from those that it stands for, the latest merging first. For one that was
// merged itself, it is the ways of the one that stands for it.
func (s *Service) Partings(ctx context.Context, by account.Actor, id string) (listing.Listing, []Parting, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return listing.Listing{}, nil, err
	}
	q := s.DB.Read()
	r, err := s.here(ctx, q, by, id)
	if err != nil {
		return listing.Listing{}, nil, err
	}
	if r.Listing.State == listing.Merged {
		if r, err = s.here(ctx, q, by, r.Listing.MergedInto); err != nil {
			return listing.Listing{}, nil, err
		}
	}
	mergings, err := listing.Reader{}.MergedInto(ctx, q, r.Listing.ID)
	if err != nil {
		return r.Listing, nil, err
	}
	var ids []string
	for _, m := range mergings {
		ids = append(ids, m.From)
	}
	found, err := listing.Reader{}.ByIDs(ctx, q, ids)
	var partings []Parting
	for _, m := range slices.Backward(mergings) {
		at := slices.IndexFunc(found, func(l listing.Listing) bool { return l.ID == m.From })
		if at < 0 {
			continue
		}
		p := Parting{Into: r.Listing, From: found[at]}
		p.Back, p.Own = listing.Part(p.Into, p.From, m)
		for _, f := range listing.Fields() {
			if !f.Same(&p.Into.Content, &p.Back.Content) {
				p.Given = append(p.Given, f.Name)
			}
		}
		partings = append(partings, p)
	}
	return r.Listing, partings, err
}

// Split parts a card from the one that stands for it: a project manager does. errs.Conflict where it is not merged with that one.
func (s *Service) Split(ctx context.Context, by account.Actor, into, from string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, id := range []string{min(into, from), max(into, from)} {
			tx.Serialize(listing.ChangeKind, id)
		}
		r, err := s.here(ctx, tx, by, from)
		if err != nil {
			return err
		}
		if r.Listing.State != listing.Merged || r.Listing.MergedInto != into {
			return errs.New(errs.Conflict, "listing.not_merged", nil)
		}
		parted, err := s.Listings.SplitIn(ctx, tx, staff(by), from)
		if err != nil {
			return err
		}
		if err := s.Rooms.Twins.Settle(ctx, tx, by.Territory, into, from, false); err != nil {
			return err
		}
		if err := s.Changes.PartedIn(ctx, tx, by, from); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "cards.split", parted, map[string]string{"from": into})
	})
}

// Better says which of two cards should stay when they are reunited: one that is public, then one whose company somebody acts for,
// then the one that says more, then the older one.
func (s *Service) Better(ctx context.Context, by account.Actor, a, b string) (string, error) {
	p, err := s.Pair(ctx, by, a, b)
	if err != nil {
		return "", err
	}
	if better(p.From.Listing, p.Into.Listing, p.Owned) {
		return b, nil
	}
	return a, nil
}

// better reports whether more speaks for a card than for another one.
func better(l, o listing.Listing, owned map[string]bool) bool {
	switch public := listing.Published; {
	case (l.State == public) != (o.State == public):
		return l.State == public
	case owned[l.ID] != owned[o.ID]:
		return owned[l.ID]
	case l.Completeness != o.Completeness:
		return l.Completeness > o.Completeness
	}
	return l.CreatedAt.Before(o.CreatedAt)
}
