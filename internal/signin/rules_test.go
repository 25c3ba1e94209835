package signin

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/errs"
)

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		c := newCode()
		if len(c) != 6 || strings.Trim(c, "0123456789") != "" {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
	if len(seen) < 1900 {
		t.Errorf("2000 codes are only %d different ones", len(seen))
	}
	for typed, want := range map[string]string{
		"042718": "042718", " 042 718 ": "042718", "042\u00a0718": "042718", "042-718\n": "042718", "042.718": "042718",
		"O42718": "x42718", "": "", "٠٤٢٧١٨": "xxxxxx", "042718; DROP": "042718xxxxx",
	} {
		if got := typedCode(typed); got != want {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
	if shownCode("042718") != "042\u00a0718" {
		t.Errorf("shown as %q", shownCode("042718"))
	}
}

// A code is only right in the browser and for the attempt that it was drawn for.
func TestCodeIsBound(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	a := attempt{ID: "a", CodeMAC: codeMAC("browser", "a", "042718"), ExpiresAt: now.Add(holdsFor)}
	if after, right := a.tried("browser", "042718", now); !right || after.Outcome != used || after.EndedAt != now {
		t.Errorf("the right code: %v, %+v", right, after)
	}
	for what, try := range map[string]func() bool{
		"another browser": func() bool { _, right := a.tried("other", "042718", now); return right },
		"another code":    func() bool { _, right := a.tried("browser", "042719", now); return right },
		"another attempt": func() bool { b := a; b.ID = "b"; _, right := b.tried("browser", "042718", now); return right },
		"no code":         func() bool { _, right := a.tried("browser", "", now); return right },
	} {
		if try() {
			t.Errorf("%s is taken", what)
		}
	}
	for i := range mostTries {
		var right bool
		if a, right = a.tried("browser", "999999", now); right {
			t.Fatal("a wrong code is taken")
		}
		if lockedNow := a.Outcome == locked; lockedNow != (i == mostTries-1) {
			t.Errorf("after %d wrong codes it is locked: %v", i+1, lockedNow)
		}
	}
}

func TestStates(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	open := attempt{ID: "a", ExpiresAt: now.Add(time.Second)}
	if err := open.state(now); err != nil {
		t.Errorf("an open one: %v", err)
	}
	if err := open.state(now.Add(time.Second)); err == nil || errs.As(err).Key != "signin.expired" {
		t.Errorf("at its end: %v", err)
	}
	for outcome, key := range map[string]string{used: "signin.used", replaced: "signin.none_open", locked: "signin.locked"} {
		a := open
		a.Outcome = outcome
		if err := a.state(now); err == nil || errs.As(err).Key != key {
			t.Errorf("%s: %v", outcome, err)
		}
	}
	if err := (attempt{}).state(now); err == nil || errs.As(err).Key != "signin.none_open" {
		t.Errorf("none: %v", err)
	}
}

// Nobody is led off this site, nor round in circles.
func TestLocalPath(t *testing.T) {
	for _, good := range []string{"/", "/espace", "/nc/espace/", "/a/b?c=d&e=%2F%2Fhost", "/annuaire/caf%C3%A9", "/a#b", "/a?next=https://x.nc/", "/a:b", "/espace/profil?reprise=abc", "/connexions"} {
		if LocalPath(good) != good {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"", "espace", "?a", "#a", "//evil.nc", "///evil.nc", "////evil.nc", `/\evil.nc`, `\/evil.nc`, `\\evil.nc`, `/a\b`, "/%5cevil.nc", "/%2fevil.nc", "/%2F%2Fevil.nc", "/%2e%2e/evil",
		"/.//evil.nc", "/..//evil.nc", "/a/../b", "/a/./b", "/a//b", "https://evil.nc", "HTTPS://evil.nc", "http:/evil.nc", "http:evil.nc", "javascript:alert(1)", "data:text/html,x",
		"/\tevil", "/\n/evil.nc", "/\r\nSet-Cookie: a=b", "/\x00", "\t//evil.nc", " //evil.nc", "/ /evil.nc", "/a b", "/%00", "/%0d%0aLocation:x", "/a%7f", "/é", "/\u2028x", "/\uff0fevil.nc",
		"/%", "/%zz", "@evil.nc", "/" + strings.Repeat("a", longestPath), ".evil.nc", "/\x7f", "//user@evil.nc", "/%09/evil.nc",
		"/connexion", "/connexion/code", "/connexion/confirmer?suite=/", "/deconnexion",
	} {
		if got := LocalPath(bad); got != "" {
			t.Errorf("%q is taken", bad)
		}
	}
	// Whatever is taken stays on the host for whoever resolves it.
	base, err := url.Parse("https://here.nc/nc/connexion")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"/a", "/a:b", "/a?b=//c"} {
		if at, err := base.Parse(LocalPath(s)); err != nil || at.Host != "here.nc" || at.Scheme != "https" {
			t.Errorf("%s leads to %s %v", s, at, err)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/espace", "//x", "/\\x", "/%5c", "/connexion"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := LocalPath(s)
		if got == "" {
			return
		}
		if got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') || strings.ContainsAny(got, "\r\n\t \\") {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
