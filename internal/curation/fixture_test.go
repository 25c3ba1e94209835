package curation_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// house is the service with the rooms that it stands on, and a clock that only the test moves.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	cards    *listing.Service
	queue    *queue.Queue
	s        *curation.Service

	mu    sync.Mutex
	clock time.Time
	mails []mail.Message

	lise, rene account.Actor // project managers
	lea        account.Actor // a reader
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// recorder is the outbox of a demonstration, and remembers what was put into it.
type recorder struct {
	*mail.Outbox
	h *house
}

func (r recorder) Put(ctx context.Context, tx *db.Tx, m mail.Message) (bool, error) {
	added, err := r.Outbox.Put(ctx, tx, m)
	if added {
		r.h.mu.Lock()
		r.h.mails = append(r.h.mails, m)
		r.h.mu.Unlock()
	}
	return added, err
}

// letters are the mails of this room to an address: its kind, subject and paragraphs.
func (h *house) letters(address string) []mail.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []mail.Message
	for _, m := range h.mails {
		if m.To.Mail == address && strings.HasPrefix(m.Kind, "curation.") {
			found = append(found, m)
		}
	}
	return found
}

type sites struct{ fr, en *locale.Printer }

func (s sites) Site(_ context.Context, _, lang string) (account.Site, error) {
	p := s.fr
	if lang == "en" {
		p = s.en
	}
	return account.Site{P: p, Cluster: "Grappe", Base: "https://grappe.example/nc"}, nil
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newHouse(t, d, 0)) })
}

func newHouse(t *testing.T, d *db.DB, grace time.Duration) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: time.Date(2026, 11, 30, 2, 30, 0, 0, time.UTC)}
	rooms := territory.NewService(d, presets.FS)
	if _, err := rooms.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	h.queue = queue.New(queue.Options{DB: d, Now: h.now})
	out := recorder{mail.NewOutbox(mail.Options{DB: d, Queue: h.queue, Now: h.now, From: "x@grappe.example", Hostname: "grappe.example", Keep: true}), h}
	site := sites{localetest.Printer(t, "fr", account.Texts, curation.Texts, listing.Texts), localetest.Printer(t, "en", account.Texts, curation.Texts, listing.Texts)}
	h.accounts = account.NewService(account.Rooms{
		DB: d, Outbox: out, Sites: site, Companies: company.Store{}, Now: h.now, Holders: func() []account.Holder { return []account.Holder{h.s} },
	})
	h.cards = listing.NewService(d, h.now)
	tax := curation.Taxonomies{}
	for name, to := range map[string]**taxonomy.Taxonomy{taxonomy.Competences: &tax.Competences, taxonomy.Sectors: &tax.Sectors} {
		var err error
		if *to, err = taxonomy.Load(presets.FS, name); err != nil {
			t.Fatal(err)
		}
	}
	h.s = curation.NewService(curation.Rooms{
		DB: d, Accounts: h.accounts, Listings: h.cards, Territories: rooms, Taxonomies: tax, Sites: site, Queue: h.queue, Now: h.now, Grace: grace,
	})
	h.lise, h.rene = h.appoint("lise@grappe.example", "Lise", account.ProjectManager), h.appoint("rene@grappe.example", "René", account.ProjectManager)
	h.lea = h.appoint("lea@grappe.example", "Léa", account.Reader)
	return h
}

func (h *house) appoint(address, name string, role account.Role) account.Actor {
	h.t.Helper()
	p, err := h.accounts.Appoint(h.t.Context(), account.Operator("nc"), address, role)
	h.must(err)
	actor := account.Actor{Person: p.ID, Mail: p.Mail, Name: name, Territory: "nc", Lang: "fr", Roles: []account.Role{role}, ProvedAt: h.now(), StrongAt: h.now()}
	h.must(h.accounts.SetProfile(h.t.Context(), actor, account.Profile{Name: name, Lang: "fr"}))
	return actor
}

// owner is a person who acts for the company of a card.
func (h *house) owner(address, name string, l listing.Listing) account.Actor {
	h.t.Helper()
	actor := account.Actor{Mail: address, Name: name, Territory: "nc", Lang: "fr", ProvedAt: h.now(), Companies: map[string]account.Role{l.CompanyID: account.CompanyManager}}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, _, err := h.accounts.Arrive(ctx, tx, address, "nc", "fr")
		actor.Person = p.ID
		return cmp.Or(err, h.accounts.Name(ctx, tx, p.ID, name), h.accounts.Attach(ctx, tx, p.ID, l.CompanyID, "nc", account.CompanyManager))
	})
	return actor
}

// imported is a published card as an import leaves it.
func (h *house) imported(name string) listing.Listing {
	h.t.Helper()
	var l listing.Listing
	source := company.Source{Kind: company.FromImport, Name: "test", At: h.now().AddDate(0, -2, 0)}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		card := listing.Listing{Territory: "nc", State: listing.Published}
		card, _ = listing.Merge(card, listing.Content{
			Name: name, Category: listing.Company, Headline: "Sites et applications", Phones: []string{"+687251010"}, Emails: []string{"contact@atelier.example"},
			Address: "12 rue de l’Alma", Postcode: "98800", City: "Nouméa",
		}, nil, source)
		saved, err := listing.Store{}.Save(ctx, tx, listing.Record{Listing: card, Company: company.Company{Territory: "nc", UsualName: name, Status: company.Active}}, h.now())
		l = saved.Listing
		return err
	})
	return l
}

func (h *house) card(id string) listing.Listing {
	h.t.Helper()
	l, err := listing.Reader{}.ByID(h.t.Context(), h.db.Read(), id)
	h.must(err)
	return l
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error { return do(h.t.Context(), tx) }))
}

// suggest proposes a change that waits, by somebody without an account.
func (h *house) suggest(l listing.Listing, content listing.Content, fields ...string) curation.Change {
	h.t.Helper()
	return h.propose(curation.Change{
		Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, Base: l.Version, After: content, Fields: fields,
		Mail: "passant@exemple.example", Name: "Un passant", Lang: "fr",
	})
}

func (h *house) propose(c curation.Change) curation.Change {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = h.s.Propose(ctx, tx, c)
		return err
	})
	return c
}

// refusedFields are the names of the fields that an error blames.
func refusedFields(err error) []string {
	var names []string
	if e := errs.As(err); e != nil {
		for _, f := range e.Fields {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}
