package demo

import (
	"slices"
	"strconv"
	"strings"

	"grappe/internal/listing"
)

// name gives a company a name that no other has, in the form in which the directory compares names.
func (g *generator) name(d dice, t trade, alone bool) string {
	tries := 60
	if g.many {
		tries = 2
	}
	for range tries {
		if name := g.coin(d, t, alone); g.claim(name) {
			return name
		}
	}
	return g.numbered(g.coin(d, t, alone))
}

// claim takes a name unless it is taken.
func (g *generator) claim(name string) bool {
	key := listing.NormalizeName(name)
	if g.used[key] > 0 {
		return false
	}
	g.used[key] = 1
	return true
}

// numbered adds the next free number to a name that repeats.
func (g *generator) numbered(name string) string {
	key := listing.NormalizeName(name)
	for {
		g.used[key]++
		if numbered := name + " " + strconv.Itoa(g.used[key]); g.claim(numbered) {
			return numbered
		}
	}
}

// coin composes a name: of nature and trade, of a workshop, coined, of two people (unless alone) or one, or of a bearing
// at sea.
func (g *generator) coin(d dice, t trade, alone bool) string {
	names, word := g.banks.names, pick(d, t.Words)
	noun, feminine := g.noun(d)
	switch at := d.IntN(100); {
	case at < 32:
		return noun + " " + word
	case at < 52:
		return pick(d, names["workshop"]) + " " + ofThe(noun, feminine)
	case at < 66:
		return pick(d, names["coined"])
	case at < 74:
		return pick(d, names["coined"]) + " " + word
	case at < 84 && !alone:
		pair := some(d, names["people"], 2)
		return pair[0] + " & " + pair[1]
	case at < 91:
		return pick(d, names["people"]) + " " + word
	}
	return pick(d, names["bearings"]) + " " + word
}

// noun takes a word of nature and its gender.
func (g *generator) noun(d dice) (string, bool) {
	masculine, feminine := g.banks.names["nature"], g.banks.names["feminine"]
	at := d.IntN(len(masculine) + len(feminine))
	if at < len(masculine) {
		return masculine[at], false
	}
	return feminine[at-len(masculine)], true
}

// soleTrader ends the legal name of somebody who works in their own name.
const soleTrader = " EI"

// SoleTrader is the place of the first company that is one person, who works in their own name.
func SoleTrader(entries []Entry) int {
	return max(0, slices.IndexFunc(entries, func(e Entry) bool { return strings.HasSuffix(e.Company.LegalName, soleTrader) }))
}

// legalName is the name as a register would have it.
func legalName(d dice, name string, category listing.Category, alone bool) string {
	if category != listing.Company {
		return ""
	}
	upper := strings.ToUpper(name)
	if alone {
		return upper + pick(d, []string{soleTrader, " EURL", ""})
	}
	return pick(d, []string{"SARL ", "SARL ", "SAS ", ""}) + upper
}
