package curation_test

import (
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/locale/localetest"
)

// Every letter has one thing to do, and says it in less than 120 words, in both languages.
func TestLetters(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		p := localetest.Printer(t, lang, account.Texts, curation.Texts, listing.Texts)
		for _, sample := range curation.Samples() {
			m := sample.Message(p)
			l := m.Letter
			text := strings.Join(append(append([]string{l.Subject}, l.Paragraphs...), l.After...), " ")
			if n := len(strings.Fields(text + " " + l.Why)); n > 120 || l.Action == nil || l.Why == "" || strings.Contains(text, "{") {
				t.Errorf("%s %s: %d words, %+v", lang, m.Kind, n, l)
			}
		}
	}
	if n := len(curation.Samples()); n != 18 {
		t.Errorf("%d samples", n)
	}
}
