package suggest_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui/uitest"
)

func attr(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

const contact = "/annuaire/atelier-du-lagon/signaler?quoi=coordonnees"

// A visitor says that a number is wrong, confirms by the letter, follows it, and is told.
func TestAnErrorIsReportedAndFollowed(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		card := b.lagon()
		v := b.visitor()
		what := v.see("/annuaire/atelier-du-lagon/signaler", http.StatusOK)
		if n := len(uitest.Find(t, what, "main a.door")); n != 6 {
			t.Errorf("%d doors", n)
		}
		page := v.see(contact, http.StatusOK)
		if got := uitest.Texts(t, page, "#phones-hint")[0]; !strings.Contains(got, "28.12.34, 28.12.35") {
			t.Errorf("today's numbers are not beside: %q", got)
		}
		look := v.sent(contact, "phones", "28.12.34\n28 99 99", "message", "Le second numéro a changé.", "mail", "Lea@Exemple.nc", "author", "Léa Kanak")
		if list := b.waiting(); len(list) != 0 {
			t.Fatalf("it waits before the mail is confirmed: %v", list)
		}
		sent := v.see(look, http.StatusOK)
		if !strings.Contains(uitest.Texts(t, sent, "main")[0], "lea@exemple.nc") || len(uitest.Find(t, sent, "main form")) != 0 {
			t.Error("the page of the browser does not show the address, or lets it confirm")
		}
		if w := v.ask(http.MethodPost, look, url.Values{"faire": {"confirmer"}}.Encode()); w.Code != http.StatusForbidden || len(b.waiting()) != 0 {
			t.Errorf("the link of the browser confirms: %d", w.Code)
		}
		link := b.link("lea@exemple.nc")
		if text := b.letter("lea@exemple.nc"); strings.Contains(text, "numéro a changé") || strings.Contains(text, "Léa") {
			t.Errorf("the letter holds what was typed: %s", text)
		}
		uitest.One(t, v.see(link, http.StatusOK), `main button[value=confirmer]`)
		b.confirms("lea@exemple.nc")
		b.confirms("lea@exemple.nc") // twice is once
		list := b.waiting()
		if len(list) != 1 {
			t.Fatalf("%d wait", len(list))
		}
		c := list[0]
		if c.Kind != curation.Suggestion || c.Listing != card.ID || !slices.Equal(c.Fields, []string{"phones"}) || !slices.Equal(c.After.Phones, []string{"+687281234", "+687289999"}) ||
			!slices.Equal(c.Before.Phones, card.Phones) || c.Mail != "lea@exemple.nc" || c.Name != "Léa Kanak" || len(c.Signs) != 0 {
			t.Errorf("%+v", c)
		}
		v.lang = "en"
		if got := uitest.Texts(t, v.see(link, http.StatusOK), "h1")[0]; got != "Thank you. The team has it" {
			t.Errorf("%q", got)
		}
		v.lang = "fr"
		if _, err := b.changes.Decide(t.Context(), b.staff(), c.ID, curation.Decision{Reason: "Le numéro est bon, nous avons appelé."}); err != nil {
			t.Fatal(err)
		}
		after := v.see(link, http.StatusOK)
		if text := uitest.Texts(t, after, "main")[0]; !strings.Contains(text, "nous avons appelé") || !strings.Contains(text, "n’a pas retenu votre envoi") {
			t.Errorf("the answer is not shown: %s", text)
		}
		if len(uitest.Find(t, after, "main form")) != 0 {
			t.Error("what is decided can be withdrawn")
		}
	})
}

// What the organisation decided is not put down to the team, on the page and in the letter.
func TestTheOrganisationRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		card := b.lagon()
		b.visitor().sent(contact, "phones", "28.12.34\n28 99 99", "mail", "lea@exemple.nc")
		link := b.confirms("lea@exemple.nc")
		owner := account.Actor{Person: "ada", Territory: "nc", Companies: map[string]account.Role{card.CompanyID: account.CompanyManager}, Lang: "fr"}
		if _, err := b.changes.Answer(t.Context(), owner, b.waiting()[0].ID, curation.Decision{}); err != nil {
			t.Fatal(err)
		}
		text := uitest.Texts(t, b.visitor().see(link, http.StatusOK), "main")[0]
		if !strings.Contains(text, "L’organisation n’a pas repris") || !strings.Contains(text, "L’organisation a décidé") || strings.Contains(text, "L’équipe vérifie et décide") {
			t.Errorf("the page: %s", text)
		}
		if letter := b.letter("lea@exemple.nc"); !strings.Contains(letter, "L’organisation") || strings.Contains(letter, "Après vérification") {
			t.Errorf("the letter: %s", letter)
		}
	})
}

func TestWhoIsSignedInConfirmsNothing(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.enter("lea@exemple.nc")
	if page := v.see(contact, http.StatusOK); len(uitest.Find(t, page, "#mail")) != 0 || !strings.Contains(page, "lea@exemple.nc") {
		t.Error("who is signed in is asked for their address")
	}
	link := v.sent(contact, "websites", "lagon-numerique.example")
	list := b.waiting()
	if len(list) != 1 || list[0].Person != v.by.Person || !slices.Equal(list[0].After.Websites, []string{"https://lagon-numerique.example"}) {
		t.Fatalf("%+v", list)
	}
	if b.letter("lea@exemple.nc") != "" {
		t.Error("a letter was written")
	}
	if w := v.ask(http.MethodPost, link, "faire=retirer"); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if len(b.waiting()) != 0 {
		t.Error("it waits although it was withdrawn")
	}
	page := v.see(link, http.StatusOK)
	if got := uitest.Texts(t, page, "h1")[0]; got != "Votre envoi est retiré" {
		t.Errorf("%q", got)
	}
	if got := strings.Join(uitest.Texts(t, page, ".timeline"), ""); !strings.Contains(got, "Vous avez retiré") || strings.Contains(got, "vérifie") || strings.Contains(got, "répondons") {
		t.Errorf("what happened: %q", got)
	}
}

// Faults stand in the order of the questions; who comes by another address is told; the letter says on its face what it is about.
func TestSmallWordsAboutAReport(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	w := v.send("/annuaire/atelier-du-lagon/signaler?quoi=adresse", "zone", "Atlantide", "message", strings.Repeat("x", 3000), "mail", "lea", "author", "<b>")
	page := v.checked("the faults", w, http.StatusUnprocessableEntity)
	var order []string
	for _, n := range uitest.Find(t, page, ".errors a") {
		order = append(order, uitest.Attr(n, "href"))
	}
	if !slices.Equal(order, []string{"#zone", "#message", "#mail", "#author"}) {
		t.Errorf("%v", order)
	}
	if page := v.see(contact+"&menee=oui", http.StatusOK); !strings.Contains(page, "mène maintenant à la fiche") {
		t.Error("nobody says that the card is another one")
	}
	look := v.sent(contact, "phones", "28 99 99", "mail", "lea@exemple.nc")
	uitest.One(t, v.see(look, http.StatusOK), `main a[href="/nc/annuaire/atelier-du-lagon/signaler"]`)
	list, err := b.outbox.List(t.Context(), mail.Filter{To: "lea@exemple.nc", Limit: 1})
	if err != nil || len(list) != 1 || list[0].Subject != "Confirmez votre signalement sur la fiche Atelier du Lagon" {
		t.Errorf("%+v, %v", list, err)
	}
}

// What is faulty is told, and nothing typed is lost.
func TestFaultyReports(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	v := b.visitor()
	const place, closed, twice = "/annuaire/atelier-du-lagon/signaler?quoi=adresse", "/annuaire/atelier-du-lagon/signaler?quoi=fermeture", "/annuaire/atelier-du-lagon/signaler?quoi=doublon"
	for _, test := range []struct {
		name, path string
		fields     []string
		faulty     string // id of the field that is blamed, "" for none
		says       string
	}{
		{"nothing", contact, []string{"mail", "lea@exemple.nc"}, "message", "Rien n’a changé"},
		{"nothing from nobody", contact, nil, "mail", "Rien n’a changé"},
		{"no mail", contact, []string{"phones", "28 11 11"}, "mail", ""},
		{"wrong mail", contact, []string{"phones", "28 11 11", "mail", "lea"}, "mail", ""},
		{"wrong name", contact, []string{"phones", "28 11 11", "mail", "lea@exemple.nc", "author", "<b>"}, "author", ""},
		{"no whole number", contact, []string{"phones", "12", "mail", "lea@exemple.nc"}, "phones", ""},
		{"no number", contact, []string{"phones", "appelez-moi", "mail", "lea@exemple.nc"}, "phones", ""},
		{"no address", contact, []string{"emails", "contact@", "mail", "lea@exemple.nc"}, "emails", ""},
		{"no site", contact, []string{"websites", "javascript:alert(1)", "mail", "lea@exemple.nc"}, "websites", ""},
		{"unknown place", place, []string{"zone", "Atlantide", "mail", "lea@exemple.nc"}, "zone", ""},
		{"closed without a word", closed, []string{"mail", "lea@exemple.nc"}, "message", ""},
		{"long", closed, []string{"message", strings.Repeat("Fermé. ", 300), "mail", "lea@exemple.nc"}, "message", ""},
		{"twice with none", twice, []string{"mail", "lea@exemple.nc"}, "laquelle", ""},
		{"twice with itself", twice, []string{"laquelle", "https://grappe.example/nc/annuaire/atelier-du-lagon", "mail", "lea@exemple.nc"}, "laquelle", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := v.send(test.path, test.fields...)
			page := v.checked(test.path, w, http.StatusUnprocessableEntity)
			uitest.One(t, page, "main .errors")
			if test.faulty != "" {
				uitest.One(t, page, "#"+test.faulty+"[aria-invalid=true]")
			}
			if test.says != "" && !strings.Contains(page, test.says) {
				t.Errorf("it does not say %q", test.says)
			}
			kept := v.form(page)
			for i := 0; i+1 < len(test.fields); i += 2 {
				if got := kept.Get(test.fields[i]); strings.TrimSpace(got) != strings.TrimSpace(test.fields[i+1]) {
					t.Errorf("%s holds %.60q afterwards", test.fields[i], got)
				}
			}
		})
	}
	var order []string
	for _, a := range uitest.Find(t, v.checked(twice, v.send(twice), http.StatusUnprocessableEntity), "main .errors a") {
		href, _ := attr(a, "href")
		order = append(order, href)
	}
	if !slices.Equal(order, []string{"#laquelle", "#mail"}) {
		t.Errorf("the faults come in the order %v", order)
	}
	if len(b.waiting()) != 0 {
		t.Error("something was taken")
	}
}

// What others have changed between the form and its coming back is not taken for what its author wants.
func TestACardThatChangesMeanwhile(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	card := b.lagon()
	v := b.enter("lea@exemple.nc")
	form := v.form(v.see(contact, http.StatusOK), "phones", "28 99 99")
	b.now = b.now.Add(time.Minute)
	owner := listing.Author{Source: company.Source{Kind: company.FromOwner}}
	edited, _, err := b.cards.Edit(t.Context(), owner, card.ID, card.Version, listing.Content{Emails: []string{"bonjour@lagon.example"}}, []string{"emails"})
	if err != nil {
		t.Fatal(err)
	}
	if w := v.post(contact, form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if list := b.waiting(); len(list) != 1 || !slices.Equal(list[0].Fields, []string{"phones"}) {
		t.Fatalf("%+v", list)
	}
	form = v.form(v.see(contact, http.StatusOK), "emails", "salut@lagon.example")
	if _, _, err = b.cards.Edit(t.Context(), owner, card.ID, edited.Version, listing.Content{Emails: []string{"salut@lagon.example"}}, []string{"emails"}); err != nil {
		t.Fatal(err)
	}
	page := v.checked(contact, v.post(contact, form), http.StatusUnprocessableEntity)
	if !strings.Contains(page, "La fiche dit déjà") {
		t.Error("it is not said that the card says so already")
	}
}

// Cards that are not to be corrected here have a page that says so.
func TestCardsThatAreElsewhere(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	card, other := b.lagon(), b.card("Lagon Atelier", listing.Content{})
	v := b.visitor()
	v.see("/annuaire/nulle-part/signaler", http.StatusNotFound)
	if _, err := b.cards.Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, card.ID, other.ID); err != nil {
		t.Fatal(err)
	}
	w := v.ask(http.MethodGet, "/annuaire/lagon-atelier/signaler?quoi=adresse", "")
	if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/nc/annuaire/atelier-du-lagon/signaler?menee=oui&quoi=adresse" {
		t.Errorf("a merged card leads to %q: %d", w.Header().Get("Location"), w.Code)
	}
	// A form of the merged card is about the one that stands for it.
	form := v.form(v.see(contact, http.StatusOK), "phones", "28 99 99", "mail", "lea@exemple.nc")
	if w := v.post("/annuaire/lagon-atelier/signaler", form); w.Code != http.StatusSeeOther {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	b.confirms("lea@exemple.nc")
	if list := b.waiting(); len(list) != 1 || list[0].Listing != card.ID {
		t.Errorf("%+v", list)
	}
	now, err := listing.Reader{}.ByID(t.Context(), b.db.Read(), card.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.cards.Hide(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, card.ID, now.Version); err != nil {
		t.Fatal(err)
	}
	v.see("/annuaire/atelier-du-lagon/signaler", http.StatusGone)
	v.checked(contact, v.post(contact, form), http.StatusGone)
}

// A card that nobody vouched for leads its organisation to where it comes back.
func TestLapsedCards(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	card := b.lagon()
	if _, err := b.cards.Lapse(t.Context(), listing.Author{}, card.ID, card.Version); err != nil {
		t.Fatal(err)
	}
	page := b.visitor().see(contact, http.StatusGone)
	uitest.One(t, page, `main a[href="/nc/annuaire/atelier-du-lagon/revendiquer"]`)
}

// The copy of another instance's card leads to the original.
func TestCopiesLeadToTheOriginal(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	b.original = "https://annuaire.example/pf/annuaire/atelier-du-lagon"
	b.exec("INSERT INTO listing_keepers (territory, source) VALUES ('nc', 'https://annuaire.example/pf')")
	v := b.visitor()
	for _, path := range []string{contact, "/annuaire/atelier-du-lagon/signaler"} {
		uitest.One(t, v.see(path, http.StatusOK), `main a.button[href="`+b.original+`"]`)
	}
	v.checked(contact, v.ask(http.MethodPost, "/annuaire/atelier-du-lagon/signaler", ""), http.StatusConflict)
	uitest.One(t, v.see("/proposer-une-fiche", http.StatusOK), `main a.button[href="https://annuaire.example/pf"]`)
	v.checked("/proposer-une-fiche", v.ask(http.MethodPost, "/proposer-une-fiche", ""), http.StatusConflict)
}

func TestACardThatIsThereTwice(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	b.card("Atelier du Lagon SARL", listing.Content{Headline: "Le même"})
	v := b.enter("lea@exemple.nc")
	const twice = "/annuaire/atelier-du-lagon/signaler?quoi=doublon"
	uitest.One(t, v.see(twice, http.StatusOK), "input[name=double][value=atelier-du-lagon-sarl]")
	v.sent(twice, "double", "atelier-du-lagon-sarl")
	v.sent(twice, "laquelle", "https://grappe.example/nc/annuaire/atelier-du-lagon-sarl", "message", "Regardez l’adresse.")
	v.sent(twice, "laquelle", "Ateliers du Lagon, à Koné")
	list := b.waiting()
	if len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	for i, want := range []string{"/annuaire/atelier-du-lagon-sarl", "/annuaire/atelier-du-lagon-sarl\nRegardez l’adresse.", "Ateliers du Lagon, à Koné"} {
		if c := list[i]; c.About != curation.AboutDuplicate || !strings.HasSuffix(c.Message, want) {
			t.Errorf("%d: %q about %q", i, c.Message, c.About)
		}
	}
}

// Of a card that is not public nobody is told that it is there, nor its name.
func TestACardThatIsThereTwiceAndNotPublic(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.lagon()
	secret := b.card("Atelier Secret", listing.Content{})
	if _, err := b.cards.Hide(t.Context(), listing.Author{}, secret.ID, secret.Version); err != nil {
		t.Fatal(err)
	}
	v := b.enter("lea@exemple.nc")
	v.sent("/annuaire/atelier-du-lagon/signaler?quoi=doublon", "laquelle", "https://grappe.example/nc/annuaire/atelier-secret")
	if list := b.waiting(); len(list) != 1 || strings.Contains(list[0].Message, "Atelier Secret") || !strings.Contains(list[0].Message, "/annuaire/atelier-secret") {
		t.Errorf("%+v", list)
	}
}

// Whose report took a card away is told that it is gone and when the letter left; who says the same twice is told that they did.
func TestWhatBecameOfAReport(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	card := b.lagon()
	v := b.enter("lea@exemple.nc")
	const closed = "/annuaire/atelier-du-lagon/signaler?quoi=fermeture"
	link, again := v.sent(closed, "message", "Le rideau est baissé."), v.sent(closed, "message", "Le rideau est baissé.")
	if got := uitest.Texts(t, v.see(again, http.StatusOK), "h1")[0]; got != "Merci. Vous l’aviez déjà dit" {
		t.Errorf("%q", got)
	}
	if _, err := b.changes.Decide(t.Context(), b.staff(), b.waiting()[0].ID, curation.Decision{Done: true, End: curation.FlagHidden, Card: card.ID, Seen: card.Version}); err != nil {
		t.Fatal(err)
	}
	page := v.see(link, http.StatusOK)
	if got := uitest.Texts(t, page, "main .lead")[0]; !strings.Contains(got, "La fiche n’est plus dans l’annuaire") {
		t.Errorf("%q", got)
	}
	steps := uitest.Texts(t, page, ".timeline li")
	if last := steps[len(steps)-1]; !strings.Contains(last, "Nous vous avons répondu") || !strings.Contains(last, strconv.Itoa(b.now.Year())) {
		t.Errorf("%q", last)
	}
}
