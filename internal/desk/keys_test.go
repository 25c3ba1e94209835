package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"grappe/internal/account"
	"grappe/internal/desk"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui"
)

// serve answers with the desk's pages for an actor, with the built assets.
func (f *team) serve(t *testing.T, by account.Actor) string {
	t.Helper()
	const dist = "../../web/dist"
	if _, err := os.Stat(dist + "/manifest.json"); err != nil {
		t.Skip("the assets are not built: run make")
	}
	assets, err := ui.LoadAssets(os.DirFS(dist), ui.Accent{Code: "nc", Light: "#0A5A78", Dark: "#6CC7E6"})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(ui.AssetPrefix, assets.Handler())
	mux.Handle("/nc/", http.StripPrefix("/nc", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		frame := f.frame("fr", by, r.URL.Path)
		frame.Assets = assets
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'")
		f.router.ServeHTTP(w, r.WithContext(account.With(ui.With(r.Context(), frame), by)))
	})))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/nc"
}

// tab is a tab of Chromium that ends with the test.
func tab(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(leave)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func until(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(10*time.Second))
}

// The keys move through the rows, find the search field and say what they are; who turned them off does not meet them.
func TestKeys(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	url := f.serve(t, f.admin)
	here := func(name string) chromedp.Action {
		return until(fmt.Sprintf(`document.querySelectorAll(".row-here").length === 1 && document.querySelector(".row-here").contains(document.activeElement) && document.querySelector(".row-here").textContent.includes(%q)`, name))
	}
	ready := until(`document.querySelector("[data-desk-keys]") && !document.querySelector("[data-desk-keys]").hidden`)
	ctx := tab(t)
	for i, step := range []chromedp.Action{
		chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url + desk.TeamPath), ready,
		chromedp.KeyEvent("j"), here("Ada Admin"), chromedp.KeyEvent("j"), here("Pierre Projet"), chromedp.KeyEvent("k"), chromedp.KeyEvent("k"), here("Ada Admin"),
		chromedp.KeyEvent("?"), until(`document.getElementById("desk-keys").matches(":modal")`),
		chromedp.Click("#desk-keys-on"), chromedp.Click("#desk-keys [data-close]"), until(`!document.getElementById("desk-keys").open`),
		chromedp.KeyEvent("j"), chromedp.KeyEvent("?"), here("Ada Admin"), until(`!document.getElementById("desk-keys").open`),
		chromedp.Navigate(url + desk.PeoplePath), ready, until(`!document.getElementById("desk-keys-on").checked`),
		chromedp.Evaluate(`document.getElementById("desk-keys-on").click();true`, nil),
		chromedp.KeyEvent("/"), until(`document.activeElement.id === "desk-q"`),
		// The driver types the sign even where the page has taken the key, which no browser does.
		chromedp.KeyEvent("j/?"), until(`document.activeElement.value.endsWith("j/?") && !document.getElementById("desk-keys").open`),
	} {
		if err := chromedp.Run(ctx, step); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
}

// No page of the desk is wider than its window, on whatever is narrow or in between.
func TestPagesFit(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	url, ctx := f.serve(t, f.admin), tab(t)
	for _, path := range f.paths() {
		if err := chromedp.Run(ctx, chromedp.Navigate(url+path)); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{320, 390, 620, 899, 900, 1020, 1280} {
			var wide int64
			if err := chromedp.Run(ctx, chromedp.EmulateViewport(width, 900), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide)); err != nil {
				t.Fatal(err)
			}
			if wide > width {
				t.Errorf("%s is %d px wide in a window of %d", path, wide, width)
			}
		}
	}
}
