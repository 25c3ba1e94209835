// Package engine puts the same listings into several search engines and asks them the same: how many, the first twenty,
// and the counts of three facets. Each is set up as well as its own means allow; README.md says how. It must never
// measure anything but the time to build.
package engine

import (
	"context"
	"fmt"
	"time"

	"grappe/bench/corpus"
	"grappe/internal/platform/search"
)

// PageSize is how many hits an answer shows.
const PageSize = 20

// Limit is the longest that a measured query may take.
const Limit = 5 * time.Second

// Engine is one search engine with one corpus in it.
type Engine interface {
	// Build indexes the whole corpus and gives the time without that of making the listings.
	Build(ctx context.Context, c *corpus.Corpus) (time.Duration, error)
	// Search answers as a page of the directory does.
	Search(ctx context.Context, q corpus.Query) (Answer, error)
	// Found gives the IDs of all that a query finds, in any order: to judge the engine, not to time it.
	Found(ctx context.Context, q corpus.Query) ([]string, error)
	// Stats is what the engine occupies now.
	Stats(ctx context.Context) (Stats, error)
	Close() error
}

// Answer is what a page shows.
type Answer struct {
	Total  int
	IDs    []string           // the first PageSize
	Facets map[string][]Count // as if nothing were chosen in that facet
}

// Count is how many listings one would get by choosing a code. It is the product's, so that nothing is copied while the time runs.
type Count = search.Count

// Stats is what an engine occupies.
type Stats struct {
	Version    string
	Bytes      int64  // of the index
	BytesAre   string // where
	ResidentMB float64
	ResidentIs string // of which processes
}

// Names are the engines that can be opened, ours first.
func Names() []string { return []string{"grappe", "bleve", "postgres", "fts5"} }

// Open starts an engine with nothing in it; dir is a folder for its files.
func Open(name, dir string) (Engine, error) {
	switch name {
	case "grappe":
		return newOwn()
	case "bleve":
		return newBleve(dir)
	case "postgres":
		return newPostgres()
	case "fts5":
		return newFTS5(dir)
	}
	return nil, fmt.Errorf("no engine %q: there are %v", name, Names())
}

// facets are the facets that are counted, in the order in which all engines keep them.
func facets() []string { return []string{corpus.Zone, corpus.Competence, corpus.Category} }

// codes are a listing's codes, by facet in the order of facets.
func codes(c *corpus.Corpus, l corpus.Listing) [][]string {
	return [][]string{c.Reach(l), l.Competences, {l.Category}}
}
