package printed

import (
	"context"
	"strings"

	"grappe/internal/platform/typeset"
)

// sectionBlocks are the blocks of the sections, with the heading that each gives to a page.
func (p *paper) sectionBlocks(ctx context.Context) (blocks []typeset.Block, headings []string, err error) {
	group := ""
	for _, s := range p.booklet.Sections {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		blocks = append(blocks, p.opening(s, s.Group != group && s.Group != ""))
		group = s.Group
		for _, c := range s.Cards {
			blocks = append(blocks, p.card(c))
		}
		if len(s.Also) > 0 {
			blocks = append(blocks, p.alsoLabel())
			for i, c := range s.Also {
				blocks = append(blocks, p.also(c, i == 0))
			}
		}
		for len(headings) < len(blocks) {
			headings = append(headings, s.Title)
		}
	}
	return blocks, headings, nil
}

// opening is the heading of a section; the first of a group bears the group's name in the outline.
func (p *paper) opening(s *section, newGroup bool) typeset.Block {
	lines := p.Wrap(p.heading, p.Printable(s.Title), columnWidth, 3)
	count := p.Printable(p.frame.P.T("printed.count", "n", s.Count()))
	const bar, air = 0.9, 2.2
	height := bar + air + float64(len(lines))*p.heading.Leading() + p.small.Leading() + 1.5
	return typeset.Block{Height: height, Before: 9, Keep: true, Draw: func(at typeset.Spot) {
		p.Fill(at.X, at.Y, columnWidth, bar, p.accent)
		p.Lines(at.X, at.Y+bar+air, p.heading, lines)
		p.Text(at.X, at.Y+bar+air+float64(len(lines))*p.heading.Leading(), p.small, count)
		p.SetTarget(p.chapters[s].target, at.Page, at.Y)
		level := 0
		if s.Group != "" {
			level = 1
			if newGroup {
				p.Bookmark(s.Group, 0, at.Y)
			}
		}
		p.Bookmark(s.Title, level, at.Y)
	}}
}

// set text: a line of a card, with where it leads.
type written struct {
	typeset.Style
	text    string
	x, y    float64
	address string
}

// column writes paragraphs one below the other, beside the QR code as long as it stands there.
type column struct {
	*paper
	y     float64
	lines []written
}

// width is that of the next line.
func (c *column) width() float64 {
	if c.y < codeSide {
		return columnWidth - codeSide - 3
	}
	return columnWidth
}

func (c *column) paragraph(st typeset.Style, text string, most int, address string) {
	if text = c.Printable(text); text == "" {
		return
	}
	for _, line := range c.Wrap(st, text, c.width(), most) {
		c.lines = append(c.lines, written{st, line, 0, c.y, address})
		c.y += st.Leading()
	}
}

// listed writes links side by side where they fit, each whole.
func (c *column) listed(label string, links []contact) {
	x := 0.0
	if label != "" && len(links) > 0 {
		label = c.Printable(label) + "\u00a0"
		c.lines = append(c.lines, written{c.small, label, 0, c.y, ""})
		x = c.Width(c.body, label)
	}
	for i, link := range links {
		text := c.Printable(link.Label)
		if x > 0 && i > 0 && x+c.Width(c.body, " · "+text) > c.width() {
			c.y, x = c.y+c.body.Leading(), 0
		} else if i > 0 {
			c.lines = append(c.lines, written{c.body, "·", x + c.Width(c.body, " "), c.y, ""})
			x += c.Width(c.body, " · ")
		}
		lines := c.Wrap(c.body, text, c.width()-x, 3)
		for j, line := range lines {
			if j > 0 {
				c.y, x = c.y+c.body.Leading(), 0
			}
			c.lines = append(c.lines, written{c.body, line, x, c.y, link.URL})
			x += c.Width(c.body, line)
		}
	}
	if len(links) > 0 {
		c.y += c.body.Leading()
	}
}

// card is one card in full.
func (p *paper) card(card *card) typeset.Block {
	const rule, air = 0.2, 2.4
	c := &column{paper: p}
	c.paragraph(p.name, card.Name, 4, card.URL)
	c.paragraph(p.small, card.Kind, 2, "")
	c.y += 0.6
	c.paragraph(p.headline, card.Headline, 5, "")
	c.y += 0.6
	c.paragraph(p.body, card.Address, 3, "")
	c.listed(p.frame.P.T("printed.phone"), card.Phones)
	c.listed("", card.Mails)
	c.listed("", card.Sites)
	c.paragraph(p.body, card.Serves, 5, "")
	c.paragraph(p.body, p.hours(card), 5, "")
	c.paragraph(p.body, card.Note, 4, "")
	c.paragraph(p.small, card.Fresh, 2, "")
	height := air + max(c.y, codeSide+1)
	return typeset.Block{Height: height, Before: 2.2, Draw: func(at typeset.Spot) {
		p.Fill(at.X, at.Y, columnWidth, rule, hair())
		y := at.Y + air
		for _, line := range c.lines {
			p.Text(at.X+line.x, y+line.y, line.Style, line.text)
			if line.address != "" {
				p.LinkAddress(at.X+line.x, y+line.y, p.Width(line.Style, line.text), line.Leading(), line.address)
			}
		}
		x := at.X + columnWidth - codeSide
		p.code(x, y-0.8, codeSide, card.URL)
		p.LinkAddress(x, y, codeSide, codeSide, card.URL)
	}}
}

// hours are the opening hours in one sentence.
func (p *paper) hours(card *card) string {
	all := ""
	for i, row := range card.Hours {
		days := p.frame.P.T("printed.hours", "days", row.Name, "hours", row.Value)
		if i > 0 {
			days = p.frame.P.T("printed.hours_then", "before", all, "then", days)
		}
		all = days
	}
	return all
}

// code sets a QR code. An address too long for any is only written out, and nothing is lost: it is a link as well.
func (p *paper) code(x, y, side float64, address string) {
	if err := p.QR(x, y, side, address); err != nil {
		p.Text(x, y, p.small, p.Fit(p.small, p.Printable(bare(address)), side))
	}
}

func (p *paper) alsoLabel() typeset.Block {
	label := p.Printable(p.frame.P.T("printed.also"))
	return typeset.Block{Height: p.label.Leading() + 1, Before: 3.6, Keep: true, Draw: func(at typeset.Spot) {
		p.Text(at.X, at.Y, p.label, label)
	}}
}

// also leads to a card under another competence.
func (p *paper) also(card *card, first bool) typeset.Block {
	before := 0.3
	if first {
		before = 0
	}
	return p.entryOf(card, p.entry, columnWidth, before, func() string { return p.pageOf(card.page) })
}

// entryOf is a card's name, whole, with dots that lead to its page.
func (p *paper) entryOf(card *card, st typeset.Style, width, before float64, page func() string) typeset.Block {
	const room = 11 // for the page and some dots
	lines := p.Wrap(st, p.Printable(card.Name), width-room, 0)
	if len(lines) == 0 {
		lines = []string{""}
	}
	height := float64(len(lines)) * st.Leading()
	return typeset.Block{Height: height, Before: before, Draw: func(at typeset.Spot) {
		last := len(lines) - 1
		p.Lines(at.X, at.Y, st, lines[:last])
		p.Link(at.X, at.Y, width, height, p.targets[card])
		at.Y += float64(last) * st.Leading()
		p.leader(at, width, st, lines[last], page())
	}}
}

// leader is a line with a text at its left, another at its right and dots between. The text has to be printable and to fit.
func (p *paper) leader(at typeset.Spot, width float64, st typeset.Style, text, end string) {
	p.Text(at.X, at.Y, st, text)
	dots := st
	dots.Ink = hair()
	const pitch = " ."
	from, to := at.X+p.Width(st, text)+1, at.X+width-p.Width(st, end)-1
	if n := int((to - from) / p.Width(st, pitch)); n > 0 {
		p.TextRight(to, at.Y, dots, strings.Repeat(pitch, n))
	}
	p.TextRight(at.X+width, at.Y, st, end)
}

// joined puts sep between the texts that say something.
func joined(sep string, texts ...string) string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, sep)
}
