package app

import (
	"context"

	"grappe/internal/atlas"
	"grappe/internal/directory"
	"grappe/internal/territory"
	webdist "grappe/web"
)

// newAtlas makes the room of the maps; it counts cards by the directory.
func newAtlas(territories *territory.Service, taxonomies *directory.Taxonomies, counts func() *directory.Service) (*atlas.Atlas, error) {
	return atlas.New(atlas.Rooms{
		Territories: territories, Competences: taxonomies.Competences, Built: webdist.FS(),
		Counts: func(ctx context.Context, code, competence string) (atlas.Counts, error) {
			c, err := counts().Counts(ctx, code, competence)
			return atlas.Counts(c), err
		},
	})
}

// maps answers for the pages of the atlas.
func (h *house) maps() error {
	pages, err := atlas.NewPages(h.app.Atlas)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}
