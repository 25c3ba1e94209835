package app

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/watch/registers"
)

// A project manager comes from the health of the directory, has a register tried and stored, and finds the flagged card in the queue and
// from there the register again; the card stays public. A reader is told that the page is not theirs.
func TestARegisterFromTheDesk(t *testing.T) {
	if freshness.RegisterPath != registers.Path {
		t.Fatalf("the health of the directory leads to %s", freshness.RegisterPath)
	}
	a := start(t, Options{Now: newClock().now})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(t.Context(), tx, []listing.Record{{
			Company: company.Company{Territory: demoTerritory, UsualName: "Atelier du Lagon", Identifiers: []company.Identifier{company.ParseIdentifier(company.SchemeRID, "0132720")}},
			Listing: listing.Listing{Territory: demoTerritory, State: listing.Published, Content: listing.Content{Name: "Atelier du Lagon", Category: listing.Company}},
		}}, a.now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	as := func(mail string, role account.Role) *visitor {
		t.Helper()
		if _, err := a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), mail, role); err != nil {
			t.Fatal(err)
		}
		v := f.visitor(t)
		v.enter(mail, account.ByPasskey)
		return v
	}
	jules, lea := as("jules@example.nc", account.ProjectManager), as("lea@example.nc", account.Reader)
	page := "/nc" + registers.Path
	link := func(v *visitor, at, to string) int {
		t.Helper()
		got := v.get(at)
		got.page(t, at, http.StatusOK)
		return len(uitest.Find(t, got.body, `main a[href="`+to+`"]`))
	}
	if link(jules, "/nc"+freshness.HealthPath, page) != 1 || link(lea, "/nc"+freshness.HealthPath, page) != 0 {
		t.Error("the health of the directory leads there whom it should not, or not whom it should")
	}
	lea.get(page).page(t, "a reader", http.StatusForbidden, "Votre compte ne donne pas accès à cette page")
	jules.get(page).page(t, "the form", http.StatusOK, `enctype="multipart/form-data"`, "Aucun registre")
	jules.get("/nc/en"+registers.Path).page(t, "in English", http.StatusOK, "No register has been read yet")

	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("fichier", "ridet.csv")
	if err == nil {
		_, err = part.Write([]byte("RIDET;état\n0132720001;radiée\n"))
	}
	if err != nil || form.WriteField("mode", "essai") != nil || form.Close() != nil {
		t.Fatal(err)
	}
	got := jules.raw(page, form.FormDataContentType(), b.Bytes())
	result := got.header.Get("Location")
	if got.status != http.StatusSeeOther || !strings.HasPrefix(result, page+"/") {
		t.Fatalf("%d to %s: %v", got.status, result, uitest.Texts(t, got.body, "main"))
	}
	jules.get(result).page(t, "the trial", http.StatusOK, "fiche serait nouvellement signalée", "Atelier du Lagon")
	if got := jules.post(result, nil); got.header.Get("Location") != result {
		t.Fatalf("%d to %s", got.status, got.header.Get("Location"))
	}
	queue := "/nc/gestion/moderation?sorte=alerte"
	if link(jules, result, queue) != 1 {
		t.Error("the result does not lead to the flagged cards")
	}
	cases := uitest.Find(t, jules.get(queue).body, `main a[href*="/gestion/moderation/alerte/"]`)
	if len(cases) == 0 {
		t.Fatal("no flagged card waits in the queue")
	}
	if at := uitest.Attr(cases[0], "href"); link(jules, at, page) != 1 || link(lea, at, page) != 0 {
		t.Error("the case leads to the register whom it should not, or not whom it should")
	}
	if got := f.get(t, "/nc/annuaire/atelier-du-lagon"); got.status != http.StatusOK {
		t.Errorf("the card is hidden: %d", got.status)
	}
}
