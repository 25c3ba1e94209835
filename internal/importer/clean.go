package importer

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"
)

// clean makes a value of a text as a person meant it, telling what was wrong with it. Line ends are kept when lines is
// true.
func (w *work) clean(field, v string, lines bool) string {
	v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n")
	if isSpreadsheetError(v) {
		w.warn("importer.warn.spreadsheet-error", field, args("value", strings.TrimSpace(v)))
		return ""
	}
	if fixed, ok := repairMojibake(v); ok {
		w.warn("importer.warn.mojibake", field, args("value", short(v), "repaired", short(fixed)))
		v = fixed
	}
	if strings.ContainsRune(v, utf8.RuneError) {
		w.warn("importer.warn.accents-lost", field, args("value", short(v)))
	}
	v = w.cleanHTML(field, v)
	if isFormula(v) {
		w.warn("importer.warn.formula", field, args("value", short(v)))
	}
	return tidy(v, lines)
}

// cleanHTML takes formatting tags and entities out; other tags are kept as the text that they are.
func (w *work) cleanHTML(field, v string) string {
	if !strings.ContainsAny(v, "<&") {
		return v
	}
	plain := stripTags(v, false)
	switch {
	case plain != v:
		w.warn("importer.warn.html", field, args("value", short(v)))
	case hasTag(v):
		w.warn("importer.warn.html-kept", field, args("value", short(v)))
	}
	return plain
}

// tidy drops invisible characters, makes every blank a space and trims. Bidirectional overrides go too: they make a
// text look like another.
func tidy(v string, lines bool) string {
	v = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u202f' && lines, r == '\u00a0' && lines:
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e',
			r >= '\u2060' && r <= '\u2069', r == '\ufeff', r == '\u00ad':
			return -1
		}
		return r
	}, v)
	if !lines {
		return strings.Join(strings.Fields(v), " ")
	}
	var out []string
	blank := 0
	for l := range strings.SplitSeq(v, "\n") {
		if l = strings.Join(strings.FieldsFunc(l, func(r rune) bool { return r == ' ' }), " "); l == "" {
			blank++
			continue
		}
		if blank > 0 && len(out) > 0 {
			out = append(out, "")
		}
		blank = 0
		out = append(out, strings.Trim(l, " \u00a0"))
	}
	return strings.Join(out, "\n")
}

// isSpreadsheetError knows the values that a formula gives when it fails, in Excel and LibreOffice.
func isSpreadsheetError(v string) bool {
	switch strings.TrimSpace(v) {
	case "#NUM!", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#SPILL!":
		return true
	}
	return strings.HasPrefix(v, "Err:5")
}

// isFormula tells a formula that a spreadsheet would run from a text that happens to start like one: "+687", "-22.2",
// "@handle" and "- a list" are none.
func isFormula(v string) bool {
	v = strings.TrimSpace(v)
	if len(v) < 2 {
		return false
	}
	if v[0] == '=' {
		return v[1] != '=' && v[1] != ' ' && v[1] != '>'
	}
	if v[0] != '+' && v[0] != '-' && v[0] != '@' {
		return false
	}
	word := strings.TrimLeft(v[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._0123456789")
	return len(word) < len(v)-1 && word != "" && (word[0] == '(' || word[0] == '|' || word[0] == '!') && !unicode.IsDigit(rune(v[1]))
}

// repairMojibake turns letters that were UTF-8 read as Windows-1252 ("Ã©", "â€™") back into what they were, and
// reports whether there were any.
func repairMojibake(v string) (string, bool) {
	if !strings.ContainsAny(v, "ÃÂÅÄâïð") {
		return v, false
	}
	in := []rune(v)
	var out strings.Builder
	found := false
	for i := 0; i < len(in); {
		if r, used := misread(in[i:]); used > 0 {
			out.WriteRune(r)
			i += used
			found = true
			continue
		}
		out.WriteRune(in[i])
		i++
	}
	return out.String(), found
}

// misread reads one letter of UTF-8 whose bytes became letters of Windows-1252, and how many of them it took; 0 where
// the text is no such thing.
func misread(in []rune) (rune, int) {
	n := 0
	switch in[0] {
	case 'Ã', 'Â', 'Å', 'Ä':
		n = 2
	case 'â', 'ï':
		n = 3
	case 'ð':
		n = 4
	}
	if n == 0 || len(in) < n {
		return 0, 0
	}
	raw := make([]byte, n)
	for i, r := range in[:n] {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok && r < 0x100 { // the five bytes that Windows-1252 leaves undefined
			b, ok = byte(r), true
		}
		if !ok {
			return 0, 0
		}
		raw[i] = b
	}
	r, size := utf8.DecodeRune(raw)
	if size != n || r == utf8.RuneError || unicode.IsControl(r) {
		return 0, 0
	}
	return r, n
}

// isFormatting lists the tags that word processors and web editors leave behind.
func isFormatting(tag string) bool {
	switch tag {
	case "p", "br", "b", "i", "u", "em", "strong", "a", "ul", "ol", "li", "div", "span", "h1", "h2", "h3", "h4", "h5",
		"h6", "table", "tr", "td", "th", "tbody", "thead", "font", "small", "sup", "sub", "blockquote", "hr", "center":
		return true
	}
	return false
}

func isBlock(tag string) bool {
	switch tag {
	case "p", "br", "div", "ul", "ol", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "table":
		return true
	}
	return false
}

// stripTags takes the tags out of a text and reads its entities. When there is any tag that is no formatting, all is
// left as it is, unless every tag is to go.
func stripTags(v string, every bool) string {
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(v))
	found, hidden := false, 0
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken {
			break
		}
		if kind == xhtml.TextToken {
			if hidden == 0 {
				b.Write(z.Raw())
			}
			continue
		}
		raw := string(z.Raw())
		name, _ := z.TagName()
		tag := string(name)
		switch {
		case kind == xhtml.CommentToken || kind == xhtml.DoctypeToken:
			found = true
		case isFormatting(tag):
			found = true
			if isBlock(tag) {
				b.WriteByte('\n')
			}
		case !every && isElement(tag):
			return v
		case every && (tag == "script" || tag == "style"):
			found = true
			if hidden = 1; kind == xhtml.EndTagToken {
				hidden = 0
			}
		case every:
			found = true
		default:
			b.WriteString(raw) // "<3", "a<b": no tag at all
		}
	}
	text := html.UnescapeString(b.String())
	if !found && text == v {
		return v
	}
	return strings.TrimSpace(text)
}

// isElement reports whether the word is the name of some element and not of a thing in angle brackets.
func isElement(tag string) bool {
	switch tag {
	case "script", "style", "img", "svg", "iframe", "object", "embed", "form", "input", "button", "video", "audio",
		"link", "meta", "base", "body", "html", "head", "title", "textarea", "select", "math", "template", "noscript",
		"marquee", "details", "canvas", "frame", "frameset", "applet":
		return true
	}
	return false
}

func hasTag(v string) bool {
	z := xhtml.NewTokenizer(strings.NewReader(v))
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return false
		case xhtml.StartTagToken, xhtml.EndTagToken, xhtml.SelfClosingTagToken:
			if name, _ := z.TagName(); isElement(string(name)) {
				return true
			}
		}
	}
}

// numberText writes a number as programs read it: "1 234,5" gives "1234.5". What is no number gives nothing.
func numberText(v string) string {
	compact := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(v))
	if strings.Count(compact, ",") == 1 && !strings.Contains(compact, ".") {
		compact = strings.Replace(compact, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(compact, 64)
	if err != nil || f != f || f-f != 0 {
		return ""
	}
	return compact
}

// wholeNumber undoes what a spreadsheet does to digits that are no quantity: "84200.0" gives "84200". A number in
// scientific notation cannot be undone: lost is true when digits are gone.
func wholeNumber(v string) (digits string, undone, lost bool) {
	v = strings.TrimSpace(v)
	head, tail, dot := strings.Cut(strings.Replace(v, ",", ".", 1), ".")
	if dot && head != "" && strings.Trim(head, "0123456789") == "" && strings.Trim(tail, "0") == "" && tail != "" {
		return head, true, false
	}
	mantissa, exponent, sci := strings.Cut(strings.ToUpper(strings.Replace(v, ",", ".", 1)), "E+")
	if !sci || exponent == "" || strings.Trim(exponent, "0123456789") != "" || mantissa == "" || strings.Trim(mantissa, ".0123456789") != "" {
		return v, false, false
	}
	return v, false, true
}
