package signin

import (
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// The kinds of this room's letters.
const (
	kindCode    = "signin.code"
	kindGuessed = "signin.guessed"
)

// codeMessage is the letter with the code, and the link where there is one.
func codeMessage(a attempt, site account.Site, code, link string) mail.Message {
	letter := codeLetter(site.P, site.Cluster, code, link, a.Person != "")
	return mail.Message{
		Event: kindCode + "/" + a.ID, Kind: kindCode, To: mail.Address{Mail: a.Mail}, Person: a.Person, Territory: a.Territory, Lang: site.P.Lang(),
		From: site.Cluster, ReplyTo: site.Contact, Accent: site.Accent, Letter: letter, Secret: true, Proving: true, Until: a.ExpiresAt,
	}
}

func codeLetter(p *locale.Printer, cluster, code, link string, again bool) mail.Letter {
	l := mail.Letter{
		Subject: p.T("signin.mail_code_subject", "cluster", cluster), Heading: p.T("signin.mail_code_heading"), Code: shownCode(code),
		Paragraphs: []string{p.T("signin.mail_code_text", "n", int(holdsFor/time.Minute))},
		After:      []string{p.T("signin.mail_code_not_you")}, Why: p.T("signin.mail_code_why", "cluster", cluster),
	}
	if again {
		l.Heading = p.T("signin.mail_code_again")
	}
	if link != "" {
		l.Action = &mail.Action{Label: p.T("signin.mail_code_action"), URL: link}
	}
	return l
}

func codeSample() mail.Sample {
	return mail.Sample{Kind: kindCode, Message: func(p *locale.Printer) mail.Message {
		return mail.Message{
			Kind: kindCode, To: mail.Address{Mail: "louise@example.org"}, Lang: p.Lang(), From: "Grappe",
			Letter: codeLetter(p, "Grappe", "042718", "https://grappe.example/nc/connexion/lien/k3J9", false),
		}
	}}
}

// guessedMessage tells the owner of an account that codes were guessed for it.
func guessedMessage(p account.Person, territory string, site account.Site, now time.Time) mail.Message {
	return mail.Message{
		Event: kindGuessed + "/" + p.ID + "/" + now.Format(time.DateOnly), Kind: kindGuessed, To: mail.Address{Name: p.Name, Mail: p.Mail},
		Person: p.ID, Territory: territory, Lang: site.P.Lang(), From: site.Cluster, ReplyTo: site.Contact, Accent: site.Accent,
		Letter: guessedLetter(site.P, site.Cluster),
	}
}

func guessedLetter(p *locale.Printer, cluster string) mail.Letter {
	return mail.Letter{
		Subject: p.T("signin.mail_guessed_subject", "cluster", cluster), Heading: p.T("signin.mail_guessed_heading"),
		Paragraphs: []string{p.T("signin.mail_guessed_text", "n", mostTries), p.T("signin.mail_guessed_todo")}, Why: p.T("signin.mail_guessed_why", "cluster", cluster),
	}
}

func guessedSample() mail.Sample {
	return mail.Sample{Kind: kindGuessed, Message: func(p *locale.Printer) mail.Message {
		return mail.Message{
			Kind: kindGuessed, To: mail.Address{Mail: "louise@example.org"}, Lang: p.Lang(), From: "Grappe", Letter: guessedLetter(p, "Grappe"),
		}
	}}
}
