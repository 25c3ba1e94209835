package suggest

import (
	"context"
	"net/netip"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
	"grappe/internal/platform/web"
)

// sending is somebody who sends a form.
type sending struct {
	Change curation.Change // what they would have changed; who they are is in it
	Name   string          // of the card or of the organisation, for the letter
	By     account.Actor
	Client netip.Addr
	After  time.Duration             // between the form and its coming back
	Link   func(token string) string // absolute address, "" where there is none
}

// send takes what somebody says: it waits for the team at once where they are signed in, else once they have confirmed their mail,
// which a letter asks. It returns errs.TooMany, the errors of curation.Propose, and errs.Unavailable where no letter could lead back
// here.
func (s *Service) send(ctx context.Context, in sending) (curation.Change, error) {
	key, err := s.key(ctx)
	if err != nil {
		return curation.Change{}, err
	}
	in.Change.State = curation.Unconfirmed
	if in.By.SignedIn() {
		in.Change.State, in.Change.Person = curation.Waiting, in.By.Person
	} else if in.Link("") == "" {
		return curation.Change{}, errs.New(errs.Unavailable, "suggest.no_address", nil)
	}
	site, err := s.Sites.Site(ctx, in.Change.Territory, in.Change.Lang)
	if err != nil {
		return curation.Change{}, err
	}
	var change curation.Change
	var refused error
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if refused = s.count(ctx, tx, in); refused != nil {
			if errs.Is(refused, errs.TooMany) { // what was counted is committed with a refusal
				return nil
			}
			return refused
		}
		signs, err := s.judge(ctx, tx, in)
		if err != nil {
			return err
		}
		in.Change.Signs = append(in.Change.Signs, signs...)
		if change, err = s.Changes.Propose(ctx, tx, in.Change); err != nil || change.State != curation.Unconfirmed {
			return err
		}
		_, err = s.Outbox.Put(ctx, tx, confirmMessage(change, site, in.Name, in.Link(path+token(key, mayAct, change.ID))))
		return err
	})
	if err == nil {
		err = refused
	}
	return change, err
}

// count counts the act for all whom it concerns: who sends comes before what is sent, and that before all others.
func (s *Service) count(ctx context.Context, tx *db.Tx, in sending) error {
	acts := []throttle.Act{s.limits.client.By(in.By.Person), s.limits.clientDay.By(in.By.Person)}
	if !in.By.SignedIn() { // who is gets no letter
		client := web.Network(in.Client).String()
		acts = []throttle.Act{s.limits.client.By(client), s.limits.clientDay.By(client), s.limits.mail.By(in.Change.Mail), s.limits.mailDay.By(in.Change.Mail)}
	}
	if in.Change.Listing != "" {
		acts = append(acts, s.limits.card.By(in.Change.Listing))
	}
	return throttle.TakeAll(ctx, tx, s.Now(), "suggest.too_many", append(acts, s.limits.territory.By(in.Change.Territory))...)
}

// fewest is how long the fastest reader needs for a form.
const fewest = 4 * time.Second

// judge tells what in how a form came speaks for spam; what is in it, curation judges. The team's own people bear no sign.
func (s *Service) judge(ctx context.Context, tx *db.Tx, in sending) (signs []string, err error) {
	if in.By.Staff() {
		return nil, nil
	}
	if in.After < fewest && !s.Demo { // a demonstration waits for nobody
		signs = append(signs, curation.SignHasty)
	}
	for _, r := range []struct {
		rule    throttle.Rule
		subject string
		sign    string
	}{{s.limits.often, web.Network(in.Client).String(), curation.SignOften}, {s.limits.again, alike(in.Change.Message), curation.SignAgain}} {
		much, err := beyond(ctx, tx, s.Now(), r.rule, r.subject)
		if err != nil {
			return nil, err
		}
		if much {
			signs = append(signs, r.sign)
		}
	}
	return signs, nil
}

// card gives the card that a path of the directory leads to, in whatever state, and the page elsewhere that it is a copy of.
func (s *Service) card(ctx context.Context, territory, slug string) (listing.Listing, string, error) {
	l, err := s.listings.BySlug(ctx, s.DB.Read(), territory, slug)
	if err != nil || s.Original == nil {
		return l, "", err
	}
	original, err := s.Original(ctx, territory, l.ID)
	return l, original, err
}
