// Package app builds every room over one platform: it opens the base, makes the services, hands each room what it
// needs of another, and puts the routes of all of them behind the hosts and prefixes of the territories. Only app
// imports features. It must not hold a rule of any room.
package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"grappe/internal/account"
	"grappe/internal/atlas"
	"grappe/internal/claim"
	"grappe/internal/curation"
	"grappe/internal/curation/edit"
	"grappe/internal/directory"
	"grappe/internal/freshness"
	"grappe/internal/importer"
	"grappe/internal/importer/browser"
	"grappe/internal/listing"
	"grappe/internal/mirror"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/live"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/search"
	"grappe/internal/platform/web"
	"grappe/internal/schema"
	"grappe/internal/signin"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/internal/watch"
	"grappe/presets"
)

// Options say where the instance keeps its data.
type Options struct {
	Data            string             // the folder; holds grappe.db unless Database names another base
	Database        string             // postgres://…; empty for the embedded base
	Fictional       bool               // says on every page that all is fictional; a base that FillDemo filled says so by itself
	PublicURL       string             // how the public reaches hosts that no territory claims: see ParsePublicURL; "" for as they ask
	Listens         string             // where Serve will answer, for letters of a demonstration that are written before; "" where nobody knows
	Logger          *slog.Logger       // nil for none
	Texts           *locale.Catalogues // of Catalogues; nil to read them
	Now             func() time.Time   // nil for the clock
	Observe         func(query string)
	Rate            web.Rate // of the requests of one visitor; the zero value for web's own
	LiveConnections int      // at once; 0 for the usual number
	PageCache       int64    // bytes of memory for pages that were made already; 0 to make each anew

	Mail MailOptions

	MirrorEvery     time.Duration  // how often Serve brings mirrors up to date; 0 for never
	PrivateNetworks []netip.Prefix // that mirrors may be copied from, beside the public internet
	WatchSites      bool           // asks the web sites of cards whether they still answer

	fewestKept int // cards of an index that is kept on disk; 0 for the usual number
}

// App is one running instance.
type App struct {
	DB          *db.DB
	Territories *territory.Service
	Listings    listing.Reader
	Directory   *directory.Service
	Importer    *importer.Service
	Mirrors     *mirror.Service
	Taxonomies  *directory.Taxonomies
	Atlas       *atlas.Atlas
	Queue       *queue.Queue
	Outbox      *mail.Outbox
	Accounts    *account.Service
	SignIn      *signin.Service
	Curation    *curation.Service
	Edit        *edit.Service
	Claims      *claim.Service
	Picture     func(ctx context.Context, data []byte, o picture.Options) (picture.Picture, error) // reads what was handed in, few at once
	Watch       *watch.Service
	Freshness   *freshness.Service
	Imports     *browser.Service

	secrets  *secrets
	position atomic.Int64 // of the change log, up to which the indexes have followed; 0 where nobody follows
	listens  atomic.Value // string: the address at which Serve answers
	live     *live.Hub
	copies   *copies
	versions *versions
	options  Options
	texts    *locale.Catalogues
	log      *slog.Logger
	now      func() time.Time
}

// Open opens the instance and makes its rooms; an absent base is made. The errors are those of db.Open.
func Open(ctx context.Context, o Options) (*App, error) {
	o = o.withDefaults()
	texts := o.Texts
	if texts == nil {
		var err error
		if texts, err = Catalogues(); err != nil {
			return nil, err
		}
	}
	taxonomies, err := loadTaxonomies()
	if err != nil {
		return nil, err
	}
	synonyms, err := vocabulary()
	if err != nil {
		return nil, err
	}
	v := &versions{}
	d, err := db.Open(ctx, db.Options{URL: o.url(), Migrations: schema.FS, Observe: o.Observe, Committed: v.changed})
	if err != nil {
		return nil, err
	}
	mark, err := setting(ctx, d.Read(), settingFictional)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	o.Fictional = o.Fictional || mark != ""
	a := &App{
		DB: d, Territories: territory.NewService(d, presets.FS), Taxonomies: taxonomies,
		live: newLive(o), versions: v, options: o, texts: texts, log: o.Logger, now: o.Now,
	}
	a.Importer = importer.New(a.importerRooms(o.Now))
	a.openPeople()
	if err := a.Freshness.Reload(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a.openMirrors()
	if a.Atlas, err = newAtlas(a.Territories, taxonomies, func() *directory.Service { return a.Directory }); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a.Directory = directory.New(directory.Rooms{
		DB: d, Territories: a.Territories, Taxonomies: taxonomies, Synonyms: synonyms, Credit: a.credit, Original: a.original, Locator: a.Atlas.Locator, Renewing: a.renewing, Ages: a.ages, Now: o.Now, Log: o.Logger,
		Keeping: o.keeping(),
	})
	return a, nil
}

func (a *App) importerRooms(now func() time.Time) importer.Rooms {
	return importer.Rooms{DB: a.DB, Outlines: a.outlines, Taxonomy: competenceNames{a.Taxonomies.Competences}, Abroad: named(), Now: now}
}

// outlines are those of a territory, none for one that the instance does not have, as in the trial of an import.
func (a *App) outlines(ctx context.Context, code string) (*territory.Outlines, error) {
	o, err := a.Territories.Outlines(ctx, code)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return o, err
}

// KeyNoBase is the key of OpenExisting's error where there is no embedded base.
const KeyNoBase = "app.no_base"

// OpenExisting is Open for commands that only make sense on a base with something in it: it returns errs.Usage where
// there is no embedded base, rather than making one.
func OpenExisting(ctx context.Context, o Options) (*App, error) {
	if o.Database == "" {
		if _, err := os.Stat(o.file()); errors.Is(err, fs.ErrNotExist) {
			return nil, errs.New(errs.Usage, KeyNoBase, errs.Args{"folder": o.Data})
		}
	}
	return Open(ctx, o)
}

// Restore fills an empty base from a backup, forgets the cursors that were given out before, and ends all sessions. It returns
// errs.Conflict when the base holds anything.
func Restore(ctx context.Context, o Options, r io.Reader) error {
	o = o.withDefaults()
	base := db.Options{URL: o.url(), Migrations: schema.FS}
	if err := db.Restore(ctx, base, r); err != nil {
		return err
	}
	return renew(ctx, base, o.Now())
}

// Close closes the base.
func (a *App) Close() error { return a.DB.Close() }

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (o Options) file() string { return filepath.Join(o.Data, "grappe.db") }

func (o Options) url() string {
	if o.Database != "" {
		return o.Database
	}
	return db.SQLiteURL(o.file())
}

func loadTaxonomies() (*directory.Taxonomies, error) {
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		return nil, err
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		return nil, err
	}
	return &directory.Taxonomies{Competences: competences, Sectors: sectors}, nil
}

// credit is whose data an imported card was made from, for its page.
func (a *App) credit(ctx context.Context, source, lang string) (directory.Credit, error) {
	if strings.HasPrefix(source, mirror.NamePrefix) {
		return a.mirrorCredit(ctx, source, lang)
	}
	sources, err := a.Importer.Sources(ctx)
	if err != nil {
		return directory.Credit{}, err
	}
	s := sources[source]
	return directory.Credit{Title: s.Name(lang), Attribution: s.Attribution, Licence: s.Licence, URL: s.URL}, nil
}

// competenceNames finds competences in the words of imported files.
type competenceNames struct{ competences *taxonomy.Taxonomy }

// Match gives the code of the competence that a tag names, none when it names none.
func (c competenceNames) Match(tag string) []string {
	if term, ok := c.competences.Match(tag); ok {
		return []string{term.Code}
	}
	return nil
}

// named finds the built-in territory that a name means. They are read when the first one is looked for.
func named() func(name string) (string, bool) {
	builtin := sync.OnceValues(Presets)
	return func(name string) (string, bool) {
		list, err := builtin()
		if err != nil {
			return "", false
		}
		return territory.Named(list, name)
	}
}

func vocabulary() (*search.Vocabulary, error) {
	data, err := presets.FS.ReadFile("vocabulary/fr.yaml")
	if err != nil {
		return nil, err
	}
	return search.ReadVocabulary(data)
}

// Ensure gives a territory of the instance, adding the built-in one of that code where it is missing; added reports
// that it did. It returns errs.Usage, naming what exists, for a code that is neither.
func (a *App) Ensure(ctx context.Context, code string) (t *territory.Territory, added bool, err error) {
	t, added, err = a.Territories.Ensure(ctx, code)
	if errs.Is(err, errs.NotFound) {
		return nil, false, a.unknown(ctx, code)
	}
	return t, added, err
}

// Territory gives a territory of the instance. It returns errs.Usage, naming what exists, for an unknown code.
func (a *App) Territory(ctx context.Context, code string) (*territory.Territory, error) {
	t, err := a.Territories.Get(ctx, code)
	if errs.Is(err, errs.NotFound) {
		return nil, a.unknown(ctx, code)
	}
	return t, err
}

func (a *App) unknown(ctx context.Context, code string) error {
	list, err := a.Territories.List(ctx)
	if err != nil {
		return err
	}
	here := make([]string, 0, len(list))
	for _, t := range list {
		here = append(here, t.Code)
	}
	presets, err := a.Territories.Presets()
	if err != nil {
		return err
	}
	presets = slices.DeleteFunc(presets, func(preset string) bool { return slices.Contains(here, preset) })
	return errs.New(errs.Usage, "app.unknown_territory", errs.Args{"code": code, "here": orNone(here), "presets": orNone(presets)})
}

func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{"–"}
	}
	return codes
}

// Presets are the built-in territories, whether added or not.
func Presets() ([]*territory.Territory, error) { return territory.LoadAll(presets.FS) }
