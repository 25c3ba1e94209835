package watch

import (
	"context"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// flagIn raises the flags of the cards whose companies have ended, and takes away those of companies that live. It names those, and the
// cards of the companies in kept, in the report.
func (s *Service) flagIn(ctx context.Context, tx *db.Tx, t *territory.Territory, ids, kept []string, found said, report *RegisterReport) error {
	cards, err := s.listings.OfCompanies(ctx, tx, ids)
	if err != nil {
		return err
	}
	var over []string
	for _, id := range ids {
		if card, ok := cards[id]; ok && found.Ended[id] != "" {
			over = append(over, card.ID)
		}
	}
	flags, err := s.listings.Flags(ctx, tx, over)
	if err != nil {
		return err
	}
	struck, live := map[string]finding{}, map[string]bool{}
	for _, id := range ids {
		card, ok := cards[id]
		number, over := found.Ended[id]
		switch {
		case !ok:
		case over:
			ended := found.Days[id]
			if ended == "" {
				ended = knownDay(flags[card.ID], number, t.Location())
			}
			struck[card.ID] = finding{subject: number, detail: StruckDetail(number, report.Day.In(t.Location()), ended)}
			if report.all || len(report.Struck) < mostNamed {
				report.Struck = append(report.Struck, Struck{card.ID, card.Name, number, ended})
			}
		default:
			live[card.ID] = true
		}
		if ok && slices.Contains(kept, id) && (report.all || len(report.Others) < mostNamed) {
			report.Others = append(report.Others, Named{card.ID, card.Name})
		}
	}
	did, err := s.settle(ctx, tx, t.Code, listing.StruckOff, struck, func(card string) bool { return live[card] })
	report.Flagged, report.Cleared = report.Flagged+did.raised, report.Cleared+did.cleared
	return err
}

// knownDay is the day of the end that an earlier file of the same register told of a company, "" for none.
func knownDay(flags []listing.Flag, number string, zone *time.Location) string {
	for _, f := range flags {
		if f.Kind != listing.StruckOff {
			continue
		}
		if s, ok := ReadStruckDetail(f.Detail, zone); ok && company.Format(s.Number) == number {
			return dayWords(s.Ended)
		}
	}
	return ""
}
