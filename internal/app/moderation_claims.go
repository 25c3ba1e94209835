package app

import (
	"cmp"
	"context"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/curation/moderate"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// claimDocket holds the claims that the team decides about, and the disputes.
type claimDocket struct{ app *App }

var (
	_ moderate.Docket = claimDocket{}
	_ moderate.Writer = claimDocket{}
)

// Kind implements moderate.Docket.
func (claimDocket) Kind() string { return "revendication" }

// count counts what waits.
func (d claimDocket) count(ctx context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	n, oldest, err := d.app.Claims.Tally(ctx, by)
	return map[string]moderate.Tally{d.Kind(): {N: n, Oldest: oldest}}, err
}

// Waiting implements moderate.Docket.
func (d claimDocket) Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]moderate.Line, error) {
	claims, err := d.app.Claims.Waiting(ctx, by, limit)
	if err != nil || len(claims) == 0 {
		return nil, err
	}
	names, err := d.app.claimedCards(ctx, claims)
	lines := make([]moderate.Line, 0, len(claims))
	rivals := map[string]int{}
	for _, c := range claims {
		rivals[c.Company]++
	}
	for _, c := range claims {
		l := moderate.Line{
			ID: c.ID, Title: cmp.Or(names[c.Listing], p.T("app.moderation.card_gone")), Detail: p.T("app.moderation.proof." + string(c.Proof)), Who: claimant(by, c), At: c.CreatedAt,
			Bulk: []string{moderate.Refuse},
		}
		if c.State == claim.Disputed {
			l.Urgent, l.Bulk = true, nil
			l.Badges = append(l.Badges, ui.Badge{Label: p.T("app.moderation.disputed"), Tone: ui.Bad})
		}
		if n := rivals[c.Company]; n > 1 {
			l.Badges = append(l.Badges, ui.Badge{Label: p.T("app.moderation.rivals", "n", n), Tone: ui.Warn})
		}
		lines = append(lines, l)
	}
	return lines, err
}

// claimant is who claims, as the actor may see them: readers see no whole address.
func claimant(by account.Actor, c claim.Claim) string {
	if c.Name == "" && !by.Is(account.ProjectManager) && c.Mail != "" {
		return account.HiddenMail(c.Mail)
	}
	return cmp.Or(c.Name, c.Mail)
}

// Show implements moderate.Docket.
func (d claimDocket) Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (moderate.Sheet, error) {
	c, rivals, err := d.app.Claims.Shown(ctx, by, id)
	if err != nil {
		return moderate.Sheet{}, err
	}
	records, err := d.app.Listings.Records(ctx, d.app.DB.Read(), []string{c.Listing})
	if err != nil {
		return moderate.Sheet{}, err
	}
	var r listing.Record
	if len(records) > 0 {
		r = records[0]
	}
	people, err := d.app.Accounts.Acting(ctx, d.app.DB.Read(), c.Company)
	if err != nil {
		return moderate.Sheet{}, err
	}
	sheet := moderate.Sheet{
		Title: cmp.Or(r.Listing.Name, f.P.T("app.moderation.card_gone")), At: c.CreatedAt, Facts: claimFacts(by, f, c), Message: c.Message,
		Links: cardLinks(f, r.Listing), Reasons: []string{"unlinked", "managed"}, SidesAs: f.P.T("app.moderation.beside"),
	}
	if r.Listing.State != listing.Merged { // then another one is decided about
		sheet.Seen = string(r.Listing.State)
	}
	if sheet.Notices, err = d.against(ctx, f, r.Listing); err != nil {
		return moderate.Sheet{}, err
	}
	names := d.app.cardNames(ctx, f.P)
	if len(rivals) > 0 { // they stand beside each other
		badge := ui.Badge{Label: f.P.T("app.moderation.this_claim"), Tone: ui.Info}
		sheet.Sides = append(sheet.Sides, moderate.Side{
			Title: f.P.T("app.moderation.rival", "who", claimant(by, c)), Badge: &badge, Facts: sheet.Facts, Message: c.Message,
		})
		sheet.Facts, sheet.Message = ui.Summary{}, ""
	}
	for _, rival := range rivals {
		sheet.Sides = append(sheet.Sides, d.rival(by, f, rival))
	}
	sheet.Sides = append(sheet.Sides, moderate.Side{Title: f.P.T("app.moderation.card"), Facts: cardFacts(names, r, "address", "city", "phones", "emails", "websites")})
	if err := d.settle(ctx, by, f, c, len(rivals), len(people), &sheet); err != nil {
		return moderate.Sheet{}, err
	}
	return sheet, nil
}

// against says what speaks against giving the card away: it is not public, or an alert about it waits.
func (d claimDocket) against(ctx context.Context, f ui.Frame, l listing.Listing) ([]ui.Notice, error) {
	var all []ui.Notice
	if l.ID != "" && l.State != listing.Published && l.State != listing.Merged {
		all = append(all, ui.Notice{Tone: ui.Warn, Text: f.P.T("app.moderation.not_public", "state", f.P.T(l.State.Key()))})
	}
	flags, err := d.app.Listings.Flags(ctx, d.app.DB.Read(), distinctOf([]string{l.ID}))
	if err != nil || l.State != listing.Published {
		return all, err
	}
	for _, flag := range flags[l.ID] {
		m := ui.NewMarkup(nil, 1)
		m.Raw(`<p><a href="`).Text(f.Path(moderate.CasePath(flagDocket{}.Kind(), flag.Listing+"."+string(flag.Kind)))).Raw(`">`).Text(f.P.T("app.moderation.see_alert")).Raw("</a></p>")
		body, err := m.HTML()
		if err != nil {
			return nil, err
		}
		all = append(all, ui.Notice{Tone: ui.Warn, Title: f.P.T("app.moderation.has_alert"), Text: flagWords(f.P, flag), Body: body})
	}
	return all, nil
}

// rival is another claim of the same company, beside the one that is shown.
func (d claimDocket) rival(by account.Actor, f ui.Frame, c claim.Claim) moderate.Side {
	badge, path := ui.Badge{Label: f.P.T(c.State.Key())}, f.Path(moderate.CasePath(d.Kind(), c.ID))
	s := moderate.Side{
		Title: f.P.T("app.moderation.rival", "who", claimant(by, c)), URL: path, Badge: &badge, Facts: claimFacts(by, f, c), Message: c.Message,
	}
	if decides(by) && (c.State == claim.Waiting || c.State == claim.Disputed) {
		s.Decide = &ui.Link{Label: f.P.T("app.moderation.decide_rival"), URL: path}
	}
	return s
}

// claimFacts say who claims, and by which proof.
func claimFacts(by account.Actor, f ui.Frame, c claim.Claim) ui.Summary {
	p := f.P
	mail := c.Mail
	if !by.Is(account.ProjectManager) && mail != "" {
		mail = account.HiddenMail(mail)
	}
	rows := []ui.SummaryRow{
		{Name: p.T("app.moderation.who"), Value: cmp.Or(c.Name, p.T("app.moderation.unnamed"))},
		{Name: p.T("app.moderation.mail"), Value: mail},
		{Name: p.T("app.moderation.proof"), Value: p.T("app.moderation.proof." + string(c.Proof))},
	}
	if c.Person != "" && c.Mail != "" {
		rows[0].URL = f.Path("/gestion/personnes/" + c.Person)
	}
	if c.Document != "" {
		row := ui.SummaryRow{Name: p.T("app.moderation.document"), Value: cmp.Or(c.DocumentName, p.T("app.moderation.document_save"))}
		if by.Is(account.ProjectManager) {
			row.URL = f.Path(claim.DocumentPath(c.ID))
		}
		rows = append(rows, row)
	}
	return ui.Summary{Rows: rows}
}

// settle says what can be decided about a claim, or what has been.
func (d claimDocket) settle(ctx context.Context, by account.Actor, f ui.Frame, c claim.Claim, rivals, people int, sheet *moderate.Sheet) error {
	p := f.P
	grant := moderate.Choice{Act: moderate.Accept, Label: p.T("app.moderation.grant"), Kind: ui.Main, Key: "a"}
	refuse := moderate.Choice{Act: moderate.Refuse, Label: p.T("app.moderation.refuse"), Kind: ui.Danger, Key: "r", Reason: true}
	switch {
	case c.State == claim.Disputed:
		sheet.Notices = append(sheet.Notices, ui.Notice{Tone: ui.Bad, Text: p.T("app.moderation.disputed_text")})
		grant.Label, refuse.Label = p.T("app.moderation.uphold"), p.T("app.moderation.take_away")
	case c.State != claim.Waiting:
		names, err := d.app.Accounts.Names(ctx, distinctOf([]string{c.DecidedBy}))
		told := ui.Notice{Tone: ui.Info, Title: p.T(c.State.Key()), Text: c.Reason}
		if c.State == claim.Refused && c.Reason == "" {
			told.Text = p.T("claim.letter.rival") // as it was mailed
		}
		if who := names[c.DecidedBy]; who != "" {
			told.Title = p.T("app.moderation.decided", "state", told.Title, "who", who, "when", p.DateTime(c.EndedAt))
		}
		sheet.Notices = append(sheet.Notices, told)
		return err
	case people > 0:
		sheet.Notices = append(sheet.Notices, ui.Notice{Tone: ui.Warn, Text: p.T("app.moderation.has_people", "n", people)})
	case rivals > 0:
		sheet.Notices = append(sheet.Notices, ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.rivals_refused", "n", rivals)})
	}
	if c.Person == by.Person {
		sheet.Notices = append(sheet.Notices, ui.Notice{Tone: ui.Info, Text: p.T("app.moderation.own_claim")})
	} else if decides(by) {
		sheet.Choices, sheet.Final, sheet.Lang = []moderate.Choice{grant, refuse}, true, c.Lang
	}
	return nil
}

// decision is what was decided in the queue, as the room of claims takes it.
func (d claimDocket) decision(c claim.Claim, m moderate.Decision) (claim.Decision, error) {
	if m.Act == moderate.Accept { // they are reasons to refuse
		m.Ready = ""
	}
	out := claim.Decision{Grant: m.Act == moderate.Accept, Shown: listing.State(m.Seen), Reason: moderate.ReasonText(d.app.texts.Printer(cmp.Or(c.Lang, locale.French), nil, ""), m)}
	if m.Act != moderate.Accept && m.Act != moderate.Refuse {
		return out, errs.New(errs.Invalid, "moderate.no_act", nil)
	}
	if m.All { // what a list shows is no state
		out.Shown = ""
	}
	if m.All && (out.Grant || c.State == claim.Disputed) {
		return out, moderate.OneByOne()
	}
	return out, nil
}

// Decide implements moderate.Docket.
func (d claimDocket) Decide(ctx context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	c, _, err := d.app.Claims.Shown(ctx, by, id)
	if err != nil {
		return moderate.Done{}, err
	}
	names, err := d.app.claimedCards(ctx, []claim.Claim{c})
	if err != nil {
		return moderate.Done{}, err
	}
	decision, err := d.decision(c, m)
	if err != nil {
		return moderate.Done{}, err
	}
	return moderate.Done{Title: names[c.Listing]}, d.app.Claims.Decide(ctx, by, id, decision)
}

// Letters implements moderate.Writer.
func (d claimDocket) Letters(ctx context.Context, by account.Actor, id string, decisions []moderate.Decision) ([][]moderate.Draft, error) {
	previews, err := d.app.Claims.Previews(ctx, by, id, func(c claim.Claim) (wanted []claim.Decision, err error) {
		for i := 0; i < len(decisions) && err == nil; i++ {
			var one claim.Decision
			one, err = d.decision(c, decisions[i])
			wanted = append(wanted, one)
		}
		return wanted, err
	})
	out := make([][]moderate.Draft, len(decisions))
	for i, letters := range previews {
		for _, l := range letters {
			draft := moderate.Draft{Who: claimant(by, l.To), Letter: l.Letter}
			switch l.Part {
			case claim.Rival:
				draft.To = "app.moderation.letter_rival"
			case claim.Colleague:
				draft.To = "app.moderation.letter_colleague"
			case claim.Published:
				draft.To = "app.moderation.letter_published"
			}
			out[i] = append(out[i], draft)
		}
	}
	return out, err
}
