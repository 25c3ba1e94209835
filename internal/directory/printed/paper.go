package printed

import (
	"context"
	"io"
	"strconv"
	"strings"

	"grappe/internal/platform/typeset"
)

// The page, in millimetres.
const (
	left, right   = 16.0, typeset.PageWidth - 16
	measure       = right - left
	top, bottom   = 22.0, 279.0
	headTop       = 11.0
	footTop       = 284.0
	gutter        = 9.0
	columnWidth   = (measure - gutter) / 2
	indexGutter   = 7.0
	indexWidth    = (measure - 2*indexGutter) / 3
	codeSide      = 19.0 // of the QR code of a card
	coverCodeSide = 36.0
)

// paper is a booklet being set. Its pages are all placed before the first is drawn, so that it can name any of them.
type paper struct {
	*typeset.Document
	asked
	booklet *booklet
	styles

	targets  map[*card]typeset.Target
	chapters map[*section]*chapter
	total    int // pages
}

// chapter is where a section begins.
type chapter struct {
	target typeset.Target
	page   int
}

// styles are the few ways in which the text is set.
type styles struct {
	accent                                                     typeset.Ink
	title, place, lead, heading, label, name, headline, body   typeset.Style
	small, strong, head, contents, contentsGroup, entry, index typeset.Style
}

func black() typeset.Ink { return typeset.Ink{} }
func muted() typeset.Ink { return typeset.Ink{R: 0x4f, G: 0x5b, B: 0x66} }
func hair() typeset.Ink  { return typeset.Ink{R: 0xc4, G: 0xca, B: 0xd0} }

func newStyles(accent typeset.Ink) styles {
	ink, grey := black(), muted()
	return styles{
		accent:        accent,
		title:         typeset.Style{Face: typeset.Bold, Size: 36, Ink: ink},
		place:         typeset.Style{Size: 20, Ink: accent},
		lead:          typeset.Style{Size: 12, Ink: ink},
		heading:       typeset.Style{Face: typeset.Bold, Size: 13, Ink: accent},
		label:         typeset.Style{Face: typeset.Bold, Size: 8.5, Ink: ink},
		name:          typeset.Style{Face: typeset.Bold, Size: 10, Ink: ink},
		headline:      typeset.Style{Face: typeset.Italic, Size: 8.5, Ink: ink},
		body:          typeset.Style{Size: 8.2, Ink: ink},
		small:         typeset.Style{Size: 7.6, Ink: grey},
		strong:        typeset.Style{Face: typeset.Bold, Size: 12, Ink: ink},
		head:          typeset.Style{Size: 7.6, Ink: grey},
		contents:      typeset.Style{Size: 10, Ink: ink},
		contentsGroup: typeset.Style{Face: typeset.Bold, Size: 9, Ink: accent},
		entry:         typeset.Style{Size: 8.2, Ink: ink},
		index:         typeset.Style{Size: 7.6, Ink: ink},
	}
}

// inkOf reads a colour such as #0A5A78; one that is none is black.
func inkOf(hex string) typeset.Ink {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		return black()
	}
	return typeset.Ink{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n)} //nolint:gosec // the bytes of the number
}

// set writes a booklet as PDF and gives its number of pages. It stops when ctx ends.
func set(ctx context.Context, a asked, b *booklet, codes *typeset.Codes, w io.Writer) (int, error) {
	f := a.frame
	doc, err := typeset.New(typeset.Info{
		Title: f.P.T("printed.title", "place", a.territory.Name(f.Lang)), Author: f.Brand.Cluster, Subject: strings.Join(b.Asked, " · "),
		Lang: f.Lang, Made: a.updated,
	}, codes)
	if err != nil {
		return 0, err
	}
	p := &paper{
		Document: doc, asked: a, booklet: b, styles: newStyles(inkOf(a.territory.Accent.Light)),
		targets: make(map[*card]typeset.Target, len(b.Cards)), chapters: make(map[*section]*chapter, len(b.Sections)),
	}
	for _, c := range b.Cards {
		p.targets[c] = doc.NewTarget()
	}
	for _, s := range b.Sections {
		p.chapters[s] = &chapter{target: doc.NewTarget()}
	}
	if err := p.write(ctx); err != nil {
		return 0, err
	}
	_, err = doc.WriteTo(w)
	return p.total, err
}

// part is a run of pages with blocks in columns.
type part struct {
	blocks   []typeset.Block
	spots    []typeset.Spot
	headings []string // of each block: the head of a page that begins with it
	last     int      // page
}

// place lays out blocks from a page on.
func place(blocks []typeset.Block, headings []string, columns typeset.Columns, page int) part {
	p := part{blocks: blocks, spots: columns.Place(blocks, page), headings: headings, last: page - 1}
	if n := len(p.spots); n > 0 {
		p.last = p.spots[n-1].Page
	}
	return p
}

func (p *paper) write(ctx context.Context) error {
	if err := p.cover(); err != nil {
		return err
	}
	f := p.frame
	contents := p.contentsBlocks()
	first := place(contents, fill(f.P.T("printed.contents"), len(contents)), typeset.Columns{Left: []float64{left}, Top: top, Bottom: bottom}, 2)
	blocks, headings, err := p.sectionBlocks(ctx)
	if err != nil {
		return err
	}
	cards := place(blocks, headings, typeset.Columns{Left: []float64{left, left + columnWidth + gutter}, Top: top, Bottom: bottom, Stretch: 3}, first.last+1)
	p.number(cards)
	names := p.indexBlocks()
	last := place(names, fill(f.P.T("printed.index"), len(names)), typeset.Columns{
		Left: []float64{left, left + indexWidth + indexGutter, left + 2*(indexWidth+indexGutter)}, Top: top, Bottom: bottom,
	}, cards.last+1)
	p.total = max(last.last, 1)
	for _, part := range []part{first, cards, last} {
		begin := func(block int) { p.frameOf(part.headings[block]) }
		if err := p.Set(part.blocks, part.spots, begin, ctx.Err); err != nil {
			return err
		}
	}
	return nil
}

// number tells cards and sections on which page they stand.
func (p *paper) number(cards part) {
	i := 0
	for _, s := range p.booklet.Sections {
		p.chapters[s].page = cards.spots[i].Page
		i++
		for _, c := range s.Cards {
			c.page = cards.spots[i].Page
			p.SetTarget(p.targets[c], c.page, cards.spots[i].Y)
			i++
		}
		if len(s.Also) > 0 {
			i += 1 + len(s.Also)
		}
	}
}

func fill(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// frameOf sets the head and the foot of the page just begun.
func (p *paper) frameOf(heading string) {
	f := p.frame
	p.Text(left, headTop, p.head, p.fit(p.head, f.P.T("printed.title", "place", p.territory.Name(f.Lang)), measure/2-4))
	p.TextRight(right, headTop, p.head, p.fit(p.head, heading, measure/2-4))
	p.Fill(left, headTop+5, measure, 0.2, hair())
	p.Text(left, footTop, p.head, p.fit(p.head, f.Brand.Cluster+" · "+f.P.Date(p.day), measure-40))
	p.TextRight(right, footTop, p.head, p.Printable(f.P.T("printed.page", "page", p.Pages(), "pages", p.total)))
}

func (p *paper) fit(st typeset.Style, text string, width float64) string {
	return p.Fit(st, p.Printable(text), width)
}

// pageOf is a page as the text names it: "p. 12".
func (p *paper) pageOf(n int) string {
	return p.Printable(p.frame.P.T("printed.page_short", "page", strconv.Itoa(n)))
}
