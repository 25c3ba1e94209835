package browsertest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"grappe/internal/app"
	"grappe/internal/listing"
	"grappe/internal/platform/web"
)

const (
	envNoBrowser   = "GRAPPE_TEST_NO_BROWSER"
	envScreenshots = "GRAPPE_TEST_SCREENSHOTS"
	envGallery     = "GRAPPE_TEST_GALLERY"

	territory = "nc"
	seed      = 1853 // of grappe demo
	patience  = 20 * time.Second
)

// stage is what all tests share: the application on a free port, and one browser.
type stage struct {
	app     *app.App
	url     string // "http://127.0.0.1:40123"
	folder  string
	browser context.Context
	rich    listing.Listing // the card that says most
	bare    listing.Listing // the one that says least
	clock   *clock          // nil for the machine's
	seen    *sync.Map       // pages that were looked at, by name
	next    *atomic.Int64   // of what is given out once
	stop    []func()
}

var shared = sync.OnceValues(setUp)

func TestMain(m *testing.M) {
	if os.Getenv(envNoBrowser) == "1" {
		os.Exit(m.Run())
	}
	s, err := shared()
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest:", err)
	} else {
		code = m.Run()
	}
	s.close()
	os.Exit(code)
}

// theStage is the shared stage; the test is skipped where there is to be no browser.
func theStage(t testing.TB) *stage {
	t.Helper()
	if os.Getenv(envNoBrowser) == "1" {
		t.Skip("skipped: " + envNoBrowser + "=1")
	}
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func setUp() (*stage, error) {
	s := &stage{seen: &sync.Map{}, next: &atomic.Int64{}}
	chromium, err := findChromium()
	if err != nil {
		return s, err
	}
	if _, err := os.Stat(filepath.Join(webFolder(), "dist", "manifest.json")); err != nil {
		return s, fmt.Errorf("the assets are not built: run make build first (%w)", err)
	}
	if s.folder, err = os.MkdirTemp("", "grappe-browsertest-*"); err != nil {
		return s, err
	}
	s.stop = append(s.stop, func() { _ = os.RemoveAll(s.folder) }) // the system clears what is left of its temporary folder
	if err := s.startApp(); err != nil {
		return s, fmt.Errorf("starting the application: %w", err)
	}
	if err := s.startBrowser(chromium); err != nil {
		return s, fmt.Errorf("starting %s: %w", chromium, err)
	}
	return s, nil
}

// close stops what was started, the last first.
func (s *stage) close() {
	for i := len(s.stop) - 1; i >= 0; i-- {
		s.stop[i]()
	}
}

func (s *stage) startApp() error {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = append(s.stop, cancel)
	a, err := app.Open(ctx, app.Options{Data: s.folder, Fictional: true})
	if err != nil {
		return err
	}
	s.app = a
	s.stop = append(s.stop, func() { _ = a.Close() }) // the folder goes with it
	if err := a.FillDemo(ctx, seed); err != nil {
		return err
	}
	for _, code := range others() {
		if _, _, err := a.Ensure(ctx, code); err != nil {
			return err
		}
	}
	if err := s.chooseCards(ctx); err != nil {
		return err
	}
	return s.serve(ctx, "127.0.0.1:0")
}

// serve has the application answer at an address, until the stage closes.
func (s *stage) serve(ctx context.Context, addr string) error {
	ctx, cancel := context.WithCancel(ctx)
	address, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- s.app.Serve(ctx, web.ServeOptions{
			Addr: addr, OnReady: func(url string) { address <- url }, Logger: slog.New(slog.DiscardHandler),
		}, nil)
	}()
	s.stop = append(s.stop, func() { cancel(); <-done })
	select {
	case s.url = <-address:
	case err := <-done:
		done <- err // for who stops
		return err
	case <-time.After(patience):
		return errors.New("it does not answer")
	}
	return s.whenReady(ctx)
}

// others are the territories that have no card: their first pages, accents and zones are looked at.
func others() []string { return []string{"wf", "pf", "nancy", "idf"} }

// whenReady waits until the directory has read its cards.
func (s *stage) whenReady(ctx context.Context) error {
	return poll(ctx, patience, func() error {
		res, err := http.Get(s.url + "/" + territory)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("the home page answers %s", res.Status)
		}
		return nil
	})
}

// poll tries until f succeeds or the time is over; it then gives f's last error.
func poll(ctx context.Context, most time.Duration, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// chooseCards finds the published cards that say most and least.
func (s *stage) chooseCards(ctx context.Context) error {
	err := s.app.Listings.Each(ctx, s.app.DB.Read(), territory, func(l listing.Listing) error {
		if l.State != listing.Published {
			return nil
		}
		if s.rich.ID == "" || l.Completeness > s.rich.Completeness {
			s.rich = l
		}
		if s.bare.ID == "" || l.Completeness < s.bare.Completeness {
			s.bare = l
		}
		return nil
	})
	if err == nil && s.rich.ID == s.bare.ID {
		return errors.New("the fictional territory has no cards to tell apart")
	}
	return err
}

// lightChromium is Debian's Chromium without windows, menus and tabs, which costs half the time. Its command is a script that
// waits for it: killing that would leave the browser behind.
const lightChromium = "/usr/lib/chromium/chromium-headless-shell"

func findChromium() (string, error) {
	for _, name := range []string{lightChromium, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("the tests in a browser need Chromium: apt-get install chromium (or set %s=1 to go without)", envNoBrowser)
}

func (s *stage) startBrowser(chromium string) error {
	flags := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.UserDataDir(filepath.Join(s.folder, "browser")), chromedp.WSURLReadTimeout(patience),
	}, browserFlags()...)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	s.stop = append(s.stop, cancel)
	// What the protocol adds and the library does not know yet is no fault of a page.
	s.browser, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	s.stop = append(s.stop, cancel)
	return chromedp.Run(s.browser)
}

func browserFlags() []chromedp.ExecAllocatorOption {
	var flags []chromedp.ExecAllocatorOption
	for name := range strings.FieldsSeq(`headless no-sandbox disable-gpu disable-quic no-first-run no-default-browser-check
		disable-background-networking disable-component-update disable-sync disable-extensions disable-dev-shm-usage
		disable-background-timer-throttling disable-backgrounding-occluded-windows disable-renderer-backgrounding
		disable-default-apps no-proxy-server mute-audio hide-scrollbars metrics-recording-only`) {
		flags = append(flags, chromedp.Flag(name, true))
	}
	// Each window would make more processes, for the browser's own tools, and ask services.
	flags = append(flags, chromedp.Flag("disable-features", `PreloadTopChromeWebUI,PreloadTopChromeWebUILessNavigations,WebUITabStrip,`+
		`SidePanelPreload,TabHoverCardImages,Translate,OptimizationHints,MediaRouter`))
	return append(flags, chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("lang", "fr"))
}

// webFolder is web/, seen from this package.
func webFolder() string { return filepath.Join("..", "..", "web") }
