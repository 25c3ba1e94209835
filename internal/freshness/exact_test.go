package freshness_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// asked is a card that was asked about half a year later, with the token of its letter.
func (b *bench) asked() (listing.Listing, string) {
	b.t.Helper()
	r := b.card(1, b.clock)
	r.Listing.Description, r.Listing.OpeningHours = strings.Repeat("Nous faisons des sites. ", 20), "Mo-Fr 08:00-12:00"
	r.Listing.Address, r.Listing.City = "12 rue des Flots\nBP 3", "Nouméa"
	l := b.save(r)[0]
	b.tick(0, 8, 0)
	b.begin()
	b.clock = b.clock.AddDate(0, 6, 0)
	b.tick(0, 9, 0)
	letters := b.mails.take()
	if len(letters) != 1 {
		b.t.Fatalf("%d letters", len(letters))
	}
	b.move(1, 10, 0)
	return b.read(l.ID), tokenOf(b.t, letters[0])
}

func (b *bench) look(token string) freshness.Seen {
	b.t.Helper()
	seen, err := b.s.Look(b.t.Context(), b.place, token)
	b.must(err)
	return seen
}

func (b *bench) vouch(token string) freshness.Seen {
	b.t.Helper()
	seen, err := b.s.Vouch(b.t.Context(), b.place, account.Actor{}, token, b.look(token).Card.Version)
	b.must(err)
	return seen
}

// last is the last revision of a card.
func (b *bench) last(id string) listing.Revision {
	b.t.Helper()
	all, err := listing.Reader{}.Revisions(b.t.Context(), b.d.Read(), id, "", 10)
	b.must(err)
	if len(all) == 0 {
		return listing.Revision{}
	}
	return all[0]
}

// Looking changes nothing, the button confirms once, in nobody's name, and the round begins anew.
func TestTheButton(t *testing.T) {
	each(t, func(b *bench) {
		l, token := b.asked()
		for range 3 {
			if seen := b.look(token); seen.Standing != freshness.Asked || seen.Card.ID != l.ID || seen.Owned {
				t.Fatalf("%+v", seen)
			}
		}
		if now := b.read(l.ID); now.Version != l.Version || b.last(l.ID).ID != "" {
			t.Error("looking changes the card")
		}
		ctx, statements := db.CountStatements(t.Context())
		_, err := b.s.Look(ctx, b.place, token)
		b.must(err)
		if statements.N() > 2 {
			t.Errorf("the page takes %d statements", statements.N())
		}
		if seen := b.vouch(token); seen.Standing != freshness.Done || seen.Until.Format("2006-01-02 15:04") != "2025-01-10 00:00" {
			t.Errorf("%+v", seen)
		}
		now := b.read(l.ID)
		if !now.ConfirmedAt.Equal(b.clock) || now.Version != l.Version+1 || now.State != listing.Published {
			t.Errorf("%+v", now)
		}
		r := b.last(l.ID)
		if r.Act != listing.Confirmed || r.Person != "" || r.Source.Kind != company.FromOwner || r.Source.Name != listing.ByLetter || len(r.Fields) != 0 {
			t.Errorf("%+v", r)
		}
		b.mails.whole = 0
		b.look(token)
		if b.mails.whole > 0 {
			t.Error("who looks at one card has all addresses read that refuse mail")
		}
		b.move(0, 11, 0)
		if seen := b.vouch(token); seen.Standing != freshness.Done || b.read(l.ID).Version != now.Version {
			t.Error("the second time does something")
		}
		b.tick(100, 9, 0)
		if got := b.to(); got != "" {
			t.Errorf("asked again too soon: %s", got)
		}
		b.clock = b.clock.AddDate(0, 3, 0)
		b.tick(0, 9, 0)
		if got := b.to(); got != "contact-0001@exemple.nc" {
			t.Errorf("the next round: %q", got)
		}
		if n := b.number("SELECT sum(confirmed) FROM freshness_days"); n != 1 {
			t.Errorf("%d confirmations are counted", n)
		}
	})
}

// Who acts for the company and has signed in vouches in their own name.
func TestTheButtonOfAnOwner(t *testing.T) {
	each(t, func(b *bench) {
		l, token := b.asked()
		p := b.person("lea@exemple.nc", l.CompanyID)
		by := account.Actor{Person: p.ID, Territory: "nc", Companies: map[string]account.Role{l.CompanyID: account.CompanyEditor}}
		if seen := b.look(token); !seen.Owned {
			t.Error("nobody is known to act for the company")
		}
		_, err := b.s.Vouch(t.Context(), b.place, by, token, l.Version)
		b.must(err)
		if r := b.last(l.ID); r.Person != p.ID || r.Source.Name != "" {
			t.Errorf("%+v", r)
		}
	})
}

// Nobody vouches for what they were not shown: where the card has changed since, what has is told, and asked about once more.
func TestTheButtonOfACardThatChanged(t *testing.T) {
	each(t, func(b *bench) {
		l, token := b.asked()
		press := func(version int64) freshness.Seen {
			b.t.Helper()
			seen, err := b.s.Vouch(b.t.Context(), b.place, account.Actor{}, token, version)
			b.must(err)
			return seen
		}
		for _, tt := range []struct {
			do   func(now listing.Listing)
			want []string
		}{
			{func(now listing.Listing) {
				b.imported(now.ID, listing.Content{Address: "3 rue Neuve", Phones: []string{"+687240000"}})
			}, []string{"phones", "address"}},
			{func(now listing.Listing) {
				now, err := b.cards.Hide(b.t.Context(), listing.Author{}, l.ID, now.Version)
				b.must(err)
				_, err = b.cards.Publish(b.t.Context(), listing.Author{}, l.ID, now.Version)
				b.must(err)
			}, nil},
			{func(now listing.Listing) {
				by := listing.Author{Source: company.Source{Kind: company.FromStaff}}
				_, _, err := b.cards.Edit(b.t.Context(), by, l.ID, now.Version, listing.Content{Headline: "Autre chose"}, []string{"headline"})
				b.must(err)
			}, []string{"headline"}},
		} {
			was := b.look(token).Card
			tt.do(was)
			now := b.read(l.ID)
			for range 2 {
				seen := press(was.Version)
				if seen.Standing != freshness.Asked || !seen.Moved || !slices.Equal(seen.Changed, tt.want) || seen.Card.Version != now.Version {
					b.t.Errorf("%s, moved %v, changed %v, version %d", seen.Standing, seen.Moved, seen.Changed, seen.Card.Version)
				}
			}
			if b.read(l.ID).Version != now.Version {
				b.t.Error("it was confirmed")
			}
		}
		if seen := press(b.read(l.ID).Version); seen.Standing != freshness.Done || seen.Moved {
			b.t.Errorf("what is shown is not confirmed: %s", seen.Standing)
		}
	})
}

// imported has an import change what a card says.
func (b *bench) imported(id string, content listing.Content) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *db.Tx) error {
		l, _ := listing.Merge(b.read(id), content, nil, company.Source{Kind: company.FromImport, At: b.now()})
		_, err := listing.Store{}.SaveListings(ctx, tx, []listing.Record{{Listing: l}}, b.now())
		return err
	})
}

// Two at once confirm once.
func TestTheButtonTwiceAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		l, token := b.asked()
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if _, err := b.s.Vouch(t.Context(), b.place, account.Actor{}, token, l.Version); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if now := b.read(l.ID); now.Version != l.Version+1 {
			t.Errorf("%d writes", now.Version-l.Version)
		}
	})
}

// What became of the card in the meantime: each is told, nothing is confirmed, and nothing is named that is not public.
func TestLinksOfOtherCards(t *testing.T) {
	owner := listing.Author{Source: company.Source{Kind: company.FromOwner}}
	for name, tt := range map[string]struct {
		do   func(b *bench, l listing.Listing)
		want freshness.Standing
		name string // of the card that may be shown
	}{
		"edited since": {func(b *bench, l listing.Listing) {
			_, _, err := b.cards.Edit(b.t.Context(), owner, l.ID, l.Version, listing.Content{Headline: "x"}, []string{"headline"})
			b.must(err)
		}, freshness.Done, "Société 0001"},
		"hidden": {func(b *bench, l listing.Listing) {
			_, err := b.cards.Hide(b.t.Context(), owner, l.ID, l.Version)
			b.must(err)
		}, freshness.Away, ""},
		"of a natural person without a consent": {func(b *bench, l listing.Listing) {
			b.natural(l)
		}, freshness.Away, ""},
		"left, and of a natural person without a consent": {func(b *bench, l listing.Listing) {
			_, err := b.cards.Lapse(b.t.Context(), listing.Author{}, l.ID, l.Version)
			b.must(err)
			b.natural(b.read(l.ID))
		}, freshness.Away, ""},
		"merged into a public one": {func(b *bench, l listing.Listing) {
			other := b.save(b.card(2, b.clock))[0]
			_, err := b.cards.Merge(b.t.Context(), owner, other.ID, l.ID)
			b.must(err)
		}, freshness.Joined, "Société 0002"},
		"merged into a hidden one": {func(b *bench, l listing.Listing) {
			other := b.save(b.card(2, b.clock))[0]
			joined, err := b.cards.Merge(b.t.Context(), owner, other.ID, l.ID)
			b.must(err)
			_, err = b.cards.Hide(b.t.Context(), owner, joined.ID, joined.Version)
			b.must(err)
		}, freshness.Joined, ""},
		"deleted": {func(b *bench, l listing.Listing) {
			b.write(func(ctx context.Context, tx *db.Tx) error {
				return listing.Store{}.Delete(ctx, tx, []string{l.ID}, b.now())
			})
		}, freshness.Gone, ""},
		"too old": {func(b *bench, _ listing.Listing) { b.move(560, 10, 0) }, freshness.Over, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(b *bench) {
				l, token := b.asked()
				tt.do(b, l)
				before := b.number("SELECT coalesce(max(seq), 0) FROM changes")
				for _, seen := range []freshness.Seen{b.look(token), b.vouch(token)} {
					if seen.Standing != tt.want || seen.Card.Name != tt.name {
						t.Errorf("%s %q, want %s %q", seen.Standing, seen.Card.Name, tt.want, tt.name)
					}
				}
				if after := b.number("SELECT coalesce(max(seq), 0) FROM changes"); after != before {
					t.Error("something was written")
				}
			})
		})
	}
}

// natural makes the company of a card a natural person, who has consented to nothing.
func (b *bench) natural(l listing.Listing) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *db.Tx) error {
		records, err := listing.Reader{}.Records(ctx, tx, []string{l.ID})
		if err != nil {
			return err
		}
		records[0].Company.NaturalPerson = true
		_, err = listing.Store{}.SaveBatch(ctx, tx, records, b.now())
		return err
	})
}

// A card that left comes back by its last letter; the first is too old by then.
func TestACardComesBack(t *testing.T) {
	each(t, func(b *bench) {
		l, first := b.asked()
		var last string
		for b.read(l.ID).State == listing.Published {
			b.tick(5, 9, 0)
			for _, m := range b.mails.take() {
				last = tokenOf(t, m)
				if left := b.read(l.ID).State == listing.Lapsed; left != (m.Kind == "freshness.lapsed") || left && !strings.HasPrefix(m.Letter.Subject, "Votre fiche a quitté") {
					t.Errorf("%s: %q", m.Kind, m.Letter.Subject)
				}
			}
		}
		if seen := b.look(last); seen.Standing != freshness.Left || seen.Card.Name != l.Name {
			t.Fatalf("%+v", seen)
		}
		if seen := b.look(first); seen.Standing != freshness.Over {
			t.Errorf("the first link: %s", seen.Standing)
		}
		if seen := b.vouch(last); seen.Standing != freshness.Done || b.read(l.ID).State != listing.Published {
			t.Errorf("%+v", seen)
		}
		if r := b.last(l.ID); r.Act != listing.Revived || r.Source.Name != listing.ByLetter {
			t.Errorf("%+v", r)
		}
		b.tick(1, 9, 0)
		b.tick(100, 9, 0)
		if got := b.to(); got != "" || b.read(l.ID).State != listing.Published {
			t.Errorf("asked too soon: %q", got)
		}
	})
}

// A link that is none of ours, or of another territory, opens nothing.
func TestForeignLinks(t *testing.T) {
	each(t, func(b *bench) {
		_, token := b.asked()
		for _, broken := range []string{"", "x", token[:len(token)-1] + "A", token[:len(token)-1] + "B", strings.Repeat("A", len(token))} {
			if broken == token {
				continue
			}
			if _, err := b.s.Look(t.Context(), b.place, broken); !errs.Is(err, errs.NotFound) {
				t.Errorf("%q: %v", broken, err)
			}
			if _, err := b.s.Vouch(t.Context(), b.place, account.Actor{}, broken, 1); !errs.Is(err, errs.NotFound) {
				t.Errorf("%q: %v", broken, err)
			}
		}
		other := *b.place
		other.Code = "pf"
		if _, err := b.s.Look(t.Context(), &other, token); !errs.Is(err, errs.NotFound) {
			t.Errorf("in another territory: %v", err)
		}
	})
}

// Administrators are asked, at their desk, to begin the reminders.
func TestWaiting(t *testing.T) {
	each(t, func(b *bench) {
		ctx := t.Context()
		if lines, err := b.s.Team().Waiting(ctx, b.admin(), "fr"); err != nil || len(lines) != 1 || lines[0].Path != freshness.SettingsPath {
			t.Errorf("%+v, %v", lines, err)
		}
		if lines, err := b.s.Team().Waiting(ctx, account.Actor{Person: "p", Territory: "nc", Roles: []account.Role{account.Reader}}, "fr"); err != nil || len(lines) != 0 {
			t.Errorf("a reader: %+v, %v", lines, err)
		}
		b.asked()
		if lines, err := b.s.Team().Waiting(ctx, b.admin(), "fr"); err != nil || len(lines) != 0 {
			t.Errorf("once begun: %+v, %v", lines, err)
		}
	})
}
