package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
)

// recorder is the real outbox of a demonstration, which sends nothing, and remembers what was put into it.
type recorder struct {
	*mail.Outbox
	mu  sync.Mutex
	all []mail.Message
}

func (r *recorder) Put(ctx context.Context, tx *db.Tx, m mail.Message) (bool, error) {
	added, err := r.Outbox.Put(ctx, tx, m)
	if added {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, m)
	}
	return added, err
}

// kinds are the kinds of the mails to an address, in their order.
func (r *recorder) kinds(address string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kinds []string
	for _, m := range r.all {
		if m.To.Mail == address {
			kinds = append(kinds, strings.TrimPrefix(m.Kind, "account."))
		}
	}
	return kinds
}

// link is the token of the last invitation to an address.
func (r *recorder) link(t *testing.T, address string) string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range slices.Backward(r.all) {
		if m.To.Mail == address && m.Letter.Action != nil {
			if _, token, ok := strings.Cut(m.Letter.Action.URL, account.PathInvitation); ok {
				return token
			}
		}
	}
	t.Fatalf("no invitation to that address among %d mails", len(r.all))
	return ""
}

// bench is a service over a database, with a clock that only the test moves.
type bench struct {
	t         *testing.T
	d         *db.DB
	s         *account.Service
	mails     *recorder
	mu        sync.Mutex
	clock     time.Time
	base      string
	consented map[string]bool
	holders   []account.Holder
}

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newBench(t, d)) })
}

func newBench(t *testing.T, d *db.DB) *bench {
	b := &bench{
		t: t, d: d, clock: time.Date(2026, time.March, 3, 1, 0, 0, 0, time.UTC), base: "https://nc.example", consented: map[string]bool{},
	}
	b.mails = &recorder{Outbox: mail.NewOutbox(mail.Options{DB: d, Now: b.now, Keep: true, From: "grappe@example.org"})}
	b.s = account.NewService(account.Rooms{
		DB: d, Outbox: b.mails, Sites: b, Companies: b, Now: b.now, Holders: func() []account.Holder { return b.holders },
		Unsubscribe: func(_ context.Context, _ *db.Tx, person, topic string) (string, error) {
			return "/desabonnement/" + topic + "-" + person, nil
		},
		Consented: func(_ context.Context, _ *db.Tx, company string, given bool) error {
			b.consented[company] = given
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

func (b *bench) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = b.clock.Add(d)
}

// Site implements account.Sites for the territories nc and wf.
func (b *bench) Site(_ context.Context, territory, lang string) (account.Site, error) {
	if territory != "nc" && territory != "wf" {
		return account.Site{}, errs.New(errs.NotFound, "territory.unknown", nil)
	}
	return account.Site{
		P: localetest.Printer(b.t, lang, account.Texts), Cluster: "Grappe " + territory, Base: b.base, Accent: "#0A5A78", Contact: "bonjour@example.org",
	}, nil
}

// CompanyName implements account.Companies: the real store stands beside this room, which must not know it.
func (b *bench) CompanyName(ctx context.Context, q db.Querier, id string) (name, territory string, err error) {
	err = db.Found(q.QueryRowContext(ctx, "SELECT usual_name, territory FROM companies WHERE id = $1", id).Scan(&name, &territory))
	return name, territory, err
}

func (b *bench) write(f func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.d.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

// company makes a company of a territory and gives its identifier.
func (b *bench) company(territory, name string) (id string) {
	b.t.Helper()
	id = db.NewID()
	b.write(func(tx *db.Tx) error {
		_, err := tx.ExecContext(b.t.Context(), `INSERT INTO companies (id, territory, legal_name, usual_name, identifiers, activities, size_class,
			founded_year, status, establishments, provenance, created_at, updated_at, version)
			VALUES ($1, $2, '', $3, '[]', '[]', '', 0, 'active', '[]', '{}', 1, 1, 1)`, id, territory, name)
		return err
	})
	return id
}

// person gives the person of an address, made where there is none.
func (b *bench) person(address string) (p account.Person) {
	b.t.Helper()
	b.write(func(tx *db.Tx) (err error) {
		p, _, err = b.s.Arrive(b.t.Context(), tx, address, "nc", "fr")
		return err
	})
	return p
}

// attach lets the person of an address act for a company of nc.
func (b *bench) attach(address, company string, role account.Role) account.Person {
	b.t.Helper()
	p := b.person(address)
	b.write(func(tx *db.Tx) error { return b.s.Attach(b.t.Context(), tx, p.ID, company, "nc", role) })
	return p
}

// appoint gives the person of an address a role in the team of nc.
func (b *bench) appoint(address string, role account.Role) account.Person {
	b.t.Helper()
	p, err := b.s.Appoint(b.t.Context(), account.Operator("nc"), address, role)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// enter signs the person of an address in and gives the token.
func (b *bench) enter(address string, method account.Method) (token string) {
	b.t.Helper()
	p := b.person(address)
	b.write(func(tx *db.Tx) (err error) {
		token, err = b.s.Enter(b.t.Context(), tx, p, account.Proof{Method: method, Territory: "nc", Agent: "Firefox, Android"}, "")
		return err
	})
	return token
}

// by signs the person of an address in with a passkey and gives the actor in nc.
func (b *bench) by(address string) account.Actor {
	b.t.Helper()
	return b.actor(b.enter(address, account.ByPasskey), "nc")
}

func (b *bench) actor(token, territory string) account.Actor {
	b.t.Helper()
	a, err := b.s.Actor(b.t.Context(), token, territory)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// must stops the test on an error.
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

// number reads one number.
func (b *bench) number(query string, args ...any) (n int) {
	b.t.Helper()
	b.must(b.d.Read().QueryRowContext(b.t.Context(), query, args...).Scan(&n))
	return n
}

// atOnce runs functions at the same time and gives their errors.
func atOnce(all ...func() error) []error {
	faults := make([]error, len(all))
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, f := range all {
		wg.Go(func() {
			<-start
			faults[i] = f()
		})
	}
	close(start)
	wg.Wait()
	return faults
}

// oneWins reports races that not exactly one has won, the others losing by errs.Conflict.
func (b *bench) oneWins(faults []error) {
	b.t.Helper()
	won := 0
	for _, err := range faults {
		if err == nil {
			won++
		} else if !errs.Is(err, errs.Conflict) {
			b.t.Errorf("lost by %v", err)
		}
	}
	if won != 1 {
		b.t.Errorf("%d of %d have won", won, len(faults))
	}
}

// CompanyNames implements account.Companies.
func (b *bench) CompanyNames(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		name, _, err := b.CompanyName(ctx, q, id)
		if err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, nil
}
