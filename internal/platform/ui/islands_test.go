package ui_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

// policy is what the server sends, without what it says of scripts; the islands must live under it.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; script-src "

// galleryServer serves the gallery with the built assets, under a policy that lets the scripts of a source run.
func galleryServer(t *testing.T, scripts string) string {
	t.Helper()
	const dist = "../../../web/dist"
	if _, err := os.Stat(dist + "/manifest.json"); err != nil {
		t.Skip("the assets are not built: run make")
	}
	assets, err := ui.LoadAssets(os.DirFS(dist), ui.Accent{Code: "nc", Light: "#0A5A78", Dark: "#6CC7E6"})
	if err != nil {
		t.Fatal(err)
	}
	o, frame := own(t), uitest.Frame(t, "fr")
	frame.Assets = assets
	mux := http.NewServeMux()
	mux.Handle(ui.AssetPrefix, assets.Handler())
	for path, h := range map[string]func(http.ResponseWriter, *http.Request) error{"/nc/composants": o.Components, "/nc/composants/suggestions": o.Suggestions} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy+scripts)
			if err := h(w, r.WithContext(ui.With(r.Context(), frame))); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/nc/composants"
}

// browser gives a tab of Chromium that ends with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	tab, leave := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it does not know the newest events
	t.Cleanup(leave)                                                                           // waits for the browser to end
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// until waits for a JavaScript expression to be true, on this page or on the one that replaces it.
func until(expression string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var err error
		for range 5 { // each page that goes away ends one wait
			if err = chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(10*time.Second)).Do(ctx); err == nil {
				return nil
			}
			if errors.Is(err, chromedp.ErrPollingTimeout) {
				break
			}
		}
		return fmt.Errorf("never true: %s: %w", expression, err)
	})
}

// run evaluates JavaScript for what it does.
func run(script string) chromedp.Action { return chromedp.Evaluate(script+";true", nil) }

func size(width int64) chromedp.Action {
	return chromedp.EmulateViewport(width, 900)
}

func TestIslands(t *testing.T) {
	url := galleryServer(t, "'self'")
	ctx := browser(t)
	const what, list = `document.getElementById("sample-what")`, `document.getElementById("sample-what").nextElementSibling`
	open := chromedp.Tasks{chromedp.Navigate(url), until(what + `.getAttribute("role") === "combobox"`)}
	for _, tt := range []struct {
		name  string
		steps chromedp.Tasks
	}{
		{"combobox chooses with the keyboard", chromedp.Tasks{
			size(1280), open, until(what + `.getAttribute("aria-expanded") === "false"`),
			chromedp.SendKeys("#sample-what", "ion"), until(what + `.getAttribute("aria-expanded") === "true" && ` + list + `.children.length === 2`),
			until(list + `.nextElementSibling.textContent === "2 suggestions"`),
			chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), until(what + `.getAttribute("aria-activedescendant") === ` + list + `.children[1].id`),
			chromedp.KeyEvent(kb.Home), until(`!` + what + `.hasAttribute("aria-activedescendant") && ` + what + `.selectionStart === 0`),
			chromedp.KeyEvent(kb.Escape), until(list + `.hidden && ` + what + `.value === "ion"`),
			chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.Enter),
			until(`location.search.includes("q=impression+3D")`),
		}},
		{"combobox keeps the choice when suggestions come late", chromedp.Tasks{
			size(1280), open, chromedp.SendKeys("#sample-what", "ion"), until(list + `.children.length === 2`),
			run(list + `.children[1].dataset.old = "", ` + what + `.dispatchEvent(new Event("input")), ` +
				what + `.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp"}))`),
			until(`!` + list + `.querySelector("[data-old]")`),
			until(list + `.children[1].ariaSelected === "true" && ` + what + `.getAttribute("aria-activedescendant") === ` + list + `.children[1].id`),
			chromedp.SendKeys("#sample-what", " 3"), until(list + `.children.length === 1 && !` + list + `.querySelector("[aria-selected=true]") && !` + what + `.hasAttribute("aria-activedescendant")`),
		}},
		{"combobox chooses with the pointer", chromedp.Tasks{
			size(1280), open, chromedp.SendKeys("#sample-trade", "photo"), chromedp.Click("#sample-trade + ul li", chromedp.NodeVisible),
			until(`document.getElementById("sample-trade").value === "photographie" && location.search === ""`),
		}},
		{"theme is kept", chromedp.Tasks{
			size(1280), open, until(`matchMedia("(prefers-color-scheme: light)").matches`), chromedp.Click(".header [data-theme-switch]", chromedp.NodeVisible),
			until(`document.documentElement.dataset.theme === "dark" && getComputedStyle(document.body).backgroundColor === "rgb(16, 23, 29)"`),
			open, until(`document.documentElement.dataset.theme === "dark" && getComputedStyle(document.querySelector(".button-main")).backgroundColor === "rgb(108, 199, 230)"`),
			chromedp.Click(".header [data-theme-switch]", chromedp.NodeVisible), until(`localStorage.length === 0`),
		}},
		{"facets send themselves and keep focus", chromedp.Tasks{
			size(1280), open, chromedp.Click("#facet-nord", chromedp.NodeVisible), until(`location.search.includes("zone=nord") && document.activeElement.id === "facet-nord"`),
		}},
		{"facets are a sheet on phones", chromedp.Tasks{
			size(390), open, chromedp.Click(".facets > summary", chromedp.NodeVisible), until(`document.querySelector("dialog.sheet").matches(":modal") && document.querySelector("dialog.sheet form")`),
			chromedp.Click("#facet-nord", chromedp.NodeVisible), until(`location.search === "" && document.getElementById("facet-nord").checked`),
			chromedp.KeyEvent(kb.Escape), until(`document.querySelector("details.facets > form") && document.activeElement.tagName === "SUMMARY"`),
		}},
		{"a sheet that is opened again at once stays whole", chromedp.Tasks{
			size(390), open, chromedp.Click(".facets > summary", chromedp.NodeVisible), until(`document.querySelector("dialog.sheet").matches(":modal")`),
			run(`{const sheet = document.querySelector("dialog.sheet"); sheet.addEventListener("close", () => { sheet.dataset.closed = ""; });
				sheet.close(); document.querySelector(".facets > summary").click();}`),
			until(`document.querySelector("dialog.sheet[data-closed]:modal form")`),
		}},
		{"dialog and toast", chromedp.Tasks{
			size(1280), open, chromedp.Click("[data-dialog]", chromedp.NodeVisible), until(`document.getElementById("sample-dialog").matches(":modal")`),
			chromedp.Click("#sample-dialog .dialog-actions [data-close]", chromedp.NodeVisible), until(`!document.getElementById("sample-dialog").open && document.activeElement.dataset.dialog`),
			chromedp.Click("[data-toast]", chromedp.NodeVisible), until(`document.querySelector("#toasts .toast").textContent === "Votre fiche est enregistrée"`),
		}},
		{"count of characters", chromedp.Tasks{
			size(1280), open, chromedp.SendKeys("#sample-text", "!!"), until(`document.getElementById("sample-text-count").textContent === "50 / 300"`),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := chromedp.Run(ctx, tt.steps); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Without scripts everything is there: nothing hidden that only a script would show, no control that does nothing.
func TestWithoutScripts(t *testing.T) {
	url := galleryServer(t, "'none'")
	ctx := browser(t)
	var seen, width string
	err := chromedp.Run(ctx, size(320), chromedp.Navigate(url), chromedp.WaitVisible(".facets > summary"),
		chromedp.Text("body", &seen), chromedp.Evaluate(`document.documentElement.scrollWidth + ""`, &width))
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{"Mode sombre", "Copier le lien"} {
		if strings.Contains(seen, absent) {
			t.Errorf("%q does nothing without scripts", absent)
		}
	}
	if !strings.Contains(seen, "Filtrer (128 résultats)") || width != "320" {
		t.Errorf("width %s; facets shown: %t", width, strings.Contains(seen, "Filtrer"))
	}
}
