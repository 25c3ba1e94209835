package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/desk"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

func now() time.Time { return time.Date(2026, 11, 30, 2, 30, 0, 0, time.UTC) }

// house is a desk with the rooms behind it.
type house struct {
	t        testing.TB
	db       *db.DB
	accounts *account.Service
	queue    *queue.Queue
	outbox   *mail.Outbox
	service  *desk.Service
	router   *web.Router
	state    *state
}

// state is what the rooms say that the desk only asks.
type state struct {
	at      time.Time
	index   desk.IndexState
	backup  desk.Backup
	space   desk.Space
	waiting []office.Waiting
	fails   bool
}

var errDown = errors.New("down")

func (s *state) err() error {
	if s.fails {
		return errDown
	}
	return nil
}

func (s *state) IndexState(context.Context, string) (desk.IndexState, error) {
	return s.index, s.err()
}
func (s *state) LastBackup(context.Context) (desk.Backup, error) { return s.backup, s.err() }
func (s *state) Storage(context.Context) (desk.Space, error)     { return s.space, s.err() }
func (s *state) Waiting(_ context.Context, _ account.Actor, lang string) ([]office.Waiting, error) {
	return slices.Clone(s.waiting), s.err()
}

// companies are those of the base, as app would hand them in.
type companies struct{ d *db.DB }

func (c companies) Company(ctx context.Context, territory, id string) (desk.Company, error) {
	found, err := company.Store{}.ByID(ctx, c.d.Read(), id)
	if err == nil && found.Territory != territory {
		err = errs.New(errs.NotFound, "account.not_here", nil)
	}
	return shown(found), err
}

func shown(c company.Company) desk.Company {
	v := desk.Company{ID: c.ID, Name: c.UsualName, Place: "Nouméa", Number: "0 123 456"}
	if strings.HasPrefix(c.UsualName, "Lagon") {
		v.Mails, v.Card = []string{"contact@lagon.example"}, "/annuaire/lagon"
	}
	v.Natural, v.Consented = strings.HasSuffix(c.UsualName, "seule"), v.Card != ""
	return v
}

func (c companies) FindCompanies(ctx context.Context, territory, name string, limit int) ([]desk.Company, error) {
	var list []desk.Company
	rows, err := c.d.Read().QueryContext(ctx, `SELECT id FROM companies WHERE territory = $1 AND lower(usual_name) LIKE $2 ORDER BY usual_name LIMIT $3`,
		territory, "%"+strings.ToLower(name)+"%", limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	found, err := company.Store{}.ByIDs(ctx, c.d.Read(), ids)
	for _, id := range ids {
		list = append(list, shown(found[id]))
	}
	return list, err
}

func (c companies) CompanyNames(ctx context.Context, _ string, ids []string) (map[string]string, error) {
	names := map[string]string{}
	found, err := company.Store{}.ByIDs(ctx, c.d.Read(), ids)
	for id, one := range found {
		names[id] = one.UsualName
	}
	return names, err
}

// sites are territories as letters show them.
type sites struct{ p *locale.Printer }

func (s sites) Site(context.Context, string, string) (account.Site, error) {
	return account.Site{P: s.p, Cluster: "Grappe", Base: "https://grappe.example"}, nil
}

// sends refuses the addresses that begin so, cannot reach those that are down, and takes all others.
type sends struct{}

func (sends) Send(_ context.Context, e mail.Envelope) error {
	switch to := e.To; {
	case strings.HasPrefix(to, "refus"):
		return &mail.Fault{Verdict: mail.Refuses, Reason: "mail.reason_refused", Stage: "rcpt", Code: 550, Enhanced: "5.1.1"}
	case strings.HasPrefix(to, "trop"):
		return &mail.Fault{Verdict: mail.Never, Reason: "mail.reason_content", Stage: "data", Code: 552}
	case strings.HasPrefix(to, "panne"):
		return &mail.Fault{Verdict: mail.Again, Reason: "mail.reason_network", Stage: "connect"}
	}
	return nil
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	s := &state{at: now(), index: desk.IndexState{Ready: true, Cards: 1640}, backup: desk.Backup{At: now().Add(-5 * time.Hour), Size: 48 << 20}, space: desk.Space{Base: 96 << 20, Free: 60 << 30, Disk: 100 << 30}}
	clock := func() time.Time { return s.at }
	q := queue.New(queue.Options{DB: d, Now: clock})
	o := mail.NewOutbox(mail.Options{DB: d, Queue: q, Now: clock, Transport: sends{}, From: "ne-pas-repondre@grappe.example", Hostname: "grappe.example"})
	q.Handle("test.fails", queue.Policy{Attempts: 1}, func(context.Context, queue.Job) error { return queue.Permanent(errDown) })
	a := account.NewService(account.Rooms{DB: d, Outbox: o, Sites: sites{localetest.Printer(t, "fr", account.Texts)}, Companies: company.Store{}, Now: clock})
	service := desk.NewService(desk.Rooms{
		DB: d, Accounts: a, Queue: q, Outbox: o, Companies: companies{d}, Index: s, Backups: s, Storage: s, Now: clock,
		Waiters: func() []office.Waiter { return []office.Waiter{s} },
	})
	pages, err := desk.NewPages(service)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: d, accounts: a, queue: q, outbox: o, service: service, router: web.NewRouter(), state: s}
	pages.Routes(h.router)
	return h
}

// appoint makes a person of the team.
func (h *house) appoint(address, name string, role account.Role) account.Actor {
	h.t.Helper()
	p, err := h.accounts.Appoint(context.Background(), account.Operator("nc"), address, role)
	if err != nil {
		h.t.Fatal(err)
	}
	actor := account.Actor{Person: p.ID, Mail: p.Mail, Name: name, Territory: "nc", Lang: "fr", Roles: []account.Role{role}, ProvedAt: h.state.at, StrongAt: h.state.at, Companies: map[string]account.Role{}}
	if err := h.accounts.SetProfile(context.Background(), actor, account.Profile{Name: name, Lang: "fr"}); err != nil {
		h.t.Fatal(err)
	}
	return actor
}

// asleep is an actor whose role waits for a strong proof.
func asleep(a account.Actor) account.Actor {
	a.Roles, a.Sleeping, a.StrongAt = nil, a.Roles, time.Time{}
	return a
}

// found makes a company.
func (h *house) found(territory, name string) string {
	h.t.Helper()
	var id string
	h.write(func(ctx context.Context, tx *db.Tx) error {
		saved, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{{Territory: territory, UsualName: name}}, now())
		if err == nil {
			id = saved[0].ID
		}
		return err
	})
	return id
}

func (h *house) write(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), func(tx *db.Tx) error { return do(context.Background(), tx) }); err != nil {
		h.t.Fatal(err)
	}
}

// fail leaves a dead letter of a territory and gives its identifier.
func (h *house) fail(territory string) string {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := h.queue.Enqueue(ctx, tx, queue.Task{Kind: "test.fails", Territory: territory})
		return err
	})
	h.run()
	dead, err := h.queue.Dead(context.Background(), territory, 1)
	if err != nil || len(dead) != 1 {
		h.t.Fatal(dead, err)
	}
	return dead[0].ID
}

func (h *house) run() {
	h.t.Helper()
	if _, err := h.queue.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// post sends a mail to an address.
func (h *house) post(territory, address string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := h.outbox.Put(ctx, tx, mail.Message{
			Event: "test/" + address, Kind: "signin.code", To: mail.Address{Mail: address}, Territory: territory, Lang: "fr", From: "Grappe",
			Letter: mail.Letter{Subject: "Code", Heading: "Code", Paragraphs: []string{"x"}},
		})
		return err
	})
	h.run()
}

// frame is a page's frame as app prepares it, the menu of the office included.
func (h *house) frame(lang string, by account.Actor, path string) ui.Frame {
	f := uitest.Frame(h.t, lang, desk.Texts, account.Texts, mail.Texts, queue.Texts, web.Texts)
	f.Languages = []string{"fr", "en"}
	f.Office = &ui.Office{Label: "Gestion", Menu: office.Menu(context.Background(), h.service.Entries(), by, f.P, f.Path, path)}
	return f
}

// answer is what a request was answered.
type answer struct {
	status   int
	body     string
	location string
	header   http.Header
}

func (h *house) get(lang string, by account.Actor, path string) answer {
	h.t.Helper()
	return h.ask(lang, by, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))
}

func (h *house) send(by account.Actor, path string, form url.Values) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.ask("fr", by, r)
}

func (h *house) ask(lang string, by account.Actor, r *http.Request) answer {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.router.ServeHTTP(w, r.WithContext(account.With(ui.With(r.Context(), h.frame(lang, by, r.URL.Path)), by)))
	if w.Header().Get("Cache-Control") != "no-store" && w.Code < 400 {
		h.t.Errorf("%s %s may be kept: %q", r.Method, r.URL, w.Header().Get("Cache-Control"))
	}
	return answer{w.Code, w.Body.String(), w.Header().Get("Location"), w.Header()}
}
