package typeset

// Block is what stands together in a column.
type Block struct {
	Height float64
	Before float64 // space above, but not on top of a column
	Keep   bool    // never stands at the foot of a column without the block behind it
	Draw   func(at Spot)
}

// Spot is the top left of a block.
type Spot struct {
	Page int // from 1
	X, Y float64
}

// Columns are where blocks flow on each page.
type Columns struct {
	Left        []float64 // of each column
	Top, Bottom float64
	Stretch     float64 // the most that the foot of a full column, where no block fits, adds above each of its blocks
}

// Place gives each block its spot, from the top of the first column of a page on. A block that is higher than a column
// stands alone in one. It draws nothing: page numbers are known before the first line is set.
func (c Columns) Place(blocks []Block, page int) []Spot {
	spots := make([]Spot, len(blocks))
	column, y, first := 0, c.Top, 0
	for i, b := range blocks {
		before := b.Before
		if y == c.Top {
			before = 0
		}
		if y > c.Top && y+before+c.together(blocks[i:]) > c.Bottom {
			c.stretch(spots[first:i], c.Bottom-y)
			column, y, before, first = column+1, c.Top, 0, i
			if column == len(c.Left) {
				column, page = 0, page+1
			}
		}
		y += before
		spots[i] = Spot{page, c.Left[column], y}
		y += b.Height
	}
	return spots
}

// stretch hands the empty foot of a full column to the gaps between its blocks.
func (c Columns) stretch(spots []Spot, foot float64) {
	if len(spots) < 2 {
		return
	}
	each := min(c.Stretch, foot/float64(len(spots)-1))
	for i := range spots {
		spots[i].Y += float64(i) * each
	}
}

// together is the height of the first block and of those that must follow it in the same column.
func (c Columns) together(blocks []Block) float64 {
	height := 0.0
	for i, b := range blocks {
		if i > 0 {
			height += b.Before
		}
		height += b.Height
		if !b.Keep {
			break
		}
	}
	return height
}

// Set draws blocks at their spots, adding pages as they come. begin is called on each new page, before its blocks, with
// the index of its first block. The function stops at the first error of proceed, which is asked once a page.
func (d *Document) Set(blocks []Block, spots []Spot, begin func(first int), proceed func() error) error {
	for i, spot := range spots {
		for d.Pages() < spot.Page {
			if err := proceed(); err != nil {
				return err
			}
			d.AddPage()
			begin(i)
		}
		blocks[i].Draw(spot)
	}
	return nil
}
