package freshness

import (
	"context"
	"fmt"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// The kinds of this room's letters.
const (
	kindReminder = "freshness.reminder"
	kindLapsed   = "freshness.lapsed"
)

// letterHolds is for how long a letter is worth sending: what the base says then is told by the next.
const letterHolds = 14 * 24 * time.Hour

// asked is what a letter asks about.
type asked struct {
	name        string
	facts       []string // what the card says, in short
	confirmed   time.Time
	unconfirmed time.Time // from when on the card says so; zero where it does already
	lapse       time.Time // when it leaves; zero where it has left
	link, edit  string    // absolute
	own         bool      // the reader acts for the company
}

// write puts the letters about a task, and gives how many went out.
func (s *Service) write(ctx context.Context, tx *db.Tx, o occasion, one *task, readers []reader) (written int, err error) {
	if len(readers) == 0 {
		return 0, nil
	}
	token, err := link{one.card.ID, o.now}.token(o.signs.link)
	if err != nil {
		return 0, err
	}
	kind, round := kindReminder, fmt.Sprintf("%s/%d/%d/%d", one.card.ID, db.ToMillis(one.card.anchor()), one.step.Months, db.ToMillis(one.begun))
	if one.step.Do == Lapse {
		kind = kindLapsed
	}
	for _, r := range readers {
		site, ok := o.sites[r.lang]
		if !ok {
			if site, err = s.Sites.Site(ctx, o.t.Code, r.lang); err != nil {
				return written, err
			}
			o.sites[r.lang] = site
		}
		m := mail.Message{
			Event: kind + "/" + round + "/" + r.whom, Kind: kind, To: r.to, Person: r.person, Territory: o.policy.Territory, From: mail.OneLine(o.policy.Signer),
			Letter: letter(site, kind, o.ask(site, one, r, token)), Secret: true, Until: o.now.Add(letterHolds),
		}
		stop, err := s.Unsubscribe(ctx, tx, r.whom, Topic)
		if err != nil {
			return written, err
		}
		if m.Unsubscribe = site.URL(stop); m.Unsubscribe != "" {
			m.Topic = Topic
		}
		added, err := s.Outbox.Put(ctx, tx, site.Sign(m))
		if err != nil {
			return written, err
		}
		if added {
			written++
		}
	}
	return written, nil
}

// ask is what a letter to a reader asks about.
func (o occasion) ask(site account.Site, one *task, r reader, token string) asked {
	l, p := one.listing, o.policy
	a := asked{
		name: mail.OneLine(l.Name), facts: facts(l, o.t.Country), confirmed: l.ConfirmedAt,
		link: site.URL(ExactPath + token), edit: site.URL(office.ClaimPath(l.Slug)), own: r.person != "",
	}
	if a.own {
		a.edit = site.URL(office.EditPath(l.ID))
	}
	if one.step.Do == Remind {
		after := p.reminded(one.card, one.step.Months, true, o.now)
		a.lapse = p.lapseOf(after)
		if !l.ConfirmedAt.IsZero() {
			a.unconfirmed = listing.MonthsLater(l.ConfirmedAt, p.Unconfirmed, p.Zone)
		}
		if !o.now.Before(a.unconfirmed) {
			a.unconfirmed = time.Time{}
		}
	}
	return a
}

// letter makes the letter of a kind from the texts under "freshness.letter.<kind>.".
func letter(site account.Site, kind string, a asked) mail.Letter {
	p := site.P
	args := []any{"name", a.name, "cluster", site.Cluster, "date", p.Date(a.confirmed), "unconfirmed", p.Date(a.unconfirmed), "lapse", p.Date(a.lapse)}
	say := func(key string) string { return p.T("freshness.letter."+key, args...) }
	since := say("since")
	if a.confirmed.IsZero() {
		since = say("never")
	}
	l := mail.Letter{
		Action: &mail.Action{Label: say("button"), URL: a.link}, Second: &mail.Action{Label: say("edit"), URL: a.edit}, After: []string{say("how")}, Why: say("why_address"),
	}
	if a.own {
		l.Why = say("why_own")
	}
	if kind == kindLapsed {
		l.Subject, l.Heading = say("lapsed_subject"), say("lapsed_heading")
		l.Paragraphs = []string{say("lapsed_text") + " " + since, say("lapsed_back")}
		return l
	}
	l.Subject, l.Heading = say("subject"), say("heading")
	l.Paragraphs = []string{say("text") + " " + since}
	if len(a.facts) > 0 {
		l.Paragraphs = append(l.Paragraphs, p.T("freshness.letter.facts", "facts", strings.Join(a.facts, " · ")))
	}
	end := "or_lapse"
	if !a.unconfirmed.IsZero() {
		end = "or_unconfirmed"
	}
	l.After = append(l.After, say(end))
	return l
}

// facts are what a card says, in short: what changes most, and nothing that is not public.
func facts(l listing.Listing, country string) []string {
	var all []string
	add := func(values []string) {
		if len(values) > 0 {
			all = append(all, mail.OneLine(values[0]))
		}
	}
	for _, phone := range l.Phones[:min(1, len(l.Phones))] {
		add([]string{listing.DisplayPhone(phone, country)})
	}
	add(l.Emails)
	add(l.Websites)
	if place := mail.OneLine(strings.ReplaceAll(strings.TrimSpace(l.Address), "\n", ", ")); place != "" {
		add([]string{strings.TrimSuffix(place+", "+mail.OneLine(l.City), ", ")})
	}
	return all
}
