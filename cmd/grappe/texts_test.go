package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	texts, err := fs.Sub(textFiles, "texts")
	if err != nil {
		t.Fatal(err)
	}
	localetest.Used(t, ".", localetest.Catalogue(t, texts))
}

// TestHelpTexts checks that each help, example and argument's name is that of something there is.
func TestHelpTexts(t *testing.T) {
	t.Parallel()
	say, err := newSpeaker("fr")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{"cli.help_grappe": true}
	var visit func(n *kong.Node, path string)
	visit = func(n *kong.Node, path string) {
		if n.Type == kong.CommandNode {
			path = strings.TrimPrefix(path+"_"+n.Name, "_")
		}
		there["cli.examples_"+path] = true
		values := append([]*kong.Value{}, n.Positional...)
		for _, f := range n.Flags {
			values = append(values, f.Value)
		}
		for _, v := range values {
			there["cli.argument_"+v.Name] = true
			if v.Help == "" {
				t.Errorf("%s of %q has no help", v.Name, path)
			}
			there["cli."+v.OrigHelp] = true
		}
		if n.Type == kong.CommandNode {
			there["cli."+n.Tag.Help] = true
			for _, lang := range []string{"fr", "en"} {
				if p := say.cats.Printer(lang, nil, ""); len(n.Children) == 0 && !p.Has("cli.examples_"+path) && path != "version" && path != "import_runs" {
					t.Errorf("%q has no example in %s", path, lang)
				}
			}
		}
		for _, child := range n.Children {
			visit(child, path)
		}
	}
	visit(parser.Model.Node, "")
	for _, key := range say.cats.Keys() {
		for _, kind := range []string{"cli.help_", "cli.examples_", "cli.argument_"} {
			if strings.HasPrefix(key, kind) && !there[key] {
				t.Errorf("%s is about nothing there is", key)
			}
		}
	}
}

// TestEveryRoomSpeaks checks that the sentences of all rooms are at hand: an error of a room that was forgotten would
// reach the person as a key.
func TestEveryRoomSpeaks(t *testing.T) {
	t.Parallel()
	say, err := newSpeaker("fr")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir("../../internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(filepath.ToSlash(path), "/texts/fr.json") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var keys map[string]any
		if err := json.Unmarshal(text, &keys); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for key := range keys {
			if !say.Has(key) {
				t.Errorf("%s: %s is not among the texts of the instance", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("%d catalogues found, which cannot be all", files)
	}
}
