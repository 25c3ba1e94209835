package cards

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// onePage is a card.
type onePage struct {
	base
	Name    string
	Place   string
	State   ui.Badge
	Notices []ui.Notice
	Links   []ui.Button
	Acts    []ui.Button // that change its state
	Hide    *hideForm   // takes it from the public where somebody has to be told why
	Version string
	Action  string
	Flags   []flagLine
	Facts   ui.Summary
	Trust   ui.Choices
	Said    []saidRow
	Unsaid  []string // names of the fields that say nothing
	Kin     []ui.Link
	Last    []stepLine
	History string
	Writes  bool
}

// hideForm asks why a card is taken from the public.
type hideForm struct {
	Reason ui.Field
	Button ui.Button
	Open   bool
}

// flagLine is something that speaks against the card.
type flagLine struct {
	Badge  ui.Badge
	Detail string
	Since  string
	Seen   string
	Kind   string
}

// saidRow is a field of the card: what it says, who said so and how sure that is.
type saidRow struct {
	Label  string
	Said   []string
	Image  string // of a logo that is kept here
	Source string
	Date   ui.Moment
	Sure   ui.Badge
}

func (p *Pages) card(w http.ResponseWriter, r *http.Request) error { return p.showCard(w, r, nil) }

func (p *Pages) showCard(w http.ResponseWriter, r *http.Request, fault error) error {
	c, err := p.service.Card(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	l := c.Listing
	f := ui.Of(r)
	page := onePage{base: begin(r, CardPath(l.ID), nameOf(f.P, l), ui.Link{Label: f.P.T("cards.title"), URL: f.Path(Path)})}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	names := p.names(r)
	page.Name, page.State, page.Writes = nameOf(f.P, l), stateBadge(f.P, l), writes(r)
	page.Place = cmp.Or(zoneName(names.Zone, l.Zone), l.City)
	page.Version, page.Action = strconv.FormatInt(l.Version, 10), f.Path(CardPath(l.ID))
	page.Notices = noticesOf(f, c)
	page.Links, page.Acts = linksOf(f, c, page.Writes), actsOf(f.P, l)
	page.askWhy(r, c)
	page.Facts = p.facts(f, c)
	page.Trust = trustChoice(f.P, c)
	for _, flag := range c.Flags {
		page.Flags = append(page.Flags, flagLine{
			Badge: flagBadge(f.P, flag), Detail: p.service.Found(f.P, flag), Since: f.P.Date(flag.Since), Seen: f.P.Ago(flag.Seen, p.service.Now()), Kind: string(flag.Kind),
		})
	}
	if page.Said, page.Unsaid, err = p.said(r, names, l); err != nil {
		return err
	}
	for _, m := range c.Merged {
		page.Kin = append(page.Kin, ui.Link{Label: nameOf(f.P, m), URL: f.Path(CardPath(m.ID))})
	}
	page.History = f.Path(HistoryPath(l.ID))
	for _, step := range c.Last {
		page.Last = append(page.Last, p.lineOf(f, step, ""))
	}
	if r.URL.Query().Get(ui.DoneParam) == "fusion" && len(c.Merged) > 0 {
		last := c.Merged[len(c.Merged)-1]
		page.Notices = append([]ui.Notice{{
			Tone: ui.Info, Text: f.P.T("cards.undo_merge"), Body: link(f.Path(SplitPath(l.ID))+"?"+partField+"="+last.ID, f.P.T("cards.undo_merge_do")),
		}}, page.Notices...)
	}
	return p.views.Render(w, r, status, "fiche", page)
}

// askWhy puts a form in the place of the button that hides a card whose company somebody acts for.
func (page *onePage) askWhy(r *http.Request, c Card) {
	i := slices.IndexFunc(page.Acts, func(b ui.Button) bool { return b.Value == string(Hide) })
	if i < 0 || len(c.People) == 0 {
		return
	}
	page.Hide = &hideForm{Button: page.Acts[i], Reason: ui.Field{
		ID: reasonField, Name: reasonField, Label: page.P.T("cards.hide_reason"), Hint: page.P.T("cards.hide_reason_hint", "n", len(c.People)), Rows: 4,
		Max: curation.MaxReason, Value: typed(r).Get(reasonField), Error: page.Errors.For(reasonField),
	}}
	page.Hide.Open = page.Hide.Reason.Value+page.Hide.Reason.Error != ""
	page.Acts = slices.Delete(page.Acts, i, i+1)
}

// noticesOf say what somebody has to know before they do anything.
func noticesOf(f ui.Frame, c Card) []ui.Notice {
	var out []ui.Notice
	if c.Listing.State == listing.Merged {
		out = append(out, ui.Notice{Tone: ui.Info, Title: f.P.T("cards.is_merged", "name", nameOf(f.P, c.Into)), Body: link(f.Path(CardPath(c.Into.ID)), f.P.T("cards.is_merged_see"))})
	}
	if c.Listing.State == listing.Lapsed {
		out = append(out, ui.Notice{Tone: ui.Warn, Title: f.P.T("cards.is_lapsed"), Text: f.P.T("cards.is_lapsed_text")})
	}
	if c.Listing.Withheld {
		out = append(out, ui.Notice{Tone: ui.Warn, Title: f.P.T("cards.is_withheld"), Text: f.P.T("listing.consent_missing")})
	}
	if n := len(c.Open); n > 0 {
		out = append(out, ui.Notice{Tone: ui.Info, Title: f.P.T("cards.waits", "n", n), Body: waitingLink(f, c.Open)})
	}
	return out
}

// waitingLink leads to the case of the only change that waits, to the queue where there are several.
func waitingLink(f ui.Frame, open []curation.Change) template.HTML {
	const queue = "/gestion/moderation"
	kinds := map[curation.Kind]string{curation.Edit: "modification", curation.Suggestion: "signalement", curation.New: "proposition"}
	if len(open) > 1 {
		return link(f.Path(queue), f.P.T("cards.waits_see"))
	}
	return link(f.Path(queue+"/"+kinds[open[0].Kind]+"/"+open[0].ID), f.P.T("cards.waits_case"))
}

// linksOf lead on from a card.
func linksOf(f ui.Frame, c Card, writes bool) []ui.Button {
	l := c.Listing
	var out []ui.Button
	if l.State == listing.Published {
		out = append(out, ui.Button{Label: f.P.T("cards.see"), Icon: "eye", URL: f.Path("/annuaire/" + l.Slug)})
	}
	out = append(out, ui.Button{Label: f.P.T("cards.history"), Icon: "history", URL: f.Path(HistoryPath(l.ID))})
	if !writes {
		return out
	}
	if l.State != listing.Merged {
		out = append([]ui.Button{{Label: f.P.T("cards.edit"), Kind: ui.Main, Icon: "pencil", URL: f.Path(EditPath(l.ID))}}, out...)
		out = append(out, ui.Button{Label: f.P.T("cards.merge"), Icon: "merge", URL: f.Path(MergePath(l.ID))})
	}
	if len(c.Merged) > 0 || l.State == listing.Merged {
		out = append(out, ui.Button{Label: f.P.T("cards.split"), Icon: "split", URL: f.Path(SplitPath(l.ID))})
	}
	return out
}

// actsOf are the buttons that change where a card stands.
func actsOf(p *locale.Printer, l listing.Listing) []ui.Button {
	label := func(a Act) string { return p.T("cards.act." + string(a)) }
	confirm := ui.Button{Label: label(Confirm), Icon: "badge-check", Name: actField, Value: string(Confirm)}
	hide := ui.Button{Label: label(Hide), Icon: "eye-off", Name: actField, Value: string(Hide)}
	switch l.State {
	case listing.Published, listing.Lapsed:
		return []ui.Button{confirm, hide}
	case listing.Hidden, listing.Draft:
		return []ui.Button{{Label: label(Publish), Icon: "eye", Name: actField, Value: string(Publish)}}
	case listing.Merged:
	}
	return nil
}

func (p *Pages) facts(f ui.Frame, c Card) ui.Summary {
	l, t := c.Listing, f.P.T
	name := cmp.Or(c.Company.Name(), t("cards.company_unnamed"))
	s := ui.Summary{Rows: []ui.SummaryRow{
		{Name: t("cards.company"), Value: name, URL: f.Path("/gestion/entreprises/" + c.Company.ID)},
		{Name: t("cards.people"), Value: peopleWords(f.P, len(c.People))},
		{Name: t("cards.filled"), Value: f.P.Percent(float64(l.Completeness) / 100)},
		{Name: t("cards.confirmed"), Value: ago(f.P, ui.NewMoment(f.P, l.ConfirmedAt, p.service.Now()))},
		{Name: t("cards.created"), Value: f.P.Date(l.CreatedAt)},
		{Name: t("cards.address"), Value: "/annuaire/" + l.Slug},
	}}
	for _, id := range c.Company.Identifiers {
		if company.Implied(c.Company.Identifiers, id) {
			continue
		}
		s.Rows = append(s.Rows, ui.SummaryRow{Name: t(company.SchemeKey(id.Scheme)), Value: company.Format(id)})
	}
	return s
}

func peopleWords(p *locale.Printer, n int) string {
	if n == 0 {
		return p.T("cards.account_no")
	}
	return p.T("cards.people_n", "n", n)
}

func ago(p *locale.Printer, m ui.Moment) string {
	if m.IsZero() {
		return p.T("cards.never")
	}
	return p.T("cards.ago", "date", m.Full, "ago", m.Ago)
}

// trustChoice asks how far the people of the company are trusted; nothing where there are none.
func trustChoice(p *locale.Printer, c Card) ui.Choices {
	if len(c.People) == 0 {
		return ui.Choices{}
	}
	choice := ui.Choices{ID: "trust", Name: trustField, Legend: p.T("cards.trust"), Hint: p.T("cards.trust_hint")}
	if c.Stands == curation.Disputed {
		choice.Hint = p.T("cards.trust_disputed")
	}
	for _, t := range curation.Trusts() {
		choice.Options = append(choice.Options, ui.Option{Value: string(t), Label: p.T(t.Key()), Selected: t == c.Trust})
	}
	return choice
}

// said are the fields that say something, and the names of the others.
func (p *Pages) said(r *http.Request, names curation.Names, l listing.Listing) (rows []saidRow, unsaid []string, err error) {
	titles := map[string]string{}
	for _, field := range listing.FieldNames() {
		lines := names.Said(l.Content, field)
		if len(lines) == 0 {
			unsaid = append(unsaid, names.P.T(listing.FieldKey(field)))
			continue
		}
		if field == "description" {
			lines = []string{listing.PlainText(l.Description)}
		}
		source := l.Provenance[field]
		row := saidRow{Label: names.P.T(listing.FieldKey(field)), Said: lines, Date: ui.NewMoment(names.P, source.At, p.service.Now())}
		if field == "logo" {
			row.Image = keptHere(l.Logo)
		}
		if _, asked := titles[source.Name]; !asked && source.Name != "" && p.service.Source != nil {
			if titles[source.Name], err = p.service.Source(r.Context(), source.Name, names.P.Lang()); err != nil {
				return nil, nil, err
			}
		}
		row.Source = sourceWords(names.P, source, cmp.Or(titles[source.Name], source.Name))
		row.Sure = sureBadge(names.P, listing.Confidence(l, field, p.service.Now()))
		rows = append(rows, row)
	}
	return rows, unsaid, nil
}

// sourceWords is who said something.
func sourceWords(p *locale.Printer, s company.Source, title string) string {
	switch {
	case s.Kind == "":
		return p.T("cards.source_unknown")
	case s.Person() || title == "":
		return p.T(s.Kind.Key())
	}
	return title
}

// sureBadge puts a confidence into words.
func sureBadge(p *locale.Printer, confidence float64) ui.Badge {
	switch {
	case confidence >= 0.8:
		return ui.Badge{Label: p.T("cards.sure"), Tone: ui.OK}
	case confidence >= listing.Doubt:
		return ui.Badge{Label: p.T("cards.likely")}
	}
	return ui.Badge{Label: p.T("cards.doubtful"), Tone: ui.Warn}
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id, act := r.PathValue("id"), r.PostForm.Get(actField)
	var err error
	switch act {
	case actSettle:
		err = p.service.Settle(r.Context(), by(r), id, listing.FlagKind(r.PostForm.Get(flagField)))
	case actTrust:
		err = p.trust(r, id)
	default:
		err = p.service.Do(r.Context(), by(r), id, number(r.PostForm.Get(versionField)), Act(act), r.PostForm.Get(reasonField))
	}
	if err != nil {
		return p.showCard(w, r, err)
	}
	return ui.SeeDone(w, r, CardPath(id), act)
}

func (p *Pages) trust(r *http.Request, id string) error {
	if err := by(r).Require(account.ProjectManager); err != nil {
		return err
	}
	card, err := p.service.here(r.Context(), p.service.DB.Read(), by(r), id)
	if err != nil {
		return err
	}
	return p.service.Changes.SetTrust(r.Context(), by(r), card.Company.ID, curation.Trust(r.PostForm.Get(trustField)))
}

// resumes reports that a page is opened again because a session ended while its form was filled in.
func resumes(r *http.Request) bool { return len(web.Resumed(r)) > 0 }
