package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/curation/moderate"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/watch"
	"grappe/internal/watch/registers"
)

// flagDocket holds what speaks against published cards.
type flagDocket struct{ app *App }

var (
	_ moderate.Docket = flagDocket{}
	_ moderate.Writer = flagDocket{}
)

// What is done about a flag, besides accepting that it is settled.
const (
	actHide  = "masquer"
	actCease = "cesser"
)

// Kind implements moderate.Docket.
func (flagDocket) Kind() string { return "alerte" }

// count counts what waits.
func (d flagDocket) count(ctx context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	n, oldest, err := d.app.Listings.CountFlagged(ctx, d.app.DB.Read(), by.Territory)
	return map[string]moderate.Tally{d.Kind(): {N: n, Oldest: oldest}}, err
}

// Waiting implements moderate.Docket.
func (d flagDocket) Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]moderate.Line, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	flags, err := d.app.Listings.Flagged(ctx, d.app.DB.Read(), by.Territory, limit)
	if err != nil || len(flags) == 0 {
		return nil, err
	}
	ids := make([]string, len(flags))
	for i, f := range flags {
		ids[i] = f.Listing
	}
	cards, err := d.app.Listings.ByIDs(ctx, d.app.DB.Read(), distinctOf(ids))
	if err != nil {
		return nil, err
	}
	lines := make([]moderate.Line, 0, len(flags))
	for _, f := range flags {
		i := slices.IndexFunc(cards, func(l listing.Listing) bool { return l.ID == f.Listing })
		if i < 0 {
			continue
		}
		lines = append(lines, moderate.Line{
			ID: f.Listing + "." + string(f.Kind), Title: cards[i].Name, Detail: flagWords(p, f), At: f.Since,
			Urgent: f.Kind == listing.StruckOff, Seen: seenCard(cards[i]), // and no Bulk: what is made of an alert cannot be taken back
		})
	}
	return lines, nil
}

// flag reads a flag with its card.
func (d flagDocket) flag(ctx context.Context, by account.Actor, id string) (listing.Record, listing.Flag, bool, error) {
	absent := errs.New(errs.NotFound, "moderate.no_case", nil)
	card, kind, ok := strings.Cut(id, ".")
	if err := by.Require(account.Reader); err != nil || !ok {
		return listing.Record{}, listing.Flag{}, false, firstOf(err, absent)
	}
	records, err := d.app.Listings.Records(ctx, d.app.DB.Read(), []string{card})
	if err != nil || len(records) == 0 || records[0].Listing.Territory != by.Territory {
		return listing.Record{}, listing.Flag{}, false, firstOf(err, absent)
	}
	flags, err := d.app.Listings.Flags(ctx, d.app.DB.Read(), []string{card})
	i := slices.IndexFunc(flags[card], func(f listing.Flag) bool { return f.Kind == listing.FlagKind(kind) })
	if err != nil || i < 0 {
		return records[0], listing.Flag{Listing: card, Kind: listing.FlagKind(kind)}, false, err
	}
	return records[0], flags[card][i], true, nil
}

// firstOf is the first error of two.
func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Show implements moderate.Docket.
func (d flagDocket) Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (moderate.Sheet, error) {
	r, flag, there, err := d.flag(ctx, by, id)
	if err != nil {
		return moderate.Sheet{}, err
	}
	p := f.P
	sheet := moderate.Sheet{Title: r.Listing.Name, At: flag.Since, Seen: seenCard(r.Listing), Links: cardLinks(f, r.Listing)}
	sheet.Facts = cardFacts(d.app.cardNames(ctx, p), r, "address", "city", "phones", "emails", "websites")
	if !there {
		told, err := d.settled(ctx, flag, r.Listing.Territory, p)
		sheet.Notices = []ui.Notice{told}
		return sheet, err
	}
	day := func(t time.Time) string { return p.Date(t) }
	sheet.Facts.Rows = append([]ui.SummaryRow{
		{Name: p.T("app.moderation.flag"), Value: flagWords(p, flag)},
		{Name: p.T("app.moderation.flagged"), Value: p.T("app.moderation.flagged_days", "since", day(flag.Since), "seen", day(flag.Seen))},
	}, sheet.Facts.Rows...)
	if decides(by) {
		checked := moderate.Choice{Act: moderate.Accept, Label: p.T("app.moderation.checked"), Kind: ui.Main, Key: "a"}
		if flag.Kind == listing.StruckOff {
			checked.Label = p.T("app.moderation.checked_active")
			sheet.Links = append(sheet.Links, ui.Button{Label: p.T("app.moderation.newer_register"), Icon: "file-up", URL: f.Path(registers.Path)})
		}
		owners, err := d.app.Curation.OwnersToTell(ctx, d.app.DB.Read(), r.Company.ID)
		if err != nil {
			return moderate.Sheet{}, err
		}
		told := len(owners) > 0
		if sheet.Final = true; told {
			sheet.Lang, sheet.ReasonAs = owners[0].Lang, p.T("app.moderation.reason_hide")
			sheet.Notices = append(sheet.Notices, ownersTold(p, len(owners)))
		}
		sheet.Choices = []moderate.Choice{
			checked,
			{Act: actHide, Label: p.T("app.moderation.hide"), Reason: told},
			{Act: actCease, Label: p.T("app.moderation.cease"), Kind: ui.Danger, Reason: told},
		}
	}
	return sheet, nil
}

// ownersTold says that who acts for a company is written to where its card is taken away.
func ownersTold(p *locale.Printer, n int) ui.Notice {
	return ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.owners_told", "n", n)}
}

// Letters implements moderate.Writer.
func (d flagDocket) Letters(ctx context.Context, by account.Actor, id string, decisions []moderate.Decision) ([][]moderate.Draft, error) {
	r, _, _, err := d.flag(ctx, by, id)
	if err != nil {
		return nil, err
	}
	out := make([][]moderate.Draft, len(decisions))
	for i, m := range decisions {
		how, hides := endings()[m.Act]
		if !hides {
			continue
		}
		letters, err := d.app.Curation.HidingPreviews(ctx, by, r.Listing, curation.Hiding{How: how, Reason: m.Text})
		if err != nil {
			return nil, err
		}
		for _, l := range letters {
			out[i] = append(out[i], moderate.Draft{Who: d.app.printer(ctx, by.Lang).List(l.To), N: len(l.To), To: "app.moderation.letter_hidden", Letter: l.Letter})
		}
	}
	return out, nil
}

// endings are the acts that take a card from the public, as the room of changes knows them.
func endings() map[string]string {
	return map[string]string{actHide: curation.FlagHidden, actCease: curation.FlagCeased}
}

// settled says what was made of a flag that is gone, by whom and when, as far as the trail still tells.
func (d flagDocket) settled(ctx context.Context, flag listing.Flag, territory string, p *locale.Printer) (ui.Notice, error) {
	gone := ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.no_flag")}
	for _, action := range []string{"curation.flag_settled", "cards.flag_settled"} {
		entries, err := audit.Read(ctx, d.app.DB.Read(), audit.Filter{Territory: territory, Action: action, Kind: listing.ChangeKind, Object: flag.Listing})
		if err != nil {
			return gone, err
		}
		i := slices.IndexFunc(entries, func(e audit.Entry) bool { return e.Detail["flag"] == string(flag.Kind) })
		if i < 0 {
			continue
		}
		e := entries[i]
		how := p.T("app.moderation.flag_settled." + cmp.Or(e.Detail["how"], curation.FlagChecked))
		return ui.Notice{Tone: ui.Info, Title: p.T("app.moderation.decided", "state", how, "who", cmp.Or(e.ActorName, p.T("app.moderation.erased")), "when", p.DateTime(e.At))}, nil
	}
	return gone, nil
}

// Decide implements moderate.Docket.
func (d flagDocket) Decide(ctx context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	r, flag, _, err := d.flag(ctx, by, id)
	if err != nil {
		return moderate.Done{}, err
	}
	how, as := curation.FlagChecked, "verifie"
	switch m.Act {
	case moderate.Accept:
		if m.All {
			return moderate.Done{}, moderate.OneByOne()
		}
	case actHide:
		how, as = curation.FlagHidden, actHide
	case actCease:
		how, as = curation.FlagCeased, "cesse"
	default:
		return moderate.Done{}, moderate.OneByOne()
	}
	_, version := readShown(m.Seen)
	err = d.app.Curation.SettleFlag(ctx, by, flag.Listing, flag.Kind, curation.Hiding{Version: version, How: how, Reason: m.Text})
	return moderate.Done{Title: r.Listing.Name, As: as}, renamed(err)
}

// flagWords says what a flag is about, and what was found.
func flagWords(p *locale.Printer, f listing.Flag) string {
	if f.Detail == "" {
		return p.T(f.Kind.Key())
	}
	return p.T("app.moderation.flag_detail", "flag", p.T(f.Kind.Key()), "detail", flagDetail(p, f))
}

// flagDetail says what was found, "" for nothing more than the flag itself says.
func flagDetail(p *locale.Printer, f listing.Flag) string {
	s, ok := watch.ReadStruckDetail(f.Detail, p.Zone())
	if !ok || f.Kind != listing.StruckOff {
		return f.Detail
	}
	key := "app.moderation.struck_off"
	if !s.Ended.IsZero() {
		key = "app.moderation.struck_off_on"
	}
	if s.Ended.After(s.Said) {
		key = "app.moderation.struck_off_ahead"
	}
	scheme := p.T(company.SchemeKey(s.Number.Scheme))
	number := strings.ReplaceAll(company.Format(s.Number), " ", locale.NoBreak)
	return p.T(key, "scheme", scheme, "number", number, "day", p.Date(s.Said), "end", p.Date(s.Ended))
}
