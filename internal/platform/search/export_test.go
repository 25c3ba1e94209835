package search

// Touched is how many postings searches have read so far.
func (x *Index) Touched() int64 { return x.touched.Load() }

// Segments is how many segments there are.
func (x *Index) Segments() int { return len(x.now.Load().views) }
