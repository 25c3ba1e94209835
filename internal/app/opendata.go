package app

import (
	"context"
	"slices"

	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// openData is what the pages of the open data stand on.
func (a *App) openData() opendata.Rooms {
	return opendata.Rooms{
		Cards: a.Directory, Taxonomies: a.Taxonomies, Competences: a.Directory.Competences(), Sources: a.creditsOf, Licence: a.licenceOf, Now: a.now,
		Asked: func(f ui.Frame, code string, q directory.Query) ([]directory.Asked, error) {
			words, err := a.Directory.Words(f, code)
			if err != nil {
				return nil, err
			}
			return words.Asked(q), nil
		},
	}
}

// licenceOf is the licence under which the cards of a territory are published. Those of a copy are under the terms of its
// source; the zero value where it says none, for nobody here may grant any.
func (a *App) licenceOf(ctx context.Context, t *territory.Territory) territory.Licence {
	if m, ok := a.copies.of(ctx, t.Code); ok {
		return m.Terms
	}
	return t.DataLicence()
}

// creditsOf are the sources that cards of a territory were made from: the instance that it is a copy of, then what was
// imported, in the order of the names of the sources.
func (a *App) creditsOf(ctx context.Context, code, lang string) ([]directory.Credit, error) {
	sources, err := a.Importer.SourcesIn(ctx, code)
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(sources))
	for key := range sources {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	credits := make([]directory.Credit, 0, len(keys)+1)
	if m, ok := a.copies.of(ctx, code); ok {
		c, err := a.credit(ctx, m.Name(), lang)
		if err != nil {
			return nil, err
		}
		credits = append(credits, c)
	}
	for _, key := range keys {
		s := sources[key]
		credits = append(credits, directory.Credit{Title: s.Name(lang), Attribution: s.Attribution, Licence: s.Licence, URL: s.URL})
	}
	return credits, nil
}
