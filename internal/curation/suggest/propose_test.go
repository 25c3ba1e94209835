package suggest_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

const propose = "/proposer-une-fiche"

// full is a proposal that is taken.
func full(more ...string) []string {
	return append([]string{
		"name", "Coco Numérique", "headline", "Sites pour les gîtes", "zone", "Lifou", "phones", "45 12 34", "competences", "web-development", "mienne", "oui", "mail", "lea@exemple.nc",
	}, more...)
}

// A visitor looks first whether the organisation is there, proposes it, confirms, and the team makes a card of it.
func TestAnOrganisationIsProposed(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		v := b.visitor()
		uitest.One(t, v.see(propose, http.StatusOK), "main form[method=get] #nom")
		page := v.see(propose+"?nom=Coco+Num%C3%A9rique", http.StatusOK)
		if got := v.form(page).Get("name"); got != "Coco Numérique" {
			t.Errorf("the name is not carried along: %q", got)
		}
		uitest.One(t, page, "main .notice.tone-ok")
		link := v.sent(propose+"?nom=Coco+Num%C3%A9rique", full("scheme", "ridet", "number", "0 132 720.001", "personne", "oui")...)
		if strings.Contains(b.letter("lea@exemple.nc"), "Coco") {
			t.Error("the letter holds what was typed")
		}
		if got := uitest.Texts(t, v.see(link, http.StatusOK), "main dl")[0]; !strings.Contains(got, "Lifou") || !strings.Contains(got, "0 132 720.001") {
			t.Errorf("what was sent is not shown: %s", got)
		}
		link = b.confirms("lea@exemple.nc")
		list := b.waiting()
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		c := list[0]
		if c.Kind != curation.New || c.After.Zone != "98814" || c.After.City != "Lifou" || !slices.Equal(c.After.Phones, []string{"+687451234"}) ||
			!slices.Equal(c.After.Competences, []string{"web-development"}) || c.Number.Written != "0 132 720.001" || c.Number.Scheme != "ridet" || !c.Natural {
			t.Errorf("%+v", c)
		}
		if _, err := b.changes.Decide(t.Context(), b.staff(), c.ID, curation.Decision{Take: c.Fields}); err != nil {
			t.Fatal(err)
		}
		after := v.see(link, http.StatusOK)
		if got := uitest.Texts(t, after, "h1")[0]; got != "La fiche est créée, merci" {
			t.Errorf("%q", got)
		}
		if n := len(uitest.Find(t, after, `main a[href$="/revendiquer"]`)); n != 0 { // that of a natural person waits for a consent
			t.Errorf("%d links to a card that is not public", n)
		}
		if text := b.letter("lea@exemple.nc"); !strings.Contains(text, "la prendre en main") {
			t.Errorf("nobody is told how to claim it: %s", text)
		}
	})
}

// Whoever has proposed their own organisation is led to take its card in hand.
func TestTheirOwnOrganisation(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	v := b.enter("lea@exemple.nc")
	link := v.sent(propose+"?nom=Coco", full()...)
	list := b.waiting()
	if len(list) != 1 || list[0].About != curation.AboutOwn {
		t.Fatalf("%+v", list)
	}
	if _, err := b.changes.Decide(t.Context(), b.staff(), list[0].ID, curation.Decision{Take: list[0].Fields}); err != nil {
		t.Fatal(err)
	}
	uitest.One(t, v.see(link, http.StatusOK), `main a.button-main[href="/nc/annuaire/coco-numerique/revendiquer"]`)
}

// A card that has lapsed is offered to be taken back before somebody makes a second one.
func TestALookAlikeThatHasLapsed(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	l := b.lagon()
	b.exec("UPDATE listings SET state = 'lapsed' WHERE id = '" + l.ID + "'")
	v := b.visitor()
	page := v.see(propose+"?nom=Atelier+du+Lagon", http.StatusOK)
	uitest.One(t, page, `main a[href="/nc/annuaire/atelier-du-lagon/revendiquer"]`)
	if len(uitest.Find(t, page, `main a[href$="/signaler"]`)) != 0 || len(uitest.Find(t, page, "main .notice.tone-ok")) != 0 {
		t.Error("an error is to be reported on it, or the name is called free")
	}
	if w := v.send(propose+"?nom=Coco", full("name", "Atelier du Lagon")...); w.Code != http.StatusConflict {
		t.Errorf("it is proposed a second time: %d", w.Code)
	}
}

// Cards that may be the one are shown before anybody writes for nothing: by the name at once, by all the rest when it is sent.
func TestLookAlikes(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	far := b.card("Lagoon Atelier Numérique", listing.Content{})
	v := b.visitor()
	page := v.see(propose+"?nom=atelier+lagon", http.StatusOK)
	uitest.One(t, page, `main a[href="/nc/annuaire/atelier-du-lagon"]`)
	uitest.One(t, page, `main a[href="/nc/annuaire/atelier-du-lagon/signaler"]`)
	if len(uitest.Find(t, page, "main form")) != 0 {
		t.Error("the form is shown beside")
	}
	next := uitest.Attr(uitest.One(t, page, "main a.button-main"), "href")
	if form := v.form(v.see(next, http.StatusOK)); form.Get("vue") == "" || form.Get("name") != "atelier lagon" {
		t.Errorf("%v", form)
	}
	// What the index finds is asked about too, where the names are alike.
	b.named = []string{far.ID}
	uitest.One(t, v.see(propose+"?nom=Lagon+Atelier+Num%C3%A9rique", http.StatusOK), `main a[href="/nc/annuaire/lagoon-atelier-numerique"]`)

	// The number tells: it is asked once.
	form := v.form(v.see(propose+"?nom=Coco", http.StatusOK), full("name", "L’Atelier du lagon", "phones", "28 12 34", "zone", "Nouméa")...)
	page = v.checked(propose, v.post(propose, form), http.StatusConflict)
	uitest.One(t, page, `#ressemblances`)
	again := v.form(page)
	if again.Get("headline") != "Sites pour les gîtes" || again.Get("mienne") != "oui" || again.Get("competences") != "web-development" {
		t.Errorf("something typed is lost: %v", again)
	}
	if w := v.post(propose, again); w.Code != http.StatusSeeOther {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFaultyProposals(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	v := b.visitor()
	for _, test := range []struct {
		name   string
		fields []string
		faulty string
	}{
		{"no name", full("name", " "), "name"},
		{"long name", full("name", strings.Repeat("Coco ", 50)), "name"},
		{"no headline", full("headline", ""), "headline"},
		{"no contact", full("phones", ""), "phones"},
		{"no whole number", full("phones", "12"), "phones"},
		{"unknown place", full("zone", "Atlantide"), "zone"},
		{"wrong number", full("scheme", "ridet", "number", "0 132 721.001"), "number"},
		{"unknown register", full("scheme", "vat", "number", "12"), "number"},
		{"wrong mail of theirs", full("emails", "coco"), "emails"},
		{"wrong mail", full("mail", "coco"), "mail"},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := v.checked(propose, v.send(propose+"?nom=Coco", test.fields...), http.StatusUnprocessableEntity)
			uitest.One(t, page, "#"+test.faulty+"[aria-invalid=true]")
			if got := v.form(page).Get("zone"); got != test.fields[5] && test.faulty != "zone" {
				t.Errorf("the place is lost: %q", got)
			}
		})
	}
	page := v.checked(propose, v.send(propose+"?nom=Coco", full("mienne", "")...), http.StatusUnprocessableEntity)
	uitest.One(t, page, "#mienne.field-bad")
	form := v.form(v.see(propose+"?nom=Coco", http.StatusOK), full()...)
	form["competences"] = []string{"drones", "web-development", "cybersecurity", "hosting-cloud", "crm", "consulting", "training", "networks", "iot"}
	page = v.checked(propose, v.post(propose, form), http.StatusUnprocessableEntity)
	uitest.One(t, page, "#competences.field-bad")
	form["competences"] = []string{"nothing-of-the-kind"}
	if w := v.post(propose, form); w.Code != http.StatusSeeOther {
		t.Errorf("a competence that is none: %d %s", w.Code, w.Body)
	}
	if len(b.waiting()) != 0 {
		t.Error("something was taken")
	}
}

// A page of the demonstration in English, with all that it may show.
func TestProposalsInEnglish(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	v.lang = "en"
	for _, path := range []string{propose, propose + "?nom=atelier+lagon", propose + "?nom=Coco", "/annuaire/atelier-du-lagon/signaler"} {
		v.see(path, http.StatusOK)
	}
	for _, topic := range []string{"coordonnees", "adresse", "fermeture", "doublon", "publication", "autre"} {
		path := "/annuaire/atelier-du-lagon/signaler?quoi=" + topic
		page := v.see(path, http.StatusOK)
		v.checked(path, v.post(path, v.form(page)), http.StatusUnprocessableEntity)
	}
	v.checked(propose, v.post(propose, url.Values{}), http.StatusUnprocessableEntity)
}
