package freshness_test

import (
	"fmt"
	"strings"
	"testing"

	"grappe/internal/listing"
)

// told lets days pass, and says what happened to a card: "12 reminder" for twelve days later, "91 gone" when it left.
func (b *bench) told(id string, days int) []string {
	b.t.Helper()
	var all []string
	for day := range days {
		b.tick(1, 9, 0)
		for _, m := range b.mails.take() {
			all = append(all, fmt.Sprint(day+1, " ", strings.TrimPrefix(m.Kind, "freshness.")))
		}
		if b.read(id).State == listing.Lapsed {
			return append(all, fmt.Sprint(day+1, " gone"))
		}
	}
	return all
}

// away hides a card for some days, and publishes it again.
func (b *bench) away(id string, days int) {
	b.t.Helper()
	l, err := b.cards.Hide(b.t.Context(), listing.Author{}, id, b.read(id).Version)
	b.must(err)
	for range days {
		b.tick(1, 9, 0)
	}
	_, err = b.cards.Publish(b.t.Context(), listing.Author{}, id, l.Version)
	b.must(err)
}

// switched turns the reminders on or off.
func (b *bench) switched(on bool) {
	b.t.Helper()
	p, err := b.s.Policy(b.t.Context(), b.admin(), b.place)
	b.must(err)
	p.Active = on
	_, err = b.s.SetPolicy(b.t.Context(), b.admin(), b.place, p)
	b.must(err)
}

// A card about which all letters were written, and for which its time began anew: it is asked about again before it leaves, and its
// people are told that it did, each time.
func TestNoCardLeavesUnheardAfterANewBeginning(t *testing.T) {
	for name, anew := range map[string]func(b *bench, id string){
		"published again": func(b *bench, id string) { b.away(id, 400) },
		"off and on": func(b *bench, _ string) {
			b.switched(false)
			for range 400 {
				b.tick(1, 9, 0)
			}
			b.switched(true)
		},
		"other months": func(b *bench, _ string) {
			b.clock = b.clock.AddDate(0, 11, 0)
			p, err := b.s.Policy(b.t.Context(), b.admin(), b.place)
			b.must(err)
			p.Unconfirmed = 19
			_, err = b.s.SetPolicy(b.t.Context(), b.admin(), b.place, p)
			b.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(b *bench) {
				l := b.save(b.card(0, b.clock))[0]
				b.tick(0, 9, 0)
				b.begin()
				if got := b.told(l.ID, 13*31); len(got) != 3 {
					b.t.Fatalf("the first round: %q", got)
				}
				anew(b, l.ID)
				for _, when := range []string{"once", "twice"} {
					got := b.told(l.ID, 200)
					var asked, told, gone int
					if _, err := fmt.Sscanf(strings.Join(got, " "), "%d reminder %d lapsed %d gone", &asked, &told, &gone); err != nil {
						b.t.Fatalf("%s: %q", when, got)
					}
					if asked > 61 || told != gone || gone < 90 || gone < asked+30 {
						b.t.Errorf("%s: %q", when, got)
					}
					b.away(l.ID, 1)
				}
			})
		})
	}
}
