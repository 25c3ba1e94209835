package desk_test

import (
	"testing"

	"grappe/internal/desk"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, desk.Texts))
}
