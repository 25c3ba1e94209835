package account_test

import (
	"testing"

	"grappe/internal/account"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, account.Texts)
	localetest.Used(t, ".", keys)
}
