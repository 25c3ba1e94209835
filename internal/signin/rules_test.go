package signin

import (
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
	for _, good := range []string{"/", "/espace", "/espace/profil?reprise=abc", "/annuaire?q=a+b&ou=%C3%A9", "/gestion/journal?de=2026-01-01"} {
		if got := localPath(good); got != good {
			t.Errorf("%q becomes %q", good, got)
		}
	}
	for _, bad := range []string{
		"", "espace", "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "https://evil.example/", "javascript:alert(1)",
		"/x//evil", "/connexion", "/connexion/code", "/connexion/confirmer?suite=/", "/deconnexion", "/a\r\nSet-Cookie: x=1", "/a b", "/%5cevil.example/..",
		"/" + strings.Repeat("a", 3000), " /espace", "/%2f%2fevil.example",
	} {
		if got := localPath(bad); got != "" && got != bad {
			t.Errorf("%q becomes %q", bad, got)
		} else if got != "" && (strings.Contains(bad, "evil") && !strings.HasPrefix(bad, "/%")) {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/espace", "//x", "/\\x", "/%5c", "/connexion"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := localPath(s)
		if got == "" {
			return
		}
		if got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') || strings.ContainsAny(got, "\r\n\t \\") {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
