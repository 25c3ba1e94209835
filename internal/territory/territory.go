// Package territory is one cluster's place and brand: its zones, time zone, currency, languages and company
// registers, read from a preset that the cluster may edit. It must not know companies, listings or pages.
package territory

import (
	"embed"
	"time"

	"grappe/internal/platform/geo"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Territory is a place that a cluster serves. One that came from Parse is complete and must not be changed.
type Territory struct {
	Code      string            `yaml:"code"`    // "nc"
	Names     map[string]string `yaml:"names"`   // by language: "Nouvelle-Calédonie", "New Caledonia"
	Cluster   map[string]string `yaml:"cluster"` // the cluster's own name by language
	Tagline   map[string]string `yaml:"tagline"` // one sentence of what the place offers
	Accent    Accent            `yaml:"accent"`
	Languages []string          `yaml:"languages"` // the first is the default
	TimeZone  string            `yaml:"time_zone"` // IANA
	Currency  string            `yaml:"currency"`  // ISO 4217
	Country   string            `yaml:"country"`   // ISO 3166-1 alpha-2, for phones ("NC")
	Box       geo.Box           `yaml:"box"`
	Registers []string          `yaml:"registers"` // identifier schemes, the usual one first
	Contact   string            `yaml:"contact"`   // e-mail address to which visitors may write, empty for none
	Hosts     []string          `yaml:"hosts"`     // host names that the territory claims
	Levels    []Level           `yaml:"levels"`    // the names of the tree's levels, from the top
	Zones     []Zone            `yaml:"zones"`     // flat; parents come before children
	Tiles     Tiles             `yaml:"tiles,omitempty"`
	Licence   Licence           `yaml:"licence,omitempty"` // under which the cluster publishes its cards

	OutlineCredit OutlineCredit `yaml:"-"` // whose the outlines are that were loaded

	tree     *Tree
	location *time.Location
}

// Tiles is a server of map tiles that the cluster chose in place of Grappe's own base map; the zero value is none.
type Tiles struct {
	URL         string `yaml:"url,omitempty" json:"url"`                     // "https://tiles.example.nc/{z}/{x}/{y}.png"
	Attribution string `yaml:"attribution,omitempty" json:"attribution"`     // whom the server's terms ask to name, as text
	MaxZoom     int    `yaml:"max_zoom,omitempty" json:"max_zoom,omitempty"` // 0 for 19
}

// Licence is the terms of an open data set.
type Licence struct {
	ID   string `yaml:"id,omitempty" json:"id"`     // SPDX: "etalab-2.0", "ODbL-1.0"
	Name string `yaml:"name,omitempty" json:"name"` // "Licence Ouverte 2.0"
	URL  string `yaml:"url,omitempty" json:"url"`
}

// Accent is the brand colour, as CSS colours.
type Accent struct {
	Light string `yaml:"light"`
	Dark  string `yaml:"dark"`
}

// Level is one level of the zone tree: "province", "commune".
type Level struct {
	Code  string            `yaml:"code"`
	Names map[string]string `yaml:"names"` // singular, by language
}

// Zone is a node of the tree of places.
type Zone struct {
	Code       string            `yaml:"code"` // INSEE code where there is one, else a readable code ("sud")
	Slug       string            `yaml:"slug"` // "dumbea", unique in the territory
	Name       string            `yaml:"name"`
	Names      map[string]string `yaml:"names,omitempty"` // in the languages where it differs from Name
	Aliases    []string          `yaml:"aliases,omitempty"`
	Level      string            `yaml:"level"`
	Parent     string            `yaml:"parent,omitempty"`
	Postcodes  []string          `yaml:"postcodes,omitempty"`
	Centre     geo.Point         `yaml:"centre,omitempty"` // zero where nobody wrote one
	Population int               `yaml:"population,omitempty"`
}

// NameIn is the zone's name in a language.
func (z Zone) NameIn(language string) string {
	if n := z.Names[language]; n != "" {
		return n
	}
	return z.Name
}

// Tree is the territory's zone tree. A Territory that did not come from Parse makes it anew at each call.
func (t *Territory) Tree() *Tree {
	if t.tree != nil {
		return t.tree
	}
	return NewTree(t.Zones)
}

// Zone gives the zone of a code.
func (t *Territory) Zone(code string) (Zone, bool) { return t.Tree().Zone(code) }

// Match finds the zone that a written name and postcode mean: see Tree.Match.
func (t *Territory) Match(name, postcode string) (Zone, MatchKind, bool) {
	return t.Tree().Match(name, postcode)
}

// Location is the territory's time zone, UTC where it is unknown to this machine.
func (t *Territory) Location() *time.Location {
	if t.location != nil {
		return t.location
	}
	if l, err := time.LoadLocation(t.TimeZone); err == nil {
		return l
	}
	return time.UTC
}

// In picks the text of a language: of the territory's default language where it is missing, else any.
func (t *Territory) In(texts map[string]string, language string) string {
	if s := texts[language]; s != "" {
		return s
	}
	if len(t.Languages) > 0 && texts[t.Languages[0]] != "" {
		return texts[t.Languages[0]]
	}
	return texts["fr"]
}

// Name is the territory's name in a language.
func (t *Territory) Name(language string) string { return t.In(t.Names, language) }

// LevelName is the name of a level of the tree in a language, its code where there is none.
func (t *Territory) LevelName(code, language string) string {
	for _, l := range t.Levels {
		if l.Code == code {
			if n := t.In(l.Names, language); n != "" {
				return n
			}
		}
	}
	return code
}
