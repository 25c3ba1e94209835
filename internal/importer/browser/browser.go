// Package browser is the import of files by a territory's team, at /gestion/imports: a file is given, its columns are led to the fields
// of a card, a trial tells what would happen, and the import runs while everybody may close their browser; it can be followed and
// undone. It shows and asks what importer.Service does, and holds what that needs meanwhile: the file, the mapping, the trial. It
// must not decide what a row becomes, and never another room.
package browser

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"time"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// The paths of the pages.
const (
	Path         = office.Desk + "/imports"
	newPath      = Path + "/nouveau"
	filesPath    = Path + "/fichiers"
	runsPath     = Path + "/suivi"
	mappingsPath = Path + "/correspondances"
)

// Limits of a file that is given in the browser. Larger ones are for the command line.
const (
	MaxFile     = 50_000_000
	maxUnpacked = 256 << 20 // of a workbook
	// keptFor is how long a file waits for somebody to go on with it.
	keptFor = 30 * 24 * time.Hour
)

// Rooms are what the pages need of others.
type Rooms struct {
	DB       *db.DB
	Importer *importer.Service
	Accounts *account.Service
	Queue    *queue.Queue
	Presets  fs.FS // with the mappings that come with the program
	// Territory gives a territory by its code.
	Territory func(ctx context.Context, code string) (*territory.Territory, error)
	// Cards writes what cards say in a reader's words.
	Cards func(t *territory.Territory, p *locale.Printer) Words
	// Sectors are the codes of sectors with their names in a language, and finds the one that a text means.
	Sectors Codes
	// Printer speaks a language.
	Printer func(ctx context.Context, lang string) *locale.Printer
	// Card is the path of the page of a card for the team, by its identifier.
	Card func(id string) string
	// Doubtful is the path of the page where doubtful pairs are settled, "" where there is none.
	Doubtful string
	// Review is the path where the team says of a run that it has looked at its remarks; nil where there is none.
	Review func(run string) string
	Now    func() time.Time
	Log    *slog.Logger
}

// Words writes what cards say for a reader.
type Words interface {
	// Said is what a field of a card says, a line for each thing.
	Said(c listing.Content, field string) []string
	// Differences shows some fields before and after.
	Differences(before, after listing.Content, fields []string) []ui.Difference
}

// Codes are the entries of a list that a field takes.
type Codes interface {
	All(lang string) []Code
	Match(text string) (code string, ok bool)
}

// Code is one of them.
type Code struct{ Code, Name string }

// Service does what the pages ask for. Each method checks what the actor may do; the actor's territory is the one that is imported
// into.
type Service struct {
	Rooms
	store    store
	listings listing.Reader
}

// New makes the service, and has the queue do its jobs.
func New(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Rooms: r}
	s.handle()
	return s
}

// Entries are the lines of the desk's menu.
func (s *Service) Entries() []office.Entry {
	return []office.Entry{{Office: office.Desk, Label: "imports.menu", Path: Path, Icon: "file-up", Needs: account.Reader, Rank: 60, Count: s.stopped}}
}
