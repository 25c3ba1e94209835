package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale/localetest"
)

// getter watches and spoils what the client does.
type getter struct {
	next  Getter
	after func(address string) error
}

func (g *getter) Get(ctx context.Context, address, accept string, most int64) (fetch.Answer, error) {
	if err := g.after(address); err != nil {
		return fetch.Answer{}, err
	}
	return g.next.Get(ctx, address, accept, most)
}

const secret = "<script>steal()</script>"

// Whatever a source does, the copy stays as it was, the state says what happened in words of ours, and all is well again
// as soon as the source is.
func TestBadSources(t *testing.T) {
	answer := func(text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, text) // the client may be gone
			return true
		}
	}
	raw := func(text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, text)
				conn.Close()
			}
			return true
		}
	}
	status := func(code int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, secret)
			return true
		}
	}
	good := text(t, card("Intruse"))
	change := fmt.Sprintf(`{"id":%q,"at":"2026-01-01T00:00:00Z","listing":%s}`, card("x").ID, good)
	pageOf := func(rest string) string { return `{"territory":"pf",` + rest + `}` }
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct {
		spoil func(http.ResponseWriter, *http.Request) bool
		key   string
	}{
		"down":                 {raw(""), "fetch.broken"},
		"slow":                 {func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }, "fetch.slow"},
		"longer than it says":  {raw(head + "Content-Length: 20\r\n\r\n" + pageOf(`"changes":[],"next":"x","more":false`)), "mirror.garbage"},
		"shorter than it says": {raw(head + "Content-Length: 2000\r\n\r\n" + pageOf(`"changes":[],"next":"x","more":false`)), "fetch.cut"},
		"enormous by its word": {raw(head + "Content-Length: 99999999999\r\n\r\n{"), "fetch.too_large"},
		"enormous":             {answer(`{"territory":"` + strings.Repeat("x", maxPage) + `"}`), "fetch.too_large"},
		"to a private address": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
			return true
		}, "fetch.private"},
		"to this machine": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://[::1]:22/", http.StatusFound)
			return true
		}, "fetch.private"},
		"round and round": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
			return true
		}, "fetch.redirects"},
		"an error page":           {status(500), "mirror.status"},
		"busy":                    {status(429), "mirror.later"},
		"moved away":              {status(404), "mirror.no_feed"},
		"never knows a cursor":    {status(410), "mirror.status"},
		"a login page":            {func(w http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(w, "<html>"+secret); return true }, "mirror.not_json"},
		"no JSON":                 {answer(secret), "mirror.garbage"},
		"another JSON":            {answer(`{"hello":"world"}`), "mirror.garbage"},
		"a list":                  {answer(`[1,2,3]`), "mirror.garbage"},
		"half a page":             {answer(`{"territory":"pf","changes":[` + change), "mirror.garbage"},
		"two pages":               {answer(pageOf(`"changes":[],"next":"x","more":false`) + "{}"), "mirror.garbage"},
		"no changes":              {answer(pageOf(`"next":"x","more":false`)), "mirror.garbage"},
		"no more":                 {answer(pageOf(`"changes":[],"next":"x"`)), "mirror.garbage"},
		"no cursor":               {answer(pageOf(`"changes":[],"more":false`)), "mirror.garbage"},
		"a long cursor":           {answer(pageOf(`"changes":[],"more":false,"next":"` + strings.Repeat("x", maxCursor+1) + `"`)), "mirror.garbage"},
		"a cursor with a NUL":     {answer(pageOf(`"changes":[],"more":false,"next":"a\u0000b"`)), "mirror.garbage"},
		"a cursor that stands":    {answer(pageOf(`"changes":[],"next":"a-2","more":true`)), "mirror.garbage"},
		"another territory":       {answer(`{"territory":"nc","changes":[` + change + `],"next":"x","more":false}`), "mirror.became_other"},
		"no identifier":           {answer(pageOf(`"changes":[` + change + `,{"deleted":true}],"next":"x","more":false`)), "mirror.garbage"},
		"a strange identifier":    {answer(pageOf(`"changes":[{"id":"../../etc/passwd","deleted":true}],"next":"x","more":false`)), "mirror.garbage"},
		"a change without a card": {answer(pageOf(`"changes":[{"id":"` + card("x").ID + `"}],"next":"x","more":false`)), "mirror.garbage"},
		"too many changes":        {answer(pageOf(`"changes":[` + strings.Repeat(`{"id":"a"},`, maxChanges) + `{"id":"a"}],"next":"x","more":false`)), "mirror.garbage"},
		"a strange date":          {answer(pageOf(`"changes":[{"id":"` + card("x").ID + `","at":"` + secret + `","deleted":true}],"next":"x","more":false`)), "mirror.garbage"},
		"no HTTP":                 {raw(secret + "\r\n\r\n"), "fetch.broken"},
		"deep":                    {answer(strings.Repeat("[", 1_000_000)), "mirror.garbage"},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			s, p := newSource(t), newPlace(t, d)
			var told []string
			p.log = newJournal(&told)
			p.rooms.Client = client(fetch.Options{Header: 100 * time.Millisecond})
			s.set(card("A"), card("B"))
			p.follow(t, s)
			before, err := d.Changes(t.Context(), 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			s.spoilt(c.spoil)
			p.clock.pass(time.Minute)
			for range 2 {
				_, err = p.Sync(t.Context(), "pf", nil)
				if e := errs.As(err); e == nil || e.Key != c.key {
					t.Fatalf("%v, not %s", err, c.key)
				}
			}
			m, err := p.Get(t.Context(), "pf")
			if err != nil || m.Failures != 2 || m.Fault == nil || m.Fault.Key != c.key || m.Cards != 2 ||
				!m.FailingSince.Equal(p.clock.Now()) || m.LastOKAt.Equal(p.clock.Now()) || !m.LastTryAt.Equal(p.clock.Now()) {
				t.Errorf("state %+v, %v", m, err)
			}
			said := m.Message(localetest.Printer(t, "fr", Texts, fetch.Texts))
			if said == "" || strings.ContainsAny(said, "{}<>") || strings.Contains(strings.Join(told, ""), "script") {
				t.Errorf("it says %q and logs %q", said, told)
			}
			if len(told) != 1 || !strings.Contains(told[0], "WARN") {
				t.Errorf("the log says %q", told)
			}
			if after, err := d.Changes(t.Context(), before[len(before)-1].Seq, 100); err != nil || len(after) != 0 {
				t.Errorf("%d changes, %v", len(after), err)
			}
			p.equal(t, s)
			s.spoilt(nil)
			s.set(card("C"))
			p.sync(t)
			p.equal(t, s)
		})
	}
}

// A feed that always has more is left after a while, with what was good in it.
func TestEndlessSource(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"))
	p.follow(t, s)
	p.limits.pages = 20
	asked := 0
	s.spoilt(func(w http.ResponseWriter, _ *http.Request) bool {
		asked++
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"territory":"pf","changes":[],"next":"x%d","more":true}`, asked)
		return true
	})
	if _, err := p.Sync(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != "mirror.endless" || asked != 20 {
		t.Errorf("%v after %d pages", err, asked)
	}
	p.limits.pages, p.limits.bytes = 1000, 1000
	if _, err := p.Sync(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != "mirror.endless" || asked > 50 {
		t.Errorf("%v after %d pages", err, asked)
	}
	s.spoilt(nil)
	p.limits.bytes = maxSync
	p.sync(t) // its cursor is not the source's: from the beginning
	p.equal(t, s)
}

func TestTooManyCards(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	p.limits.cards = 2
	s.set(card("A"), card("B"))
	p.follow(t, s)
	s.set(card("C"))
	if _, err := p.Sync(t.Context(), "pf", nil); !errs.Is(err, errs.TooLarge) {
		t.Errorf("%v", err)
	}
	if m, err := p.Get(t.Context(), "pf"); err != nil || m.Cards != 2 || m.place != "a-2" {
		t.Errorf("%+v, %v", m, err)
	}
}

// A source that asks for a little patience gets it, and one that only ever asks does not.
func TestPatience(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"))
	p.follow(t, s)
	var waited []time.Duration
	p.pause = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
	s.set(card("B"))
	refusals := 3
	s.spoilt(func(w http.ResponseWriter, _ *http.Request) bool {
		if refusals--; refusals < 0 {
			return false
		}
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	counted(t, p.sync(t), 1, 0, 0, 0)
	if fmt.Sprint(waited) != "[7s 7s 7s]" {
		t.Errorf("waited %v", waited)
	}
	waited, refusals = nil, 1000
	if _, err := p.Sync(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != keyLater || len(waited) != mostWaits {
		t.Errorf("%v after %v", err, waited)
	}
	p.pause = pause
	ctx, cancel := context.WithCancel(t.Context())
	cancelling := p.pause
	p.pause = func(ctx context.Context, d time.Duration) error { cancel(); return cancelling(ctx, d) }
	if _, err := p.Sync(ctx, "pf", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A page that is too large is asked for in smaller parts.
func TestSmallerPages(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	for i := range 120 {
		c := card(fmt.Sprintf("Entreprise %d", i))
		c.Accessibility = []string{strings.Repeat("x", maxPage/110)} // too long an element: left out
		s.set(c)
	}
	r := p.follow(t, s)
	counted(t, r, 120, 0, 0, 0)
	if r.Mended["accessibility"] != 120 {
		t.Errorf("mended %v", r.Mended)
	}
}

// No identifier of a source leads to a card that is not its own.
func TestNoOtherCardIsTouched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		var own listing.Record
		err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			own, err = listing.Store{}.Save(t.Context(), tx, listing.Record{Listing: listing.Listing{
				Territory: "nc", State: listing.Published, Content: listing.Content{Name: "À nous", Category: listing.Company},
			}}, p.clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		evil := card("Usurpateur")
		evil.ID = own.Listing.ID
		company := card("Autre")
		company.ID = own.Company.ID
		s.set(evil, company)
		p.follow(t, s)
		p.equal(t, s)
		s.gone(evil.ID)
		s.gone(company.ID)
		p.sync(t)
		p.equal(t, s)
		got, err := (listing.Reader{}).Records(t.Context(), d.Read(), []string{own.Listing.ID})
		if err != nil || len(got) != 1 || text(t, got[0]) != text(t, own) {
			t.Errorf("our card is %+v, %v", got, err)
		}
	})
}

// What cannot stand here is left out or mended, and counted; a card that was good before stays as it was.
func TestLeftOutAndMended(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	good := card("Bonne")
	s.set(good)
	p.follow(t, s)
	want := s.public()

	spoilt := *good
	spoilt.Category = "spaceship"
	nameless, odd := card("x"), card("Étrange")
	nameless.Name = "  "
	far := time.Date(2126, 1, 1, 0, 0, 0, 0, time.UTC)
	lat := 91.0
	odd.Zone, odd.Competences, odd.Sectors, odd.Lat = "atlantide", []string{"web-development", "alchimie"}, []string{"licornes"}, &lat
	odd.Emails, odd.Websites, odd.Logo = []string{"pas une adresse"}, []string{"javascript:alert(1)", "https://bon.example"}, "http://example.pf/l.png"
	odd.Social = []listing.Social{{Network: "myspace", URL: "https://a.example"}, {Network: "x", URL: "https://x.com/a"}}
	odd.Description, odd.ConfirmedAt, odd.URL = strings.Repeat("é", listing.MaxDescription+5), far, "javascript:alert(1)"
	odd.Identifiers = []listing.PublicNumber{{Scheme: "nasa", Value: "1"}, {Scheme: "tahiti", Value: "néant"}}
	odd.SizeClass, odd.FoundedYear, odd.ServiceArea = "huge", 12, listing.ServiceArea{Zones: []string{"nulle part", "nc"}}
	odd.Headline = "a\x00b"
	s.set(&spoilt, nameless, odd)
	r := p.sync(t)
	counted(t, r, 1, 0, 0, 0)
	if fmt.Sprint(r.LeftOut) != "map[category:1 name:1]" || len(r.Left) != 2 {
		t.Errorf("left out %v %v", r.LeftOut, r.Left)
	}
	mended := "map[competences:1 confirmed_at:1 description:1 emails:1 founded_year:1 headline:1 identifiers:1 logo:1 point:1 sectors:1 " +
		"service_area:1 size_class:1 social:1 websites:1 zone:1]"
	if fmt.Sprint(r.Mended) != mended {
		t.Errorf("mended %v", r.Mended)
	}
	seen := map[string]listing.Record{}
	err := listing.Reader{}.EachRecord(t.Context(), d.Read(), "pf", func(r listing.Record) error { seen[r.Listing.Name] = r; return nil })
	if err != nil || len(seen) != 2 {
		t.Fatalf("%d cards, %v", len(seen), err)
	}
	l, c := seen["Étrange"].Listing, seen["Étrange"].Company
	if err := l.Validate(); err != nil || l.Zone != "" || l.Point != nil || len(l.Websites) != 1 || fmt.Sprint(l.ServiceArea.Zones) != "[nc]" || len(l.Social) != 1 || !l.ConfirmedAt.IsZero() ||
		len(c.Identifiers) != 1 || c.Identifiers[0].Valid || c.FoundedYear != 0 || l.Headline != "ab" {
		t.Errorf("%+v %+v %v", l, c, err)
	}
	if original, err := p.Original(t.Context(), l.ID); err != nil || original != "" {
		t.Errorf("its page is %q, %v", original, err)
	}
	if seen["Bonne"].Listing.Category != want[good.ID].Category {
		t.Error("a card that was good is not kept")
	}
	for _, source := range c.Provenance {
		if source.Kind != company.FromImport || source.Name != "grappe:"+strings.TrimPrefix(s.url, "http://")+"/pf" {
			t.Errorf("from %+v", source)
		}
	}
	var out strings.Builder
	if err := r.Write(&out, localetest.Printer(t, "fr", Texts, listing.Texts)); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"2 fiches.", "1 créée, 0 mise à jour, 0 retirée, 0 inchangée.", "1 fiche laissée de côté", "catégorie est inconnue ici", "« Numéros d’immatriculation »"} {
		if !strings.Contains(strings.ReplaceAll(out.String(), "\u202f", " "), part) {
			t.Errorf("the report does not say %q:\n%s", part, out.String())
		}
	}
}
