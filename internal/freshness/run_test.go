package freshness_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// each runs the test over both engines, in New Caledonia.
func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newBench(t, d, "nc")) })
}

// due gives n cards of which the first reminder is due on the day that it comes to, with the reminders on.
func (b *bench) due(n int) []listing.Listing {
	b.t.Helper()
	var records []listing.Record
	for i := range n {
		records = append(records, b.card(i, b.clock))
	}
	cards := b.save(records...)
	b.tick(0, 8, 0)
	b.begin()
	b.clock = b.clock.AddDate(0, 6, 0)
	return cards
}

// to are the addresses of the letters since the last time.
func (b *bench) to() string {
	var all []string
	for _, m := range b.mails.take() {
		all = append(all, m.To.Mail)
	}
	return strings.Join(all, " ")
}

// What fails in the middle of a batch leaves nothing of it, and is done by the next: each card is asked about once.
func TestAFaultInTheMiddle(t *testing.T) {
	each(t, func(b *bench) {
		b.due(2*freshness.BatchSize + 30)
		left := freshness.BatchSize + 17
		b.mails.put = func() error {
			if left--; left < 0 {
				return errors.New("the disk is full")
			}
			return nil
		}
		if err := b.s.Tick(b.t.Context()); err == nil {
			t.Error("nobody is told")
		}
		if n := b.number("SELECT count(*) FROM freshness_cards WHERE sent = 6"); n != freshness.BatchSize {
			t.Errorf("%d cards are done, want a batch", n)
		}
		if n := b.number("SELECT letters FROM freshness_days WHERE day = $1", b.day()); n != freshness.BatchSize {
			t.Errorf("%d letters are counted", n)
		}
		b.mails.put = nil
		b.open() // another process
		b.tick(0, 9, 0)
		b.tick(0, 10, 0)
		if n := len(b.mails.take()); n != 2*freshness.BatchSize+30 {
			t.Errorf("%d letters", n)
		}
	})
}

// A clock that goes back, days off, a start in the middle of the day: nothing is done twice, and nothing is forgotten.
func TestClocksAndDaysOff(t *testing.T) {
	each(t, func(b *bench) {
		b.due(3)
		b.tick(0, 6, 0)
		if got := b.to(); got != "" {
			t.Errorf("before eight: %s", got)
		}
		b.tick(4, 17, 0) // the service was off
		if n := len(b.mails.take()); n != 3 {
			t.Errorf("%d letters after days off", n)
		}
		b.tick(-2, 9, 0)
		b.tick(0, 10, 0)
		b.tick(2, 9, 0)
		b.tick(1, 9, 0)
		if got := b.to(); got != "" {
			t.Errorf("again: %s", got)
		}
	})
}

// As long as no letter can leave, or nobody knows where its button would lead, nobody is asked and nothing leaves the public.
func TestNobodyIsAskedInSilence(t *testing.T) {
	each(t, func(b *bench) {
		cards := b.due(2)
		for _, silence := range []func(on bool){
			func(on bool) { b.mails.silent = on },
			func(on bool) {
				b.base = ""
				if !on {
					b.base = "https://grappe.example/nc"
				}
			},
		} {
			silence(true)
			b.tick(400, 9, 0)
			if got := b.to(); got != "" || b.read(cards[0].ID).State != listing.Published {
				t.Errorf("in silence: %s", got)
			}
			silence(false)
		}
		b.tick(1, 9, 0)
		if n := len(b.mails.take()); n != 2 {
			t.Errorf("%d letters once they can leave", n)
		}
		if b.read(cards[0].ID).State != listing.Published {
			t.Error("it left without notice")
		}
	})
}

// A territory whose reminders are off is counted and left alone; cards that are kept elsewhere are not even counted.
func TestOff(t *testing.T) {
	each(t, func(b *bench) {
		cards := b.save(b.card(1, b.clock.AddDate(-3, 0, 0)))
		b.tick(0, 9, 0)
		b.tick(200, 9, 0)
		if got := b.to(); got != "" || b.read(cards[0].ID).State != listing.Published {
			t.Errorf("letters to %q", got)
		}
		if n := b.number("SELECT count(*) FROM freshness_days WHERE unconfirmed = 1"); n != 2 {
			t.Errorf("%d days are counted", n)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error {
			if err := (listing.Store{}).Delete(ctx, tx, []string{cards[0].ID}, b.now()); err != nil {
				return err
			}
			return listing.KeptBy("https://autre.example").Keep(ctx, tx, "nc")
		})
		b.tick(1, 9, 0)
		if n := b.number("SELECT count(*) FROM freshness_days"); n != 2 {
			t.Errorf("%d days are counted of a copy", n)
		}
	})
}

// One card that cannot be read keeps no other from being asked about.
func TestAFaultyCard(t *testing.T) {
	each(t, func(b *bench) {
		cards := b.due(3)
		b.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE listings SET emails = '{' WHERE id = $1", cards[1].ID)
			return err
		})
		b.tick(0, 9, 0)
		if got := b.to(); got != "contact-0000@exemple.nc contact-0002@exemple.nc" && got != "contact-0002@exemple.nc contact-0000@exemple.nc" {
			t.Errorf("letters to %q", got)
		}
		if n := b.number("SELECT cards FROM freshness_days WHERE day = $1", b.day()); n != 2 {
			t.Errorf("%d cards are counted", n)
		}
	})
}

// Cards that come later, and cards that go: followed by the change log, whatever wrote them.
func TestCardsComeAndGo(t *testing.T) {
	each(t, func(b *bench) {
		b.due(1)
		b.tick(0, 9, 0)
		b.mails.take()
		old := b.save(b.card(7, b.clock.AddDate(-4, 0, 0)))[0] // an import brings a card that was confirmed long ago
		seen := ""
		for range 61 {
			b.tick(1, 9, 0)
			if got := b.to(); strings.Contains(got, "0007") {
				seen += b.day()
			}
		}
		if len(seen) != len("2024-07-08") {
			t.Errorf("asked about on %q", seen)
		}
		b.tick(20, 9, 0)
		if b.read(old.ID).State != listing.Published {
			t.Error("it left before its 90 days")
		}
		b.tick(12, 9, 0)
		if b.read(old.ID).State != listing.Lapsed {
			t.Error("it stays")
		}
		b.write(func(ctx context.Context, tx *db.Tx) error {
			return listing.Store{}.Delete(ctx, tx, []string{old.ID}, b.now())
		})
		b.tick(1, 9, 0)
		if n := b.number("SELECT count(*) FROM freshness_cards"); n != 1 {
			t.Errorf("%d cards are kept", n)
		}
		hidden := b.save(b.card(8, b.clock))[0]
		hidden, err := b.cards.Hide(b.t.Context(), listing.Author{}, hidden.ID, hidden.Version)
		b.must(err)
		b.tick(900, 9, 0)
		if b.read(hidden.ID).State != listing.Hidden {
			t.Error("a hidden card lapsed")
		}
		_, err = b.cards.Publish(b.t.Context(), listing.Author{}, hidden.ID, hidden.Version)
		b.must(err)
		b.tick(1, 9, 0)
		b.tick(1, 9, 0)
		if b.read(hidden.ID).State != listing.Published {
			t.Error("a card that the team publishes leaves the next day")
		}
	})
}

func TestSetPolicy(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.t.Context()
		for _, role := range []account.Role{account.Reader, account.ProjectManager} {
			by := account.Actor{Person: "p", Territory: "nc", Roles: []account.Role{role}}
			p, err := b.s.Policy(ctx, by, b.place)
			if err != nil || p.Runs() || p.Lapse != 24 {
				t.Errorf("%s reads %+v, %v", role, p, err)
			}
			if _, err := b.s.SetPolicy(ctx, by, b.place, p); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s writes it: %v", role, err)
			}
			if _, err := b.s.Forecast(ctx, by, b.place, p); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s reads the forecast: %v", role, err)
			}
		}
		if _, err := b.s.Policy(ctx, account.Actor{}, b.place); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a visitor: %v", err)
		}
		p, err := b.s.Policy(ctx, b.admin(), b.place)
		b.must(err)
		p.Active, p.Signer = true, "  Camille \n Delaunay "
		set, err := b.s.SetPolicy(ctx, b.admin(), b.place, p)
		b.must(err)
		if !set.Runs() || !set.BeganAt.Equal(b.now()) || set.Signer != "Camille Delaunay" || set.Version != 1 {
			t.Errorf("%+v", set)
		}
		if _, err := b.s.SetPolicy(ctx, b.admin(), b.place, p); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		b.clock = b.clock.AddDate(0, 1, 0)
		set.Signer = ""
		again, err := b.s.SetPolicy(ctx, b.admin(), b.place, set)
		b.must(err)
		if !again.BeganAt.Equal(set.BeganAt) {
			t.Error("another signature begins anew")
		}
		again.Reminders, again.Unconfirmed, again.Lapse = []int{3, 5}, 8, 10
		anew, err := b.s.SetPolicy(ctx, b.admin(), b.place, again)
		b.must(err)
		if !anew.BeganAt.Equal(b.now()) {
			t.Error("other months do not begin anew")
		}
		if a := b.s.Ages("nc"); a.Ageing != 3 || a.Stale != 8 {
			t.Errorf("the cards age by %+v", a)
		}
		if a := b.s.Ages("pf"); a.Of(b.now().AddDate(0, -5, 0), b.now()) != listing.Fresh {
			t.Errorf("those of another territory by %+v", a)
		}
		anew.Lapse = 8
		if _, err := b.s.SetPolicy(ctx, b.admin(), b.place, anew); !errs.Is(err, errs.Invalid) {
			t.Errorf("it leaves before it is unconfirmed: %v", err)
		}
		if n := b.number("SELECT count(*) FROM audit_entries WHERE action = 'freshness.policy_set'"); n != 3 {
			t.Errorf("%d entries of the trail", n)
		}
		if n := b.number("SELECT count(*) FROM changes WHERE kind = $1", freshness.ChangeKind); n != 3 {
			t.Errorf("%d changes", n)
		}
	})
}

// Before anything is saved the administrator sees what it would bring; nothing of it happens.
func TestForecastOfADirectory(t *testing.T) {
	each(t, func(b *bench) {
		var records []listing.Record
		for i := range 120 {
			records = append(records, b.card(i, b.clock.AddDate(0, -i, 0)))
		}
		b.save(records...)
		b.tick(0, 9, 0)
		p, err := b.s.Policy(b.t.Context(), b.admin(), b.place)
		b.must(err)
		p.Active = true
		f, err := b.s.Forecast(b.t.Context(), b.admin(), b.place, p)
		b.must(err)
		if f.Cards != 120 || f.Unconfirmed != 102 || f.Before != 102 || f.Letters < 114 || f.Leaving < 90 || f.First.Before(b.clock.AddDate(0, 0, 89)) {
			t.Errorf("%+v", f)
		}
		p.Reminders = []int{60, 61}
		if _, err := b.s.Forecast(b.t.Context(), b.admin(), b.place, p); !errs.Is(err, errs.Invalid) {
			t.Errorf("months that fall: %v", err)
		}
		if n := b.number("SELECT count(*) FROM freshness_policies WHERE active"); n != 0 || b.to() != "" {
			t.Error("something happened")
		}
		if p.BeganAt != (time.Time{}) {
			t.Error("it began")
		}
	})
}
