package claim

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// followPage is a claim, as who made it follows it, or as a manager of the company answers it.
type followPage struct {
	base
	Done     string
	Lead     string // what the state means
	Mine     bool
	Badge    ui.Badge
	Facts    ui.Summary
	Action   string // where the answers go, "" where there is nothing to answer
	Withdraw string
	Document bool // goes with what is withdrawn
	Next     *ui.Button
	Role     ui.Choices
	Reason   ui.Field
}

// The names of the fields of an answer.
const (
	answerField = "reponse" // one of the two buttons
	yes, no     = "oui", "non"
	roleField   = "role"
)

func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	return p.showFollow(w, r, nil)
}

func (p *Pages) showFollow(w http.ResponseWriter, r *http.Request, fault error) error {
	by, t := account.Of(r.Context()), ui.Of(r).P.T
	c, card, err := p.service.Own(r.Context(), by, r.PathValue("id"))
	if err != nil {
		return err
	}
	l := card.Listing
	page := followPage{Mine: c.Person == by.Person, base: begin(r, l, ClaimPath(c.ID), t("claim.follow_title"))}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	if !page.Mine {
		page.Title = t("claim.answer_title")
	}
	page.Crumbs = ui.Breadcrumb{{Label: t("claim.space"), URL: space(page.Frame)}, {Label: page.Title, Current: true}}
	if r.URL.Query().Get(ui.DoneParam) != "" && c.State == Waiting && page.Mine {
		page.Done = t("claim.done." + string(c.Ask))
	}
	if page.Mine && c.State == Disputed {
		page.Lead = t("claim.follow_disputed", "day", c.DisputedAt)
	}
	page.Badge = ui.Badge{Label: t(c.State.Key()), Tone: tone(c.State)}
	page.facts(c, l)
	switch {
	case page.Mine && c.State == Waiting:
		page.Withdraw, page.Document = page.Path(ClaimPath(c.ID)+"/retrait"), c.Document != ""
	case page.Mine && c.State == Granted && by.For(c.Company, account.CompanyEditor):
		page.Next = &ui.Button{Label: t("claim.to_card"), Kind: ui.Main, Icon: "pencil", URL: page.Path(office.EditPath(c.Listing))}
	case page.Mine && c.State == Refused && l.ID != "":
		page.Next = &ui.Button{Label: t("claim.ask_again"), URL: page.Path(office.ClaimPath(l.Slug))}
	case !page.Mine && c.State == Waiting:
		page.answers(r, c)
	}
	return p.views.Render(w, r, status, "suivi", page)
}

func tone(s State) ui.Tone {
	switch s {
	case Granted:
		return ui.OK
	case Refused, Disputed:
		return ui.Warn
	case Waiting:
		return ui.Info
	}
	return ui.Neutral
}

// facts are what the claim says.
func (b *followPage) facts(c Claim, l listing.Listing) {
	t := b.P.T
	rows := []ui.SummaryRow{{Name: t("claim.fact_card"), Value: l.Name, URL: cardLink(b.Frame, l)}, {Name: t("claim.fact_day"), Value: b.P.DateTime(c.CreatedAt)}}
	if !b.Mine {
		rows = append(rows, ui.SummaryRow{Name: t("claim.fact_who"), Value: c.Name}, ui.SummaryRow{Name: t("claim.fact_mail"), Value: c.Mail})
	}
	for _, row := range []ui.SummaryRow{
		{Name: t("claim.fact_message"), Value: c.Message}, {Name: t("claim.fact_document"), Value: c.DocumentName}, {Name: t("claim.fact_reason"), Value: c.Reason},
	} {
		if row.Value != "" {
			rows = append(rows, row)
		}
	}
	b.Facts = ui.Summary{Rows: rows}
}

// answers asks a manager of the company what to answer.
func (b *followPage) answers(r *http.Request, c Claim) {
	t := b.P.T
	b.Action = b.Path(ClaimPath(c.ID))
	chosen := r.PostFormValue(roleField)
	b.Role = ui.Choices{Name: roleField, Legend: t("claim.role")}
	for _, role := range []account.Role{account.CompanyEditor, account.CompanyManager} {
		b.Role.Options = append(b.Role.Options, ui.Option{
			Value: string(role), Label: t("claim.role." + string(role)), Detail: t("claim.role_detail." + string(role)),
			Selected: chosen == string(role) || chosen == "" && role == account.CompanyEditor,
		})
	}
	b.Reason = ui.Field{
		Name: reasonField, Label: t("claim.reason_label"), Hint: t("claim.reason_hint"), Rows: 3, Max: mostReason, Optional: true, Value: r.PostFormValue(reasonField),
		Error: b.Errors.For(reasonField),
	}
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	d := Decision{Grant: r.PostFormValue(answerField) == yes, Reason: r.PostFormValue(reasonField)}
	role := account.CompanyEditor
	if r.PostFormValue(roleField) == string(account.CompanyManager) {
		role = account.CompanyManager
	}
	err := p.service.Answer(r.Context(), account.Of(r.Context()), r.PathValue("id"), d, role)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return p.showFollow(w, r, err)
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, ClaimPath(r.PathValue("id")))
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := p.service.Withdraw(r.Context(), account.Of(r.Context()), r.PathValue("id"))
	if errs.Is(err, errs.Conflict) {
		return p.showFollow(w, r, err)
	}
	if err != nil {
		return err
	}
	return ui.SeeOther(w, r, ClaimPath(r.PathValue("id")))
}

// disputePage is what the link of the letter to a card's address leads to.
type disputePage struct {
	base
	Day    string
	Action string     // where the button sends, "" for none
	State  *ui.Notice // why it cannot be disputed, or that it is now
}

func (p *Pages) dispute(w http.ResponseWriter, r *http.Request) error {
	c, card, err := p.service.Disputable(r.Context(), p.service.DB.Read(), r.PathValue("token"))
	return p.showDispute(w, r, c, card, err)
}

func (p *Pages) showDispute(w http.ResponseWriter, r *http.Request, c Claim, card listing.Record, fault error) error {
	path := DisputePath + r.PathValue("token")
	page := disputePage{base: begin(r, card.Listing, path, ui.Of(r).P.T("claim.dispute_title")), Day: ui.Of(r).P.Date(c.EndedAt)}
	page.Crumbs = nil
	status := http.StatusOK
	switch e := errs.As(fault); {
	case fault == nil:
		page.Action = page.Path(path)
	case e == nil || card.Listing.ID == "":
		return fault
	case e.Kind == errs.Conflict:
		page.State = &ui.Notice{Tone: ui.OK, Title: page.P.T("claim.disputed_done"), Text: page.P.T("claim.disputed_next")}
	default:
		status = e.Kind.Status()
		page.State = &ui.Notice{Tone: ui.Warn, Text: page.P.Text(e.Key, e.Args)}
	}
	return p.views.Render(w, r, status, "contestation", page)
}

func (p *Pages) sendDispute(w http.ResponseWriter, r *http.Request) error {
	err := p.service.Dispute(r.Context(), r.PathValue("token"))
	if err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Gone) {
		return err
	}
	return ui.SeeOther(w, r, DisputePath+r.PathValue("token"))
}
