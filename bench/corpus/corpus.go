// Package corpus makes listings in French, and the queries that people ask of them: by a seeded generator, or from the
// TechOnMap file. It knows which words are forms of one word, and what each query meant before it was misspelt. It
// must not know any search engine but for the words that all of them are given.
package corpus

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// Today is the day on which corpora are searched.
const Today = "2026-11-21"

// Listing is one card of the directory.
type Listing struct {
	ID          string
	Name        string
	Competences []string // codes
	Tags        []string
	Headline    string
	Description string
	Zone        string   // where it sits
	Serves      []string // zones that it serves besides
	ServesAll   bool
	Category    string
	Point       geo.Point
	Quality     float32
	Fresh       time.Time
	Added       time.Time
}

// Corpus is a source of listings, which are made when they are asked for: the same ones every time.
type Corpus struct {
	Name      string
	Len       int
	Territory *territory.Territory

	competences map[string]string // code → name
	zones       map[string]zone
	words       *lexicon
	listing     func(i int) Listing
	dictionary  func() map[string]bool // folded words that listings may have
}

// zone is a place, with all the codes that find who sits in it.
type zone struct {
	territory.Zone
	up    []string // itself and those above
	reach []string // itself, those above and those inside: who serves it is found by choosing any of them
}

// Listing makes the i-th listing.
func (c *Corpus) Listing(i int) Listing { return c.listing(i) }

// Text gives the fields that every engine indexes, in the order of Fields.
func (c *Corpus) Text(l Listing) [][]string {
	competences := make([]string, len(l.Competences))
	for i, code := range l.Competences {
		competences[i] = c.competences[code]
	}
	places := make([]string, 0, 3)
	for _, code := range c.zones[l.Zone].up {
		places = append(places, c.zones[code].Name)
	}
	return [][]string{{l.Name}, competences, l.Tags, {l.Headline}, places, {l.Description}}
}

// Fields are the names of the text fields with the weight of a match, as the directory has them.
func Fields() []search.Field {
	return []search.Field{
		{Name: "name", Weight: 100, Suggest: true},
		{Name: "competence", Weight: 60, Suggest: true},
		{Name: "tag", Weight: 40, Suggest: true},
		{Name: "headline", Weight: 25},
		{Name: "place", Weight: 20},
		{Name: "description", Weight: 12},
	}
}

// The facets.
const (
	Zone       = "zone"
	Competence = "competence"
	Category   = "category"
)

// Reach gives the codes of zones whose choice finds the listing.
func (c *Corpus) Reach(l Listing) []string {
	if l.ServesAll {
		all := make([]string, 0, len(c.Territory.Zones))
		for _, z := range c.Territory.Zones {
			all = append(all, z.Code)
		}
		return all
	}
	if len(l.Serves) == 0 {
		return c.zones[l.Zone].up
	}
	seen := map[string]bool{}
	var out []string
	add := func(codes []string) {
		for _, code := range codes {
			if !seen[code] {
				seen[code] = true
				out = append(out, code)
			}
		}
	}
	add(c.zones[l.Zone].up)
	for _, code := range l.Serves {
		add(c.zones[code].reach)
	}
	return out
}

// Family names the word that a folded word is a form of: all forms in number and gender have the same.
func (c *Corpus) Family(word string) string { return c.words.family(word) }

func readZones(t *territory.Territory) map[string]zone {
	all := make(map[string]zone, len(t.Zones))
	for _, z := range t.Zones {
		up := []string{z.Code}
		if z.Parent != "" {
			up = append(up, all[z.Parent].up...)
		}
		all[z.Code] = zone{Zone: z, up: up}
	}
	for code, z := range all {
		z.reach = append(z.reach, z.up...)
		for _, other := range all {
			for _, above := range other.up[1:] {
				if above == code {
					z.reach = append(z.reach, other.Code)
				}
			}
		}
		all[code] = z
	}
	return all
}

// Listings are registered a minute after each other from this time on: the time in the ID tells which one it is.
const (
	firstMs = 1717200000000
	stepMs  = 60_000
)

// id is shaped as UUID version 7, as in the product.
func id(i int, random uint64) string {
	ms := uint64(firstMs + i*stepMs)
	return fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x", ms>>16, ms&0xffff, random&0xfff, 0x8000|random>>12&0x3fff, random>>16&0xffffffffffff)
}

// Ordinal tells which listing an ID is of.
func Ordinal(id string) (int, error) {
	if len(id) != 36 {
		return 0, fmt.Errorf("%q is no ID of a listing", id)
	}
	ms, err := strconv.ParseUint(strings.Replace(id[:13], "-", "", 1), 16, 64)
	if err != nil || ms < firstMs {
		return 0, fmt.Errorf("%q is no ID of a listing", id)
	}
	return int(ms-firstMs) / stepMs, nil
}
