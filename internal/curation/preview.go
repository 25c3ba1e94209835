package curation

import (
	"cmp"
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/mail"
)

// Preview is a letter that a decision would send: to the author of the change and to who says the same, or to the owners of its card.
type Preview struct {
	Owners bool
	Hidden bool     // tells the owners that their card is not public any more
	To     []string // names or addresses of who would get it, each one their own
	Letter mail.Letter
}

// Previews gives the letters that each of some decisions of the team would send; none where nobody would be written to.
func (s *Service) Previews(ctx context.Context, by account.Actor, id string, decisions []Decision) ([][]Preview, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	q := s.DB.Read()
	c, err := s.here(ctx, q, by, id)
	if err != nil {
		return nil, err
	}
	var now listing.Record
	if c.Listing != "" {
		if now, _, err = standing(ctx, q, c.Listing); err != nil {
			return nil, err
		}
	}
	base, err := s.placed(ctx, subjectOf(c.Change, now.Listing))
	if err != nil {
		return nil, err
	}
	author, others, err := s.authors(ctx, by, c.Change)
	if err != nil {
		return nil, err
	}
	out, sites := make([][]Preview, len(decisions)), sitesOf{s.Sites, c.Territory, map[string]account.Site{}}
	for i, d := range decisions {
		about := base
		if about.Change, err = s.foreseen(ctx, c, now.Listing, d); err != nil {
			return nil, err
		}
		about.foresee(d, s.Follow != nil)
		told := author
		switch {
		case d.Silent:
			told = nil
		case about.Change.State != Offered:
			told = slices.Concat(author, others)
		case len(about.Change.Taken) == 0:
			told = nil
		}
		if about.Change.State == Offered {
			if out[i], err = s.toOwnersPreview(ctx, sites, about, kindOffered); err != nil {
				return nil, err
			}
		}
		if d.End != "" {
			if out[i], err = s.hidingPreviews(ctx, sites, now.Listing, Hiding{How: d.End, Reason: d.Reason}); err != nil {
				return nil, err
			}
		}
		letters, err := sites.to(ctx, told, func(site account.Site) mail.Letter { return decisionLetter(site, about) })
		if err != nil {
			return nil, err
		}
		out[i] = append(out[i], letters...)
	}
	return out, nil
}

// foresee makes of a subject what it is after a decision about its change.
func (about *subject) foresee(d Decision, followed bool) {
	c := about.Change
	if slices.Contains(c.Taken, "name") {
		about.Name = c.After.Name
	}
	switch {
	case d.End != "":
		about.Slug = ""
	case c.Kind == New && len(c.Taken) > 0 && !c.Natural:
		about.Slug = listing.Slug(c.After.Name)
	}
	if followed {
		about.Follow = "/annuaire" // the page itself is the author's alone
	}
}

// reader is somebody who would be written to.
type reader struct{ name, lang string }

// authors are who proposed a change, and who said the same, but for those who cannot be written to.
func (s *Service) authors(ctx context.Context, by account.Actor, c Change) (author, others []reader, err error) {
	var joined []stored
	if c.Kind != Edit { // nobody says the same as one
		if joined, err = s.joinedTo(ctx, s.DB.Read(), c.ID); err != nil {
			return nil, nil, err
		}
	}
	all := append([]Change{c}, shownTo(by, joined)...)
	people, err := s.Accounts.Persons(ctx, s.DB.Read(), accountsOf(all...))
	if err != nil {
		return nil, nil, err
	}
	for i, one := range all {
		if slices.ContainsFunc(all[:i], one.Of) {
			continue // one letter a mailbox
		}
		to, _, lang := addressAmong(people, one)
		if to.Mail == "" {
			continue
		}
		if !by.Is(account.ProjectManager) {
			to.Mail = account.HiddenMail(to.Mail)
		}
		if r := (reader{cmp.Or(to.Name, to.Mail), lang}); i == 0 {
			author = []reader{r}
		} else {
			others = append(others, r)
		}
	}
	return author, others, nil
}

// sitesOf reads the site in each language once.
type sitesOf struct {
	account.Sites
	territory string
	read      map[string]account.Site
}

func (s sitesOf) in(ctx context.Context, lang string) (site account.Site, err error) {
	site, known := s.read[lang]
	if !known {
		site, err = s.Site(ctx, s.territory, lang)
		s.read[lang] = site
	}
	return site, err
}

// to are the letters that some people would get, one for each language.
func (s sitesOf) to(ctx context.Context, people []reader, write func(account.Site) mail.Letter) ([]Preview, error) {
	var out []Preview
	for i, one := range people {
		if slices.ContainsFunc(people[:i], func(r reader) bool { return r.lang == one.lang }) {
			continue
		}
		site, err := s.in(ctx, one.lang)
		if err != nil {
			return nil, err
		}
		p := Preview{Letter: write(site)}
		for _, r := range people {
			if r.lang == one.lang {
				p.To = append(p.To, r.name)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// foreseen is what a decision of the team would make of a change.
func (s *Service) foreseen(ctx context.Context, c stored, now listing.Listing, d Decision) (Change, error) {
	taken := inOrder(d.Take)
	if len(taken) > 0 && c.Kind == Edit && now.CompanyID != c.Company {
		c.suggest(now)
	}
	var passed []string
	if c.Kind == Suggestion {
		var err error
		if passed, err = s.Owned(ctx, s.DB.Read(), now, taken); err != nil {
			return Change{}, err
		}
	}
	c.Taken, c.Passed, c.Reason = without(taken, passed), passed, d.Reason
	c.State = settled(c.Fields, c.Taken, passed, d.Done)
	return c.Change, nil
}

// toOwnersPreview is a letter to the owners of a card about a correction, none where nobody is left to read it.
func (s *Service) toOwnersPreview(ctx context.Context, sites sitesOf, about subject, kind string) ([]Preview, error) {
	owners, err := s.ownersToTell(ctx, s.DB.Read(), about.Change)
	if err != nil {
		return nil, err
	}
	letters, err := sites.to(ctx, readersOf(owners), func(site account.Site) mail.Letter { return ownersLetter(site, kind, about) })
	for i := range letters {
		letters[i].Owners = true
	}
	return letters, err
}

func readersOf(owners []account.Colleague) []reader {
	out := make([]reader, len(owners))
	for i, p := range owners {
		out[i] = reader{cmp.Or(p.Name, p.Mail), p.Lang}
	}
	return out
}
