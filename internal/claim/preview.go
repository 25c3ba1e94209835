package claim

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// Preview is a letter that a decision about a claim would send.
type Preview struct {
	To     Claim // who made it gets the letter; for who made none only Name and Mail are set
	Part   Part
	Letter mail.Letter
}

// Part is what somebody who gets a letter has to do with a claim.
type Part string

// The parts.
const (
	Claimant  Part = "claimant"
	Rival     Part = "rival"     // their claim is refused along with it
	Colleague Part = "colleague" // acts for the company already
	Published Part = "published" // reads the mail of the card; only Mail is set
)

// Previews gives the letters that each of some decisions of the team about a claim would send; none where nobody would be written to.
func (s *Service) Previews(ctx context.Context, by account.Actor, id string, of func(c Claim) ([]Decision, error)) ([][]Preview, error) {
	c, beside, err := s.Shown(ctx, by, id)
	if err != nil {
		return nil, err
	}
	decisions, err := of(c)
	if err != nil || c.Mail == "" {
		return nil, err
	}
	w := previewer{s: s, by: by, claim: c, beside: beside, sites: map[string]account.Site{}, cards: map[string]listing.Record{}}
	letters := make([][]Preview, len(decisions))
	for i, d := range decisions {
		switch {
		case c.State == Disputed:
			letters[i], err = w.settled(ctx, d)
		case d.Grant:
			letters[i], err = w.granted(ctx, d)
		default:
			letters[i], err = w.refused(ctx, nil, c, Claimant, d.Reason)
		}
		if err != nil {
			return nil, err
		}
	}
	return letters, nil
}

// previewer writes the letters about a claim, and asks once for what they speak of.
type previewer struct {
	s      *Service
	by     account.Actor
	claim  Claim
	beside []Claim // the others of its company that bear on it
	sites  map[string]account.Site
	cards  map[string]listing.Record
}

func (w previewer) site(ctx context.Context, lang string) (account.Site, error) {
	if site, ok := w.sites[lang]; ok {
		return site, nil
	}
	site, err := w.s.Sites.Site(ctx, w.claim.Territory, lang)
	w.sites[lang] = site
	return site, err
}

// card is the card of a claim as it stands now, the zero value where it is gone.
func (w previewer) card(ctx context.Context, id string) (listing.Record, error) {
	if r, ok := w.cards[id]; ok {
		return r, nil
	}
	r, err := w.s.standing(ctx, w.s.DB.Read(), id)
	if errs.Is(err, errs.NotFound) {
		r, err = listing.Record{}, nil
	}
	w.cards[id] = r
	return r, err
}

// granted are the letters of a grant: as grant itself, it refuses the rivals where nobody acts for the company, and else tells those
// who do.
func (w previewer) granted(ctx context.Context, d Decision) ([]Preview, error) {
	r, err := w.card(ctx, w.claim.Listing)
	if err != nil {
		return nil, err
	}
	site, err := w.site(ctx, w.claim.Lang)
	if err != nil {
		return nil, err
	}
	people, err := w.s.Accounts.Acting(ctx, w.s.DB.Read(), r.Company.ID)
	if err != nil {
		return nil, err
	}
	letters := []Preview{{To: w.claim, Part: Claimant, Letter: grantedLetter(site, r, account.CompanyManager, len(people) > 0, d.Reason)}}
	if len(people) > 0 {
		return w.joined(ctx, letters, r, people)
	}
	if letters, err = w.published(ctx, letters, r); err != nil {
		return nil, err
	}
	rivals, err := w.rivals(ctx, r.Company.ID)
	for _, rival := range rivals {
		if err == nil && rival.Mail != "" {
			letters, err = w.refused(ctx, letters, rival, Rival, "")
		}
	}
	return letters, err
}

// settled is the letter that ends a dispute.
func (w previewer) settled(ctx context.Context, d Decision) ([]Preview, error) {
	c, kind := w.claim, kindRemoved
	if c.Reason = d.Reason; d.Grant {
		kind = kindUpheld
	}
	site, err := w.site(ctx, c.Lang)
	if err != nil {
		return nil, err
	}
	r, err := w.card(ctx, c.Listing)
	return []Preview{{To: c, Part: Claimant, Letter: disputeLetter(site, kind, r.Listing, c)}}, err
}

// rivals are those whose claims a grant refuses.
func (w previewer) rivals(ctx context.Context, company string) ([]Claim, error) {
	if company == w.claim.Company {
		return rivalsOf(w.claim, w.beside), nil
	}
	open, err := w.s.store.openOf(ctx, w.s.DB.Read(), company) // the card was merged meanwhile
	if err != nil {
		return nil, err
	}
	rivals := rivalsOf(w.claim, open)
	return rivals, w.s.name(ctx, w.s.DB.Read(), rivals)
}

// refused adds the letter to who is refused.
func (w previewer) refused(ctx context.Context, letters []Preview, c Claim, part Part, reason string) ([]Preview, error) {
	site, err := w.site(ctx, c.Lang)
	if err != nil {
		return nil, err
	}
	r, err := w.card(ctx, c.Listing)
	return append(letters, Preview{To: c, Part: part, Letter: refusedLetter(site, r.Listing, c.ID, reason)}), err
}

// published adds the letters to the addresses of the card; the link that disputes is their readers' alone.
func (w previewer) published(ctx context.Context, letters []Preview, r listing.Record) ([]Preview, error) {
	for _, address := range othersPublished(r, w.claim) {
		site, err := w.site(ctx, "")
		if err != nil {
			return nil, err
		}
		made := publishedLetter(site, r.Listing, called(w.claim.Name, w.claim.Mail), office.ClaimPath(r.Listing.Slug))
		letters = append(letters, Preview{To: Claim{Mail: address}, Part: Published, Letter: made})
	}
	return letters, nil
}

// joined adds the letters to those who act for the company already.
func (w previewer) joined(ctx context.Context, letters []Preview, r listing.Record, people []account.Colleague) ([]Preview, error) {
	who := called(w.claim.Name, w.claim.Mail)
	for _, p := range colleagues(people, w.by, w.claim) {
		site, err := w.site(ctx, p.Lang)
		if err != nil {
			return nil, err
		}
		to := Claim{Person: p.ID, Name: p.Name, Mail: p.Mail, Lang: p.Lang}
		letters = append(letters, Preview{To: to, Part: Colleague, Letter: joinedLetter(site, r, who)})
	}
	return letters, nil
}
