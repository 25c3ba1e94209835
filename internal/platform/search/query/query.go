// Package query reads what people type: which words and quotations it asks for, which it does not want, what stands together. It
// must not know the index, nor what any word means.
package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/search/words"
)

const (
	MaxWords = 32   // what is read of a query
	maxText  = 4096 // in bytes
)

// Unit is one thing that a query asks for: a word, words joined by hyphens, or a quoted phrase.
type Unit struct {
	Start, End int           // in the query
	Word       string        // folded, hyphens left out; empty for a phrase
	Parts      []string      // of a word with hyphens
	At         []words.Piece // of its parts
	Phrase     []string      // of a quotation
	Last       bool          // the end may be missing
}

func (u *Unit) key() string {
	if u.Word == "" {
		return `"` + strings.Join(u.Phrase, " ")
	}
	return u.Word
}

// Text is a query's text understood.
type Text struct {
	Text     string // as far as it was read
	Wanted   []Unit
	Unwanted []Unit
	Cut      bool // it was too long
}

// Parser walks a query. What it gives stands in its own memory, which the next query takes over.
type Parser struct {
	text   string
	out    Text
	little []Unit // little words, asked for when there is nothing else
	count  int
	list   []words.Token
	parts  []string
	at     []words.Piece
}

func isQuote(r rune) bool {
	return r == '"' || r == '“' || r == '”' || r == '«' || r == '»' || r == '„'
}

// Read reads a query: words, "quoted phrases", -unwanted ones.
func (p *Parser) Read(text string) Text {
	p.out = Text{Wanted: p.out.Wanted[:0], Unwanted: p.out.Unwanted[:0]}
	p.little, p.parts, p.at, p.count = p.little[:0], p.parts[:0], p.at[:0], 0
	if len(text) > maxText {
		text, p.out.Cut = text[:maxText], true
		if space := strings.LastIndexFunc(text, unicode.IsSpace); space > 0 {
			text = text[:space+1]
		}
	}
	p.text, p.out.Text = text, text
	for i := 0; i < len(text) && p.count <= MaxWords; {
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
	if len(p.out.Wanted) == 0 && len(p.out.Unwanted) == 0 {
		for _, u := range p.little {
			p.want(u)
		}
	}
	return p.out
}

// excludes reports whether the hyphen at i excludes what follows.
func (p *Parser) excludes(i int) bool {
	if p.text[i] != '-' || i+1 >= len(p.text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(p.text[:i])
	after, _ := utf8.DecodeRuneInString(p.text[i+1:])
	return (i == 0 || unicode.IsSpace(before) || isQuote(before)) && (words.InWord(after) || isQuote(after))
}

func (p *Parser) until(i int, stop func(int, rune) bool) int {
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
func (p *Parser) closing(i int) (end, after int) {
	end = p.until(i, func(_ int, r rune) bool { return isQuote(r) })
	_, size := utf8.DecodeRuneInString(p.text[end:])
	return end, end + size
}

// take reads the words of a part of the text, as long as words are left to read.
func (p *Parser) take(from, to int) []words.Token {
	p.list = words.AppendTokens(p.list[:0], p.text[from:to])
	list := p.list
	for i := range list {
		list[i].Start += from
		list[i].End += from
		if !list[i].Stop {
			p.count++
		}
		if p.count > MaxWords {
			p.out.Cut = true
			return list[:i]
		}
	}
	return list
}

func (p *Parser) quotation(from, to int, unwanted bool) {
	u := Unit{Start: from, End: to}
	list, first := p.take(from, to), len(p.parts)
	for _, t := range list {
		if !t.Stop {
			p.parts = append(p.parts, t.Text)
		}
	}
	u.Phrase = p.parts[first:len(p.parts):len(p.parts)]
	switch {
	case len(u.Phrase) == 0:
		for _, t := range list {
			p.little = append(p.little, Unit{Start: t.Start, End: t.End, Phrase: []string{t.Text}})
		}
	case unwanted:
		p.refuse(u)
	default:
		p.want(u)
	}
}

// plain reads words outside quotes. Those joined by hyphens are one unit, and so are a lone letter and the next word
// ("e commerce").
func (p *Parser) plain(from, to int, unwanted bool) {
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
func (p *Parser) chain(list []words.Token, last, unwanted bool) {
	u := Unit{Start: list[0].Start, End: list[len(list)-1].End, Last: last}
	first := len(p.parts)
	firstAt := len(p.at)
	for _, t := range list {
		u.Word += t.Text
		if !t.Stop {
			p.parts, p.at = append(p.parts, t.Text), append(p.at, t.Piece)
		}
	}
	u.Parts, u.At = p.parts[first:len(p.parts):len(p.parts)], p.at[firstAt:len(p.at):len(p.at)]
	switch {
	case len(u.Parts) == 0:
		u.Parts, u.At = nil, nil
		p.little = append(p.little, u)
	case len(u.Word) > words.MaxLen && len(list) > 1:
		for i := range list {
			p.chain(list[i:i+1], last && i == len(list)-1, unwanted)
		}
	default:
		if len(list) == 1 {
			u.Parts = nil
		}
		if unwanted {
			p.refuse(u)
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
func (p *Parser) want(u Unit) {
	for i := range p.out.Wanted {
		if p.out.Wanted[i].key() == u.key() {
			p.out.Wanted[i].Last = p.out.Wanted[i].Last || u.Last
			return
		}
	}
	if len(p.out.Wanted) == MaxWords {
		p.out.Cut = true
		return
	}
	p.out.Wanted = append(p.out.Wanted, u)
}

// refuse adds an unwanted unit, once.
func (p *Parser) refuse(u Unit) {
	for i := range p.out.Unwanted {
		if p.out.Unwanted[i].key() == u.key() {
			return
		}
	}
	p.out.Unwanted = append(p.out.Unwanted, u)
}
