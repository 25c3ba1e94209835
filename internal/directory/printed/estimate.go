package printed

import "unicode/utf8"

// estimate is about how many pages and bytes the document of a booklet has, without setting it. The figures were fitted to
// the fictional directory of New Caledonia (389 cards, 47 pages, 690 kB) and to the 2,113 of TechOnMap (130 pages, 2.0 MB).
func estimate(b *booklet) (pages, size int) {
	const (
		pageHeight = 2 * (bottom - top) * 0.94 // the feet of columns stay empty
		perSection = 24.0                      // its heading and what is lost around it
		perLine    = 3.75
		names      = 200 // of the index, on a page
	)
	height, size := 0.0, 75_000
	for _, s := range b.Sections {
		height += perSection + float64(len(s.Also))*perLine
		size += 300 * len(s.Also)
		for _, c := range s.Cards {
			lines := c.lines()
			height += 2.2 + max(codeSide+3.4, 3.6+float64(lines)*perLine)
			size += 250 + 100*lines
		}
	}
	pages = 2 + int(height/pageHeight) + 1 + (len(b.Cards)+names-1)/names
	if len(b.Cards) == 0 {
		pages = 2
	}
	return pages, size
}

// lines is about how many lines the card takes in a column.
func (c *card) lines() int {
	const beside, below = 40, 52 // characters, where the QR code stands and under it
	n := 2 + folded(c.Name, beside) + folded(c.Headline, beside) + folded(c.Address, below) + folded(c.Serves, below) + folded(c.Note, below)
	if len(c.Phones) > 0 {
		n++
	}
	n += len(c.Mails) + len(c.Sites)
	hours := 0
	for _, row := range c.Hours {
		hours += utf8.RuneCountInString(row.Name) + utf8.RuneCountInString(row.Value) + 3
	}
	return n + (hours+below-1)/below
}

// folded is how many lines of so many characters a text takes.
func folded(text string, width int) int { return (utf8.RuneCountInString(text) + width - 1) / width }
