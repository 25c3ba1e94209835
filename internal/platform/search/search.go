// Package search is an in-memory text index for French: documents with ranked text fields, facets and a point go in,
// ordered hits with facet counts and highlights come out. It is on disk only as others keep it there. It must not know listings,
// companies, territories, databases or pages: whoever uses it says what its fields and facets mean.
//
// Its inner rooms, which nobody else enters: words is French, dictionary numbers the words, grid is the map, segment is what the
// index is made of.
package search

import (
	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/search/words"
)

// What the inner rooms make and others use.
type (
	Doc         = segment.Doc
	Vocabulary  = words.Vocabulary
	Highlighter = words.Highlighter
	Segment     = words.Segment
	Clusters    = grid.Clusters
)

// MaxZoom is the closest zoom of clusters.
const MaxZoom = grid.MaxZoom

// ReadVocabulary reads synonyms written as YAML: see package words.
func ReadVocabulary(data []byte) (*Vocabulary, error) { return words.ReadVocabulary(data) }

// Fold writes a word as it is compared: lower case, without accents, œ as oe and æ as ae.
func Fold(word string) string { return words.Fold(word) }

// Config is the shape of the documents of one index.
type Config struct {
	Fields   []Field     // at most 16, the most telling first
	Facets   []FacetSpec // at most 31
	Synonyms *Vocabulary // nil for none
}

// Field is one text field. Weight is what an exact match in it is worth, 100 for the most telling field; a weight is never
// above the one before it.
type Field struct {
	Name    string
	Weight  int
	Suggest bool // its values are proposed while typing
}

// FacetSpec is one facet. A facet with Parent is a tree: a document counts for its codes and all their ancestors.
type FacetSpec struct {
	Name   string
	Parent func(code string) string // "" at a root; nil when the facet is flat
	Codes  []string                 // every code of the tree: needed for who serves a zone to match the zones inside it
	Served bool                     // Doc.Serves and Doc.ServesAll speak of this facet (at most one)
	Silent bool                     // it filters, and Result.Facets does not tell of it
}

// Sort is an order of hits.
type Sort int

// The orders. Every one ends with relevance, then the daily rotation.
const (
	Relevance Sort = iota
	Distance       // nearest to Query.Near first, documents without a point last
	Name
	Newest
)

// Query is one question. The zero value asks for everything.
type Query struct {
	Text       string
	Filters    map[string][]string // facet name → codes: ORed within a facet, ANDed between facets
	Box        *geo.Box
	Near       *geo.Point
	RadiusKm   float64 // with Near; 0 for no limit
	Sort       Sort
	Offset     int
	Limit      int       // hits on the page; 0 for counts alone
	After      *Position // hits behind it only, in the same order of the same query; Total and Facets stay those of all
	FacetLimit int       // counts per facet; 0 for all, less for none
	Day        string    // YYYY-MM-DD where the reader is: turns the equal ones and ages the documents
	// Current is the first day, YYYY-MM-DD, of what counts as fresh at all: documents that were so last before get no points for it, and
	// stand behind their equals. Two years before Day where it is "".
	Current string
	Explain bool
}

// Result answers a Query. Total and Facets are exact.
type Result struct {
	Total      int
	Hits       []Hit
	Facets     map[string][]Count // each facet as if nothing were chosen in it
	Dropped    []string           // words left out because no document has them all, as typed
	DidYouMean string             // the query with its typos corrected, when one was forgiven
	Cut        bool               // the query was too long: only its first 32 words, of 4096 bytes, were read
	Marks      Highlighter        // shows in a text what the query matched
}

// Hit is one document found.
type Hit struct {
	ID         string
	Score      int      // points, comparable within one result only
	DistanceKm *float64 // from Query.Near, nil when unknown
	ServedOnly bool     // it matches the chosen codes only because it serves them
	Position   Position // where to go on behind it: Query.After
	Explain    *Explanation
}

// Count is how many documents one would get by choosing a code.
type Count struct {
	Code   string
	N      int
	Chosen bool
}

// Explanation is the score of a hit, part by part.
type Explanation struct {
	Words     []WordMatch
	Nearness  int
	Quality   int
	Freshness int
	Seat      int // for sitting in a chosen code of the served facet, not only serving it
}

// WordMatch is the best match of one word of the query in one document.
type WordMatch struct {
	Word    string // as typed
	Matched string // as indexed
	How     Level
	Field   string
	Points  int
}

// Suggestion is a value of a suggesting field that completes what was typed.
type Suggestion struct {
	Text  string
	Field string
	N     int // documents that have it
}

// Level is how a word of the query met a word of a document, best first.
type Level int

// The levels.
const (
	Exact Level = iota
	Stem        // another form: plural, conjugation, written in one word or in two
	Prefix
	Synonym
	Typo
)

// String is the level's name in English, for explanations read by programs.
func (l Level) String() string {
	return [...]string{"exact", "stem", "prefix", "synonym", "typo"}[l]
}

// percent is what a level keeps of the weight of the field.
func (l Level) percent() int { return [...]int{100, 80, 60, 45, 30}[l] }
