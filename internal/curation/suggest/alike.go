package suggest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// mostAlike is how many cards somebody is asked about.
const mostAlike = 6

// twin is a published card that may be what somebody speaks of, or one that has left the directory for want of a word.
type twin struct {
	listing.Listing
	Sure  bool // all but certainly
	Likes listing.Likeness
}

// detail is what tells a card from another one of the same name: where it is, what it does.
func (t twin) detail(at *territory.Territory, lang string) string {
	z, _ := at.Zone(t.Zone)
	return strings.Join(slices.DeleteFunc([]string{z.NameIn(lang), t.Headline}, func(s string) bool { return s == "" }), " · ")
}

// alikes finds the published cards of a territory that may present the same organisation, the likeliest first: by all that the
// candidate says, and by its name however it is spelt. The card of the candidate's own identifier is none. A candidate that is no
// card yet may be one that has lapsed.
func (s *Service) alikes(ctx context.Context, territory string, c listing.Candidate) ([]twin, error) {
	matches, err := s.listings.Candidates(ctx, s.DB.Read(), territory, listing.SearchKeys(c))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range matches {
		ids = append(ids, m.ListingID)
	}
	if s.Named != nil {
		named, err := s.Named(ctx, territory, c.Name, 2*mostAlike)
		if err != nil && !errs.Is(err, errs.Unavailable) { // the index is being read: the keys have found what they can
			return nil, err
		}
		ids = append(ids, named...)
	}
	slices.Sort(ids)
	records, err := s.listings.Records(ctx, s.DB.Read(), slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	return judged(c, records), nil
}

// judged are those of some cards that may be the candidate's.
func judged(c listing.Candidate, records []listing.Record) []twin {
	var out []twin
	for _, r := range records {
		lapsed := r.Listing.State == listing.Lapsed && !r.Listing.Withheld && c.ID == ""
		if r.Listing.State != listing.Published && !lapsed || r.Listing.ID == c.ID {
			continue
		}
		v, likes := listing.Judge(c, listing.CandidateOf(r.Listing, r.Company)), listing.CompareNames(c.Name, r.Listing.Name)
		if v.Judgement == listing.Distinct && likes == listing.Unlike {
			continue
		}
		out = append(out, twin{r.Listing, v.Judgement == listing.Sure, likes})
	}
	slices.SortStableFunc(out, func(a, b twin) int {
		return cmp.Or(-cmp.Compare(number(a.Sure), number(b.Sure)), -cmp.Compare(a.Likes, b.Likes), cmp.Compare(a.Name, b.Name))
	})
	return out[:min(len(out), mostAlike)]
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
