package app

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/space"
)

// alone is an instance with the card of a photographer who trades under her own name, Léa, who manages it, and of a company.
type alone struct {
	*front
	clock *clock
	card  listing.Record
	lea   *visitor
	lasts int64 // the change up to which the index has followed
}

const (
	leasMail = "lea@example.nc"
	leasCard = "/nc/annuaire/lea-kanak"
)

func newAlone(t *testing.T, database string) *alone {
	t.Helper()
	f, c := real(t, Options{Database: database, PageCache: 4 << 20})
	h := &alone{front: f, clock: c}
	record := func(name string, natural bool) listing.Record {
		return listing.Record{
			Company: company.Company{UsualName: name, NaturalPerson: natural},
			Listing: listing.Listing{Territory: demoTerritory, State: listing.Published, Content: listing.Content{
				Name: name, Category: listing.Company, Headline: "Photographies sous la mer", Zone: "98818",
			}},
		}
	}
	h.write(t, func(tx *db.Tx) error {
		saved, err := listing.Store{}.SaveBatch(t.Context(), tx, []listing.Record{record("Léa Kanak", true), record("Société du Lagon", false)}, c.now())
		h.card = saved[0]
		return err
	})
	h.lea = f.visitor(t)
	p := h.lea.enter(leasMail, account.ByCode)
	h.attach(t, p.ID)
	h.follow(t)
	return h
}

func (h *alone) write(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	if err := h.app.DB.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (h *alone) attach(t *testing.T, person string) {
	t.Helper()
	h.write(t, func(tx *db.Tx) error {
		return h.app.Accounts.Attach(t.Context(), tx, person, h.card.Company.ID, demoTerritory, account.CompanyManager)
	})
}

// follow brings the index up to what was written.
func (h *alone) follow(t *testing.T) {
	t.Helper()
	var err error
	if h.lasts, err = h.app.catchUp(t.Context(), h.registry, h.lasts, h.app.Directory.Load); err != nil {
		t.Fatal(err)
	}
}

func (h *alone) consents(t *testing.T) answer {
	t.Helper()
	path := "/nc/espace/entreprises/" + h.card.Company.ID + "/consentement"
	got := h.lea.post(path, url.Values{"accord": {"oui"}, "version": {space.ConsentWords}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("giving: %d\n%s", got.status, got.body)
	}
	return h.lea.get(got.header.Get("Location"))
}

func (h *alone) withdraws(t *testing.T) answer {
	t.Helper()
	path := "/nc/espace/entreprises/" + h.card.Company.ID + "/consentement"
	got := h.lea.post(path, url.Values{"faire": {"retirer"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("withdrawing: %d\n%s", got.status, got.body)
	}
	return h.lea.get(got.header.Get("Location"))
}

// seen fails the test unless the public sees the card everywhere, or nowhere.
func (h *alone) seen(t *testing.T, what string, want bool) {
	t.Helper()
	status := http.StatusGone
	if want {
		status = http.StatusOK
	}
	for _, address := range []string{leasCard, "/nc/api/v1/listings/" + h.card.Listing.ID} {
		if got := h.get(t, address); got.status != status {
			t.Errorf("%s: %s answers %d", what, address, got.status)
		}
	}
	for _, address := range []string{
		"/nc/annuaire?q=photographies", "/nc/annuaire", "/nc/api/v1/listings?q=photographies", "/nc/donnees/annuaire.csv", "/nc/donnees/annuaire.json",
		"/nc/annuaire.atom",
	} {
		got := h.get(t, address)
		if got.status != http.StatusOK || strings.Contains(got.body, "Léa Kanak") != want {
			t.Errorf("%s: %s answers %d, and says so: %t", what, address, got.status, !want)
		}
		if strings.Contains(got.body, "natural") || !strings.Contains(got.body, "Société du Lagon") {
			t.Errorf("%s: %s tells who is a natural person, or forgets who is none", what, address)
		}
	}
}

func (h *alone) changes(t *testing.T) string {
	t.Helper()
	return h.get(t, "/nc/api/v1/changes").body
}

// What a person decides about their card holds in the same moment, on every way out.
func TestNaturalPersonsCard(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		h := newAlone(t, fresh())
		h.seen(t, "before", false)
		home := h.lea.get("/nc/espace")
		mustHold(t, "the space", home.body, "Léa Kanak", "la fiche attend votre accord", "/nc/espace/entreprises/"+h.card.Company.ID+"/consentement")
		page := h.consents(t)
		uitest.CheckPage(t, page.body)
		mustHold(t, "the page", page.body, "la fiche est publiée", leasCard, "Accord donné")
		if strings.Contains(h.lea.get("/nc/espace").body, "attend votre accord") {
			t.Error("it still waits for a consent")
		}
		h.follow(t)
		h.seen(t, "consented", true)
		page = h.withdraws(t)
		mustHold(t, "the page", page.body, "la fiche n’est plus publiée", "Pas d’accord")
		h.seen(t, "withdrawn, before the index has followed", false)
		h.follow(t)
		h.seen(t, "withdrawn", false)
		mustHold(t, "the feed", h.changes(t), `"id":"`+h.card.Listing.ID+`","deleted":true`)
		h.consents(t)
		h.follow(t)
		h.seen(t, "consented again", true)

		// What the team has hidden stays hidden, and the person is told.
		l, err := h.app.Listings.ByID(t.Context(), h.app.DB.Read(), h.card.Listing.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := listing.NewService(h.app.DB, h.clock.now).Hide(t.Context(), listing.Author{}, l.ID, l.Version); err != nil {
			t.Fatal(err)
		}
		h.withdraws(t)
		page = h.consents(t)
		mustHold(t, "the page of a hidden card", page.body, "Votre accord est noté.", "l’a masquée")
		h.seen(t, "hidden by the team", false)
	})
}

// The team sees whether a company needs a consent, and whether it has one.
func TestNaturalPersonAtTheDesk(t *testing.T) {
	h := newAlone(t, "")
	if _, err := h.app.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "equipe@example.nc", account.Reader); err != nil {
		t.Fatal(err)
	}
	team := h.visitor(t)
	team.enter("equipe@example.nc", account.ByPasskey)
	path := "/nc/gestion/entreprises/" + h.card.Company.ID
	mustHold(t, "without a consent", team.get(path).body, "Personne physique", "Pas d’accord")
	h.consents(t)
	got := team.get(path).body
	mustHold(t, "with a consent", got, "Personne physique", "Accord donné")
	if strings.Contains(got, "Pas d’accord") {
		t.Error("it says both")
	}
}

// Who is gone consents to nothing any more, whoever gave the consent for a company that has nobody left.
func TestErasureHidesTheCard(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		for name, other := range map[string]bool{"their own consent": false, "the consent of who left before": true} {
			t.Run(name, func(t *testing.T) {
				h := newAlone(t, fresh())
				h.consents(t)
				goes := leasMail
				if other {
					goes = "paul@example.nc"
					paul := h.visitor(t)
					h.attach(t, paul.enter(goes, account.ByCode).ID)
					h.lea.post("/nc/espace/entreprises/"+h.card.Company.ID+"/depart", url.Values{}).leads(t, "leaving", "/nc/espace?fait=depart")
				}
				h.follow(t)
				h.seen(t, "before", true)
				v := h.visitor(t)
				p := v.enter(goes, account.ByCode)
				v.post("/nc/espace/effacement", url.Values{"sur": {"oui"}}).leads(t, "asking", "/nc/espace/effacement?fait=effacement")
				h.clock.pass(account.ThinkFor + time.Minute)
				if err := h.app.Accounts.EraseDue(t.Context()); err != nil {
					t.Fatal(err)
				}
				if _, err := h.app.Accounts.Person(t.Context(), p.ID); !errs.Is(err, errs.NotFound) {
					t.Fatalf("not erased: %v", err)
				}
				h.seen(t, "erased", false)
				if _, held, err := h.app.Accounts.Consent(t.Context(), h.app.DB.Read(), h.card.Company.ID); held || err != nil {
					t.Error("the consent holds", err)
				}
			})
		}
	})
}

// Of a withdrawal, consents and publications at once no card is left public without a consent, whatever came first.
func TestConsentRaces(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		h := newAlone(t, fresh())
		a, id := h.app, h.card.Listing.ID
		p, err := a.Accounts.Known(t.Context(), a.DB.Read(), leasMail)
		if err != nil {
			t.Fatal(err)
		}
		by := account.Actor{Person: p.ID, Mail: p.Mail, Territory: demoTerritory, Companies: map[string]account.Role{h.card.Company.ID: account.CompanyManager}}
		cards := listing.NewService(a.DB, h.clock.now)
		for round := range 12 {
			if err := a.Accounts.GiveConsent(t.Context(), by, h.card.Company.ID, "1"); err != nil {
				t.Fatal(err)
			}
			l, err := a.Listings.ByID(t.Context(), a.DB.Read(), id)
			if err != nil {
				t.Fatal(err)
			}
			if l, err = cards.Hide(t.Context(), listing.Author{}, id, l.Version); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, f := range []func(context.Context) error{
				func(ctx context.Context) error { return a.Accounts.WithdrawConsent(ctx, by, h.card.Company.ID) },
				func(ctx context.Context) error { return a.Accounts.GiveConsent(ctx, by, h.card.Company.ID, "2") },
				func(ctx context.Context) error {
					_, err := cards.Publish(ctx, listing.Author{}, id, l.Version)
					return err
				},
				func(ctx context.Context) error {
					_, _, err := cards.Edit(ctx, listing.Author{Source: company.Source{Kind: company.FromOwner}}, id, l.Version, listing.Content{Headline: db.NewID()}, []string{"headline"})
					return err
				},
			} {
				wg.Go(func() {
					if err := f(context.Background()); err != nil && !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.Conflict) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			_, held, err := a.Accounts.Consent(t.Context(), a.DB.Read(), h.card.Company.ID)
			if err != nil {
				t.Fatal(err)
			}
			if l, err = a.Listings.ByID(t.Context(), a.DB.Read(), id); err != nil || l.State == listing.Published && !held {
				t.Fatalf("round %d: %s with a consent: %t, %v", round, l.State, held, err)
			}
			if !held && l.Withheld && l.State == listing.Published {
				t.Fatalf("round %d: %+v", round, l)
			}
		}
	})
}

// A backup holds who is a natural person and what waits for a consent; what is restored obeys as before, on the other engine too.
func TestNaturalPersonIsRestored(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		h := newAlone(t, fresh())
		var copied bytes.Buffer
		if err := h.app.DB.Backup(t.Context(), &copied); err != nil {
			t.Fatal(err)
		}
		o := Options{Data: t.TempDir(), Now: h.clock.now}
		if err := Restore(t.Context(), o, &copied); err != nil {
			t.Fatal(err)
		}
		a := start(t, o)
		id, firm := h.card.Listing.ID, h.card.Company.ID
		cards := listing.NewService(a.DB, a.now)
		if _, err := cards.Publish(t.Context(), listing.Author{}, id, 1); !errs.Is(err, errs.Forbidden) {
			t.Errorf("published: %v", err)
		}
		p, err := a.Accounts.Known(t.Context(), a.DB.Read(), leasMail)
		if err != nil {
			t.Fatal(err)
		}
		by := account.Actor{Person: p.ID, Territory: demoTerritory, Companies: map[string]account.Role{firm: account.CompanyManager}}
		if err := a.Accounts.GiveConsent(t.Context(), by, firm, "1"); err != nil {
			t.Fatal(err)
		}
		if path, err := a.publicCard(t.Context(), firm); err != nil || path != strings.TrimPrefix(leasCard, "/nc") {
			t.Errorf("%q, %v", path, err)
		}
	})
}

// In the demonstration one of the owners is a natural person, whose card is public by her consent.
func TestDemoHasANaturalPerson(t *testing.T) {
	a := stocked(t, Options{})
	if n, err := a.Listings.Count(t.Context(), a.DB.Read(), demoTerritory, listing.Published); err != nil || n != 389 {
		t.Errorf("%d published cards, %v", n, err)
	}
	f := newFront(t, a)
	v := f.visitor(t)
	v.enter("maeva.tiaou@example.org", account.ByCode)
	mine := uitest.One(t, v.get("/nc/espace").body, `main a[href^="/nc/espace/entreprises/"]`)
	path := uitest.Attr(mine, "href") + "/consentement"
	card := uitest.Attr(uitest.One(t, v.get(path).body, `main a[href^="/nc/annuaire/"]`), "href")
	for i, want := range []int{200, 410, 200} {
		switch i {
		case 1:
			v.post(path, url.Values{"faire": {"retirer"}}).leads(t, "withdrawing", path+"?fait=desaccord")
		case 2:
			v.post(path, url.Values{"accord": {"oui"}, "version": {space.ConsentWords}}).leads(t, "giving", path+"?fait=accord")
		}
		if got := f.get(t, card); got.status != want {
			t.Errorf("step %d: %d", i, got.status)
		}
	}
}
