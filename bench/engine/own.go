package engine

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"grappe/bench/corpus"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/search"
	"grappe/presets"
)

// Own is the product's index, with the product's vocabulary.
type Own struct {
	*search.Index
	corpus    *corpus.Corpus
	synonyms  *search.Vocabulary
	names     *locale.Sorter
	heap      int64 // of the index
	perSecond float64
	TextBytes int64 // of all texts together
}

const (
	ownBatch = 100_000 // listings that go in at a time, as in the product
	ownChunk = 100_000 // that are made before the clock runs again
)

func newOwn() (*Own, error) {
	data, err := presets.FS.ReadFile("vocabulary/fr.yaml")
	if err != nil {
		return nil, err
	}
	v, err := search.ReadVocabulary(data)
	if err != nil {
		return nil, err
	}
	return &Own{synonyms: v, names: locale.NewSorter(language.French)}, nil
}

// Build applies the listings in batches, as the product does when it starts.
func (o *Own) Build(_ context.Context, c *corpus.Corpus) (time.Duration, error) {
	o.corpus = c
	before := heap()
	parents := map[string]string{}
	var all []string
	for _, z := range c.Territory.Zones {
		parents[z.Code] = z.Parent
		all = append(all, z.Code)
	}
	o.Index = search.New(search.Config{
		Fields: corpus.Fields(),
		Facets: []search.FacetSpec{
			{Name: corpus.Zone, Parent: func(code string) string { return parents[code] }, Codes: all, Served: true},
			{Name: corpus.Competence},
			{Name: corpus.Category},
		},
		Synonyms: o.synonyms,
	})
	var took time.Duration
	for from := 0; from < c.Len; from += ownChunk {
		docs := make([]search.Doc, 0, ownChunk)
		for i := from; i < min(from+ownChunk, c.Len); i++ {
			docs = append(docs, o.Doc(c.Listing(i)))
		}
		runtime.GC() // what making listings left behind is not the index's to clear away
		start := time.Now()
		for batch := range slices.Chunk(docs, ownBatch) {
			o.Apply(batch, nil)
		}
		took += time.Since(start)
	}
	o.Settle() // segments being merged are there twice
	o.heap = heap() - before
	o.perSecond = float64(c.Len) / took.Seconds()
	return took, nil
}

// PerSecond is how many listings were indexed a second.
func (o *Own) PerSecond() float64 { return o.perSecond }

// Doc is a listing as the directory hands it to the index.
func (o *Own) Doc(l corpus.Listing) search.Doc {
	d := search.Doc{
		ID: l.ID, Text: o.corpus.Text(l), Facets: [][]string{{}, l.Competences, {l.Category}}, Point: &l.Point,
		Serves: l.Serves, ServesAll: l.ServesAll, Quality: l.Quality, Fresh: l.Fresh, Added: l.Added,
		NameKey: o.names.Key(l.Name),
	}
	if l.Zone != "" {
		d.Facets[0] = []string{l.Zone}
	}
	for _, field := range d.Text {
		for _, value := range field {
			o.TextBytes += int64(len(value))
		}
	}
	return d
}

// Query is a query in the product's own terms.
func (o *Own) Query(q corpus.Query) search.Query {
	return search.Query{Text: q.Text(), Filters: q.Filters, Box: q.Box, Limit: PageSize, Day: corpus.Today}
}

// Search asks for a page.
func (o *Own) Search(ctx context.Context, q corpus.Query) (Answer, error) {
	res, err := o.Index.Search(ctx, o.Query(q))
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Total: res.Total, IDs: make([]string, 0, len(res.Hits)), Facets: res.Facets}
	for _, h := range res.Hits {
		a.IDs = append(a.IDs, h.ID)
	}
	return a, nil
}

// Found gives all IDs.
func (o *Own) Found(ctx context.Context, q corpus.Query) ([]string, error) {
	return o.IDs(ctx, o.Query(q))
}

// Stats counts the living heap of the index and the memory of this process.
func (o *Own) Stats(context.Context) (Stats, error) {
	mb, err := ownResident()
	return Stats{Version: "Grappe", Bytes: o.heap, BytesAre: "heap", ResidentMB: mb, ResidentIs: "the process"}, err
}

// Close has nothing to close.
func (o *Own) Close() error { return nil }

// moduleVersion is the version of a module that this program was built with.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return "of unknown version"
}
