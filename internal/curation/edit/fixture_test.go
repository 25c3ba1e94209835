package edit

import (
	"bytes"
	"cmp"
	"context"
	"html/template"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// house is the service over a real base, with a clock that only the test moves.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	cards    *listing.Service
	curation *curation.Service
	s        *Service
	pages    *Pages
	router   *web.Router
	place    *territory.Territory
	clock    time.Time
	resumed  url.Values

	louise account.Actor // of the company of the card
	jules  account.Actor // a project manager
	l      listing.Listing
}

func rooms() []fs.FS {
	return []fs.FS{Texts, account.Texts, curation.Texts, listing.Texts, company.Texts, picture.Texts, web.Texts, mail.Texts}
}

type sites struct{ t *testing.T }

func (s sites) Site(_ context.Context, _, lang string) (account.Site, error) {
	return account.Site{P: localetest.Printer(s.t, lang, rooms()...), Cluster: "Grappe d’essai", Base: "https://grappe.example/nc"}, nil
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newHouse(t, d)) })
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: time.Date(2026, 11, 30, 2, 30, 0, 0, time.UTC), router: web.NewRouter()}
	now := func() time.Time { return h.clock }
	territories := territory.NewService(d, presets.FS)
	var err error
	h.place, err = territories.Add(t.Context(), "nc")
	h.must(err)
	out := mail.NewOutbox(mail.Options{DB: d, Now: now, Keep: true, Hostname: "grappe.example"})
	h.accounts = account.NewService(account.Rooms{
		DB: d, Outbox: out, Sites: sites{t}, Companies: company.Store{}, Now: now, Holders: func() []account.Holder { return []account.Holder{h.curation, h.s} },
	})
	h.cards = listing.NewService(d, now)
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	h.must(err)
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	h.must(err)
	h.curation = curation.NewService(curation.Rooms{
		DB: d, Accounts: h.accounts, Listings: h.cards, Territories: territories, Taxonomies: curation.Taxonomies{Competences: competences, Sectors: sectors},
		Sites: sites{t}, Now: now,
	})
	h.s = NewService(Rooms{
		DB: d, Curation: h.curation, Accounts: h.accounts, Competences: competences, Sectors: sectors, Now: now,
		Territory: func(ctx context.Context, code string) (*territory.Territory, *territory.Outlines, error) {
			found, err := territories.Get(ctx, code)
			return found, nil, err
		},
		Picture: func(_ context.Context, data []byte, o picture.Options) (picture.Picture, error) {
			return picture.Read(data, o)
		},
	})
	h.pages, err = NewPages(h.s, Drawings{
		Card: func(_ *http.Request, r listing.Record, inside bool) (template.HTML, error) {
			name := template.HTML(template.HTMLEscapeString(r.Listing.Name + " · " + r.Listing.Headline))
			if inside {
				return "<p>" + name + "</p>", nil
			}
			return "<h1>" + name + "</h1>", nil
		},
		Areas: func(context.Context, string, string) (template.HTML, error) { return `<svg class="map"></svg>`, nil },
	})
	h.must(err)
	h.pages.Routes(h.router)
	h.l = h.imported("Les Ateliers du Lagon")
	h.louise = h.owner("louise@lagon.example", "Louise Téin", h.l)
	h.jules = h.staff("jules@grappe.example", "Jules Wamytan")
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error { return f(h.t.Context(), tx) }))
}

// imported is a published card as an import leaves it.
func (h *house) imported(name string) listing.Listing {
	h.t.Helper()
	var l listing.Listing
	h.write(func(ctx context.Context, tx *db.Tx) error {
		fresh := listing.Listing{Territory: "nc", State: listing.Published}
		content := card()
		content.Name, content.Logo = name, ""
		fresh, _ = listing.Merge(fresh, content, nil, company.Source{Kind: company.FromImport, Name: "test", At: h.clock.AddDate(0, -2, 0)})
		saved, err := listing.Store{}.Save(ctx, tx, listing.Record{Listing: fresh, Company: company.Company{Territory: "nc", UsualName: name, Status: company.Active}}, h.clock)
		l = saved.Listing
		return err
	})
	return l
}

// owner is a person who acts for the company of a card.
func (h *house) owner(address, name string, l listing.Listing) account.Actor {
	h.t.Helper()
	actor := account.Actor{Mail: address, Name: name, Territory: "nc", Lang: "fr", ProvedAt: h.clock, Companies: map[string]account.Role{l.CompanyID: account.CompanyManager}}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, _, err := h.accounts.Arrive(ctx, tx, address, "nc", "fr")
		actor.Person = p.ID
		return cmp.Or(err, h.accounts.Name(ctx, tx, p.ID, name), h.accounts.Attach(ctx, tx, p.ID, l.CompanyID, "nc", account.CompanyEditor))
	})
	return actor
}

func (h *house) staff(address, name string) account.Actor {
	h.t.Helper()
	p, err := h.accounts.Appoint(h.t.Context(), account.Operator("nc"), address, account.ProjectManager)
	h.must(err)
	return account.Actor{Person: p.ID, Mail: p.Mail, Name: name, Territory: "nc", Lang: "fr", Roles: []account.Role{account.ProjectManager}, ProvedAt: h.clock, StrongAt: h.clock}
}

func (h *house) trust(trust curation.Trust) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return h.curation.SetTrustIn(ctx, tx, h.l.CompanyID, trust)
	})
}

// now is the card as it stands.
func (h *house) now() listing.Listing {
	h.t.Helper()
	l, err := listing.Reader{}.ByID(h.t.Context(), h.db.Read(), h.l.ID)
	h.must(err)
	return l
}

// tab is a page of a step as somebody has it before them: what it showed, and what they change in it.
type tab struct {
	h     *house
	by    account.Actor
	door  Door
	step  Step
	input Input
}

// opens opens a step as it is shown to somebody.
func (h *house) opens(by account.Actor, door Door, step Step) *tab {
	h.t.Helper()
	sheet, err := h.s.Open(h.t.Context(), by, door, h.l.ID)
	h.must(err)
	b := &tab{h: h, by: by, door: door, step: step, input: Input{Version: sheet.Draft.Base, Shown: sheet.marks(sheet.Draft, step).String(), Form: url.Values{}}}
	for _, q := range asked(step) {
		for name, values := range sheet.form(sheet.Draft, q) {
			b.input.Form[name] = values
		}
	}
	return b
}

// types sets inputs of the form.
func (b *tab) types(name string, values ...string) *tab {
	b.input.Form[name] = values
	return b
}

// saves sends the form.
func (b *tab) saves() Sheet {
	b.h.t.Helper()
	sheet, _, err := b.h.s.Save(b.h.t.Context(), b.by, b.door, b.h.l.ID, b.step, b.input)
	b.h.must(err)
	return sheet
}

func (h *house) publishes(by account.Actor, door Door) curation.Outcome {
	h.t.Helper()
	out, err := h.s.Publish(h.t.Context(), by, door, h.l.ID, h.now().Version)
	h.must(err)
	return out
}

// drafts are those that are kept of somebody.
func (h *house) drafts(by account.Actor) []Draft {
	h.t.Helper()
	drafts, err := h.s.store.draftsOf(h.t.Context(), h.db.Read(), by.Person)
	h.must(err)
	return drafts
}

// answer is what a page answered.
type answer struct {
	status int
	to     string
	body   string
}

// asks asks for a page in a language, as somebody.
func (h *house) asks(by account.Actor, lang, method, path string, form url.Values) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return h.sends(by, lang, r)
}

func (h *house) sends(by account.Actor, lang string, r *http.Request) answer {
	h.t.Helper()
	frame := uitest.Frame(h.t, lang, rooms()...)
	ctx := ui.With(account.With(territory.With(r.Context(), h.place), by), frame)
	if h.resumed != nil {
		ctx = web.WithResumed(ctx, h.resumed)
	}
	w := httptest.NewRecorder()
	h.router.ServeHTTP(w, r.WithContext(ctx))
	return answer{w.Code, strings.TrimPrefix(w.Header().Get("Location"), "/nc"), w.Body.String()}
}

// picturePNG is a small picture.
func picturePNG(t *testing.T) []byte { return pictureOf(t, 80, 60) }

func pictureOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
