package mail

import (
	_ "embed"
	"html/template"
	"strings"
	"sync"
	"unicode/utf8"

	"grappe/internal/platform/locale"
)

// Look is what a letter is shown in.
type Look struct {
	Lang        string // "fr" or "en"
	From        string // the cluster's name, at the foot
	Accent      string // "#0A5A78"
	Unsubscribe string // "" for none
}

//go:embed letter.html
var layoutText string

var layout = template.Must(template.New("letter").Parse(layoutText))

var catalogues = sync.OnceValues(func() (*locale.Catalogues, error) { return locale.Load(Texts) })

// printer speaks the few sentences that every mail has.
func printer(lang string) *locale.Printer {
	c, err := catalogues()
	if err != nil {
		panic(err) // the embedded texts are wrong, which a test finds
	}
	return c.Printer(lang, nil, "")
}

// RenderHTML is a letter as an HTML document: no image, no script, nothing that is fetched.
func RenderHTML(l Letter, look Look) string {
	p := printer(look.Lang)
	page := struct {
		Letter
		Lang, From, InFull, Stop, Unsubscribe string
		Colours                               colours
	}{cleaned(l), p.Lang(), line(look.From, mostName), p.T("mail.in_full"), p.T("mail.stop"), look.Unsubscribe, coloursOf(look.Accent)}
	var b strings.Builder
	if err := layout.Execute(&b, page); err != nil {
		panic(err) // a strings.Builder takes all, and the template has no data that it does not know
	}
	return b.String()
}

// RenderText is a letter as plain text of lines of about 72 characters. A line that ends with a space goes on in the next
// (format=flowed, RFC 3676), so that narrow screens wrap it themselves.
func RenderText(l Letter, look Look) string {
	l = cleaned(l)
	p := printer(look.Lang)
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, flowed(s))
		}
	}
	add(l.Heading)
	for _, s := range l.Paragraphs {
		add(s)
	}
	if l.Code != "" {
		parts = append(parts, flowed(l.Code))
	}
	if l.Action != nil {
		parts = append(parts, flowed(p.T("mail.action", "label", l.Action.Label))+"\n"+l.Action.URL)
	}
	if l.Second != nil {
		parts = append(parts, flowed(p.T("mail.action", "label", l.Second.Label))+"\n"+l.Second.URL)
	}
	for _, s := range l.After {
		add(s)
	}
	foot := "-- \n" + flowed(line(look.From, mostName))
	if l.Why != "" {
		foot += "\n" + flowed(l.Why)
	}
	if look.Unsubscribe != "" {
		foot += "\n" + flowed(p.T("mail.stop_at")) + "\n" + look.Unsubscribe
	}
	return strings.Join(append(parts, foot), "\n\n") + "\n"
}

// cleaned is a letter whose texts are single paragraphs of what can be shown.
func cleaned(l Letter) Letter {
	const most = 4000
	l.Subject = line(l.Subject, mostSubject)
	l.Heading, l.Code, l.Why = line(l.Heading, most), line(l.Code, most), line(l.Why, most)
	l.Paragraphs, l.After = lines(l.Paragraphs, most), lines(l.After, most)
	for _, a := range []**Action{&l.Action, &l.Second} {
		if *a != nil {
			*a = &Action{line((*a).Label, most), (*a).URL}
		}
	}
	return l
}

func lines(in []string, most int) []string {
	var out []string
	for _, s := range in {
		if s = line(s, most); s != "" {
			out = append(out, s)
		}
	}
	return out
}

const textWidth = 72

// flowed breaks a paragraph into lines at plain spaces. Lines that would be taken for a quotation or the foot are stuffed.
func flowed(s string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Split(s, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width+1+n > textWidth:
			b.WriteString(" \n")
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		if width == 0 && (strings.HasPrefix(word, ">") || word == "From" || word == "--") {
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}
