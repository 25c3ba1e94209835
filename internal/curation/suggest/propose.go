package suggest

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// The parameters by which one comes to the form: the name, and that no card is the one.
const (
	wishField = "nom"
	otherwise = "autre"
)

// namePage asks for the name first, and whether a card has it already.
type namePage struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Name   ui.Field
	Asked  string
	Twins  []twinView
	Go     string // to the form, where no card is the one
}

// twinView is a card that may be the one.
type twinView struct {
	door
	Report string // "" for one that has left the directory
	Claim  string // where it is taken back then
}

// proposePage asks for the rest.
type proposePage struct {
	form
	Twins       []twinView
	Free        bool // no card has that name
	What        []ui.Field
	Category    ui.Choices
	Competences competencesView
	Reach       []ui.Field
	Register    []ui.Field
	Mine        ui.Choices
	Natural     ui.Check
}

// competencesView is the taxonomy as boxes to tick, group by group.
type competencesView struct {
	Error  string
	Groups []competenceGroup
}

type competenceGroup struct {
	Details ui.Details
	Checks  []ui.Check
}

func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	t, name := territory.Of(r.Context()), oneLine(r.URL.Query().Get(wishField))
	if kept, err := p.service.keeper(r.Context(), t.Code); err != nil || kept != "" {
		if err != nil {
			return err
		}
		return p.copied(w, r, kept)
	}
	if name == "" {
		return p.askName(w, r, name, nil)
	}
	twins, err := p.service.alikes(r.Context(), t.Code, listing.Candidate{Name: name})
	if err != nil {
		return err
	}
	if len(twins) > 0 && r.URL.Query().Get(otherwise) == "" {
		return p.askName(w, r, name, twins)
	}
	typed := url.Values{"name": {name}}
	for _, t := range twins {
		typed.Add("vue", t.ID)
	}
	return p.showProposal(w, r, typed, nil, nil)
}

// askName asks for the name, or about the cards that may have it.
func (p *Pages) askName(w http.ResponseWriter, r *http.Request, name string, twins []twin) error {
	page := namePage{Frame: ui.Of(r), Asked: name}
	page.Title, page.Description = page.P.T("suggest.propose"), page.P.T("suggest.propose_lead")
	page.Place(ProposePath)
	if name != "" {
		page.Robots = "noindex"
	}
	page.Crumbs = proposeCrumbs(page.Frame)
	page.Name = ui.Field{
		Name: wishField, Label: page.P.T("suggest.wish"), Hint: page.P.T("suggest.wish_hint"), Value: name, Autocomplete: "organization", Required: true,
		Max: listing.MaxName,
	}
	page.Twins = p.twinViews(page.Frame, territory.Of(r.Context()), twins)
	page.Go = page.Path(ProposePath + "?" + url.Values{wishField: {name}, otherwise: {yes}}.Encode())
	return p.views.Render(w, r, http.StatusOK, "nom", page)
}

func proposeCrumbs(f ui.Frame) ui.Breadcrumb {
	return ui.Breadcrumb{{Label: f.P.T("suggest.directory"), URL: f.Path("/annuaire")}, {Label: f.P.T("suggest.propose"), Current: true}}
}

func (p *Pages) twinViews(f ui.Frame, t *territory.Territory, twins []twin) []twinView {
	var out []twinView
	for _, twin := range twins {
		v := twinView{door: door{URL: f.Path("/annuaire/" + twin.Slug), Label: twin.Name, Detail: twin.detail(t, f.Lang)}}
		switch {
		case twin.State == listing.Published:
			v.Report = f.Path(ReportPath(twin.Slug))
		case p.service.Claim != nil:
			v.Detail, v.Claim = f.P.T("suggest.twin_lapsed"), f.Path(p.service.Claim(twin.Slug))
		}
		out = append(out, v)
	}
	return out
}

// showProposal shows the form, with what was typed, why it was not taken, and the cards that may be the one.
func (p *Pages) showProposal(w http.ResponseWriter, r *http.Request, typed url.Values, twins []twin, fault error) error {
	t, in := territory.Of(r.Context()), proposalOf(typed)
	page := proposePage{Free: fault == nil && len(in.Seen) == 0}
	page.Frame = ui.Private(r, ui.Of(r).P.T("suggest.propose"), ProposePath)
	page.Crumbs, page.Action, page.Errors = proposeCrumbs(page.Frame), page.Path(ProposePath), ui.NewFormErrors(page.P, fault)
	page.Twins = p.twinViews(page.Frame, territory.Of(r.Context()), twins)
	for _, twin := range twins {
		if !slices.Contains(in.Seen, twin.ID) {
			in.Seen = append(in.Seen, twin.ID)
		}
	}
	for _, id := range in.Seen[:min(len(in.Seen), 10*mostAlike)] {
		page.Hidden = append(page.Hidden, ui.Pair{Name: "vue", Value: id})
	}
	page.ask(in, t, p.service.Places)
	page.Competences = p.competences(page.Frame, in, page.Errors.For("competences"))
	if err := p.fill(r, &page.form, typed); err != nil {
		return err
	}
	page.Message.Hint = page.P.T("suggest.propose_message_hint")
	for _, list := range [][]ui.Field{page.What, page.Reach, page.Register} {
		for i := range list {
			list[i].Error = page.Errors.For(list[i].HTMLID())
		}
	}
	return p.views.Render(w, r, status(fault), "proposer", page)
}

// ask writes the questions about the organisation.
func (page *proposePage) ask(in proposal, t *territory.Territory, places string) {
	say := page.P.T
	page.What = []ui.Field{
		{Name: "name", Label: say("suggest.wish"), Value: in.Name, Autocomplete: "off", Required: true, Max: listing.MaxName},
		{Name: "headline", Label: say("suggest.headline"), Hint: say("suggest.headline_hint"), Value: in.Headline, Required: true, Max: listing.MaxHeadline},
		{Name: "description", Label: say("suggest.description"), Hint: say("suggest.description_hint"), Value: in.Description, Rows: 4, Max: mostWords, Optional: true},
	}
	page.Category = ui.Choices{Name: "category", Legend: say("suggest.category"), Row: true, Error: page.Errors.For("category")}
	for _, c := range listing.Categories() {
		page.Category.Options = append(page.Category.Options, ui.Option{
			Value: string(c), Label: say(c.Key()), Selected: in.Category == string(c) || in.Category == "" && c == listing.Company,
		})
	}
	page.Reach = []ui.Field{
		{Name: "zone", Label: say(listing.FieldKey("zone")), Hint: say("suggest.zone_hint"), Value: in.Zone, Autocomplete: "off", Suggest: suggestAt(page.Frame, places), Optional: true, Max: 120},
		{Name: "phones", Label: say(listing.FieldKey("phones")), Value: in.Phone, Type: "tel", InputMode: "tel", Autocomplete: "off", Max: 60},
		{Name: "emails", Label: say(listing.FieldKey("emails")), Value: in.Mail, Type: "email", InputMode: "email", Autocomplete: "off", Max: 254},
		{Name: "websites", Label: say(listing.FieldKey("websites")), Value: in.Website, InputMode: "url", Autocomplete: "off", Max: 500},
	}
	if len(t.Registers) > 0 {
		register := ui.Field{Name: "scheme", Label: say("suggest.register"), Short: true}
		for _, scheme := range t.Registers {
			register.Options = append(register.Options, ui.Option{Value: scheme, Label: say(company.SchemeKey(scheme)), Selected: in.Scheme == scheme})
		}
		page.Register = []ui.Field{register, {
			Name: "number", Label: say("suggest.number"), Hint: say("suggest.number_hint"), Value: in.Number, InputMode: "text", Autocomplete: "off", Optional: true, Short: true, Max: 40,
		}}
	}
	page.Mine = ui.Choices{Name: "mienne", Legend: say("suggest.mine"), Error: page.Errors.For("mienne"), Options: []ui.Option{
		{Value: yes, Label: say("suggest.mine_yes"), Detail: say("suggest.mine_yes_detail"), Selected: in.Mine == yes},
		{Value: no, Label: say("suggest.mine_no"), Detail: say("suggest.mine_no_detail"), Selected: in.Mine == no},
	}}
	page.Natural = ui.Check{ID: "personne", Name: "personne", Value: yes, Label: say("suggest.natural"), Checked: in.Natural}
}

func (p *Pages) competences(f ui.Frame, in proposal, fault string) competencesView {
	v, all := competencesView{Error: fault}, p.service.Competences
	for _, g := range all.Groups {
		group := competenceGroup{Details: ui.Details{Label: taxonomy.In(g.Names, f.Lang)}}
		for _, term := range all.InGroup(g.Code) {
			ticked := slices.Contains(in.Competences, term.Code)
			group.Details.Open = group.Details.Open || ticked
			group.Checks = append(group.Checks, ui.Check{ID: "competence-" + term.Slug, Name: "competences", Value: term.Code, Label: term.Name(f.Lang), Checked: ticked})
		}
		v.Groups = append(v.Groups, group)
	}
	return v
}

func (p *Pages) sendProposal(w http.ResponseWriter, r *http.Request) error {
	t := territory.Of(r.Context())
	if kept, err := p.service.keeper(r.Context(), t.Code); err != nil || kept != "" {
		if err != nil {
			return err
		}
		return p.copied(w, r, kept)
	}
	typed, in, err := p.checked(r)
	if typed == nil {
		return err
	}
	var twins []twin
	if err == nil {
		twins, err = p.composeProposal(r, &in, typed)
	}
	var change curation.Change
	if err == nil {
		change, err = p.service.send(r.Context(), in)
	}
	switch {
	case err == nil:
		return p.sent(w, r, in, change.ID)
	case shows(err):
		return p.showProposal(w, r, typed, twins, err)
	}
	return err
}

// composeProposal makes the change of what was typed. It returns errs.Invalid with the faulty fields, and errs.Conflict with the
// cards that may be the one and that nobody has asked the author about.
func (p *Pages) composeProposal(r *http.Request, in *sending, typed url.Values) ([]twin, error) {
	t, said := territory.Of(r.Context()), proposalOf(typed)
	faults := in.sign(typed)
	c, fields, err := said.content(place{t, ui.Of(r).Lang}, p.service.Competences)
	if bad := errs.As(err); bad != nil {
		return nil, faulty(inOrder(append(slices.Clone(bad.Fields), faults...), formOrder()))
	}
	if err := faulty(faults); err != nil {
		return nil, err
	}
	twins, err := p.service.alikes(r.Context(), t.Code, said.candidate(c))
	if err != nil {
		return nil, err
	}
	twins = slices.DeleteFunc(twins, func(t twin) bool { return slices.Contains(said.Seen, t.ID) })
	if len(twins) > 0 {
		return twins, errs.New(errs.Conflict, "suggest.twins_found", errs.Args{"n": len(twins)})
	}
	in.Change.Kind, in.Change.Fields, in.Change.After = curation.New, fields, c
	in.Change.Number, in.Change.Natural = said.number(), said.Natural
	if said.Mine == yes {
		in.Change.About = curation.AboutOwn
	}
	return nil, nil
}
