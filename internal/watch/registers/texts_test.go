package registers_test

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/watch/registers"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, registers.Texts))
}
