package app

import (
	"cmp"
	"context"
	"html/template"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/moderate"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// changeCase is a change with all that its page shows of it.
type changeCase struct {
	curation.Change
	now   listing.Record
	by    account.Actor
	f     ui.Frame
	names curation.Names
	same  []curation.Change
	kin   []curation.Kin // cards that an organisation that is proposed may have already
	told  int            // how many act for its company, and are written to where the card is taken away
}

// Show implements moderate.Docket.
func (d changeDocket) Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (moderate.Sheet, error) {
	c, now, err := d.change(ctx, by, id)
	if err != nil {
		return moderate.Sheet{}, err
	}
	v := changeCase{Change: c, now: now, by: by, f: f, names: d.app.cardNames(ctx, f.P)}
	if v.same, err = d.app.Curation.Same(ctx, by, id); err != nil {
		return moderate.Sheet{}, err
	}
	if c.Kind == curation.New && c.State == curation.Waiting {
		if v.kin, err = d.app.Curation.Alike(ctx, d.app.DB.Read(), c.Territory, c.After, c.Number); err != nil {
			return moderate.Sheet{}, err
		}
	}
	sheet := moderate.Sheet{
		Title: cmp.Or(now.Listing.Name, c.After.Name, f.P.T("app.moderation.card_gone")), At: c.ConfirmedAt, Message: c.Message, Seen: seenCard(now.Listing),
		Notices: v.notices(), Changes: v.changes(), Links: cardLinks(f, now.Listing), Reasons: v.reasons(),
	}
	if sheet.Facts, err = d.facts(ctx, v); err != nil {
		return moderate.Sheet{}, err
	}
	switch {
	case c.State == curation.Waiting:
		if decides(by) {
			if v.ends() {
				owners, err := d.app.Curation.OwnersToTell(ctx, d.app.DB.Read(), now.Company.ID)
				if err != nil {
					return moderate.Sheet{}, err
				}
				if v.told = len(owners); v.told > 0 {
					sheet.ReasonAs, sheet.Notices = f.P.T("app.moderation.reason_hide_refuse"), append(sheet.Notices, ownersTold(f.P, v.told))
				}
			}
			sheet.Choices = v.choices()
		}
		if c.Person+c.Mail != "" || c.Kind == curation.Suggestion { // its owners may be written to
			sheet.Lang = cmp.Or(c.Lang, locale.French)
		}
		if c.Kind == curation.New {
			sheet.Sides = v.alike()
			sheet.SidesAs = f.P.T("app.moderation.alike")
		}
	default:
		var told ui.Notice
		told, err = d.decided(ctx, v)
		sheet.Notices, sheet.Links = append([]ui.Notice{told}, sheet.Notices...), append(sheet.Links, v.historyLinks()...)
	}
	return sheet, err
}

// reasons are those that fit the kind.
func (v changeCase) reasons() []string {
	switch v.Kind {
	case curation.New:
		return []string{reasonExists, "elsewhere", "digital", "unproven", "rules"}
	case curation.Edit:
		return []string{"rules", "unproven", "unclear"}
	}
	return []string{"unproven", "already", "unclear", "rules"}
}

// ends reports whether the card may be taken away, because its organisation is said to be no more.
func (v changeCase) ends() bool {
	return v.About == curation.AboutClosed && v.now.Listing.State == listing.Published
}

// choices are what can be done. What looks like spam is discarded first of all, and no key does more with it.
func (v changeCase) choices() []moderate.Choice {
	all := v.answers()
	if !v.Suspicious() {
		return all
	}
	for i := range all {
		if all[i].Key = ""; all[i].Kind == ui.Main {
			all[i].Kind = ui.Quiet
		}
	}
	return append([]moderate.Choice{{Act: moderate.Discard, Label: v.f.P.T("moderate.discard"), Kind: ui.Main}}, all...)
}

func (v changeCase) answers() []moderate.Choice {
	p := v.f.P
	accept := moderate.Choice{Act: moderate.Accept, Label: p.T("app.moderation.accept." + string(v.Kind)), Kind: ui.Main, Key: "a"}
	done := moderate.Choice{Act: actDone, Label: p.T("app.moderation.settled"), Key: "a", Kind: ui.Main}
	refuse := moderate.Choice{Act: moderate.Refuse, Label: p.T("app.moderation.refuse"), Kind: ui.Danger, Key: "r", Reason: true}
	switch {
	case v.Kind != curation.New && v.now.Listing.ID == "": // there is nothing to write to
		return []moderate.Choice{refuse}
	case v.ends():
		done.Key, done.Kind, done.Label = "", ui.Quiet, p.T("app.moderation.settled_otherwise")
		return []moderate.Choice{
			{Act: actCease, Label: p.T("app.moderation.cease"), Kind: ui.Main, Reason: v.told > 0}, {Act: actHide, Label: p.T("app.moderation.hide"), Reason: v.told > 0}, done, refuse,
		}
	case len(v.Fields) == 0:
		return []moderate.Choice{done, refuse}
	case v.Kind == curation.Suggestion:
		done.Key, done.Kind, done.Label = "", ui.Quiet, p.T("app.moderation.settled_otherwise")
		return []moderate.Choice{accept, done, refuse}
	}
	if _, sure := surely(v.kin); sure {
		accept.Label, accept.Kind, accept.Ask = p.T("app.moderation.accept_anyway"), ui.Quiet, p.T("app.moderation.said_twice")
	}
	return []moderate.Choice{accept, refuse}
}

// changes are the fields against what the card says now.
func (v changeCase) changes() ui.Differences {
	all := ui.Differences{Before: v.f.P.T("app.moderation.now"), After: v.f.P.T("app.moderation.next"), New: v.Kind == curation.New, Level: 3}
	if len(v.Fields) == 0 {
		return all
	}
	outdated, usual, against := curation.Outdated(v.Change, v.now.Listing), curation.Usual(v.Change, v.now.Listing), v.now.Listing.Content
	if v.State != curation.Waiting { // the card may say what was proposed since then: what it said before tells what was decided
		all.Before, against = v.f.P.T("app.moderation.stood"), v.Change.Before
	}
	for _, d := range curation.Differences(against, v.After, v.Fields, v.names) {
		if d.Note = strings.TrimSpace(d.Note + " " + v.note(d.Field, outdated)); v.State == curation.Waiting && decides(v.by) {
			d.Check = moderate.TakeBox(d.Field, d.Label, slices.Contains(usual, d.Field))
		}
		all.Items = append(all.Items, d.Difference)
	}
	return all
}

// historyLinks lead from a decided case to what has become of its card, or to the card that it became.
func (v changeCase) historyLinks() []ui.Button {
	var links []ui.Button
	if v.Created != "" {
		links = append(links, ui.Button{Label: v.f.P.T("app.moderation.desk_card"), Icon: "clipboard-list", URL: v.f.Path(teamcards.CardPath(v.Created))})
	}
	if id := cmp.Or(v.Created, v.now.Listing.ID); id != "" {
		links = append(links, ui.Button{Label: v.f.P.T("app.moderation.history"), Icon: "history", URL: v.f.Path(teamcards.HistoryPath(id))})
	}
	return links
}

// note says what there is to know of a field.
func (v changeCase) note(field string, outdated []string) string {
	p, l := v.f.P, v.now.Listing
	switch {
	case slices.Contains(v.Taken, field):
		return p.T("app.moderation.taken")
	case slices.Contains(v.Passed, field):
		return p.T("app.moderation.passed")
	case v.State == curation.Partly:
		return p.T("app.moderation.not_taken")
	case v.Kind == curation.New || v.State != curation.Waiting:
		return ""
	case same(v.After, l.Content, field):
		return p.T("app.moderation.says_so")
	case slices.Contains(outdated, field):
		return p.T("app.moderation.outdated")
	case !same(v.Before, l.Content, field):
		return p.T("app.moderation.moved", "before", cmp.Or(inLine(v.names.Said(v.Before, field)), p.T("app.moderation.nothing")))
	case v.Kind == curation.Suggestion && l.Provenance[field].Kind == company.FromOwner:
		return p.T("app.moderation.owners")
	}
	return ""
}

// same reports whether a field says the same in two contents.
func same(a, b listing.Content, field string) bool {
	return !slices.ContainsFunc(listing.Fields(), func(f company.Field[listing.Content]) bool { return f.Name == field && !f.Same(&a, &b) })
}

func (v changeCase) notices() []ui.Notice {
	p := v.f.P
	var all []ui.Notice
	if v.Suspicious() {
		var signs []string
		for _, s := range v.Signs {
			signs = append(signs, p.T(curation.SignKey(s)))
		}
		all = append(all, ui.Notice{Tone: ui.Warn, Title: p.T("app.moderation.suspicious_title"), Text: strings.Join(signs, " ")})
	}
	switch l := v.now.Listing; {
	case v.Kind == curation.New:
		if twin, sure := surely(v.kin); sure {
			all = append(all, v.twice(twin))
		}
		if v.Natural {
			all = append(all, ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.natural")})
		}
	case l.ID == "":
		all = append(all, ui.Notice{Tone: ui.Warn, Text: p.T("app.moderation.gone")})
	case l.ID != v.Listing:
		all = append(all, ui.Notice{Tone: ui.Warn, Text: p.T("app.moderation.merged", "name", l.Name)})
	case l.State != listing.Published:
		all = append(all, ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.not_public", "state", p.T(l.State.Key()))})
	}
	return all
}

// facts say who proposes, and about what.
func (d changeDocket) facts(ctx context.Context, v changeCase) (ui.Summary, error) {
	p := v.f.P
	names, err := d.app.Accounts.Names(ctx, distinctOf([]string{v.Person}))
	if err != nil {
		return ui.Summary{}, err
	}
	who := cmp.Or(names[v.Person], v.Name, p.T("app.moderation.unnamed"))
	rows := []ui.SummaryRow{{Name: p.T("app.moderation.who"), Value: who}}
	if v.Person != "" && names[v.Person] != "" {
		rows[0].URL = v.f.Path("/gestion/personnes/" + v.Person)
	}
	if v.Mail != "" {
		rows = append(rows, ui.SummaryRow{Name: p.T("app.moderation.mail"), Value: v.Mail})
	}
	if v.About != "" {
		name := p.T("app.moderation.about")
		if v.About == curation.AboutOwn {
			name = p.T("app.moderation.tie")
		}
		rows = append(rows, ui.SummaryRow{Name: name, Value: p.T(curation.AboutKey(v.About))})
	}
	if v.Number.Written != "" {
		rows = append(rows, ui.SummaryRow{Name: p.T(company.SchemeKey(v.Number.Scheme)), Value: company.Format(company.ParseIdentifier(v.Number.Scheme, v.Number.Written))})
	}
	if v.Kind != curation.New && v.now.Listing.ID != "" {
		words, err := d.trust(ctx, v)
		if err != nil {
			return ui.Summary{}, err
		}
		rows = append(rows, ui.SummaryRow{Name: p.T("app.moderation.trust"), Value: words, URL: v.f.Path(teamcards.CardPath(v.now.Listing.ID))})
	}
	if n := len(v.same); n > 0 {
		body, err := voicesOf(v.same)
		if err != nil {
			return ui.Summary{}, err
		}
		rows = append(rows, ui.SummaryRow{Name: p.T("app.moderation.same"), Body: body})
	}
	return ui.Summary{Rows: rows}, nil
}

// trust says how far the company of a card is trusted, or that nobody acts for it.
func (d changeDocket) trust(ctx context.Context, v changeCase) (string, error) {
	q, companyID := d.app.DB.Read(), v.now.Listing.CompanyID
	if v.Kind == curation.Suggestion {
		free, err := d.app.Accounts.Claimable(ctx, q, companyID)
		if err != nil || free {
			return v.f.P.T("cards.account_no"), err
		}
	}
	trust, err := d.app.Curation.TrustOf(ctx, q, companyID)
	return v.f.P.T(trust.Key()), err
}

// voicesOf lists what others say who say the same.
func voicesOf(same []curation.Change) (template.HTML, error) {
	m := ui.NewMarkup(nil, 200)
	m.Raw("<ul>")
	for _, c := range same {
		m.Raw("<li>").Text(strings.Trim(cmp.Or(c.Name, c.Mail)+" – "+c.Message, " –")).Raw("</li>")
	}
	m.Raw("</ul>")
	return m.HTML()
}

// decided says what has become of a change, and by whom.
func (d changeDocket) decided(ctx context.Context, v changeCase) (ui.Notice, error) {
	p := v.f.P
	names, err := d.app.Accounts.Names(ctx, distinctOf([]string{v.DecidedBy}))
	n := ui.Notice{Tone: ui.Info, Title: p.T(v.State.Key()), Text: v.Reason}
	if v.Kind == curation.Suggestion && v.State == curation.Accepted && len(v.Taken) == 0 {
		n.Title = p.T("app.moderation.settled_state")
	}
	if who := names[v.DecidedBy]; who != "" && !v.DecidedAt.IsZero() {
		n.Title = p.T("app.moderation.decided", "state", n.Title, "who", who, "when", p.DateTime(v.DecidedAt))
	}
	return n, err
}

// surely is the card that an organisation that is proposed has already, without much doubt.
func surely(kin []curation.Kin) (listing.Listing, bool) {
	if len(kin) == 0 || kin[0].Verdict.Judgement != listing.Sure {
		return listing.Listing{}, false
	}
	return kin[0].Record.Listing, true
}

// twice warns of a card that would be there twice.
func (v changeCase) twice(l listing.Listing) ui.Notice {
	m := ui.NewMarkup(nil, 1)
	m.Raw(`<p><a href="`).Text(v.f.Path(teamcards.CardPath(l.ID))).Raw(`">`).Text(v.f.P.T("app.moderation.twice_see", "name", l.Name)).Raw("</a></p>")
	body, err := m.HTML()
	if err != nil { // no page lacks what one link would need
		body = ""
	}
	return ui.Notice{Tone: ui.Warn, Title: v.f.P.T("app.moderation.twice"), Text: v.f.P.T("app.moderation.twice_text", "name", l.Name), Body: body}
}

// alike are the cards that an organisation that is proposed may have already.
func (v changeCase) alike() []moderate.Side {
	var sides []moderate.Side
	for _, k := range v.kin[:min(len(v.kin), 4)] {
		badge := ui.Badge{Label: v.f.P.T("app.moderation.maybe"), Tone: ui.Info}
		if k.Verdict.Judgement == listing.Sure {
			badge = ui.Badge{Label: v.f.P.T("app.moderation.surely"), Tone: ui.Warn}
		}
		sides = append(sides, moderate.Side{
			Title: k.Record.Listing.Name, URL: v.f.Path(curation.CardPath(k.Record.Listing.Slug)), Badge: &badge,
			Facts: cardFacts(v.names, k.Record, "address", "city", "phones", "emails", "websites"),
		})
	}
	return sides
}
