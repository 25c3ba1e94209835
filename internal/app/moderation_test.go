package app

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// queued is an instance in whose queue n cases of each kind wait, for a project manager who has signed in.
type queued struct {
	*visitor
	t     *testing.T
	a     *App
	clock *clock
	cards []listing.Listing
	lise  account.Actor
	count atomic.Int64
}

func newQueued(t *testing.T, n int) *queued {
	t.Helper()
	q := &queued{t: t, clock: newClock()}
	q.a = start(t, Options{Fictional: true, PublicURL: "https://grappe.example", Now: q.clock.now, Observe: func(string) { q.count.Add(1) }})
	if _, err := q.a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := q.a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, q.a)
	f.clock = q.clock
	for i := range 6 * n {
		q.card(fmt.Sprint("Atelier ", i), fmt.Sprintf("+6872510%02d", i))
	}
	if _, err := q.a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "lise@example.nc", account.ProjectManager); err != nil {
		t.Fatal(err)
	}
	q.visitor = f.visitor(t)
	q.enter("lise@example.nc", account.ByPasskey)
	var err error
	if q.lise, err = q.a.Accounts.Actor(t.Context(), q.session(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		q.fill(n, i)
	}
	return q
}

func (q *queued) write(f func(ctx context.Context, tx *db.Tx) error) {
	q.t.Helper()
	if err := q.a.DB.Write(q.t.Context(), func(tx *db.Tx) error { return f(q.t.Context(), tx) }); err != nil {
		q.t.Fatal(err)
	}
}

func (q *queued) card(name, phone string) {
	q.t.Helper()
	source := company.Source{Kind: company.FromImport, Name: "test", At: q.clock.now()}
	l, _ := listing.Merge(listing.Listing{Territory: demoTerritory, State: listing.Published}, listing.Content{
		Name: name, Category: listing.Company, Headline: "Sites et applications", Phones: []string{phone}, City: "Nouméa", Address: "12 rue de l’Alma",
	}, nil, source)
	q.write(func(ctx context.Context, tx *db.Tx) error {
		saved, err := listing.Store{}.Save(ctx, tx, listing.Record{Listing: l, Company: company.Company{UsualName: name}}, q.clock.now())
		q.cards = append(q.cards, saved.Listing)
		return err
	})
}

// fill adds one case of each kind.
func (q *queued) fill(n, i int) {
	q.t.Helper()
	change := func(kind curation.Kind, l listing.Listing, content listing.Content, fields ...string) {
		q.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := q.a.Curation.Propose(ctx, tx, curation.Change{
				Kind: kind, State: curation.Waiting, Territory: demoTerritory, Listing: l.ID, After: content, Fields: fields, Mail: fmt.Sprintf("passant%d@example.nc", i), Lang: "fr",
			})
			return err
		})
	}
	change(curation.Suggestion, q.cards[i], listing.Content{City: "Dumbéa"}, "city")
	change(curation.New, listing.Listing{}, listing.Content{Name: fmt.Sprint("Neuf ", i), Category: listing.School}, "name", "category")
	own := q.cards[n+i]
	q.write(func(ctx context.Context, tx *db.Tx) error {
		p, _, err := q.a.Accounts.Arrive(ctx, tx, fmt.Sprintf("owner%d@example.nc", i), demoTerritory, "fr")
		if err == nil {
			err = q.a.Accounts.Attach(ctx, tx, p.ID, own.CompanyID, demoTerritory, account.CompanyManager)
		}
		return err
	})
	p, err := q.a.Accounts.Known(q.t.Context(), q.a.DB.Read(), fmt.Sprintf("owner%d@example.nc", i))
	if err != nil {
		q.t.Fatal(err)
	}
	q.write(func(ctx context.Context, tx *db.Tx) error {
		return q.a.Curation.SetTrustIn(ctx, tx, own.CompanyID, curation.Newcomer)
	})
	by := account.Actor{Person: p.ID, Mail: p.Mail, Territory: demoTerritory, Lang: "fr", Companies: map[string]account.Role{own.CompanyID: account.CompanyManager}}
	if _, err := q.a.Curation.Submit(q.t.Context(), by, own.ID, own.Version, listing.Content{Headline: "Nos mots"}, []string{"headline"}); err != nil {
		q.t.Fatal(err)
	}
	q.claim(q.cards[5*n+i], i)
	at := db.ToMillis(q.clock.now())
	q.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := (listing.Store{}).Raise(ctx, tx, listing.Flag{Listing: q.cards[2*n+i].ID, Territory: demoTerritory, Kind: listing.DeadSite, Since: q.clock.now(), Seen: q.clock.now()})
		if err != nil {
			return err
		}
		x, y := q.cards[3*n+i].ID, q.cards[4*n+i].ID
		if _, err := tx.ExecContext(ctx, `INSERT INTO duplicate_suspects (territory, listing_a, listing_b, reasons, state, found_at) VALUES ($1, $2, $3, $4, 'open', $5)`,
			demoTerritory, min(x, y), max(x, y), `["close_name","same_address"]`, at); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO import_runs (id, territory, source, file, fingerprint, state, fault, total, rows_done, created, updated, unchanged, merged, rejected,
			doubtful, warnings, effects, batches, started_at, ended_at) VALUES ($1, $2, 'test', 'f.csv', 'x', 'done', '', 9, 9, 9, 0, 0, 0, 0, 0, 4, 0, 0, $3, $3)`, db.NewID(), demoTerritory, at)
		return err
	})
}

// claim has somebody ask for a card.
func (q *queued) claim(l listing.Listing, i int) {
	q.t.Helper()
	mail := fmt.Sprintf("claimant%d@example.nc", i)
	var p account.Person
	q.write(func(ctx context.Context, tx *db.Tx) (err error) {
		p, _, err = q.a.Accounts.Arrive(ctx, tx, mail, demoTerritory, "fr")
		return err
	})
	by := account.Actor{Person: p.ID, Mail: mail, Territory: demoTerritory, Lang: "fr", ProvedAt: q.clock.now()}
	_, err := q.a.Claims.Request(q.t.Context(), by, claim.Request{
		Listing: l.ID, Ask: claim.AskTeam, Message: "C’est mon entreprise, depuis dix ans.", Document: []byte("%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"), DocumentName: "ridet.pdf",
	})
	if err != nil {
		q.t.Fatal(err)
	}
}

// cases are the addresses of the cases of a kind in the queue, as the page leads to them.
func (q *queued) cases(kind string) []string {
	q.t.Helper()
	var paths []string
	for _, a := range uitest.Find(q.t, q.get("/nc/gestion/moderation?sorte="+kind).body, ".queue tbody th a") {
		path, _, _ := strings.Cut(uitest.Attr(a, "href"), "?")
		paths = append(paths, path)
	}
	return paths
}

func kindsOfCases() []string {
	return []string{"revendication", "modification", "signalement", "proposition", "doublon", "alerte", "import"}
}

// The queue and its cases take the same few statements, however many cases wait.
func TestModerationTakesFewStatements(t *testing.T) {
	if raced {
		t.Skip("the detector finds nothing in one request after the other: it is run without")
	}
	most := map[string]int64{"": 34, "modification": 29, "signalement": 27, "proposition": 27, "doublon": 20, "alerte": 17, "import": 19, "revendication": 27}
	took := [2]map[string]int64{{}, {}}
	for i, n := range []int{3, 15} {
		q := newQueued(t, n)
		for kind := range most {
			path := "/nc/gestion/moderation?sorte=tout"
			if kind != "" {
				path = q.cases(kind)[0] + "?sorte=" + kind
			}
			q.get(path)
			before := q.count.Load()
			if got := q.get(path); got.status != 200 {
				t.Errorf("%s: %d", path, got.status)
			}
			took[i][kind] = q.count.Load() - before
		}
	}
	for kind, n := range most {
		if took[0][kind] != took[1][kind] || took[1][kind] > n {
			t.Errorf("%q: %d statements for 3 cases, %d for 15, want at most %d", kind, took[0][kind], took[1][kind], n)
		}
	}
}

// Each kind of case is shown, accepted and, where it can be, taken back; all that was done is told in the trail.
func TestModerationOfEachKind(t *testing.T) {
	q := newQueued(t, 2)
	waiting := func(kind string) int { return len(q.cases(kind)) }
	for _, kind := range kindsOfCases() {
		if n := waiting(kind); n != 2 {
			t.Fatalf("%s: %d wait", kind, n)
		}
		path := q.cases(kind)[0]
		page := q.get(path)
		uitest.CheckPage(t, page.body)
		form := url.Values{"acte": {"accepter"}, "vu": {uitest.Attr(uitest.One(t, page.body, "input[name=vu]"), "value")}, "sorte": {kind}}
		for _, box := range uitest.Find(t, page.body, "input[name=champs][checked], input[name=choix][checked]") {
			form.Add(uitest.Attr(box, "name"), uitest.Attr(box, "value"))
		}
		got := q.post(path, form)
		if got.status != 303 || !strings.Contains(got.header.Get("Location"), "fait=") || waiting(kind) != 1 {
			t.Fatalf("%s: %d to %s\n%s", kind, got.status, got.header.Get("Location"), uitest.Texts(t, got.body, "main"))
		}
		next := q.get(got.header.Get("Location"))
		undo := uitest.Find(t, next.body, "form[action$='/annulation']")
		if (len(undo) == 1) != (kind != "alerte" && kind != "revendication") {
			t.Errorf("%s: can it be taken back? %d", kind, len(undo))
		}
		if len(undo) == 1 {
			q.post(uitest.Attr(undo[0], "action"), url.Values{"sorte": {kind}}).leads(t, kind, path+"?fait=annulation&sorte="+kind)
			if waiting(kind) != 2 {
				t.Errorf("%s: it does not wait again", kind)
			}
		}
		again := q.get(path)
		if again.status != 200 && kind != "proposition" {
			t.Errorf("%s: %d", kind, again.status)
		}
	}
	var undone, settled int
	for action, n := range map[string]*int{"curation.undone": &undone, "curation.flag_settled": &settled} {
		if err := q.a.DB.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM audit_entries WHERE action = $1 AND actor_name <> ''", action).Scan(n); err != nil {
			t.Fatal(err)
		}
	}
	if undone != 3 || settled != 1 {
		t.Errorf("%d decisions undone, %d flags settled in the trail", undone, settled)
	}
}

// Two who claim one card stand side by side, with what each shows for it; the document is for who decides.
func TestModerationOfRivals(t *testing.T) {
	q := newQueued(t, 1)
	q.claim(q.cards[5], 1)
	paths := q.cases("revendication")
	if len(paths) != 2 {
		t.Fatal(paths)
	}
	page := q.get(paths[0]).body
	uitest.Count(t, page, "main .sides > section", 3) // this claim, the rival, the card
	uitest.Count(t, page, "main .sides > section a.button", 1)
	uitest.Count(t, page, "main a[href$='/document']", 2)
	uitest.Count(t, page, "main .sides > section blockquote", 2) // in their own words
	if text := strings.Join(uitest.Texts(t, page, "main"), ""); !strings.Contains(text, "Une autre demande porte sur cette fiche") || !strings.Contains(text, "Demande de claimant1@example.nc") {
		t.Error(text)
	}
	for _, page := range []string{page, q.post(paths[0]+"/apercu", url.Values{"sorte": {"revendication"}}).body} {
		to := uitest.Texts(t, page, ".letter-draft h3")
		want := []string{
			"Après «\u202fConfier la fiche\u202f», à claimant0@example.nc", "Après «\u202fConfier la fiche\u202f», à claimant1@example.nc",
			"Après «\u202fRefuser\u202f», à claimant0@example.nc",
		}
		if drafts := uitest.Texts(t, page, ".letter-draft"); !slices.Equal(to, want) || !strings.Contains(drafts[1], "Une autre personne agit maintenant") {
			t.Errorf("letters %q: %q", to, drafts)
		}
	}
	q.post(paths[0], url.Values{"acte": {"accepter"}, "sorte": {"revendication"}})
	if left := q.cases("revendication"); len(left) != 0 {
		t.Errorf("the rival still waits: %v", left)
	}
	if text := strings.Join(uitest.Texts(t, q.get(paths[1]).body, "main"), ""); !strings.Contains(text, "Refusée, par") {
		t.Error(text)
	}
}

// A claim is not granted unseen on a card that was taken from the public meanwhile; its page tells of the alerts about the card.
func TestModerationOfAClaimOfAHiddenCard(t *testing.T) {
	q := newQueued(t, 1)
	path := q.cases("revendication")[0]
	card := q.cards[5]
	q.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: card.ID, Territory: demoTerritory, Kind: listing.DeadSite, Since: q.clock.now(), Seen: q.clock.now()})
		return err
	})
	page := q.get(path).body
	uitest.Count(t, page, "main .notice a[href$='/moderation/alerte/"+card.ID+".dead-site']", 1)
	form := url.Values{"acte": {"accepter"}, "vu": {uitest.Attr(uitest.One(t, page, "input[name=vu]"), "value")}}
	_, err := listing.NewService(q.a.DB, q.a.now).Hide(t.Context(), listing.Author{}, card.ID, card.Version)
	if err != nil {
		t.Fatal(err)
	}
	got := q.post(path, form)
	if text := words(t, got.body); got.status != 409 || !strings.Contains(text, "retirée depuis que cette page est ouverte") || !strings.Contains(text, "n’est pas publique") {
		t.Fatal(got.status, text)
	}
	form.Set("vu", uitest.Attr(uitest.One(t, got.body, "input[name=vu]"), "value"))
	if got := q.post(path, form); got.status != 303 {
		t.Error(got.status)
	}
}

// What is refused is told the author in their language with the reason, once nothing can take it back any more.
func TestModerationRefuses(t *testing.T) {
	q := newQueued(t, 1)
	path := q.cases("signalement")[0]
	preview := q.post(path+"/apercu", url.Values{"motif": {"unproven"}, "raison": {"Le standard répond à Nouméa."}})
	if text := strings.Join(uitest.Texts(t, preview.body, ".letter-draft"), "\n"); preview.status != 200 || !strings.Contains(text, "Nous n’avons pas pu vérifier cette information. Le standard répond à Nouméa.") {
		t.Fatal(preview.status, text)
	}
	got := q.post(path, url.Values{"acte": {"refuser"}, "motif": {"unproven"}, "raison": {"Le standard répond à Nouméa."}})
	if got.status != 303 {
		t.Fatal(got.status, uitest.Texts(t, got.body, "main"))
	}
	q.run()
	if n := q.front.letters(t, "curation.decided", "passant0@example.nc"); n != 0 {
		t.Error("the letter left before its time")
	}
	q.clock.pass(time.Minute)
	q.run()
	letter := q.front.letter(t, "passant0@example.nc")
	follow := regexp.MustCompile(`/nc/signalements/[^\s"]+`).FindString(letter)
	if !strings.Contains(letter, "répond à Nouméa.") || follow == "" || strings.Contains(preview.body, "/signalements/") {
		t.Fatalf("%q", letter)
	}
	if page := q.front.get(t, "http://annuaire.test"+follow); page.status != 200 || !strings.Contains(page.body, "répond à Nouméa.") {
		t.Errorf("the page of the letter: %d", page.status)
	}
	if page := q.get(path); !strings.Contains(page.body, "Refusée, par") || len(uitest.Find(t, page.body, "button[name=acte]")) > 0 {
		t.Error(uitest.Texts(t, page.body, "main"))
	}
}

func (q *queued) run() {
	q.t.Helper()
	if _, err := q.a.Queue.RunDue(q.t.Context()); err != nil {
		q.t.Fatal(err)
	}
}

// Two of the team decide one case: the second is told by whom, and keeps what they typed.
func TestModerationByTwo(t *testing.T) {
	q := newQueued(t, 2)
	path := q.cases("signalement")[0]
	page := q.get(path)
	seen := uitest.Attr(uitest.One(t, page.body, "input[name=vu]"), "value")
	if _, err := q.a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "rene@example.nc", account.ProjectManager); err != nil {
		t.Fatal(err)
	}
	rene := q.front.visitor(t)
	rene.enter("rene@example.nc", account.ByPasskey)
	rene.post(path, url.Values{"acte": {"refuser"}, "raison": {"Non."}})
	got := q.post(path, url.Values{"acte": {"accepter"}, "champs": {"city"}, "vu": {seen}})
	if text := strings.Join(uitest.Texts(t, got.body, "main"), ""); got.status != 409 || !strings.Contains(text, "r•••@example.nc a déjà décidé") {
		t.Fatal(got.status, text)
	}
	// The card changes between the look and the decision: what stands now is shown, and nothing is written.
	path = q.cases("signalement")[0]
	seen = uitest.Attr(uitest.One(t, q.get(path).body, "input[name=vu]"), "value")
	id, version := readShown(seen)
	uitest.One(t, q.get("/nc/gestion/fiches/"+id).body, `main a[href="`+path+`"]`)
	if _, err := q.a.Curation.Submit(t.Context(), q.lise, id, version, listing.Content{City: "Païta"}, []string{"city"}); err != nil {
		t.Fatal(err)
	}
	got = q.post(path, url.Values{"acte": {"accepter"}, "champs": {"city"}, "vu": {seen}})
	if text := strings.Join(uitest.Texts(t, got.body, "main"), ""); got.status != 409 || !strings.Contains(text, "Païta") || !strings.Contains(text, "A changé depuis") {
		t.Fatal(got.status, text)
	}
	if l, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), id); err != nil || l.City != "Païta" {
		t.Errorf("%+v, %v", l.City, err)
	}
}

// An edit whose card became part of another company's is decided as a suggestion to that one; taken back, its page is still there.
func TestModerationOfAMergedCard(t *testing.T) {
	q := newQueued(t, 1)
	path, into := q.cases("modification")[0], q.cards[2]
	c, now, err := q.a.Curation.Change(t.Context(), q.lise, path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	q.write(func(ctx context.Context, tx *db.Tx) error {
		author := listing.Author{Source: company.Source{Kind: company.FromStaff, At: q.clock.now()}}
		_, err := listing.NewService(q.a.DB, q.clock.now).MergeIn(ctx, tx, author, into.ID, now.Listing.ID)
		return err
	})
	seen := uitest.Attr(uitest.One(t, q.get(path).body, "input[name=vu]"), "value")
	got := q.post(path, url.Values{"acte": {"accepter"}, "champs": {"headline"}, "vu": {seen}})
	if got.status != 303 {
		t.Fatal(got.status, uitest.Texts(t, got.body, "main"))
	}
	if l, err := q.a.Listings.ByID(t.Context(), q.a.DB.Read(), into.ID); err != nil || l.Headline != "Nos mots" || l.Provenance["headline"].Kind != company.FromStaff {
		t.Fatalf("%q of %+v, %v", l.Headline, l.Provenance["headline"], err)
	}
	undo := uitest.One(t, q.get(got.header.Get("Location")).body, "form[action$='/annulation']")
	q.post(uitest.Attr(undo, "action"), nil).leads(t, "undone", path+"?fait=annulation")
	page := q.get(path + "?fait=annulation")
	if text := strings.Join(uitest.Texts(t, page.body, "main"), ""); page.status != 200 || !strings.Contains(text, "Nos mots") {
		t.Error(page.status, text)
	}
	if again := q.cases("signalement"); len(again) != 2 || !strings.Contains(strings.Join(again, " "), c.ID) {
		t.Errorf("it waits as %v", again)
	}
}

// Nor does a case take more, however many say the same.
func TestModerationOfManyVoicesTakesFewStatements(t *testing.T) {
	if raced {
		t.Skip("the detector finds nothing in one request after the other: it is run without")
	}
	var took []int64
	for _, n := range []int{3, 12} {
		q := newQueued(t, 1)
		path := q.cases("signalement")[0]
		first := path[strings.LastIndex(path, "/")+1:]
		c, _, err := q.a.Curation.Followed(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			q.write(func(ctx context.Context, tx *db.Tx) error {
				mail := fmt.Sprintf("voix%d@example.nc", i)
				if _, _, err := q.a.Accounts.Arrive(ctx, tx, mail, demoTerritory, "fr"); err != nil {
					return err
				}
				said, err := q.a.Curation.Propose(ctx, tx, curation.Change{
					Kind: c.Kind, State: curation.Waiting, Territory: demoTerritory, Listing: c.Listing, Base: c.Base, Fields: c.Fields, After: c.After, About: c.About, Mail: mail, Lang: "fr",
				})
				if err == nil && (said.State != curation.Joined || said.Person == "") {
					t.Errorf("%s by %q", said.State, said.Person)
				}
				return err
			})
		}
		q.get(path)
		before := q.count.Load()
		q.get(path)
		took = append(took, q.count.Load()-before)
	}
	if took[0] != took[1] {
		t.Errorf("%d statements where 3 say the same, %d where 12 do", took[0], took[1])
	}
}
