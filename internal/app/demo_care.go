package app

import (
	"bytes"
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/demo"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/watch"
)

// settingCare says that a demonstration has what waits for its team.
const settingCare = "demo.care"

// FillCare lets the cards of a demonstration be suggested, claimed, edited, flagged and imported, as in a directory that people use: what
// waits for the team and what was decided. Done before, it changes nothing.
func (a *App) FillCare(ctx context.Context) error {
	mark, err := setting(ctx, a.DB.Read(), settingCare)
	if err != nil || mark != "" {
		return err
	}
	said, err := demo.LoadCare()
	if err != nil {
		return err
	}
	c := &care{app: a, said: said, taken: map[string]bool{}}
	if err := c.look(ctx); err != nil {
		return err
	}
	for _, step := range []func(ctx context.Context) error{c.suggest, c.propose, c.edit, c.claim, c.raise, c.bring, c.lapse} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return setSetting(ctx, tx, settingCare, "yes") })
}

// care is what goes on around the cards of a demonstration, while it is written.
type care struct {
	app   *App
	said  demo.Care
	cards []listing.Listing // published ones that nobody acts for, the oldest first
	owned listing.Listing   // one that somebody acts for
	taken map[string]bool
	team  account.Actor
}

// look finds the cards and the member of the team who has decided.
func (c *care) look(ctx context.Context) error {
	a := c.app
	r, now := projectManager(), a.now()
	p, err := a.Accounts.Known(ctx, a.DB.Read(), r.mail)
	if err != nil {
		return err
	}
	c.team = account.Actor{
		Person: p.ID, Mail: p.Mail, Name: p.Name, Lang: p.Lang, Territory: demoTerritory, Roles: []account.Role{r.team}, ProvedAt: now, StrongAt: now,
	}
	return a.Listings.Each(ctx, a.DB.Read(), demoTerritory, func(l listing.Listing) error {
		free, err := a.Accounts.Claimable(ctx, a.DB.Read(), l.CompanyID)
		switch {
		case err != nil || l.State != listing.Published:
			return err
		case free:
			c.cards = append(c.cards, l)
		case len(l.Emails) > 0:
			c.owned = l
		}
		return nil
	})
}

// card is the next card that says something of some fields and of which nothing is said yet.
func (c *care) card(fields ...string) listing.Listing {
	for i := range c.cards {
		l := c.cards[(i*stride)%len(c.cards)]
		says := !c.taken[l.ID]
		for _, f := range listing.Fields() {
			for _, name := range fields {
				says = says && (f.Name != name || !f.Empty(&l.Content))
			}
		}
		if says {
			c.taken[l.ID] = true
			return l
		}
	}
	return listing.Listing{}
}

// stride spreads what is said over the cards.
const stride = 17

// at is the room of changes as it was some days ago, when letters left at once.
func (c *care) at(days int) *curation.Service {
	rooms := c.app.Curation.Rooms
	rooms.Now, rooms.Queue, rooms.Grace = c.before(days), nil, 0
	return curation.NewService(rooms)
}

// before is the clock of some days ago.
func (c *care) before(days int) func() time.Time {
	return func() time.Time { return c.app.now().AddDate(0, 0, -days) }
}

// proposed stores what somebody says of a card, or a card that they propose.
func (c *care) proposed(ctx context.Context, kind curation.Kind, s demo.Said, l listing.Listing) (curation.Change, error) {
	change := curation.Change{
		Kind: kind, State: curation.Waiting, Territory: demoTerritory, Listing: l.ID, Base: l.Version, Fields: s.Fields(), After: s.Content, About: s.About,
		Mail: s.Mail, Name: s.Name, Lang: "fr", Message: s.Message, Signs: s.Signs,
	}
	if s.Becomes == string(curation.Unconfirmed) {
		change.State = curation.Unconfirmed
	}
	err := c.app.DB.Write(ctx, func(tx *db.Tx) (err error) {
		change, err = c.at(s.Days).Propose(ctx, tx, change)
		return err
	})
	return change, err
}

// suggest has people say what is wrong, and the team decide some of it.
func (c *care) suggest(ctx context.Context) error {
	for _, s := range c.said.Suggestions {
		l := c.owned
		if !s.Owned {
			l = c.card(s.Fields()...)
		}
		change, err := c.proposed(ctx, curation.Suggestion, s, l)
		if err != nil {
			return err
		}
		for _, mail := range s.Same {
			other := s
			other.Mail, other.Name, other.Message, other.Days = mail, "", "", s.Days-1
			if _, err := c.proposed(ctx, curation.Suggestion, other, l); err != nil {
				return err
			}
		}
		d := curation.Decision{Reason: s.Reason, Seen: l.Version, Card: l.ID}
		switch curation.State(s.Becomes) {
		case curation.Accepted:
			d.Take = change.Fields
		case curation.Refused:
		default:
			continue
		}
		if _, err := c.at(s.Days-1).Decide(ctx, c.team, change.ID, d); err != nil {
			return err
		}
	}
	return nil
}

// propose has people propose organisations, one of which has a card already.
func (c *care) propose(ctx context.Context) error {
	for _, s := range c.said.Proposals {
		if s.Like {
			like := c.card("phones", "zone")
			s.Content.Name, s.Content.Phones, s.Content.Zone, s.Content.City = like.Name, like.Phones, like.Zone, like.City
		}
		if _, err := c.proposed(ctx, curation.New, s, listing.Listing{}); err != nil {
			return err
		}
	}
	return nil
}

// edit has owners who are new edit their cards, which waits for the team.
func (c *care) edit(ctx context.Context) error {
	a := c.app
	for _, s := range c.said.Edits {
		l := c.card(s.Fields()...)
		owner := account.Actor{Mail: s.Mail, Name: s.Name, Lang: "fr", Territory: demoTerritory, Companies: map[string]account.Role{l.CompanyID: account.CompanyManager}}
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			p, _, err := a.Accounts.Arrive(ctx, tx, s.Mail, demoTerritory, "fr")
			if owner.Person = p.ID; err != nil {
				return err
			}
			if err := a.Accounts.Name(ctx, tx, p.ID, s.Name); err != nil {
				return err
			}
			if err := a.Accounts.Attach(ctx, tx, p.ID, l.CompanyID, demoTerritory, account.CompanyManager); err != nil {
				return err
			}
			return a.Curation.SetTrustIn(ctx, tx, l.CompanyID, curation.Newcomer)
		})
		if err != nil {
			return err
		}
		if _, err := c.at(s.Days).Submit(ctx, owner, l.ID, l.Version, s.Content, s.Fields()); err != nil {
			return err
		}
	}
	return nil
}

// raise notes what speaks against some cards.
func (c *care) raise(ctx context.Context) error {
	return c.app.DB.Write(ctx, func(tx *db.Tx) error {
		for _, f := range c.said.Flags {
			l := c.card("websites", "emails")
			flag := listing.Flag{Listing: l.ID, Territory: demoTerritory, Kind: f.Kind, Since: c.before(f.Days)(), Seen: c.app.now()}
			switch f.Kind {
			case listing.DeadSite:
				flag.Detail = l.Websites[0]
			case listing.MailBounced:
				flag.Detail = l.Emails[0]
			case listing.StruckOff:
				unit, err := c.unit(ctx, tx, l.CompanyID)
				if err != nil {
					return err
				}
				if unit != "" {
					flag.Detail = watch.StruckDetail(unit, c.before(f.Days)(), c.before(f.Days+closedBefore)().Format(time.DateOnly))
				}
			}
			if _, err := (listing.Store{}).Raise(ctx, tx, flag); err != nil {
				return err
			}
		}
		return nil
	})
}

// closedBefore is how many days before the day of a register's file a company had closed.
const closedBefore = 47

// unit is the number of a legal unit, as registers write it, "" for none.
func (c *care) unit(ctx context.Context, tx *db.Tx, id string) (string, error) {
	held, err := company.Store{}.ByID(ctx, tx, id)
	if err != nil {
		return "", err
	}
	for _, number := range held.Identifiers {
		if unit, ok := number.Unit(); ok {
			return company.Format(unit), nil
		}
	}
	return "", nil
}

// bring imports a file: some of its rows are faulty, one may be a card that is there.
func (c *care) bring(ctx context.Context) error {
	file := c.said.Imported
	for i, row := range file.Rows {
		if row.Like {
			l := c.card("zone")
			file.Rows[i].Name, file.Rows[i].City = l.Name, l.City
		}
	}
	data, err := file.CSV()
	if err != nil {
		return err
	}
	source, err := demo.ImportMapping()
	if err != nil {
		return err
	}
	mapping, err := importer.ParseMapping(file.File, source)
	if err != nil {
		return err
	}
	t, err := c.app.Territories.Get(ctx, demoTerritory)
	if err != nil {
		return err
	}
	_, err = importer.New(c.app.importerRooms(c.before(file.Days))).Import(ctx, importer.Options{
		Territory: t, Mapping: mapping, File: file.File, Input: bytes.NewReader(data), Size: int64(len(data)),
	})
	return err
}

// lapse takes from the directory the card for which nobody has vouched in the longest time.
func (c *care) lapse(ctx context.Context) error {
	oldest := listing.Listing{}
	for _, l := range c.cards {
		if !c.taken[l.ID] && (oldest.ID == "" || l.ConfirmedAt.Before(oldest.ConfirmedAt)) {
			oldest = l
		}
	}
	_, err := listing.NewService(c.app.DB, c.before(lapsedBefore)).Lapse(ctx, listing.Author{}, oldest.ID, oldest.Version)
	return err
}

// lapsedBefore is how many days ago the card left the directory.
const lapsedBefore = 12
