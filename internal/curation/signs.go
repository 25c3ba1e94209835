package curation

import (
	"slices"
	"strings"
	"unicode"

	"grappe/internal/platform/spelling"
)

// The signs of spam; those of how a form came (SignTrap, SignHasty, SignAgain, SignOften) the pages find.
const (
	SignTrap    = "trap"    // a field was filled in that people do not see
	SignHasty   = "hasty"   // the form came back faster than anybody reads it
	SignLinks   = "links"   // addresses of the web where there should be words
	SignScript  = "script"  // mostly letters of another script
	SignShouts  = "shouts"  // mostly capitals
	SignWords   = "words"   // what only advertisers write
	SignEmpties = "empties" // takes away most of what the card says
	SignRepeats = "repeats" // the same over and over
	SignAgain   = "again"   // the same words about several cards
	SignOften   = "often"   // many in a day from one place
)

// SignKey is the key of the sentence for a sign: "curation.sign.links".
func SignKey(sign string) string { return "curation.sign." + sign }

// KnownSigns lists the codes.
func KnownSigns() []string {
	return []string{SignTrap, SignHasty, SignLinks, SignScript, SignShouts, SignWords, SignEmpties, SignRepeats, SignAgain, SignOften}
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
	plain := " " + spelling.Plain(text) + " "
	return slices.ContainsFunc(advertising(), func(words string) bool { return strings.Contains(plain, " "+words+" ") })
}

// advertising are words, and some in a row, that nobody writes about a card of a directory, as spelling.Plain gives them.
func advertising() []string {
	return []string{
		"viagra", "cialis", "casino", "casinos", "poker", "jackpot", "bitcoin", "bitcoins", "ethereum", "cryptocurrency", "crypto invest", "crypto investment",
		"backlink", "backlinks", "guest post", "link building", "domain authority", "seo services", "seo service", "rank higher", "first page of google",
		"premiere page de google", "referencement garanti", "trafic garanti", "web traffic", "targeted traffic", "make money", "earn money", "argent facile",
		"revenu passif", "passive income", "payday loan", "payday loans", "pret entre particuliers", "pret entre particulier", "offre de pret", "credit rapide",
		"marabout", "voyance", "retour affectif", "porn", "porno", "xxx", "escort", "escorts", "replica watches", "weight loss", "perdre du poids", "forex",
		"click here", "cliquez ici", "dear sir madam", "dear website owner", "i came across your website",
	}
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

// repeats reports whether a text says the same over and over: one line, one sign in a long row, or few words many times.
func repeats(text string) bool {
	seen := map[string]int{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) >= 10 {
			if seen[line]++; seen[line] >= 4 {
				return true
			}
		}
	}
	run, last := 0, rune(0)
	for _, r := range text {
		if run++; r != last || !unicode.IsLetter(r) {
			run, last = 1, r
		}
		if run >= 12 {
			return true
		}
	}
	words := strings.Fields(spelling.Plain(text))
	different := slices.Clone(words)
	slices.Sort(different)
	return len(words) >= 24 && len(slices.Compact(different))*4 <= len(words)
}
