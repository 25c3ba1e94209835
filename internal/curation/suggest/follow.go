package suggest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// What the author of a change does with it, as its page sends it.
const (
	actField = "faire"
	confirms = "confirmer"
	withdraw = "retirer"
)

// followPage is where somebody confirms what they have said, and sees what becomes of it.
type followPage struct {
	ui.Frame
	Heading  string
	Lead     string
	State    ui.Badge
	Reason   []string
	Action   string
	Confirm  bool // the button that confirms
	Withdraw bool
	Steps    ui.Timeline
	Table    ui.Table
	Facts    ui.Summary
	Message  []string
	Card     ui.Link
	Claim    ui.Link // where the author takes the card in hand that their proposal became
	Form     string  // where what was sent to a wrong address is sent again, "" where it is not
	Letters  string  // where the demonstration shows its letters, "" elsewhere
}

// seen is a change as its author comes to see it.
type seen struct {
	curation.Change
	Now   listing.Record
	May   right
	Token string
	Again bool // they said the same before
}

// seek gives the change of a token: errs.NotFound for one that is none of ours or leads to nothing any more, errs.Gone where the
// time to confirm is over.
func (p *Pages) seek(r *http.Request) (seen, error) {
	key, err := p.service.key(r.Context())
	if err != nil {
		return seen{}, err
	}
	may, id, ok := read(key, r.PathValue("token"))
	if !ok {
		return seen{}, errs.New(errs.NotFound, "suggest.no_such", nil)
	}
	c, now, err := p.service.Changes.Followed(r.Context(), id)
	switch {
	case errs.Is(err, errs.NotFound) || err == nil && c.Territory != territory.Of(r.Context()).Code:
		return seen{}, errs.New(errs.NotFound, "suggest.no_such", nil)
	case err != nil:
		return seen{}, err
	case c.State == curation.Unconfirmed && !p.service.Now().Before(c.CreatedAt.Add(ConfirmFor)):
		return seen{}, errs.New(errs.Gone, "suggest.too_late", nil)
	}
	found := seen{Change: c, Now: now, May: may, Token: r.PathValue("token")}
	if c.State == curation.Joined {
		first, _, err := p.service.Changes.Followed(r.Context(), c.Next)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return seen{}, err
		}
		found.Again = first.Of(c)
	}
	return found, nil
}

func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	c, err := p.seek(r)
	if errs.Is(err, errs.Gone) || errs.Is(err, errs.NotFound) {
		return p.lost(w, r, err)
	}
	if err != nil {
		return err
	}
	return p.showFollow(w, r, c)
}

// lost says why a link leads nowhere any more, and how to begin again.
func (p *Pages) lost(w http.ResponseWriter, r *http.Request, err error) error {
	e, f := errs.As(err), ui.Of(r)
	page := stopPage{Frame: f, Heading: f.P.T("suggest.lost"), Text: f.P.Text(e.Key, e.Args)}
	page.Ways = []ui.Button{{Label: f.P.T("suggest.to_directory"), Kind: ui.Main, URL: f.Path("/annuaire")}}
	return p.stop(w, r, e.Kind.Status(), page)
}

// act does what the author of a change asks for.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) error {
	c, err := p.seek(r)
	if errs.Is(err, errs.Gone) || errs.Is(err, errs.NotFound) {
		return p.lost(w, r, err)
	}
	if err != nil {
		return err
	}
	if c.May != mayAct {
		return errs.New(errs.Forbidden, "suggest.look_only", nil)
	}
	do := r.PostFormValue(actField)
	if err := p.service.act(r.Context(), c.Change, do); err != nil {
		return err
	}
	return ui.SeeOther(w, r, path+c.Token)
}

// act confirms or withdraws a change for its author. What is done already stays as it is.
func (s *Service) act(ctx context.Context, c curation.Change, do string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		switch {
		case do == withdraw:
			return s.Changes.WithdrawIn(ctx, tx, c.ID)
		case c.State != curation.Unconfirmed:
			return nil
		}
		if err := s.Outbox.Cleared(ctx, tx, c.Mail); err != nil {
			return err
		}
		_, err := s.Changes.Confirmed(ctx, tx, c.ID)
		return err
	})
}

func (p *Pages) showFollow(w http.ResponseWriter, r *http.Request, c seen) error {
	page := followPage{Frame: ui.Private(r, ui.Of(r).P.T("suggest.follow"), path+c.Token)}
	v := follower{page.Frame, place{territory.Of(r.Context()), page.Lang}, p.service}
	page.Heading, page.Lead = v.said(c, p.service.Now())
	page.State = ui.Badge{Label: page.P.T(c.State.Key()), Tone: tone(c.State)}
	page.Reason, page.Message, page.Action = paragraphs(c.Reason), paragraphs(c.Message), page.Path(path+c.Token)
	page.Confirm = c.May == mayAct && c.State == curation.Unconfirmed
	page.Withdraw = c.May == mayAct && slices.Contains([]curation.State{curation.Unconfirmed, curation.Waiting, curation.Joined}, c.State)
	page.Steps, page.Card = v.steps(c, p.service.Now()), v.card(c)
	if c.Kind == curation.New {
		page.Facts, page.Claim = v.facts(c.Change), v.claim(c)
	} else {
		page.Table = v.table(c.Change)
	}
	if c.State == curation.Unconfirmed && c.May == mayLook {
		page.Form = page.Path(ProposePath)
		if l := c.Now.Listing; c.Kind != curation.New && l.State == listing.Published {
			page.Form = page.Path(ReportPath(l.Slug))
		}
	}
	if p.service.Demo && c.State == curation.Unconfirmed && c.May == mayLook {
		page.Letters = page.Path("/courrier")
	}
	return p.views.Render(w, r, http.StatusOK, "suivi", page)
}

func tone(s curation.State) ui.Tone {
	switch s {
	case curation.Accepted, curation.Partly:
		return ui.OK
	case curation.Unconfirmed:
		return ui.Warn
	case curation.Refused:
		return ui.Bad
	case curation.Waiting, curation.Joined, curation.Offered:
		return ui.Info
	case curation.Withdrawn, curation.Superseded, curation.Expired:
	}
	return ui.Neutral
}

// follower puts a change into words for its author.
type follower struct {
	ui.Frame
	place   place
	service *Service
}

// freshly is how long the browser that sent a form is shown the whole address that was typed, so that a slip is found.
const freshly = time.Hour

// said is what the page says first.
func (v follower) said(c seen, now time.Time) (heading, lead string) {
	state := string(c.State)
	if c.State == curation.Unconfirmed && c.May == mayLook {
		lead = v.P.T("suggest.state_text.sent_hidden")
		if now.Sub(c.CreatedAt) < freshly {
			lead = v.P.T("suggest.state_text.sent", "mail", c.Mail)
		}
		return v.P.T("suggest.state.sent"), lead
	}
	switch {
	case c.Kind == curation.New && c.State == curation.Accepted:
		state = "created"
	case c.Again:
		state = "again"
	}
	text := state
	if c.State == curation.Refused && c.ByOwner {
		state, text = "refused_owner", "refused_owner"
	}
	if (c.State == curation.Accepted || c.State == curation.Partly) && c.Now.Listing.State != listing.Published {
		text += "_away"
	}
	return v.P.T("suggest.state." + state), v.P.T("suggest.state_text."+text, "until", v.P.Date(c.CreatedAt.Add(ConfirmFor)))
}

// steps are what has happened and what comes.
func (v follower) steps(c seen, now time.Time) ui.Timeline {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return v.P.DateTime(t)
	}
	steps := ui.Timeline{{When: at(c.CreatedAt), Title: v.P.T("suggest.step.sent"), State: "done"}}
	confirmed := ui.Event{When: at(c.ConfirmedAt), Title: v.P.T("suggest.step.confirmed"), State: "done"}
	read := ui.Event{When: at(c.DecidedAt), Title: v.P.T("suggest.step.read")}
	if c.ByOwner {
		read.Title = v.P.T("suggest.step.read_owner")
	}
	told := ui.Event{Title: v.P.T("suggest.step.told"), Detail: v.P.T("suggest.step.told_detail")}
	switch {
	case c.State == curation.Withdrawn:
		if !c.ConfirmedAt.IsZero() {
			steps = append(steps, confirmed)
		}
		return append(steps, ui.Event{When: at(c.DecidedAt), Title: v.P.T("suggest.step.withdrawn"), State: "done"})
	case c.State == curation.Unconfirmed:
		confirmed = ui.Event{Title: v.P.T("suggest.step.confirm"), Detail: v.P.T("suggest.step.confirm_detail"), State: "current"}
	case c.State.Open() || c.State == curation.Joined:
		read.State, read.Detail = "current", v.P.T("suggest.step.read_detail")
	case !c.DecidedAt.IsZero():
		read.State = "done"
		if leaves := c.DecidedAt.Add(v.service.Changes.Grace); now.Before(leaves) {
			told.State, told.Detail = "current", ""
		} else {
			told = ui.Event{When: at(leaves), Title: v.P.T("suggest.step.answered"), State: "done"}
		}
	default: // it is over without them
		return nil
	}
	return append(steps, confirmed, read, told)
}

// card is the card that the change is about, or that it became.
func (v follower) card(c seen) ui.Link {
	l := c.Now.Listing
	if l.State != listing.Published {
		return ui.Link{}
	}
	return ui.Link{Label: v.P.T("suggest.card", "name", l.Name), URL: v.Path("/annuaire/" + l.Slug)}
}

// claim leads whoever has proposed their own organisation on to its card, once there is one.
func (v follower) claim(c seen) ui.Link {
	l := c.Now.Listing
	if c.About != curation.AboutOwn || l.State != listing.Published || v.service.Claim == nil {
		return ui.Link{}
	}
	return ui.Link{Label: v.P.T("suggest.claim"), URL: v.Path(v.service.Claim(l.Slug))}
}

// table is what the author would have changed, field by field.
func (v follower) table(c curation.Change) ui.Table {
	t := ui.Table{Caption: v.P.T("suggest.proposed"), Columns: []ui.Column{
		{Label: v.P.T("suggest.column_field")}, {Label: v.P.T("suggest.column_before")}, {Label: v.P.T("suggest.column_after")},
	}}
	for _, name := range c.Fields {
		t.Rows = append(t.Rows, ui.Row{{Text: v.P.T(listing.FieldKey(name))}, {Text: v.words(name, &c.Before)}, {Text: v.words(name, &c.After)}})
	}
	return t
}

// facts are what the author says of an organisation.
func (v follower) facts(c curation.Change) ui.Summary {
	var s ui.Summary
	for _, name := range c.Fields {
		if name == "city" && c.After.Zone != "" { // the name of the commune, which is told
			continue
		}
		s.Rows = append(s.Rows, ui.SummaryRow{Name: v.P.T(listing.FieldKey(name)), Value: v.words(name, &c.After)})
	}
	if c.Number.Written != "" {
		s.Rows = append(s.Rows, ui.SummaryRow{Name: v.P.T(company.SchemeKey(c.Number.Scheme)), Value: c.Number.Written})
	}
	return s
}

// words are a field of a card, "–" for an empty one.
func (v follower) words(field string, c *listing.Content) string {
	var text string
	switch field {
	case "category":
		text = v.P.T(c.Category.Key())
	case "competences":
		var names []string
		for _, code := range c.Competences {
			if term, ok := v.service.Competences.Term(code); ok {
				names = append(names, term.Name(v.Lang))
			}
		}
		text = strings.Join(names, ", ")
	case "description":
		text = strings.Join(strings.Fields(v.place.written(field, c)), " ")
	default:
		text = strings.ReplaceAll(v.place.written(field, c), "\n", ", ")
	}
	if text == "" {
		return "–"
	}
	return text
}
