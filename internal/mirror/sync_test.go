package mirror

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestMirrorFollowsItsSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		a, b, c := card("Atelier du lagon"), card("Bureau des îles"), card("Conseil & Cie")
		bare := &listing.Public{ID: card("x").ID, Slug: "nue", URL: "https://annuaire.example.pf/annuaire/nue", Name: "Nue", Category: listing.Community, CreatedAt: a.CreatedAt}
		s.set(a, b, c, bare)
		counted(t, p.follow(t, s), 4, 0, 0, 0)
		p.equal(t, s)
		m, err := p.Get(t.Context(), "pf")
		if err != nil || m.Source != s.url+"/pf" || m.Title != "Polynésie française" || m.Attribution != "OPEN" || m.Licence != "Licence Ouverte 2.0" ||
			!m.Complete || !m.LastOKAt.Equal(p.clock.Now()) || m.Failures != 0 || m.Fault != nil {
			t.Errorf("state %+v, %v", m, err)
		}

		before, err := d.Changes(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		counted(t, p.sync(t), 0, 0, 0, 0)
		a.Headline, a.Slug, a.Lat, a.Lon, a.Phones = "Autre chose", "atelier-renomme", nil, nil, nil
		s.set(a, b) // b says what it said
		s.gone(c.ID)
		s.gone(card("never seen").ID)
		counted(t, p.sync(t), 0, 1, 1, 1)
		p.equal(t, s)
		if l, err := (listing.Reader{}).BySlug(t.Context(), d.Read(), "pf", "atelier-du-lagon"); err != nil || l.Slug != "atelier-renomme" {
			t.Errorf("the former address leads to %q, %v", l.Slug, err)
		}
		after, err := d.Changes(t.Context(), before[len(before)-1].Seq, 1000)
		if err != nil || len(after) != 2 {
			t.Errorf("%d changes are told of an edit and a deletion, %v", len(after), err)
		}
		s.set(c)
		counted(t, p.sync(t), 1, 0, 0, 0)
		p.equal(t, s)
	})
}

// After any history the mirror shows what the source shows.
func TestMirrorOfRandomEdits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		random := rand.New(rand.NewPCG(1, 2))
		cards := make([]*listing.Public, 30)
		for i := range cards {
			cards[i] = card(fmt.Sprintf("Entreprise %d", i))
		}
		s.set(cards...)
		p.follow(t, s)
		for round := range 12 {
			for range 40 {
				c := cards[random.IntN(len(cards))]
				switch random.IntN(4) {
				case 0:
					s.gone(c.ID)
				case 1:
					c.Name = fmt.Sprintf("Nom %d", random.IntN(1000))
					c.Slug = fmt.Sprintf("%s-%s", listing.Slug(c.Name), c.ID[:8])
					s.set(c)
				default:
					c.Headline, c.Tags = fmt.Sprint(random.Uint32()), []string{fmt.Sprint(random.IntN(5))}
					s.set(c)
				}
			}
			if round%4 == 3 {
				kept := slices.Clone(cards[:20+random.IntN(10)])
				s.restore(fmt.Sprint("r", round), kept...)
			}
			p.sync(t)
			p.equal(t, s)
		}
	})
}

// A reading that is cut off between two pages goes on exactly there.
func TestMirrorGoesOnWhereItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		for i := range 1200 {
			s.set(card(fmt.Sprintf("Entreprise %d", i)))
		}
		found, err := Probe(t.Context(), p.rooms.Client, s.url, "pf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Add(t.Context(), found); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		report, err := p.Sync(ctx, "pf", func(cards int) {
			if cards == 500 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || report.Mirror.Cards != 500 {
			t.Fatalf("%d cards, %v", report.Mirror.Cards, err)
		}
		m, err := p.Get(t.Context(), "pf")
		if err != nil || m.Cards != 500 || m.Complete || m.Failures != 0 || m.place != "a-500" {
			t.Fatalf("cut off: %+v, %v", m, err)
		}
		s.asked()
		counted(t, p.sync(t), 700, 0, 0, 0)
		if got := s.asked(); !slices.Equal(got, []string{"a-500", "a-1000"}) {
			t.Errorf("asked for %v", got)
		}
		p.equal(t, s)
	})
}

// A source that does not know the cursor any more is read from its beginning; what it has no more goes at the end, and
// not before.
func TestMirrorStartsAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		a, b, c := card("A"), card("B"), card("C")
		s.set(a, b, c)
		p.follow(t, s)
		a.Headline = "Restaurée"
		s.restore("b", a, b)
		r := p.sync(t)
		counted(t, r, 0, 1, 1, 1)
		if !r.Restarted {
			t.Error("the report does not say that it began again")
		}
		p.equal(t, s)

		// Cut off at the end of the reading, before the sweep.
		s.restore("c", a)
		spoilt := errors.New("not now")
		swept := false
		p.rooms.Client = &getter{next: p.rooms.Client, after: func(address string) error {
			if strings.Contains(address, "cursor=c-") {
				swept = true
			}
			return nil
		}}
		if _, err := p.Sync(t.Context(), "pf", func(int) {}); err != nil {
			t.Fatal(err)
		}
		p.equal(t, s)
		if swept {
			t.Error("one page is asked for twice")
		}

		// All gone at once, and nobody says so: the source has lost them.
		s.restore("d")
		_, err := p.Sync(t.Context(), "pf", nil)
		if e := errs.As(err); e == nil || e.Key != "mirror.emptied" {
			t.Errorf("an emptied source: %v, %v", err, spoilt)
		}
		if n, err := (listing.Reader{}).Count(t.Context(), d.Read(), "pf"); err != nil || n != 1 {
			t.Errorf("%d cards are left, %v", n, err)
		}
		s.set(a, b)
		counted(t, p.sync(t), 1, 0, 0, 1)
		p.equal(t, s)
	})
}

func TestSlugs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		a, b := card("Même nom"), card("Autre")
		b.Slug = a.Slug
		s.set(a, b)
		p.follow(t, s)
		slug := func(name string) string {
			var found string
			err := listing.Reader{}.Each(t.Context(), d.Read(), "pf", func(l listing.Listing) error {
				if l.Name == name {
					found = l.Slug
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		first := []string{slug("Même nom"), slug("Autre")}
		slices.Sort(first)
		if !slices.Equal(first, []string{"meme-nom", "meme-nom-2"}) {
			t.Fatalf("slugs %v", first)
		}
		held := slug("Autre")
		for i := range 3 { // an edit that renames nothing claims nothing
			b.Headline = fmt.Sprint(i)
			s.set(b)
			p.sync(t)
		}
		if got := slug("Autre"); got != held {
			t.Errorf("the slug moved from %s to %s", held, got)
		}
	})
}

func TestAddAndRemove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		for i := range cardsAtOnce + 3 {
			s.set(card(fmt.Sprintf("Entreprise %d", i)))
		}
		p.follow(t, s)
		if _, err := p.Add(t.Context(), Source{Address: "https://other.example", Territory: "pf"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second source: %v", err)
		}
		if n, err := p.Remove(t.Context(), "pf", false); err != nil || n != cardsAtOnce+3 {
			t.Fatalf("removed %d, %v", n, err)
		}
		if n, err := (listing.Reader{}).Count(t.Context(), d.Read(), "pf"); err != nil || n != 0 {
			t.Errorf("%d cards are left, %v", n, err)
		}
		if list, err := p.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("left: %v, %v", list, err)
		}
		if _, err := p.Remove(t.Context(), "pf", false); !errs.Is(err, errs.NotFound) {
			t.Errorf("removed twice: %v", err)
		}
		if _, err := p.Sync(t.Context(), "pf", nil); !errs.Is(err, errs.NotFound) {
			t.Errorf("no such mirror: %v", err)
		}

		p.follow(t, s)
		if n, err := p.Remove(t.Context(), "pf", true); err != nil || n != cardsAtOnce+3 {
			t.Fatalf("kept %d, %v", n, err)
		}
		var own listing.Listing
		if err := (listing.Reader{}).Each(t.Context(), d.Read(), "pf", func(l listing.Listing) error { own = l; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := listing.NewService(d, p.clock.Now).Hide(t.Context(), listing.Author{}, own.ID, own.Version); err != nil {
			t.Errorf("a kept card is not ours: %v", err)
		}
		if _, err := p.Add(t.Context(), Source{Address: s.url + "/pf", Territory: "pf"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a territory with cards of its own: %v", err)
		}
	})
}

// One works on a mirror at a time; whoever is gone without a word is waited for a little, one whose process is gone is not.
func TestLeases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		s.set(card("A"))
		p.follow(t, s)
		entered, release := make(chan struct{}), make(chan struct{})
		s.spoilt(func(http.ResponseWriter, *http.Request) bool {
			entered <- struct{}{}
			<-release
			return false
		})
		first := make(chan error, 1)
		go func() {
			_, err := p.Sync(context.WithoutCancel(t.Context()), "pf", nil)
			first <- err
		}()
		<-entered
		if _, err := p.Sync(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != keyBusy {
			t.Errorf("a second one at once: %v", err)
		}
		p.clock.pass(2 * Every)
		p.clock.pass(-2 * Every)
		s.spoilt(nil)
		close(release)
		if err := <-first; err != nil {
			t.Error(err)
		}
		for name, c := range map[string]struct {
			host string
			pid  int64
			wait time.Duration
			free bool
		}{
			"another machine, just heard of": {"elsewhere", 1, 0, false},
			"another machine, silent":        {"elsewhere", 1, leaseLife + time.Second, true},
			"this machine, no such process":  {db.NewHolder().Host, 1 << 30, 0, true},
			"this process":                   {db.NewHolder().Host, db.NewHolder().PID, 0, false},
		} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO mirror_leases (territory, holder, host, pid, beat_at) VALUES ('pf', 'x', $1, $2, $3)
					ON CONFLICT (territory) DO UPDATE SET host = excluded.host, pid = excluded.pid, beat_at = excluded.beat_at`,
					c.host, c.pid, db.ToMillis(p.clock.Now()))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			p.clock.pass(c.wait)
			if _, err := p.Sync(t.Context(), "pf", nil); c.free != (err == nil) || err != nil && !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Whoever lost the lease meanwhile writes nothing more.
func TestLostLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		s.set(card("A"))
		p.follow(t, s)
		s.set(card("B"))
		s.spoilt(func(http.ResponseWriter, *http.Request) bool {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(context.Background(), "UPDATE mirror_leases SET holder = 'another'")
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return false
		})
		if _, err := p.Sync(t.Context(), "pf", nil); errs.As(err) == nil || errs.As(err).Key != "mirror.lease_lost" {
			t.Errorf("%v", err)
		}
		if m, err := p.Get(t.Context(), "pf"); err != nil || m.Cards != 1 || m.Failures != 0 {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

// journal counts what is told of mirrors.
type journal struct{ slog.Handler }

func newJournal(lines *[]string) *slog.Logger {
	return slog.New(&journal{slog.NewTextHandler(writerFunc(func(b []byte) { *lines = append(*lines, string(b)) }), nil)})
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) { f(b); return len(b), nil }

func TestSyncDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, p := newSource(t), newPlace(t, d)
		var told []string
		p.log = newJournal(&told)
		s.set(card("A"))
		p.follow(t, s)
		if n := p.syncDue(t); n != 0 {
			t.Errorf("%d were due at once", n)
		}
		p.clock.pass(Every + Every/10)
		if n := p.syncDue(t); n != 1 {
			t.Errorf("%d were due after %v", n, Every)
		}
		p.rooms.Every = time.Minute // another process asks more often than who asked last
		p.clock.pass(70 * time.Second)
		if n := p.syncDue(t); n != 1 {
			t.Errorf("%d were due after %v", n, p.rooms.Every)
		}
		p.rooms.Every = Every
		s.spoilt(func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		})
		var pauses []time.Duration
		for range 6 {
			p.clock.pass(longestPause + longestPause/10)
			p.syncDue(t)
			m, err := p.Get(t.Context(), "pf")
			if err != nil {
				t.Fatal(err)
			}
			pauses = append(pauses, m.NextAt.Sub(p.clock.Now()))
		}
		for i, want := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour, time.Hour} {
			if pauses[i] < want*9/10 || pauses[i] > want*11/10 {
				t.Errorf("pause %d is %v, not about %v", i, pauses[i], want)
			}
		}
		s.spoilt(func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Retry-After", "3000")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		})
		p.clock.pass(2 * longestPause)
		p.syncDue(t)
		s.spoilt(nil)
		p.clock.pass(2 * longestPause)
		if n := p.syncDue(t); n != 1 {
			t.Error("it does not recover")
		}
		if m, err := p.Get(t.Context(), "pf"); err != nil || m.Failures != 0 || m.Fault != nil || !m.FailingSince.IsZero() {
			t.Errorf("after recovery %+v, %v", m, err)
		}
		if len(told) != 3 || !strings.Contains(told[0], "level=WARN") || !strings.Contains(told[1], "mirror.later") || !strings.Contains(told[2], "level=INFO") {
			t.Errorf("the log says %q", told)
		}
	})
}

func TestFollowEnds(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"))
	p.follow(t, s)
	p.clock.pass(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	s.spoilt(func(_ http.ResponseWriter, r *http.Request) bool {
		cancel()
		<-r.Context().Done()
		return true
	})
	if err := p.Follow(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if m, err := p.Get(t.Context(), "pf"); err != nil || m.Failures != 0 {
		t.Errorf("being stopped counts as a failure: %+v, %v", m, err)
	}
	s.spoilt(nil)
	if n := p.syncDue(t); n != 1 {
		t.Error("the lease was not given back")
	}
}
