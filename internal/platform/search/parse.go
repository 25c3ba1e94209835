package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/search/words"
)

// What is read of a query: so many words of so many bytes.
const (
	maxWords = 32
	maxText  = 4096
)

// unit is one thing that a query asks for: a word, words joined by hyphens, or a quoted phrase.
type unit struct {
	start, end int           // in the query
	word       string        // folded, hyphens left out; empty for a phrase
	parts      []string      // of a word with hyphens
	at         []words.Piece // of its parts
	phrase     []string      // of a quotation
	last       bool          // the end may be missing
}

func (u *unit) key() string {
	if u.word == "" {
		return `"` + strings.Join(u.phrase, " ")
	}
	return u.word
}

// question is a query's text understood.
type question struct {
	text     string
	wanted   []unit
	unwanted []unit
	cut      bool
}

// parser walks a query. What it gives stands in its own memory, which the next query takes over.
type parser struct {
	text   string
	out    question
	little []unit // little words, asked for when there is nothing else
	count  int
	list   []words.Token
	parts  []string
	at     []words.Piece
}

func isQuote(r rune) bool {
	return r == '"' || r == '“' || r == '”' || r == '«' || r == '»' || r == '„'
}

// parse reads a query: words, "quoted phrases", -unwanted ones.
func parse(text string) question {
	p := &parser{}
	return p.read(text)
}

func (p *parser) read(text string) question {
	p.out = question{wanted: p.out.wanted[:0], unwanted: p.out.unwanted[:0]}
	p.little, p.parts, p.at, p.count = p.little[:0], p.parts[:0], p.at[:0], 0
	if len(text) > maxText {
		text, p.out.cut = text[:maxText], true
		if space := strings.LastIndexFunc(text, unicode.IsSpace); space > 0 {
			text = text[:space+1]
		}
	}
	p.text, p.out.text = text, text
	for i := 0; i < len(text) && p.count <= maxWords; {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isQuote(r):
			end, after := p.closing(i + size)
			p.quotation(i+size, end, false)
			i = after
		case p.excludes(i):
			if q, n := utf8.DecodeRuneInString(text[i+1:]); isQuote(q) {
				end, after := p.closing(i + 1 + n)
				p.quotation(i+1+n, end, true)
				i = after
			} else {
				end := p.until(i+1, func(_ int, r rune) bool { return unicode.IsSpace(r) || isQuote(r) })
				p.plain(i+1, end, true)
				i = end
			}
		default:
			end := p.until(i+size, func(at int, r rune) bool { return isQuote(r) || p.excludes(at) })
			p.plain(i, end, false)
			i = end
		}
	}
	if len(p.out.wanted) == 0 && len(p.out.unwanted) == 0 {
		for _, u := range p.little {
			p.want(u)
		}
	}
	return p.out
}

// excludes reports whether the hyphen at i excludes what follows.
func (p *parser) excludes(i int) bool {
	if p.text[i] != '-' || i+1 >= len(p.text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(p.text[:i])
	after, _ := utf8.DecodeRuneInString(p.text[i+1:])
	return (i == 0 || unicode.IsSpace(before) || isQuote(before)) && (words.InWord(after) || isQuote(after))
}

func (p *parser) until(i int, stop func(int, rune) bool) int {
	for i < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[i:])
		if stop(i, r) {
			return i
		}
		i += size
	}
	return len(p.text)
}

// closing finds the end of a quotation, and where to go on.
func (p *parser) closing(i int) (end, after int) {
	end = p.until(i, func(_ int, r rune) bool { return isQuote(r) })
	_, size := utf8.DecodeRuneInString(p.text[end:])
	return end, end + size
}

// take reads the words of a part of the text, as long as words are left to read.
func (p *parser) take(from, to int) []words.Token {
	p.list = words.AppendTokens(p.list[:0], p.text[from:to])
	list := p.list
	for i := range list {
		list[i].Start += from
		list[i].End += from
		if !list[i].Stop {
			p.count++
		}
		if p.count > maxWords {
			p.out.cut = true
			return list[:i]
		}
	}
	return list
}

func (p *parser) quotation(from, to int, unwanted bool) {
	u := unit{start: from, end: to}
	list, first := p.take(from, to), len(p.parts)
	for _, t := range list {
		if !t.Stop {
			p.parts = append(p.parts, t.Text)
		}
	}
	u.phrase = p.parts[first:len(p.parts):len(p.parts)]
	switch {
	case len(u.phrase) == 0:
		for _, t := range list {
			p.little = append(p.little, unit{start: t.Start, end: t.End, phrase: []string{t.Text}})
		}
	case unwanted:
		p.out.unwanted = append(p.out.unwanted, u)
	default:
		p.want(u)
	}
}

// plain reads words outside quotes. Those joined by hyphens are one unit, and so are a lone letter and the next word
// ("e commerce").
func (p *parser) plain(from, to int, unwanted bool) {
	list := p.take(from, to)
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && (list[j].Glued || loneLetter(list[j-1])) {
			j++
		}
		chain := list[i:j]
		p.chain(chain, !unwanted && j == len(list) && chain[len(chain)-1].End == len(p.text), unwanted)
		i = j
	}
}

// chain reads words joined by hyphens as one unit, or one by one when the whole would be too long for a word.
func (p *parser) chain(list []words.Token, last, unwanted bool) {
	u := unit{start: list[0].Start, end: list[len(list)-1].End, last: last}
	first := len(p.parts)
	firstAt := len(p.at)
	for _, t := range list {
		u.word += t.Text
		if !t.Stop {
			p.parts, p.at = append(p.parts, t.Text), append(p.at, t.Piece)
		}
	}
	u.parts, u.at = p.parts[first:len(p.parts):len(p.parts)], p.at[firstAt:len(p.at):len(p.at)]
	switch {
	case len(u.parts) == 0:
		u.parts, u.at = nil, nil
		p.little = append(p.little, u)
	case len(u.word) > words.MaxLen && len(list) > 1:
		for i := range list {
			p.chain(list[i:i+1], last && i == len(list)-1, unwanted)
		}
	default:
		if len(list) == 1 {
			u.parts = nil
		}
		if unwanted {
			p.out.unwanted = append(p.out.unwanted, u)
		} else {
			p.want(u)
		}
	}
}

func loneLetter(t words.Token) bool {
	r, size := utf8.DecodeRuneInString(t.Text)
	return size == len(t.Text) && unicode.IsLetter(r) && !t.Stop
}

// want adds a unit, once.
func (p *parser) want(u unit) {
	for i := range p.out.wanted {
		if p.out.wanted[i].key() == u.key() {
			p.out.wanted[i].last = p.out.wanted[i].last || u.last
			return
		}
	}
	if len(p.out.wanted) == maxWords {
		p.out.cut = true
		return
	}
	p.out.wanted = append(p.out.wanted, u)
}
