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
	return site.Sign(mail.Message{
		Event: kindCode + "/" + a.ID, Kind: kindCode, To: mail.Address{Mail: a.Mail}, Person: a.Person, Territory: a.Territory, Letter: letter,
		Secret: true, Proving: true, Until: a.ExpiresAt,
	})
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
	return account.Sample(kindCode, "", func(site account.Site) mail.Letter {
		return codeLetter(site.P, site.Cluster, "042718", site.URL("/connexion/lien/k3J9"), false)
	})
}

// guessedMessage tells the owner of an account that codes were guessed for it.
func guessedMessage(p account.Person, territory string, site account.Site, now time.Time) mail.Message {
	return site.Sign(mail.Message{
		Event: kindGuessed + "/" + p.ID + "/" + now.Format(time.DateOnly), Kind: kindGuessed, To: mail.Address{Name: p.Name, Mail: p.Mail},
		Person: p.ID, Territory: territory, Letter: guessedLetter(site.P, site.Cluster),
	})
}

func guessedLetter(p *locale.Printer, cluster string) mail.Letter {
	return mail.Letter{
		Subject: p.T("signin.mail_guessed_subject", "cluster", cluster), Heading: p.T("signin.mail_guessed_heading"),
		Paragraphs: []string{p.T("signin.mail_guessed_text", "n", mostTries), p.T("signin.mail_guessed_todo")}, Why: p.T("signin.mail_guessed_why", "cluster", cluster),
	}
}

func guessedSample() mail.Sample {
	return account.Sample(kindGuessed, "", func(site account.Site) mail.Letter { return guessedLetter(site.P, site.Cluster) })
}
