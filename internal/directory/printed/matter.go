package printed

import (
	"strconv"

	"grappe/internal/platform/typeset"
)

// cover sets the first page: whose directory, of what, of when, and where it lives.
func (p *paper) cover() error {
	f := p.frame
	p.AddPage()
	p.Bookmark(f.P.T("printed.cover"), 0, 0)
	p.Fill(left, 34, 30, 1.8, p.accent)
	y := 42.0
	line := func(st typeset.Style, text string, most int, after float64) {
		lines := p.Wrap(st, p.Printable(text), measure, most)
		p.Lines(left, y, st, lines)
		y += float64(len(lines))*st.Leading() + after
	}
	line(p.lead, f.Brand.Cluster, 2, 6)
	line(p.styles.title, f.P.T("printed.cover_title"), 1, 1)
	line(p.place, p.territory.Name(f.Lang), 2, 14)
	if len(p.booklet.Asked) == 0 {
		line(p.lead, f.P.T("printed.asked_all"), 2, 1)
	}
	for _, asked := range p.booklet.Asked {
		line(p.lead, asked, 3, 1)
	}
	y += 5
	line(p.strong, f.P.T("printed.count", "n", p.booklet.Total), 1, 0.5)
	line(p.lead, f.P.Date(p.day), 1, 2)
	if p.booklet.Total > len(p.booklet.Cards) {
		line(p.strong, f.P.T("printed.cut", "n", len(p.booklet.Cards)), 4, 1)
	}
	if f.Notice != "" {
		y += 3
		line(p.strong, f.Notice, 4, 0)
	}
	p.live(max(y+10, 182))
	p.credits()
	return nil
}

// live tells where the search can be made anew.
func (p *paper) live(y float64) {
	address := p.frame.URL(p.search())
	p.code(left, y, coverCodeSide, address)
	p.LinkAddress(left, y, coverCodeSide, coverCodeSide, address)
	x := left + coverCodeSide + 6
	p.Text(x, y+2, p.strong, p.fit(p.strong, p.frame.P.T("printed.live"), right-x))
	st := p.body
	st.Size = 9
	lines := p.Wrap(st, p.Printable(bare(address)), right-x, 5)
	p.Lines(x, y+9, st, lines)
	p.LinkAddress(x, y+9, right-x, float64(len(lines))*st.Leading(), address)
}

// credits names the sources at the foot of the cover.
func (p *paper) credits() {
	if len(p.booklet.Credits) == 0 {
		return
	}
	const most = 9
	type source struct {
		lines   []string
		address string
	}
	var all []source
	height := 0.0
	for _, credit := range p.booklet.Credits[:min(most, len(p.booklet.Credits))] {
		text := joined(" · ", p.Printable(credit.Label), bare(credit.URL))
		s := source{p.Wrap(p.small, text, measure, 2), credit.URL}
		all = append(all, s)
		height += float64(len(s.lines)) * p.small.Leading()
	}
	y := bottom - height - p.label.Leading() - 3
	p.Fill(left, y, measure, 0.2, hair())
	p.Text(left, y+2, p.label, p.Printable(p.frame.P.T("printed.sources")))
	y += 3 + p.label.Leading()
	for _, s := range all {
		p.Lines(left, y, p.small, s.lines)
		if s.address != "" {
			p.LinkAddress(left, y, measure, float64(len(s.lines))*p.small.Leading(), s.address)
		}
		y += float64(len(s.lines)) * p.small.Leading()
	}
}

// contentsBlocks are the lines of the table of contents.
func (p *paper) contentsBlocks() []typeset.Block {
	title := p.Printable(p.frame.P.T("printed.contents"))
	blocks := []typeset.Block{{Height: p.heading.Leading() + 4, Keep: true, Draw: func(at typeset.Spot) {
		p.Text(at.X, at.Y, p.heading, title)
		p.Bookmark(title, 0, at.Y)
	}}}
	group := ""
	for _, s := range p.booklet.Sections {
		if s.Group != group && s.Group != "" {
			name := p.fit(p.contentsGroup, s.Group, measure)
			blocks = append(blocks, typeset.Block{Height: p.contentsGroup.Leading() + 0.8, Before: 4.5, Keep: true, Draw: func(at typeset.Spot) {
				p.Text(at.X, at.Y, p.contentsGroup, name)
			}})
		}
		before := 0.0
		if s.Group == "" {
			before = 4.5
		}
		group = s.Group
		blocks = append(blocks, typeset.Block{Height: p.contents.Leading() + 0.6, Before: before, Draw: func(at typeset.Spot) {
			p.contentsLine(at, p.frame.P.T("printed.contents_line", "title", s.Title, "n", s.Count()), p.chapters[s])
		}})
	}
	return blocks
}

// contentsLine is a section in the table of contents, with its page.
func (p *paper) contentsLine(at typeset.Spot, title string, c *chapter) {
	st := p.contents
	p.leader(at, measure, st, p.fit(st, title, measure-25), p.pageOf(c.page))
	p.Link(at.X, at.Y, measure, st.Leading(), c.target)
}

// indexBlocks are the names of all cards, by letter, each with its page.
func (p *paper) indexBlocks() []typeset.Block {
	if len(p.booklet.Cards) == 0 {
		return nil
	}
	blocks := make([]typeset.Block, 0, len(p.booklet.Cards)+30)
	letter := ""
	for i, c := range p.booklet.Cards {
		if l := initial(c.Name); l != letter {
			letter = l
			first := i == 0
			blocks = append(blocks, typeset.Block{Height: p.heading.Leading() + 0.6, Before: 3.5, Keep: true, Draw: func(at typeset.Spot) {
				if first {
					p.Bookmark(p.frame.P.T("printed.index"), 0, at.Y)
				}
				p.Text(at.X, at.Y, p.heading, p.Printable(l))
			}})
		}
		blocks = append(blocks, p.entryOf(c, p.index, indexWidth, 0.25, func() string { return strconv.Itoa(c.page) }))
	}
	return blocks
}
