package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostPicture is how large a picture of the README may be.
const mostPicture = 300_000

// GRAPPE_TEST_SCREENSHOTS=1 renews the picture of the README.
func TestScreenshot(t *testing.T) {
	if os.Getenv(envScreenshots) != "1" {
		t.Skip("skipped: set " + envScreenshots + "=1 to renew docs/screenshots")
	}
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.goTo("/"+territory+"/annuaire?q=site+internet", 200)
	b.until("results", visible(".result"))
	b.until("the map", drawn)
	b.run("showing the tab", page.BringToFront())
	var png []byte
	b.run("drawing", chromedp.CaptureScreenshot(&png))
	if len(png) > mostPicture {
		t.Fatalf("the picture has %d bytes, more than %d", len(png), mostPicture)
	}
	folder := filepath.Join("..", "..", "docs", "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "annuaire.png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// GRAPPE_TEST_GALLERY=FOLDER writes every kind of page there, and what opens over it, to be looked at.
func TestGallery(t *testing.T) {
	if os.Getenv(envGallery) == "" {
		t.Skip("skipped: " + envGallery + " names no folder")
	}
	s := theStage(t)
	for _, p := range s.pages() {
		t.Run(p.name, func(t *testing.T) {
			b := s.open(t, setting{size: laptop()})
			b.goTo(p.path, p.status)
			for _, scheme := range []string{"light", "dark"} {
				for _, size := range []size{phone(), laptop()} {
					b.resize(size)
					b.media("screen", scheme == "dark")
					b.draw(fmt.Sprintf("%s-%d-%s", p.name, size.width, scheme), chromedp.FullScreenshot)
				}
			}
			b.media("print", false)
			b.resize(size{720, 1000})
			b.draw(p.name+"-print", chromedp.FullScreenshot)
		})
	}
	t.Run("what opens", func(t *testing.T) {
		b := s.open(t, setting{size: laptop(), alone: true})
		b.goTo(home, 200)
		b.focus(`main [name="q"]`)
		b.paste("cybers")
		b.until("suggestions", visible(`main [role="option"]`))
		b.keys(kb.ArrowDown)
		b.draw("suggestions-1280", window)
		b.resize(phone())
		b.draw("suggestions-390", window)
		b.goTo(results+"?q=site", 200)
		b.click(".facets > summary")
		b.until("the sheet", visible("dialog[open]"))
		b.draw("sheet-390", window)
		for _, size := range []size{phone(), laptop()} {
			b.resize(size)
			b.openMap(results + "?q=site&vue=carte")
			b.draw(fmt.Sprintf("map-%d", size.width), window)
		}
	})
}

// window draws what the window shows.
func window(png *[]byte, _ int) chromedp.EmulateAction { return chromedp.CaptureScreenshot(png) }

// draw writes a picture of the tab into the gallery.
func (b *tab) draw(name string, take func(png *[]byte, quality int) chromedp.EmulateAction) {
	b.Helper()
	var png []byte
	b.run("drawing", page.BringToFront(), take(&png, 100))
	name = filepath.Join(os.Getenv(envGallery), strings.ReplaceAll(name, "/", "-")+".png")
	if err := os.WriteFile(name, png, 0o600); err != nil {
		b.Fatal(err)
	}
}
