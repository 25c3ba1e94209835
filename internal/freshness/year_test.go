package freshness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/mail"
)

// civil is a date of no place: the days since 1970.
type civil int

func civilOf(t time.Time, z *time.Location) civil {
	y, m, d := t.In(z).Date()
	return civil(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (c civil) date() time.Time { return time.Unix(int64(c)*86400, 0).UTC() }

func (c civil) String() string { return c.date().Format(time.DateOnly) }

// months is the date so many months later, the last of a month that is too short.
func (c civil) months(n int) civil {
	d := c.date()
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return civilOf(time.Date(first.Year(), first.Month(), min(d.Day(), last), 0, 0, 0, 0, time.UTC), time.UTC)
}

// expected is a card as a patient person with a calendar would keep it.
type expected struct {
	id                    string
	anchor, start, letter civil // letter 0 for none
	sent                  int
	reachable, public     bool
	vouched               bool // somebody has confirmed it, ever
	log                   []string
}

// work is what that person does on a day.
func (e *expected) work(day civil) {
	if !e.public {
		return
	}
	due := 0
	for _, m := range []int{6, 9, 12} {
		on := e.anchor.months(m)
		if on < e.start {
			on = e.start + civil(freshness.SpreadOf(e.id))
		}
		if e.letter > 0 {
			on = max(on, e.letter+28)
		}
		if m > e.sent && day >= on {
			due = m
		}
	}
	if due > 0 {
		e.sent = due
		if e.reachable {
			e.letter = day
			e.log = append(e.log, fmt.Sprint(day, " reminder"))
		}
		return
	}
	leaves := max(e.anchor.months(24), e.start+90)
	if e.letter > 0 {
		leaves = max(leaves, e.letter+30)
	}
	if day >= leaves && e.sent == 12 {
		e.public = false
		e.log = append(e.log, fmt.Sprint(day, " gone"))
		if e.reachable {
			e.log = append(e.log, fmt.Sprint(day, " lapsed"))
		}
	}
}

func (e *expected) confirmed(day civil) {
	e.anchor, e.sent, e.public, e.vouched = day, 0, true, true
}

// year is a directory whose clock the test moves.
type year struct {
	*bench
	all   []*expected
	byID  map[string]*expected
	got   map[string][]string
	draw  *rand.Rand
	links map[string]string    // of the last letter, by the card
	asked map[string]time.Time // when that was written
}

func newYear(t *testing.T, d *db.DB, code string, cards int) *year {
	y := &year{
		bench: newBench(t, d, code), byID: map[string]*expected{}, got: map[string][]string{}, draw: rand.New(rand.NewPCG(1, uint64(cards))), links: map[string]string{}, asked: map[string]time.Time{},
	}
	z := y.place.Location()
	var records []listing.Record
	for i := range cards {
		ago := time.Duration(y.draw.IntN(30*30*24)) * time.Hour // up to two and a half years
		r := y.card(i, y.clock.Add(-ago))
		switch i % 40 {
		case 0:
			r.Listing.ConfirmedAt = time.Time{} // counts from its making
		case 1, 2:
			r.Listing.Emails = nil // nobody can be written to
		}
		records = append(records, r)
	}
	for _, l := range y.save(records...) {
		anchor := l.ConfirmedAt
		if anchor.IsZero() {
			anchor = l.CreatedAt
		}
		e := &expected{id: l.ID, anchor: civilOf(anchor, z), reachable: len(l.Emails) > 0, public: true, vouched: !l.ConfirmedAt.IsZero()}
		y.all, y.byID[l.ID] = append(y.all, e), e
	}
	y.tick(0, 8, 20) // the cards are taken over, and nobody is asked yet
	y.begin()
	for _, e := range y.all {
		e.start = civilOf(y.clock, z)
	}
	return y
}

// confirm has somebody vouch for a card in one of the ways that there are.
func (y *year) confirm(e *expected) {
	ctx, l := y.t.Context(), y.read(e.id)
	owner := listing.Author{Source: company.Source{Kind: company.FromOwner}}
	way := y.draw.IntN(4)
	if l.State == listing.Lapsed && way == 3 {
		way = 0
	}
	switch token := y.links[e.id]; {
	case way == 0 && token != "" && y.clock.Before(y.asked[e.id].AddDate(0, 18, 0)):
		seen, err := y.s.Vouch(ctx, y.place, account.Actor{}, token, l.Version)
		y.must(err)
		if seen.Standing != freshness.Done {
			y.t.Fatalf("the button of %s: %s", e.id, seen.Standing)
		}
		if !l.ConfirmedAt.Before(y.asked[e.id]) {
			return // a link that was used does nothing
		}
	case way == 1:
		_, _, err := y.cards.Edit(ctx, owner, l.ID, l.Version, listing.Content{Headline: y.day()}, []string{"headline"})
		y.must(err)
	case way == 3: // an import with a newer date
		y.write(func(ctx context.Context, tx *db.Tx) error {
			records, err := listing.Reader{}.Records(ctx, tx, []string{l.ID})
			if err == nil {
				records[0].Listing.ConfirmedAt = y.clock
				_, err = listing.Store{}.SaveListings(ctx, tx, records, y.clock)
			}
			return err
		})
	default:
		_, err := y.cards.Confirm(ctx, owner, l.ID, l.Version)
		y.must(err)
	}
	e.confirmed(civilOf(y.clock, y.place.Location()))
}

// some are a few cards that somebody thinks of today.
func (y *year) some() []*expected {
	var list []*expected
	for range y.draw.IntN(2 + len(y.all)/500) {
		list = append(list, y.all[y.draw.IntN(len(y.all))])
	}
	return list
}

// pass lets a day pass: some are confirmed in the first minute, others in the last; the work is done after eight, once.
func (y *year) pass() {
	y.t.Helper()
	z := y.place.Location()
	y.move(1, 0, 1)
	day := civilOf(y.clock, z)
	for _, e := range y.some() {
		y.confirm(e)
	}
	if day%5 == 0 {
		y.must(y.s.Tick(y.t.Context()))
		y.tick(0, 7, 59)
	}
	y.collect("before eight", day, false)
	y.tick(0, 8, 5)
	for _, e := range y.all {
		e.work(day)
	}
	y.collect("at work", day, true)
	if day%5 == 0 {
		y.tick(0, 9, 5)
		y.collect("an hour later", day, false)
	}
	y.count(day)
	y.move(0, 23, 59)
	for _, e := range y.some() {
		y.confirm(e)
	}
}

// collect notes the letters that went out, and the cards that left.
func (y *year) collect(when string, day civil, may bool) {
	y.t.Helper()
	letters := y.mails.take()
	if len(letters) > 0 && !may {
		y.t.Fatalf("%s, %s: %d letters", day, when, len(letters))
	}
	for _, m := range letters {
		id := strings.Split(m.Event, "/")[1]
		y.got[id] = append(y.got[id], fmt.Sprint(day, " ", strings.TrimPrefix(m.Kind, "freshness.")))
		y.links[id], y.asked[id] = tokenOf(y.t, m), y.clock.Truncate(time.Second)
	}
}

func tokenOf(t testing.TB, m mail.Message) string {
	t.Helper()
	_, token, ok := strings.Cut(m.Letter.Action.URL, freshness.ExactPath)
	if !ok {
		t.Fatalf("the button leads to %s", m.Letter.Action.URL)
	}
	return token
}

// count compares the numbers of the day.
func (y *year) count(day civil) {
	y.t.Helper()
	var want freshness.Counts
	for _, e := range y.all {
		if !e.public {
			continue
		}
		want.Cards++
		switch {
		case !e.vouched || day >= e.anchor.months(18):
			want.Unconfirmed++
		case day < e.anchor.months(6):
			want.Fresh++
		default:
			want.Ageing++
		}
	}
	want.Orphaned = want.Cards // nobody acts for any
	var got freshness.Counts
	y.must(y.d.Read().QueryRowContext(y.t.Context(), "SELECT cards, fresh, ageing, unconfirmed, orphaned FROM freshness_days WHERE day = $1", day.String()).
		Scan(&got.Cards, &got.Fresh, &got.Ageing, &got.Unconfirmed, &got.Orphaned))
	if got != want {
		y.t.Fatalf("%s: %+v, want %+v", day, got, want)
	}
}

// check compares what happened with what should have, card by card.
func (y *year) check() {
	y.t.Helper()
	revisions, gone := y.left(), 0
	for _, e := range y.all {
		got := append(slices.Clone(y.got[e.id]), revisions[e.id]...)
		gone += len(revisions[e.id])
		want := slices.Clone(e.log)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			y.t.Errorf("%s, spread on day %d:\n%q\nwant\n%q", e.id, freshness.SpreadOf(e.id), got, want)
		}
		if state := y.read(e.id).State; (state == listing.Published) != e.public {
			y.t.Errorf("%s is %s", e.id, state)
		}
	}
	letters := 0
	for _, list := range y.got {
		letters += len(list)
	}
	y.t.Logf("%s: %d cards, %d letters, %d left", y.place.TimeZone, len(y.all), letters, gone)
	if letters < len(y.all) || gone < len(y.all)/100 {
		y.t.Error("too little happened to prove anything")
	}
}

// left are the days on which cards left the public, by their histories.
func (y *year) left() map[string][]string {
	y.t.Helper()
	found := map[string][]string{}
	for _, e := range y.all {
		revisions, err := listing.Reader{}.Revisions(y.t.Context(), y.d.Read(), e.id, "", 100)
		y.must(err)
		for _, r := range revisions {
			if r.Act == listing.Expired {
				found[e.id] = append(found[e.id], fmt.Sprint(civilOf(r.At, y.place.Location()), " gone"))
			}
		}
	}
	return found
}

// A directory of two thousand cards lives for more than two years in a few seconds: each is asked about on the right days there, once;
// says that it is unconfirmed on the right day; leaves on the right day; and whoever vouches for one in whatever way begins anew.
func TestYears(t *testing.T) {
	for _, tt := range []struct {
		code        string
		cards, days int
		open        func(t testing.TB) *db.DB
	}{
		{"nc", 2000, 800, func(t testing.TB) *db.DB { return dbtest.SQLite(t) }},
		{"nancy", 2000, 430, func(t testing.TB) *db.DB { return dbtest.SQLite(t) }},
		{"nancy", 200, 430, func(t testing.TB) *db.DB { return dbtest.Postgres(t) }},
	} {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			if raced { // nothing here is concurrent
				tt.cards, tt.days = 100, 430
			}
			y := newYear(t, tt.open(t), tt.code, tt.cards)
			for range tt.days {
				y.pass()
			}
			y.check()
		})
	}
}
