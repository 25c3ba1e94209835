package segment

import (
	"math/bits"

	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/sections"
)

// Write writes a segment and which of its documents are dead.
func (v *View) Write(w *sections.Writer) {
	v.Postings.write(w)
	v.Columns.write(w)
	for f := range v.Facets {
		v.Facets[f].write(w)
	}
	v.Values.write(w)
	sections.Put(w, v.DeadSet)
	w.End()
}

// ReadView reads what Write wrote of a segment of the same shape.
func ReadView(s *Shape, r *sections.Reader) View {
	g := &Segment{Facets: make([]FacetColumn, len(s.Facets))}
	r.Next()
	g.Postings.read(r)
	g.Columns.read(r)
	for f := range g.Facets {
		g.Facets[f].read(r)
		r.Want(len(g.Facets[f].Of) == g.N)
	}
	g.Values.read(r)
	v := View{Segment: g, DeadSet: sections.List[uint64](r)}
	r.Want(v.DeadSet == nil || len(v.DeadSet) == (g.N+63)/64)
	for _, w := range v.DeadSet {
		v.Dead += bits.OnesCount64(w)
	}
	return v
}

func (p *Postings) write(w *sections.Writer) {
	sections.Put(w, p.terms.list)
	sections.Put(w, p.terms.bits)
	sections.Put(w, p.terms.ranks)
	sections.Put(w, p.start)
	sections.Put(w, p.Docs)
	sections.Put(w, p.heads)
	sections.Put(w, p.where)
	sections.Put(w, p.marks)
}

func (p *Postings) read(r *sections.Reader) {
	p.terms = termSet{list: sections.List[uint32](r), bits: sections.List[uint64](r), ranks: sections.List[uint32](r)}
	p.start = sections.List[uint32](r)
	p.Docs = sections.List[uint16](r)
	p.heads = sections.List[uint8](r)
	p.where = sections.List[uint8](r)
	p.marks = sections.List[uint32](r)
	r.Want(len(p.terms.bits) == len(p.terms.ranks) && len(p.heads) == (len(p.Docs)+1)/2)
}

func (c *Columns) write(w *sections.Writer) {
	sections.Put(w, c.Hashes)
	sections.Put(w, c.Lat)
	sections.Put(w, c.Lon)
	sections.Put(w, c.Y)
	sections.Put(w, c.Added)
	sections.Put(w, c.Fresh)
	sections.Put(w, c.Quality)
	c.ids.write(w)
	c.keys.write(w)
}

// read reads columns, and makes what finds a document by its ID or by its place, which is not in the file.
func (c *Columns) read(r *sections.Reader) {
	c.Hashes = sections.List[uint32](r)
	c.Lat, c.Lon, c.Y = sections.List[int32](r), sections.List[int32](r), sections.List[uint32](r)
	c.Added, c.Fresh, c.Quality = sections.List[uint32](r), sections.List[uint16](r), sections.List[uint8](r)
	c.ids.read(r)
	c.keys.read(r)
	c.N = len(c.Hashes)
	for _, n := range [...]int{len(c.Lat), len(c.Lon), len(c.Y), len(c.Added), len(c.Fresh), len(c.Quality), c.ids.n, c.keys.n} {
		r.Want(n == c.N)
	}
	if r.Want(c.N <= MostDocs); r.Err() == nil {
		c.index()
	}
}

// index makes what finds documents by their IDs and places.
func (c *Columns) index() {
	c.indexIDs()
	c.Blocks = make([]grid.Block, 0, (c.N+grid.BlockSize-1)/grid.BlockSize)
	for from := 0; from < c.N; from += grid.BlockSize {
		to := min(from+grid.BlockSize, c.N)
		c.Blocks = append(c.Blocks, grid.BlockOf(c.Lat[from:to], c.Lon[from:to], c.Y[from:to]))
	}
}

func (f *FacetColumn) write(w *sections.Writer) {
	sections.Put(w, f.Of)
	sections.Put(w, f.start)
	sections.Put(w, f.codes)
	sections.Put(w, f.Totals)
}

func (f *FacetColumn) read(r *sections.Reader) {
	f.Of = sections.List[uint16](r)
	f.start = sections.List[uint32](r)
	f.codes = sections.List[uint32](r)
	f.Totals = sections.List[uint32](r)
	r.Want(len(f.start) == len(f.Totals)+1)
}

func (v *Values) write(w *sections.Writer) {
	v.texts.write(w)
	v.folded.write(w)
	sections.Put(w, v.docs)
	v.start.write(w)
	sections.Put(w, v.inside)
	sections.Put(w, v.offset)
}

func (v *Values) read(r *sections.Reader) {
	v.texts.read(r)
	v.folded.read(r)
	v.docs = sections.List[uint16](r)
	v.start.read(r)
	v.inside = sections.List[uint32](r)
	v.offset = sections.List[uint8](r)
	r.Want(v.texts.n == v.folded.n && len(v.inside) == len(v.offset))
}

func (n *names) write(w *sections.Writer) {
	w.Number(n.n)
	sections.Put(w, n.bytes)
	n.start.write(w)
	w.Number(int(n.length))
}

func (n *names) read(r *sections.Reader) {
	n.n = r.Number()
	n.bytes = sections.List[uint8](r)
	n.start.read(r)
	n.length = uint32(r.Number())
}

func (s *starts) write(w *sections.Writer) {
	sections.Put(w, s.blocks)
	sections.Put(w, s.within)
	sections.Put(w, s.whole)
}

func (s *starts) read(r *sections.Reader) {
	s.blocks = sections.List[uint32](r)
	s.within = sections.List[uint16](r)
	s.whole = sections.List[uint32](r)
}

// Write writes the codes that are known by now; others may teach it meanwhile.
func (c *Codebook) Write(w *sections.Writer) {
	for _, names := range c.Now() {
		w.Texts(names)
	}
	w.End()
}

// ReadCodebook reads a codebook of the same shape.
func ReadCodebook(s *Shape, r *sections.Reader) *Codebook {
	c := NewCodebook(s)
	r.Next()
	for f := range c.names {
		known := len(c.names[f])
		for i, code := range r.Texts() {
			r.Want(c.learn(f, code) == uint32(i))
			known--
		}
		r.Want(known <= 0)
	}
	return c
}
