package freshness_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// recorder is an outbox that keeps what was put into it in memory: each event once, as the real one does.
type recorder struct {
	mu       sync.Mutex
	all      []mail.Message
	events   map[string]bool
	refusing map[string]bool
	silent   bool
	whole    int          // how often all that refuse were read
	put      func() error // what happens before a letter is taken, nil for nothing
}

func (r *recorder) Put(_ context.Context, _ *db.Tx, m mail.Message) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.put != nil {
		if err := r.put(); err != nil {
			return false, err
		}
	}
	if r.events[m.Event] {
		return false, nil
	}
	r.events[m.Event] = true
	r.all = append(r.all, m)
	return true, nil
}

func (r *recorder) Ready() bool { return !r.silent }

func (r *recorder) Refusing(context.Context, db.Querier) (map[string]bool, error) {
	r.whole++
	return r.refusing, nil
}

func (r *recorder) RefusingAmong(_ context.Context, _ db.Querier, addresses []string) (map[string]bool, error) {
	found := map[string]bool{}
	for _, address := range addresses {
		found[address] = r.refusing[address]
	}
	return found, nil
}

// take gives the letters that were put since the last time.
func (r *recorder) take() []mail.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

// bench is the service over a base, with a clock that only the test moves.
type bench struct {
	t        testing.TB
	d        *db.DB
	s        *freshness.Service
	accounts *account.Service
	cards    *listing.Service
	mails    *recorder
	place    *territory.Territory
	clock    time.Time
	base     string
	outbox   freshness.Outbox // instead of mails, nil for these
	printers map[string]*locale.Printer
}

func newBench(t testing.TB, d *db.DB, code string) *bench {
	b := &bench{t: t, d: d, clock: time.Date(2024, 1, 8, 22, 30, 0, 0, time.UTC), base: "https://grappe.example/" + code}
	b.mails = &recorder{events: map[string]bool{}, refusing: map[string]bool{}}
	var err error
	if b.place, err = territory.Load(presets.FS, code); err != nil {
		t.Fatal(err)
	}
	b.open()
	return b
}

// open makes the service anew, as a process that starts.
func (b *bench) open() {
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		b.t.Fatal(err)
	}
	var out freshness.Outbox = b.mails
	if b.outbox != nil {
		out = b.outbox
	}
	b.accounts = account.NewService(account.Rooms{DB: b.d, Outbox: b.mails, Sites: b, Companies: company.Store{}, Now: b.now})
	b.cards = listing.NewService(b.d, b.now)
	b.s = freshness.NewService(freshness.Rooms{
		DB: b.d, Accounts: b.accounts, Listings: b.cards, Territories: b, Competences: competences, Outbox: out, Sites: b, Now: b.now,
		Key: func(ctx context.Context, purpose string) ([]byte, error) {
			key := sha256.Sum256([]byte(purpose))
			return key[:], b.d.Write(ctx, func(*db.Tx) error { return nil }) // as the first key of an instance is made: not within a transaction
		},
		Says: func(_ *territory.Territory, _ *locale.Printer, c listing.Content, field string) []string {
			return map[string][]string{"opening_hours": {c.OpeningHours}, "service_area": c.ServiceArea.Zones}[field]
		},
		Unsubscribe: func(_ context.Context, _ *db.Tx, whom, topic string) (string, error) {
			return "/desabonnement/" + topic + "-" + whom, nil
		},
	})
	b.must(b.s.Reload(b.t.Context()))
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) now() time.Time { return b.clock }

// List implements freshness.Territories.
func (b *bench) List(context.Context) ([]*territory.Territory, error) {
	return []*territory.Territory{b.place}, nil
}

// Site implements account.Sites.
func (b *bench) Site(_ context.Context, code, lang string) (account.Site, error) {
	if code != b.place.Code {
		return account.Site{}, errs.New(errs.NotFound, "territory.unknown", nil)
	}
	if lang == "" {
		lang = "fr"
	}
	return account.Site{
		P: b.printer(lang), Cluster: "Grappe " + code, Base: b.base, Accent: "#0A5A78", Contact: "bonjour@example.org",
	}, nil
}

func (b *bench) printer(lang string) *locale.Printer {
	if b.printers == nil {
		b.printers = map[string]*locale.Printer{}
		for _, lang := range locale.Languages() {
			b.printers[lang] = localetest.Load(b.t, freshness.Texts).Printer(lang, b.place.Location(), b.place.Currency)
		}
	}
	return b.printers[lang]
}

func (b *bench) admin() account.Actor {
	return account.Actor{Person: "admin", Territory: b.place.Code, Roles: []account.Role{account.Administrator}}
}

func (b *bench) write(f func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	b.must(b.d.Write(b.t.Context(), func(tx *db.Tx) error { return f(b.t.Context(), tx) }))
}

// card is a public card of a company of its own, that publishes an address.
func (b *bench) card(i int, confirmed time.Time) listing.Record {
	name := fmt.Sprintf("Société %04d", i)
	return listing.Record{
		Company: company.Company{Territory: b.place.Code, UsualName: name, Status: company.Active},
		Listing: listing.Listing{
			Territory: b.place.Code, State: listing.Published, ConfirmedAt: confirmed,
			Content: listing.Content{
				Name: name, Category: listing.Company, Headline: "Sites et applications", Emails: []string{fmt.Sprintf("contact-%04d@exemple.nc", i)},
				Phones: []string{"+687271234"}, Competences: []string{"web-development"}, Zone: b.place.Zones[len(b.place.Zones)-1].Code,
			},
		},
	}
}

// save stores cards.
func (b *bench) save(records ...listing.Record) []listing.Listing {
	b.t.Helper()
	var out []listing.Listing
	b.write(func(ctx context.Context, tx *db.Tx) error {
		saved, err := listing.Store{}.SaveBatch(ctx, tx, records, b.now())
		out = nil
		for _, r := range saved {
			out = append(out, r.Listing)
		}
		return err
	})
	return out
}

func (b *bench) read(id string) listing.Listing {
	b.t.Helper()
	l, err := listing.Reader{}.ByID(b.t.Context(), b.d.Read(), id)
	b.must(err)
	return l
}

// person is somebody who acts for a company, with the topics that they refuse.
func (b *bench) person(address, company string, refused ...string) account.Person {
	b.t.Helper()
	var p account.Person
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if p, _, err = b.accounts.Arrive(ctx, tx, address, b.place.Code, "fr"); err != nil || company == "" {
			return err
		}
		return b.accounts.Attach(ctx, tx, p.ID, company, b.place.Code, account.CompanyManager)
	})
	for _, topic := range refused {
		b.must(b.accounts.Refuse(b.t.Context(), p.ID, topic))
	}
	return p
}

// begin has the reminders begin.
func (b *bench) begin() {
	b.t.Helper()
	p, err := b.s.Policy(b.t.Context(), b.admin(), b.place)
	b.must(err)
	p.Active = true
	_, err = b.s.SetPolicy(b.t.Context(), b.admin(), b.place, p)
	b.must(err)
}

// tick moves the clock to a time of the day there, so many days later, and does what is due.
func (b *bench) tick(days, hour, minute int) {
	b.t.Helper()
	b.move(days, hour, minute)
	b.must(b.s.Tick(b.t.Context()))
}

// move moves the clock to a time of the day there, so many days later.
func (b *bench) move(days, hour, minute int) {
	y, m, d := b.clock.In(b.place.Location()).Date()
	b.clock = time.Date(y, m, d+days, hour, minute, 0, 0, b.place.Location()).UTC()
}

// day is the date there.
func (b *bench) day() string { return b.clock.In(b.place.Location()).Format(time.DateOnly) }
