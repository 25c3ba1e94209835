package demo_test

import (
	"regexp"
	"strings"
	"testing"

	"grappe/internal/platform/locale"
)

// english matches the sentences that are in English, which French typography does not judge.
func english() *regexp.Regexp {
	return regexp.MustCompile(`(We |English spoken|Meetings, quotes|Support is|Need help|Our documents)[^\n]*`)
}

// wrong matches what a reader would stumble on: unfilled slots, doubled words, missing elisions, wrong contractions.
func wrong() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"a slot":        regexp.MustCompile(`[{}]`),
		"an elision":    regexp.MustCompile(`(?i)(^|[\s(«])(de|le|que|je|ne|se|jusque) (\*\*)?[aàâeéèêiîoôuù]`),
		"a contraction": regexp.MustCompile(`(?i)(^|\s)(à le|à les|de le|de les) [a-zéè’-]+`),
		"a full stop":   regexp.MustCompile(`\.\.|\.,|,\.|\s[.,]`),
		"no full stop":  regexp.MustCompile(`(?m)^[^-\n].*[^.?:\n]$`),
		"a small start": regexp.MustCompile(`(\. |\n\n|^)[a-zàéèê]`),
	}
}

// allowed is what the patterns would mistake: pronouns before an infinitive.
func allowed(found string) bool {
	return regexp.MustCompile(`(?i)(à|de) les? \S+(er|ir|re)$`).MatchString(found)
}

func doubled(text string) string {
	words := strings.Fields(strings.ToLower(text))
	for i := 1; i < len(words); i++ {
		if words[i] == words[i-1] && words[i] != "-" && words[i] != "nous" && words[i] != "vous" {
			return words[i] + " " + words[i]
		}
	}
	return ""
}

func TestTextsReadWell(t *testing.T) {
	patterns := wrong()
	for _, seed := range []uint64{2, 1853} {
		for _, e := range generate(t, seed) {
			l := e.Listing
			texts := append([]string{l.Name, l.Headline, l.Address}, strings.Split(l.Description, "\n")...)
			texts = append(texts, l.Accessibility...)
			for _, text := range texts {
				text = strings.TrimSpace(english().ReplaceAllString(text, ""))
				for _, fault := range locale.CheckTypography("fr", text) {
					t.Errorf("%s: %s", l.Name, fault)
				}
			}
			whole := strings.TrimSpace(english().ReplaceAllString(l.Description, ""))
			for what, pattern := range patterns {
				if found := pattern.FindString(whole); found != "" && !allowed(found) {
					t.Errorf("%s: %s: %q in\n%s", l.Name, what, found, whole)
				}
			}
			for _, text := range []string{l.Headline, whole} {
				if twice := doubled(text); twice != "" {
					t.Errorf("%s: %q in\n%s", l.Name, twice, text)
				}
			}
			if n := len(l.Headline); n > 160 {
				t.Errorf("%s: headline of %d bytes: %s", l.Name, n, l.Headline)
			}
		}
	}
}
