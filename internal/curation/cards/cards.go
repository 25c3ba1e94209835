// Package cards is where the team finds the cards of its territory, sees of each what it says, who said it and how sure that is,
// takes it from the public or shows it again, and reunites and parts cards; and where the team and the owners of a card read what
// became of it, and put back what it said before. What may be written by whom is for curation to say; it must not know how a card
// is edited, claimed or moderated.
package cards

import (
	"context"
	"embed"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Path is where the team finds the cards, within a territory.
const Path = office.Desk + "/fiches"

// CardPath is the page of a card at the team's desk.
func CardPath(id string) string { return Path + "/" + id }

// EditPath is where the team edits a card.
func EditPath(id string) string { return CardPath(id) + "/modifier" }

// HistoryPath is the history of a card at the team's desk.
func HistoryPath(id string) string { return CardPath(id) + "/historique" }

// MergePath is where a card is reunited with another.
func MergePath(id string) string { return CardPath(id) + "/fusion" }

// SplitPath is where a card is parted from those that it stands for.
func SplitPath(id string) string { return CardPath(id) + "/separation" }

// OwnPath is the page of a card in the space of who acts for its company.
func OwnPath(id string) string { return office.Space + "/fiches/" + id }

// OwnHistoryPath is the history of a card in the space of who acts for its company.
func OwnHistoryPath(id string) string { return OwnPath(id) + "/historique" }

// Twins are the pairs of cards that may present the same organisation, as the importer keeps them. Settle notes in a transaction that
// two cards were found to be one, or to be two.
type Twins interface {
	Settle(ctx context.Context, tx *db.Tx, territory, a, b string, one bool) error
}

// Rooms are what the service needs of others.
type Rooms struct {
	DB          *db.DB
	Accounts    *account.Service
	Listings    *listing.Service
	Changes     *curation.Service
	Territories *territory.Service
	Taxonomies  curation.Taxonomies
	Twins       Twins
	Source      func(ctx context.Context, name, lang string) (string, error) // the title of a file or register, "" for none
	Cluster     func(ctx context.Context, territory, lang string) (string, error)
	Ages        func(territory string) listing.Ages            // when cards age there; nil for the usual months
	Found       func(p *locale.Printer, f listing.Flag) string // what a flag found, in words
	Now         func() time.Time
}

// Service is what the team does with the cards of its territory, and what owners read of theirs. Each method that takes an Actor
// checks what it may do.
type Service struct{ Rooms }

// NewService makes the service.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	return &Service{r}
}

// Entries are the lines of the desk's menu.
func Entries() []office.Entry {
	return []office.Entry{{Office: office.Desk, Label: "cards.title", Path: Path, Icon: "contact", Needs: account.Reader, Rank: 45}}
}

// here reads a card of the actor's territory; errs.NotFound for any other.
func (s *Service) here(ctx context.Context, q db.Querier, by account.Actor, id string) (listing.Record, error) {
	found, err := listing.Reader{}.Records(ctx, q, []string{id})
	if err != nil {
		return listing.Record{}, err
	}
	if len(found) == 0 || found[0].Listing.Territory != by.Territory {
		return listing.Record{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	return found[0], nil
}
