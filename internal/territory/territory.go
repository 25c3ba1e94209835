// Package territory is one cluster's place and brand: its zones, time zone, currency, languages and company
// registers, read from a preset that the cluster may edit. It must not know companies, listings or pages.
package territory

import "grappe/internal/platform/geo"

// Territory is a place that a cluster serves.
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
	Hosts     []string          `yaml:"hosts"`     // host names that the territory claims
	Levels    []Level           `yaml:"levels"`    // the names of the tree's levels, from the top
	Zones     []Zone            `yaml:"zones"`     // flat; parents come before children
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
	Code       string    `yaml:"code"` // INSEE code where there is one, else a readable code ("sud")
	Slug       string    `yaml:"slug"` // "dumbea", unique in the territory
	Name       string    `yaml:"name"`
	Aliases    []string  `yaml:"aliases,omitempty"`
	Level      string    `yaml:"level"`
	Parent     string    `yaml:"parent,omitempty"`
	Postcodes  []string  `yaml:"postcodes,omitempty"`
	Centre     geo.Point `yaml:"centre"`
	Population int       `yaml:"population,omitempty"`
}
