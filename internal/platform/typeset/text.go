package typeset

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Printable is a text on one line in the characters that the fonts have. What they lack is written with what they have:
// the ʻokina of Polynesian names as ‘, a letter with a mark as the letter; emoji are left out, and what has no like is □.
func (d *Document) Printable(text string) string {
	text = norm.NFC.String(strings.ToValidUTF8(text, ""))
	var b strings.Builder
	for _, r := range text {
		d.print(&b, r, true)
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' }), " ")
}

func (d *Document) print(b *strings.Builder, r rune, whole bool) {
	switch {
	case unicode.Is(unicode.Zs, r) && r != ' ':
		if r == '\u00a0' || r == '\u202f' || r == '\u2007' {
			b.WriteRune('\u00a0')
		} else {
			b.WriteRune(' ')
		}
	case r < ' ' || r == 0x7f || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
		b.WriteRune(' ')
	case r <= 0xffff && d.knows(r):
		b.WriteRune(r)
	case likeOf(r) != 0:
		b.WriteRune(likeOf(r))
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.So, unicode.Sk, unicode.Co, unicode.Cs):
	case whole:
		for _, part := range norm.NFKD.String(string(r)) {
			d.print(b, part, false)
		}
	default:
		b.WriteRune('□')
	}
}

// likeOf is a sign that looks like one that the fonts lack, 0 for none.
func likeOf(r rune) rune {
	switch r {
	case 'ʻ', 'ʽ': // the ʻokina, U+02BB
		return '‘'
	case 'ʼ', 'ʾ', 'ꞌ': // the Kanak and Wallisian apostrophe, U+02BC
		return '’'
	case '\u2010', '\u2011', '\u2012':
		return '-'
	case 'ẞ':
		return 'ß'
	}
	return 0
}

func (d *Document) knows(r rune) bool {
	i, err := d.has.GlyphIndex(&d.glyphs, r)
	return err == nil && i != 0 && r != 0xad // a soft hyphen is for breaking words
}

// Width is how wide the text is on one line.
func (d *Document) Width(st Style, text string) float64 {
	var ems float64
	for _, r := range text {
		ems += d.advance(st.Face, r)
	}
	return ems * st.Size * mmPerPoint
}

func (d *Document) advance(face Face, r rune) float64 {
	known := d.width[face]
	w, ok := known[r]
	if !ok {
		d.pdf.SetFont(family, face.style(), 10)
		w = float64(d.pdf.GetStringSymbolWidth(string(r))) / 1000
		known[r] = w
	}
	return w
}

// Wrap breaks a text into lines no wider than width, at spaces, and where a word alone is too wide after a sign of an
// address or, failing that, anywhere. Beyond most lines (0 for no limit) it ends in an ellipsis.
func (d *Document) Wrap(st Style, text string, width float64, most int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if d.Width(st, joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for d.Width(st, word) > width {
			head := d.head(st, word, width)
			lines = append(lines, word[:head])
			word = word[head:]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	if most > 0 && len(lines) > most {
		rest := strings.Join(lines[most-1:], " ")
		lines = append(lines[:most-1], d.Fit(st, rest, width))
	}
	return lines
}

// head is how many bytes of a word too wide for a line stand on it.
func (d *Document) head(st Style, word string, width float64) int {
	fits, nice := 0, 0
	var ems float64
	for i, r := range word {
		ems += d.advance(st.Face, r)
		end := i + len(string(r))
		if fits > 0 && ems*st.Size*mmPerPoint > width {
			break
		}
		fits = end
		if strings.ContainsRune("/@-_.?&=", r) {
			nice = end
		}
	}
	if nice > fits/2 {
		return nice
	}
	return fits
}

// Fit is the text, cut with an ellipsis where it is wider than width.
func (d *Document) Fit(st Style, text string, width float64) string {
	if d.Width(st, text) <= width {
		return text
	}
	room := width - d.Width(st, "…")
	var ems float64
	for i, r := range text {
		if ems += d.advance(st.Face, r); ems*st.Size*mmPerPoint > room {
			return strings.TrimRight(text[:i], " \u00a0,;:·-") + "…"
		}
	}
	return text
}
