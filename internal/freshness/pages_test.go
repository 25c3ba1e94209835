package freshness_test

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// front is the pages over a bench.
type front struct {
	*bench
	router *web.Router
	by     account.Actor
	typed  url.Values // that come back after a sign-in
}

func newFront(t *testing.T) *front {
	f := &front{bench: newBench(t, dbtest.SQLite(t), "nc"), router: web.NewRouter()}
	pages, err := freshness.NewPages(f.s)
	f.must(err)
	pages.Routes(f.router)
	return f
}

// ask answers a request as the Stack does, in a language, and checks the page.
func (f *front) ask(t *testing.T, lang, method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	frame := uitest.Frame(t, lang, freshness.Texts, listing.Texts, company.Texts, account.Texts, web.Texts, mail.Texts)
	r := uitest.Request(t, frame, path)
	if method == http.MethodPost {
		body := httptest.NewRequestWithContext(r.Context(), method, path, strings.NewReader(form.Encode()))
		body.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r = body
	}
	ctx := account.With(territory.With(r.Context(), f.place), f.by)
	if f.typed != nil {
		ctx = web.WithResumed(ctx, f.typed)
	}
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler), Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return frame.P }},
	}, f.router).ServeHTTP(w, r.WithContext(ctx))
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s: Cache-Control %q", path, got)
	}
	return w
}

// page is the page that a request gets.
func (f *front) page(t *testing.T, lang, method, path string, form url.Values, status int) string {
	t.Helper()
	w := f.ask(t, lang, method, path, form)
	if w.Code != status {
		t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	uitest.CheckPage(t, w.Body.String())
	return w.Body.String()
}

func TestPageOfTheButton(t *testing.T) {
	for _, lang := range locale.Languages() {
		f := newFront(t)
		l, token := f.asked()
		path := freshness.ExactPath + token
		body := f.page(t, lang, "GET", path, nil, 200)
		if got := f.ask(t, lang, "GET", path, nil).Header().Get("Referrer-Policy"); got != "same-origin" {
			t.Errorf("other sites are told the address of the page: %q", got)
		}
		uitest.One(t, body, "form[method=post] button")
		uitest.One(t, body, `meta[name=robots][content*=noindex]`)
		uitest.Count(t, body, "main button", 1)
		if texts := strings.Join(uitest.Texts(t, body, "main"), " "); !strings.Contains(texts, l.Name) || !strings.Contains(texts, "contact-0001@exemple.nc") || !strings.Contains(texts, "27.12.34") {
			t.Errorf("the card is not told: %s", texts)
		}
		for _, vouched := range []string{"Mo-Fr 08:00-12:00", "Nous faisons des sites", "Nous faisons des sites. | ", "12 rue des Flots, BP 3, Nouméa"} {
			if all := strings.Join(uitest.Texts(t, body, "main dd"), " | "); !strings.Contains(all, vouched) {
				t.Errorf("%q is not shown, and is confirmed: %s", vouched, all)
			}
		}
		if to := uitest.Attr(uitest.One(t, body, "a[href$=revendiquer]"), "href"); !strings.HasSuffix(to, "/annuaire/societe-0001/revendiquer") {
			t.Errorf("who has no account edits at %s", to)
		}
		shown := func() url.Values {
			return url.Values{"version": {uitest.Attr(uitest.One(t, body, "main [name=version]"), "value")}}
		}
		form := shown()
		f.imported(l.ID, listing.Content{Address: "3 rue Neuve"})
		for range 2 {
			body = f.page(t, lang, "POST", path, form, 409)
			uitest.One(t, body, "main form[method=post] button")
			fields := uitest.Frame(t, lang, listing.Texts).P.T(listing.FieldKey("address"))
			if texts := strings.Join(uitest.Texts(t, body, ".notice"), " "); !strings.Contains(texts, fields) {
				t.Errorf("what changed is not named: %s", texts)
			}
			if n := strings.Count(body, uitest.Frame(t, lang, freshness.Texts).P.T("freshness.exact.moved")); n != 1 {
				t.Errorf("told %d times", n)
			}
		}
		w := f.ask(t, lang, "POST", path, shown())
		if next := w.Header().Get("Location"); w.Code != 303 || !strings.HasSuffix(next, path+"?fait=1") {
			t.Fatalf("%d to %s", w.Code, next)
		}
		body = f.page(t, lang, "GET", path+"?fait=1", nil, 200)
		uitest.One(t, body, ".notice.tone-ok")
		uitest.Count(t, body, "main form", 0)
		f.person("lea@exemple.nc", l.CompanyID)
		body = f.page(t, lang, "GET", path, nil, 200)
		uitest.Count(t, body, ".notice.tone-ok, main form", 0)
		uitest.One(t, body, "a[href$='/espace/fiches/"+l.ID+"']")
	}
}

// Each other end has a page of its own, that names nothing that is not public.
func TestPagesOfOtherEnds(t *testing.T) {
	for _, lang := range locale.Languages() {
		titles := map[string]bool{}
		for name, do := range map[string]func(f *front, l listing.Listing){
			"hidden": func(f *front, l listing.Listing) {
				_, err := f.cards.Hide(t.Context(), listing.Author{}, l.ID, l.Version)
				f.must(err)
			},
			"merged": func(f *front, l listing.Listing) {
				_, err := f.cards.Merge(t.Context(), listing.Author{}, f.save(f.card(2, f.clock))[0].ID, l.ID)
				f.must(err)
			},
			"old": func(f *front, _ listing.Listing) { f.move(560, 10, 0) },
		} {
			f := newFront(t)
			f.place.Contact = "equipe@example.nc"
			l, token := f.asked()
			do(f, l)
			for _, method := range []string{"GET", "POST"} {
				body := f.page(t, lang, method, freshness.ExactPath+token, nil, 410)
				uitest.Count(t, body, "main form", 0)
				if strings.Contains(body, l.Name) {
					t.Errorf("%s: the card is named", name)
				}
				titles[uitest.Texts(t, body, "h1")[0]] = true
				way := uitest.Attr(uitest.One(t, body, "main a.button-main"), "href")
				if name == "hidden" && way != "mailto:equipe@example.nc" { // nobody holds it: no space tells of it
					t.Errorf("%s: leads to %q", name, way)
				}
			}
		}
		if len(titles) != 3 {
			t.Errorf("%d pages: %v", len(titles), titles)
		}
		f := newFront(t)
		if w := f.ask(t, lang, "GET", freshness.ExactPath+"forged", nil); w.Code != 404 {
			t.Errorf("forged: %d", w.Code)
		}
	}
}

func TestPageOfACardThatLeft(t *testing.T) {
	f := newFront(t)
	l, token := f.asked()
	_, err := f.cards.Lapse(t.Context(), listing.Author{}, l.ID, l.Version)
	f.must(err)
	body := f.page(t, "fr", "GET", freshness.ExactPath+token, nil, 200)
	uitest.One(t, body, "form[method=post] button")
	uitest.Count(t, body, "a[href$='/annuaire/societe-0001']", 0) // which nobody can read now
	form := url.Values{"version": {strconv.FormatInt(l.Version+1, 10)}}
	if w := f.ask(t, "fr", "POST", freshness.ExactPath+token, form); w.Code != 303 || f.read(l.ID).State != listing.Published {
		t.Errorf("%d, %s", w.Code, f.read(l.ID).State)
	}
}

func TestPageOfHealth(t *testing.T) {
	for _, lang := range locale.Languages() {
		f := newFront(t)
		if w := f.ask(t, lang, "GET", freshness.HealthPath, nil); w.Code != 401 {
			t.Errorf("a visitor: %d", w.Code)
		}
		f.by = account.Actor{Person: "r", Territory: "nc", Roles: []account.Role{account.Reader}}
		body := f.page(t, lang, "GET", freshness.HealthPath, nil, 200)
		uitest.One(t, body, ".empty")
		uitest.One(t, body, ".notice")
		uitest.Count(t, body, "a[href$=reglages]", 0)
		var records []listing.Record
		for i := range 40 {
			r := f.card(i, f.clock.AddDate(0, -i, 0))
			if i%5 == 0 {
				r.Listing.Zone, r.Listing.Competences = "", []string{"web-development", "nothing-known"}
			}
			records = append(records, r)
		}
		f.save(records...)
		f.tick(0, 9, 0)
		body = f.page(t, lang, "GET", freshness.HealthPath, nil, 200)
		uitest.Count(t, body, ".tile", 6)
		uitest.Count(t, body, "figure.chart", 1)
		if values := strings.Join(uitest.Texts(t, body, ".tile-value"), " "); values != "6 12 22 40 8 0" {
			t.Errorf("the tiles: %s", values)
		}
		if words := strings.Join(uitest.Texts(t, body, "summary"), "|"); strings.Contains(words, "2 communes") {
			t.Errorf("cards without a commune are counted as one: %s", words)
		}
		if to := uitest.Attr(uitest.Find(t, body, ".tile a")[2], "href"); !strings.HasSuffix(to, "/gestion/fiches?age=non-confirmee&etat=published") {
			t.Errorf("the list behind: %s", to)
		}
		for range 20 {
			f.tick(1, 9, 0)
		}
		f.by.Roles = []account.Role{account.Administrator}
		body = f.page(t, lang, "GET", freshness.HealthPath, nil, 200)
		uitest.Count(t, body, "figure.chart", 2)
		uitest.One(t, body, "a[href$=reglages]")
		uitest.Count(t, body, "figure.chart:last-of-type details tbody tr", 3+4) // the ages, and four weeks
		f.begin()
		uitest.Count(t, f.page(t, lang, "GET", freshness.HealthPath+"?fait=1", nil, 200), ".notice.tone-ok", 1)
		f.mails.silent = true
		uitest.Count(t, f.page(t, lang, "GET", freshness.HealthPath, nil, 200), ".notice.tone-warn", 1)
	}
}

// The files hold what the page shows, and no cell that a spreadsheet would run.
func TestExport(t *testing.T) {
	f := newFront(t)
	f.by = account.Actor{Person: "r", Territory: "nc", Roles: []account.Role{account.Reader}}
	f.save(f.card(1, f.clock), f.card(2, f.clock.AddDate(-2, 0, 0)))
	f.place.Zones[len(f.place.Zones)-1].Name = "=1+1" // a name as a preset may have it
	f.tick(0, 9, 0)
	for by, want := range map[string]string{"commune": "=1+1|2|1|0|1|2|0|0", "competence": "web|2|1|0|1|2|0|0", "jour": f.day() + "|2|1|0|1|2|0|0|0|0|0"} {
		w := f.ask(t, "fr", "GET", freshness.ExportPath+"?par="+by, nil)
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(w.Header().Get("Content-Disposition"), by) {
			t.Fatalf("%s: %d %v", by, w.Code, w.Header())
		}
		reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff")))
		reader.Comma = ';' // for a French spreadsheet
		rows, err := reader.ReadAll()
		f.must(err)
		got := strings.Join(rows[len(rows)-1], "|")
		if by == "competence" {
			got = "web|" + strings.Join(rows[len(rows)-1][1:], "|")
		}
		if strings.HasPrefix(got, "=") || strings.TrimLeft(got, "'\t ") != want {
			t.Errorf("%s: %q, want %q", by, got, want)
		}
	}
	if w := f.ask(t, "fr", "GET", freshness.ExportPath+"?par=x", nil); w.Code != 400 {
		t.Errorf("an unknown table: %d", w.Code)
	}
	f.by = account.Actor{Person: "p"}
	if w := f.ask(t, "fr", "GET", freshness.ExportPath, nil); w.Code != 403 {
		t.Errorf("a person: %d", w.Code)
	}
}

func TestPageOfSettings(t *testing.T) {
	for _, lang := range locale.Languages() {
		f := newFront(t)
		f.by = account.Actor{Person: "r", Territory: "nc", Roles: []account.Role{account.ProjectManager}}
		for _, method := range []string{"GET", "POST"} {
			if w := f.ask(t, lang, method, freshness.SettingsPath, url.Values{}); w.Code != 403 {
				t.Errorf("%s by a project manager: %d", method, w.Code)
			}
		}
		f.by.Roles = []account.Role{account.Administrator}
		f.save(f.card(1, f.clock.AddDate(-3, 0, 0)))
		f.tick(0, 9, 0)
		body := f.page(t, lang, "GET", freshness.SettingsPath, nil, 200)
		uitest.One(t, body, "input[name=actif][value=non][checked]")
		uitest.One(t, body, "input[name=rappel1][value='6']")
		uitest.Count(t, body, "form[method=post]", 0)
		wrong := url.Values{"actif": {"oui"}, "rappel1": {"9"}, "rappel2": {"six"}, "non-confirmee": {"18"}, "retrait": {"12"}, "signature": {"Moi"}, "version": {"0"}, "voir": {"1"}}
		body = f.page(t, lang, "GET", freshness.SettingsPath+"?"+wrong.Encode(), nil, 422)
		uitest.One(t, body, "input[name=rappel2][aria-invalid][value=six]")
		uitest.One(t, body, "input[name=retrait][aria-invalid]") // all faults at once
		steps := url.Values{"actif": {"oui"}, "rappel1": {"12"}, "rappel2": {"9"}, "rappel3": {"6"}, "non-confirmee": {"3"}, "retrait": {"24"}, "version": {"0"}, "voir": {"1"}}
		body = f.page(t, lang, "GET", freshness.SettingsPath+"?"+steps.Encode(), nil, 422)
		told := map[string]bool{}
		for _, fault := range uitest.Texts(t, body, ".errors li") {
			told[fault] = true
			if !strings.Contains(fault, " – ") {
				t.Errorf("%q names no step", fault)
			}
		}
		if len(told) != 3 {
			t.Errorf("three faults are told as %v", told)
		}
		if field := strings.Join(uitest.Texts(t, body, ".field-error"), "|"); strings.Contains(field, " – ") {
			t.Errorf("at the field stands its name once more: %s", field)
		}
		gap := url.Values{"actif": {"oui"}, "rappel1": {"9"}, "rappel3": {"6"}, "non-confirmee": {"18"}, "retrait": {"24"}, "version": {"0"}, "voir": {"1"}}
		uitest.One(t, f.page(t, lang, "GET", freshness.SettingsPath+"?"+gap.Encode(), nil, 422), "input[name=rappel3][aria-invalid]")
		wrong.Set("rappel2", "6")
		body = f.page(t, lang, "GET", freshness.SettingsPath+"?"+wrong.Encode(), nil, 422)
		uitest.One(t, body, "input[name=rappel2][aria-invalid]")
		uitest.One(t, body, "input[name=retrait][aria-invalid]")
		uitest.One(t, body, "input[name=signature][value=Moi]")
		body = f.page(t, lang, "POST", freshness.SettingsPath, wrong, 422)
		uitest.One(t, body, "input[name=rappel1][value='9']")

		right := url.Values{"actif": {"oui"}, "rappel1": {"3"}, "rappel2": {""}, "non-confirmee": {"12"}, "retrait": {"20"}, "version": {"0"}, "voir": {"1"}}
		body = f.page(t, lang, "GET", freshness.SettingsPath+"?"+right.Encode(), nil, 200)
		sent := url.Values{}
		for _, input := range uitest.Find(t, body, "form[method=post] input") {
			sent.Set(uitest.Attr(input, "name"), uitest.Attr(input, "value"))
		}
		if p, err := f.s.Policy(t.Context(), f.by, f.place); err != nil || p.Runs() {
			t.Errorf("looking begins: %+v, %v", p, err)
		}
		if w := f.ask(t, lang, "POST", freshness.SettingsPath, sent); w.Code != 303 || !strings.HasSuffix(w.Header().Get("Location"), freshness.HealthPath+"?fait=1") {
			t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
		}
		p, err := f.s.Policy(t.Context(), f.by, f.place)
		f.must(err)
		if !p.Runs() || len(p.Reminders) != 1 || p.Reminders[0] != 3 || p.Unconfirmed != 12 || p.Lapse != 20 {
			t.Errorf("%+v", p)
		}
		body = f.page(t, lang, "POST", freshness.SettingsPath, sent, 409) // by another administrator, who saw the old ones
		uitest.One(t, body, ".errors")
		uitest.One(t, body, "input[name=rappel1][value='3']")
		f.typed = url.Values{"rappel1": {"4"}, "actif": {"oui"}}
		uitest.One(t, f.page(t, lang, "GET", freshness.SettingsPath, nil, 200), "input[name=rappel1][value='4']")
	}
}

const mostWords = 120

func TestSamples(t *testing.T) {
	for _, lang := range locale.Languages() {
		p := uitest.Frame(t, lang, freshness.Texts).P
		for _, sample := range freshness.Samples() {
			m := sample.Message(p)
			l := m.Letter
			said := append(append([]string{l.Subject, l.Heading, l.Why, l.Action.Label, l.Second.Label}, l.Paragraphs...), l.After...)
			if n := len(strings.Fields(strings.Join(said, " "))); n >= mostWords {
				t.Errorf("%s in %s has %d words", sample.Kind, lang, n)
			}
			if m.Kind != sample.Kind || m.Topic != sample.Topic || m.Lang != lang || len([]rune(l.Subject)) > 60 {
				t.Errorf("%+v", m)
			}
			for _, one := range said {
				if strings.ContainsAny(one, "{}") || strings.Contains(one, "freshness.") {
					t.Errorf("%s in %s is not filled in: %s", sample.Kind, lang, one)
				}
				for _, fault := range locale.CheckTypography(lang, one) {
					t.Errorf("%s in %s: %s", sample.Kind, lang, fault)
				}
			}
			for _, text := range []string{mail.RenderText(l, mail.Look{Lang: lang}), mail.RenderHTML(l, mail.Look{Lang: lang})} {
				if !strings.Contains(text, l.Action.URL) || !strings.Contains(text, l.Second.URL) {
					t.Errorf("%s in %s lacks a link", sample.Kind, lang)
				}
			}
		}
	}
}
