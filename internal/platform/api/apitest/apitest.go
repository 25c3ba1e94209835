// Package apitest checks an API in the tests of the room that describes it: its document, its texts, its examples, and what
// it says to hostile requests. It must not be imported by production code.
package apitest

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
)

// Texts fails the test on a text that the API needs and the room does not have, and on one that the API does not need.
func Texts(t testing.TB, a *api.API, room fs.FS) {
	t.Helper()
	for _, fault := range textFaults(a, localetest.Load(t, room)) {
		t.Error(fault)
	}
}

func textFaults(a *api.API, c *locale.Catalogues) []string {
	needed, keys := a.TextKeys(), a.Keys()
	var faults []string
	for _, key := range needed {
		if !c.Has(key) {
			faults = append(faults, "no text for "+key)
		}
	}
	for _, key := range c.Keys() {
		ours := func(beginning string) bool { return beginning != "" && strings.HasPrefix(key, beginning) }
		if slices.ContainsFunc([]string{keys.Operation, keys.Parameter, keys.Field, keys.Tag, keys.Example}, ours) && !slices.Contains(needed, key) {
			faults = append(faults, "the API has no use for the text of "+key)
		}
	}
	return faults
}
