package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/moderate"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// changeDocket holds the changes of one kind that are proposed about cards.
type changeDocket struct {
	app  *App
	kind curation.Kind
}

var (
	_ moderate.Docket  = changeDocket{}
	_ moderate.Undoer  = changeDocket{}
	_ moderate.Writer  = changeDocket{}
	_ moderate.Limited = changeDocket{}
)

// Kind implements moderate.Docket.
func (d changeDocket) Kind() string {
	switch d.kind {
	case curation.Edit:
		return "modification"
	case curation.New:
		return "proposition"
	}
	return "signalement"
}

// countChanges counts the changes of all kinds that wait.
func (a *App) countChanges(ctx context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	all, err := a.Curation.Tally(ctx, by)
	tallies := map[string]moderate.Tally{}
	for kind, t := range all {
		tallies[changeDocket{a, kind}.Kind()] = moderate.Tally(t)
	}
	return tallies, err
}

// Waiting implements moderate.Docket.
func (d changeDocket) Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]moderate.Line, error) {
	changes, err := d.app.Curation.Waiting(ctx, by, curation.Filter{Kind: d.kind, Limit: limit})
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	var ids, cards, people []string
	for _, c := range changes {
		ids = append(ids, c.ID)
		cards = append(cards, c.Listing)
		people = append(people, c.Person)
	}
	found, err := d.app.Listings.ByIDs(ctx, d.app.DB.Read(), distinctOf(cards))
	if err != nil {
		return nil, err
	}
	names, err := d.app.Accounts.Names(ctx, distinctOf(people))
	if err != nil {
		return nil, err
	}
	voices, err := d.app.Curation.Voices(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	lines := make([]moderate.Line, 0, len(changes))
	for _, c := range changes {
		var card listing.Listing
		if i := slices.IndexFunc(found, func(l listing.Listing) bool { return l.ID == c.Listing }); i >= 0 {
			card = found[i]
		}
		lines = append(lines, lineOf(p, c, card, cmp.Or(names[c.Person], c.Name, c.Mail), voices[c.ID]))
	}
	return lines, nil
}

func distinctOf(ids []string) []string {
	ids = slices.DeleteFunc(slices.Sorted(slices.Values(ids)), func(id string) bool { return id == "" })
	return slices.Compact(ids)
}

func lineOf(p *locale.Printer, c curation.Change, card listing.Listing, who string, voices int) moderate.Line {
	l := moderate.Line{
		ID: c.ID, Title: cmp.Or(card.Name, c.After.Name, p.T("app.moderation.card_gone")), Detail: changeDetail(p, c), Who: who, At: c.ConfirmedAt,
		Urgent: c.About == curation.AboutOffence, Seen: seenCard(card), Bulk: []string{moderate.Accept, moderate.Refuse},
	}
	if len(c.Fields) == 0 || c.Suspicious() || c.Kind == curation.New || card.ID == "" {
		l.Bulk = []string{moderate.Refuse}
	}
	if l.Doubtful = c.Suspicious(); l.Doubtful {
		l.Bulk = append(l.Bulk, moderate.Discard)
		l.Badges = append(l.Badges, ui.Badge{Label: p.T("app.moderation.suspicious"), Tone: ui.Warn})
	}
	if voices > 0 {
		l.Badges = append(l.Badges, ui.Badge{Label: p.T("app.moderation.voices", "n", voices+1), Tone: ui.Info})
	}
	return l
}

// changeDetail is what is proposed, in a few words.
func changeDetail(p *locale.Printer, c curation.Change) string {
	switch {
	case c.About != "" && len(c.Fields) == 0:
		return p.T(curation.AboutKey(c.About))
	case c.Kind == curation.New:
		return p.T(c.After.Category.Key())
	case len(c.Fields) == 0:
		return shortened(c.Message)
	}
	names := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		names[i] = p.T(listing.FieldKey(f))
	}
	return p.List(names)
}

// shortened is the beginning of a text.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 120 {
		return string(runes[:119]) + "…"
	}
	return text
}

// Decide implements moderate.Docket.
func (d changeDocket) Decide(ctx context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	c, now, err := d.change(ctx, by, id)
	if err != nil {
		return moderate.Done{}, err
	}
	decision, err := d.decision(ctx, c, now.Listing, m)
	if err != nil {
		return moderate.Done{}, err
	}
	decided, err := d.app.Curation.Decide(ctx, by, id, decision)
	if err != nil {
		return moderate.Done{}, renamed(err)
	}
	done := moderate.Done{Title: cmp.Or(now.Listing.Name, c.After.Name), Undo: d.app.Curation.Undoable(by, decided, decided.DecidedAt)}
	switch decided.State {
	case curation.Accepted:
		done.As = map[string]string{actHide: actHide, actCease: "cesse"}[m.Act]
	case curation.Partly:
		done.As = "partie"
	case curation.Offered:
		done.As = "transmis"
	}
	return done, nil
}

// reasonExists is the code of the reason that an organisation has a card already.
const reasonExists = "exists"

// actDone is the act by which what a message asked for has been seen to.
const actDone = "regler"

// decision is what was decided in the queue, as the room of changes takes it.
func (d changeDocket) decision(ctx context.Context, c curation.Change, now listing.Listing, m moderate.Decision) (out curation.Decision, err error) {
	if out.Reason, err = d.reason(ctx, c, m); err != nil {
		return out, err
	}
	out.Card, out.Seen = readShown(m.Seen)
	switch m.Act {
	case moderate.Accept:
		if out.Take = m.Take; m.All {
			out.Take = curation.Usual(c, now)
		}
		if m.All && (len(out.Take) == 0 || c.Suspicious() || c.Kind == curation.New) {
			return out, moderate.OneByOne()
		}
		if len(out.Take) == 0 {
			return out, &errs.E{Kind: errs.Invalid, Key: "app.moderation.take_some", Fields: []errs.Field{{Name: "champs", Key: "app.moderation.take_some"}}}
		}
	case actDone:
		out.Done = true
	case actHide, actCease:
		if c.About != curation.AboutClosed {
			return out, errs.New(errs.Invalid, "moderate.no_act", nil)
		}
		out.Done, out.End = true, endings()[m.Act]
	case moderate.Discard:
		out.Silent, out.Reason = true, ""
	case moderate.Refuse:
	default:
		return out, errs.New(errs.Invalid, "moderate.no_act", nil)
	}
	return out, nil
}

// refusesSome reports whether a decision leaves something of a change untaken.
func refusesSome(c curation.Change, m moderate.Decision) bool {
	switch {
	case m.Act == actDone || m.Act == moderate.Accept && c.Kind == curation.New:
		return false
	case m.Act == moderate.Accept:
		return slices.ContainsFunc(c.Fields, func(f string) bool { return !slices.Contains(m.Take, f) })
	}
	return true
}

// reason is what the author is told: where their organisation has a card already, also where that is.
func (d changeDocket) reason(ctx context.Context, c curation.Change, m moderate.Decision) (string, error) {
	lang := cmp.Or(c.Lang, locale.French)
	if !refusesSome(c, m) {
		m.Ready = "" // the ready ones are reasons to refuse
	}
	text := moderate.ReasonText(d.app.printer(ctx, lang), m)
	if c.Kind != curation.New || m.Ready != reasonExists {
		return text, nil
	}
	kin, err := d.app.Curation.Alike(ctx, d.app.DB.Read(), c.Territory, c.After, c.Number)
	twin, sure := surely(kin)
	if err != nil || !sure || twin.State != listing.Published {
		return text, err
	}
	site, err := sites{d.app}.Site(ctx, c.Territory, lang)
	if url := site.URL(curation.CardPath(twin.Slug)); url != "" {
		text += "\n" + site.P.T("app.moderation.exists_at", "name", twin.Name, "url", url)
	}
	return text, err
}

// renamed puts the fields of an error under the names that the pages of the queue give them.
func renamed(err error) error {
	e := errs.As(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	own := *e
	own.Fields = slices.Clone(e.Fields)
	for i, f := range own.Fields {
		switch f.Name {
		case "reason":
			own.Fields[i].Name = "raison"
		case "take":
			own.Fields[i].Name = "champs"
		default: // what the card would say is at fault: its field is named, and stands beside its box
			own.Fields[i].Name = "prendre-" + f.Name
		}
	}
	return &own
}

// change reads a change of this kind, or one that was an edit until its card became part of another company's.
func (d changeDocket) change(ctx context.Context, by account.Actor, id string) (curation.Change, listing.Record, error) {
	if err := by.Require(account.Reader); err != nil {
		return curation.Change{}, listing.Record{}, err
	}
	c, now, err := d.app.Curation.Change(ctx, by, id)
	own := c.Kind == d.kind || d.kind == curation.Edit && c.Kind == curation.Suggestion
	if err == nil && (!own || c.State == curation.Unconfirmed) {
		err = errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	return c, now, err
}

// Undo implements moderate.Undoer.
func (d changeDocket) Undo(ctx context.Context, by account.Actor, id string) error {
	return d.app.Curation.Undo(ctx, by, id)
}

// UndoFor implements moderate.Limited.
func (d changeDocket) UndoFor() time.Duration { return d.app.Curation.Grace }

// Letters implements moderate.Writer.
func (d changeDocket) Letters(ctx context.Context, by account.Actor, id string, decisions []moderate.Decision) ([][]moderate.Draft, error) {
	c, now, err := d.change(ctx, by, id)
	if err != nil || !c.State.Open() {
		return nil, err
	}
	var wanted []curation.Decision
	var at []int
	for i, m := range decisions {
		if decision, err := d.decision(ctx, c, now.Listing, m); err == nil { // where nothing is ticked there is nothing to show
			wanted, at = append(wanted, decision), append(at, i)
		}
	}
	written, err := d.app.Curation.Previews(ctx, by, id, wanted)
	if err != nil {
		return nil, err
	}
	out := make([][]moderate.Draft, len(decisions))
	for i, letters := range written {
		toOwners := slices.ContainsFunc(letters, func(l curation.Preview) bool { return l.Owners })
		toAuthors := slices.ContainsFunc(letters, func(l curation.Preview) bool { return !l.Owners })
		for _, l := range letters {
			draft := moderate.Draft{Who: d.app.printer(ctx, by.Lang).List(l.To), N: len(l.To), Letter: l.Letter}
			switch {
			case l.Hidden:
				draft.To = "app.moderation.letter_hidden"
			case l.Owners && !toAuthors:
				draft.To = "app.moderation.letter_owners_alone"
			case l.Owners:
				draft.To = "app.moderation.letter_owners"
			case len(l.To) > 1:
				draft.To = "app.moderation.letter_same"
			case toOwners:
				draft.To = "app.moderation.letter_author"
			}
			out[at[i]] = append(out[at[i]], draft)
		}
	}
	return out, nil
}
