package account

import (
	"cmp"
	"context"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Site is a territory as letters from it show it.
type Site struct {
	P       *locale.Printer // speaks the language of who reads
	Cluster string
	Base    string // absolute address of the territory's pages in that language, without a slash at its end; "" where the operator named none
	Accent  string // CSS colour
	Contact string // address to answer to, "" for none
}

// Sites gives the territories as letters show them. An unknown territory gives errs.NotFound.
type Sites interface {
	Site(ctx context.Context, territory, lang string) (Site, error)
}

// URL is the absolute address of a page, "" where nobody knows it.
func (s Site) URL(path string) string {
	if s.Base == "" {
		return ""
	}
	return s.Base + path
}

// Sign completes a mail by what every one of the site says: its language and colour, where answers go, and who it comes from where
// the mail says nobody.
func (s Site) Sign(m mail.Message) mail.Message {
	m.Lang, m.Accent, m.ReplyTo, m.From = s.P.Lang(), s.Accent, s.Contact, cmp.Or(m.From, s.Cluster)
	return m
}

// Letter makes the letter of a kind from the room's texts ("claim.letter."), under the kind's own name ("code."): subject, text,
// button, after and why; no button without a path.
func (s Site) Letter(texts, kind, path string, args ...any) mail.Letter {
	args = append(args, "cluster", s.Cluster)
	say := func(part string) string { return s.P.T(texts+short(kind)+"."+part, args...) }
	l := mail.Letter{
		Subject: say("subject"), Heading: say("subject"), Paragraphs: []string{say("text")}, After: []string{say("after")}, Why: say("why"),
	}
	if path == "" {
		return l
	}
	return s.Lead(l, texts, path, say("button"))
}

// Lead gives a letter its button. Where nobody knows the absolute address of the page, the letter says where to go instead: the
// room's text "without_address".
func (s Site) Lead(l mail.Letter, texts, path, label string) mail.Letter {
	if url := s.URL(path); url != "" {
		l.Action = &mail.Action{Label: label, URL: url}
		return l
	}
	l.Paragraphs = append(l.Paragraphs, s.P.T(texts+"without_address", "cluster", s.Cluster))
	return l
}
