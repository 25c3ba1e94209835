package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/moderate"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// duplicateDocket holds the pairs of cards that imports found too much alike to say.
type duplicateDocket struct{ app *App }

var (
	_ moderate.Docket = duplicateDocket{}
	_ moderate.Undoer = duplicateDocket{}
)

// Kind implements moderate.Docket.
func (duplicateDocket) Kind() string { return "doublon" }

// count counts what waits.
func (d duplicateDocket) count(ctx context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	n, oldest, err := d.app.Importer.CountWaiting(ctx, by.Territory)
	return map[string]moderate.Tally{d.Kind(): {N: n, Oldest: oldest}}, err
}

// pairID names a pair in addresses.
func pairID(a, b string) string { return a + "." + b }

// Waiting implements moderate.Docket.
func (d duplicateDocket) Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]moderate.Line, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	pairs, err := d.app.Importer.Waiting(ctx, by.Territory, limit)
	lines := make([]moderate.Line, 0, len(pairs))
	for _, pair := range pairs {
		lines = append(lines, moderate.Line{
			ID: pairID(pair.A.ID, pair.B.ID), Title: pair.A.Name + " / " + pair.B.Name, Detail: reasonsOf(p, pair.Reasons), At: pair.FoundAt, Bulk: []string{moderate.Refuse},
		})
	}
	return lines, err
}

func reasonsOf(p *locale.Printer, reasons []string) string {
	words := make([]string, len(reasons))
	for i, r := range reasons {
		words[i] = p.T(listing.Reason(r).Key())
	}
	return strings.Join(words, ", ")
}

func (d duplicateDocket) pair(ctx context.Context, by account.Actor, id string) (importer.Pair, error) {
	if err := by.Require(account.Reader); err != nil {
		return importer.Pair{}, err
	}
	a, b, ok := strings.Cut(id, ".")
	if !ok {
		return importer.Pair{}, errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	return d.app.Importer.Pair(ctx, by.Territory, a, b)
}

// Show implements moderate.Docket.
func (d duplicateDocket) Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (moderate.Sheet, error) {
	pair, err := d.pair(ctx, by, id)
	if err != nil {
		return moderate.Sheet{}, err
	}
	names, p := d.app.cardNames(ctx, f.P), f.P
	sheet := moderate.Sheet{
		Title: pair.A.Listing.Name + " / " + pair.B.Listing.Name, At: pair.FoundAt, SidesAs: p.T("app.moderation.two_cards"),
		Seen:  seenCard(pair.A.Listing) + " " + seenCard(pair.B.Listing),
		Facts: ui.Summary{Rows: []ui.SummaryRow{{Name: p.T("app.moderation.why"), Value: reasonsOf(p, pair.Reasons)}}},
	}
	lost := map[string]loss{pair.A.Listing.ID: lossOf(names, pair.A, pair.B), pair.B.Listing.ID: lossOf(names, pair.B, pair.A)}
	owned, err := d.owned(ctx, pair)
	if err != nil {
		return moderate.Sheet{}, err
	}
	kept := usual(pair, lost, owned)
	for _, r := range []listing.Record{pair.A, pair.B} {
		side := moderate.Side{
			Title: r.Listing.Name, URL: f.Path(curation.CardPath(r.Listing.Slug)), Choice: &ui.Option{Value: r.Listing.ID, Label: p.T("app.moderation.keep"), Selected: r.Listing.ID == kept},
			Facts: cardFacts(names, r, "category", "headline", "address", "postcode", "city", "phones", "emails", "websites", "competences"),
		}
		account := ui.SummaryRow{Name: p.T("cards.account"), Value: p.T("cards.account_no")}
		if owned[r.Listing.ID] {
			account.Value = p.T("cards.account_yes")
		}
		side.Facts.Rows = append(side.Facts.Rows, account, ui.SummaryRow{Name: p.T("app.moderation.complete"), Value: p.Percent(float64(r.Listing.Completeness) / 100)})
		if pair.Open {
			side.Facts.Rows = append(side.Facts.Rows, ui.SummaryRow{Name: p.T("app.moderation.lost"), Value: lost[r.Listing.ID].words(p)})
		}
		sheet.Sides = append(sheet.Sides, side)
	}
	if !pair.Open {
		return sheet, d.settled(ctx, by, pair, f, &sheet)
	}
	sheet.Notices = append([]ui.Notice{{Tone: ui.Info, Text: p.T("app.moderation.pair_hint")}}, ownedNotice(p, pair, owned)...)
	if decides(by) {
		sheet.Choices = []moderate.Choice{
			{Act: moderate.Accept, Label: p.T("app.moderation.merge"), Kind: ui.Main, Key: "a"},
			{Act: moderate.Refuse, Label: p.T("app.moderation.distinct"), Key: "r"},
		}
	}
	return sheet, nil
}

// usual is the card of a pair that is kept unless somebody says otherwise: the one that somebody acts for, else the one with which less of
// what companies or the team said is lost, then less at all, then the one that says more.
func usual(pair importer.Pair, lost map[string]loss, owned map[string]bool) string {
	a, b := pair.A, pair.B
	best := a.Listing.ID
	withA, withB := lost[a.Listing.ID], lost[b.Listing.ID]
	switch {
	case owned[a.Listing.ID] != owned[b.Listing.ID]:
		if owned[b.Listing.ID] {
			best = b.Listing.ID
		}
	case cmp.Or(cmp.Compare(withA.vouched, withB.vouched), cmp.Compare(len(withA.fields), len(withB.fields)),
		cmp.Compare(b.Listing.Completeness, a.Listing.Completeness)) > 0:
		best = b.Listing.ID
	}
	return best
}

// owned tells, by the card, for which companies of a pair somebody acts.
func (d duplicateDocket) owned(ctx context.Context, pair importer.Pair) (map[string]bool, error) {
	owned := map[string]bool{}
	for _, r := range []listing.Record{pair.A, pair.B} {
		free, err := d.app.Accounts.Claimable(ctx, d.app.DB.Read(), r.Company.ID)
		if err != nil {
			return nil, err
		}
		owned[r.Listing.ID] = !free
	}
	return owned, nil
}

// ownedNotice says what becomes of the people of a card that would go, nothing where there are none.
func ownedNotice(p *locale.Printer, pair importer.Pair, owned map[string]bool) []ui.Notice {
	a, b := pair.A.Listing, pair.B.Listing
	switch {
	case a.CompanyID == b.CompanyID || !owned[a.ID] && !owned[b.ID]:
		return nil
	case owned[a.ID] && owned[b.ID]:
		return []ui.Notice{{Tone: ui.Warn, Text: p.T("app.moderation.pair_owned_both")}}
	case owned[b.ID]:
		a = b
	}
	return []ui.Notice{{Tone: ui.Warn, Text: p.T("app.moderation.pair_owned", "name", a.Name)}}
}

// loss is what would be shown no more of a card that is merged into another.
type loss struct {
	fields  []string // each with what it says, in words
	vouched int      // how many things of them a person said
}

// lossOf is what would be lost of a card by keeping another one.
func lossOf(n curation.Names, kept, other listing.Record) loss {
	joined, _, _ := listing.JoinRecords(kept, other)
	var out loss
	for _, field := range listing.FieldNames() {
		stays := n.Said(joined.Listing.Content, field)
		gone := slices.DeleteFunc(slices.Clone(n.Said(other.Listing.Content, field)), func(said string) bool { return slices.Contains(stays, said) })
		if len(gone) == 0 {
			continue
		}
		words, key := n.P.T(listing.FieldKey(field)), "app.moderation.lost_field"
		if by := other.Listing.Provenance[field]; by.Person() {
			out.vouched += len(gone)
			if key = "app.moderation.lost_team"; by.Kind == company.FromOwner {
				key = "app.moderation.lost_owner"
			}
		}
		out.fields = append(out.fields, n.P.T(key, "field", words, "said", inLine(gone)))
	}
	return out
}

func (l loss) words(p *locale.Printer) string {
	if len(l.fields) == 0 {
		return p.T("app.moderation.lost_none")
	}
	words := l.fields[0]
	for _, field := range l.fields[1:] {
		words = p.T("app.moderation.lost_between", "first", words, "second", field)
	}
	return words
}

// settled says who decided about a pair, and leads to where its cards are parted.
func (d duplicateDocket) settled(ctx context.Context, by account.Actor, pair importer.Pair, f ui.Frame, sheet *moderate.Sheet) error {
	a, b := pair.A.Listing, pair.B.Listing
	notice := ui.Notice{Tone: ui.Info, Text: f.P.T("app.moderation.pair_settled")}
	var last audit.Entry
	for one, other := range map[string]string{a.ID: b.ID, b.ID: a.ID} {
		entries, err := audit.Read(ctx, d.app.DB.Read(), audit.Filter{Territory: by.Territory, Kind: listing.ChangeKind, Object: one})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if as := settledAs(e.Action); as != "" && (e.Detail["other"] == other || e.Detail["from"] == other) && e.ID > last.ID {
				last = e
			}
		}
	}
	merged, own, key := settledAs(last.Action) == "merged", last.Actor == by.Person, ""
	switch {
	case last.ID == "" || !own && last.ActorName == "":
	case merged && own:
		key = "app.moderation.pair_merged_you"
	case merged:
		key = "app.moderation.pair_merged_by"
	case own:
		key = "app.moderation.pair_distinct_you"
	default:
		key = "app.moderation.pair_distinct_by"
	}
	if key != "" {
		notice.Text = f.P.T(key, "who", last.ActorName, "day", last.At)
	}
	sheet.Notices = []ui.Notice{notice}
	if (a.MergedInto == b.ID || b.MergedInto == a.ID) && decides(by) {
		into := a.ID
		if a.MergedInto == b.ID {
			into = b.ID
		}
		sheet.Links = append(sheet.Links, ui.Button{Label: f.P.T("app.moderation.part"), Icon: "split", URL: f.Path(teamcards.SplitPath(into))})
	}
	return nil
}

// settledAs is what an act of the trail decided about a pair of cards: "merged", "distinct", or "" for any other act.
func settledAs(action string) string {
	switch action {
	case "curation.duplicate_merged", "cards.merged":
		return "merged"
	case "curation.duplicate_dismissed", "cards.split":
		return "distinct"
	}
	return ""
}

// Decide implements moderate.Docket.
func (d duplicateDocket) Decide(ctx context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return moderate.Done{}, err
	}
	pair, err := d.pair(ctx, by, id)
	if err != nil {
		return moderate.Done{}, err
	}
	done := moderate.Done{Title: pair.A.Listing.Name + " / " + pair.B.Listing.Name, As: "distinct", Undo: true}
	settling := importer.Settling{A: pair.A.Listing.ID, B: pair.B.Listing.ID, Seen: map[string]int64{}}
	for card := range strings.FieldsSeq(m.Seen) {
		id, version := readShown(card)
		settling.Seen[id] = version
	}
	entry := audit.Entry{Action: "curation.duplicate_dismissed", Kind: listing.ChangeKind, Object: pair.A.Listing.ID, Detail: map[string]string{"other": pair.B.Listing.ID}}
	switch {
	case m.Act == moderate.Refuse:
	case m.Act != moderate.Accept:
		return moderate.Done{}, errs.New(errs.Invalid, "moderate.no_act", nil)
	case m.All:
		return moderate.Done{}, moderate.OneByOne()
	default:
		settling.Into, done.As, entry.Action = m.Pick, "fusion", "curation.duplicate_merged"
		if settling.Into == "" {
			return moderate.Done{}, errs.New(errs.Invalid, "app.moderation.keep_which", nil)
		}
	}
	author := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: by.Person}
	return done, d.app.Importer.SettlePair(ctx, author, by.Territory, settling, func(tx *db.Tx) error {
		if settling.Into != "" {
			from := settling.A
			if settling.Into == from {
				from = settling.B
			}
			if err := d.app.Curation.MergedIn(ctx, tx, by, settling.Into, from); err != nil {
				return err
			}
		}
		return d.app.Accounts.Note(ctx, tx, by, entry)
	})
}

// Undo implements moderate.Undoer.
func (d duplicateDocket) Undo(ctx context.Context, by account.Actor, id string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	pair, err := d.pair(ctx, by, id)
	if err != nil {
		return err
	}
	author := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: by.Person}
	return d.app.Importer.ReopenPair(ctx, author, by.Territory, pair.A.Listing.ID, pair.B.Listing.ID, func(tx *db.Tx) error {
		for _, l := range []listing.Listing{pair.A.Listing, pair.B.Listing} {
			if l.State != listing.Merged {
				continue
			}
			if err := d.app.Curation.PartedIn(ctx, tx, by, l.ID); err != nil {
				return err
			}
		}
		return d.app.Accounts.Note(ctx, tx, by, audit.Entry{
			Action: "curation.duplicate_reopened", Kind: listing.ChangeKind, Object: pair.A.Listing.ID, Detail: map[string]string{"other": pair.B.Listing.ID},
		})
	})
}
