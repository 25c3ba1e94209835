// Package office is the frame of the two back offices: what a feature declares for the menus of "my space" (/espace) and of the
// team's desk (/gestion), the paths to which several of them lead, and what waits for a person. app gathers what the features declare. It must not know any feature, nor
// decide what somebody may do beyond who sees an entry.
package office

import (
	"context"

	"grappe/internal/account"
)

// The paths of the two offices.
const (
	Space = "/espace"
	Desk  = "/gestion"
)

// EditPath is where the people of a card's company edit it, and see what is suggested about it.
func EditPath(card string) string { return Space + "/fiches/" + card }

// ClaimPath is where the people of a card's company make it theirs.
func ClaimPath(slug string) string { return "/annuaire/" + slug + "/revendiquer" }

// Entry is a line of an office's menu. A feature declares its own; app puts them in order.
type Entry struct {
	Office string       // Space or Desk
	Label  string       // key of its words
	Path   string       // "/gestion/sante"
	Icon   string       // name of an icon of lucide
	Needs  account.Role // who sees it: a role of the team in the desk; "" for any person in the space
	Rank   int          // entries stand by rank, then by path
	// Count is how many things there ask for an action of the actor, 0 for none; nil where none ever does.
	Count func(ctx context.Context, by account.Actor) (int, error)
}

// Shows reports whether the actor sees the entry, its role awake or not.
func (e Entry) Shows(by account.Actor) bool {
	if e.Needs == "" {
		return by.SignedIn()
	}
	awake := by
	awake.Roles = append(append([]account.Role{}, by.Roles...), by.Sleeping...)
	return awake.Is(e.Needs)
}

// Waiting is one thing that waits for a person, on the first page of their space.
type Waiting struct {
	Title  string // already in the person's language
	Detail string
	Action string // words of the button
	Path   string // where it leads, within the territory
	Icon   string
	Urgent bool // stands before the others
}

// Waiter is a feature that has things wait for people.
type Waiter interface {
	// Waiting gives what waits for the actor, in the language of the request.
	Waiting(ctx context.Context, by account.Actor, lang string) ([]Waiting, error)
}
