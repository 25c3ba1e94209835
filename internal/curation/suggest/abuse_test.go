package suggest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/curation"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

const closed = "/annuaire/atelier-du-lagon/signaler?quoi=fermeture"

// 100 kB are refused by a page on which the beginning of each field stands, the fields after the long one too.
func TestTooMuchIsRefused(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	for _, path := range []string{closed, propose + "?nom=Coco"} {
		form := v.form(v.see(path, http.StatusOK), "message", strings.Repeat("é à ", 100_000/4), "mail", "lea@exemple.nc", "author", "Léa")
		page := v.checked(path, v.post(path, form), http.StatusRequestEntityTooLarge)
		uitest.One(t, page, ".errors a[href]")
		uitest.One(t, page, "main .errors")
		kept := v.form(page)
		if n := len([]rune(kept.Get("message"))); n < curation.MaxMessage-1 || n > curation.MaxMessage {
			t.Errorf("%d characters of the message are kept", n)
		}
		if kept.Get("mail") != "lea@exemple.nc" || kept.Get("author") != "Léa" {
			t.Errorf("what stood behind is lost: %v", kept)
		}
		if w := v.post(path, kept); w.Code != http.StatusSeeOther && path == closed {
			t.Errorf("what was kept cannot be sent: %d", w.Code)
		}
	}
	if w := v.ask(http.MethodPost, "/annuaire/atelier-du-lagon/signaler", "quoi=fermeture&message="+strings.Repeat("x", 3_000_000)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("3 MB: %d", w.Code)
	}
}

// What looks like spam is taken, and waits with its signs.
func TestSignsOfSpam(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.enter("lea@exemple.nc")
	for _, test := range []struct {
		sign   string
		wait   time.Duration
		fields []string
	}{
		{"", 20 * time.Second, []string{"message", "Le rideau est baissé depuis mars."}},
		{curation.SignHasty, time.Second, []string{"message", "Le magasin a fermé en avril."}},
		{curation.SignTrap, 20 * time.Second, []string{"message", "La boutique a fermé en mai.", "site", "https://spam.example"}},
		{curation.SignWords, 20 * time.Second, []string{"message", "Best casino, click here"}},
		{curation.SignLinks, 20 * time.Second, []string{"message", "https://a.example https://b.example https://c.example"}},
		{curation.SignRepeats, 20 * time.Second, []string{"message", strings.Repeat("achetez maintenant ici ", 10)}},
	} {
		form := v.form(v.see(closed, http.StatusOK), test.fields...)
		b.now = b.now.Add(test.wait)
		if w := v.post(closed, form); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", test.sign, w.Code, w.Body)
		}
		list := b.waiting()
		c := list[len(list)-1]
		if test.sign == "" && len(c.Signs) > 0 || test.sign != "" && !slices.Contains(c.Signs, test.sign) {
			t.Errorf("%q has the signs %v, want %q", c.Message, c.Signs, test.sign)
		}
	}
	b.now = b.now.Add(26 * time.Hour)
	text := "Ces gens ne répondent jamais au téléphone, c’est une honte."
	for i := range 4 {
		b.card(fmt.Sprintf("Entreprise numéro %d", i), b.lagon().Content)
		path := fmt.Sprintf("/annuaire/entreprise-numero-%d/signaler?quoi=autre", i)
		v.sent(path, "message", text)
		b.now = b.now.Add(time.Minute)
	}
	list := b.waiting()
	if last := list[len(list)-1]; !slices.Contains(last.Signs, curation.SignAgain) || slices.Contains(list[len(list)-2].Signs, curation.SignAgain) {
		t.Errorf("the same words about four cards: %v", last.Signs)
	}
}

// A form that nobody of us has made, or long since, is shown again with what was typed.
func TestFormsOfElsewhere(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	form := v.form(v.see(closed, http.StatusOK), "message", "Fermé.", "mail", "lea@exemple.nc")
	for _, since := range []string{"", "x.y", form.Get("depuis") + "x", "0." + strings.SplitN(form.Get("depuis"), ".", 2)[1]} {
		forged := url.Values{"depuis": {since}, "message": {"Fermé."}, "mail": {"lea@exemple.nc"}, "quoi": {"fermeture"}}
		page := v.checked(closed, v.post(closed, forged), http.StatusUnprocessableEntity)
		if kept := v.form(page); kept.Get("message") != "Fermé." {
			t.Errorf("%q: %v", since, kept)
		}
	}
	b.now = b.now.Add(25 * time.Hour)
	page := v.checked(closed, v.post(closed, form), http.StatusUnprocessableEntity)
	if w := v.post(closed, v.form(page)); w.Code != http.StatusSeeOther {
		t.Errorf("sent again: %d", w.Code)
	}
}

// Nobody's mailbox is filled, no card is buried: too many are refused for a while, and nothing typed is lost.
func TestTooManyAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.lagon()
		v := b.visitor()
		last := 0
		for i := range 8 {
			w := v.send(closed, "message", fmt.Sprint("Fermé ", i), "mail", "lea@exemple.nc")
			if last = w.Code; last == http.StatusTooManyRequests {
				if i != 5 {
					t.Errorf("refused after %d", i)
				}
				page := v.checked(closed, w, http.StatusTooManyRequests)
				if v.form(page).Get("message") != fmt.Sprint("Fermé ", i) {
					t.Error("what was typed is lost")
				}
				break
			}
		}
		if last != http.StatusTooManyRequests {
			t.Error("eight letters to one address")
		}
		v.sent(closed, "message", "Fermé", "mail", "luc@exemple.nc") // others may
		for i := range 20 {
			v.from = fmt.Sprintf("192.0.2.%d:1", 10+i)
			if w := v.send(closed, "message", fmt.Sprint("Vide ", i), "mail", fmt.Sprintf("p%d@exemple.nc", i)); w.Code == http.StatusTooManyRequests {
				return
			}
		}
		t.Error("a card is reported without end")
	})
}

// Where no letter could lead back here, nothing is taken.
func TestNoAddress(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	b.address = ""
	v := b.visitor()
	page := v.checked(closed, v.send(closed, "message", "Fermé", "mail", "lea@exemple.nc"), http.StatusServiceUnavailable)
	if v.form(page).Get("message") != "Fermé" {
		t.Error("what was typed is lost")
	}
	b.enter("luc@exemple.nc").sent(closed, "message", "Fermé")
}

// Links that were not made here, that are too old, or that lead to nothing any more, say so.
func TestLinks(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	look := v.sent(closed, "message", "Fermé", "mail", "lea@exemple.nc")
	link := b.link("lea@exemple.nc")
	for _, path := range []string{"/signalements/x", link[:len(link)-1] + string(link[len(link)-1]^1), link + "A", strings.TrimPrefix(look, "/nc")[:20]} {
		v.see(path, http.StatusNotFound)
		v.checked(path, v.ask(http.MethodPost, path, ""), http.StatusNotFound)
	}
	b.now = b.now.Add(2 * time.Hour)
	if strings.Contains(v.see(look, http.StatusOK), "lea@exemple.nc") {
		t.Error("the address is shown hours later")
	}
	b.now = b.now.Add(7 * 24 * time.Hour)
	v.see(link, http.StatusGone)
	v.checked(link, v.ask(http.MethodPost, link, "faire=confirmer"), http.StatusGone)
	if err := b.changes.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.see(link, http.StatusNotFound)
}

// Those who say the same are counted, wait as one, and are all told.
func TestTheSameTwice(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.lagon()
		var links []string
		for i := range 3 {
			address := fmt.Sprintf("p%d@exemple.nc", i)
			v := b.visitor()
			v.from = fmt.Sprintf("192.0.2.%d:1", 10+i)
			v.sent(contact, "websites", "https://neuf.example", "mail", address)
			links = append(links, b.confirms(address))
		}
		list := b.waiting()
		if len(list) != 1 {
			t.Fatalf("%d wait", len(list))
		}
		voices, err := b.changes.Voices(t.Context(), b.staff(), []string{list[0].ID})
		if err != nil || voices[list[0].ID] != 2 {
			t.Errorf("%v voices, %v", voices, err)
		}
		same, err := b.changes.Same(t.Context(), b.staff(), list[0].ID)
		if err != nil || len(same) != 2 || same[0].Mail != "p1@exemple.nc" {
			t.Errorf("%v, %v", same, err)
		}
		v := b.visitor()
		if got := uitest.Texts(t, v.see(links[1], http.StatusOK), "h1")[0]; !strings.Contains(got, "pas seul") {
			t.Errorf("%q", got)
		}
		// The first one changes their mind: the next stands in their place.
		if w := v.ask(http.MethodPost, links[0], "faire=retirer"); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code)
		}
		if list = b.waiting(); len(list) != 1 || list[0].Mail != "p1@exemple.nc" {
			t.Fatalf("%+v", list)
		}
		if _, err := b.changes.Decide(t.Context(), b.staff(), list[0].ID, curation.Decision{Take: list[0].Fields}); err != nil {
			t.Fatal(err)
		}
		for _, link := range links[1:] {
			if got := uitest.Texts(t, v.see(link, http.StatusOK), "h1")[0]; got != "C’est corrigé, merci" {
				t.Errorf("%q", got)
			}
		}
		for i, told := range []bool{false, true, true} {
			if text := b.letter(fmt.Sprintf("p%d@exemple.nc", i)); strings.Contains(text, "signalements") == told {
				t.Errorf("%d was told: %v", i, !told)
			}
		}
	})
}
