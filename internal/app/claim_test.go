package app

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// claimed is a real instance with cards that can be claimed.
type claimed struct {
	*front
	clock *clock
	cards map[string]listing.Record
}

func newClaimed(t *testing.T) *claimed {
	t.Helper()
	f, c := real(t, Options{})
	err := f.app.Territories.SetContact(t.Context(), demoTerritory, "equipe@example.nc")
	if err == nil {
		err = f.registry.reload(t.Context(), f.app.Territories, f.app.log)
	}
	if err != nil {
		t.Fatal(err)
	}
	h := &claimed{front: f, clock: c, cards: map[string]listing.Record{}}
	for _, one := range []struct {
		slug  string
		state listing.State
		firm  company.Company
		mails []string
	}{
		{"atelier", listing.Published, company.Company{}, []string{"bonjour@atelier.nc", "atelier@lagoon.nc"}},
		{"pirogue", listing.Published, company.Company{}, []string{"pirogue@lagoon.nc"}},
		{"muet", listing.Published, company.Company{}, nil},
		{"endormi", listing.Lapsed, company.Company{}, []string{"bonjour@endormi.nc"}},
		{"cache", listing.Hidden, company.Company{}, []string{"bonjour@cache.nc"}},
		{"lea-kanak", listing.Published, company.Company{NaturalPerson: true}, []string{"lea@lagoon.nc"}},
	} {
		one.firm.UsualName = "Fiche " + one.slug
		err := f.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			h.cards[one.slug], err = listing.Store{}.Save(t.Context(), tx, listing.Record{Company: one.firm, Listing: listing.Listing{
				Territory: demoTerritory, Slug: one.slug, State: one.state, Content: listing.Content{
					Name: "Fiche " + one.slug, Category: listing.Company, Emails: one.mails, Websites: []string{"https://www." + one.slug + ".nc"},
				},
			}}, c.now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *claimed) as(t *testing.T, mail string) *visitor {
	t.Helper()
	v := h.visitor(t)
	v.enter(mail, account.ByCode)
	return v
}

// page fails the test unless an answer is a whole page of that status that no cache keeps and no search engine lists, and holds
// the parts.
func (a answer) page(t *testing.T, what string, status int, parts ...string) {
	t.Helper()
	if a.status != status || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: %d, %s", what, a.status, a.header.Get("Cache-Control"))
	}
	uitest.CheckPage(t, a.body)
	mustHold(t, what, a.body, append(parts, `content="noindex`)...)
}

// upload posts a form with a document.
func (v *visitor) upload(path string, fields url.Values, name string, data []byte) answer {
	v.t.Helper()
	return v.uploadAs("document", path, fields, name, data)
}

// uploadAs posts a form with a file in an input of that name.
func (v *visitor) uploadAs(input, path string, fields url.Values, name string, data []byte) answer {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for field := range fields {
		if err := w.WriteField(field, fields.Get(field)); err != nil {
			v.t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile(input, name)
	if err == nil {
		_, err = file.Write(data)
	}
	if err != nil || w.Close() != nil {
		v.t.Fatal(err)
	}
	return v.raw(path, w.FormDataContentType(), b.Bytes())
}

func (v *visitor) raw(path, kind string, body []byte) answer {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), http.MethodPost, path, bytes.NewReader(body))
	r.Host, r.RemoteAddr = v.host, v.from
	r.Header.Set("Content-Type", kind)
	here := &url.URL{Scheme: "http", Host: v.host, Path: r.URL.Path}
	for _, c := range v.jar.Cookies(here) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.front.handler.ServeHTTP(w, r)
	v.jar.SetCookies(here, w.Result().Cookies())
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestTheDoorOfAClaim(t *testing.T) {
	h := newClaimed(t)
	nobody, paul, rosa := h.visitor(t), h.as(t, "paul@atelier.nc"), h.as(t, "rosa@gmail.com")
	card := nobody.get("/nc/annuaire/atelier")
	mustHold(t, "the card", card.body, `href="/nc/annuaire/atelier/revendiquer" rel="nofollow"`, "C’est mon entreprise")
	for _, c := range []struct {
		what   string
		v      *visitor
		path   string
		status int
		parts  []string
	}{
		{"a visitor", nobody, "/nc/annuaire/atelier/revendiquer", 200, []string{"/nc/connexion?suite=%2Fannuaire%2Fatelier%2Frevendiquer"}},
		{"a visitor, in English", nobody, "/nc/en/annuaire/atelier/revendiquer", 200, []string{"Sign in and continue"}},
		{"by the domain", paul, "/nc/annuaire/atelier/revendiquer", 200, []string{"paul@atelier.nc", "Prendre ma fiche en main"}},
		{"by a code", rosa, "/nc/annuaire/atelier/revendiquer", 200, []string{"bonjour@atelier.nc", "atelier@lagoon.nc", "Envoyer le code", "/revendiquer/demande"}},
		{"by a code to the only address", rosa, "/nc/annuaire/pirogue/revendiquer", 200, []string{"Envoyer un code à pirogue@lagoon.nc"}},
		{"without any address", rosa, "/nc/annuaire/muet/revendiquer", 200, []string{"Faire une demande"}},
		{"a lapsed card", rosa, "/nc/annuaire/endormi/revendiquer", 200, []string{"il vous suffira de la confirmer", "b•••@endormi.nc"}},
		{"a hidden card", rosa, "/nc/annuaire/cache/revendiquer", 410, []string{"n’est pas publique", "rosa@", "mailto:equipe@example.nc"}},
		{"a natural person's that waits", nobody, "/nc/annuaire/lea-kanak/revendiquer", 410, []string{"n’est pas publique", "/nc/connexion?suite="}},
		{"no card", rosa, "/nc/annuaire/nulle-part/revendiquer", 404, nil},
		{"the form of a request", rosa, "/nc/annuaire/atelier/revendiquer/demande", 200, []string{`enctype="multipart/form-data"`, `type="file"`, `autocomplete="name"`}},
		{"the form of a request, in English", rosa, "/nc/en/annuaire/atelier/revendiquer/demande", 200, []string{"Send the request"}},
	} {
		got := c.v.get(c.path)
		got.page(t, c.what, c.status, c.parts...)
		if strings.Contains(c.path, "cache") && strings.Contains(got.body, "Fiche cache") || strings.Contains(c.path, "lea") && strings.Contains(got.body, "Fiche lea") {
			t.Errorf("%s names what is not public", c.what)
		}
	}
	h.as(t, "lea@lagoon.nc").get("/nc/annuaire/lea-kanak/revendiquer").page(t, "the natural person herself", 200, "Prendre ma fiche en main", "en son nom propre")
	rosa.get("/nc/annuaire/atelier/revendiquer/code").leads(t, "no code was sent", "/nc/annuaire/atelier/revendiquer")
	nobody.get("/nc/annuaire/atelier/revendiquer/demande").leads(t, "a visitor", "/nc/connexion?suite=%2Fannuaire%2Fatelier%2Frevendiquer%2Fdemande")
	if got := nobody.post("/nc/annuaire/atelier/revendiquer", nil); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/nc/connexion?suite=") {
		t.Errorf("a visitor takes: %d to %q", got.status, got.header.Get("Location"))
	}
}

// Who waits for the team learns that somebody took the card in hand meanwhile, and can ask them.
func TestAClaimThatIsOvertaken(t *testing.T) {
	h := newClaimed(t)
	paul, rosa := h.as(t, "paul@atelier.nc"), h.as(t, "rosa@gmail.com")
	const here = "/nc/annuaire/atelier/revendiquer"
	rosa.upload(here+"/demande", url.Values{"name": {"Rosa"}, "message": {"Je suis la gérante."}}, "Kbis.pdf", []byte("%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"))
	rosa.get(here).page(t, "waiting", 200, "Suivre ma demande")
	paul.post(here, nil)
	rosa.get(here).page(t, "overtaken", 200, "Suivre ma demande", "a pris cette fiche en main", here+"/demande")
	form := rosa.get(here + "/demande")
	form.page(t, "the form", 200, `name="demande" value="managers"`, "est alors retirée")
	if strings.Contains(form.body, `type="file"`) {
		t.Error("managers are sent a document")
	}
	if got := rosa.post(here+"/demande", url.Values{"demande": {"managers"}, "message": {"J’y travaille."}}); got.status != 303 {
		t.Errorf("asking them: %d", got.status)
	}
	mustHold(t, "the manager's space", paul.get("/nc/espace").body, "Rosa demande à gérer avec vous")
	rosa.get(here+"/demande").leads(t, "asked", here)
}

// A refused request says that its document is to be chosen again, and gives back whole what is too long.
func TestARequestThatComesBack(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	const path, again = "/nc/annuaire/atelier/revendiquer/demande", "Choisissez de nouveau le document"
	pdf := []byte("%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n")
	rosa.upload(path, url.Values{"message": {"Je suis la gérante."}}, "Kbis.pdf", pdf).page(t, "without a name", 422, again, `href="#document"`, "votre nom")
	long := strings.Repeat("é", 99_999) + "!"
	got := rosa.upload(path, url.Values{"name": {"Rosa"}, "message": {long}}, "Kbis.pdf", pdf)
	got.page(t, "a long message", 422, again, "2 000 caractères au plus", long)
	got = rosa.upload(path, url.Values{"name": {"Rosa"}, "message": {strings.Repeat("é", 200_000)}}, "Kbis.pdf", pdf)
	got.page(t, "an endless message", 422, again, "Seul le début est gardé")
	if got := rosa.upload(path, url.Values{"message": {"Je suis la gérante."}}, "Kbis.txt", []byte("Bonjour")); strings.Contains(got.body, again) {
		t.Error("a document that is none is to be chosen again")
	}
}

// Who has the wrong address learns which one works, and can sign in with it and come back; so can who is refused a page.
func TestAnotherAccount(t *testing.T) {
	h := newClaimed(t)
	nobody, rosa := h.visitor(t), h.as(t, "rosa@gmail.com")
	const here = "/nc/annuaire/atelier/revendiquer"
	nobody.get(here).page(t, "a visitor", 200, "@atelier.nc")
	mustHold(t, "the sign-in", nobody.get("/nc/connexion?suite=/annuaire/atelier/revendiquer").body, "vous aviez demandée")
	rosa.get(here).page(t, "the wrong address", 200, "@atelier.nc, c’est immédiat", "Se connecter avec une autre adresse", `name="suite" value="/annuaire/atelier/revendiquer"`)
	edit := "/espace/fiches/" + h.cards["atelier"].Listing.ID
	rosa.get("/nc"+edit).page(t, "another's form", 403, "rosa@gmail.com", `name="suite" value="`+edit+`"`)
	rosa.post("/nc/deconnexion", url.Values{"suite": {edit}}).leads(t, "leaving", "/nc/connexion?suite="+url.QueryEscape(edit))
	rosa.get("/nc/espace").leads(t, "after", "/nc/connexion?suite=%2Fespace")
	if got := nobody.post("/nc/deconnexion", url.Values{"suite": {"//evil.example"}}); got.header.Get("Location") != "/nc" {
		t.Errorf("led to %q", got.header.Get("Location"))
	}
	h.as(t, "rosa@gmail.com").get("/nc/annuaire/muet/revendiquer").page(t, "no mail", 200, "aucune adresse où envoyer un code")
	h.as(t, "paul@atelier.nc").post(here, nil)
	h.as(t, "lea@atelier.nc").post(here, nil).page(t, "a moment later", 409, "un instant avant vous")
}

func TestClaimByDomainAndWhatFollows(t *testing.T) {
	h := newClaimed(t)
	paul, rosa, id := h.as(t, "paul@atelier.nc"), h.as(t, "rosa@atelier.nc"), h.cards["atelier"]
	paul.post("/nc/annuaire/atelier/revendiquer", nil).leads(t, "taking", "/nc/espace/fiches/"+id.Listing.ID+"?fait=prise")
	paul.post("/nc/annuaire/atelier/revendiquer", nil).leads(t, "twice", "/nc/espace/fiches/"+id.Listing.ID+"?fait=prise")
	paul.get("/nc/annuaire/atelier/revendiquer").page(t, "mine", 200, "Vous agissez déjà")
	own := paul.get("/nc/annuaire/atelier")
	mustHold(t, "the owner's card", own.body, `href="/nc/espace/fiches/`+id.Listing.ID+`"`, "Modifier ma fiche")
	others := rosa.get("/nc/annuaire/atelier")
	mustHold(t, "somebody else's", others.body, "C’est mon entreprise")
	if strings.Contains(own.body, "C’est mon entreprise") || strings.Contains(others.body, "Modifier ma fiche") {
		t.Error("who owns a card is asked whether it is theirs, or who does not is led to its form")
	}
	if trust, err := h.app.Curation.TrustOf(t.Context(), h.app.DB.Read(), id.Company.ID); err != nil || trust != curation.Trusted {
		t.Errorf("trust: %s %v", trust, err)
	}
	if h.letters(t, "claim.taken", "paul@atelier.nc") != 1 || h.letters(t, "claim.published", "bonjour@atelier.nc") != 1 {
		t.Error("the letters are missing")
	}
	rosa.post("/nc/annuaire/atelier/revendiquer", nil).page(t, "taken", 409, "Demander à les rejoindre")
	rosa.post("/nc/annuaire/atelier/revendiquer/demande", url.Values{"name": {"Rosa"}, "demande": {"managers"}, "message": {"J’y travaille."}})
	space := paul.get("/nc/espace").body
	mustHold(t, "the manager's space", space, "Rosa demande à gérer avec vous la fiche « Fiche atelier »")
	mustHold(t, "her space", rosa.get("/nc/espace").body, "Votre demande pour Fiche atelier")
	answer := regexp.MustCompile(`/nc/espace/demandes/[0-9a-f-]+`).FindString(space)
	paul.get(answer).page(t, "the request", 200, "rosa@atelier.nc", "J’y travaille.", "Accepter")
	rosa.get(answer).page(t, "her request", 200, "Retirer ma demande")
	if got := h.as(t, "other@gmail.com").get(answer); got.status != 404 {
		t.Errorf("another's: %d", got.status)
	}
	paul.post(answer, url.Values{"reponse": {"non"}}).page(t, "without a reason", 422, "Pour refuser, dites pourquoi")
	paul.post(answer, url.Values{"reponse": {"oui"}, "role": {"company_editor"}}).leads(t, "accepting", answer)
	paul.post(answer, url.Values{"reponse": {"oui"}}).page(t, "twice", 409, "déjà décidé")
	rosa.get(answer).page(t, "granted", 200, "Acceptée", "/nc/espace/fiches/"+id.Listing.ID)
	lea := h.as(t, "lea@lagoon.nc")
	lea.post("/nc/annuaire/lea-kanak/revendiquer", nil).leads(t, "a natural person", "/nc/espace/entreprises/"+h.cards["lea-kanak"].Company.ID+"/consentement")
}

func TestClaimByCode(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	const door = "/nc/annuaire/pirogue/revendiquer"
	key := regexp.MustCompile(`name="adresse" value="([0-9a-f]+)"`).FindStringSubmatch(rosa.get(door).body)
	if key == nil {
		t.Fatal("no address is offered")
	}
	rosa.post(door+"/code", url.Values{"adresse": {"x"}}).page(t, "another address", 422, "Choisissez une des adresses")
	rosa.post(door+"/code", url.Values{"adresse": {key[1]}}).leads(t, "sending", door+"/code")
	rosa.get(door+"/code").page(t, "the code's page", 200, `autocomplete="one-time-code"`, "pirogue@lagoon.nc")
	code := codeIn(h.letter(t, "pirogue@lagoon.nc"))
	rosa.post(door+"/code", url.Values{"code": {other(code)}}).page(t, "a wrong code", 422, "Il vous reste 4 essais")
	if got := h.as(t, "thief@gmail.com").post(door+"/code", url.Values{"code": {code}}); got.status != 410 {
		t.Errorf("another's code: %d", got.status)
	}
	rosa.post(door+"/code", url.Values{"code": {code}}).leads(t, "the code", "/nc/espace/fiches/"+h.cards["pirogue"].Listing.ID+"?fait=prise")
}

func TestClaimByRequest(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	const form = "/nc/annuaire/atelier/revendiquer/demande"
	typed := url.Values{"name": {"Rosa W."}, "message": {"Je suis la gérante depuis 2019."}}
	pdf := []byte("%PDF-1.7\n%%EOF\n")
	for _, c := range []struct {
		what string
		data []byte
		part string
	}{
		{"no document", nil, "Joignez un document"},
		{"a program", []byte("MZ\x90"), "ni un PDF ni une image"},
		{"too large", bytes.Repeat([]byte("x"), 11<<20), "pèse plus de 10 Mo"},
		{"too large by far", make([]byte, 60<<20), "pèse plus de 10 Mo"},
		{"an SVG", []byte("<svg/>"), "Exportez-le en PNG"},
	} {
		rosa.upload(form, typed, "Kbis.pdf", c.data).page(t, c.what, 422, c.part, "Je suis la gérante depuis 2019.")
	}
	for kind, body := range map[string]string{
		"multipart/form-data": "x", "multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nBonj",
	} {
		if got := rosa.raw(form, kind, []byte(body)); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", kind, got.status)
		}
	}
	rosa.upload(form, url.Values{}, "", nil).page(t, "nothing", 422, "Dites qui vous êtes", "Écrivez quelques mots", "Joignez un document")
	rosa.get(form).page(t, "the name is not kept before all is right", 200, `name="name"`)
	got := rosa.upload(form, typed, "Kbis.pdf", pdf)
	to := strings.TrimSuffix(got.header.Get("Location"), "?fait=envoyee")
	got.leads(t, "sending", to+"?fait=envoyee")
	rosa.get(to+"?fait=envoyee").page(t, "sent", 200, "Votre demande est envoyée", "Kbis.pdf", "Retirer ma demande")
	rosa.get(form).leads(t, "once more", "/nc/annuaire/atelier/revendiquer")
	rosa.upload(form, typed, "Kbis.pdf", pdf).page(t, "twice", 409, "déjà une demande en cours")
	h.as(t, "paul@gmail.com").get("/nc/annuaire/atelier/revendiquer").page(t, "somebody else", 200, "Une autre demande est déjà en cours")

	if _, err := h.app.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "pm@example.nc", account.ProjectManager); err != nil {
		t.Fatal(err)
	}
	pm := h.visitor(t)
	pm.enter("pm@example.nc", account.ByPasskey)
	document := "/nc/gestion/revendications/" + strings.TrimPrefix(to, "/nc/espace/demandes/") + "/document"
	file := pm.get(document)
	if file.status != 200 || file.body != string(pdf) || file.header.Get("Content-Disposition") != `attachment; filename=Kbis.pdf` ||
		file.header.Get("Content-Type") != "application/pdf" || !strings.Contains(file.header.Get("Content-Security-Policy"), "sandbox") || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", file.status, file.header)
	}
	if got := rosa.get(document); got.status != http.StatusForbidden {
		t.Errorf("her own document at the team's address: %d", got.status)
	}
	rosa.post(to+"/retrait", nil).leads(t, "withdrawing", to)
	rosa.post(to+"/retrait", nil).page(t, "twice", 409, "ne peut plus être retirée")
	if got := pm.get(document); got.status != http.StatusNotFound {
		t.Errorf("the document of a request that was withdrawn: %d", got.status)
	}
}

// What was typed is there again for who had to sign in meanwhile; the file must be chosen once more.
func TestARequestIsNotLost(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	const form = "/nc/annuaire/atelier/revendiquer/demande"
	by, err := h.app.Accounts.Actor(t.Context(), rosa.session(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.app.Accounts.EndSession(t.Context(), by, by.Session); err != nil {
		t.Fatal(err)
	}
	got := rosa.upload(form, url.Values{"message": {"Je suis la gérante."}}, "Kbis.pdf", []byte("%PDF-1.7\n%%EOF\n"))
	to, err := url.Parse(got.header.Get("Location"))
	if err != nil || to.Path != "/nc/connexion" {
		t.Fatalf("%d to %s", got.status, to)
	}
	rosa.enter("rosa@gmail.com", account.ByCode)
	rosa.get("/nc"+to.Query().Get("suite")).page(t, "back", 200, "Je suis la gérante.</textarea>")
}

// What a card is called that is not public is not told to who sends the form of a request, whatever is wrong with it.
func TestRequestForACardThatIsNotPublic(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	for _, size := range []int{1, 60 << 20} {
		got := rosa.upload("/nc/annuaire/cache/revendiquer/demande", url.Values{"message": {"Je suis la gérante."}}, "Kbis.pdf", make([]byte, size))
		got.page(t, "a request", 410, "n’est pas publique")
		if strings.Contains(got.body, "Fiche cache") {
			t.Errorf("with %d bytes: the name is told", size)
		}
	}
}

func TestDisputeOfAClaim(t *testing.T) {
	h := newClaimed(t)
	card := h.cards["atelier"]
	h.as(t, "paul@atelier.nc").post("/nc/annuaire/atelier/revendiquer", nil).leads(t, "taking", "/nc/espace/fiches/"+card.Listing.ID+"?fait=prise")
	link := regexp.MustCompile(`/nc/fiches/contestation/\S+`).FindString(h.letter(t, "bonjour@atelier.nc"))
	v := h.visitor(t)
	if got := v.get("/nc/fiches/contestation/none"); got.status != 404 {
		t.Errorf("no link: %d", got.status)
	}
	v.get(link).page(t, "the link", 200, "Ce n’est pas quelqu’un de chez nous")
	if n, err := h.app.Curation.TrustOf(t.Context(), h.app.DB.Read(), card.Company.ID); err != nil || n != curation.Trusted {
		t.Errorf("looking disputes: %v %v", n, err)
	}
	v.post(link, nil).leads(t, "disputing", link)
	v.get(link).page(t, "disputed", 200, "C’est noté.")
	v.post(link, nil).leads(t, "twice", link)
	trusted := func(when string, want curation.Trust) {
		t.Helper()
		if n, err := h.app.Curation.TrustOf(t.Context(), h.app.DB.Read(), card.Company.ID); err != nil || n != want {
			t.Errorf("%s: %v %v", when, n, err)
		}
	}
	trusted("disputed", curation.Disputed)
	people, err := h.app.Accounts.Acting(t.Context(), h.app.DB.Read(), card.Company.ID)
	if err != nil || len(people) != 1 {
		t.Fatalf("%v %v", people, err)
	}
	paul := account.Actor{Person: people[0].ID, Territory: demoTerritory, Lang: "fr", Companies: map[string]account.Role{card.Company.ID: account.CompanyManager}}
	jules := account.Actor{Person: "jules", Territory: demoTerritory, Lang: "fr", Roles: []account.Role{account.ProjectManager}}
	out, err := h.app.Curation.Submit(t.Context(), paul, card.Listing.ID, card.Listing.Version, listing.Content{Headline: "Bateaux"}, []string{"headline"})
	if err == nil {
		_, err = h.app.Curation.Decide(t.Context(), jules, out.Change.ID, curation.Decision{Take: []string{"headline"}, Seen: card.Listing.Version})
	}
	if err != nil || out.Published {
		t.Fatalf("%+v %v", out, err)
	}
	trusted("one edit was accepted", curation.Disputed)
	waiting, err := h.app.Claims.Waiting(t.Context(), jules, 10)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v %v", waiting, err)
	}
	if err := h.app.Claims.Decide(t.Context(), jules, waiting[0].ID, claim.Decision{Grant: true}); err != nil {
		t.Fatal(err)
	}
	trusted("upheld", curation.Trusted)
}

// A company that the team watches stays watched, whoever takes its card in hand, disputes that, or is upheld.
func TestClaimOfACompanyThatIsWatched(t *testing.T) {
	h := newClaimed(t)
	card := h.cards["atelier"]
	watched := func(when string) {
		t.Helper()
		if n, _, err := h.app.Curation.TrustSet(t.Context(), h.app.DB.Read(), card.Company.ID); err != nil || n != curation.Watched {
			t.Errorf("%s: %v %v", when, n, err)
		}
	}
	if err := h.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		return h.app.Curation.SetTrustIn(t.Context(), tx, card.Company.ID, curation.Watched)
	}); err != nil {
		t.Fatal(err)
	}
	h.as(t, "paul@atelier.nc").post("/nc/annuaire/atelier/revendiquer", nil).leads(t, "taking", "/nc/espace/fiches/"+card.Listing.ID+"?fait=prise")
	watched("taken")
	link := regexp.MustCompile(`/nc/fiches/contestation/\S+`).FindString(h.letter(t, "bonjour@atelier.nc"))
	h.visitor(t).post(link, nil).leads(t, "disputing", link)
	watched("disputed")
}

func TestClaimsOfCardsWithAnotherAddress(t *testing.T) {
	h := newClaimed(t)
	_, err := listing.NewService(h.app.DB, h.clock.now).Merge(t.Context(), listing.Author{}, h.cards["atelier"].Listing.ID, h.cards["pirogue"].Listing.ID)
	if err != nil {
		t.Fatal(err)
	}
	v := h.as(t, "rosa@gmail.com")
	for _, rest := range []string{"", "/code", "/demande"} {
		v.get("/nc/annuaire/pirogue/revendiquer"+rest).leads(t, rest, fmt.Sprintf("/nc/annuaire/atelier/revendiquer%s?menee=oui", rest))
	}
	v.get("/nc/annuaire/atelier/revendiquer?menee=oui").page(t, "led", 200, "mène maintenant à cette fiche")
}

func TestClaimOfACardWhoseAddressesAllRefuse(t *testing.T) {
	h := newClaimed(t)
	rosa := h.as(t, "rosa@gmail.com")
	const door = "/nc/annuaire/pirogue/revendiquer"
	key := regexp.MustCompile(`name="adresse" value="([0-9a-f]+)"`).FindStringSubmatch(rosa.get(door).body)
	err := h.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO mail_addresses (address, state, reason, mail, since_at) VALUES ('pirogue@lagoon.nc', 'refusing', '5.1.1', '', 1)")
		return err
	})
	if err != nil || key == nil {
		t.Fatal(err)
	}
	rosa.post(door+"/code", url.Values{"adresse": {key[1]}}).page(t, "an address that refuses since", 422, "refuse nos courriels", "Faire une demande")
}
