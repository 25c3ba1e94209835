package listing

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// PlainText is Markdown without its signs, near enough to search and to quote from. Items of lists are parted by dots.
func PlainText(markdown string) string {
	if isPlain(markdown) {
		return markdown
	}
	return rewritten(markdown)
}

func rewritten(markdown string) string {
	markdown = markdownSigns().Replace(markdown)
	var b strings.Builder
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		words := strings.TrimLeft(line, "#>*-+ \t")
		if words == "" {
			continue
		}
		if b.Len() > 0 {
			if line != words && strings.ContainsAny(line[:1], "*-+") {
				b.WriteString(" ·")
			}
			b.WriteString(" ")
		}
		b.WriteString(strings.Join(strings.Fields(words), " "))
	}
	return strings.Replace(b.String(), ": ·", ":", -1)
}

var markdownSigns = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("**", "", "__", "", "`", "", "](", " (", "[", "")
})

// isPlain reports whether a text is surely as PlainText would leave it: most are, and rewriting a million of them takes longer
// than all else that is done to them. It refuses more than it would have to.
func isPlain(text string) bool {
	if text == "" {
		return true
	}
	if strings.IndexByte("#>-+ ", text[0]) >= 0 || text[len(text)-1] == ' ' || strings.Contains(text, "  ") {
		return false
	}
	// Byte by byte this is ten times slower than one look for each sign and for each byte that begins a blank beyond ASCII.
	const signs = "\n\t\r\v\f*_`[]\xc2\xe1\xe3"
	for i := range len(signs) {
		if strings.IndexByte(text, signs[i]) >= 0 {
			return false
		}
	}
	for rest := text; ; {
		at := strings.IndexByte(rest, 0xe2) // of the dashes and quotes of French, and of the narrow spaces
		if at < 0 {
			return true
		}
		r, size := utf8.DecodeRuneInString(rest[at:])
		if r == utf8.RuneError || unicode.IsSpace(r) {
			return false
		}
		rest = rest[at+size:]
	}
}
