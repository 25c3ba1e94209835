package mail

import (
	"bytes"
	netmail "net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// envelope makes the message of a mail: the same bytes each time, as long as our own addresses stay the same.
func (o *Outbox) envelope(m Mail) (Envelope, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("grappe-"+m.ID), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(&netmail.Address{Name: m.From, Address: o.from})
	msg.ToMailAddress(&netmail.Address{Name: m.To.Name, Address: m.To.Mail})
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice answers
	msg.SetGenHeader("Content-Language", m.Lang)
	if m.Topic != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString("text/plain; format=flowed", m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return Envelope{}, wrong("a message that cannot be written")
	}
	return Envelope{From: o.returnPath(m.ID), To: m.To.Mail, Message: b.Bytes()}, nil
}

const verp = "+"

// returnPath is where failures come back to: it names the mail.
func (o *Outbox) returnPath(id string) string {
	local, domain, ok := strings.Cut(o.bounce, "@")
	if !ok {
		return o.from
	}
	return local + verp + id + "@" + domain
}
