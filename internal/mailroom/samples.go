package mailroom

import (
	"net/http"
	"slices"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
)

// samplesPage lists the kinds of mails.
type samplesPage struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Table  ui.Table
}

// samples lists a letter of each kind.
func (p *Pages) samples(w http.ResponseWriter, r *http.Request) error {
	f := p.begin(w, r, ui.Of(r).P.T("mailroom.samples"))
	page := samplesPage{Frame: f}
	page.Crumbs = ui.Breadcrumb{{Label: f.P.T("mailroom.letters"), URL: f.Path("/courrier")}, {Label: f.Title, Current: true}}
	page.Table = ui.Table{Caption: f.P.T("mailroom.samples_list"), Empty: f.P.T("mailroom.samples_none"), Columns: []ui.Column{
		{Label: f.P.T("mailroom.subject")}, {Label: f.P.T("mailroom.kind")}, {Label: f.P.T("mailroom.can_stop")},
	}}
	for _, s := range p.Samples() {
		stops := f.P.T("mailroom.stops_not")
		if s.Topic != "" {
			stops, _ = p.topic(f, s.Topic)
		}
		page.Table.Rows = append(page.Table.Rows, ui.Row{
			{Text: s.Message(f.P).Letter.Subject, URL: f.Path("/courrier/modeles/" + s.Kind)}, {Text: s.Kind}, {Text: stops},
		})
	}
	return p.views.Render(w, r, http.StatusOK, "modeles", page)
}

// sampled makes the sample of a request, in the language that its parameter names, else in the page's.
func (p *Pages) sampled(r *http.Request) (mail.Message, string, error) {
	s, ok := p.sampleOf(r.PathValue("kind"))
	if !ok {
		return mail.Message{}, "", errs.New(errs.NotFound, "mailroom.no_sample", nil)
	}
	f := ui.Of(r)
	printer, lang := f.P, r.URL.Query().Get("lang")
	if slices.Contains(locale.Languages(), lang) && lang != f.Lang && p.Printer != nil {
		printer = p.Printer(r, lang)
	}
	m := s.Message(printer)
	m.Kind, m.Topic, m.Lang = s.Kind, s.Topic, printer.Lang()
	if m.From == "" {
		m.From = f.Brand.Cluster
	}
	if m.Topic != "" && m.Unsubscribe == "" {
		m.Unsubscribe = f.URL("/desabonnement/exemple")
	}
	return m, printer.Lang(), nil
}

// sample shows a letter of a kind, as letter does.
func (p *Pages) sample(w http.ResponseWriter, r *http.Request) error {
	m, lang, err := p.sampled(r)
	if err != nil {
		return err
	}
	f := p.begin(w, r, m.Letter.Subject)
	here := f.Path("/courrier/modeles/" + m.Kind)
	page := letterPage{Frame: f, Speaks: lang, Subject: m.Letter.Subject, HTML: here + "/html?lang=" + lang}
	page.Crumbs = ui.Breadcrumb{
		{Label: f.P.T("mailroom.letters"), URL: f.Path("/courrier")}, {Label: f.P.T("mailroom.samples"), URL: f.Path("/courrier/modeles")}, {Label: m.Kind, Current: true},
	}
	if p.Printer != nil {
		for _, l := range locale.Languages() {
			page.Tabs = append(page.Tabs, ui.Link{Label: ui.Alternate{Lang: l}.Name(), URL: here + "?lang=" + l, Current: l == lang})
		}
	}
	text := mail.RenderText(m.Letter, look(m))
	page.Headers = headers(f, mail.Mail{To: m.To, From: m.From, ReplyTo: m.ReplyTo, Kind: m.Kind, Unsubscribe: m.Unsubscribe})
	page.Code, page.Body = strings.Join(strings.Fields(m.Letter.Code), ""), linked(text)
	return p.views.Render(w, r, http.StatusOK, "lettre", page)
}

// sampleHTML is the letter as a mail program shows it, for the frame.
func (p *Pages) sampleHTML(w http.ResponseWriter, r *http.Request) error {
	m, _, err := p.sampled(r)
	if err != nil {
		return err
	}
	return framed(w, r, mail.RenderHTML(m.Letter, look(m)))
}

func look(m mail.Message) mail.Look {
	return mail.Look{Lang: m.Lang, From: m.From, Accent: m.Accent, Unsubscribe: m.Unsubscribe}
}
