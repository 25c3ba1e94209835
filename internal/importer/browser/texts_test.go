package browser_test

import (
	"testing"

	"grappe/internal/importer/browser"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, browser.Texts))
}
