package mailroom_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/mailroom"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

func key() []byte { return bytes.Repeat([]byte{7}, mailroom.KeySize) }

func today() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

// refusals keeps in memory what persons refuse.
type refusals map[string]bool

func (r refusals) Refuse(_ context.Context, person, topic string) error {
	return r.set(person, topic, true)
}

func (r refusals) Allow(_ context.Context, person, topic string) error {
	return r.set(person, topic, false)
}

func (r refusals) set(person, topic string, refused bool) error {
	if person == "gone" {
		return errs.New(errs.NotFound, "account.no_person", nil)
	}
	r[person+"/"+topic] = refused
	return nil
}

func (r refusals) Refuses(_ context.Context, person, topic string) (bool, error) {
	if person == "gone" {
		return false, errs.New(errs.NotFound, "account.no_person", nil)
	}
	return r[person+"/"+topic], nil
}

func topics() []office.Topic {
	return []office.Topic{{Name: "reminders", Label: "mailroom.letters", Detail: "mailroom.samples_lead"}}
}

func samples() []mail.Sample {
	return []mail.Sample{
		{Kind: "signin.code", Message: func(p *locale.Printer) mail.Message { return message(p.Lang(), "482 913") }},
		{Kind: "test.reminder", Topic: "reminders", Message: func(p *locale.Printer) mail.Message { return message(p.Lang(), "") }},
	}
}

func message(lang, code string) mail.Message {
	subject, action := "Votre code de connexion", "Se connecter"
	if lang == "en" {
		subject, action = "Your sign-in code", "Sign in"
	}
	return mail.Message{
		Kind: "signin.code", To: mail.Address{Name: "Léa Kanak", Mail: "lea@exemple.nc"}, Territory: "nc", Lang: lang, From: "Grappe d’essai",
		Letter: mail.Letter{
			Subject: subject, Heading: subject, Paragraphs: []string{"Tapez ce code dans la page qui vous l’a demandé & <nulle part> ailleurs, pour que personne d’autre n’entre."},
			Code: code, Action: &mail.Action{Label: action, URL: "https://grappe.example/nc/connexion/lien?jeton=abc&x=1"}, Why: "Pourquoi",
		},
	}
}

// desk is the pages with what stands behind them.
type desk struct {
	*web.Router
	refusals refusals
	now      time.Time
	outbox   *mail.Outbox
	db       *db.DB
	assets   *ui.Assets // none in tests
}

func newDesk(t *testing.T, demo bool) *desk {
	t.Helper()
	d := &desk{Router: web.NewRouter(), refusals: refusals{}, now: today(), db: dbtest.SQLite(t)}
	rooms := mailroom.Rooms{Key: key(), Refusals: d.refusals, Topics: topics, Samples: samples, Now: func() time.Time { return d.now }}
	if demo {
		d.outbox = mail.NewOutbox(mail.Options{DB: d.db, Now: rooms.Now, Keep: true, Hostname: "grappe.example"})
		rooms.Outbox = d.outbox
		rooms.Printer = func(_ *http.Request, lang string) *locale.Printer {
			return localetest.Printer(t, lang, mailroom.Texts)
		}
	}
	pages, err := mailroom.NewPages(rooms)
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(d.Router)
	return d
}

// ask answers a request as the Stack does, in a language.
func (d *desk) ask(t *testing.T, lang, method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	f := uitest.Frame(t, lang, mailroom.Texts, web.Texts, mail.Texts)
	f.Assets = d.assets
	r := uitest.Request(t, f, path)
	if method == http.MethodPost {
		body := httptest.NewRequestWithContext(r.Context(), method, path, strings.NewReader(form.Encode()))
		body.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r = body
	}
	r = r.WithContext(territory.With(r.Context(), &territory.Territory{Code: "nc"}))
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler), Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return f.P }},
	}, d.Router).ServeHTTP(w, r)
	return w
}

func (d *desk) put(t *testing.T, m mail.Message, event string) {
	t.Helper()
	m.Event = event
	err := d.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := d.outbox.Put(t.Context(), tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func page(t *testing.T, w *httptest.ResponseRecorder, status int) string {
	t.Helper()
	if w.Code != status {
		t.Fatalf("%d, want %d: %s", w.Code, status, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	uitest.CheckPage(t, w.Body.String())
	return w.Body.String()
}

func TestUnsubscribe(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		d := newDesk(t, false)
		path := mailroom.Path(key(), "019c-person", "reminders")
		body := page(t, d.ask(t, lang, "GET", path, nil), 200)
		uitest.One(t, body, "form[method=post] button")
		uitest.One(t, body, `meta[name=robots][content*=noindex]`)
		if len(d.refusals) > 0 {
			t.Error("a GET changes something")
		}
		w := d.ask(t, lang, "POST", path, nil)
		next := strings.TrimPrefix(strings.TrimPrefix(w.Header().Get("Location"), "/nc"), "/en")
		if w.Code != 303 || !d.refusals["019c-person/reminders"] || !strings.HasPrefix(next, path+"?retour=") {
			t.Fatalf("%d %q %v", w.Code, next, d.refusals)
		}
		body = page(t, d.ask(t, lang, "GET", next, nil), 200)
		pass := url.Values{"retour": {uitest.Attr(uitest.One(t, body, "form input[name=retour]"), "value")}}
		uitest.Count(t, page(t, d.ask(t, lang, "GET", path, nil), 200), "form", 0)

		other := mailroom.Path(key(), "019c-person", "news")
		if w := d.ask(t, lang, "POST", other+"/retour", pass); w.Code != 410 {
			t.Errorf("the pass of another topic: %d", w.Code)
		}
		w = d.ask(t, lang, "POST", path+"/retour", pass)
		if w.Code != 303 || d.refusals["019c-person/reminders"] {
			t.Fatalf("%d %v", w.Code, d.refusals)
		}
		uitest.One(t, page(t, d.ask(t, lang, "GET", path+"?retour=fait", nil), 200), ".notice.tone-ok")

		d.now = d.now.Add(time.Hour)
		if w := d.ask(t, lang, "POST", path+"/retour", pass); w.Code != 410 {
			t.Errorf("an hour later: %d", w.Code)
		}
		uitest.Count(t, page(t, d.ask(t, lang, "GET", mailroom.Path(key(), "gone", "reminders"), nil), 200), "form", 0)
		if w := d.ask(t, lang, "POST", mailroom.Path(key(), "gone", "former"), nil); w.Code != 303 {
			t.Errorf("somebody who is erased: %d", w.Code)
		}
	}
}

// A mail program asks by itself (RFC 8058): without cookies, origin or anything but the body.
func TestOneClick(t *testing.T) {
	d := newDesk(t, false)
	path := mailroom.Path(key(), "019c-person", "reminders")
	w := d.ask(t, "fr", "POST", path, url.Values{"List-Unsubscribe": {"One-Click"}})
	if w.Code != 200 || !d.refusals["019c-person/reminders"] || w.Header().Get("Location") != "" {
		t.Errorf("%d %v %s", w.Code, d.refusals, w.Body)
	}
}

func TestForgedTokens(t *testing.T) {
	d := newDesk(t, false)
	good := mailroom.Path(key(), "019c-person", "reminders")
	foreign := mailroom.Path(bytes.Repeat([]byte{8}, mailroom.KeySize), "019c-person", "reminders")
	text, mac, _ := strings.Cut(strings.TrimPrefix(good, "/desabonnement/"), ".")
	other, _, _ := strings.Cut(strings.TrimPrefix(mailroom.Path(key(), "other", "reminders"), "/desabonnement/"), ".")
	for _, path := range []string{
		foreign, "/desabonnement/x", "/desabonnement/" + text, "/desabonnement/" + text + ".", "/desabonnement/" + other + "." + mac,
		good + "x", good[:len(good)-1], "/desabonnement/." + mac, "/desabonnement/" + text + "." + mac + "=",
	} {
		for _, method := range []string{"GET", "POST"} {
			if w := d.ask(t, "fr", method, path, nil); w.Code != 404 || !strings.Contains(w.Body.String(), "Ce lien n’est pas entier.") {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
	if len(d.refusals) > 0 {
		t.Error(d.refusals)
	}
	if _, err := mailroom.NewPages(mailroom.Rooms{Key: []byte("short")}); err == nil {
		t.Error("a short key is taken")
	}
}

func TestLetters(t *testing.T) {
	d := newDesk(t, true)
	for _, lang := range []string{"fr", "en"} {
		body := page(t, d.ask(t, lang, "GET", "/courrier", nil), 200)
		if len(uitest.Find(t, body, ".empty")) != 1 && lang == "fr" {
			t.Error("an empty list says nothing")
		}
		secret := message(lang, "482 913")
		secret.Secret = true
		d.put(t, secret, "one/"+lang)
	}
	elsewhere := message("fr", "")
	elsewhere.Territory = "wf"
	d.put(t, elsewhere, "elsewhere")
	for _, lang := range []string{"fr", "en"} {
		body := page(t, d.ask(t, lang, "GET", "/courrier", nil), 200)
		uitest.Count(t, body, "tbody tr", 2)
		path := strings.TrimPrefix(strings.TrimPrefix(uitest.Attr(uitest.Find(t, body, "tbody a")[0], "href"), "/nc"), "/en")
		body = page(t, d.ask(t, lang, "GET", path, nil), 200)
		if got := uitest.Text(uitest.One(t, body, ".letter-code")); got != "482913" {
			t.Errorf("code %q", got)
		}
		uitest.One(t, body, "button[data-copy='482913']")
		if got := uitest.Attr(uitest.One(t, body, ".letter-text a"), "href"); got != "https://grappe.example/nc/connexion/lien?jeton=abc&x=1" {
			t.Errorf("link %q", got)
		}
		if text := uitest.Text(uitest.One(t, body, ".letter-text")); !strings.Contains(text, "& <nulle part> ailleurs, pour que personne d’autre n’entre.") {
			t.Errorf("text %q", text)
		}
		frame := uitest.One(t, body, "iframe[sandbox]")
		w := d.ask(t, lang, "GET", strings.TrimPrefix(strings.TrimPrefix(uitest.Attr(frame, "src"), "/nc"), "/en"), nil)
		if policy := w.Header().Get("Content-Security-Policy"); w.Code != 200 || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") {
			t.Errorf("%d %q", w.Code, policy)
		}
		if w.Header().Get("X-Frame-Options") != "SAMEORIGIN" || !strings.Contains(w.Body.String(), `<base target="_blank">`) {
			t.Error("the letter's own form cannot be framed, or its links stay in the frame")
		}
	}
	all, err := d.outbox.List(t.Context(), mail.Filter{Territory: "wf"})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	for _, path := range []string{"/courrier/" + all[0].ID, "/courrier/" + all[0].ID + "/html", "/courrier/none", "/courrier/modeles/none"} {
		if w := d.ask(t, "fr", "GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestSamples(t *testing.T) {
	d := newDesk(t, true)
	for _, lang := range []string{"fr", "en"} {
		body := page(t, d.ask(t, lang, "GET", "/courrier/modeles", nil), 200)
		uitest.Count(t, body, "tbody tr", len(samples()))
		for _, s := range samples() {
			for _, shown := range []string{"fr", "en"} {
				path := "/courrier/modeles/" + s.Kind
				body := page(t, d.ask(t, lang, "GET", path+"?lang="+shown, nil), 200)
				want := message(shown, "").Letter.Subject
				if got := uitest.Text(uitest.One(t, body, "h1")); got != want {
					t.Errorf("%s in %s: %q", s.Kind, shown, got)
				}
				w := d.ask(t, lang, "GET", path+"/html?lang="+shown, nil)
				if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s in %s: %d", s.Kind, shown, w.Code)
				}
			}
		}
	}
}

// Outside of the demo nobody reads letters.
func TestNoLettersOutsideOfTheDemo(t *testing.T) {
	d := newDesk(t, false)
	for _, path := range []string{"/courrier", "/courrier/modeles", "/courrier/x", "/courrier/x/html"} {
		if w := d.ask(t, "fr", "GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, mailroom.Texts))
}

var _ mailroom.Outbox = (*mail.Outbox)(nil)
