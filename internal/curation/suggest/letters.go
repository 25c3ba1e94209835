package suggest

import (
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// ConfirmFor is how long somebody may confirm what they have sent.
const ConfirmFor = 7 * 24 * time.Hour

const kindConfirm = "suggest.confirm"

// confirmMessage is the letter that asks somebody to confirm what they have sent. It holds nothing of what they wrote: whoever
// types another's address sends them no words.
func confirmMessage(c curation.Change, site account.Site, name, link string) mail.Message {
	until := c.CreatedAt.Add(ConfirmFor)
	return site.Sign(mail.Message{
		Event: kindConfirm + "/" + c.ID, Kind: kindConfirm, To: mail.Address{Mail: c.Mail}, Person: c.Person, Territory: c.Territory,
		Letter: confirmLetter(site.P, site.Cluster, c.Kind, name, link, until), Secret: true, Proving: true, Until: until,
	})
}

func confirmLetter(p *locale.Printer, cluster string, kind curation.Kind, name, link string, until time.Time) mail.Letter {
	subject, text := p.T("suggest.mail_error_subject", "name", mail.OneLine(name)), p.T("suggest.mail_error_text", "name", name)
	if kind == curation.New {
		subject, text = p.T("suggest.mail_new_subject", "cluster", cluster), p.T("suggest.mail_new_text")
	}
	return mail.Letter{
		Subject: subject, Heading: p.T("suggest.mail_heading"),
		Paragraphs: []string{text, p.T("suggest.mail_todo", "until", p.Date(until))},
		Action:     &mail.Action{Label: p.T("suggest.mail_action"), URL: link},
		After:      []string{p.T("suggest.mail_not_you")}, Why: p.T("suggest.mail_why", "cluster", cluster),
	}
}

func confirmSample() mail.Sample {
	return account.Sample(kindConfirm, "", func(site account.Site) mail.Letter {
		until := time.Date(2026, time.October, 13, 22, 30, 0, 0, time.UTC)
		return confirmLetter(site.P, site.Cluster, curation.Suggestion, "Atelier du Lagon", site.URL("/signalements/k3J9"), until)
	})
}
