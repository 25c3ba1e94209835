package moderate_test

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
	"grappe/internal/curation/moderate"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

func now() time.Time { return time.Date(2026, 11, 30, 2, 30, 0, 0, time.UTC) }

// docket holds cases in memory; each writes to somebody.
type docket struct {
	kind  string
	cases []moderate.Line
	moved map[string]bool // has changed since it was shown
	done  []string        // "a accepter", in the order of the decisions
	last  moderate.Decision
	fails bool
	stops string // the case at which deciding fails
	rival string // the case that any decision decides with it
}

var (
	_ moderate.Docket = (*docket)(nil)
	_ moderate.Undoer = (*docket)(nil)
	_ moderate.Writer = (*docket)(nil)
)

var errDown = errors.New("down")

func (d *docket) err() error {
	if d.fails {
		return errDown
	}
	return nil
}

func (d *docket) Kind() string { return d.kind }

func (d *docket) count(_ context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	var t moderate.Tally
	for _, c := range d.cases {
		if c.Doubtful {
			t.Doubtful++
			continue
		}
		if t.N++; t.Oldest.IsZero() || c.At.Before(t.Oldest) {
			t.Oldest = c.At
		}
	}
	return map[string]moderate.Tally{d.kind: t}, errors.Join(by.Require(account.Reader), d.err())
}

func (d *docket) Waiting(_ context.Context, by account.Actor, _ *locale.Printer, limit int) ([]moderate.Line, error) {
	return slices.Clone(d.cases[:min(limit, len(d.cases))]), errors.Join(by.Require(account.Reader), d.err())
}

func (d *docket) Show(_ context.Context, by account.Actor, id string, _ ui.Frame) (moderate.Sheet, error) {
	if err := by.Require(account.Reader); err != nil {
		return moderate.Sheet{}, err
	}
	sheet := moderate.Sheet{Title: "Fiche " + id, At: now().Add(-time.Hour), Seen: "vu-" + id}
	i := slices.IndexFunc(d.cases, func(c moderate.Line) bool { return c.ID == id })
	if i < 0 && !slices.ContainsFunc(d.done, func(s string) bool { return strings.HasPrefix(s, id+" ") }) {
		return moderate.Sheet{}, errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	if i < 0 {
		sheet.Notices = []ui.Notice{{Title: "Décidé"}}
		return sheet, nil
	}
	for _, field := range []string{"name", "city"} {
		sheet.Changes.Items = append(sheet.Changes.Items, ui.Difference{Label: field, Check: moderate.TakeBox(field, field, true), After: ui.PlainSide("Neuf")})
	}
	sheet.Lang, sheet.Reasons = "fr", []string{"unproven", "rules"}
	if by.Is(account.ProjectManager) {
		sheet.Choices = []moderate.Choice{
			{Act: moderate.Accept, Label: "Publier", Kind: ui.Main, Key: "a"}, {Act: moderate.Refuse, Label: "Refuser", Kind: ui.Danger, Key: "r", Reason: true},
		}
	}
	return sheet, nil
}

func (d *docket) Decide(_ context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	i := slices.IndexFunc(d.cases, func(c moderate.Line) bool { return c.ID == id })
	switch err := by.Require(account.ProjectManager); {
	case err != nil:
		return moderate.Done{}, err
	case id == d.stops:
		return moderate.Done{}, errDown
	case i < 0:
		return moderate.Done{}, errs.New(errs.Conflict, "curation.decided", errs.Args{"who": "René"})
	case d.moved[id]:
		return moderate.Done{}, errs.New(errs.Conflict, "moderate.no_case", nil)
	case m.Act == moderate.Refuse && m.Ready+m.Text == "":
		return moderate.Done{}, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "raison", Key: "moderate.reason_missing"}}}
	}
	d.last, d.done = m, append(d.done, id+" "+m.Act)
	title := d.cases[i].Title
	d.cases = slices.Delete(d.cases, i, i+1)
	d.cases = slices.DeleteFunc(d.cases, func(c moderate.Line) bool { return c.ID == d.rival })
	return moderate.Done{Title: title, Undo: true}, nil
}

func (d *docket) Undo(_ context.Context, by account.Actor, id string) error {
	i := slices.IndexFunc(d.done, func(s string) bool { return strings.HasPrefix(s, id+" ") })
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	if i < 0 {
		return errs.New(errs.Conflict, "moderate.no_case", nil)
	}
	d.done = slices.Delete(d.done, i, i+1)
	d.cases = append(d.cases, moderate.Line{ID: id, Title: "Fiche " + id, At: now(), Bulk: []string{moderate.Accept}})
	return nil
}

func (d *docket) Letters(_ context.Context, _ account.Actor, _ string, decisions []moderate.Decision) ([][]moderate.Draft, error) {
	var out [][]moderate.Draft
	for _, m := range decisions {
		l := mail.Letter{Subject: "Sujet " + m.Act, Paragraphs: []string{"Retenu : " + strings.Join(m.Take, ", "), "Motif : " + m.Ready + " " + m.Text}}
		out = append(out, []moderate.Draft{{Letter: l}, {To: "moderate.bulk", Letter: l}})
	}
	return out, nil
}

// bench is the queue over two dockets.
type bench struct {
	t       *testing.T
	edits   *docket
	flags   *docket
	router  *web.Router
	service *moderate.Service
	printer *locale.Printer
	cookies []*http.Cookie
}

func newBench(t *testing.T) *bench {
	t.Helper()
	line := func(id string, age time.Duration) moderate.Line {
		return moderate.Line{ID: id, Title: "Fiche " + id, Detail: "Téléphone", Who: "Ada", At: now().Add(-age), Seen: "vu " + id, Bulk: []string{moderate.Accept, moderate.Refuse}}
	}
	b := &bench{
		t: t, printer: localetest.Printer(t, "fr", ui.Texts, moderate.Texts),
		edits: &docket{kind: "modification", cases: []moderate.Line{line("a", 3*time.Hour), line("b", 2*time.Hour), line("c", time.Hour)}},
		flags: &docket{kind: "alerte", cases: []moderate.Line{line("d", 8*24*time.Hour), line("e", 4*time.Hour)}},
	}
	b.service = moderate.NewService(moderate.Rooms{
		DB: dbtest.SQLite(t), Dockets: []moderate.Docket{b.edits, b.flags}, Counters: []moderate.Counter{b.edits.count, b.flags.count}, Now: now, Printer: func(context.Context, string) *locale.Printer { return b.printer },
	})
	pages, err := moderate.NewPages(b.service)
	if err != nil {
		t.Fatal(err)
	}
	b.router = web.NewRouter()
	pages.Routes(b.router)
	return b
}

func manager() account.Actor {
	return account.Actor{Person: "lise", Name: "Lise", Territory: "nc", Lang: "fr", Roles: []account.Role{account.ProjectManager}}
}

func reader() account.Actor {
	return account.Actor{Person: "lea", Territory: "nc", Lang: "fr", Roles: []account.Role{account.Reader}}
}

type answer struct {
	status         int
	body, location string
}

func (b *bench) get(by account.Actor, path string) answer {
	b.t.Helper()
	return b.ask(by, httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil))
}

func (b *bench) send(by account.Actor, path string, form url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.ask(by, r)
}

func (b *bench) ask(by account.Actor, r *http.Request) answer {
	b.t.Helper()
	f := uitest.Frame(b.t, "fr", moderate.Texts)
	f.Languages = []string{"fr", "en"}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.router.ServeHTTP(w, r.WithContext(account.With(ui.With(r.Context(), f), by)))
	b.cookies = append(b.cookies, w.Result().Cookies()...)
	if w.Code < 400 && w.Header().Get("Cache-Control") != "no-store" {
		b.t.Errorf("%s %s may be kept", r.Method, r.URL)
	}
	if w.Code == http.StatusOK {
		uitest.CheckPage(b.t, w.Body.String())
	}
	return answer{w.Code, w.Body.String(), w.Header().Get("Location")}
}

func titles(t *testing.T, body string) string {
	t.Helper()
	var out []string
	for _, text := range uitest.Texts(t, body, ".queue tbody th a") {
		out = append(out, strings.TrimPrefix(text, "Fiche "))
	}
	return strings.Join(out, " ")
}
