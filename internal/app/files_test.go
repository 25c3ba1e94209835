package app

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

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
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 40, 30))); err != nil {
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

func TestFilesThatNothingNamesGo(t *testing.T) {
	c := newClock()
	a := stocked(t, Options{Database: fewBase.SQLite(t), Now: c.now})
	card, path := logoOf(t, a)
	purge := func(after time.Duration) {
		t.Helper()
		c.pass(after)
		if err := a.purgeFiles(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	there := func() bool {
		_, err := files.Store{}.Get(t.Context(), a.DB.Read(), files.IDOf(path))
		return err == nil
	}
	purge(0)
	purge(31 * 24 * time.Hour)
	if !there() {
		t.Fatal("the logo of a card is gone")
	}
	if err := a.DB.Write(t.Context(), func(tx *db.Tx) error { return listing.Store{}.Delete(t.Context(), tx, []string{card.ID}, c.now()) }); err != nil {
		t.Fatal(err)
	}
	purge(24 * time.Hour)
	if !there() {
		t.Error("a logo goes at once with its card: nothing can be undone")
	}
	purge(31 * 24 * time.Hour)
	if there() {
		t.Error("the logo of a card that is gone stays for ever")
	}
}
