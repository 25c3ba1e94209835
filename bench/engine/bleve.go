package engine

import (
	"context"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"grappe/bench/corpus"
)

// The fields of Bleve's documents: all texts as stems, all texts as written but for case and accents, and what is filtered.
const (
	bleveText  = "text"
	blevePlain = "plain"
	blevePoint = "point"
)

// bleveEngine is Bleve on disk, in one segment.
type bleveEngine struct {
	dir         string
	alwaysFuzzy bool
	index       bleve.Index
	reader      index.IndexReader
	mapping     mapping.IndexMapping
	codes       map[string]int // facet → how many codes there are
}

func newBleve(dir string) (*bleveEngine, error) {
	m, err := bleveMapping()
	if err != nil {
		return nil, err
	}
	return &bleveEngine{dir: filepath.Join(dir, "bleve"), mapping: m}, nil
}

func bleveMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	for name, filters := range map[string][]string{
		"stems":  {lowercase.Name, fr.ElisionName, fr.StopName, fr.LightStemmerName},
		"folded": {lowercase.Name, fr.ElisionName},
	} {
		err := m.AddCustomAnalyzer(name, map[string]any{
			"type": custom.Name, "char_filters": []string{asciifolding.Name}, "tokenizer": unicode.Name, "token_filters": filters,
		})
		if err != nil {
			return nil, err
		}
	}
	doc := bleve.NewDocumentStaticMapping()
	text := func(analyzer string, positions bool) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.DocValues, f.IncludeTermVectors = analyzer, false, false, false, positions
		return f
	}
	doc.AddFieldMappingsAt(bleveText, text("stems", false))
	doc.AddFieldMappingsAt(blevePlain, text("folded", true))
	for _, facet := range facets() {
		f := bleve.NewKeywordFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.SkipFreqNorm = keyword.Name, false, false, false, true
		doc.AddFieldMappingsAt(facet, f)
	}
	point := bleve.NewGeoPointFieldMapping()
	point.Store, point.IncludeInAll = false, false
	doc.AddFieldMappingsAt(blevePoint, point)
	m.DefaultMapping = doc
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m, m.Validate()
}

// Build uses the builder for indexes that do not change afterwards: it leaves one segment, which is the quickest to search.
func (b *bleveEngine) Build(_ context.Context, c *corpus.Corpus) (time.Duration, error) {
	start := time.Now()
	var making time.Duration
	builder, err := bleve.NewBuilder(b.dir, b.mapping, map[string]any{"batchSize": 2000, "buildPathPrefix": filepath.Dir(b.dir)})
	if err != nil {
		return 0, err
	}
	for i := range c.Len {
		before := time.Now()
		l := c.Listing(i)
		doc := bleveDocument(c, l)
		making += time.Since(before)
		if err := builder.Index(l.ID, doc); err != nil {
			return 0, err
		}
	}
	if err := builder.Close(); err != nil {
		return 0, err
	}
	took := time.Since(start) - making
	b.codes = map[string]int{corpus.Zone: len(c.Territory.Zones), corpus.Competence: 100, corpus.Category: 100}
	return took, b.open()
}

func (b *bleveEngine) open() (err error) {
	if b.index, err = bleve.OpenUsing(b.dir, map[string]any{"read_only": true}); err != nil {
		return err
	}
	inner, err := b.index.Advanced()
	if err != nil {
		return err
	}
	b.reader, err = inner.Reader()
	return err
}

func bleveDocument(c *corpus.Corpus, l corpus.Listing) map[string]any {
	var all []any
	for _, field := range c.Text(l) {
		for _, value := range field {
			all = append(all, value)
		}
	}
	doc := map[string]any{bleveText: all, blevePlain: all, blevePoint: map[string]any{"lat": l.Point.Lat, "lon": l.Point.Lon}}
	for i, list := range codes(c, l) {
		values := make([]any, 0, len(list))
		for _, code := range list {
			values = append(values, code)
		}
		doc[facets()[i]] = values
	}
	return doc
}

// Stats counts the files, which are mapped into this process as they are read.
func (b *bleveEngine) Stats(context.Context) (Stats, error) {
	size, err := folderBytes(b.dir)
	if err != nil {
		return Stats{}, err
	}
	mb, err := ownResident()
	return Stats{
		Version: "Bleve " + moduleVersion("github.com/blevesearch/bleve/v2"), Bytes: size, BytesAre: "index on disk",
		ResidentMB: mb, ResidentIs: "the process, with the index's pages that it has read",
	}, err
}

// AlwaysFuzzy is the same index, in which every word forgives errors whether some listing has it or not.
func (b *bleveEngine) AlwaysFuzzy() Engine {
	other := *b
	other.alwaysFuzzy = true
	return &other
}

// Close closes the files.
func (b *bleveEngine) Close() error {
	if b.index == nil {
		return nil
	}
	if err := b.reader.Close(); err != nil {
		return err
	}
	return b.index.Close()
}
