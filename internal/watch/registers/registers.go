// Package registers is the page of the team's desk, at /gestion/annuaire/registre, where a project manager gives a file of a register of
// companies, sees what it says of the directory, and has that stored. It takes files in and shows what watch.Service makes of them. It
// must not know how a register is read, what becomes of flagged cards, nor another room.
package registers

import (
	"embed"
	"time"

	"grappe/internal/office"
	"grappe/internal/watch"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// The paths of the pages, and of the page that they hang on.
const (
	healthPath = office.Desk + "/annuaire"
	Path       = healthPath + "/registre"
)

// Limits of a file that is given in the browser. Larger ones are for the command line.
const (
	MaxFile     = 50_000_000
	maxUnpacked = 64 << 20 // of a workbook: some fifteen seconds, while the person waits
)

// Rooms are what the pages need of others.
type Rooms struct {
	Watch *watch.Service
	Flags string                 // the path where the team decides about flagged cards
	Card  func(id string) string // the path of a card at the desk
	Now   func() time.Time
}
