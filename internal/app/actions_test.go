package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Whatever the audit trail holds is told in words, in both languages.
func TestActionsHaveSentences(t *testing.T) {
	found := map[string]string{}
	literal := regexp.MustCompile(`(?:\bAction: |\.note[A-Za-z]*\(ctx, tx, by, )"([a-z]+\.[a-z_]+)"`)
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			if m := literal.FindStringSubmatch(line); m != nil {
				found[m[1]] = path
			}
		}
		return nil
	})
	if err != nil || len(found) < 15 {
		t.Fatalf("%d actions, %v", len(found), err)
	}
	for _, kind := range []string{"enrolled", "removed", "suspected"} {
		found["passkey."+kind] = "proofs.go"
	}
	texts, err := Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		p := texts.Printer(lang, nil, "")
		for action, path := range found {
			for _, group := range []string{"desk.audit.", "desk.action."} {
				if key := group + strings.ReplaceAll(action, ".", "_"); !p.Has(key) {
					t.Errorf("%s (%s): no %s in %s", action, path, key, lang)
				}
			}
		}
	}
}
