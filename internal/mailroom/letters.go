package mailroom

import (
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// mostListed is how many letters the list shows.
const mostListed = 100

// lettersPage is the demo's mail, the newest first.
type lettersPage struct {
	ui.Frame
	Table   ui.Table
	Empty   *ui.Empty
	Samples string // address of the previews
}

// letters lists what the demo would have sent.
func (p *Pages) letters(w http.ResponseWriter, r *http.Request) error {
	f := p.begin(w, r, ui.Of(r).P.T("mailroom.letters"))
	list, err := p.Outbox.List(r.Context(), mail.Filter{Territory: territory.Of(r.Context()).Code, Limit: mostListed})
	if err != nil {
		return err
	}
	page := lettersPage{Frame: f, Samples: f.Path("/courrier/modeles")}
	page.Table = ui.Table{Caption: f.P.T("mailroom.list"), Columns: []ui.Column{
		{Label: f.P.T("mailroom.subject")}, {Label: f.P.T("mailroom.to")}, {Label: f.P.T("mailroom.when")}, {Label: f.P.T("mailroom.kind")},
	}}
	for _, m := range list {
		page.Table.Rows = append(page.Table.Rows, ui.Row{
			{Text: m.Subject, URL: f.Path("/courrier/" + m.ID)}, {Text: m.To.Mail}, {Text: f.P.DateTime(m.At)}, p.kind(f, m.Kind),
		})
	}
	if len(list) == 0 {
		page.Empty = &ui.Empty{
			Icon: "inbox", Title: f.P.T("mailroom.letters_none"), Text: f.P.T("mailroom.letters_none_text"),
			Actions: []ui.Button{{Label: f.P.T("mailroom.sign_in"), URL: f.Path("/connexion")}},
		}
	}
	return p.views.Render(w, r, http.StatusOK, "courrier", page)
}

// kind names a kind of mail, and leads to its example.
func (p *Pages) kind(f ui.Frame, kind string) ui.Cell {
	c := ui.Cell{Text: kind}
	if _, ok := p.sampleOf(kind); ok {
		c.URL = f.Path("/courrier/modeles/" + kind)
	}
	return c
}

// letterPage is one letter: as text, and in a frame as mail programs show it.
type letterPage struct {
	ui.Frame
	Crumbs  ui.Breadcrumb
	Subject string
	Speaks  string // language of the letter
	Headers ui.Summary
	Code    string // what the letter asks to copy, "" for none
	Body    template.HTML
	HTML    string    // address of the other form
	Tabs    []ui.Link // the same letter in other languages
}

// letter shows a letter of the demo.
func (p *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	m, err := p.find(r)
	if err != nil {
		return err
	}
	f := p.begin(w, r, m.Subject)
	page := letterPage{Frame: f, Subject: m.Subject, Speaks: m.Lang, HTML: f.Path("/courrier/" + m.ID + "/html")}
	page.Crumbs = ui.Breadcrumb{{Label: f.P.T("mailroom.letters"), URL: f.Path("/courrier")}, {Label: m.Subject, Current: true}}
	page.Headers = headers(f, m)
	page.Headers.Rows = append(page.Headers.Rows, ui.SummaryRow{Name: f.P.T("mailroom.when"), Value: f.P.DateTime(m.At)})
	page.Code, page.Body = codeIn(m.Text), linked(m.Text)
	return p.views.Render(w, r, http.StatusOK, "lettre", page)
}

// find reads the letter of a request, which must be of its territory.
func (p *Pages) find(r *http.Request) (mail.Mail, error) {
	m, err := p.Outbox.Get(r.Context(), r.PathValue("id"))
	if err == nil && m.Territory != territory.Of(r.Context()).Code {
		err = errs.New(errs.NotFound, "", nil)
	}
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "mailroom.no_letter", nil)
	}
	return m, err
}

// headers are those of a letter that people know.
func headers(f ui.Frame, m mail.Mail) ui.Summary {
	to := m.To.Mail
	if m.To.Name != "" {
		to = m.To.Name + " <" + m.To.Mail + ">"
	}
	rows := []ui.SummaryRow{{Name: f.P.T("mailroom.from"), Value: m.From}, {Name: f.P.T("mailroom.to"), Value: to}}
	if m.ReplyTo != "" {
		rows = append(rows, ui.SummaryRow{Name: f.P.T("mailroom.reply_to"), Value: m.ReplyTo})
	}
	rows = append(rows, ui.SummaryRow{Name: f.P.T("mailroom.kind"), Value: m.Kind})
	if m.Unsubscribe != "" {
		rows = append(rows, ui.SummaryRow{Name: f.P.T("mailroom.unsubscribe"), Value: m.Unsubscribe, URL: m.Unsubscribe})
	}
	return ui.Summary{Rows: rows}
}

// letterHTML is the letter as a mail program shows it, for the frame. Its form, "html", is a wildcard: the mux takes no
// pattern beside that of the samples otherwise.
func (p *Pages) letterHTML(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("form") != "html" {
		return errs.New(errs.NotFound, "mailroom.no_letter", nil)
	}
	m, err := p.find(r)
	if err != nil {
		return err
	}
	return framed(w, r, m.HTML)
}

// framed answers with a letter's own HTML, whose links open other windows.
func framed(w http.ResponseWriter, r *http.Request, html string) error {
	web.CacheNever(w)
	web.Framed(w)
	return web.Write(w, r, http.StatusOK, "text/html; charset=utf-8", []byte(strings.Replace(html, "<head>", `<head><base target="_blank">`, 1)))
}

var codeLine = regexp.MustCompile(`(?m)^[ \t]*([0-9]{3}[  \x{a0}\x{202f}]?[0-9]{3})[ \t]*$`)

// codeIn finds the code of six digits that stands alone on a line of a letter, "" for none.
func codeIn(text string) string {
	m := codeLine.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, m[1])
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// linked is the text of a letter with its addresses as links. Lines that go on in the next (RFC 3676) are joined again.
func linked(text string) template.HTML {
	text = unflowed(text)
	m := ui.NewMarkup(nil, 2*len(text))
	at := 0
	for _, found := range address.FindAllStringIndex(text, -1) {
		m.Text(text[at:found[0]])
		a := text[found[0]:found[1]]
		if _, err := url.Parse(a); err == nil {
			m.Raw(`<a class="whole" href="`).URL(a).Raw(`">`).Text(a).Raw(`</a>`)
		} else {
			m.Text(a)
		}
		at = found[1]
	}
	m.Text(text[at:])
	html, err := m.HTML()
	if err != nil {
		return ""
	}
	return html
}

// unflowed joins the lines of format=flowed; "-- " stays what it is.
func unflowed(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var b strings.Builder
	for i, line := range lines {
		sign := line == "-- "
		if !sign {
			line = strings.TrimPrefix(line, " ")
		}
		b.WriteString(line)
		if i < len(lines)-1 && (sign || !strings.HasSuffix(line, " ")) {
			b.WriteByte('\n')
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// sampleOf finds the sample of a kind.
func (p *Pages) sampleOf(kind string) (mail.Sample, bool) {
	all := p.Samples()
	i := slices.IndexFunc(all, func(s mail.Sample) bool { return s.Kind == kind })
	if i < 0 {
		return mail.Sample{}, false
	}
	return all[i], true
}
