package engine

import (
	"context"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"grappe/bench/corpus"
)

// Search asks once, and once more for each facet in which something is chosen: its counts ignore that choice.
func (b *bleveEngine) Search(ctx context.Context, q corpus.Query) (Answer, error) {
	words, err := b.words(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Facets: map[string][]Count{}}
	req := bleve.NewSearchRequestOptions(b.filtered(words, q, ""), PageSize, 0, false)
	for _, facet := range facets() {
		if len(q.Filters[facet]) == 0 {
			req.AddFacet(facet, bleve.NewFacetRequest(facet, b.codes[facet]))
		}
	}
	res, err := b.index.SearchInContext(ctx, req)
	if err != nil {
		return Answer{}, err
	}
	a.Total = int(res.Total)
	for _, hit := range res.Hits {
		a.IDs = append(a.IDs, hit.ID)
	}
	a.count(res.Facets)
	for _, facet := range facets() {
		if len(q.Filters[facet]) == 0 {
			continue
		}
		req := bleve.NewSearchRequestOptions(b.filtered(words, q, facet), 0, 0, false)
		req.Score = "none"
		req.AddFacet(facet, bleve.NewFacetRequest(facet, b.codes[facet]))
		res, err := b.index.SearchInContext(ctx, req)
		if err != nil {
			return Answer{}, err
		}
		a.count(res.Facets)
	}
	return a, ctx.Err()
}

func (a *Answer) count(results search.FacetResults) {
	for name, f := range results {
		for _, t := range f.Terms.Terms() {
			a.Facets[name] = append(a.Facets[name], Count{Code: t.Term, N: t.Count})
		}
	}
}

// words makes the part of the query that is about texts: every unit must be there.
func (b *bleveEngine) words(ctx context.Context, q corpus.Query) ([]query.Query, error) {
	var all []query.Query
	for _, u := range q.Units {
		switch {
		case u.Phrase:
			p := bleve.NewMatchPhraseQuery(u.Typed)
			p.SetField(blevePlain)
			all = append(all, p)
		case u.Unfinished:
			p := bleve.NewPrefixQuery(b.terms(blevePlain, u.Typed)[0])
			p.SetField(blevePlain)
			all = append(all, p)
		default:
			known := false
			if !b.alwaysFuzzy {
				var err error
				if known, err = b.known(ctx, u.Typed); err != nil {
					return nil, err
				}
			}
			all = append(all, word(u.Typed, known))
		}
	}
	return all, nil
}

// word asks for a word by its stem. One that is not known is taken for misspelt: it is compared as a stem, which has all its forms,
// and as written, since the stemmer does not know the ending that an error is in.
func word(typed string, known bool) query.Query {
	stem := bleve.NewMatchQuery(typed)
	stem.SetField(bleveText)
	if known {
		return stem
	}
	plain := bleve.NewMatchQuery(typed)
	plain.SetField(blevePlain)
	for _, m := range []*query.MatchQuery{stem, plain} {
		m.SetFuzziness(fuzziness(typed))
		m.SetPrefix(1)
	}
	return bleve.NewDisjunctionQuery(stem, plain)
}

// fuzziness is that of the product: one error from four letters, two from eight.
func fuzziness(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n >= 8:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}

// known reports whether some listing has the word: only one that none has is misspelt.
func (b *bleveEngine) known(ctx context.Context, word string) (bool, error) {
	for _, term := range b.terms(bleveText, word) {
		r, err := b.reader.TermFieldReader(ctx, []byte(term), bleveText, false, false, false)
		if err != nil {
			return false, err
		}
		n := r.Count()
		if err := r.Close(); err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}

// terms are the words of a text as a field has them.
func (b *bleveEngine) terms(field, text string) []string {
	var out []string
	for _, token := range b.mapping.AnalyzerNamed(b.mapping.AnalyzerNameForPath(field)).Analyze([]byte(text)) {
		out = append(out, string(token.Term))
	}
	if len(out) == 0 {
		return []string{text}
	}
	return out
}

// filtered adds the choices, but for those in one facet, and the box.
func (b *bleveEngine) filtered(words []query.Query, q corpus.Query, but string) query.Query {
	all := append([]query.Query(nil), words...)
	for _, facet := range facets() {
		if facet == but || len(q.Filters[facet]) == 0 {
			continue
		}
		var any []query.Query
		for _, code := range q.Filters[facet] {
			t := bleve.NewTermQuery(code)
			t.SetField(facet)
			t.SetBoost(0)
			any = append(any, t)
		}
		if len(any) == 1 {
			all = append(all, any[0])
		} else {
			all = append(all, bleve.NewDisjunctionQuery(any...))
		}
	}
	if q.Box != nil {
		g := bleve.NewGeoBoundingBoxQuery(q.Box.West, q.Box.North, q.Box.East, q.Box.South)
		g.SetField(blevePoint)
		g.SetBoost(0)
		all = append(all, g)
	}
	if len(all) == 1 {
		return all[0]
	}
	return bleve.NewConjunctionQuery(all...)
}

// Found reads all matches without scores.
func (b *bleveEngine) Found(ctx context.Context, q corpus.Query) ([]string, error) {
	words, err := b.words(ctx, q)
	if err != nil {
		return nil, err
	}
	s, err := b.filtered(words, q, "").Searcher(ctx, b.reader, b.mapping, search.SearcherOptions{Score: "none"})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	sc := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize(), 0), IndexReader: b.reader}
	var out []string
	for {
		m, err := s.Next(sc)
		if err != nil || m == nil {
			return out, err
		}
		id, err := b.reader.ExternalID(m.IndexInternalID)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
		sc.DocumentMatchPool.Put(m)
		if len(out)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}
