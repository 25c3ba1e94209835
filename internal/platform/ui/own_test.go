package ui_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

func own(t *testing.T) *ui.Own {
	t.Helper()
	o, err := ui.NewOwn()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, ui.Texts)
	localetest.Used(t, ".", keys)
}

func TestGalleryInBothLanguages(t *testing.T) {
	o := own(t)
	for _, lang := range locale.Languages() {
		t.Run(lang, func(t *testing.T) {
			f := uitest.Frame(t, lang)
			f.Notice = "Tout est <inventé>."
			f.Menu = []ui.Link{{Label: "Annuaire", URL: f.Path("/annuaire"), Current: true, Count: 1200}}
			status, page := uitest.Get(t, f, "/composants", o.Components)
			if status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			uitest.CheckPage(t, page)
			for selector, want := range map[string]int{
				"html[lang=" + lang + "][data-territory=nc]": 1,
				"section.banner":           1,
				"nav .count":               7,
				".office-side a":           3,
				".office-fold a":           3,
				"button.button-main[type]": 5,
				"a.button[href]":           6,
				"button:disabled":          1,
				"[aria-busy=true]":         1,
				".field":                   10,
				".field-bad [aria-invalid=true][aria-describedby='sample-mail-error']": 1,
				"textarea[maxlength='300'][data-count]":                                1,
				"select option[selected]":                                              1,
				"input[readonly]":                                                      1,
				"input[data-suggest$='/composants/suggestions'][data-say-many]":        3,
				"fieldset.group[aria-describedby]":                                     2,
				".choice input[type=radio]":                                            5,
				".choice input[type=checkbox]":                                         3,
				".errors a[href='#sample-mail']":                                       1,
				".chip":                                                                3,
				".badge.tone-ok":                                                       3,
				".notice":                                                              5,
				".summary dl dt":                                                       6,
				".index-list a .index-count":                                           8,
				"table.table caption":                                                  3,
				"th[aria-sort=ascending]":                                              1,
				"td[data-label]":                                                       37,
				"nav.pager":                                                            3,
				"nav.pager [aria-current=page]":                                        3,
				".tabs [aria-current=page]":                                            1,
				".step-done, .step-current[aria-current=step]":                         2,
				".timeline .event":                                                     3,
				"dialog[aria-labelledby]":                                              2,
				"details.facets[data-sheet] form[data-autosubmit] button[type=submit]": 1,
				".facet .check input":                      7,
				"progress[max='40'][value='12']":           1,
				".skeleton[role=status] .skeleton-line":    3,
				"svg.chart-svg[role=img][aria-label] rect": 4,
				".avatar[aria-hidden=true]":                5,
				"nav.breadcrumb [aria-current=page]":       1,
				"[data-copy][hidden]":                      1,
				"#toasts[aria-live=polite]":                1,
			} {
				uitest.Count(t, page, selector, want)
			}
			if got := uitest.Text(uitest.One(t, page, "section.banner")); got != f.Notice {
				t.Errorf("banner %q", got)
			}
		})
	}
}

// The gallery can be read in the other language, from the page itself.
func TestGalleryLeadsToTheOtherLanguage(t *testing.T) {
	f := uitest.Frame(t, "fr")
	f.Languages = []string{"fr", "en"}
	_, page := uitest.Get(t, f, "/composants", own(t).Components)
	if got := uitest.Attr(uitest.One(t, page, ".header a[hreflang=en]"), "href"); !strings.HasSuffix(got, "/nc/en/composants") {
		t.Errorf("it leads to %q", got)
	}
	uitest.Count(t, page, "link[rel=canonical][href='https://grappe.example/nc/composants']", 1)
}

func TestSuggestions(t *testing.T) {
	_, body := uitest.Get(t, uitest.Frame(t, "fr"), "/composants/suggestions?q=PHO", own(t).Suggestions)
	var found []ui.Suggestion
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Value != "photographie" || found[0].Detail != "22 fiches" {
		t.Errorf("%+v", found)
	}
}

func TestErrorPage(t *testing.T) {
	o := own(t)
	secret := errors.New("dial tcp 10.0.0.7: password=hunter2")
	tests := []struct {
		err     error
		status  int // as web.FailureOf says
		heading string
		message string
	}{
		{errs.New(errs.NotFound, "", nil), 404, "Cette page n’existe pas", "L’adresse"},
		{errs.New(errs.NotFound, "ui.gallery.notice_warn", nil), 404, "Cette page n’existe pas", "Cette fiche date de 2023"},
		{errs.Wrap(secret, errs.Unavailable, "no.such_key", nil), 503, "Le service fait une pause", "Il sera de retour"},
		{errs.New(errs.Gone, "", nil), 410, "Cette page a été retirée", "Ce qu’elle montrait"},
		{errs.New(errs.Usage, "", nil), 400, "Cette adresse contient une erreur", "Une partie de l’adresse"},
		{errs.New(errs.Usage, "", nil), 405, "Cette adresse ne s’ouvre pas ainsi", "Elle attend"},
		{errs.New(errs.Invalid, "", nil), 422, "Cette demande est incomplète", "Une partie de ce que"},
		{secret, 413, "Ce que vous envoyez est trop lourd", "Rien n’a été enregistré"},
		{errs.New(errs.Conflict, "", nil), 409, "Quelqu’un est passé avant vous", "Ce que vous modifiez"},
		{errs.New(errs.Unauthenticated, "", nil), 401, "Connectez-vous pour continuer", "Cette page demande"},
		{errs.New(errs.Forbidden, "", nil), 403, "Cette page ne vous est pas ouverte", "Votre compte"},
		{errs.New(errs.TooLarge, "", nil), 413, "Ce que vous envoyez est trop lourd", "Rien n’a été enregistré"},
		{errs.New(errs.TooMany, "", nil), 429, "Trop de demandes à la fois", "Attendez une minute"},
		{secret, 500, "La page n’a pas pu s’afficher", "L’erreur vient de nous"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			f := uitest.Frame(t, "fr")
			f.SearchAction = "/nc/annuaire"
			f.Query = `"><script>`
			status, page := uitest.Get(t, f, "/x", func(w http.ResponseWriter, r *http.Request) error { return o.Error(w, r, tt.status, tt.err) })
			uitest.CheckPage(t, page)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			if got := uitest.Text(uitest.One(t, page, "main p.muted:not(.small)")); got != fmt.Sprintf("Erreur %d", tt.status) {
				t.Errorf("it names the status %q", got)
			}
			if got := uitest.Text(uitest.One(t, page, "h1")); got != tt.heading {
				t.Errorf("heading %q, want %q", got, tt.heading)
			}
			if got := uitest.Text(uitest.One(t, page, ".lead")); !strings.HasPrefix(got, tt.message) {
				t.Errorf("message %q, want %q…", got, tt.message)
			}
			if strings.Contains(page, "hunter2") {
				t.Error("the inner error is shown")
			}
			uitest.Count(t, page, "meta[name=robots][content=noindex]", 1)
			uitest.Count(t, page, "main search form[action='/nc/annuaire'] input[name=q]", 1)
			uitest.Count(t, page, "main a[href='/nc']", 1)
			if got := uitest.Text(uitest.One(t, page, "main code")); got != "test-request" {
				t.Errorf("request id %q", got)
			}
		})
	}
}

func TestErrorPageListsFields(t *testing.T) {
	o := own(t)
	err := &errs.E{Kind: errs.Invalid, Key: "ui.gallery.choice_error", Fields: []errs.Field{
		{Name: "mail", Key: "ui.gallery.mail_error"}, {Name: "again", Key: "ui.gallery.mail_error"}, {Name: "kind", Key: "ui.gallery.choice_error"},
	}}
	status, page := uitest.Get(t, uitest.Frame(t, "en"), "/x", func(w http.ResponseWriter, r *http.Request) error {
		return o.Error(w, r, http.StatusUnprocessableEntity, err)
	})
	if status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", status)
	}
	// What the page says already, and what it says of another field, it does not say again.
	if got := uitest.Texts(t, page, "main .lead + ul li"); !slices.Equal(got, []string{"Write the address in full, for example contact@example.nc"}) {
		t.Errorf("%q", got)
	}
}

func TestErrorWithoutFrameIsPlain(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err := own(t).Error(w, r, http.StatusInternalServerError, errors.New("secret")); err != nil {
		t.Fatal(err)
	}
	if w.Code != 500 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
}
