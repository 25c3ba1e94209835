// Package desk is the desk of a territory's team, under /gestion: what waits for it today, who belongs to it, the people and
// companies that it helps, who did what, and whether the service is well. Its pages show what the services of other rooms allow;
// it must not know any other feature, and never shows more of a person than the team needs.
package desk

import (
	"context"
	"embed"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
)

// Texts holds the sentences of the desk, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// The paths of the desk.
const (
	TodayPath     = office.Desk
	TeamPath      = office.Desk + "/equipe"
	PeoplePath    = office.Desk + "/personnes"
	CompaniesPath = office.Desk + "/entreprises"
	JournalPath   = office.Desk + "/journal"
	ExportPath    = office.Desk + "/journal.csv"
	HealthPath    = office.Desk + "/sante"
)

// The cards of the territory have pages of their own at the desk; kindCard is what the trail calls a card.
const (
	cardsPath = office.Desk + "/fiches"
	kindCard  = "listing"
)

// Companies finds the companies of a territory. An identifier that is none there gives errs.NotFound.
type Companies interface {
	FindCompanies(ctx context.Context, territory, name string, limit int) ([]Company, error)
	Company(ctx context.Context, territory, id string) (Company, error)
	// CompanyNames names companies by their identifiers; one that is not there is left out.
	CompanyNames(ctx context.Context, territory string, ids []string) (map[string]string, error)
}

// Company is a company as the desk shows it.
type Company struct {
	ID     string
	Name   string
	Place  string   // the commune, as the reader's language has it or as written; "" for unknown
	Number string   // of the register, "" for none
	Card   string   // path of the public card, "" for none
	Mails  []string // addresses that the card publishes: who reads one of them may say that the company is theirs

	Natural   bool // it is a natural person: its card is public only while that person consents
	Consented bool // the person does
}

// Index is how the search of a territory is doing.
type Index interface {
	IndexState(ctx context.Context, territory string) (IndexState, error)
}

// IndexState says whether the directory can be searched, and how far behind the base it is.
type IndexState struct {
	Ready  bool
	Cards  int
	Behind int           // changes that it has not followed yet
	Late   time.Duration // since the oldest of them
}

// Backups tells of the last backup, the zero Backup for none.
type Backups interface {
	LastBackup(ctx context.Context) (Backup, error)
}

// Backup is a copy of the base.
type Backup struct {
	At   time.Time
	Size int64
}

// Storage measures what is kept where.
type Storage interface {
	Storage(ctx context.Context) (Space, error)
}

// Space is the size of the base, and of the disk that it is on. Disk is 0 where nobody can know it.
type Space struct {
	Base int64
	Free int64
	Disk int64
}

// Entries are the lines of the desk's menu.
func (s *Service) Entries() []office.Entry {
	return []office.Entry{
		{Office: office.Desk, Label: "desk.menu_today", Path: TodayPath, Icon: "inbox", Needs: account.Reader, Rank: 0},
		{Office: office.Desk, Label: "desk.menu_companies", Path: CompaniesPath, Icon: "building-2", Needs: account.Reader, Rank: 50},
		{Office: office.Desk, Label: "desk.menu_people", Path: PeoplePath, Icon: "user-search", Needs: account.Reader, Rank: 55},
		{Office: office.Desk, Label: "desk.menu_team", Path: TeamPath, Icon: "users", Needs: account.Reader, Rank: 80},
		{Office: office.Desk, Label: "desk.menu_journal", Path: JournalPath, Icon: "scroll-text", Needs: account.Administrator, Rank: 85},
		{Office: office.Desk, Label: "desk.menu_health", Path: HealthPath, Icon: "activity", Needs: account.Reader, Rank: 90, Count: s.askedByHealth},
	}
}
