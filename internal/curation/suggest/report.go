package suggest

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// topicField is where an address, and a form, say what is wrong.
const topicField = "quoi"

// topicsPage asks what is wrong with a card.
type topicsPage struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Card   string
	Doors  []door
	Claim  string // where somebody says that the card is theirs, "" for nowhere
	Led    bool   // one came by another address
}

// ledParam says that one came by an address that the card had before, or by that of a card that is a part of it now.
const ledParam = "menee"

// reportPage asks for the right words in place of the wrong ones.
type reportPage struct {
	form
	Card  string
	Lead  string
	Led   bool       // one came by another address
	Twins ui.Choices // cards that may be the same, for a card that is there twice
	Which ui.Field
}

// The fields of a card that is there twice.
const (
	twinField  = "double"
	whichField = "laquelle"
)

func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	l, done, err := p.reported(w, r)
	if done || err != nil {
		return err
	}
	topic := topicOf(r.URL.Query().Get(topicField))
	if topic == "" {
		return p.showTopics(w, r, l)
	}
	return p.showReport(w, r, l, topic, nil, nil)
}

// reported gives the card that a request is about; done reports that there is none to speak of, and that the answer is given.
func (p *Pages) reported(w http.ResponseWriter, r *http.Request) (l listing.Listing, done bool, err error) {
	t, f := territory.Of(r.Context()), ui.Of(r)
	l, original, err := p.service.card(r.Context(), t.Code, r.PathValue("slug"))
	if err != nil {
		return l, false, err
	}
	kept, err := p.service.keeper(r.Context(), t.Code)
	switch {
	case err != nil:
		return l, false, err
	case l.State != listing.Published:
		return l, true, p.stop(w, r, http.StatusGone, p.gone(f, l))
	case kept != "":
		return l, true, p.copied(w, r, cmp.Or(original, kept))
	case l.Slug != r.PathValue("slug") && r.Method != http.MethodPost:
		query := r.URL.Query()
		query.Set(ledParam, yes)
		http.Redirect(w, r, f.Path(ReportPath(l.Slug))+"?"+query.Encode(), http.StatusMovedPermanently)
		return l, true, nil
	}
	return l, false, nil
}

func led(r *http.Request) bool { return r.URL.Query().Get(ledParam) != "" }

// reportPath is the form of a topic.
func reportPath(slug string, topic Topic) string {
	return ReportPath(slug) + "?" + topicField + "=" + topic.slug()
}

// gone says that a card is not public any more. One that only nobody has vouched for in a long time, its organisation brings back.
func (p *Pages) gone(f ui.Frame, l listing.Listing) stopPage {
	page := stopPage{Frame: f, Heading: f.P.T("suggest.gone"), Text: f.P.T("suggest.gone_text")}
	page.Ways = []ui.Button{
		{Label: f.P.T("suggest.to_directory"), Kind: ui.Main, URL: f.Path("/annuaire")}, {Label: f.P.T("suggest.propose"), URL: f.Path(ProposePath)},
	}
	if l.State == listing.Lapsed && p.service.Claim != nil {
		page.Text = f.P.T("suggest.lapsed_text", "name", l.Name)
		page.Ways[1] = ui.Button{Label: f.P.T("suggest.claim"), URL: f.Path(p.service.Claim(l.Slug))}
	}
	return page
}

func crumbs(f ui.Frame, l listing.Listing, title string) ui.Breadcrumb {
	return ui.Breadcrumb{
		{Label: f.P.T("suggest.directory"), URL: f.Path("/annuaire")}, {Label: l.Name, URL: f.Path("/annuaire/" + l.Slug)}, {Label: title, Current: true},
	}
}

func (p *Pages) showTopics(w http.ResponseWriter, r *http.Request, l listing.Listing) error {
	page := topicsPage{Led: led(r), Frame: ui.Private(r, ui.Of(r).P.T("suggest.report"), ReportPath(l.Slug)), Card: l.Name}
	page.Crumbs = crumbs(page.Frame, l, page.Title)
	for _, d := range doors() {
		d.URL = page.Path(reportPath(l.Slug, d.topic))
		d.Label, d.Detail = page.P.T("suggest.topic."+string(d.topic)), page.P.T("suggest.topic_detail."+string(d.topic))
		page.Doors = append(page.Doors, d)
	}
	if p.service.Claim != nil {
		page.Claim = page.Path(p.service.Claim(l.Slug))
	}
	return p.views.Render(w, r, http.StatusOK, "quoi", page)
}

// showReport shows the form of a topic: as the card is for typed nil, else with what was typed and why it was not taken.
func (p *Pages) showReport(w http.ResponseWriter, r *http.Request, l listing.Listing, topic Topic, typed url.Values, fault error) error {
	t := territory.Of(r.Context())
	page := reportPage{Card: l.Name, Led: led(r)}
	page.Frame = ui.Private(r, ui.Of(r).P.T("suggest.topic."+string(topic)), reportPath(l.Slug, topic))
	page.Crumbs = crumbs(page.Frame, l, page.Title)
	page.Crumbs = slices.Insert(page.Crumbs, 2, ui.Link{Label: page.P.T("suggest.report"), URL: page.Path(ReportPath(l.Slug))})
	page.Lead, page.Errors = page.P.T("suggest.lead."+string(topic)), ui.NewFormErrors(page.P, fault)
	page.Action = page.Path(ReportPath(l.Slug))
	page.Hidden = []ui.Pair{{Name: topicField, Value: topic.slug()}}
	at := place{t, page.Lang}
	for _, name := range topic.fields() {
		shown := at.written(name, &l.Content)
		was := mark(shown)
		if m := typed.Get(markField(name)); m != "" {
			was = m
		}
		page.Hidden = append(page.Hidden, ui.Pair{Name: markField(name), Value: was})
		field := page.field(name, shown, typed)
		if name == "zone" {
			field.Suggest = suggestAt(page.Frame, p.service.Places)
		}
		page.Fields = append(page.Fields, field)
	}
	if err := p.fill(r, &page.form, typed); err != nil {
		return err
	}
	if topic.speaks() {
		page.Message.Optional, page.Message.Required = false, true
	}
	if hint := "suggest.message_hint." + string(topic); page.P.Has(hint) {
		page.Message.Hint = page.P.T(hint)
	}
	if topic == Twice {
		if err := p.askWhich(r.Context(), &page, l, typed); err != nil {
			return err
		}
	}
	return p.views.Render(w, r, status(fault), "signaler", page)
}

// markField is where a form remembers a field as it was shown.
func markField(field string) string { return "avant_" + field }

// field asks for a field of the card, with what it says today beside.
func (f *form) field(name, shown string, typed url.Values) ui.Field {
	field := ui.Field{Name: name, Label: f.P.T(listing.FieldKey(name)), Value: shown, Hint: f.P.T("suggest.today_nothing")}
	if typed.Has(name) {
		field.Value = typed.Get(name)
	}
	if shown != "" {
		field.Hint = f.P.T("suggest.today", "value", strings.ReplaceAll(shown, "\n", ", "))
	}
	several := strings.Contains(field.Value, "\n") || strings.Contains(shown, "\n")
	switch name {
	case "phones":
		field.InputMode, field.Type, field.Autocomplete = "tel", "tel", "off"
	case "emails":
		field.InputMode, field.Type, field.Autocomplete = "email", "text", "off"
	case "websites":
		field.InputMode, field.Autocomplete = "url", "off"
	case "address", "description":
		several = true
	case "postcode":
		field.InputMode, field.Short = "numeric", true
	}
	if name == "description" {
		field.Hint = f.P.T("suggest.today_below")
	}
	if several {
		field.Rows, field.Type = 3, ""
		if name != "address" && name != "description" {
			field.Hint += " – " + f.P.T("suggest.one_a_line")
		}
	}
	return field
}

// askWhich asks with which card another one is the same.
func (p *Pages) askWhich(ctx context.Context, page *reportPage, l listing.Listing, typed url.Values) error {
	twins, err := p.twins(ctx, l)
	if err != nil {
		return err
	}
	page.Twins = ui.Choices{Name: twinField, Legend: page.P.T("suggest.twins"), Hint: page.P.T("suggest.twins_hint"), Error: page.Errors.For(twinField)}
	for _, t := range twins {
		page.Twins.Options = append(page.Twins.Options, ui.Option{Value: t.Slug, Label: t.Name, Detail: t.detail(territory.Of(ctx), page.Lang), Selected: typed.Get(twinField) == t.Slug})
	}
	label := page.P.T("suggest.which_other")
	if len(twins) == 0 {
		label = page.P.T("suggest.which")
	}
	page.Which = ui.Field{
		Name: whichField, Label: label, Hint: page.P.T("suggest.which_hint"), Value: typed.Get(whichField), Max: 200,
		Error: page.Errors.For(whichField),
	}
	return nil
}

// twins are the cards that may present the same organisation as a card.
func (p *Pages) twins(ctx context.Context, l listing.Listing) ([]twin, error) {
	records, err := p.service.listings.Records(ctx, p.service.DB.Read(), []string{l.ID})
	if err != nil || len(records) == 0 {
		return nil, err
	}
	return p.service.alikes(ctx, l.Territory, listing.CandidateOf(records[0].Listing, records[0].Company))
}

func (p *Pages) sendReport(w http.ResponseWriter, r *http.Request) error {
	l, done, err := p.reported(w, r)
	if done || err != nil {
		return err
	}
	typed, in, err := p.checked(r)
	if typed == nil {
		return err
	}
	topic := topicOf(typed.Get(topicField))
	if topic == "" {
		return p.showTopics(w, r, l)
	}
	if err == nil {
		err = p.compose(r, &in, l, topic, typed)
	}
	var change curation.Change
	if err == nil {
		change, err = p.service.send(r.Context(), in)
	}
	switch {
	case err == nil:
		return p.sent(w, r, in, change.ID)
	case shows(err):
		return p.showReport(w, r, l, topic, typed, err)
	}
	return err
}

// compose makes the change of what was typed. It returns errs.Invalid with the faulty fields in the order of the form; a form that says
// nothing is at fault for its message.
func (p *Pages) compose(r *http.Request, in *sending, l listing.Listing, topic Topic, typed url.Values) error {
	f, at := ui.Of(r), place{territory.Of(r.Context()), ui.Of(r).Lang}
	signed := in.sign(typed)
	written, marks := map[string]string{}, map[string]string{}
	for _, name := range topic.fields() {
		if typed.Has(name) {
			written[name], marks[name] = typed.Get(name), typed.Get(markField(name))
		}
	}
	e, err := at.edit(l.Content, topic.fields(), written, marks)
	var faults []errs.Field
	if bad := errs.As(err); bad != nil {
		faults = slices.Clone(bad.Fields)
	}
	in.Change.Kind, in.Change.Listing, in.Change.Base, in.Change.About = curation.Suggestion, l.ID, l.Version, topic.about()
	in.Change.Fields, in.Change.After, in.Name = e.Fields, e.Content, l.Name
	message := in.Change.Message
	if topic == Twice {
		which, fault, err := p.which(r.Context(), f, l, typed)
		if err != nil {
			return err
		}
		in.Change.Message = tidy(which + "\n" + message)
		faults = append(faults, fault...)
	}
	if key := unsaid(topic, message, e); key != "" && len(faults) == 0 {
		faults = append(faults, errs.Field{Name: messageField, Key: key})
	}
	return faulty(inOrder(append(faults, signed...), topic.order()))
}

// unsaid is why a form without a message says too little, "" where it says enough.
func unsaid(topic Topic, message string, e edited) string {
	switch {
	case message != "" || topic == Twice || len(e.Fields) > 0:
		return ""
	case topic.speaks():
		return "suggest.message_missing"
	case e.Done:
		return "suggest.said_already"
	}
	return "suggest.nothing"
}

// which is the line of the message that names the other card of two: one that was offered, or one that was written.
func (p *Pages) which(ctx context.Context, f ui.Frame, l listing.Listing, typed url.Values) (string, []errs.Field, error) {
	slug, text := typed.Get(twinField), oneLine(typed.Get(whichField))
	if slug == "" {
		if _, after, ok := strings.Cut(text, "/annuaire/"); ok {
			slug, _, _ = strings.Cut(after, "/")
		}
	}
	if slug == "" && text == "" {
		return "", []errs.Field{{Name: whichField, Key: "suggest.which_missing"}}, nil
	}
	other, err := p.service.listings.BySlug(ctx, p.service.DB.Read(), l.Territory, slug)
	if err == nil && other.State != listing.Published { // nobody is told that it is there
		err = errs.New(errs.NotFound, "listing.not_found", nil)
	}
	switch {
	case err == nil && other.ID == l.ID:
		return "", []errs.Field{{Name: whichField, Key: "suggest.which_same"}}, nil
	case err == nil:
		return f.P.T("suggest.other_card", "name", other.Name, "address", f.URL("/annuaire/"+other.Slug)), nil, nil
	case !errs.Is(err, errs.NotFound):
		return "", nil, err
	case text == "":
		return "", []errs.Field{{Name: whichField, Key: "suggest.which_missing"}}, nil
	}
	return f.P.T("suggest.other_words", "text", text), nil, nil
}
