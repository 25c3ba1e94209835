package curation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/territory"
)

// The kinds of this room's letters.
const (
	kindDecided   = "curation.decided"   // to the author of a change
	kindSuggested = "curation.suggested" // to the owners of a card: somebody proposes a correction
	kindOffered   = "curation.offered"   // to the owners of a card: the team passes a correction on
	kindHidden    = "curation.hidden"    // to the owners of a card: the team took it from the public
	kindCeased    = "curation.ceased"    // the same, because the company has ended
	kindRestored  = "curation.restored"  // to the owners of a card: the team took back what it had accepted of theirs
)

const letterTexts = "curation.letter."

// jobTell is the job that writes to the author of a change once its decision cannot be taken back any more.
const jobTell = "curation.tell"

// subject is what a letter says of a change.
type subject struct {
	Name   string // of the card
	Slug   string // "" where it is not public
	Follow string // path of the page on which the author follows the change, "" for none
	Change Change
	Place  *territory.Territory // in whose names an edit is quoted, nil where none is
	Terms  Taxonomies
}

// decisionJob is the payload of jobTell.
type decisionJob struct {
	Change string `json:"change"`
	At     int64  `json:"at"`            // of the decision
	End    string `json:"end,omitempty"` // what was done to the card: see Decision.End
}

// tellDecision lets the author of a change know what was decided: once the grace is over, where there is one. What is passed on to the
// owners is told them then, too, and end (see Decision.End).
func (s *Service) tellDecision(ctx context.Context, tx *db.Tx, c Change, end string) error {
	if s.Grace <= 0 || s.Queue == nil {
		return s.tell(ctx, tx, c, end)
	}
	at := db.ToMillis(c.DecidedAt)
	_, err := s.Queue.Enqueue(ctx, tx, queue.Task{
		Kind: jobTell, Key: c.ID + "/" + strconv.FormatInt(at, 10), Territory: c.Territory, Payload: decisionJob{c.ID, at, end}, At: c.DecidedAt.Add(s.Grace),
	})
	return err
}

// tellLater is the handler of jobTell: nobody is told of a decision that was taken back.
func (s *Service) tellLater(ctx context.Context, j queue.Job) error {
	var d decisionJob
	if err := j.Read(&d); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.byID(ctx, tx, d.Change)
		if err == nil {
			_, err = lock(ctx, tx, c.Change)
		}
		if err == nil {
			err = s.author(ctx, tx, &c)
		}
		if err == nil {
			c, err = s.store.byID(ctx, tx, d.Change)
		}
		switch {
		case errs.Is(err, errs.NotFound):
			return nil
		case err != nil || db.ToMillis(c.DecidedAt) != d.At:
			return err
		}
		return s.tell(ctx, tx, c.Change, d.End)
	})
}

// tell puts the letters about a decision, and about what was done to the card of an organisation that is no more.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c Change, end string) error {
	about, err := s.subject(ctx, tx, c)
	if err != nil {
		return err
	}
	if end != "" {
		r, ok, err := standing(ctx, tx, c.Listing)
		if err == nil && ok {
			err = s.tellHidden(ctx, tx, r.Listing, end, c.Reason)
		}
		if err != nil {
			return err
		}
	}
	if c.State == Offered {
		err := s.toOwners(ctx, tx, about, kindOffered, c.ID)
		if err != nil || len(c.Taken) == 0 {
			return err // the author is told once the owners have answered
		}
	}
	to, person, lang, err := s.addressOf(ctx, tx, c)
	if err != nil || to.Mail == "" {
		return err
	}
	if s.Follow != nil {
		if about.Follow, err = s.Follow(ctx, tx, c.ID); err != nil {
			return err
		}
	}
	m := mail.Message{
		Kind: kindDecided, Event: fmt.Sprintf("%s/%s/%d", c.ID, c.State, db.ToMillis(c.DecidedAt)), To: to, Person: person, Lang: lang, Territory: c.Territory,
	}
	return s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return decisionLetter(site, about) })
}

// addressOf is where the author of a change reads mails, none for who is erased.
func (s *Service) addressOf(ctx context.Context, q db.Querier, c Change) (to mail.Address, person, lang string, err error) {
	people, err := s.Accounts.Persons(ctx, q, accountsOf(c))
	to, person, lang = addressAmong(people, c)
	return to, person, lang, err
}

// accountsOf are the identifiers of the authors of some changes who have an account.
func accountsOf(changes ...Change) []string {
	var ids []string
	for _, c := range changes {
		if c.Person != "" {
			ids = append(ids, c.Person)
		}
	}
	return ids
}

// addressAmong is addressOf, of people who were read.
func addressAmong(people map[string]account.Person, c Change) (to mail.Address, person, lang string) {
	if c.Person == "" {
		return mail.Address{Name: c.Name, Mail: c.Mail}, "", c.Lang
	}
	p, ok := people[c.Person]
	if !ok {
		return mail.Address{}, "", ""
	}
	return mail.Address{Name: p.Name, Mail: p.Mail}, p.ID, cmp.Or(c.Lang, p.Lang)
}

// subject reads what a letter says of a change beside itself.
func (s *Service) subject(ctx context.Context, q db.Querier, c Change) (subject, error) {
	id := cmp.Or(c.Created, c.Listing)
	if id == "" {
		return subjectOf(c, listing.Listing{}), nil
	}
	r, _, err := standing(ctx, q, id)
	if err != nil {
		return subject{}, err
	}
	return s.placed(ctx, subjectOf(c, r.Listing))
}

// placed adds in what names an edit is quoted.
func (s *Service) placed(ctx context.Context, about subject) (subject, error) {
	if about.Change.Kind != Edit {
		return about, nil
	}
	about.Terms = s.Taxonomies
	if about.Place = territory.Of(ctx); about.Place != nil && about.Place.Code == about.Change.Territory {
		return about, nil // of a page
	}
	var err error
	about.Place, err = s.Territories.Get(ctx, about.Change.Territory)
	return about, err
}

// subjectOf is what a letter says of a change whose card stands so, the zero one for none.
func subjectOf(c Change, l listing.Listing) subject {
	about := subject{Name: c.After.Name, Change: c}
	if l.ID != "" {
		about.Name = l.Name
	}
	if l.State == listing.Published {
		about.Slug = l.Slug
	}
	return about
}

// tellOwners lets the owners of a card know that somebody suggests a correction.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, c Change) error {
	about, err := s.subject(ctx, tx, c)
	if err != nil {
		return err
	}
	return s.toOwners(ctx, tx, about, kindSuggested, c.ID)
}

// toOwners writes to all who act for the company of a change.
func (s *Service) toOwners(ctx context.Context, tx *db.Tx, about subject, kind, event string) error {
	people, err := s.ownersToTell(ctx, tx, about.Change)
	if err != nil {
		return err
	}
	for _, p := range people {
		m := account.To(p.Person, about.Change.Territory, kind, event+"/"+p.ID)
		err := s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return ownersLetter(site, kind, about) })
		if err != nil {
			return err
		}
	}
	return nil
}

// ownersToTell are who act for the company of a change, but for its author and who is about to be erased.
func (s *Service) ownersToTell(ctx context.Context, q db.Querier, c Change) ([]account.Colleague, error) {
	people, err := s.Accounts.Acting(ctx, q, c.Company)
	return slices.DeleteFunc(people, func(p account.Colleague) bool { return !p.EraseAt.IsZero() || p.ID == c.Person }), err
}

// decisionLetter tells the author of a change what was decided.
func decisionLetter(site account.Site, about subject) mail.Letter {
	c := about.Change
	say := func(part string) string {
		return site.P.T(letterTexts+string(c.Kind)+"."+part, "name", mail.OneLine(about.Name), "cluster", site.Cluster, "fields", fieldNames(site.P, c.Taken))
	}
	outcome := string(c.State)
	switch {
	case c.State == Offered:
		outcome = string(Partly)
	case c.Kind == Suggestion && c.State == Accepted && len(c.Taken) == 0: // the team has seen to it, in whichever way
		outcome = "settled"
	case c.State == Expired && len(c.Passed) == 0: // the team has not answered, and no owner was asked
		outcome = "unread"
	}
	text := outcome
	if c.State == Refused && c.ByOwner {
		text = "refused_owner"
	}
	l := mail.Letter{Subject: say(outcome + "_subject"), Heading: say(outcome + "_subject"), Paragraphs: []string{say(text)}, Why: say("why")}
	if c.Reason != "" {
		l.Paragraphs = append(l.Paragraphs, site.P.T("curation.letter.reason", "reason", paragraph(c.Reason)))
	}
	if c.State != Expired { // the card offers to pick up what was refused
		l.Paragraphs = append(l.Paragraphs, quotes(site, about)...)
	}
	if c.State == Offered {
		l.Paragraphs = append(l.Paragraphs, site.P.T("curation.letter.offered_rest"))
	}
	path, label := CardPath(about.Slug), site.P.T("curation.letter.see_card")
	switch {
	case c.Kind == Edit:
		path, label = office.EditPath(c.Listing), site.P.T("curation.letter.edit_card")
	case about.Follow != "" && (c.State != Accepted || about.Slug == ""):
		path, label = about.Follow, site.P.T("curation.letter.see_decision")
	case about.Slug == "":
		path, label = "/annuaire", site.P.T("curation.letter.see_directory")
	}
	return site.Lead(l, letterTexts, path, label)
}

// ownersLetter tells the owners of a card of a correction that somebody proposes, or that the team passes on.
func ownersLetter(site account.Site, kind string, about subject) mail.Letter {
	c := about.Change
	fields := c.Fields
	if kind == kindOffered {
		fields = c.Passed
	}
	return site.Letter(letterTexts, kind, office.EditPath(c.Listing), "name", mail.OneLine(about.Name), "fields", fieldNames(site.P, fields))
}

// mostNamed is how many fields a letter names.
const mostNamed = 6

// fieldNames are fields in words.
func fieldNames(p *locale.Printer, fields []string) []string {
	names := make([]string, 0, len(fields))
	for _, f := range fields[:min(len(fields), mostNamed)] {
		names = append(names, p.T(listing.FieldKey(f)))
	}
	if more := len(fields) - mostNamed; more > 0 {
		names = append(names, p.T("curation.letter.more_fields", "n", more))
	}
	return names
}

// paragraph is a reason as a letter shows it: its lines one after the other.
func paragraph(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	return strings.Join(lines, " ")
}
