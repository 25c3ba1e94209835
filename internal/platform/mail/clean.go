package mail

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"grappe/internal/platform/errs"
)

const (
	mostSubject = 150 // characters
	mostName    = 80
	mostAddress = 254 // RFC 5321 4.5.3.1.3, without the brackets
	mostLocal   = 64
	mostURL     = 900 // a line of a header has at most 998 bytes
)

// line gives a text as one line of at most so many characters: without what controls a terminal, ends a header or turns the
// direction of writing.
func line(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(printable(s), func(r rune) bool { return r == ' ' }), " ") // no-break spaces stay
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
	}
	return s
}

// header is a line for a header: without what a reader's program would decode.
func header(s string, most int) string { return strings.ReplaceAll(line(s, most), "=?", "= ?") }

// printable takes out what no reader sees, and keeps the ends of lines as spaces. No-break spaces stay.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return ' '
		case r == 0x200d || r == 0x200c || r == 0xad: // joiners within words and emoji, soft hyphens
			return r
		case unicode.Is(unicode.C, r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// plainAddress gives an address as a server takes it, with its domain in ASCII. It refuses all but one bare address: no name,
// no brackets, no quoted local part, no control character.
func plainAddress(s, field string) (string, error) {
	local, domain, ok := cutLast(s, "@")
	if !ok || len(local) == 0 || len(local) > mostLocal || strings.Trim(local, atext) != "" ||
		strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return "", badAddress(field)
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || ascii == "" || strings.Trim(ascii, domainText) != "" || strings.HasPrefix(ascii, ".") || strings.Contains(ascii, "..") {
		return "", badAddress(field)
	}
	if out := local + "@" + ascii; len(out) <= mostAddress {
		return out, nil
	}
	return "", badAddress(field)
}

const (
	letters    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	atext      = letters + "!#$%&'*+-/=?^_`{|}~." // RFC 5322 3.2.3, with dots
	domainText = letters + "-."
)

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func badAddress(field string) error {
	e := errs.New(errs.Invalid, "mail.bad_address", nil)
	e.Fields = []errs.Field{{Name: field, Key: "mail.bad_address"}}
	return e
}

// absolute tells whether an address leads to a page from anywhere, and is safe in a header.
func absolute(s string) bool {
	if len(s) > mostURL || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' || r == '"' }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// checked gives a message as it may be kept and sent: addresses in their plain form, names and texts cleaned. It returns
// errs.Invalid for an address that is none (field mail or reply_to), errs.Internal for what only a programmer can have left out.
func checked(m Message) (Message, error) {
	var err error
	if m.To.Mail, err = plainAddress(m.To.Mail, "mail"); err != nil {
		return m, err
	}
	if m.ReplyTo != "" {
		if m.ReplyTo, err = plainAddress(m.ReplyTo, "reply_to"); err != nil {
			return m, err
		}
	}
	m.To.Name, m.From = header(m.To.Name, mostName), header(m.From, mostName)
	m.Letter.Subject = header(m.Letter.Subject, mostSubject)
	switch {
	case m.Event == "" || m.Kind == "" || printable(m.Event) != m.Event || printable(m.Kind) != m.Kind:
		return m, wrong("a message without a name of its event or kind")
	case m.Letter.Subject == "":
		return m, wrong("a letter without a subject")
	case m.Letter.Action != nil && !absolute(m.Letter.Action.URL), m.Letter.Second != nil && !absolute(m.Letter.Second.URL):
		return m, wrong("an action whose address is not absolute")
	case m.Topic != "" && !absolute(m.Unsubscribe):
		return m, wrong("a topic without an address to unsubscribe")
	case m.Topic == "":
		m.Unsubscribe = ""
	}
	return m, nil
}
