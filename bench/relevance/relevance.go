// Package relevance finds by reading every listing which ones answer a query. It knows what was meant before the query was
// misspelt, and which words are forms of one word, and so judges every engine alike. It must not know any of them.
package relevance

import (
	"encoding/gob"
	"os"
	"strings"

	"grappe/bench/corpus"
	"grappe/internal/platform/search"
)

// Truth is, for each query, the ordinals of the listings that answer it, in order.
type Truth [][]uint32

// A listing answers a query when it has every unit and passes the filters and the box. It has
//   - a word when some form of it in number and gender stands in any of its texts,
//   - an unfinished word when one of its words begins with it,
//   - a phrase when one of its values has the words in a row.

// need is one distinct thing that queries ask of a text.
type need struct {
	queries []int
	phrase  []string
}

// scan reads texts for all queries at once.
type scan struct {
	corpus   *corpus.Corpus
	queries  []corpus.Query
	needs    []need
	family   map[string]int // family → need
	prefix   map[string]int
	longest  int
	phrases  map[string][]int // first word → needs
	reads    map[string]*reading
	value    []*reading
	met      []int // per need: the last listing that met it, plus one
	counts   []int // per query: needs that the listing of touched met
	touched  []int
	filtered []filters
}

// reading is what a word, as written, says to the queries.
type reading struct {
	folded string
	meets  []int
	begins []int // phrases
}

type filters map[string]map[string]bool

// Find reads the whole corpus.
func Find(c *corpus.Corpus, queries []corpus.Query) Truth {
	s := newScan(c, queries)
	truth := make(Truth, len(queries))
	for i := range c.Len {
		l := c.Listing(i)
		for _, q := range s.candidates(c.Text(l), i) {
			if s.passes(q, l) {
				truth[q] = append(truth[q], uint32(i))
			}
		}
	}
	return truth
}

func newScan(c *corpus.Corpus, queries []corpus.Query) *scan {
	s := &scan{
		corpus: c, queries: queries, family: map[string]int{}, prefix: map[string]int{}, phrases: map[string][]int{},
		reads: map[string]*reading{}, counts: make([]int, len(queries)), touched: make([]int, len(queries)),
	}
	for i, q := range queries {
		f := filters{}
		for facet, codes := range q.Filters {
			f[facet] = map[string]bool{}
			for _, code := range codes {
				f[facet][code] = true
			}
		}
		s.filtered = append(s.filtered, f)
		for _, u := range q.Units {
			s.add(i, u)
		}
	}
	s.met = make([]int, len(s.needs))
	return s
}

func (s *scan) add(query int, u corpus.Unit) {
	id := len(s.needs)
	switch {
	case u.Phrase:
		s.needs = append(s.needs, need{queries: []int{query}, phrase: u.Means})
		s.phrases[u.Means[0]] = append(s.phrases[u.Means[0]], id)
		return
	case u.Unfinished:
		id = keep(s.prefix, u.Means[0], id)
		s.longest = max(s.longest, len(u.Means[0]))
	default:
		id = keep(s.family, s.corpus.Family(u.Means[0]), id)
	}
	if id == len(s.needs) {
		s.needs = append(s.needs, need{})
	}
	s.needs[id].queries = append(s.needs[id].queries, query)
}

func keep(ids map[string]int, key string, id int) int {
	if have, ok := ids[key]; ok {
		return have
	}
	ids[key] = id
	return id
}

// candidates are the queries all of whose units the texts have.
func (s *scan) candidates(text [][]string, listing int) []int {
	var out []int
	meet := func(id int) {
		if s.met[id] == listing+1 {
			return
		}
		s.met[id] = listing + 1
		for _, q := range s.needs[id].queries {
			if s.touched[q] != listing+1 {
				s.touched[q], s.counts[q] = listing+1, 0
			}
			if s.counts[q]++; s.counts[q] == len(s.queries[q].Units) {
				out = append(out, q)
			}
		}
	}
	for _, field := range text {
		for _, value := range field {
			s.value = s.value[:0]
			corpus.Words(value, func(raw string, _ bool) { s.value = append(s.value, s.read(raw)) })
			for at, r := range s.value {
				for _, id := range r.meets {
					meet(id)
				}
				for _, id := range r.begins {
					if inRow(s.value[at:], s.needs[id].phrase) {
						meet(id)
					}
				}
			}
		}
	}
	return out
}

func inRow(value []*reading, words []string) bool {
	if len(value) < len(words) {
		return false
	}
	for i, w := range words {
		if value[i].folded != w {
			return false
		}
	}
	return true
}

// read is done once for each word as written: folding is most of the work.
func (s *scan) read(raw string) *reading {
	if r, ok := s.reads[raw]; ok {
		return r
	}
	r := &reading{folded: search.Fold(raw)}
	r.begins = s.phrases[r.folded]
	if id, ok := s.family[s.corpus.Family(r.folded)]; ok {
		r.meets = append(r.meets, id)
	}
	for n := 1; n <= min(len(r.folded), s.longest); n++ {
		if id, ok := s.prefix[r.folded[:n]]; ok {
			r.meets = append(r.meets, id)
		}
	}
	s.reads[strings.Clone(raw)] = r
	return r
}

func (s *scan) passes(query int, l corpus.Listing) bool {
	if box := s.queries[query].Box; box != nil && !box.Contains(l.Point) {
		return false
	}
	for facet, chosen := range s.filtered[query] {
		var codes []string
		switch facet {
		case corpus.Zone:
			codes = s.corpus.Reach(l)
		case corpus.Competence:
			codes = l.Competences
		case corpus.Category:
			codes = []string{l.Category}
		}
		any := false
		for _, code := range codes {
			any = any || chosen[code]
		}
		if !any {
			return false
		}
	}
	return true
}

// Save keeps the truth for the processes that judge an engine each.
func (t Truth) Save(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := gob.NewEncoder(f).Encode(t); err != nil {
		return err
	}
	return f.Close()
}

// Load reads what Save wrote.
func Load(path string) (Truth, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var t Truth
	return t, gob.NewDecoder(f).Decode(&t)
}
