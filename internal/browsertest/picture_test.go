package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// GRAPPE_TEST_GALLERY=FOLDER writes every kind of page there, to be looked at.
func TestGallery(t *testing.T) {
	folder := os.Getenv(envGallery)
	if folder == "" {
		t.Skip("skipped: " + envGallery + " names no folder")
	}
	s := theStage(t)
	for _, p := range s.pages() {
		t.Run(p.name, func(t *testing.T) {
			b := s.open(t, setting{size: laptop()})
			b.goTo(p.path, p.status)
			b.run("showing the tab", page.BringToFront())
			for _, scheme := range []string{"light", "dark"} {
				for _, size := range []size{phone(), laptop()} {
					b.resize(size)
					b.media("screen", scheme == "dark")
					var png []byte
					b.run("drawing", page.BringToFront(), chromedp.FullScreenshot(&png, 100))
					name := fmt.Sprintf("%s-%d-%s.png", strings.ReplaceAll(p.name, "/", "-"), size.width, scheme)
					if err := os.WriteFile(filepath.Join(folder, name), png, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
