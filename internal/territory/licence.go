package territory

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// Licences are the usual terms of open data in the territories that Grappe serves; their identifiers are SPDX's.
func Licences() []Licence {
	return []Licence{
		{"etalab-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"},
		{"ODbL-1.0", "Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"},
		{"ODC-By-1.0", "Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"},
		{"PDDL-1.0", "Open Data Commons Public Domain Dedication 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"},
		{"CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"},
		{"CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"},
		{"CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"},
	}
}

// IsZero reports terms that nobody wrote.
func (l Licence) IsZero() bool { return l == Licence{} }

// Completed is the licence with the name and address that its identifier has in Licences, where none was written.
func (l Licence) Completed() Licence {
	for _, known := range Licences() {
		if !strings.EqualFold(known.ID, l.ID) {
			continue
		}
		if l.Name == "" {
			l.Name = known.Name
		}
		if l.URL == "" {
			l.URL = known.URL
		}
		l.ID = known.ID
	}
	return l
}

// DataLicence is the licence under which the cluster publishes its cards: what its YAML or the command line says, else the
// Licence Ouverte 2.0, the first that French law names for public data (article D. 323-2-1 of the CRPA).
func (t *Territory) DataLicence() Licence {
	if t.Licence.IsZero() {
		return Licences()[0]
	}
	return t.Licence.Completed()
}

// CheckLicence returns errs.Invalid, with one entry in Fields for each fault, for a licence that cannot be told: it
// needs an identifier, and a name and an https address where its identifier is none of Licences. The zero value is
// no fault.
func CheckLicence(l Licence) error {
	var c checker
	c.licence(l)
	return c.invalid("territory.licence")
}

func (c *checker) licence(l Licence) {
	if l.IsZero() {
		return
	}
	known := make([]string, 0, len(Licences()))
	for _, k := range Licences() {
		known = append(known, k.ID)
	}
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$`).MatchString(l.ID) {
		c.faultWith("licence.id", "licence_id", errs.Args{"value": clip(l.ID), "known": strings.Join(known, ", ")})
		return
	}
	if l = l.Completed(); !slices.Contains(known, l.ID) && (l.Name == "" || l.URL == "") {
		c.faultWith("licence.id", "licence_unknown", errs.Args{"value": clip(l.ID), "known": strings.Join(known, ", ")})
		return
	}
	c.must(isPlain(l.Name, longestAttribution), "licence.name", "licence_name", clip(l.Name))
	c.must(isPage(l.URL), "licence.url", "licence_url", clip(l.URL))
}

// isPage reports the https address of a page that anybody can open.
func isPage(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > longestTileURL || u.Scheme != "https" || u.User != nil || !isPlain(address, longestTileURL) || strings.ContainsAny(address, " \"'\\") {
		return false
	}
	host, ok := CleanHost(u.Host)
	return ok && isPublic(host)
}

// ShareAlike reports terms that ask whoever publishes something made of the data to do so under the same terms.
func (l Licence) ShareAlike() bool {
	id := strings.ToLower(l.ID)
	return strings.HasPrefix(id, "odbl") || strings.HasPrefix(id, "cc-by") && strings.Contains(id, "-sa")
}

// LicenceNamed gives the licence of Licences that a text names as people write it: "ODbL", "CC BY-SA 4.0",
// "Open Database License (ODbL) v1.0".
func LicenceNamed(written string) (Licence, bool) {
	text := spelling.Compact(written)
	for _, names := range []struct {
		id    string
		spelt []string
	}{
		{"ODbL-1.0", []string{"odbl", "opendatabaselicen"}},
		{"CC-BY-SA-4.0", []string{"ccbysa", "attributionsharealike", "attributionpartagedanslesmemesconditions"}},
	} {
		if slices.ContainsFunc(names.spelt, func(s string) bool { return strings.Contains(text, s) }) {
			return Licence{ID: names.id}.Completed(), true
		}
	}
	for _, known := range Licences() {
		if text != "" && (text == spelling.Compact(known.ID) || text == spelling.Compact(known.Name)) {
			return known, true
		}
	}
	return Licence{}, false
}

// Stricter gives the share-alike licence that the terms of a source name, where the cards are published under another one:
// what was made of that source may not be passed on under those terms.
func Stricter(written string, than Licence) (Licence, bool) {
	l, ok := LicenceNamed(written)
	return l, ok && l.ShareAlike() && !strings.EqualFold(l.ID, than.ID)
}
