package curation

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The signs of spam, beside those that the pages find (SignTrap, SignHasty).
const (
	SignTrap    = "trap"    // a field was filled in that people do not see
	SignHasty   = "hasty"   // the form came back faster than anybody reads it
	SignLinks   = "links"   // addresses of the web where there should be words
	SignScript  = "script"  // mostly letters of another script
	SignShouts  = "shouts"  // mostly capitals
	SignWords   = "words"   // what only advertisers write
	SignEmpties = "empties" // takes away most of what the card says
	SignRepeats = "repeats" // the same line over and over
)

// SignKey is the key of the sentence for a sign: "curation.sign.links".
func SignKey(sign string) string { return "curation.sign." + sign }

// KnownSigns lists the codes.
func KnownSigns() []string {
	return []string{SignTrap, SignHasty, SignLinks, SignScript, SignShouts, SignWords, SignEmpties, SignRepeats}
}

// mostLinks is how many addresses the words of a change may hold: a message may well name the site that it speaks of.
const mostLinks = 2

// Signs tells what in a change speaks for spam, and keeps what was found before. Nothing is refused for it: a person decides.
func Signs(c Change) []string {
	found := map[string]bool{}
	for _, s := range c.Signs {
		found[s] = true
	}
	words := []string{c.Message, c.After.Name, c.After.Headline, c.After.Description}
	text := strings.Join(words, "\n")
	found[SignLinks] = found[SignLinks] || links(text) > mostLinks || links(c.After.Name+" "+c.After.Headline+" "+c.Name) > 0
	found[SignScript] = found[SignScript] || foreign(text)
	found[SignShouts] = found[SignShouts] || shouts(c.Message)
	found[SignWords] = found[SignWords] || advertises(text)
	found[SignEmpties] = found[SignEmpties] || empties(c)
	found[SignRepeats] = found[SignRepeats] || repeats(text)
	return slices.DeleteFunc(KnownSigns(), func(s string) bool { return !found[s] })
}

func links(text string) int {
	lower := strings.ToLower(text)
	return strings.Count(lower, "http://") + strings.Count(lower, "https://") + strings.Count(lower, "[url") + strings.Count(lower, "<a ")
}

// letters counts the letters of a text, those of the Latin script, and the capitals.
func letters(text string) (all, latin, upper int) {
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		if unicode.Is(unicode.Latin, r) {
			latin++
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return all, latin, upper
}

func foreign(text string) bool {
	all, latin, _ := letters(text)
	return all >= 20 && latin*2 < all
}

func shouts(text string) bool {
	all, _, upper := letters(text)
	return all >= 40 && upper*10 > all*7
}

func advertises(text string) bool {
	return regexp.MustCompile(`(?i)\b(viagra|cialis|casino|bitcoins?|crypto ?invest\w*|backlinks?|seo services?|forex|payday loans?|porn\w*|escorts?)\b`).MatchString(text)
}

// empties: three fields or more are emptied, and more than are filled.
func empties(c Change) bool {
	emptied, filled := 0, 0
	for _, f := range chosen(c.Fields) {
		switch held, says := !f.Empty(&c.Before), !f.Empty(&c.After); {
		case held && !says:
			emptied++
		case says:
			filled++
		}
	}
	return emptied >= 3 && emptied > filled
}

func repeats(text string) bool {
	seen := map[string]int{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) >= 10 {
			if seen[line]++; seen[line] >= 4 {
				return true
			}
		}
	}
	return false
}
