package app

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// words are those of the page's main part.
func words(t *testing.T, page string) string {
	t.Helper()
	return strings.Join(uitest.Texts(t, page, "main"), "\n")
}

// An alert is decided on its own page alone: from the list, nothing happens to it. Once settled, it says how, by whom and when.
func TestModerationOfAlerts(t *testing.T) {
	q := newQueued(t, 2)
	paths := q.cases("alerte")
	list := q.get("/nc/gestion/moderation?sorte=alerte").body
	uitest.Count(t, list, ".queue tbody tr", 2)
	uitest.Count(t, list, "input[name=cas]", 0)
	pick := func(path string) string { return "alerte " + path[strings.LastIndexByte(path, '/')+1:] + " " }
	got := q.post("/nc/gestion/moderation", url.Values{"acte": {"accepter"}, "cas": {pick(paths[0]), pick(paths[1])}})
	if results := words(t, q.get(got.header.Get("Location")).body); got.status != 303 || !strings.Contains(results, "Aucun cas accepté.") || !strings.Contains(results, "Ce cas se décide sur sa page.") {
		t.Fatal(got.status, results)
	}
	if got := q.post("/nc/gestion/moderation", url.Values{"acte": {"accepter"}, "cas": {pick(paths[0])}}); got.status != 409 || len(q.cases("alerte")) != 2 {
		t.Fatal(got.status, q.cases("alerte"))
	}
	page := q.get(paths[0]).body
	uitest.Count(t, page, "button[data-act=a][data-final]", 1) // no key alone does what cannot be taken back
	q.post(paths[0], url.Values{"acte": {"accepter"}, "vu": {uitest.Attr(uitest.One(t, page, "input[name=vu]"), "value")}})
	q.clock.pass(24 * time.Hour)
	settled := words(t, q.get(paths[0]).body)
	if !strings.Contains(settled, "Alerte levée après vérification, par l•••@example.nc, ") || strings.Contains(settled, "Arrivé") {
		t.Error(settled)
	}
}

// What the owner wrote is passed on to them: the case says so before, and shows that letter alone.
func TestModerationShowsTheLetterToTheOwner(t *testing.T) {
	q := newQueued(t, 1)
	own, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), q.cards[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	p, err := q.a.Accounts.Known(t.Context(), q.a.DB.Read(), "owner0@example.nc")
	if err != nil {
		t.Fatal(err)
	}
	q.write(func(ctx context.Context, tx *db.Tx) error {
		return q.a.Curation.SetTrustIn(ctx, tx, own.CompanyID, curation.Trusted)
	})
	by := account.Actor{Person: p.ID, Mail: p.Mail, Territory: demoTerritory, Lang: "fr", Companies: map[string]account.Role{own.CompanyID: account.CompanyManager}}
	if _, err := q.a.Curation.Submit(t.Context(), by, own.ID, own.Version, listing.Content{City: "Koné"}, []string{"city"}); err != nil {
		t.Fatal(err)
	}
	var c curation.Change
	q.write(func(ctx context.Context, tx *db.Tx) error {
		c, err = q.a.Curation.Propose(ctx, tx, curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: demoTerritory, Listing: own.ID, Before: listing.Content{City: "Koné"}, After: listing.Content{City: "Dumbéa"},
			Fields: []string{"city"}, Mail: "autre@example.nc", Lang: "fr",
		})
		return err
	})
	drafts := strings.Join(uitest.Texts(t, q.get("/nc/gestion/moderation/signalement/"+c.ID).body, ".letter-draft"), "\n")
	if !strings.Contains(drafts, "À vérifier sur votre fiche") || !strings.Contains(drafts, "ne reçoit rien maintenant") || strings.Contains(drafts, "est corrigée") {
		t.Error(drafts)
	}
}

// Of an organisation that is no more, as somebody reports, the card is taken out of the directory from the case, and comes back from there.
func TestModerationOfAClosedOne(t *testing.T) {
	q := newQueued(t, 1)
	var c curation.Change
	q.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = q.a.Curation.Propose(ctx, tx, curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: demoTerritory, Listing: q.cards[4].ID, About: curation.AboutClosed, Message: "Fermé depuis mars.",
			Mail: "autre@example.nc", Lang: "fr",
		})
		return err
	})
	path := "/nc/gestion/moderation/signalement/" + c.ID
	page := q.get(path).body
	if buttons := strings.Join(uitest.Texts(t, page, ".bulk button[name=acte]"), "; "); buttons != "L’entreprise a cessé; Retirer de l’annuaire; C’est réglé autrement; Refuser" {
		t.Fatal(buttons)
	}
	got := q.post(path, url.Values{"acte": {"cesser"}, "vu": {uitest.Attr(uitest.One(t, page, "input[name=vu]"), "value")}})
	next := q.get(got.header.Get("Location")).body
	if l, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), q.cards[4].ID); got.status != 303 || err != nil || l.State != listing.Hidden || !strings.Contains(words(t, next), "notée comme ayant cessé") {
		t.Fatal(got.status, err, l.State, words(t, next))
	}
	q.post(uitest.Attr(uitest.One(t, next, "form[action$='/annulation']"), "action"), nil)
	if l, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), q.cards[4].ID); err != nil || l.State != listing.Published {
		t.Error(l.State, err)
	}
	q.post(path, url.Values{"acte": {"regler"}, "vu": {uitest.Attr(uitest.One(t, q.get(path).body, "input[name=vu]"), "value")}})
	next = q.get("/nc/gestion/moderation?sorte=tout&fait=regler.&cas=signalement/" + c.ID).body
	uitest.Count(t, next, "form[action$='/annulation']", 1)
	if text := words(t, q.get(path).body); !strings.Contains(text, "Réglée autrement, par") || strings.Contains(text, "Acceptée") {
		t.Error(text)
	}
}

// How far the card's company is trusted is not said of who reports.
func TestModerationSaysWhomTheTeamTrusts(t *testing.T) {
	q := newQueued(t, 1)
	if text := words(t, q.get(q.cases("signalement")[0]).body); !strings.Contains(text, "L’entreprise de la fiche Sans compte") || strings.Contains(text, "Confiance") {
		t.Error(text)
	}
}

// A ready-made reason is one to refuse: it does not leave with what is accepted.
func TestModerationAcceptsWithoutAReasonToRefuse(t *testing.T) {
	q := newQueued(t, 1)
	form := url.Values{"champs": {"name", "category"}, "motif": {"exists"}, "raison": {"Bienvenue."}}
	drafts := uitest.Texts(t, q.post(q.cases("proposition")[0]+"/apercu", form).body, ".letter-draft")
	const already = "déjà dans l’annuaire"
	if len(drafts) != 2 || strings.Contains(drafts[0], already) || !strings.Contains(drafts[0], "Bienvenue.") || !strings.Contains(drafts[1], already) {
		t.Errorf("%q", drafts)
	}
}

// What cannot be taken back says so beside the buttons, no key does it alone, and the help names it.
func TestModerationSaysWhatIsFinal(t *testing.T) {
	q := newQueued(t, 1)
	for _, kind := range kindsOfCases() {
		page := q.get(q.cases(kind)[0]).body
		final := kind == "alerte" || kind == "revendication"
		uitest.Count(t, page, "button[data-act=a]", 1)
		uitest.Count(t, page, "button[data-act=a][data-final]", map[bool]int{true: 1}[final])
		if text := words(t, page); strings.Contains(text, "ne s’annule pas depuis la file") != final || !strings.Contains(text, "sauf une prise en main ou une alerte") {
			t.Errorf("%s: %s", kind, text)
		}
	}
}

// What a register's file says of a company names the register and the day of the file.
func TestModerationOfAStruckOffCompany(t *testing.T) {
	q := newQueued(t, 1)
	id := q.cards[4].ID
	const said = "RID 9\u00a0000\u00a0076, d’après le fichier du lundi 30\u00a0novembre 2026"
	for _, flag := range []struct{ detail, want string }{
		{"9 000 076 (2026-11-30)", said},
		{"9 000 076 (2026-11-30; 2026-03-12)", "le jeudi 12\u00a0mars 2026, " + said},
	} {
		q.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{
				Listing: id, Territory: demoTerritory, Kind: listing.StruckOff, Detail: flag.detail, Since: q.clock.now(), Seen: q.clock.now(),
			})
			return err
		})
		for _, path := range []string{"/nc/gestion/moderation?sorte=alerte", "/nc/gestion/moderation/alerte/" + id + ".struck-off", "/nc/gestion/fiches/" + id} {
			if text := words(t, q.get(path).body); !strings.Contains(text, flag.want) {
				t.Errorf("%s: %s", path, text)
			}
		}
	}
}

// A card among the facts of a case shows each register number once, by its name and in its groups, and its address in one line.
func TestModerationFactsOfACard(t *testing.T) {
	q := newQueued(t, 1)
	q.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := q.a.Listings.Records(ctx, tx, []string{q.cards[2].ID})
		if err != nil {
			return err
		}
		r := found[0]
		r.Listing.Address = "103 chemin des Goyaviers\nLa Couvelée"
		r.Company.Identifiers = []company.Identifier{company.ParseIdentifier("ridet", "0132720001"), company.ParseIdentifier("rid", "0132720")}
		_, err = listing.Store{}.Save(ctx, tx, r, q.clock.now())
		return err
	})
	facts := strings.Join(uitest.Texts(t, q.get(q.cases("alerte")[0]).body, "main dl"), "\n")
	if !strings.Contains(facts, "RIDET 0 132 720.001") || strings.Contains(facts, "RID 0") || !strings.Contains(facts, "103 chemin des Goyaviers, La Couvelée") {
		t.Error(facts)
	}
	if got := inLine([]string{"Un premier.\n\nUn second."}); got != "Un premier. / Un second." {
		t.Errorf("%q", got)
	}
}

// A decided case shows what the card said before, and leads to the card's history.
func TestModerationOfWhatIsDecided(t *testing.T) {
	q := newQueued(t, 1)
	for kind, fields := range map[string][]string{"signalement": {"city"}, "proposition": {"name", "category"}} {
		path := q.cases(kind)[0]
		seen := uitest.Attr(uitest.One(t, q.get(path).body, "input[name=vu]"), "value")
		if got := q.post(path, url.Values{"acte": {"accepter"}, "champs": fields, "vu": {seen}}); got.status != 303 {
			t.Fatal(kind, got.status)
		}
		page := q.get(path).body
		uitest.Count(t, page, "main a[href^='/nc/gestion/fiches/'][href$='/historique']", 1)
		if sides := strings.Join(uitest.Texts(t, page, ".diff-side"), "; "); kind == "signalement" && sides != "La fiche disait Retiré\u202f: Nouméa; Proposé Ajouté\u202f: Dumbéa" {
			t.Error(sides)
		}
	}
}

// Who proposes their own organisation is said to say so.
func TestModerationOfAnOwnOrganisation(t *testing.T) {
	q := newQueued(t, 1)
	var c curation.Change
	q.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = q.a.Curation.Propose(ctx, tx, curation.Change{
			Kind: curation.New, State: curation.Waiting, Territory: demoTerritory, After: listing.Content{Name: "Neuf", Category: listing.School}, Fields: []string{"name", "category"},
			About: curation.AboutOwn, Mail: "autre@example.nc", Lang: "fr",
		})
		return err
	})
	if text := words(t, q.get("/nc/gestion/moderation/proposition/"+c.ID).body); !strings.Contains(text, "Lien avec l’organisation L’auteur dit que c’est son organisation") {
		t.Error(text)
	}
}

// A proposal of what has a card already is not made by one key, and its refusal says where the card is. What looks like spam is put away
// first of all, without a letter.
func TestModerationOfATwinAndOfSpam(t *testing.T) {
	q := newQueued(t, 1)
	twin := q.cards[2]
	propose := func(c curation.Change) string {
		q.write(func(ctx context.Context, tx *db.Tx) (err error) {
			c.State, c.Territory, c.Mail, c.Lang = curation.Waiting, demoTerritory, "autre@example.nc", "fr"
			c, err = q.a.Curation.Propose(ctx, tx, c)
			return err
		})
		return c.ID
	}
	content := listing.Content{Name: twin.Name, Category: twin.Category, Phones: twin.Phones, Address: twin.Address, City: twin.City}
	path := "/nc/gestion/moderation/proposition/" + propose(curation.Change{Kind: curation.New, After: content, Fields: []string{"name", "category", "phones", "address", "city"}})
	page := q.get(path).body
	uitest.Count(t, page, "main .notice a[href='/nc/gestion/fiches/"+twin.ID+"']", 1)
	uitest.Count(t, page, "button[data-act=a][data-final]", 1)
	shown := q.post(path+"/apercu", url.Values{"motif": {"exists"}}).body
	if text := words(t, shown); !strings.Contains(text, "/annuaire/"+twin.Slug) {
		t.Errorf("the refusal does not lead to the card: %s", text)
	}
	spam := propose(curation.Change{Kind: curation.Suggestion, Listing: twin.ID, About: curation.AboutOther, Message: "Achetez.", Signs: []string{curation.SignTrap}})
	path = "/nc/gestion/moderation/signalement/" + spam
	page = q.get(path).body
	uitest.Count(t, page, "button[data-act=a]", 0)
	uitest.Count(t, page, ".button-main[value=ecarter]", 1)
	list := q.get("/nc/gestion/moderation?sorte=signalement").body
	value := ""
	for _, box := range uitest.Find(t, list, "input[name=cas]") {
		if strings.Contains(uitest.Attr(box, "value"), spam) {
			value = uitest.Attr(box, "value")
		}
	}
	q.post("/nc/gestion/moderation", url.Values{"acte": {"ecarter"}, "cas": {value}})
	if c, _, err := q.a.Curation.Change(t.Context(), q.lise, spam); err != nil || c.State != curation.Refused {
		t.Errorf("%s, %v", c.State, err)
	}
}

// What would be lost of a card is told, and what companies said counts for more than what a file said.
func TestWhatAMergeLoses(t *testing.T) {
	texts, err := Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	names := curation.Names{P: texts.Printer("fr", nil, ""), Country: "NC", Zone: func(code string) string { return code }}
	card := func(from company.SourceKind, phones ...string) listing.Record {
		return listing.Record{Listing: listing.Listing{ID: phones[0], Content: listing.Content{Phones: phones}, Provenance: company.Provenance{"phones": {Kind: from}}}}
	}
	said, file := card(company.FromOwner, "+687273645", "+687281122"), card(company.FromImport, "+687273645", "+687999999")
	if l := lossOf(names, file, said); l.vouched != 1 || len(l.fields) != 1 || !strings.Contains(l.fields[0], "selon l’entreprise") || !strings.Contains(l.fields[0], "28") || strings.Contains(l.fields[0], "27") {
		t.Errorf("keeping the file's card loses %+v", l)
	}
	if l := lossOf(names, said, file); l.vouched != 0 || len(l.fields) != 1 {
		t.Errorf("keeping the company's card loses %+v", l)
	}
	bare := listing.Record{Listing: listing.Listing{ID: "x"}}
	if l := lossOf(names, bare, said); len(l.fields) != 0 {
		t.Errorf("what is taken over is said to be lost: %+v", l)
	}
}

// What the company corrects while its card is compared with another is not hidden unseen: the comparison comes again, with what was chosen.
func TestModerationOfTwinsWrittenSince(t *testing.T) {
	q := newQueued(t, 1)
	path := q.cases("doublon")[0]
	page := q.get(path).body
	a, b, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], ".")
	other, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.a.Curation.Submit(t.Context(), q.lise, b, other.Version, listing.Content{City: "Païta"}, []string{"city"}); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"acte": {"accepter"}, "choix": {a}, "vu": {uitest.Attr(uitest.One(t, page, "input[name=vu]"), "value")}}
	got := q.post(path, form)
	if text := words(t, got.body); got.status != 409 || !strings.Contains(text, "L’une des deux fiches a été modifiée entre-temps") || !strings.Contains(text, "Païta") {
		t.Fatal(got.status, text)
	}
	uitest.Count(t, got.body, "input[name=choix][checked][value='"+a+"']", 1)
	form.Set("vu", uitest.Attr(uitest.One(t, got.body, "input[name=vu]"), "value"))
	if got := q.post(path, form); got.status != 303 || len(q.cases("doublon")) != 0 {
		t.Error(got.status, words(t, got.body))
	}
}

// Two cards that were settled say who did it and when, and lead to where they are parted.
func TestModerationOfSettledTwins(t *testing.T) {
	q := newQueued(t, 2)
	paths := q.cases("doublon")
	for i, tt := range []struct{ act, said string }{{"refuser", "Vous avez décidé le"}, {"accepter", "Vous avez réuni ces deux fiches le"}} {
		page := q.get(paths[i]).body
		keep := uitest.Attr(uitest.One(t, page, "input[name=choix][checked]"), "value")
		q.post(paths[i], url.Values{"acte": {tt.act}, "choix": {keep}, "vu": {uitest.Attr(uitest.One(t, page, "input[name=vu]"), "value")}})
		after := q.get(paths[i]).body
		if text := words(t, after); !strings.Contains(text, tt.said) {
			t.Errorf("after %s: %s", tt.act, text)
		}
		uitest.Count(t, after, "main a[href$='/fiches/"+keep+"/separation']", i)
	}
}
