package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/search"
)

// Token is one word of a text.
type Token struct {
	Raw    string
	Folded string
	Joined bool // a hyphen stands beside it: engines differ in what they make of that
}

// Tokens cuts a text into words: runs of letters and digits; l’, d’, qu’… before a word are left out.
func Tokens(text string) []Token {
	var out []Token
	Words(text, func(raw string, joined bool) { out = append(out, Token{raw, search.Fold(raw), joined}) })
	return out
}

// Words gives the words of a text as written, and whether a hyphen stands beside each.
func Words(text string, yield func(raw string, joined bool)) {
	start := -1
	joined := false
	end := func(i int) {
		if start < 0 {
			return
		}
		raw := text[start:i]
		start = -1
		rest := text[i:]
		if strings.HasPrefix(rest, "’") || strings.HasPrefix(rest, "'") {
			switch strings.ToLower(raw) {
			case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
				return
			}
		}
		hyphen := strings.HasPrefix(rest, "-")
		yield(raw, joined || hyphen)
		joined = hyphen
	}
	for i, r := range text {
		if r < utf8.RuneSelf && (r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9') ||
			r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)) {
			if start < 0 {
				start = i
			}
			continue
		}
		end(i)
		if r != '-' {
			joined = false
		}
	}
	end(len(text))
}

// little reports whether a folded word says nothing on its own.
func little(w string) bool {
	switch w {
	case "a", "au", "aux", "avec", "ce", "ces", "cette", "chez", "dans", "de", "des", "du", "elle", "elles", "en", "est", "et", "il",
		"ils", "la", "le", "les", "leur", "leurs", "mais", "mes", "mon", "ne", "nos", "notre", "nous", "on", "ont", "ou", "par",
		"pas", "plus", "pour", "qu", "que", "qui", "sa", "sans", "se", "ses", "son", "sont", "sous", "sur", "un", "une", "vos",
		"votre", "vous", "y", "je", "tu", "te", "ta", "tes", "ton", "toi", "moi", "ma", "lui", "cet", "eux", "the", "of", "and", "for", "to", "in",
		"besoin", "cherche", "trouver", "aider", "comment", "contre", "bonjour", "veux", "faut", "ete", "etre", "meme", "suis", "es", "etes", "sommes",
		"aussi", "depuis", "etait", "avait", "avez", "avons", "aura", "sera", "soit", "fut", "eu", "eue", "eues", "ait", "aies", "aient", "fonctionne":
		return true
	}
	return false
}
