// Package localetest checks the catalogues of texts in the tests of the rooms that own them: complete in both languages,
// same placeholders, correct typography, every key used and every used key there. It must not be imported by production
// code.
package localetest

import (
	"io/fs"
	"slices"
	"testing"
	"time"

	"grappe/internal/platform/locale"
)

// Catalogue loads a room's texts (fr.json and en.json, at the root or in texts/), fails the test on anything that is
// missing, unequal or badly set, and gives the sorted keys for Used.
func Catalogue(t testing.TB, room fs.FS) []string {
	t.Helper()
	c := Load(t, room)
	for _, key := range c.Keys() {
		for _, fault := range checkKey(c, key) {
			t.Error(fault)
		}
	}
	return c.Keys()
}

// Load is locale.Load that stops the test on an error.
func Load(t testing.TB, rooms ...fs.FS) *locale.Catalogues {
	t.Helper()
	c, err := locale.Load(rooms...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Printer is a printer over the rooms' texts in the time zone of Nouméa and with its currency.
func Printer(t testing.TB, lang string, rooms ...fs.FS) *locale.Printer {
	t.Helper()
	zone, err := time.LoadLocation("Pacific/Noumea")
	if err != nil {
		t.Fatal(err)
	}
	return Load(t, rooms...).Printer(lang, zone, "XPF")
}

func checkKey(c *locale.Catalogues, key string) []string {
	var faults []string
	fr, en := c.Placeholders(locale.French, key), c.Placeholders(locale.English, key)
	if !slices.Equal(fr, en) {
		faults = append(faults, fmtFault("", key, "placeholders differ: %v in French, %v in English", fr, en))
	}
	if !isKey(key) {
		faults = append(faults, fmtFault("", key, `a key is "room.key", in small letters`))
	}
	for _, lang := range locale.Languages() {
		for form, text := range c.Forms(lang, key) {
			if text == "" {
				faults = append(faults, fmtFault(lang, key, "form %q is empty", form))
			}
			for _, fault := range locale.CheckTypography(lang, text) {
				faults = append(faults, fmtFault(lang, key, "%s", fault))
			}
		}
	}
	return faults
}
