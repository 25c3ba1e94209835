package space

import (
	"net/http"
	"slices"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// mailsPage is which mails a person gets.
type mailsPage struct {
	base
	Action string
	Mail   string
	Topics ui.Choices // ticked: wanted
	Always []ui.SummaryRow
}

// wantedName is the field of the topics that a person wants.
const wantedName = "recevoir"

func (p *Pages) mails(w http.ResponseWriter, r *http.Request) error {
	person, err := p.Accounts.Person(r.Context(), account.Of(r.Context()).Person)
	if err != nil {
		return err
	}
	wants := func(topic string) bool { return !slices.Contains(person.Refused, topic) }
	if v := web.Resumed(r); v != nil {
		wants = func(topic string) bool { return slices.Contains(v[wantedName], topic) }
	}
	page := mailsPage{base: p.begin(r, "/espace/courriels", ui.Of(r).P.T("space.mails")), Mail: person.Mail}
	t := page.P.T
	page.Action = page.Path("/espace/courriels")
	page.Topics = ui.Choices{Name: wantedName, Legend: t("space.mails_wanted"), Hint: t("space.mails_wanted_hint"), Multiple: true}
	for _, topic := range p.topics() {
		page.Topics.Options = append(page.Topics.Options, ui.Option{
			Value: topic.Name, Label: t(topic.Label), Detail: t(topic.Detail), Selected: wants(topic.Name),
		})
	}
	page.Always = []ui.SummaryRow{
		{Name: t("space.always_codes"), Value: t("space.always_codes_why")},
		{Name: t("space.always_safety"), Value: t("space.always_safety_why")},
		{Name: t("space.always_invitations"), Value: t("space.always_invitations_why")},
		{Name: t("space.always_data"), Value: t("space.always_data_why")},
	}
	return p.views.Render(w, r, http.StatusOK, "courriels", page)
}

// AlwaysList is what cannot be refused.
func (m mailsPage) AlwaysList() ui.Summary { return ui.Summary{Rows: m.Always} }

func (p *Pages) topics() []office.Topic {
	if p.Topics == nil {
		return nil
	}
	return p.Topics()
}

func (p *Pages) saveMails(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	var declared []string
	for _, t := range p.topics() {
		declared = append(declared, t.Name)
	}
	if err := p.Accounts.ChooseTopics(r.Context(), account.Of(r.Context()), declared, r.PostForm[wantedName]); err != nil {
		return err
	}
	return ui.SeeDone(w, r, "/espace/courriels", "courriels")
}
