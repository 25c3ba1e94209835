package importer

import (
	"context"
	"errors"
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// Findings read what a run did: of a dry run, as long as its copy of the base is there.
type Findings struct {
	Run Run
	s   *Service
	q   db.Querier
}

// Findings are those of a run of a territory. It returns errs.NotFound where there is none.
func (s *Service) Findings(ctx context.Context, territory, run string) (Findings, error) {
	r, err := s.Run(ctx, territory, run)
	return Findings{Run: r, s: s, q: s.db.Read()}, err
}

// Outcomes calls f with what became of each row, in their order.
func (f Findings) Outcomes(ctx context.Context, do func(Outcome) error) error {
	return f.s.store.eachOutcome(ctx, f.q, f.Run.ID, do)
}

// Summary groups what was told: as the end of the run wrote it down, else from all outcomes.
func (f Findings) Summary(ctx context.Context) (Summary, error) {
	kept, err := f.s.store.summary(ctx, f.q, f.Run.ID)
	if err != nil || kept != nil {
		return *orNew(kept), err
	}
	return f.summarize(ctx)
}

func orNew(s *Summary) *Summary {
	if s == nil {
		return &Summary{}
	}
	return s
}

func (f Findings) summarize(ctx context.Context) (Summary, error) {
	var s Summary
	at := map[string]int{}
	err := f.Outcomes(ctx, func(o Outcome) error {
		s.add(o, at)
		return nil
	})
	return s, err
}

// Difference is what a row did to a card.
type Difference struct {
	Outcome Outcome
	Fields  []string        // of the card and the company: those that changed, or that a new card says
	Before  *listing.Record // nil for a new card
	After   listing.Record
}

// errEnough ends the reading of outcomes.
var errEnough = errors.New("importer: enough")

// Differences are what the first rows did that changed a card, at most so many.
func (f Findings) Differences(ctx context.Context, limit int) ([]Difference, error) {
	var found []Difference
	err := f.Outcomes(ctx, func(o Outcome) error {
		if o.Outcome == RowCreated || o.Outcome == RowUpdated || o.Outcome == RowMerged {
			found = append(found, Difference{Outcome: o})
		}
		if len(found) == limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) || len(found) == 0 {
		return nil, err
	}
	keys := make([]string, len(found))
	for i, d := range found {
		keys[i] = d.Outcome.ID
	}
	effects, err := f.s.store.effects(ctx, f.q, "WHERE run = $1 AND external_id IN "+company.InSQL(2, len(keys)),
		append([]any{f.Run.ID}, anyOf(keys)...)...)
	if err != nil {
		return nil, err
	}
	byKey := map[string]storedEffect{}
	var ids []string
	for _, e := range effects {
		if e.effect.Kind != "" {
			byKey[e.externalID] = e
			ids = append(ids, e.listing)
		}
	}
	records, err := f.s.listings.Records(ctx, f.q, ids)
	if err != nil {
		return nil, err
	}
	for i := range found {
		e, known := byKey[found[i].Outcome.ID]
		at := slices.IndexFunc(records, func(r listing.Record) bool { return r.Listing.ID == e.listing })
		if known && at >= 0 {
			found[i].between(e.effect, records[at])
		}
	}
	return slices.DeleteFunc(found, func(d Difference) bool { return d.After.Listing.ID == "" }), nil
}

// between fills in what stood before an effect, and what stands now.
func (d *Difference) between(e effect, now listing.Record) {
	d.After = now
	if e.Kind == effectCreated {
		d.Fields = append(saying(listing.Fields(), now.Listing.Content), saying(company.Fields(), now.Company)...)
		return
	}
	before := now
	if e.Listing != nil {
		d.Fields = append(d.Fields, e.Listing.Fields...)
		putBack(listing.Fields(), e.Listing.Fields, &before.Listing.Content, &e.Listing.Content)
	}
	if e.Company != nil {
		d.Fields = append(d.Fields, e.Company.Fields...)
		putBack(company.Fields(), e.Company.Fields, &before.Company, &e.Company.Company)
	}
	d.Before = &before
}

func saying[T any](fields []company.Field[T], in T) []string {
	var names []string
	for _, f := range fields {
		if !f.Empty(&in) {
			names = append(names, f.Name)
		}
	}
	return names
}

func putBack[T any](fields []company.Field[T], names []string, to, from *T) {
	for _, f := range fields {
		if slices.Contains(names, f.Name) {
			f.Copy(to, from)
		}
	}
}
