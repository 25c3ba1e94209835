package app

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/ui/uitest"
)

// logoOf gives the first published card of the demonstration a logo.
func logoOf(t *testing.T, a *App) (card listing.Listing, path string) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 80, 60))); err != nil {
		t.Fatal(err)
	}
	p, err := picture.Read(b.Bytes(), picture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Listings.Each(t.Context(), a.DB.Read(), demoTerritory, func(l listing.Listing) error {
		if card.ID == "" && l.State == listing.Published {
			card = l
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(t.Context(), func(tx *db.Tx) error {
		id, err := files.Store{}.Put(t.Context(), tx, files.File{
			Territory: demoTerritory, Owner: "listing/" + card.ID, Name: "logo.png", Media: p.Media, Public: true, Width: p.Width, Height: p.Height, Data: p.Data, CreatedAt: today(),
		})
		if err != nil {
			return err
		}
		path = files.Path(id)
		records, err := a.Listings.Records(t.Context(), tx, []string{card.ID})
		if err != nil {
			return err
		}
		records[0].Listing.Logo = path
		_, err = listing.Store{}.SaveListings(t.Context(), tx, records, today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return card, path
}

func TestLogoThatWasHandedIn(t *testing.T) {
	a := stocked(t, Options{Database: fewBase.SQLite(t), PublicURL: "https://grappe.example"})
	card, path := logoOf(t, a)
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	page := f.get(t, "/nc/annuaire/"+card.Slug)
	uitest.CheckPage(t, page.body)
	mustHold(t, "the card", page.body, `<img src="`+path+`" alt="" width="72" height="72" loading="lazy">`, `"logo":"https://grappe.example`+path+`"`)
	mustHold(t, "the API", f.get(t, "/nc/api/v1/listings/"+card.ID).body, `"logo":"https://grappe.example`+path+`"`)
	if err := a.Territories.SetHosts(t.Context(), demoTerritory, []string{"nc.example"}); err != nil {
		t.Fatal(err)
	}
	f = newFront(t, a)
	for _, host := range []string{"localhost:8080", "nc.example"} {
		got := f.get(t, path, "Host", host)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "image/png" || got.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" ||
			got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
			t.Errorf("on %s: %d %v", host, got.status, got.header)
		}
		none := f.get(t, files.Path(strings.Repeat("0a", 16)+".png"), "Host", host)
		if none.status != http.StatusNotFound || strings.Contains(none.header.Get("Cache-Control"), "immutable") {
			t.Errorf("none on %s: %d %v", host, none.status, none.header)
		}
	}
}

// A logo that was handed in is seen by who may edit the card and by the team, until the card is public with it.
func TestLogoBeforeItIsPublished(t *testing.T) {
	f, _ := real(t, Options{})
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
	base := "/nc/espace/fiches/" + l.ID
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 160, 120))); err != nil {
		t.Fatal(err)
	}
	if got := v.uploadAs("logo", base+"/logo", url.Values{"version": {fmt.Sprint(l.Version)}}, "logo.png", b.Bytes()); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	path := regexp.MustCompile(files.Prefix + `[0-9a-f]{32}\.png`).FindString(v.get(base + "/logo").body)
	seen := func(allowed int) {
		t.Helper()
		for role, who := range columns() {
			as := f.visitor(t)
			as.cast(role, enterprise)
			want := http.StatusNotFound
			if allowed&role != 0 {
				want = http.StatusOK
			}
			if got := as.get(path); got.status != want || allowed != asVisitor|signedIn && strings.Contains(got.header.Get("Cache-Control"), "public") {
				t.Errorf("%s: %d %s", who, got.status, got.header.Get("Cache-Control"))
			}
		}
	}
	seen(ours | asReader | asProjectManager | asAdministrator)
	if got := v.post(base+"/publier", url.Values{"version": {fmt.Sprint(l.Version)}}); !strings.HasSuffix(got.header.Get("Location"), "/fin?fait=publiee") {
		t.Fatalf("%d to %s", got.status, got.header.Get("Location"))
	}
	seen(asVisitor | signedIn)
}

func TestFilesThatNothingNamesGo(t *testing.T) {
	c := newClock()
	a := stocked(t, Options{Database: fewBase.SQLite(t), Now: c.now})
	card, path := logoOf(t, a)
	after := func(days int, want bool, what string) {
		t.Helper()
		c.pass(time.Duration(days) * 24 * time.Hour)
		if err := a.purgeFiles(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := files.Store{}.Get(t.Context(), a.DB.Read(), files.IDOf(path))
		if (err == nil) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	after(0, true, "the logo of a card")
	after(31, true, "the logo of a card")
	edit := func(logo string) {
		t.Helper()
		l, err := a.Listings.ByID(t.Context(), a.DB.Read(), card.ID)
		if err != nil {
			t.Fatal(err)
		}
		by := listing.Author{Source: company.Source{Kind: company.FromOwner}}
		if _, _, err := listing.NewService(a.DB, c.now).Edit(t.Context(), by, card.ID, l.Version, listing.Content{Logo: logo}, []string{"logo"}); err != nil {
			t.Fatal(err)
		}
	}
	edit("")
	after(62, true, "a logo that the history can put back")
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.ExecContext(t.Context(), "DELETE FROM listing_revisions"); err != nil {
			return err
		}
		_, err := a.Curation.Propose(t.Context(), tx, curation.Change{
			Territory: demoTerritory, Listing: card.ID, Kind: curation.Suggestion, Mail: "a@example.nc", Lang: "fr", Base: 1,
			Fields: []string{"logo"}, After: listing.Content{Logo: path},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	after(0, true, "a logo that somebody proposes")
	after(31, true, "a logo that somebody proposes")
	if err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "DELETE FROM curation_changes")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	after(1, true, "a logo that nothing names since today")
	after(29, true, "a logo that nothing names since a month, but a day")
	after(1, false, "a logo that nothing names for a month")
}
