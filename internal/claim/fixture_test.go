package claim_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
)

// bench is the service over a database, with a clock that only the test moves.
type bench struct {
	t        *testing.T
	d        *db.DB
	s        *claim.Service
	accounts *account.Service
	outbox   *outbox
	mu       sync.Mutex
	clock    time.Time
	trust    map[string]bool     // proven, by company
	silenced map[string][]string // whose words were taken back
}

// outbox is the real one of a demonstration, and remembers what was put into it.
type outbox struct {
	*mail.Outbox
	mu  sync.Mutex
	all []mail.Message
}

func (o *outbox) Put(ctx context.Context, tx *db.Tx, m mail.Message) (bool, error) {
	added, err := o.Outbox.Put(ctx, tx, m)
	if added {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.all = append(o.all, m)
	}
	return added, err
}

// to are the kinds of this room's mails to an address, in their order.
func (o *outbox) to(address string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var kinds []string
	for _, m := range o.all {
		if kind, ours := strings.CutPrefix(m.Kind, "claim."); ours && m.To.Mail == address {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// last is the last mail of a kind to an address.
func (o *outbox) last(t *testing.T, kind, address string) mail.Message {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range slices.Backward(o.all) {
		if m.Kind == "claim."+kind && m.To.Mail == address {
			return m
		}
	}
	t.Fatalf("no mail %s among %d", kind, len(o.all))
	return mail.Message{}
}

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newBench(t, d)) })
}

func newBench(t *testing.T, d *db.DB) *bench {
	b := &bench{t: t, d: d, clock: time.Date(2026, time.March, 3, 1, 0, 0, 0, time.UTC), trust: map[string]bool{}, silenced: map[string][]string{}}
	b.outbox = &outbox{Outbox: mail.NewOutbox(mail.Options{DB: d, Now: b.now, Keep: true, From: "grappe@example.org"})}
	b.accounts = account.NewService(account.Rooms{
		DB: d, Outbox: b.outbox, Sites: b, Companies: company.Store{}, Now: b.now, Holders: func() []account.Holder { return []account.Holder{b.s} },
	})
	b.s = claim.New(claim.Rooms{
		DB: d, Accounts: b.accounts, Outbox: b.outbox, Sites: b, Now: b.now,
		Key: func(context.Context, string) ([]byte, error) { return []byte("the key of the tests"), nil },
		Trust: func(_ context.Context, _ *db.Tx, company string, proven bool) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.trust[company] = proven
			return nil
		},
		Silence: func(_ context.Context, _ *db.Tx, _ account.Actor, company string, persons []string) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.silenced[company] = persons
			return nil
		},
	})
	return b
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = b.clock.Add(d)
}

// Site implements account.Sites.
func (b *bench) Site(_ context.Context, _, lang string) (account.Site, error) {
	if lang == "" {
		lang = "fr"
	}
	return account.Site{P: localetest.Printer(b.t, lang, account.Texts, claim.Texts), Cluster: "Grappe", Base: "https://nc.example", Contact: "bonjour@example.org"}, nil
}

func (b *bench) write(f func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.d.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

// card stores a published card of New Caledonia, changed where there is something to change.
func (b *bench) card(change func(r *listing.Record)) (saved listing.Record) {
	b.t.Helper()
	r := listing.Record{Company: company.Company{UsualName: "Atelier du Lagon", Status: company.Active}, Listing: listing.Listing{
		Territory: "nc", State: listing.Published, Content: listing.Content{
			Name: "Atelier du Lagon", Category: listing.Company, Emails: []string{"Bonjour@atelier.nc", "atelier@lagoon.nc"}, Websites: []string{"https://www.atelier.nc/"},
		},
	}}
	if change != nil {
		change(&r)
	}
	b.write(func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.Save(b.t.Context(), tx, r, b.now())
		return err
	})
	return saved
}

// by signs the person of an address in and gives the actor in New Caledonia.
func (b *bench) by(address string) account.Actor {
	b.t.Helper()
	var token string
	b.write(func(tx *db.Tx) error {
		p, _, err := b.accounts.Arrive(b.t.Context(), tx, address, "nc", "fr")
		if err != nil {
			return err
		}
		token, err = b.accounts.Enter(b.t.Context(), tx, p, account.Proof{Method: account.ByPasskey, Territory: "nc"}, "")
		return err
	})
	a, err := b.accounts.Actor(b.t.Context(), token, "nc")
	b.must(err)
	return a
}

// staff signs somebody of the team in.
func (b *bench) staff(address string, role account.Role) account.Actor {
	b.t.Helper()
	_, err := b.accounts.Appoint(b.t.Context(), account.Operator("nc"), address, role)
	b.must(err)
	return b.by(address)
}

// people are who acts for a company, with their roles.
func (b *bench) people(company string) map[string]account.Role {
	b.t.Helper()
	all, err := b.accounts.Acting(b.t.Context(), b.d.Read(), company)
	b.must(err)
	found := map[string]account.Role{}
	for _, p := range all {
		found[p.Mail] = p.Role
	}
	return found
}

func (b *bench) attach(address, company string, role account.Role) account.Actor {
	b.t.Helper()
	by := b.by(address)
	b.write(func(tx *db.Tx) error { return b.accounts.Attach(b.t.Context(), tx, by.Person, company, "nc", role) })
	return b.by(address)
}

func (b *bench) door(by account.Actor, r listing.Record) claim.Door {
	b.t.Helper()
	d, err := b.s.Door(b.t.Context(), by, "nc", r.Listing.Slug)
	b.must(err)
	return d
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%v (%+v)", err, errs.As(err))
	}
}

// want reports an error that is not of the kind and key.
func (b *bench) want(err error, kind errs.Kind, key string) {
	b.t.Helper()
	e := errs.As(err)
	if e == nil || e.Kind != kind || e.Key != key && (len(e.Fields) == 0 || e.Fields[0].Key != key) {
		b.t.Errorf("%v, want %v with %s", err, kind, key)
	}
}

// code is the code of the last letter to an address.
func (b *bench) code(address string) string {
	b.t.Helper()
	return strings.ReplaceAll(b.outbox.last(b.t, "code", address).Letter.Code, "\u00a0", "")
}

// actions are what the trail says was done to a company by this room, the first first.
func (b *bench) actions(company string) []string {
	b.t.Helper()
	rows, err := b.d.Read().QueryContext(b.t.Context(), "SELECT action FROM audit_entries WHERE object = $1 AND action LIKE 'claim.%' ORDER BY id", company)
	b.must(err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		b.must(rows.Scan(&one))
		all = append(all, strings.TrimPrefix(one, "claim."))
	}
	b.must(rows.Err())
	return all
}

func tokenIn(url string) string {
	return regexp.MustCompile(claim.DisputePath + `(.+)$`).FindStringSubmatch(url)[1]
}

// pdf is a document as it is handed in.
func pdf() []byte { return []byte("%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n") }
