// Package locale speaks to people: it holds the catalogues of texts and formats numbers, money, dates, distances and
// lists as each language writes them. It must not know pages, routes, features or territories.
package locale

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must exist on machines without a zone database

	"golang.org/x/text/language"
)

// The languages that every catalogue speaks; the first is the one a reader gets when none is asked for.
const (
	French  = "fr"
	English = "en"
)

// Languages lists the languages of every catalogue, the default first.
func Languages() []string { return []string{French, English} }

// Catalogues are the texts of all rooms in all languages. They do not change after Load and are safe for concurrent use.
type Catalogues struct {
	texts  map[string]map[string]message // language → key → message
	strict bool                          // a wrong key or argument panics instead of being logged
	told   sync.Map                      // what was already logged
}

// Load merges the catalogues of the rooms. Each file system holds fr.json and en.json at its root or in texts/ (so an
// embed.FS of "texts/*.json" can be handed in as it is). Keys are "room.key"; a value is a string or an object of plural
// forms. The error names every key that stands twice, is missing in one language or does not parse.
func Load(rooms ...fs.FS) (*Catalogues, error) {
	// A wrong key is a fault of the program: under go test, which alone has this flag, it stops the test; in production the
	// page is still shown.
	c := &Catalogues{texts: map[string]map[string]message{}, strict: flag.Lookup("test.v") != nil}
	var faults []error
	for _, lang := range Languages() {
		c.texts[lang] = map[string]message{}
		for _, room := range rooms {
			faults = append(faults, c.merge(lang, room)...)
		}
	}
	if err := errors.Join(append(faults, c.missing()...)...); err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	return c, nil
}

func (c *Catalogues) merge(lang string, room fs.FS) []error {
	entries, faults := readCatalogue(room, lang)
	into := c.texts[lang]
	for _, e := range entries {
		if _, twice := into[e.key]; twice {
			faults = append(faults, fmt.Errorf("%s.json: key %q stands twice", lang, e.key))
			continue
		}
		into[e.key] = e.message
	}
	return faults
}

// missing gives one error for each key that a language has and another has not.
func (c *Catalogues) missing() []error {
	var faults []error
	for _, lang := range Languages() {
		for _, other := range Languages() {
			for key := range c.texts[other] {
				if _, ok := c.texts[lang][key]; !ok {
					faults = append(faults, fmt.Errorf("%s.json: key %q is missing", lang, key))
				}
			}
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return faults
}

// Keys lists every key, sorted.
func (c *Catalogues) Keys() []string {
	all := map[string]struct{}{}
	for _, texts := range c.texts {
		for key := range texts {
			all[key] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Has reports whether the catalogues hold the key.
func (c *Catalogues) Has(key string) bool {
	_, ok := c.texts[French][key]
	return ok
}

// Forms gives the texts behind a key in a language by plural form ("other" for a plain text), nil for an unknown key.
func (c *Catalogues) Forms(lang, key string) map[string]string {
	m, ok := c.texts[lang][key]
	if !ok {
		return nil
	}
	sources := make(map[string]string, len(m.forms))
	for _, form := range m.forms {
		sources[form.name] = form.source
	}
	return sources
}

// Placeholders lists the names between braces that a key's texts use in a language, sorted.
func (c *Catalogues) Placeholders(lang, key string) []string {
	return c.texts[lang][key].placeholders()
}

// Printer speaks one language in one time zone. A language that the catalogues do not know becomes French, a nil zone
// UTC. Currency is the ISO 4217 code that Money takes when it is handed none.
func (c *Catalogues) Printer(lang string, zone *time.Location, currency string) *Printer {
	if _, ok := c.texts[lang]; !ok {
		lang = French
	}
	if zone == nil {
		zone = time.UTC
	}
	return &Printer{catalogues: c, texts: c.texts[lang], lang: lang, tag: language.Make(lang), style: styleOf(lang), zone: zone, currency: currency}
}

// fault panics in tests, and logs each thing once in production.
func (c *Catalogues) fault(what string) {
	if c.strict {
		panic("locale: " + what)
	}
	if _, before := c.told.LoadOrStore(what, true); !before {
		slog.Error("locale: " + strings.ToValidUTF8(what, "?"))
	}
}
