package suggest

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"grappe/internal/listing"
	"grappe/internal/platform/spelling"
)

// Sign is one thing that programs do and people seldom: what bears one waits apart, folded, and is not lost.
type Sign string

// The signs.
const (
	HasLinks  Sign = "links"   // the message leads to sites that nobody spoke of
	HasScript Sign = "script"  // most of its letters are of other alphabets than the territory's
	HasWords  Sign = "words"   // words of advertising that is sent everywhere
	Repeats   Sign = "repeats" // the same over and over
	SentFast  Sign = "fast"    // sooner than anybody reads the form
	SentAgain Sign = "again"   // the same words on many cards
	SentOften Sign = "often"   // many in a day from one place
)

// Signs are all of them, in the order in which they are told.
func Signs() []Sign {
	return []Sign{HasLinks, HasScript, HasWords, Repeats, SentFast, SentAgain, SentOften}
}

// Key is the key of the sign's words: "suggest.sign.links".
func (s Sign) Key() string { return "suggest.sign." + string(s) }

// evidence is what the signs are read from.
type evidence struct {
	Text  string   // all that was written freely
	Sites []string // those that the card or the proposal names: links to them are no sign
	After time.Duration
	Again bool
	Often bool
}

// fewestSeconds is how long the fastest reader needs for the form.
const fewestSeconds = 4 * time.Second

// signs reads what the evidence shows, in the order of Signs.
func (e evidence) signs() []Sign {
	var out []Sign
	for _, s := range []struct {
		shown bool
		sign  Sign
	}{
		{strangeLinks(e.Text, e.Sites), HasLinks}, {foreign(e.Text), HasScript}, {advertises(e.Text), HasWords}, {monotonous(e.Text), Repeats},
		{e.After < fewestSeconds, SentFast}, {e.Again, SentAgain}, {e.Often, SentOften},
	} {
		if s.shown {
			out = append(out, s.sign)
		}
	}
	return out
}

// strangeLinks reports whether a text leads to a site that is not among those, or holds the markup of links.
func strangeLinks(text string, sites []string) bool {
	lower := strings.ToLower(text)
	for _, markup := range []string{"<a ", "[url", "[link", "href="} {
		if strings.Contains(lower, markup) {
			return true
		}
	}
	var known []string
	for _, site := range sites {
		if d := hostOf(site); d != "" {
			known = append(known, d)
		}
	}
	for word := range strings.FieldsSeq(lower) {
		word = strings.Trim(word, `.,;:!?()«»"'<>[]{}`)
		if !strings.Contains(word, "://") && !strings.HasPrefix(word, "www.") {
			continue
		}
		if host := hostOf(word); host == "" || !slices.Contains(known, host) {
			return true
		}
	}
	return false
}

// hostOf is the name by which a site is known: its registered domain, or its host where many share the domain.
func hostOf(address string) string {
	if d := listing.WebDomain(address); d != "" {
		return d
	}
	address, ok := listing.ParseWebsite(address)
	if !ok {
		return ""
	}
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

// foreign reports whether most letters of a text are of no alphabet that French, English and the languages of these islands are
// written in. A name among the words is none.
func foreign(text string) bool {
	letters, others := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		if letters++; !unicode.Is(unicode.Latin, r) && r != 'ʻ' && r != 'ʼ' {
			others++
		}
	}
	return others > 20 && others*2 > letters
}

// advertises reports whether a text holds words of advertising.
func advertises(text string) bool {
	plain := " " + spelling.Plain(text) + " "
	return slices.ContainsFunc(advertising(), func(words string) bool { return strings.Contains(plain, " "+words+" ") })
}

// advertising are words, and some in a row, that nobody writes about a card of a directory, as spelling.Plain gives them.
func advertising() []string {
	return []string{
		"viagra", "cialis", "casino", "casinos", "poker", "jackpot", "bitcoin", "bitcoins", "ethereum", "cryptocurrency", "crypto monnaie",
		"backlink", "backlinks", "guest post", "link building", "domain authority", "seo services", "seo service", "rank higher",
		"first page of google", "premiere page de google", "referencement garanti", "trafic garanti", "web traffic", "targeted traffic",
		"make money", "earn money", "gagner de l argent", "argent facile", "revenu passif", "passive income", "work from home",
		"payday loan", "pret entre particuliers", "pret entre particulier", "offre de pret", "credit rapide", "marabout", "voyance", "retour affectif",
		"sex", "porn", "porno", "xxx", "escort", "escorts", "replica watches", "weight loss", "perdre du poids", "cbd", "forex",
		"click here", "cliquez ici", "unsubscribe", "dear sir madam", "dear website owner", "i came across your website", "whatsapp",
	}
}

// monotonous reports whether a text says the same over and over: one sign in a long row, or few words many times.
func monotonous(text string) bool {
	run, last := 0, rune(0)
	for _, r := range text {
		if r == last && !unicode.IsSpace(r) {
			run++
		} else {
			run, last = 1, r
		}
		if run >= 12 && !strings.ContainsRune("-_=*.", r) {
			return true
		}
	}
	words := strings.Fields(spelling.Plain(text))
	if len(words) < 24 {
		return false
	}
	different := slices.Clone(words)
	slices.Sort(different)
	return len(slices.Compact(different))*4 <= len(words)
}
