package freshness

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
}
