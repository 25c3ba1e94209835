// Package freshness keeps the directory true for years: it asks the people of each card, after some months, whether the card is still
// exact; who says so by one button starts the round anew. A card for which nobody does says that it is unconfirmed, and leaves the
// public in the end. It tells the team how well the directory is kept, today and over time. It must not know how cards are edited,
// searched or shown, nor any other feature.
package freshness

import (
	"embed"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// The paths of this room.
const (
	ExactPath    = "/fiches/exacte/" // and the token
	HealthPath   = office.Desk + "/annuaire"
	SettingsPath = HealthPath + "/reglages"
	ExportPath   = HealthPath + "/tableau.csv"
	RegisterPath = HealthPath + "/registre" // where the team has registers of companies read
)

// ChangeKind is the kind under which the change log tells that a territory keeps its cards otherwise.
const ChangeKind = "freshness"

// Topic is that of the letters of this room.
const Topic = account.TopicReminders

// Policy is how a territory keeps its cards true.
type Policy struct {
	Territory   string
	Active      bool
	Reminders   []int  // in months after somebody vouched for a card, rising
	Unconfirmed int    // from when on the card says that it is unconfirmed
	Lapse       int    // when it leaves the public
	Signer      string // who signs the letters; "" for the cluster
	BeganAt     time.Time
	Version     int64 // of the stored one, 0 for none
	Zone        *time.Location
}

// Usual is the policy of a territory whose team has not said anything yet: it waits for that.
func Usual(territory string, zone *time.Location) Policy {
	return Policy{
		Territory: territory, Reminders: []int{listing.UsualAgeing, 9, 12}, Unconfirmed: listing.UsualStale, Lapse: 24, Zone: zone,
	}
}

// Runs reports whether cards are asked about, and leave.
func (p Policy) Runs() bool { return p.Active && !p.BeganAt.IsZero() }

// Ages are those of the cards.
func (p Policy) Ages() listing.Ages {
	a := listing.Ages{Stale: p.Unconfirmed, Zone: p.Zone}
	if len(p.Reminders) > 0 {
		a.Ageing = p.Reminders[0]
	}
	return a
}

// The bounds of a policy.
const (
	MostReminders = 3
	mostMonths    = 120
	longestSigner = 80
)

// The fields of a policy, as its form and its faults name them.
const (
	fieldReminder    = "rappel" // and its number
	fieldUnconfirmed = "non-confirmee"
	fieldLapse       = "retrait"
	fieldSigner      = "signature"
	fieldActive      = "actif"
	fieldVersion     = "version"
)

// check returns errs.Invalid with every faulty field.
func (p Policy) check() error {
	e := &errs.E{Kind: errs.Invalid}
	fault := func(field, key string) { e.Fields = append(e.Fields, errs.Field{Name: field, Key: key}) }
	before := 0
	step := func(field string, months int) {
		switch {
		case months < 1 || months > mostMonths:
			e.Fields = append(e.Fields, errs.Field{Name: field, Key: "freshness.months_bounds", Args: errs.Args{"most": mostMonths}})
		case months <= before:
			e.Fields = append(e.Fields, errs.Field{Name: field, Key: "freshness.months_rising", Args: errs.Args{"n": before}})
		default:
			before = months
		}
	}
	if len(p.Reminders) == 0 {
		fault(fieldReminder+"1", "freshness.reminder_missing")
	}
	for i, months := range p.Reminders {
		step(reminderField(i), months)
	}
	step(fieldUnconfirmed, p.Unconfirmed)
	step(fieldLapse, p.Lapse)
	if len([]rune(p.Signer)) > longestSigner {
		fault(fieldSigner, "freshness.signer_long")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// sameMonths reports whether two policies ask and withdraw at the same times.
func (p Policy) sameMonths(o Policy) bool {
	return slices.Equal(p.Reminders, o.Reminders) && p.Unconfirmed == o.Unconfirmed && p.Lapse == o.Lapse
}
