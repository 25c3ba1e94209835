package cards

import (
	"context"
	"fmt"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/spelling"
)

// Filter chooses among the cards of a territory. What is empty lets all pass, but for merged cards, which only State asks for.
type Filter struct {
	Words   string // that begin words of the name, or a part of a mail address
	State   listing.State
	Zones   []string // codes
	Skill   string   // code of a competence
	Filled  Filled
	Age     listing.Age
	Flagged bool
	Orphans bool // of companies that nobody acts for
	Order   Order
	Page    int // from 1
}

// Filled says how complete a card is.
type Filled string

// The degrees of completeness.
const (
	Bare Filled = "peu"        // under 40
	Poor Filled = "incomplete" // under listing.Incomplete
	Half Filled = "moyen"      // under 70
	Full Filled = "bien"
)

// between are the lowest completeness of a degree, and the one that it does not reach.
func (f Filled) between() (from, to int) {
	switch f {
	case Bare:
		return 0, 40
	case Poor:
		return 0, listing.Incomplete
	case Half:
		return 40, 70
	case Full:
		return 70, 101
	}
	return 0, 101
}

// Order is how the cards that are found stand.
type Order string

// The orders.
const (
	ByName      Order = "nom"
	ByAge       Order = "anciennete" // the ones first that nobody vouched for, then those of the longest ago
	ByFilled    Order = "remplissage"
	ByLastWrite Order = "modification"
)

// perPage is how many cards a page of the list has.
const perPage = 50

// mostWords is how many words of a question are looked for.
const mostWords = 6

// Line is a card in the list.
type Line struct {
	Listing listing.Listing
	Flags   []listing.Flag
	Owned   bool // somebody acts for its company
}

// Found is a page of cards, and how many there are in all.
type Found struct {
	Lines []Line
	Total int
	Page  int
	Pages int
}

// Find looks for cards: for the team.
func (s *Service) Find(ctx context.Context, by account.Actor, f Filter) (Found, error) {
	if err := by.Require(account.Reader); err != nil {
		return Found{}, err
	}
	q, where := s.DB.Read(), condition{}
	where.of(by.Territory, f, s.ages(by.Territory), s.Now())
	found := Found{Page: max(1, f.Page)}
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM listings l WHERE "+where.sql(), where.args...).Scan(&found.Total); err != nil {
		return Found{}, fmt.Errorf("cards: count: %w", err)
	}
	found.Pages = max(1, (found.Total+perPage-1)/perPage)
	found.Page = min(found.Page, found.Pages)
	var ids []string
	owned := map[string]bool{}
	rows, err := q.QueryContext(ctx, "SELECT l.id, EXISTS (SELECT 1 FROM company_people p WHERE p.company_id = l.company_id) FROM listings l WHERE "+
		where.sql()+" ORDER BY "+f.Order.sql()+" LIMIT "+where.arg(perPage)+" OFFSET "+where.arg((found.Page-1)*perPage), where.args...)
	if err != nil {
		return Found{}, fmt.Errorf("cards: find: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var held bool
		if err := rows.Scan(&id, &held); err != nil {
			return Found{}, fmt.Errorf("cards: find: %w", err)
		}
		ids, owned[id] = append(ids, id), held
	}
	if err := rows.Err(); err != nil {
		return Found{}, fmt.Errorf("cards: find: %w", err)
	}
	found.Lines, err = lines(ctx, q, ids, owned)
	return found, err
}

func lines(ctx context.Context, q db.Querier, ids []string, owned map[string]bool) ([]Line, error) {
	cards, err := listing.Reader{}.ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	flags, err := listing.Reader{}.Flags(ctx, q, ids)
	out := make([]Line, len(cards))
	for i, l := range cards {
		out[i] = Line{Listing: l, Flags: flags[l.ID], Owned: owned[l.ID]}
	}
	return out, err
}

func (o Order) sql() string {
	switch o {
	case ByAge:
		return "l.confirmed_at, l.created_at, l.id"
	case ByFilled:
		return "l.completeness, l.slug, l.id"
	case ByLastWrite:
		return "l.updated_at DESC, l.id DESC"
	case ByName:
	}
	return "l.slug, l.id"
}

// condition gathers what is asked of a card.
type condition struct {
	parts []string
	args  []any
}

func (c *condition) sql() string { return strings.Join(c.parts, " AND ") }

func (c *condition) arg(v any) string {
	c.args = append(c.args, v)
	return fmt.Sprintf("$%d", len(c.args))
}

func (c *condition) must(parts ...string) { c.parts = append(c.parts, strings.Join(parts, "")) }

func (c *condition) of(territory string, f Filter, ages listing.Ages, now time.Time) {
	c.must("l.territory = ", c.arg(territory))
	if f.State != "" {
		c.must("l.state = ", c.arg(string(f.State)))
	} else {
		c.must("l.state <> ", c.arg(string(listing.Merged)))
	}
	if len(f.Zones) > 0 {
		first := len(c.args) + 1
		for _, code := range f.Zones {
			c.args = append(c.args, code)
		}
		c.must("l.zone IN ", company.InSQL(first, len(f.Zones)))
	}
	if from, to := f.Filled.between(); f.Filled != "" {
		c.must("l.completeness >= ", c.arg(from))
		c.must("l.completeness < ", c.arg(to))
	}
	if f.Skill != "" {
		c.must("l.competences LIKE ", c.arg(`%"`+literally(f.Skill)+`"%`), ` ESCAPE '\'`)
	}
	c.age(f.Age, ages, now)
	if f.Flagged {
		c.must("EXISTS (SELECT 1 FROM listing_flags g WHERE g.listing_id = l.id)")
	}
	if f.Orphans {
		c.must("NOT EXISTS (SELECT 1 FROM company_people p WHERE p.company_id = l.company_id)")
	}
	c.words(f.Words)
}

// Doubtful asks for what says in public that it is unconfirmed: cards that nobody vouched for, ever or for too long.
const Doubtful listing.Age = "non-confirmee"

// ages are those of a territory's cards.
func (s *Service) ages(territory string) listing.Ages {
	if s.Ages == nil {
		return listing.Ages{}
	}
	return s.Ages(territory)
}

// age asks for cards of the age that the territory's ages give them.
func (c *condition) age(age listing.Age, ages listing.Ages, now time.Time) {
	fresh, current := db.ToMillis(ages.FreshFrom(now)), db.ToMillis(ages.CurrentFrom(now))
	switch age {
	case listing.Fresh:
		c.must("l.confirmed_at >= ", c.arg(fresh))
	case listing.Ageing:
		c.must("l.confirmed_at >= ", c.arg(current))
		c.must("l.confirmed_at < ", c.arg(fresh))
	case listing.Stale:
		c.must("l.confirmed_at > 0")
		c.must("l.confirmed_at < ", c.arg(current))
	case listing.Unconfirmed:
		c.must("l.confirmed_at = 0")
	case Doubtful:
		c.must("l.confirmed_at < ", c.arg(current))
	}
}

// words asks for names in which a word begins by each of the words that are looked for, or for a mail address.
func (c *condition) words(text string) {
	words := strings.Fields(company.Storable(text))
	for _, word := range words[:min(len(words), mostWords)] {
		if strings.Contains(word, "@") {
			c.must("lower(l.emails) LIKE ", c.arg("%"+literally(strings.ToLower(word))+"%"), ` ESCAPE '\'`)
			continue
		}
		for _, part := range strings.Fields(spelling.Plain(word)) {
			c.must("'-' || l.slug LIKE ", c.arg("%-"+literally(part)+"%"), ` ESCAPE '\'`)
		}
	}
}

// literally is a text of which LIKE takes no character for a sign.
func literally(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}
