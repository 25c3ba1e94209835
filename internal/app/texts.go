package app

import (
	"embed"
	"io/fs"

	"grappe/internal/company"
	"grappe/internal/demo"
	"grappe/internal/directory"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/site"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

//go:embed texts/*.json
var texts embed.FS

// Catalogues are the texts of all rooms, and of those that are handed in.
func Catalogues(more ...fs.FS) (*locale.Catalogues, error) {
	rooms := []fs.FS{
		texts, db.Texts, geo.Texts, web.Texts, ui.Texts, tabular.Texts, territory.Texts, taxonomy.Texts, company.Texts, listing.Texts,
		directory.Texts, importer.Texts, site.Texts, demo.Texts,
	}
	return locale.Load(append(rooms, more...)...)
}
