package app

import (
	"context"
	"embed"
	"io/fs"

	"grappe/internal/account"
	"grappe/internal/atlas"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/edit"
	"grappe/internal/curation/moderate"
	"grappe/internal/curation/suggest"
	"grappe/internal/demo"
	"grappe/internal/desk"
	"grappe/internal/directory"
	frames "grappe/internal/directory/embed"
	"grappe/internal/directory/opendata"
	"grappe/internal/directory/printed"
	"grappe/internal/directory/rest"
	"grappe/internal/freshness"
	"grappe/internal/importer"
	"grappe/internal/importer/browser"
	"grappe/internal/listing"
	"grappe/internal/mailroom"
	"grappe/internal/mirror"
	"grappe/internal/platform/api"
	"grappe/internal/platform/db"
	remote "grappe/internal/platform/fetch"
	"grappe/internal/platform/files"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
	"grappe/internal/signin/oidc"
	"grappe/internal/signin/passkey"
	"grappe/internal/site"
	"grappe/internal/space"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/internal/watch"
	"grappe/internal/watch/registers"
)

//go:embed texts/*.json
var texts embed.FS

// Catalogues are the texts of all rooms, and of those that are handed in.
func Catalogues(more ...fs.FS) (*locale.Catalogues, error) {
	rooms := []fs.FS{
		texts,
		account.Texts,
		api.Texts,
		atlas.Texts,
		claim.Texts,
		company.Texts,
		curation.Texts,
		moderate.Texts,
		teamcards.Texts,
		db.Texts,
		demo.Texts,
		desk.Texts,
		directory.Texts,
		edit.Texts,
		files.Texts,
		frames.Texts,
		freshness.Texts,
		geo.Texts,
		importer.Texts,
		browser.Texts,
		listing.Texts,
		mail.Texts,
		mailroom.Texts,
		mirror.Texts,
		oidc.Texts,
		opendata.Texts,
		passkey.Texts,
		picture.Texts,
		printed.Texts,
		queue.Texts,
		remote.Texts,
		rest.Texts,
		signin.Texts,
		site.Texts,
		space.Texts,
		suggest.Texts,
		tabular.Texts,
		taxonomy.Texts,
		territory.Texts,
		ui.Texts,
		watch.Texts,
		registers.Texts,
		web.Texts,
	}
	return locale.Load(append(rooms, more...)...)
}

// printer writes for who asks: in a language, with the days of the territory that the request is for.
func (a *App) printer(ctx context.Context, lang string) *locale.Printer {
	if t := territory.Of(ctx); t != nil {
		return a.texts.Printer(lang, t.Location(), t.Currency)
	}
	return a.texts.Printer(lang, nil, "")
}
