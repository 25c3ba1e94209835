package app

import (
	"grappe/internal/directory/embed"
	"grappe/internal/directory/printed"
)

// forms adds the directory in its other forms: on paper and on other sites.
func (h *house) forms() error {
	paper, err := printed.NewPages(printed.Rooms{
		Directory: h.app.Directory, Taxonomies: h.app.Taxonomies, Credit: h.app.credit, Licence: h.app.licenceOf, Now: h.app.now,
	})
	if err != nil {
		return err
	}
	frames, err := embed.NewPages(h.app.Directory)
	if err != nil {
		return err
	}
	paper.Routes(h.inside)
	frames.Routes(h.inside)
	return nil
}
