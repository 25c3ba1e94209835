package passkey_test

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/signin/passkey"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, passkey.Texts))
}
