package mail_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// opened is a message as a reader's program reads it.
type opened struct {
	netmail.Header
	text, html string
}

// open reads a message, and fails on what no reader should have to forgive.
func open(t *testing.T, message []byte) opened {
	t.Helper()
	for l := range strings.Lines(string(message)) {
		if body := strings.TrimSuffix(l, "\r\n"); len(body) == len(l) || strings.ContainsAny(body, "\r\n") || len(body) > 998 {
			t.Fatalf("a line that is none: %q", l)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(string(message)))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	out := opened{Header: m.Header}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Fatal(err, p.Header)
		}
		switch p.Header.Get("Content-Type") {
		case "text/plain; format=flowed; charset=UTF-8":
			out.text = string(text)
		case "text/html; charset=UTF-8":
			out.html = string(text)
		default:
			t.Errorf("a part of %s", p.Header.Get("Content-Type"))
		}
	}
}

// sending puts a message and gives what is sent.
func sending(t *testing.T, m mail.Message) (*bench, mail.Envelope, opened) {
	t.Helper()
	b := newBench(t, dbtest.SQLite(t))
	b.put(m)
	b.run()
	if len(b.sent) != 1 {
		t.Fatalf("%d mails are sent", len(b.sent))
	}
	return b, b.sent[0], open(t, b.sent[0].Message)
}

func TestMessage(t *testing.T) {
	m := message("a/1")
	m.Topic, m.Unsubscribe = "reminders", "https://cluster.example/desabonnement/"+strings.Repeat("x", 120)
	b, e, got := sending(t, m)
	id := b.only().ID
	for name, want := range map[string]string{
		"From": `=?utf-8?q?Cluster_du_num=C3=A9rique?= <ne-pas-repondre@cluster.example>`, "To": "=?utf-8?q?=C3=89lodie_Wamytan?= <elodie@exemple.nc>",
		"Reply-To": "<equipe@cluster.example>", "Date": "Tue, 03 Feb 2026 09:30:00 +0000", "Message-Id": "<" + id + "@cluster.example>",
		"Auto-Submitted": "auto-generated", "Precedence": "", "User-Agent": "", "X-Mailer": "", "Content-Language": "fr", "Mime-Version": "1.0",
		"List-Unsubscribe": "<" + m.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, not %q", name, got.Get(name), want)
		}
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(got.Get("Subject")); err != nil || subject != m.Letter.Subject {
		t.Errorf("%q %v", subject, err)
	}
	if e.From != "retours+"+id+"@cluster.example" || e.To != "elodie@exemple.nc" {
		t.Errorf("%s → %s", e.From, e.To)
	}
	if kept := b.only(); normal(got.text) != kept.Text || normal(got.html) != kept.HTML {
		t.Errorf("what is sent is not what is kept:\n%q\n%q", got.text, kept.Text)
	}
	if !strings.Contains(got.html, m.Unsubscribe) || !strings.Contains(got.text, m.Unsubscribe) {
		t.Error("nobody can unsubscribe in the letter itself")
	}
	if _, _, got := sending(t, message("a/2")); got.Get("List-Unsubscribe")+got.Get("List-Unsubscribe-Post") != "" {
		t.Error("a transactional mail can be unsubscribed")
	}
}

func normal(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// hostile texts try to add a header, a recipient, a part or an element.
func hostile() []string {
	return []string{
		"x\r\nBcc: victim@exemple.nc", "x\nBcc: victim@exemple.nc\n\nbody", "x\rBcc: victim@exemple.nc", "x\r\n\r\n<script>alert(1)</script>",
		"x\u2028Bcc: victim@exemple.nc", "x\u0085Bcc: victim@exemple.nc", "x\x00\x1b[31m", "\u202egnp.exe", `"><img src=x onerror=alert(1)>`,
		`" <victim@exemple.nc>, "`, "=?utf-8?q?=0D=0ABcc:_victim@exemple.nc?=", "a,b;c:d<e>@f(g)[h]\\", "\xff\xfe", strings.Repeat("é", 5000), "",
		"--=_boundary--", "{{.Secret}}", "javascript:alert(1)", strings.Repeat("x", 3000),
	}
}

func TestHostileTexts(t *testing.T) {
	for _, text := range hostile() {
		m := message("a/1")
		m.To.Name, m.From, m.Letter.Heading, m.Letter.Code, m.Letter.Why, m.Accent = text, text, text, text, text, text
		m.Letter.Subject = "x " + text
		m.Letter.Paragraphs, m.Letter.After = []string{text}, []string{text}
		m.Letter.Action = &mail.Action{Label: text, URL: "https://cluster.example/?a=1&b=%3Cscript%3E"}
		_, e, got := sending(t, m)
		if e.To != "elodie@exemple.nc" || len(got.Header["Bcc"]) != 0 || len(got.Header) != 10 {
			t.Errorf("%q: %v", text, got.Header)
		}
		for _, name := range []string{"From", "To", "Subject"} {
			if shown, err := new(mime.WordDecoder).DecodeHeader(got.Get(name)); err != nil || strings.ContainsAny(shown, "\r\n\x00\u202e") {
				t.Errorf("%q: %s is shown as %q (%v)", text, name, shown, err)
			}
		}
		if to, err := got.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "elodie@exemple.nc" || strings.ContainsAny(to[0].Name, "\r\n\x00\u202e") {
			t.Errorf("%q: to %v (%v)", text, to, err)
		}
		if from, err := got.AddressList("From"); err != nil || len(from) != 1 || from[0].Address != "ne-pas-repondre@cluster.example" {
			t.Errorf("%q: from %v (%v)", text, from, err)
		}
		plainDocument(t, got.html)
		if !utf8.ValidString(got.text) || strings.ContainsAny(got.text+got.html, "\x00\x1b\u202e") {
			t.Errorf("%q: characters that nobody sees are sent", text)
		}
	}
}

// plainDocument fails on all that a letter must not hold: it fetches and runs nothing.
func plainDocument(t *testing.T, text string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	allowed := " html head meta title style body table tbody tr td h1 p a br "
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && !strings.Contains(allowed, " "+n.Data+" ") {
			t.Errorf("an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "background" ||
				a.Key == "href" && !strings.HasPrefix(a.Val, "https://cluster.example/") || strings.Contains(a.Val, "url(") || strings.Contains(a.Val, "Zgotmpl") {
				t.Errorf("an attribute %s=%q", a.Key, a.Val)
			}
		}
	}
	return doc
}

func TestAddressesAreRefused(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	put := func(m mail.Message) error {
		return b.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := b.Put(t.Context(), tx, m)
			return err
		})
	}
	for _, address := range append(hostile(),
		"a@b.nc\r\nBcc: c@d.nc", "a@b.nc\r\nRCPT TO:<c@d.nc>", "a@b.nc>", "<a@b.nc>", "A <a@b.nc>", "a@b.nc,c@d.nc", "a@b.nc c@d.nc", `"a b"@c.nc`, "a@[127.0.0.1]",
		"@b.nc", "a@", "a", ".a@b.nc", "a..b@c.nc", "a@b..nc", "a@.nc", "é@b.nc", strings.Repeat("a", 65)+"@b.nc", "a@"+strings.Repeat("b.", 130)+"nc",
		"a@b.nc\x00", "a\t@b.nc", "a@b\u202e.nc", "a%0d%0a@b.nc@c.nc", " a@b.nc",
	) {
		for _, field := range []string{"mail", "reply_to"} {
			m := message("a/1")
			if field == "mail" {
				m.To.Mail = address
			} else if m.ReplyTo = address; address == "" {
				continue
			}
			err := put(m)
			if e := errs.As(err); e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%q as %s: %v", address, field, err)
			} else if address != "" && len(address) > 3 && strings.Contains(err.Error(), address) {
				t.Errorf("the error quotes %q", address)
			}
		}
	}
	for address, want := range map[string]string{"o'neil+x@B.nc": "o'neil+x@b.nc", "a@éléphant.nc": "a@xn--lphant-9uab.nc", "A.b@sous.domaine.NC": "A.b@sous.domaine.nc"} {
		m := message(address)
		m.To.Mail = address
		if err := put(m); err != nil {
			t.Fatal(address, err)
		}
		if all, err := b.List(t.Context(), mail.Filter{Limit: 1}); err != nil || all[0].To.Mail != want {
			t.Errorf("%s became %q (%v)", address, all[0].To.Mail, err)
		}
	}
	for what, change := range map[string]func(m *mail.Message){
		"no event":        func(m *mail.Message) { m.Event = "" },
		"no kind":         func(m *mail.Message) { m.Kind = "" },
		"no subject":      func(m *mail.Message) { m.Letter.Subject = "\r\n" },
		"relative action": func(m *mail.Message) { m.Letter.Action = &mail.Action{Label: "x", URL: "/x"} },
		"script action":   func(m *mail.Message) { m.Letter.Action = &mail.Action{Label: "x", URL: "javascript:alert(1)"} },
		"action in two":   func(m *mail.Message) { m.Letter.Action = &mail.Action{Label: "x", URL: "https://a.nc/\r\nBcc: x"} },
		"no way out":      func(m *mail.Message) { m.Topic = "reminders" },
		"way out in two":  func(m *mail.Message) { m.Topic, m.Unsubscribe = "reminders", "https://a.nc/>\r\nBcc: <x" },
	} {
		m := message("b/1")
		change(&m)
		if err := put(m); !errs.Is(err, errs.Internal) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
