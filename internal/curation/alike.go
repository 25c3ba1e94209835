package curation

import (
	"context"
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// Kin is a card that resembles one that is proposed.
type Kin struct {
	Record  listing.Record
	Verdict listing.Verdict
}

// mostKin is how many cards are compared.
const mostKin = 200

// Alike looks for cards of a territory that may present an organisation already: the surest first. Cards that were merged are
// represented by those that stand for them.
func (s *Service) Alike(ctx context.Context, q db.Querier, territory string, content listing.Content, n Number) ([]Kin, error) {
	asked := listing.CandidateOf(listing.Listing{Content: content}, company.Company{Identifiers: numberOf(n)})
	matches, err := listing.Reader{}.Candidates(ctx, q, territory, listing.Keys(asked))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range matches {
		if !slices.Contains(ids, m.ListingID) && len(ids) < mostKin {
			ids = append(ids, m.ListingID)
		}
	}
	records, err := listing.Reader{}.Records(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	stands, err := standingFor(ctx, q, records)
	if err != nil {
		return nil, err
	}
	var kin []Kin
	for _, r := range records {
		v := listing.Judge(asked, listing.CandidateOf(r.Listing, r.Company))
		if v.Judgement == listing.Distinct {
			continue
		}
		r, ok := stands[r.Listing.ID]
		if ok && !slices.ContainsFunc(kin, func(k Kin) bool { return k.Record.Listing.ID == r.Listing.ID }) {
			kin = append(kin, Kin{r, v})
		}
	}
	slices.SortStableFunc(kin, func(a, b Kin) int {
		switch sure := listing.Sure; {
		case a.Verdict.Judgement == b.Verdict.Judgement:
			return 0
		case a.Verdict.Judgement == sure:
			return -1
		}
		return 1
	})
	return kin, nil
}

// standingFor gives the cards that stand for some, by the card, with one statement for each step of the ways up.
func standingFor(ctx context.Context, q db.Querier, records []listing.Record) (map[string]listing.Record, error) {
	stands := make(map[string]listing.Record, len(records))
	var next []string
	for _, r := range records {
		if r.Listing.State == listing.Merged {
			next = append(next, r.Listing.MergedInto)
		} else {
			stands[r.Listing.ID] = r
		}
	}
	found, err := listing.Reader{}.RecordsFor(ctx, q, next)
	for _, r := range records {
		if up, ok := found[r.Listing.MergedInto]; ok && r.Listing.State == listing.Merged {
			stands[r.Listing.ID] = up
		}
	}
	return stands, err
}
