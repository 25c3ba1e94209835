package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/curation/edit"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
)

// editSteps are the pages of the form, behind its first one.
func editSteps() []string {
	return []string{"", "/activite", "/lieu", "/contact", "/horaires", "/logo", "/publier", "/apercu", "/difference"}
}

// editRoutes says who may use the pages of the form of a card.
func editRoutes() map[string]int {
	table := map[string]int{
		"GET /espace/fiches/competences.json": signedIn, "GET /espace/fiches/communes.json": signedIn,
		"POST /espace/fiches/{id}/confirmation": ours, "POST /espace/fiches/{id}/reprise": ours, "GET /espace/fiches/{id}/attente/retrait": ours, "POST /espace/fiches/{id}/attente/retrait": ours,
		"GET /espace/fiches/{id}/corrections/{change}": ours, "POST /espace/fiches/{id}/corrections/{change}": ours,
	}
	for base, who := range map[string]int{"/espace/fiches/{id}": ours, "/gestion/fiches/{id}/modifier": asProjectManager | asAdministrator} {
		for _, step := range editSteps() {
			table["GET "+base+step], table["POST "+base+step] = who, who
		}
		table["GET "+base+"/fin"], table["POST "+base+"/report"], table["POST "+base+"/logo/retrait"] = who, who, who
		table["GET "+base+"/abandon"], table["POST "+base+"/abandon"] = who, signedIn // of one's own draft
	}
	return table
}

// editStatements are the most statements of these pages.
func editStatements() map[string]int64 {
	most := map[string]int64{
		"GET /espace/fiches/competences.json": 2, "GET /espace/fiches/communes.json": 2, "GET /espace/fiches/{id}/corrections/{change}": 11, "GET /espace/fiches/{id}/attente/retrait": 13,
	}
	for _, base := range []string{"/espace/fiches/{id}", "/gestion/fiches/{id}/modifier"} {
		for _, step := range append(editSteps(), "/fin", "/abandon") {
			most["GET "+base+step] = 14
		}
	}
	return most
}

// presented makes a published card of a company, and gives it.
func presented(t testing.TB, a *App, companyID, name string) listing.Listing {
	t.Helper()
	var l listing.Listing
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		c, err := company.Store{}.ByID(t.Context(), tx, companyID)
		if err != nil {
			return err
		}
		fresh, _ := listing.Merge(listing.Listing{Territory: c.Territory, State: listing.Published}, listing.Content{
			Name: name, Category: listing.Company, Headline: "Sites et applications", Zone: "98818",
		}, nil, company.Source{Kind: company.FromImport, Name: "test", At: a.now()})
		fresh.CompanyID = companyID
		saved, err := listing.Store{}.Save(t.Context(), tx, listing.Record{Listing: fresh, Company: c}, a.now())
		l = saved.Listing
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// presentAll makes a card of each company that has none.
func presentAll(t *testing.T, a *App) {
	t.Helper()
	rows, err := a.DB.Read().QueryContext(t.Context(), "SELECT id FROM companies")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		presented(t, a, id, fmt.Sprint("Fiche ", i))
	}
}

// cardOf is the card of a company.
func cardOf(t *testing.T, a *App, companyID string) string {
	t.Helper()
	cards, err := a.Listings.OwnedBy(t.Context(), a.DB.Read(), []string{companyID})
	if err != nil || len(cards) != 1 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	return cards[0].ID
}

// The card is shown beside the form as the directory shows it; what is published is on its page, in the history with its author, and
// wakes the index.
func TestEditedCardIsShown(t *testing.T) {
	f, _ := real(t, Options{Fictional: true})
	enterprise := f.enterprise(t)
	l := presented(t, f.app, enterprise, "Atelier du Lagon")
	v := f.visitor(t)
	v.cast(asEditor, enterprise)
	base := "/nc/espace/fiches/" + l.ID
	err := f.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE listings SET confirmed_at = $1, state = 'published' WHERE id = $2", db.ToMillis(f.app.now().AddDate(0, -19, 0)), l.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	mustHold(t, "what waits", v.get("/nc/espace").body, "Atelier du Lagon\u202f: la fiche est-elle encore exacte", base+"/publier")
	page := v.get(base)
	mustHold(t, "the form", page.body, `id="apercu-fiche" inert`, "card-name", "Sites et applications", "Contacter")
	form := url.Values{"version": {fmt.Sprint(l.Version)}, "name": {l.Name}, "category": {"company"}, "headline": {"Tout autre chose"}, "etape": {"essentiel"}}
	mustHold(t, "the preview", v.post(base+"/apercu", form).body, "Tout autre chose")
	mustHold(t, "the preview as a page", v.get(base+"/apercu").body, "<h1>Atelier du Lagon</h1>", "Tout autre chose")
	form.Set("faire", "publier")
	if got := v.post(base, form); !strings.HasSuffix(got.header.Get("Location"), "/fin?fait=publiee") {
		t.Fatalf("%d to %s", got.status, got.header.Get("Location"))
	}
	space := v.get("/nc/espace").body
	mustHold(t, "the space", space, "Mes fiches", base, "/confirmation")
	if strings.Contains(space, "encore exacte\u202f?") {
		t.Error("a card that was just published is to be confirmed")
	}
	now, err := f.app.Listings.ByID(t.Context(), f.app.DB.Read(), l.ID)
	if err != nil || now.Headline != "Tout autre chose" || now.Provenance["headline"].Kind != company.FromOwner {
		t.Errorf("%+v %v", now, err)
	}
}

// A correction that is proposed to a company stands among what waits for its people, and leads to where it is answered.
func TestOfferWaitsInTheSpace(t *testing.T) {
	f, _ := real(t, Options{Fictional: true})
	enterprise := f.enterprise(t)
	if err := f.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE companies SET natural_person = FALSE WHERE id = $1", enterprise)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	l := presented(t, f.app, enterprise, "Atelier du Lagon")
	v := f.visitor(t)
	v.cast(asEditor, enterprise)
	var c curation.Change
	if err := f.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		c, err = f.app.Curation.Propose(t.Context(), tx, curation.Change{
			Territory: l.Territory, Listing: l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "quelquun@example.nc", Lang: "fr", Base: l.Version,
			Fields: []string{"headline"}, After: listing.Content{Headline: "Plus juste"},
		})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	answer := "/nc" + edit.OfferPath(l.ID, c.ID)
	mustHold(t, "the space", v.get("/nc/espace").body, "Une correction est proposée pour «\u202fAtelier du Lagon\u202f»", `href="`+answer+`"`, "n’y répond pas")
	if got := v.get(answer); got.status != http.StatusOK {
		t.Errorf("%d", got.status)
	}
}

// A file that only a draft names is not deleted.
func TestLogoOfADraftIsKept(t *testing.T) {
	f, c := real(t, Options{Fictional: true})
	enterprise := f.enterprise(t)
	l := presented(t, f.app, enterprise, "Atelier du Lagon")
	v := f.visitor(t)
	v.cast(asEditor, enterprise)
	by, err := f.app.Accounts.Actor(t.Context(), v.session(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	var tiny bytes.Buffer
	if err := png.Encode(&tiny, image.NewRGBA(image.Rect(0, 0, 80, 80))); err != nil {
		t.Fatal(err)
	}
	sheet, err := f.app.Edit.SetLogo(t.Context(), by, edit.Owner, l.ID, l.Version, "logo.png", tiny.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	other := image.NewRGBA(image.Rect(0, 0, 80, 80))
	other.Pix[3] = 255
	var second bytes.Buffer
	if err := png.Encode(&second, other); err != nil {
		t.Fatal(err)
	}
	first := sheet.Content.Logo
	if sheet, err = f.app.Edit.SetLogo(t.Context(), by, edit.Owner, l.ID, l.Version, "logo.png", second.Bytes()); err != nil || sheet.Content.Logo == first {
		t.Fatalf("%q, %v", sheet.Content.Logo, err)
	}
	kept := func(path string) bool {
		_, err := files.Store{}.Get(t.Context(), f.app.DB.Read(), files.IDOf(path))
		return err == nil
	}
	for i, want := range []bool{true, false} { // the first is gone the night after, and not at once
		c.pass(time.Duration(i) * 2 * time.Hour)
		if err := f.app.purgeFiles(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kept(first) != want {
			t.Errorf("the picture that was replaced: kept %v, want %v", !want, want)
		}
	}
	for range 2 {
		c.pass(files.Keep - 1)
		if err := f.app.purgeFiles(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.pass(2)
	}
	if !kept(sheet.Content.Logo) {
		t.Error("the picture of a draft is gone")
	}
	if err := f.app.Edit.Discard(t.Context(), by, l.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.app.purgeFiles(context.Background()); err != nil {
			t.Fatal(err)
		}
		c.pass(files.Keep + 1)
	}
	if kept(sheet.Content.Logo) {
		t.Error("the picture is kept once the draft is gone")
	}
}

// A form that was sent when the session had ended comes back as it was typed.
func TestEditAfterTheSessionEnded(t *testing.T) {
	f, _ := real(t, Options{Fictional: true})
	enterprise := f.enterprise(t)
	l := presented(t, f.app, enterprise, "Atelier du Lagon")
	v := f.visitor(t)
	v.cast(asEditor, enterprise)
	path := "/nc/espace/fiches/" + l.ID
	form := url.Values{"version": {fmt.Sprint(l.Version)}, "name": {l.Name}, "category": {"company"}, "headline": {"Tapé trop tard"}, "faire": {"publier"}}
	if err := f.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE sessions SET ended_at = 1")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	to := v.post(path, form).header.Get("Location")
	u, err := url.Parse(to)
	if err != nil || u.Path != "/nc/connexion" {
		t.Fatalf("led to %s", to)
	}
	v.enter(fmt.Sprintf("role-%d@example.nc", asEditor), account.ByCode)
	mustHold(t, "the form", v.get("/nc"+u.Query().Get("suite")).body, "Tapé trop tard")
}
