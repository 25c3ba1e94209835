package importer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/tabular"
)

// words is a taxonomy of one word per competence.
type words map[string]string

func (w words) Match(text string) []string {
	if code, ok := w[strings.ToLower(text)]; ok {
		return []string{code}
	}
	return nil
}

// sentences says every warning and rejection in both languages: a key without its sentence, or a sentence without its
// argument, stops the test.
func sentences(t *testing.T, r result) {
	t.Helper()
	for _, lang := range locale.Languages() {
		p := localetest.Printer(t, lang, importer.Texts, tabular.Texts)
		say := func(key string, args map[string]any) {
			if text := p.Text(key, args); text == "" || strings.ContainsAny(text, "{}") && !strings.ContainsAny(asText(args), "{}") {
				t.Errorf("%s: %q", key, text)
			}
		}
		for _, w := range r.file {
			say(w.Key, w.Args)
		}
		for _, d := range r.drafts {
			for _, w := range d.Warnings {
				say(w.Key, w.Args)
			}
		}
		for _, rejection := range r.rejected {
			say(rejection.Key, rejection.Args)
		}
	}
}

func asText(args map[string]any) string {
	var b strings.Builder
	for _, v := range args {
		if s, ok := v.(string); ok {
			b.WriteString(s)
		}
	}
	return b.String()
}

// file writes a small file and gives its path.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mapping(t testing.TB, source string) *importer.Mapping {
	t.Helper()
	m, err := importer.ParseMapping("test.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
