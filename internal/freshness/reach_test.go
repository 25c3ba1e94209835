package freshness_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// ask has the reminders of one card go out, that somebody has prepared, and gives the letters.
func (b *bench) ask(prepare func(l listing.Listing)) []mail.Message {
	b.t.Helper()
	card := b.card(1, b.clock)
	card.Listing.Emails = []string{"n’est pas une adresse", "Contact@Exemple.NC", "second@exemple.nc"}
	l := b.save(card)[0]
	b.tick(0, 8, 0)
	b.begin()
	b.clock = b.clock.AddDate(0, 6, 0)
	prepare(l)
	b.tick(0, 9, 0)
	return b.mails.take()
}

// refuseByLink refuses as the link of a letter to an address without an account does.
func (b *bench) refuseByLink(m mail.Message) {
	b.t.Helper()
	_, whom, ok := strings.Cut(m.Unsubscribe, "/desabonnement/"+freshness.Topic+"-")
	if !ok || !freshness.IsAddress(whom) {
		b.t.Fatalf("the letter stops at %s", m.Unsubscribe)
	}
	b.must(b.s.Refuse(b.t.Context(), whom, freshness.Topic))
	b.must(b.s.Refuse(b.t.Context(), whom, freshness.Topic))
	if refuses, err := b.s.Refuses(b.t.Context(), whom, freshness.Topic); !refuses || err != nil {
		b.t.Errorf("refuses %v, %v", refuses, err)
	}
}

// Who is written to: the people of the company, else the address that the card publishes; never who refuses.
func TestReaders(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(b *bench, l listing.Listing)
		want    string // addresses, with a star for a person
	}{
		"nobody here": {func(*bench, listing.Listing) {}, "contact@exemple.nc"},
		"its people": {func(b *bench, l listing.Listing) {
			b.person("lea@exemple.nc", l.CompanyID)
			b.person("paul@exemple.nc", l.CompanyID)
		}, "*lea@exemple.nc *paul@exemple.nc"},
		"one of them refuses": {func(b *bench, l listing.Listing) {
			b.person("lea@exemple.nc", l.CompanyID, freshness.Topic)
			b.person("paul@exemple.nc", l.CompanyID, "news")
		}, "*paul@exemple.nc"},
		"all refuse": {func(b *bench, l listing.Listing) { b.person("lea@exemple.nc", l.CompanyID, freshness.Topic) }, "contact@exemple.nc"},
		"all refuse, and publish their own": {func(b *bench, l listing.Listing) {
			b.person("contact@exemple.nc", l.CompanyID, freshness.Topic)
		}, "second@exemple.nc"},
		"the mail of one came back": {func(b *bench, l listing.Listing) {
			b.person("lea@exemple.nc", l.CompanyID)
			b.mails.refusing["lea@exemple.nc"] = true
		}, "contact@exemple.nc"},
		"one is about to go": {func(b *bench, l listing.Listing) {
			p := b.person("lea@exemple.nc", l.CompanyID)
			b.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, "UPDATE persons SET erase_at = 9 WHERE id = $1", p.ID)
				return err
			})
		}, "contact@exemple.nc"},
		"the published mail came back": {func(b *bench, _ listing.Listing) { b.mails.refusing["contact@exemple.nc"] = true }, "second@exemple.nc"},
		"its owner, of another company, refuses": {func(b *bench, _ listing.Listing) {
			b.person("contact@exemple.nc", "", freshness.Topic)
			b.person("second@exemple.nc", "", freshness.Topic)
		}, ""},
		"nobody at all": {func(b *bench, _ listing.Listing) {
			b.mails.refusing["contact@exemple.nc"], b.mails.refusing["second@exemple.nc"] = true, true
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(b *bench) {
				var got []string
				for _, m := range b.ask(func(l listing.Listing) { tt.prepare(b, l) }) {
					address := m.To.Mail
					if m.Person != "" {
						address = "*" + address
					}
					got = append(got, address)
				}
				slices.Sort(got)
				if all := strings.Join(got, " "); all != tt.want {
					t.Errorf("letters to %q, want %q", all, tt.want)
				}
			})
		})
	}
}

// Who has no account refuses by the link of the letter, and takes that back; whoever says so of others is not heard.
func TestAddressesWithoutAnAccountRefuse(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.t.Context()
		letters := b.ask(func(listing.Listing) {})
		if len(letters) != 1 || letters[0].Topic != freshness.Topic || letters[0].Person != "" {
			t.Fatalf("%+v", letters)
		}
		b.refuseByLink(letters[0])
		if strings.Contains(letters[0].Unsubscribe, "exemple.nc") {
			t.Error("the link tells the address")
		}
		if n := b.number("SELECT count(*) FROM freshness_refusals WHERE address LIKE '%@%'"); n != 0 {
			t.Error("the base keeps the address")
		}
		b.clock = b.clock.AddDate(0, 3, 0)
		b.tick(0, 9, 0)
		letters2 := b.mails.take()
		if len(letters2) != 1 || letters2[0].To.Mail != "second@exemple.nc" {
			t.Fatalf("after the first has refused: %+v", letters2)
		}
		b.refuseByLink(letters2[0])
		h, err := b.s.Health(ctx, b.admin(), b.place)
		b.must(err)
		if h.All.Orphaned != 1 || h.Unreachable != 0 {
			t.Errorf("%+v", h.Survey)
		}
		b.clock = b.clock.AddDate(0, 3, 0)
		b.tick(0, 9, 0)
		if got := b.to(); got != "" {
			t.Errorf("after both have refused: %s", got)
		}
		if seen := b.vouch(tokenOf(b.t, letters[0])); seen.Standing != freshness.Done || !seen.Until.IsZero() || seen.Silent.IsZero() {
			t.Errorf("nobody will be asked again, and they are told %+v", seen)
		}
		_, whom, _ := strings.Cut(letters[0].Unsubscribe, "/desabonnement/"+freshness.Topic+"-")
		b.must(b.s.Allow(ctx, whom, freshness.Topic))
		if seen := b.look(tokenOf(b.t, letters[0])); seen.Until.IsZero() || !seen.Silent.IsZero() {
			t.Errorf("who takes it back is told %+v", seen)
		}
		if refuses, err := b.s.Refuses(ctx, whom, freshness.Topic); refuses || err != nil {
			t.Errorf("taken back: %v, %v", refuses, err)
		}
		if err := b.s.Refuse(ctx, db.NewID(), freshness.Topic); !errs.Is(err, errs.NotFound) {
			t.Errorf("for a person: %v", err)
		}
	})
}

// Nobody who can be written to: the card is counted as such and not as orphaned, and goes its way.
func TestWhoCannotBeReachedGoesTheirWay(t *testing.T) {
	each(t, func(b *bench) {
		var id string
		letters := b.ask(func(l listing.Listing) {
			id = l.ID
			b.person("contact@exemple.nc", l.CompanyID, freshness.Topic)
			b.person("second@exemple.nc", l.CompanyID, freshness.Topic)
		})
		if h, err := b.s.Health(b.t.Context(), b.admin(), b.place); err != nil || h.Unreachable != 1 || h.All.Orphaned != 0 {
			t.Errorf("%+v, %v", h.Survey, err)
		}
		for range 25 {
			b.clock = b.clock.AddDate(0, 1, 0)
			b.tick(0, 9, 0)
			letters = append(letters, b.mails.take()...)
		}
		if len(letters) > 0 || b.read(id).State != listing.Lapsed {
			t.Errorf("%d letters; it is %s", len(letters), b.read(id).State)
		}
		h, err := b.s.Health(b.t.Context(), b.admin(), b.place)
		b.must(err)
		if h.Lapsed != 1 || h.All.Cards != 0 {
			t.Errorf("%+v", h.Survey)
		}
	})
}

// What letters say: the name of whom they are from, in whose language, and nothing that ends a header.
func TestLetters(t *testing.T) {
	each(t, func(b *bench) {
		card := b.card(1, b.clock)
		card.Listing.Name = "Pat\r\nBcc: all@example.org <script>alert(1)</script> \u202egnp.exe\u2066 " + strings.Repeat("interminable ", 12)
		card.Listing.Address, card.Listing.City = "12 rue\nde l’Alma", "Nouméa"
		l := b.save(card)[0]
		b.tick(0, 8, 0)
		p, err := b.s.Policy(b.t.Context(), b.admin(), b.place)
		b.must(err)
		p.Active, p.Signer = true, "Camille Delaunay"
		_, err = b.s.SetPolicy(b.t.Context(), b.admin(), b.place, p)
		b.must(err)
		owner := b.person("lea@exemple.nc", l.CompanyID)
		b.must(b.accounts.SetProfile(b.t.Context(), account.Actor{Person: owner.ID}, account.Profile{Name: "Léa", Lang: "en"}))
		b.clock = b.clock.AddDate(0, 6, 0)
		b.tick(0, 9, 0)
		m := b.mails.take()[0]
		if m.Lang != "en" || m.From != "Camille Delaunay" || m.To.Name != "Léa" || m.Person != owner.ID || !m.Secret || m.Topic != freshness.Topic || m.Until.IsZero() {
			t.Errorf("%+v", m)
		}
		if m.Letter.Second.URL != "https://grappe.example/nc/espace/fiches/"+l.ID || !strings.HasPrefix(m.Letter.Action.URL, "https://grappe.example/nc/fiches/exacte/") {
			t.Errorf("%+v, %+v", m.Letter.Action, m.Letter.Second)
		}
		all := strings.Join(append(append([]string{m.Letter.Subject, m.Letter.Heading, m.Letter.Why}, m.Letter.Paragraphs...), m.Letter.After...), "\n")
		if strings.ContainsAny(all, "\r\u202e\u2066") || strings.Contains(m.Letter.Heading, "\n") || len(strings.Fields(all)) > 110 {
			t.Errorf("%d words: %s", len(strings.Fields(all)), all)
		}
		for _, want := range []string{"27.12.34", "contact-0001@exemple.nc", "12 rue, de l’Alma, Nouméa"} {
			if !strings.Contains(all, want) {
				t.Errorf("%q is not in:\n%s", want, all)
			}
		}
	})
}
