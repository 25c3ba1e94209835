package browsertest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// kind is one kind of page, by an address that shows it.
type kind struct {
	name   string
	path   string
	status int64
}

// pages are all kinds of pages, in French and in English, and the first ones of the territories without cards.
func (s *stage) pages() []kind {
	var all []kind
	for _, lang := range []string{"fr", "en"} {
		base := "/" + territory
		if lang != "fr" {
			base += "/" + lang
		}
		for _, p := range s.kinds() {
			all = append(all, kind{lang + "/" + p.name, base + p.path, cmp.Or(p.status, http.StatusOK)})
		}
	}
	for _, code := range others() {
		for _, path := range []string{"", "/annuaire", "/communes"} {
			all = append(all, kind{code + cmp.Or(path, "/home"), "/" + code + path, http.StatusOK})
		}
	}
	return append(all, kind{"instance", "/", http.StatusOK}, kind{"missing-outside", "/nulle-part", http.StatusNotFound})
}

func (s *stage) kinds() []kind {
	return []kind{
		{name: "home"},
		{name: "directory", path: "/annuaire"},
		{name: "search", path: "/annuaire?q=site+internet"},
		{name: "facets", path: "/annuaire?q=site&zone=province-sud&categorie=entreprise&tri=nom"},
		{name: "nothing-in-view", path: "/annuaire?bbox=170,-20,171,-19&vue=carte"},
		{name: "map", path: "/annuaire?carte=-22.27%2C166.44%2C12&vue=carte&fiche=" + s.rich.Slug},
		{name: "near", path: "/annuaire?pres=-22.27%2C166.44&tri=distance"},
		{name: "zone", path: "/annuaire?zone=noumea"},
		{name: "competence", path: "/annuaire?competence=" + s.competence()},
		{name: "dropped", path: "/annuaire?q=site+internet+zzyzx"},
		{name: "typo", path: "/annuaire?q=cybersecurit%C3%A8&ou=Atlantide"},
		{name: "nothing", path: "/annuaire?q=zzyzx"},
		{name: "nothing-here", path: "/annuaire?q=cybers%C3%A9curit%C3%A9+drone&zone=belep&categorie=investisseur"},
		{name: "beyond", path: "/annuaire?page=400", status: http.StatusNotFound},
		{name: "rich", path: "/annuaire/" + s.rich.Slug},
		{name: "bare", path: "/annuaire/" + s.bare.Slug},
		{name: "report", path: "/annuaire/" + s.rich.Slug + "/signaler"},
		{name: "propose", path: "/proposer-une-fiche"},
		{name: "printable", path: "/annuaire/imprimer"},
		{name: "printable-part", path: "/annuaire/imprimer?q=site&competence=" + s.competence()},
		{name: "embed", path: "/integrer?q=site&nombre=5"},
		{name: "open-data", path: "/donnees"},
		{name: "open-data-part", path: "/donnees?zone=noumea&competence=" + s.competence()},
		{name: "competences", path: "/competences"},
		{name: "communes", path: "/communes"},
		{name: "distribution", path: "/repartition"},
		{name: "distribution-part", path: "/repartition?par=province&tri=nom&competence=" + s.competence()},
		{name: "api-docs", path: "/api/docs"},
		{name: "legal", path: "/mentions-legales"},
		{name: "privacy", path: "/donnees-personnelles"},
		{name: "accessibility", path: "/accessibilite"},
		{name: "missing", path: "/nulle-part", status: http.StatusNotFound},
		{name: "missing-card", path: "/annuaire/nulle-part", status: http.StatusNotFound},
		{name: "invalid", path: "/annuaire?page=0", status: http.StatusBadRequest},
		{name: "components", path: "/composants"},
	}
}

// competence is the slug of the rich card's first competence.
func (s *stage) competence() string {
	for _, code := range s.rich.Competences {
		if term, ok := s.app.Taxonomies.Competences.Term(code); ok {
			return term.Slug
		}
	}
	return ""
}

// Every kind of page is accessible, at 390 and 1280 pixels, light and dark; does not scroll sideways from 320 pixels on;
// writes no error to the console, breaks no rule of its policy of content security, asks nothing of another host; and its
// first view is light. A language changes the words and not the styles: each asks axe about half of the four looks of a
// page, so that both together have asked about all.
func TestPages(t *testing.T) {
	s := theStage(t)
	axe := axeSource(t)
	for _, p := range s.pages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: phone(), noCache: true})
			b.goTo(p.path, p.status)
			b.light()
			b.touchable()
			if p.path != manyZones {
				b.eval(axe+";true", nil)
				b.looks(strings.HasPrefix(p.name, "en/"))
			}
			for _, width := range []int64{1280, 900, 600, 390, 320} {
				s := size{width, 800}
				b.resize(s)
				b.noSideways(s)
			}
		})
	}
}

// manyZones is the page of 1,300 places: what axe says of it costs half a minute, and is what it says of the others.
const manyZones = "/idf/communes"

// touchable fails the test when what a finger is to meet on a phone is less than 44 pixels high, or the tools of the header
// have lost their place beside the name.
func (b *tab) touchable() {
	b.Helper()
	var low []string
	b.eval(`[...document.querySelectorAll("a.button, button.button, .tool, a.tag, .chip, .index-list a, .menu a, .pane, .outputs a, .plan button:not(.pin, .plan-line), .footer-links a, .pager a, .tabs a, .door")].filter((e) => {
		const r = e.getBoundingClientRect();
		return e.checkVisibility({visibilityProperty: true}) && r.height > 0 && r.height < 43.5;
	}).map((e) => e.getBoundingClientRect().height + " px: " + e.outerHTML)`, &low)
	for _, e := range low {
		b.Errorf("%s: too low for a finger: %s", b.document, short(e))
	}
	b.want("the tools are beside the name", `((name, tools) => tools.height === 0 || tools.top < name.bottom)(
		document.querySelector(".brand").getBoundingClientRect(), document.querySelector(".header-tools").getBoundingClientRect())`)
}

// looks asks axe about a page that is narrow and light: all as it is and the colours wide and dark, or else the colours
// narrow and dark, and all wide and light.
func (b *tab) looks(other bool) {
	b.Helper()
	if other {
		b.media("screen", true)
		b.axe("390 px, dark", colourRules)
		b.media("screen", false)
		b.resize(laptop())
		b.axe("1280 px, light", allRules)
		return
	}
	b.axe("390 px, light", allRules)
	b.resize(laptop())
	b.media("screen", true)
	b.axe("1280 px, dark", colourRules)
	b.media("screen", false)
}

// What axe is asked. The colours alone depend on light or dark.
const (
	allRules    = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	colourRules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(webFolder(), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed: run npm ci in web/, or make build (%v)", err)
	}
	return string(source)
}

// axe fails the test for each fault that axe-core finds; its source was evaluated in the page alone: it would ask
// the frames of it in vain, and one without origin refuses that with an error.
func (b *tab) axe(where, rules string) {
	b.Helper()
	var violations []struct {
		ID    string
		Help  string
		Nodes []struct {
			HTML           string
			Target         []any
			FailureSummary string
		}
	}
	b.eval(`axe.run(document, {resultTypes: ["violations"], preload: false, iframes: false, runOnly: `+rules+`}).then((r) => r.violations)`, &violations)
	for _, v := range violations {
		for i, n := range v.Nodes {
			if i == 3 {
				b.Errorf("%s (%s): %s: and %d more elements", b.document, where, v.ID, len(v.Nodes)-i)
				break
			}
			b.Errorf("%s (%s): %s: %s\n  at %v\n  %s\n  %s", b.document, where, v.ID, v.Help, n.Target, short(n.HTML),
				strings.ReplaceAll(n.FailureSummary, "\n", "\n  "))
		}
	}
}

func short(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// noSideways fails the test when the page is wider than its window, naming what sticks out.
func (b *tab) noSideways(s size) {
	b.Helper()
	var wide struct {
		Width   int64
		Culprit []string
	}
	b.eval(`(() => {
		const all = document.documentElement, room = all.clientWidth;
		if (all.scrollWidth <= room) return {width: all.scrollWidth};
		const culprit = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room && e.checkVisibility());
		return {width: all.scrollWidth, culprit: culprit.slice(0, 4).map((e) => e.outerHTML.slice(0, 120))};
	})()`, &wide)
	if wide.Width > s.width {
		b.Errorf("%s: scrolls sideways at %s: it is %d px wide, because of\n  %s", b.document, s, wide.Width, strings.Join(wide.Culprit, "\n  "))
	}
}

// The HTML of every kind of page is valid.
func TestHTML(t *testing.T) {
	s := theStage(t)
	folder := t.TempDir()
	for _, p := range append(s.pages(), s.embedded()...) {
		name := filepath.Join(folder, strings.ReplaceAll(p.name, "/", "-")+".html")
		if err := os.WriteFile(name, s.get(t, p), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	validate(t, folder)
}

// validate fails the test for each fault in the pages of a folder.
func validate(t *testing.T, folder string) {
	t.Helper()
	cli := filepath.Join("node_modules", "html-validate", "bin", "html-validate.mjs")
	if _, err := os.Stat(filepath.Join(webFolder(), cli)); err != nil {
		t.Fatalf("html-validate is not installed: run npm ci in web/, or make build (%v)", err)
	}
	cmd := exec.Command("node", cli, "--config", ".htmlvalidate.json", "--formatter", "json", "--max-warnings", "0", folder)
	cmd.Dir = webFolder()
	answer, err := os.Create(filepath.Join(t.TempDir(), "answer.json")) // of a pipe, Node leaves the end behind when it exits
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = answer, &stderr
	failed := cmd.Run()
	stdout, err := os.ReadFile(answer.Name())
	if err != nil {
		t.Fatal(err)
	}
	var files []struct {
		FilePath string
		Messages []struct {
			RuleID       string
			Message      string
			Line, Column int
			Selector     string
		}
	}
	if err := json.Unmarshal(stdout, &files); err != nil {
		t.Fatalf("html-validate answers no JSON: %v; it failed with %v\n%s%s", err, failed, stdout, &stderr)
	}
	for _, f := range files {
		for _, m := range f.Messages {
			t.Errorf("%s:%d:%d: %s: %s (%s)", filepath.Base(f.FilePath), m.Line, m.Column, m.RuleID, m.Message, m.Selector)
		}
	}
	if failed != nil && !t.Failed() {
		t.Errorf("html-validate: %v\n%s", failed, &stderr)
	}
}

// get is the page as the server sends it.
func (s *stage) get(t *testing.T, p kind) []byte {
	t.Helper()
	res, err := http.Get(s.url + p.path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if int64(res.StatusCode) != p.status {
		t.Errorf("%s answers %d, want %d", p.path, res.StatusCode, p.status)
	}
	return body
}

// mostBytes is what the first view of a page may cost over the wire: its users sit behind slow links.
const mostBytes = 60_000

// light fails the test when the first view, with an empty cache, costs too much or loads a font.
func (b *tab) light() {
	b.Helper()
	b.want("no font is loaded", `document.fonts.size === 0`)
	b.mu.Lock()
	defer b.mu.Unlock()
	total, lines := 0.0, []string{}
	for address, n := range b.bytes {
		lines = append(lines, fmt.Sprintf("%7.0f %s", n, strings.TrimPrefix(address, b.url)))
		if !isOfMap(address) { // which comes behind the first view, sooner or later; TestMapIsLight weighs it
			total += n
		}
	}
	slices.Sort(lines)
	if len(lines) < 4 {
		b.Errorf("%s: only %d files were received: the measure misses some: %v", b.document, len(lines), lines)
	}
	if total > mostBytes {
		b.Errorf("%s: the first view costs %.0f bytes, more than %d:\n%s", b.document, total, mostBytes, strings.Join(lines, "\n"))
	}
	b.Logf("the first view costs %.0f bytes", total)
}
